package acd

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline"
)

// world plays the part of the calls and the clock for a room, and holds the
// room's promises to it after each step.
type world struct {
	t      *testing.T
	r      *room
	now    time.Time
	trace  strings.Builder
	came   []*caller            // all who ever joined
	dials  []*dialer            // all who ever offered to dial
	held   map[*agent]*holding  // leases whose holder has not released them
	served map[*caller]struct{} // known to be settled
	began  map[*caller]time.Time
	maxOut time.Duration // longest overtaking there was
}

type holding struct {
	caller *caller
	began  time.Time
	talked bool
	ended  time.Time
}

func newWorld(t *testing.T, cfg Config) *world {
	t.Helper()
	cfg.fill()
	start := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	r, err := newRoom(cfg, start)
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, r: r, now: start, held: map[*agent]*holding{}, served: map[*caller]struct{}{}, began: map[*caller]time.Time{}}
}

func (w *world) do(f func()) {
	w.r.tick(w.now)
	f()
	w.r.match(w.now)
	w.check()
}

// pass lets time go by, as the timer of a desk does.
func (w *world) pass(span time.Duration) {
	for end := w.now.Add(span); ; {
		at, ok := w.r.next()
		if !ok || at.After(end) {
			w.now = end
			return
		}
		if at.Before(w.now) {
			w.t.Fatalf("something was due at %v, before now", at.Sub(w.now))
		}
		w.now = at
		w.do(func() {})
		if again, ok := w.r.next(); ok && !again.After(at) {
			w.t.Fatal("what was due is still due")
		}
	}
}

func (w *world) join(t hotline.Ticket) (c *caller) {
	w.do(func() {
		c = w.r.join(t, w.now)
		w.came = append(w.came, c)
	})
	return c
}

func (w *world) release(a *agent, joined bool, reason string) {
	delete(w.held, a)
	w.do(func() { w.r.release(a, joined, reason, w.now) })
}

func (w *world) state(id hotline.AgentID, want hotline.AgentState, away string) {
	w.t.Helper()
	if a := w.r.byID[id]; a.State != want || a.Away != away {
		w.t.Errorf("%s is %s %q, want %s %q", id, a.State, a.Away, want, away)
	}
}

func (w *world) check() {
	w.t.Helper()
	r, now := w.r, w.now
	var granted []*caller
	look := func(c *caller) {
		if _, ok := w.served[c]; ok || !c.done() {
			return
		}
		w.served[c] = struct{}{}
		fmt.Fprintln(&w.trace, now.Unix(), c.Call, c.err)
		if c.got == nil {
			return
		}
		fmt.Fprintln(&w.trace, c.got.ID)
		granted = append(granted, c)
		w.began[c] = now
		if h := w.held[c.got]; h != nil {
			out := now.Sub(h.began) >= 2*r.cfg.Offer && !h.talked
			over := !h.ended.IsZero() && now.Sub(h.ended) >= r.cfg.Grace
			if !out && !over {
				w.t.Fatalf("%s is in %s and in %s", c.got.ID, h.caller.Call, c.Call)
			}
		}
		w.held[c.got] = &holding{caller: c, began: now}
	}
	for _, c := range w.came {
		look(c)
	}
	for _, d := range w.dials {
		if d.caller != nil {
			look(d.caller)
		}
	}
	waits := map[*caller]int{}
	for i, c := range r.waiting {
		if waits[c]++; waits[c] > 1 || c.done() {
			w.t.Fatalf("%s waits %d times, done: %v", c.Call, waits[c], c.done())
		}
		if i > 0 && c.turn.Before(r.waiting[i-1].turn) {
			w.t.Fatal("the queue is out of order")
		}
		if !r.callable(c) {
			continue
		}
		for _, a := range r.agents {
			if a.State == hotline.AgentReady && r.suits(a, c) {
				w.t.Fatalf("%s waits while %s is ready", c.Call, a.ID)
			}
		}
		for _, y := range granted {
			if r.suits(y.got, c) {
				w.maxOut = max(w.maxOut, y.since.Sub(c.since))
			}
		}
	}
	if w.maxOut > r.cfg.Weights.Bound {
		w.t.Fatalf("somebody was overtaken by one who came %v later", w.maxOut)
	}
	for _, c := range w.came {
		if !c.done() && waits[c] == 0 {
			w.t.Fatalf("%s is lost", c.Call)
		}
	}
	for _, a := range r.agents {
		leased := a.State == hotline.AgentOffered || a.State == hotline.AgentTalking
		switch {
		case leased && a.lease == nil, a.State == hotline.AgentReady && a.lease != nil, a.State == hotline.AgentWrapUp && a.Until.IsZero():
			w.t.Fatalf("%s is %s with the lease %v until %v", a.ID, a.State, a.lease, a.Until)
		case a.lease != nil && a.State != hotline.AgentTalking && a.Until.IsZero():
			w.t.Fatalf("the offer to %s has no end", a.ID)
		case a.Away != "" && a.State != hotline.AgentAway:
			w.t.Fatalf("%s is %s because of %s", a.ID, a.State, a.Away)
		}
	}
	for a, h := range w.held {
		if h.talked && h.ended.IsZero() && (a.lease == nil || a.lease.caller != h.caller || a.State != hotline.AgentTalking) {
			w.t.Fatalf("%s talks in %s and is %s with the lease %v", a.ID, h.caller.Call, a.State, a.lease)
		}
	}
	for _, o := range r.forecast(now, len(r.waiting)) {
		if e := o.estimate(); e.How == "" || e.WaitMs < 0 || !e.Known && e.WaitMs != 0 {
			w.t.Fatalf("estimate %+v", e)
		}
	}
}

func (w *world) got(c *caller, id hotline.AgentID) {
	w.t.Helper()
	if c.got == nil || c.got.ID != id {
		w.t.Fatalf("%s has %v, want %s", c.Call, c.got, id)
	}
}
