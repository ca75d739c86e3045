package acd

import (
	"time"

	"hotline"
)

type agent struct {
	hotline.AgentStatus
	levels []uint8   // of each skill; 0: they do not have it
	free   time.Time // since when they have had no call
	lease  *lease
	missed int // offers in a row

	workedFrom time.Time // start of the call they are writing up
	workedOn   int       // its skill

	windows int                // of browsers
	goneAt  time.Time          // offline then; zero while a window is open, or if there never was one
	gone    bool               // offline because the browser is gone, or will be after the call
	was     hotline.AgentState // before that; Next, during a call
	wasAway string             // why
}

// lease holds an agent for one caller.
type lease struct {
	*caller
	began time.Time
	over  bool // ran out unanswered: only its holder may still have it
	ended bool // the call has
}

// enter begins a state, with nothing to end it.
func (r *room) enter(a *agent, s hotline.AgentState, now time.Time) {
	if s != hotline.AgentWrapUp && !a.workedFrom.IsZero() {
		r.sample(a.workedOn, now.Sub(a.workedFrom))
		a.workedFrom = time.Time{}
	}
	a.State, a.Since, a.Until, a.Away = s, now, time.Time{}, ""
	if s == hotline.AgentReady {
		a.free = now
	}
}

// enterFor begins a state that turns into ready after span.
func (r *room) enterFor(a *agent, s hotline.AgentState, span time.Duration, now time.Time) {
	if span <= 0 || r.closed {
		r.enter(a, hotline.AgentReady, now)
		return
	}
	r.enter(a, s, now)
	a.Until = now.Add(span)
}

// expire ends the state of a that has run out by now.
func (r *room) expire(a *agent, now time.Time) {
	if !a.goneAt.IsZero() && !now.Before(a.goneAt) {
		r.vanish(a, now)
	}
	if a.Until.IsZero() || now.Before(a.Until) {
		return
	}
	switch l := a.lease; {
	case l == nil: // the wrap-up, or away for a while
		r.enter(a, hotline.AgentReady, now)
	case l.ended:
		r.release(a, a.State == hotline.AgentTalking, hotline.CallerHangup, now)
	case l.over:
		r.release(a, false, a.Reason, now)
	default:
		l.over = true
		r.miss(a, l, hotline.ENoAnswer, r.cfg.Offer, now)
	}
}

// release ends the lease of a, if there is one.
func (r *room) release(a *agent, joined bool, reason string, now time.Time) {
	l := a.lease
	if l == nil {
		return
	}
	next, free := a.Next, a.free
	a.lease, a.Call, a.Next, a.Reason = nil, "", "", ""
	if joined {
		a.missed = 0
		a.workedFrom, a.workedOn = l.began, l.skill
		if a.Hot++; !l.hot {
			a.Hot = 0
		}
	} else if !l.over {
		r.keep(l.caller, now)
	}
	switch {
	case joined && next == "" && r.cfg.WrapUpAtWindow && a.windows == 0:
		r.enter(a, hotline.AgentReady, now)
	case joined && next == "":
		r.enterFor(a, hotline.AgentWrapUp, r.cfg.WrapUp, now)
	case joined:
		r.enter(a, next, now)
	case l.over && a.State == hotline.AgentAway: // the miss is counted
		r.stay(a, reason, r.cfg.Missed, now)
	case missed(reason):
		r.miss(a, l, reason, r.cfg.Missed, now)
	default: // the caller left first: they keep their place among the free
		r.enter(a, hotline.AgentReady, now)
		a.free = free
	}
	if !joined && next != "" {
		r.enter(a, next, now)
	}
}

// miss is an offer that a did not take.
func (r *room) miss(a *agent, l *lease, reason string, span time.Duration, now time.Time) {
	a.missed++
	a.Call = ""
	l.tried = append(l.tried, a)
	r.keep(l.caller, now)
	r.stay(a, reason, span, now)
}

// stay is away after a miss, for longer if there were many.
func (r *room) stay(a *agent, reason string, span time.Duration, now time.Time) {
	r.enterFor(a, hotline.AgentAway, span, now)
	a.Reason = reason
	if a.State == hotline.AgentAway {
		a.Away = hotline.AwayMissed
		if r.cfg.Misses > 0 && a.missed >= r.cfg.Misses && a.lease == nil {
			a.Until = time.Time{}
		}
	}
}

// Unreached is the reason of a Release when the customer of a call-back did not
// answer: no fault of the agent's.
const Unreached = "unreached"

// missed tells whether an agent who did not join was the one who did not, and
// not the caller who left while they were being called.
func missed(reason string) bool {
	switch reason {
	case "", Unreached, hotline.CallerHangup, hotline.ECancelled, hotline.BotHangup, hotline.ByOperator, hotline.TooLong, hotline.Shutdown:
		return false
	}
	return true
}

// joined is the agent in talk with the caller; late, if the offer ran out.
func (r *room) joined(id hotline.AgentID, call hotline.CallID, now time.Time) {
	a := r.byID[id]
	if a == nil || a.lease == nil || a.lease.Call != call || a.lease.ended || a.State == hotline.AgentTalking {
		return
	}
	r.enter(a, hotline.AgentTalking, now)
	a.Call, a.Reason, a.lease.over = call, "", false
}

// ended gives the holder of a call's leases a last moment.
func (r *room) ended(call hotline.CallID, now time.Time) {
	for _, a := range r.agents {
		if l := a.lease; l != nil && l.Call == call && call != "" && !l.ended {
			l.ended = true
			a.Until = now.Add(r.cfg.Grace)
		}
	}
}

// wish is the state that an agent asked for, or somebody for them.
func (r *room) wish(a *agent, s hotline.AgentState, why string, now time.Time) {
	a.gone = false
	switch {
	case a.lease != nil:
		a.Next = s
	case a.State != s || !a.Until.IsZero() || a.Away != why:
		r.enter(a, s, now)
		a.Reason, a.missed = "", 0
		if s == hotline.AgentAway {
			a.Away = why
		}
	}
}
