// Package acd matches waiting callers to agents.
//
// Order. A caller gets the agent who has their skill, who speaks their language
// if anybody free does, and who has been ready the longest. An agent gets the
// caller with the highest priority, among equals the one who has waited the
// longest. Nobody who could be matched is left waiting: the desk matches again
// after every change.
//
// Leases. Assign leases an agent to one call; Release ends the lease. Between
// the two nobody else gets the agent, and every successful Assign must be
// followed by one Release. An agent who missed the call is away for
// Config.Missed, so that the caller is tried elsewhere, and then ready again.
//
// Blocking. Only Assign waits. It fails with hotline.EUnavailable when nobody
// could ever come: at once if no agent with the skill exists, after Config.Grace
// if all of them are offline. There is no goroutine; Close stops the timers and
// fails those who wait.
package acd

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"hotline"
)

// Config is what a desk starts with; zero durations take their defaults.
type Config struct {
	Agents []hotline.Agent
	Start  hotline.AgentState // of every agent; ready
	WrapUp time.Duration      // after a call, before the next; 0 is none
	Missed time.Duration      // away after a missed call; 10 s
	Grace  time.Duration      // wait for somebody to come on line; 3 s
}

// Desk is safe for use by many goroutines.
type Desk struct {
	cfg Config

	mu      sync.Mutex
	agents  []*agent // as configured
	byID    map[hotline.AgentID]*agent
	waiting []*caller // by priority, then by arrival
	closed  bool
}

type agent struct {
	hotline.AgentStatus
	free  time.Time   // since when they have had no call
	timer *time.Timer // ends the state at Until
	epoch int         // of the state, so that a late timer is known
}

type caller struct {
	hotline.Ticket
	since   time.Time
	grace   *time.Timer // runs while nobody could come
	got     *agent
	err     error
	settled chan struct{} // closed when got or err is set
}

// New makes a desk. It refuses agents without an id or with the same one.
func New(cfg Config) (*Desk, error) {
	if cfg.Start == "" {
		cfg.Start = hotline.AgentReady
	}
	if cfg.Missed == 0 {
		cfg.Missed = 10 * time.Second
	}
	if cfg.Grace == 0 {
		cfg.Grace = 3 * time.Second
	}
	d := &Desk{cfg: cfg, byID: map[hotline.AgentID]*agent{}}
	now := time.Now()
	for _, a := range cfg.Agents {
		if a.ID == "" || d.byID[a.ID] != nil {
			return nil, fmt.Errorf("acd: agent id %q is empty or twice there", a.ID)
		}
		ag := &agent{AgentStatus: hotline.AgentStatus{Agent: a, State: cfg.Start, Since: now}, free: now}
		d.agents = append(d.agents, ag)
		d.byID[a.ID] = ag
	}
	return d, nil
}

// Assign waits for an agent for t and leases them. To leave the queue, end ctx.
func (d *Desk) Assign(ctx context.Context, t hotline.Ticket) (hotline.AgentID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	c := &caller{Ticket: t, since: time.Now(), settled: make(chan struct{})}
	d.mu.Lock()
	switch {
	case d.closed:
		c.fail("closing down")
	case !slices.ContainsFunc(d.agents, func(a *agent) bool { return a.has(t.Skill) }):
		c.fail("no agent has the skill " + t.Skill)
	default:
		at, _ := slices.BinarySearchFunc(d.waiting, c, func(w, c *caller) int {
			if w.Priority >= c.Priority {
				return -1
			}
			return 1
		})
		d.waiting = slices.Insert(d.waiting, at, c)
		d.match()
	}
	d.mu.Unlock()

	select {
	case <-c.settled:
	case <-ctx.Done():
		d.mu.Lock()
		defer d.mu.Unlock()
		d.leave(c)
		if c.got != nil { // both at once: nobody rang them yet
			d.release(c.got, false, hotline.ECancelled)
		}
		return "", ctx.Err()
	}
	if c.err != nil {
		return "", c.err
	}
	return c.got.ID, nil
}

