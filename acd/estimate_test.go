package acd

import (
	"fmt"
	"math"
	"testing"
	"time"

	"hotline"
)

// When calls take what they took before, the wait that was told is the wait.
func TestEstimateComesTrue(t *testing.T) {
	const talk = 3 * time.Minute
	for _, agents := range []int{1, 2, 5} {
		var skills [][]string
		for range agents {
			skills = append(skills, []string{"x"})
		}
		w := newWorld(t, Config{Agents: people(skills...), WrapUp: 20 * time.Second, Weights: Weights{Bound: time.Nanosecond}})
		step := func() { // a second of the agents' work
			for _, a := range w.r.agents {
				if h := w.held[a]; h != nil && w.now.Sub(h.began) >= talk {
					w.release(a, true, "")
				} else if h != nil && a.State == hotline.AgentOffered {
					h.talked = true
					w.do(func() { w.r.joined(a.ID, h.caller.Call, w.now) })
				}
			}
			w.pass(time.Second)
		}
		told, came := map[hotline.CallID]time.Duration{}, map[hotline.CallID]time.Time{}
		known := 0
		for i := range 60 {
			id := hotline.CallID(fmt.Sprint(i))
			c := w.join(hotline.Ticket{Call: id, Skill: "x"})
			came[id] = w.now
			if !c.done() {
				e := w.r.waiters(w.now, len(w.r.waiting))[len(w.r.waiting)-1].Estimate
				if told[id] = -1; e.Known {
					told[id] = e.WaitMs.Duration()
					known++
				}
			}
			for range 40 {
				step()
			}
		}
		for len(w.r.waiting) > 0 {
			step()
		}
		if known < 20 && agents < 5 {
			t.Errorf("%d agents: only %d waits were told", agents, known)
		}
		for _, c := range w.came {
			if said := told[c.Call]; said > 0 {
				if took := w.began[c].Sub(came[c.Call]); math.Abs(float64(took-said)) > float64(10*time.Second) {
					t.Errorf("%d agents: %s was told %v and waited %v", agents, c.Call, said, took)
				}
			}
		}
	}
}

func TestEstimateSaysWhatItDoesNotKnow(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}, []string{"y"}), Overflow: []Overflow{{"y", "x", 30 * time.Second}}})
	a1, a2 := w.r.agents[0], w.r.agents[1]
	estimate := func(i int) hotline.Estimate { return w.r.waiters(w.now, len(w.r.waiting))[i].Estimate }
	want := func(i int, e hotline.Estimate) {
		t.Helper()
		if got := estimate(i); got != e {
			t.Errorf("estimate %+v, want %+v", got, e)
		}
	}
	for i := range 3 {
		w.join(hotline.Ticket{Call: hotline.CallID(fmt.Sprint(i)), Skill: "x"})
		w.join(hotline.Ticket{Call: "next", Skill: "x"})
		want(0, hotline.Estimate{How: "fewer than 3 calls were handled so far"})
		w.do(func() {
			next := w.r.waiting[0]
			w.r.leave(next, w.now)
			next.settle(nil, hotline.ECancelled, "left")
		})
		w.pass(50 * time.Second)
		w.release(a1, true, "")
	}
	w.join(hotline.Ticket{Call: "talks", Skill: "x"})
	w.pass(10 * time.Second)
	w.join(hotline.Ticket{Call: "1st", Skill: "x"})
	w.join(hotline.Ticket{Call: "2nd", Skill: "x"})
	how := "agents at work: 1; a call takes 50 s (the last 3 of this queue)"
	want(0, hotline.Estimate{Known: true, WaitMs: 40_000, How: how})
	want(1, hotline.Estimate{Known: true, WaitMs: 90_000, How: how})

	// Of another queue nothing is known but what is known of all; y's callers may
	// have x's agent, after both.
	w.do(func() { w.r.wish(a2, hotline.AgentAway, "", w.now) })
	w.join(hotline.Ticket{Call: "3rd", Skill: "y"})
	want(2, hotline.Estimate{Known: true, WaitMs: 140_000, How: "agents at work: 1; a call takes 50 s (the last 3 of all queues)"})
	if p := w.r.waiters(w.now, len(w.r.waiting)); p[0].Position != 1 || p[1].Position != 2 || p[2].Position != 1 || p[2].Skill != "y" {
		t.Errorf("places %+v", p)
	}
	// It takes longer than ever: a quarter more, not nothing.
	w.pass(49 * time.Second)
	want(0, hotline.Estimate{Known: true, WaitMs: 12_500, How: how})
	// They go home after this call: who is to come?
	w.do(func() { w.r.wish(a1, hotline.AgentOffline, "", w.now) })
	want(0, hotline.Estimate{How: "no agent for this queue is at work"})
}
