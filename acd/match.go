package acd

import (
	"slices"
	"time"

	"hotline"
)

// match gives waiting callers the agents who are ready, each in their turn, and
// starts or stops the patience of those for whom nobody could come.
func (r *room) match(now time.Time) {
	if len(r.waiting) == 0 || r.closed {
		return
	}
	r.count()
	granted := false
	for _, c := range r.waiting {
		if c.done() {
			continue
		}
		for len(c.over) > 0 && !now.Before(c.over[0].at) {
			c.reach, c.over = append(c.reach, c.over[0].skill), c.over[1:]
		}
		for len(r.ready) > 0 && r.callable(c) {
			a := r.best(c)
			if a == nil {
				break
			}
			granted = true
			if cool := r.cooler(a, c); cool != nil {
				r.grant(cool, a, now)
				continue
			}
			r.grant(c, a, now)
			break
		}
		if !c.done() {
			r.wait(c, now)
		}
	}
	if granted {
		r.waiting = slices.DeleteFunc(r.waiting, (*caller).done)
	}
}

// count fills the scratch.
func (r *room) count() {
	r.ready = r.ready[:0]
	clear(r.readyOf)
	clear(r.onDuty)
	for _, a := range r.agents {
		if a.State == hotline.AgentOffline {
			continue
		}
		ready := a.State == hotline.AgentReady
		if ready {
			r.ready = append(r.ready, a)
		}
		for id, level := range a.levels {
			if level > 0 {
				r.onDuty[id]++
				if ready {
					r.readyOf[id]++
				}
			}
		}
	}
}

// callable tells whether c can be connected: a call-back needs somebody to dial.
func (r *room) callable(c *caller) bool { return c.number == "" || len(r.dialers) > 0 }

// wait starts the patience of a caller for whom nobody could come.
func (r *room) wait(c *caller, now time.Time) {
	someone := c.number != "" // a call-back has all the time in the world
	for _, id := range c.reach {
		someone = someone || r.onDuty[id] > 0
	}
	for _, o := range c.over {
		someone = someone || r.onDuty[o.skill] > 0
	}
	switch {
	case someone:
		c.patience = time.Time{}
	case c.patience.IsZero():
		c.patience = now.Add(r.cfg.Grace)
	}
}

// best is the agent for c, nil if none is ready.
func (r *room) best(c *caller) (best *agent) {
	if !slices.ContainsFunc(c.reach, func(id int) bool { return r.readyOf[id] > 0 }) {
		return nil
	}
	most := 0
	for _, a := range r.ready {
		fit := r.fit(a, c)
		if fit > most || fit == most && best != nil && a.free.Before(best.free) {
			best, most = a, fit
		}
	}
	return best
}

// fit is how well a suits c; 0 is not at all.
func (r *room) fit(a *agent, c *caller) int {
	fit := 0
	for i, id := range c.reach {
		if level := int(a.levels[id]); level > 0 {
			if i == 0 && c.skill >= 0 {
				level += 8 // their own skill
			}
			fit = max(fit, level)
		}
	}
	if fit == 0 {
		return 0
	}
	if !c.hot || !r.worn(a) {
		fit += 16
	}
	if c.language >= 0 && a.levels[c.language] > 0 {
		fit += 32
	}
	if !slices.Contains(c.tried, a) {
		fit += 64
	}
	return fit
}

// suits tells whether a can serve c by now.
func (r *room) suits(a *agent, c *caller) bool {
	return slices.ContainsFunc(c.reach, func(id int) bool { return a.levels[id] > 0 })
}

// cooler is a cool caller whom a worn agent takes before c, who is hot, if that
// overtakes nobody by more than Bound.
func (r *room) cooler(a *agent, c *caller) *caller {
	if !c.hot || !r.worn(a) {
		return nil
	}
	first := c.since // of those who would be overtaken
	for _, w := range r.waiting {
		switch {
		case w.done() || !r.suits(a, w):
		case !w.hot && r.callable(w) && w.since.Sub(first) <= r.cfg.Weights.Bound && !slices.Contains(w.tried, a):
			return w
		case w.since.Before(first):
			first = w.since
		}
	}
	return nil
}

// worn tells whether an agent is due a cool call.
func (r *room) worn(a *agent) bool { return a.Hot >= r.cfg.HotCalls }

// grant leases a to c.
func (r *room) grant(c *caller, a *agent, now time.Time) {
	r.ready = slices.DeleteFunc(r.ready, func(x *agent) bool { return x == a })
	for id, level := range a.levels {
		if level > 0 {
			r.readyOf[id]--
		}
	}
	a.lease = &lease{caller: c, began: now}
	r.enter(a, hotline.AgentOffered, now)
	a.Until, a.Call, a.Reason = now.Add(r.cfg.Offer), c.Call, ""
	c.settle(a, "", "")
	if c.number != "" {
		d := r.dialers[0]
		r.dialers = r.dialers[1:]
		d.caller = c
		close(d.settled)
	}
}
