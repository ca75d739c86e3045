package acd

import (
	"fmt"
	"math"
	"slices"
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

// FuzzRoom plays any sequence of what may happen: no agent is in two calls, no
// caller is lost, nobody waits beside a free agent, nobody is overtaken beyond
// the bound, every lease ends, and the same again is the same again.
func FuzzRoom(f *testing.F) {
	f.Add([]byte{0, 0, 8, 1, 3, 4})
	f.Add([]byte("a caller comes, an agent goes, and nobody is lost on the way"))
	f.Add([]byte{0, 255, 16, 200, 11, 255, 7, 255, 5, 0, 12, 3, 13, 9, 0, 64, 14, 0, 11, 77, 6, 200, 8, 3})
	f.Fuzz(func(t *testing.T, ops []byte) {
		if len(ops) > 400 {
			return
		}
		one, two := happen(t, ops), happen(t, ops)
		if one != two {
			t.Errorf("twice the same was first\n%s\nthen\n%s", one, two)
		}
	})
}

func happen(t *testing.T, ops []byte) string {
	w := newWorld(t, Config{
		Agents: []hotline.Agent{{ID: "a1", Skills: []string{"x", "zh"}, Levels: map[string]int{"x": 5}}, {ID: "a2", Skills: []string{"x", "y"}}, {ID: "a3", Skills: []string{"z"}}},
		WrapUp: 7 * time.Second,
		Misses: 2, HotCalls: 2,
		Weights:  Weights{Bound: time.Minute, Segment: map[string]time.Duration{"vip": 40 * time.Second}},
		Overflow: []Overflow{{"x", "z", 20 * time.Second}, {"y", "z", 30 * time.Second}},
	})
	windows := make([]int, len(w.r.agents))
	for i := 0; i+1 < len(ops); i += 2 {
		x := int(ops[i+1])
		n := x % len(w.r.agents)
		a := w.r.agents[n]
		switch ops[i] % 16 {
		case 0, 1, 2, 3:
			call := len(w.came)
			if x >= 128 { // the call of somebody who was here
				call = x % max(1, len(w.came))
			}
			t := hotline.Ticket{Call: hotline.CallID(fmt.Sprint("c", call)), Skill: []string{"x", "y", "z", "", "none"}[x%5], Language: []string{"", "zh"}[x%2],
				Priority: x/5%4 - 1, Segment: []string{"", "vip"}[x/8%2], Heat: float64(x%3) / 2, Repeats: x / 16 % 3}
			w.join(t)
		case 4:
			if len(w.r.waiting) > 0 {
				c := w.r.waiting[x%len(w.r.waiting)]
				if c.number == "" {
					w.do(func() {
						w.r.leave(c, w.now)
						c.settle(nil, hotline.ECancelled, "left")
					})
				}
			}
		case 5, 6:
			if h := w.held[a]; h != nil {
				w.release(a, x&4 == 0, []string{"busy", hotline.CallerHangup, Unreached}[x/8%3])
			}
		case 7:
			if h := w.held[a]; h != nil {
				w.do(func() { w.r.joined(a.ID, h.caller.Call, w.now) })
				h.talked = h.talked || a.State == hotline.AgentTalking
			}
		case 8:
			if h := w.held[a]; h != nil && h.ended.IsZero() {
				for _, other := range w.held { // of the same call
					if other.caller.Call == h.caller.Call && other.ended.IsZero() {
						other.ended = w.now
					}
				}
				w.do(func() { w.r.ended(h.caller.Call, w.now) })
			}
		case 9:
			s := []hotline.AgentState{hotline.AgentReady, hotline.AgentAway, hotline.AgentOffline}[x/4%3]
			w.do(func() { w.r.wish(a, s, []string{"", "lunch"}[x/16%2], w.now) })
		case 10:
			if windows[n] > 0 && x&8 > 0 {
				windows[n]--
				w.do(func() { w.r.disconnect(a, w.now) })
			} else {
				windows[n]++
				w.do(func() { w.r.connect(a, []hotline.AgentState{"", hotline.AgentReady}[x/16%2], w.now) })
			}
		case 11:
			w.pass(time.Duration(x) * time.Second)
		case 12:
			w.do(func() {
				t := hotline.Ticket{Call: hotline.CallID(fmt.Sprint("c", x%max(1, len(w.came)))), Skill: []string{"x", "y"}[x%2]}
				_ = w.r.callBack(t, "123", w.now)
			})
		case 13:
			w.do(func() {
				d := &dialer{settled: make(chan struct{})}
				w.r.dialers = append(w.r.dialers, d)
				w.dials = append(w.dials, d)
			})
		default:
			w.pass(time.Duration(x) * 50 * time.Millisecond)
		}
	}
	// Nobody does anything any more: the offers end.
	offers := map[*agent]*lease{}
	for _, a := range w.r.agents {
		if a.State != hotline.AgentTalking {
			offers[a] = a.lease
		}
	}
	w.pass(2 * w.r.cfg.Offer)
	for a, l := range offers {
		if l != nil && a.lease == l {
			t.Errorf("the offer of %s to %s never ends", l.Call, a.ID)
		}
	}
	// The calls end, and everybody comes back to work: the queue empties.
	for range 2*len(w.came) + len(w.r.waiting) + 2 {
		for _, a := range w.r.agents {
			w.do(func() { w.r.wish(a, hotline.AgentReady, "", w.now) })
		}
		for _, a := range w.r.agents {
			if a.lease != nil {
				w.release(a, true, "")
			}
		}
		w.do(func() {
			d := &dialer{settled: make(chan struct{})}
			w.r.dialers = append(w.r.dialers, d)
			w.dials = append(w.dials, d)
		})
		w.pass(w.r.cfg.WrapUp + w.r.cfg.Grace)
	}
	if len(w.r.waiting) > 0 {
		t.Errorf("%d still wait, first %s for %s", len(w.r.waiting), w.r.waiting[0].Call, w.r.waiting[0].Skill)
	}
	return w.trace.String()
}

// The bound: whatever important, furious people call, one who does not shout is
// served before anybody who came Bound later; and until then they do go first.
func TestNobodyStarves(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}), HotCalls: 1000, Weights: Weights{Bound: 2 * time.Minute, Segment: map[string]time.Duration{"vip": time.Hour}}})
	a := w.r.agents[0]
	w.join(hotline.Ticket{Call: "first", Skill: "x"})
	quiet := w.join(hotline.Ticket{Call: "quiet", Skill: "x"})
	calls := 0
	for ; !quiet.done() && calls < 1000; calls++ {
		for i := range 3 {
			w.join(hotline.Ticket{Call: hotline.CallID(fmt.Sprint("vip", calls, "-", i)), Skill: "x", Segment: "vip", Heat: 1, Repeats: 9, Priority: math.MaxInt})
		}
		w.pass(10 * time.Second)
		w.release(a, true, "")
	}
	w.got(quiet, "a1")
	if w.maxOut < 100*time.Second {
		t.Errorf("nobody who came later than %v went first", w.maxOut)
	}
	if calls < 12 || calls > 40 { // three come for each that is served, in two minutes
		t.Errorf("served after %d calls", calls)
	}
}

