package web

import (
	"context"
	"slices"
	"time"

	"hotline"
)

// A Suggestion is what may answer what the caller has just said.
type Suggestion struct {
	Call     hotline.CallID `json:"call"`
	N        uint64         `json:"n"` // the event in which they said it
	Passages []KBPassage    `json:"passages"`
}

const (
	suggestIn    = 2 * time.Second
	suggestions  = 3
	contextTurns = 3 // before the question: they may name what it is about
)

// suggest looks for an answer to what the agent's caller has just said.
func (d *deskView) suggest(ctx context.Context, ev hotline.Event) {
	if _, over := ev.Body.(hotline.CallEnded); over {
		delete(d.said, ev.Call)
	}
	h, ok := ev.Body.(hotline.Heard)
	if !ok || h.Who != "caller" || h.Text == "" || d.s.cfg.KB == nil {
		return
	}
	before := d.said[ev.Call]
	d.said[ev.Call] = append(slices.Clone(before[max(0, len(before)-contextTurns):]), h.Text)
	d.answer(ctx, ev)
}

// answer looks for an answer to one turn at a time, and then to the last that came
// meanwhile.
func (d *deskView) answer(ctx context.Context, ev hotline.Event) {
	if d.late = ev; d.busy {
		return
	}
	d.late = hotline.Event{}
	h, ok := ev.Body.(hotline.Heard)
	said := d.said[ev.Call]
	if !ok || len(said) == 0 {
		return
	}
	before := said[:len(said)-1]
	c, err := d.s.cfg.Calls.Call(ctx, ev.Call)
	if err != nil || c.Phase != hotline.PhaseAgent || c.Agent != d.who.Agent {
		return
	}
	d.busy = true
	d.wg.Go(func() {
		g := Suggestion{Call: ev.Call, N: ev.N}
		defer func() { d.suggested <- g }() // has room: one is under way
		ctx, stop := context.WithTimeout(ctx, suggestIn)
		defer stop()
		found, err := d.s.cfg.KB.Search(ctx, KBQuery{Bot: c.Bot, Text: h.Text, Context: before, Language: h.Language, Segment: c.Segment, N: suggestions})
		if err != nil && ctx.Err() == nil && hotline.ErrorCode(err) != hotline.ENotFound {
			d.s.cfg.Log.Error("web: suggestions", "call", ev.Call, "err", err)
		}
		for _, p := range found {
			if p.Score >= suggestFrom {
				g.Passages = append(g.Passages, p)
			}
		}
	})
}

// suggestFrom is the probability from which an answer is suggested: people choose,
// so it is less than the bot needs to give one.
const suggestFrom = 0.2
