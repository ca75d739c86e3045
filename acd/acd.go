// Package acd matches waiting callers to agents: automatic call distribution.
//
// Two layers. The room is the whole state of the queue and what may happen to
// it: a function of what it was, of the input and of the time, with no clock, no
// lock and no goroutine. Same inputs, same matches. The Desk puts a mutex around
// it, and one timer that wakes it when something in it runs out.
//
// Who is next. Callers stand in the order of their priority, which is a sum of
// named Terms counted in waiting time: a minute for a priority of one is what a
// minute of waiting is. All head starts together are at most Weights.Bound, so
// nobody is ever overtaken by a caller who came more than Bound after them: no
// one starves, whoever calls. Since everybody waits at the same speed, two
// callers never change order; explaining a place is reading its terms.
//
// Which agent. The best fit of those who are ready: one this caller was not
// offered in vain, who speaks their language, has the skill itself and not by
// Overflow, is not worn down by hot calls (for a hot caller), knows the skill
// best; among equals the one who has been free the longest. An agent after
// Config.HotCalls hot calls in a row is given a cool caller instead of the hot
// one whose turn it is, within Bound, if one waits. Nobody waits while an agent
// who suits them is ready.
//
// Leases. Assign leases an agent to one call; Release ends the lease, and every
// successful Assign must be followed by one. An offer also ends by itself after
// Config.Offer. The agent who did not take it is away as "missed" for
// Config.Missed; the caller who asks again within Config.Keep has their old
// place. After an offer has run out the agent is nobody else's until its
// Release, or for as long again: who holds a lease has ended it by then. The
// lease of a call that has ended (Observe) ends within Config.Grace.
//
// Presence. An agent who works in a browser is there while Connect is held.
// When the last window is gone for Config.Gone, they go offline, during a call
// after it; the next Connect brings them back as they were. Their lease stands
// meanwhile: their call decides how long it waits for them. Agents who have only
// a phone never connect and never go.
//
// Blocking. Only Assign and NextCallBack wait. Assign fails with
// hotline.EUnavailable when nobody could ever come: at once if no agent has the
// skill, after Config.Grace if all of them are offline. Close stops the timer and
// fails those who wait; there is no goroutine to wait for.
package acd

import (
	"context"
	"sync"
	"time"

	"hotline"
)

// Config is what a desk starts with; zero values take their defaults.
type Config struct {
	Agents         []hotline.Agent
	Start          hotline.AgentState // of every agent; ready
	WrapUp         time.Duration      // after a call, at most; 0 is none
	WrapUpAtWindow bool               // WrapUp is for agents with a browser window only: others have nothing to write in
	Missed         time.Duration      // away after a missed call; 10 s
	Misses         int                // in a row, after which they stay away until they say otherwise; 0 is never
	Offer          time.Duration      // from Assign to the agent's joining; 1 min: ringing and the whisper
	Keep           time.Duration      // of the place of a caller who is not in the queue just now; 1 min
	Grace          time.Duration      // wait for somebody to come on line; 3 s
	Gone           time.Duration      // without a browser window, before offline; 5 s: a page that reloads
	HotCalls       int                // in a row, after which an agent is due a cool one; 3
	Weights        Weights
	Overflow       []Overflow

	// Changed, if set, is called after each change, without a lock and possibly
	// by several goroutines at once. It must not block.
	Changed func()
}

// Overflow lets the callers of one skill who have waited for After be served by
// the agents of another.
type Overflow struct {
	From, To string
	After    time.Duration
}

func (c *Config) fill() {
	for _, f := range []struct {
		v *time.Duration
		d time.Duration
	}{{&c.Missed, 10 * time.Second}, {&c.Offer, time.Minute}, {&c.Keep, time.Minute}, {&c.Grace, 3 * time.Second}, {&c.Gone, 5 * time.Second}} {
		if *f.v == 0 {
			*f.v = f.d
		}
	}
	if c.Start == "" {
		c.Start = hotline.AgentReady
	}
	if c.HotCalls == 0 {
		c.HotCalls = 3
	}
	c.Weights.fill()
}

// Desk is safe for use by many goroutines.
type Desk struct {
	changed func()

	mu    sync.Mutex
	room  *room
	timer *time.Timer // wakes the room when something in it runs out
}

// New makes a desk. It refuses agents without an id or with the same one, levels
// that are none, and an overflow that leads nowhere.
func New(cfg Config) (*Desk, error) {
	cfg.fill()
	r, err := newRoom(cfg, time.Now())
	if err != nil {
		return nil, err
	}
	d := &Desk{changed: cfg.Changed, room: r}
	d.timer = time.AfterFunc(time.Hour, func() { d.do(func(*room, time.Time) {}) })
	d.timer.Stop()
	return d, nil
}

// do lets f change the room, matches, and sets the timer.
func (d *Desk) do(f func(r *room, now time.Time)) {
	d.mu.Lock()
	now := time.Now()
	d.room.tick(now)
	f(d.room, now)
	d.room.match(now)
	if at, ok := d.room.next(); ok {
		d.timer.Reset(at.Sub(now))
	} else {
		d.timer.Stop()
	}
	d.mu.Unlock()
	if d.changed != nil {
		d.changed()
	}
}

// look lets f read the room as it is now.
func (d *Desk) look(f func(r *room, now time.Time)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(d.room, time.Now())
}

// Assign waits for an agent for t and leases them. To leave the queue, end ctx.
func (d *Desk) Assign(ctx context.Context, t hotline.Ticket) (hotline.AgentID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var c *caller
	d.do(func(r *room, now time.Time) { c = r.join(t, now) })
	select {
	case <-c.settled:
	case <-ctx.Done():
		d.do(func(r *room, now time.Time) {
			r.leave(c, now)
			if c.got != nil { // both at once: nobody rang them yet
				r.release(c.got, false, hotline.ECancelled, now)
			}
		})
		return "", ctx.Err()
	}
	if c.err != nil {
		return "", c.err
	}
	return c.got.ID, nil
}

// Release ends the lease of an agent: joined tells whether they talked to the
// caller, reason why not, or how it ended. An agent who is not leased stays as
// they are.
func (d *Desk) Release(id hotline.AgentID, joined bool, reason string) {
	d.do(func(r *room, now time.Time) {
		if a := r.byID[id]; a != nil {
			r.release(a, joined, reason, now)
		}
	})
}

// Observe follows the calls: an agent who joined one is talking; the leases of a
// call that has ended end soon.
func (d *Desk) Observe(ev hotline.Event) {
	switch b := ev.Body.(type) {
	case hotline.AgentJoined:
		d.do(func(r *room, now time.Time) { r.joined(b.Agent, ev.Call, now) })
	case hotline.CallEnded:
		d.do(func(r *room, now time.Time) { r.ended(ev.Call, now) })
	}
}

// Close stops the timer and fails everybody who waits.
func (d *Desk) Close() {
	d.do(func(r *room, now time.Time) { r.close(now) })
}