func TestFit(t *testing.T) {
	agents := []hotline.Agent{
		{ID: "novice", Skills: []string{"x"}, Levels: map[string]int{"x": 1}},
		{ID: "expert", Skills: []string{"x", "y"}, Levels: map[string]int{"x": 5}},
		{ID: "chinese", Skills: []string{"x", "zh"}, Levels: map[string]int{"x": 2}},
		{ID: "helper", Skills: []string{"z"}},
	}
	w := newWorld(t, Config{Agents: agents, Overflow: []Overflow{{"x", "z", time.Minute}, {"only-over", "z", time.Minute}}})
	x := func(call, language string) *caller {
		return w.join(hotline.Ticket{Call: hotline.CallID(call), Skill: "x", Language: language})
	}
	w.got(x("1", "zh"), "chinese")
	first := x("2", "")
	w.got(first, "expert")
	w.release(w.r.byID["expert"], false, "busy")
	again := x("2", "")
	w.got(again, "novice")
	waits, other := x("3", ""), w.join(hotline.Ticket{Call: "4", Skill: "only-over"})
	w.pass(5 * time.Second)
	w.release(w.r.byID["novice"], false, "busy")
	again = x("2", "") // has missed none who is ready
	w.pass(4 * time.Second)
	if again.done() || waits.done() {
		t.Fatal("somebody who is not there was given a call")
	}
	w.pass(time.Second) // the expert is back, and goes to the first of the queue, though they missed the call
	w.got(again, "expert")
	w.pass(5 * time.Second)
	w.got(waits, "novice")
	third := x("5", "")
	w.pass(45 * time.Second)
	w.got(other, "helper") // overflow, a minute after it came
	w.release(w.r.byID["helper"], true, "")
	if third.done() {
		t.Fatal("overflow before its time")
	}
	w.pass(15 * time.Second)
	w.got(third, "helper")
}

