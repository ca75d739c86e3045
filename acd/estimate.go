package acd

import (
	"fmt"
	"slices"
	"time"

	"hotline"
)

// recent is the length of the last calls, from the offer to the end of the
// wrap-up.
type recent struct {
	spans [20]time.Duration
	n     int // ever
	sum   time.Duration
}

// enough calls make a mean worth telling.
const enough = 3

func (h *recent) add(d time.Duration) {
	at := &h.spans[h.n%len(h.spans)]
	h.sum += d - *at
	*at = d
	h.n++
}

func (h *recent) last() int           { return min(h.n, len(h.spans)) }
func (h *recent) mean() time.Duration { return h.sum / time.Duration(h.last()) }

// sample takes the length of a call of a skill.
func (r *room) sample(skill int, d time.Duration) {
	r.handled[anySkill].add(d)
	if skill > anySkill {
		if r.handled[skill] == nil {
			r.handled[skill] = &recent{}
		}
		r.handled[skill].add(d)
	}
}

// handling is what is known of calls of a skill; nil if it is not enough.
func (r *room) handling(skill int) (h *recent, whose string) {
	if h := r.handled[skill]; skill > anySkill && h != nil && h.n >= enough {
		return h, "of this queue"
	}
	if h := r.handled[anySkill]; h.n >= enough {
		return h, "of all queues"
	}
	return nil, ""
}

// outlook is what is foreseen for one caller.
type outlook struct {
	wait   time.Duration
	agents int     // reckoned with
	calls  *recent // nil: not known
	whose  string
}

func (o outlook) estimate() hotline.Estimate {
	switch {
	case o.calls == nil:
		return hotline.Estimate{How: fmt.Sprintf("fewer than %d calls were handled so far", enough)}
	case o.agents == 0:
		return hotline.Estimate{How: "no agent for this queue is at work"}
	}
	return hotline.Estimate{Known: true, WaitMs: hotline.MsOf(o.wait), How: fmt.Sprintf("agents at work: %d; a call takes %s (the last %d %s)",
		o.agents, inWords(o.calls.mean()), o.calls.last(), o.whose)}
}

// forecast estimates the wait of the first n of the queue, by playing it
// forward: each agent is free when their call has lasted as long as recent ones
// did, wrap-up included (one that lasts longer already is given a quarter more),
// and takes the next caller who suits them. Agents who are away are not reckoned
// with, unless they are back at a known time. Who comes later with a greater
// priority is not foreseen.
func (r *room) forecast(now time.Time, n int) []outlook {
	free := make([]time.Duration, len(r.agents)) // from now; negative: not reckoned with
	for i, a := range r.agents {
		free[i] = r.freeIn(a, now)
	}
	all := make([]outlook, n)
	for i, c := range r.waiting[:n] {
		all[i] = r.foresee(c, free, now)
	}
	return all
}

// foresee gives c the agent who is free first, who is then free a call later.
func (r *room) foresee(c *caller, free []time.Duration, now time.Time) (o outlook) {
	o.calls, o.whose = r.handling(c.skill)
	if o.calls == nil {
		return o
	}
	best := -1
	for i, a := range r.agents {
		if free[i] < 0 {
			continue
		}
		from := free[i]
		if !r.suits(a, c) {
			late := slices.IndexFunc(c.over, func(o overflow) bool { return a.levels[o.skill] > 0 })
			if late < 0 {
				continue
			}
			from = max(from, c.over[late].at.Sub(now))
		}
		if o.agents++; best < 0 || from < o.wait {
			best, o.wait = i, from
		}
	}
	if best >= 0 {
		free[best] = o.wait + o.calls.mean()
	}
	return o
}

// freeIn is when a will be free, from now; negative if it cannot be known.
func (r *room) freeIn(a *agent, now time.Time) time.Duration {
	switch {
	case a.Next == hotline.AgentAway || a.Next == hotline.AgentOffline:
		return -1
	case a.State == hotline.AgentReady:
		return 0
	case a.lease != nil && !a.lease.over:
		h, _ := r.handling(a.lease.skill)
		if h == nil {
			return 0 // nothing is foreseen then
		}
		return max(h.mean()-now.Sub(a.lease.began), h.mean()/4)
	case !a.Until.IsZero():
		return max(a.Until.Sub(now), 0)
	}
	return -1
}
