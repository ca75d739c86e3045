package acd

import (
	"slices"
	"time"

	"hotline"
)

func (a *agent) leased() bool {
	return a.State == hotline.AgentOffered || a.State == hotline.AgentTalking
}

// enter begins a state, with nothing to end it.
func (a *agent) enter(s hotline.AgentState) {
	a.epoch++
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
	a.State, a.Since, a.Until = s, time.Now(), time.Time{}
	if s == hotline.AgentReady {
		a.free = a.Since
	}
}

// enterFor begins a state that turns into ready after span; d.mu is held.
func (d *Desk) enterFor(a *agent, s hotline.AgentState, span time.Duration) {
	if span <= 0 || d.closed {
		a.enter(hotline.AgentReady)
		return
	}
	a.enter(s)
	a.Until = a.Since.Add(span)
	epoch := a.epoch
	a.timer = time.AfterFunc(span, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if a.epoch == epoch {
			a.enter(hotline.AgentReady)
			d.match()
		}
	})
}

// SetState is an agent's, or their supervisor's, wish: ready, away or offline.
// During a call it is what comes after it. The error carries hotline.ENotFound
// or hotline.EInvalid.
func (d *Desk) SetState(id hotline.AgentID, s hotline.AgentState) (hotline.AgentStatus, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.byID[id]
	if a == nil {
		return hotline.AgentStatus{}, &hotline.Error{Op: "agent state", Code: hotline.ENotFound, Message: "no such agent"}
	}
	switch s {
	case hotline.AgentReady, hotline.AgentAway, hotline.AgentOffline:
	default:
		return hotline.AgentStatus{}, &hotline.Error{Op: "agent state", Code: hotline.EInvalid, Message: "state must be ready, away or offline"}
	}
	switch {
	case a.leased():
		a.Next = s
	case a.State != s || !a.Until.IsZero():
		a.enter(s)
		a.Reason = ""
		d.match()
	}
	return a.status(), nil
}

// Observe follows the calls: an agent who joined one is talking.
func (d *Desk) Observe(ev hotline.Event) {
	b, ok := ev.Body.(hotline.AgentJoined)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if a := d.byID[b.Agent]; a != nil && a.State == hotline.AgentOffered && a.Call == ev.Call {
		a.enter(hotline.AgentTalking)
	}
}

func (a *agent) status() hotline.AgentStatus {
	s := a.AgentStatus
	s.Skills = slices.Clone(s.Skills)
	return s
}

// Agents is every agent as they are now, as configured.
func (d *Desk) Agents() []hotline.AgentStatus {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]hotline.AgentStatus, len(d.agents))
	for i, a := range d.agents {
		all[i] = a.status()
	}
	return all
}

// Address is where the phone of an agent is.
func (d *Desk) Address(id hotline.AgentID) (string, bool) {
	a, ok := d.byID[id] // never changes
	if !ok {
		return "", false
	}
	return a.Address, true
}

// Queues is every skill that an agent has or a caller waits for, by name.
func (d *Desk) Queues() []hotline.QueueStatus {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []hotline.QueueStatus
	at := func(skill string) *hotline.QueueStatus {
		i := slices.IndexFunc(all, func(q hotline.QueueStatus) bool { return q.Skill == skill })
		if i < 0 {
			all = append(all, hotline.QueueStatus{Skill: skill})
			i = len(all) - 1
		}
		return &all[i]
	}
	for _, a := range d.agents {
		for _, s := range a.Skills {
			q := at(s)
			if a.State == hotline.AgentReady {
				q.Ready++
			}
			if a.State != hotline.AgentOffline {
				q.Staffed++
			}
		}
	}
	for _, c := range d.waiting {
		q := at(c.Skill)
		q.Waiting++
		q.LongestMs = max(q.LongestMs, hotline.MsOf(time.Since(c.since)))
	}
	slices.SortFunc(all, func(a, b hotline.QueueStatus) int {
		if a.Skill < b.Skill {
			return -1
		}
		return 1
	})
	return all
}
