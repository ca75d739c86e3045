package acd

import (
	"cmp"
	"time"

	"hotline"
)

// Connect is one more browser window of an agent; gone is to be called, once,
// when its connection ends. An agent who is offline becomes as, which the page
// knows from before (a server that starts again does not): ready or away; or, if
// as is empty, what they were before their windows were gone. The error carries
// hotline.ENotFound or hotline.EInvalid.
func (d *Desk) Connect(id hotline.AgentID, as hotline.AgentState) (gone func(), err error) {
	if as != "" && !wishable(as) {
		return nil, errState
	}
	d.do(func(r *room, now time.Time) {
		a := r.byID[id]
		if a == nil {
			err = errAgent
			return
		}
		r.connect(a, as, now)
		gone = func() { d.do(func(r *room, now time.Time) { r.disconnect(a, now) }) }
	})
	return gone, err
}

func (r *room) connect(a *agent, as hotline.AgentState, now time.Time) {
	a.windows++
	a.goneAt = time.Time{}
	switch {
	case a.gone && a.lease != nil:
		a.Next = a.was
	case a.State == hotline.AgentOffline && as != "":
		r.enter(a, as, now)
	case a.State == hotline.AgentOffline && a.gone:
		r.enter(a, cmp.Or(a.was, hotline.AgentReady), now)
		a.Away = a.wasAway
	}
	a.gone = false
}

func (r *room) disconnect(a *agent, now time.Time) {
	if a.windows--; a.windows == 0 && a.State != hotline.AgentOffline && !r.closed {
		a.goneAt = now.Add(r.cfg.Gone)
	}
}

// vanish is the end of waiting for a window.
func (r *room) vanish(a *agent, now time.Time) {
	a.goneAt = time.Time{}
	switch {
	case a.State == hotline.AgentOffline:
		return
	case a.lease != nil:
		a.was, a.wasAway, a.Next = a.Next, "", hotline.AgentOffline
	default:
		a.was, a.wasAway = hotline.AgentReady, ""
		if a.State == hotline.AgentAway && a.Until.IsZero() {
			a.was, a.wasAway = hotline.AgentAway, a.Away
		}
		r.enter(a, hotline.AgentOffline, now)
	}
	a.gone = true
}

func wishable(s hotline.AgentState) bool {
	return s == hotline.AgentReady || s == hotline.AgentAway || s == hotline.AgentOffline
}

var (
	errAgent = &hotline.Error{Op: "agent state", Code: hotline.ENotFound, Message: "no such agent"}
	errState = &hotline.Error{Op: "agent state", Code: hotline.EInvalid, Message: "state must be ready, away or offline"}
)

// SetState is an agent's, or their supervisor's, wish: ready, away or offline.
// During a call it is what comes after it. The error carries hotline.ENotFound
// or hotline.EInvalid.
func (d *Desk) SetState(id hotline.AgentID, s hotline.AgentState) (hotline.AgentStatus, error) {
	return d.setState(id, s, "")
}

// SetAway is SetState away for a reason: "lunch". hotline.EInvalid is also for a
// reason over 80 bytes, or AwayMissed, which only a missed call gives.
func (d *Desk) SetAway(id hotline.AgentID, why string) (hotline.AgentStatus, error) {
	if len(why) > 80 || why == hotline.AwayMissed {
		return hotline.AgentStatus{}, &hotline.Error{Op: "agent state", Code: hotline.EInvalid, Message: "the reason is too long, or not one to be given"}
	}
	return d.setState(id, hotline.AgentAway, why)
}

func (d *Desk) setState(id hotline.AgentID, s hotline.AgentState, why string) (st hotline.AgentStatus, err error) {
	if !wishable(s) {
		err = errState
	}
	found := false
	d.do(func(r *room, now time.Time) {
		if a := r.byID[id]; a != nil {
			found = true
			if err == nil {
				r.wish(a, s, why, now)
			}
		}
	})
	if !found {
		return st, errAgent
	}
	if err != nil {
		return st, err
	}
	d.look(func(r *room, _ time.Time) { st = r.byID[id].status() }) // after the match
	return st, nil
}