func TestOfferRunsOut(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}, []string{"x"}), Misses: 2})
	a1, a2 := w.r.agents[0], w.r.agents[1]
	c := w.join(hotline.Ticket{Call: "c", Skill: "x"})
	w.got(c, "a1")
	w.got(w.join(hotline.Ticket{Call: "d", Skill: "x"}), "a2")
	w.do(func() { w.r.joined("a2", "d", w.now) })
	w.pass(59 * time.Second)
	e := w.join(hotline.Ticket{Call: "e", Skill: "x"})
	w.state("a1", hotline.AgentOffered, "")
	w.pass(time.Second)
	w.state("a1", hotline.AgentAway, hotline.AwayMissed)
	w.do(func() { w.r.wish(a1, hotline.AgentReady, "", w.now) }) // not before the holder let go
	w.state("a1", hotline.AgentAway, hotline.AwayMissed)
	back := w.join(hotline.Ticket{Call: "c", Skill: "x"})
	if w.r.waiting[0] != back || w.r.waiting[1] != e {
		t.Fatal("the caller lost the place")
	}
	w.release(a2, true, "")
	w.got(back, "a2")
	w.release(a1, false, hotline.ENoAnswer)
	w.got(e, "a1") // as wished
	w.release(a1, false, hotline.ENoAnswer)
	w.state("a1", hotline.AgentAway, hotline.AwayMissed)
	w.pass(time.Hour) // it was the second in a row
	w.state("a1", hotline.AgentAway, hotline.AwayMissed)
	w.do(func() { w.r.wish(a1, hotline.AgentReady, "", w.now) })
	w.state("a1", hotline.AgentReady, "")

	// A holder who never lets go, and one whose call has ended.
	w.do(func() { w.r.wish(a2, hotline.AgentAway, "lunch", w.now) })
	w.state("a2", hotline.AgentAway, "lunch")
	w.got(w.join(hotline.Ticket{Call: "f", Skill: "x"}), "a1")
	w.pass(2*time.Minute - time.Second)
	w.state("a1", hotline.AgentAway, hotline.AwayMissed)
	w.pass(time.Second + 10*time.Second)
	w.state("a1", hotline.AgentReady, "")
	if a1.lease != nil {
		t.Error("the lease has not ended")
	}
	w.do(func() { w.r.wish(a2, hotline.AgentReady, "", w.now) })
	w.do(func() { w.r.wish(a1, hotline.AgentOffline, "", w.now) })
	w.got(w.join(hotline.Ticket{Call: "g", Skill: "x"}), "a2")
	w.do(func() { w.r.joined("a2", "g", w.now) })
	w.pass(time.Hour)
	w.state("a2", hotline.AgentTalking, "")
	w.do(func() { w.r.ended("g", w.now) })
	w.state("a2", hotline.AgentTalking, "")
	w.pass(3 * time.Second)
	w.state("a2", hotline.AgentReady, "")
}

// An agent who joins after the offer ran out is in the call all the same.
func TestJoinedLate(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"})})
	w.join(hotline.Ticket{Call: "c", Skill: "x"})
	w.pass(time.Minute)
	w.state("a1", hotline.AgentAway, hotline.AwayMissed)
	w.do(func() { w.r.joined("a1", "c", w.now) })
	w.state("a1", hotline.AgentTalking, "")
	w.pass(time.Hour)
	w.state("a1", hotline.AgentTalking, "")
	w.release(w.r.agents[0], true, "")
	w.state("a1", hotline.AgentReady, "")
}

func TestCoolCallAfterHotOnes(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}), HotCalls: 2})
	a := w.r.agents[0]
	call := func(id string, heat float64, prio int) *caller {
		return w.join(hotline.Ticket{Call: hotline.CallID(id), Skill: "x", Heat: heat, Priority: prio})
	}
	var order []*caller
	for i, heat := range []float64{1, 0.9, 0.8, 0.7} {
		order = append(order, call(fmt.Sprint("hot", i), heat, 2))
	}
	order = append(order, call("cool", 0.2, 0), call("late", 0, 0))
	for _, want := range []string{"hot0", "hot1", "cool", "hot2", "hot3", "late"} {
		if a.Call != hotline.CallID(want) {
			t.Fatalf("has %s, want %s", a.Call, want)
		}
		w.release(a, true, "")
	}
	if a.Hot != 0 {
		t.Errorf("%d hot calls after a cool one", a.Hot)
	}
	// Nobody cool waits within the bound: the hot one is served.
	for i := range 2 {
		call(fmt.Sprint("again", i), 1, 0)
		w.release(a, true, "")
	}
	// Nor does one who came after the bound go first.
	w.do(func() { w.r.wish(a, hotline.AgentAway, "tea", w.now) })
	hot := call("last", 1, 0)
	w.pass(w.r.cfg.Weights.Bound + time.Second)
	cool := call("too late", 0, 0)
	w.do(func() { w.r.wish(a, hotline.AgentReady, "", w.now) })
	w.got(hot, "a1")
	if cool.done() || !slices.Contains(w.r.waiting, cool) {
		t.Error("one who came after the bound went first")
	}
	// Another agent had none: it is them, though free for less long.
	b := newWorld(t, Config{Agents: people([]string{"x"}, []string{"x"}), HotCalls: 1})
	b.join(hotline.Ticket{Call: "1", Skill: "x", Heat: 1})
	b.release(b.r.agents[0], true, "")
	b.pass(time.Second)
	b.join(hotline.Ticket{Call: "2", Skill: "x"})
	b.release(b.r.agents[1], true, "")
	b.got(b.join(hotline.Ticket{Call: "3", Skill: "x", Heat: 1}), "a2")
}