func (c *caller) fail(why string) {
	c.err = &hotline.Error{Op: "assign", Code: hotline.EUnavailable, Message: why}
	close(c.settled)
}

// leave takes c out of the queue; d.mu is held.
func (d *Desk) leave(c *caller) {
	if c.grace != nil {
		c.grace.Stop()
	}
	if i := slices.Index(d.waiting, c); i >= 0 {
		d.waiting = slices.Delete(d.waiting, i, i+1)
	}
}

// match gives waiting callers the agents who are ready, and starts or stops the
// patience of those for whom nobody could come; d.mu is held.
func (d *Desk) match() {
	for _, c := range slices.Clone(d.waiting) {
		a, staffed := d.best(c)
		switch {
		case a != nil:
			a.enter(hotline.AgentOffered)
			a.Call, a.Reason = c.Call, ""
			c.got = a
			d.leave(c)
			close(c.settled)
		case staffed && c.grace != nil:
			c.grace.Stop()
			c.grace = nil
		case !staffed && c.grace == nil:
			c.grace = d.patience(c)
		}
	}
}

// patience fails c after the grace period, unless it was stopped.
func (d *Desk) patience(c *caller) (t *time.Timer) {
	t = time.AfterFunc(d.cfg.Grace, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if c.grace == t && slices.Contains(d.waiting, c) {
			d.leave(c)
			c.fail("every agent with the skill " + c.Skill + " is offline")
		}
	})
	return t
}

// best is the agent for c, nil if none is ready, and whether one may yet be.
func (d *Desk) best(c *caller) (best *agent, staffed bool) {
	better := func(a *agent) bool {
		if best == nil {
			return true
		}
		if sa, sb := a.speaks(c.Language), best.speaks(c.Language); sa != sb {
			return sa
		}
		return a.free.Before(best.free)
	}
	for _, a := range d.agents {
		if !a.has(c.Skill) || a.State == hotline.AgentOffline {
			continue
		}
		staffed = true
		if a.State == hotline.AgentReady && better(a) {
			best = a
		}
	}
	return best, staffed
}

func (a *agent) has(skill string) bool       { return skill == "" || slices.Contains(a.Skills, skill) }
func (a *agent) speaks(language string) bool { return slices.Contains(a.Skills, language) }

// Release ends the lease of a: joined tells whether they talked to the caller,
// reason why not, or how it ended. An agent who is not leased stays as they are.
func (d *Desk) Release(id hotline.AgentID, joined bool, reason string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a := d.byID[id]; a != nil && a.leased() {
		d.release(a, joined, reason)
	}
}

func (d *Desk) release(a *agent, joined bool, reason string) {
	next, free := a.Next, a.free
	a.Call, a.Next, a.Reason = "", "", ""
	switch {
	case next != "":
		a.enter(next)
	case joined:
		d.enterFor(a, hotline.AgentWrapUp, d.cfg.WrapUp)
	case missed(reason):
		a.Reason = reason
		d.enterFor(a, hotline.AgentAway, d.cfg.Missed)
	default: // the caller left first: they keep their place
		a.enter(hotline.AgentReady)
		a.free = free
	}
	d.match()
}

// missed tells whether an agent who did not join was the one who did not, and
// not the caller who left while they were being called.
func missed(reason string) bool {
	switch reason {
	case "", hotline.CallerHangup, hotline.ECancelled, hotline.BotHangup, hotline.ByOperator, hotline.TooLong, hotline.Shutdown:
		return false
	}
	return true
}

// Close stops the timers and fails every caller who waits.
func (d *Desk) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for _, a := range d.agents {
		a.enter(a.State)
	}
	for _, c := range slices.Clone(d.waiting) {
		d.leave(c)
		c.fail("closing down")
	}
}
