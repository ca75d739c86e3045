package acd

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"hotline"
)

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
	if w.r.agents[0].lease.over {
		t.Error("the lease counts as over")
	}
	w.release(w.r.agents[0], true, "")
	w.state("a1", hotline.AgentReady, "")
}

func TestCoolCallAfterHotOnes(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}), HotCalls: 2})
	a := w.r.agents[0]
	call := func(id string, heat float64, prio int) *caller {
		return w.join(hotline.Ticket{Call: hotline.CallID(id), Skill: "x", Heat: heat, Priority: prio})
	}
	for i, heat := range []float64{1, 0.9, 0.8, 0.7} {
		call(fmt.Sprint("hot", i), heat, 2)
	}
	call("cool", 0.2, 0)
	call("late", 0, 0)
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
}

// Another agent had no hot call: it is them, though free for less long.
func TestHotCallToTheFreshest(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}, []string{"x"}), HotCalls: 1})
	call := func(id string, heat float64, agent hotline.AgentID) {
		t.Helper()
		w.got(w.join(hotline.Ticket{Call: hotline.CallID(id), Skill: "x", Heat: heat}), agent)
		w.pass(time.Second)
		w.release(w.r.byID[agent], true, "")
		w.pass(time.Second)
	}
	call("1", 1, "a1")
	call("2", 0, "a2")
	call("3", 1, "a2")
	call("4", 0, "a1")
	call("5", 1, "a1")
}

// A worn agent's cool call overtakes nobody by more than the bound, also of
// those who stand behind the first.
func TestCoolCallWithinTheBoundOfAll(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}), HotCalls: 1, Weights: Weights{Bound: 2 * time.Minute}})
	a := w.r.agents[0]
	w.join(hotline.Ticket{Call: "now", Skill: "x", Heat: 1})
	w.do(func() { w.r.joined("a1", "now", w.now) })
	long := w.join(hotline.Ticket{Call: "long", Skill: "x", Heat: 0.5})
	w.pass(time.Minute)
	urgent := w.join(hotline.Ticket{Call: "urgent", Skill: "x", Heat: 1, Priority: 1})
	w.pass(time.Minute + time.Second)
	cool := w.join(hotline.Ticket{Call: "cool", Skill: "x"})
	if w.r.waiting[0] != urgent || w.r.waiting[1] != long || w.r.waiting[2] != cool {
		t.Fatal("the queue is in another order than the test wants")
	}
	w.release(a, true, "")
	w.got(urgent, "a1") // cool came too late for long, though not for urgent
}

// Who missed the call of a caller is the last to be offered it again; and an
// overflow agent comes after those of the skill, however good.
func TestFitOrder(t *testing.T) {
	w := newWorld(t, Config{Agents: []hotline.Agent{
		{ID: "expert", Skills: []string{"x"}, Levels: map[string]int{"x": 5}},
		{ID: "novice", Skills: []string{"x"}, Levels: map[string]int{"x": 1}},
		{ID: "helper", Skills: []string{"z"}, Levels: map[string]int{"z": 5}},
	}, Overflow: []Overflow{{"x", "z", time.Minute}}})
	all := func(s hotline.AgentState) {
		w.do(func() {
			for _, a := range w.r.agents {
				w.r.wish(a, s, "", w.now)
			}
		})
	}
	c := w.join(hotline.Ticket{Call: "c", Skill: "x"})
	w.got(c, "expert")
	all(hotline.AgentAway)
	w.release(w.r.byID["expert"], false, "busy")
	c = w.join(hotline.Ticket{Call: "c", Skill: "x"})
	w.pass(time.Minute + time.Second)
	all(hotline.AgentReady)
	w.got(c, "novice")
	all(hotline.AgentAway)
	w.release(w.r.byID["novice"], true, "")
	c = w.join(hotline.Ticket{Call: "d", Skill: "x"})
	w.pass(2 * time.Minute)
	w.do(func() {
		w.r.wish(w.r.byID["helper"], hotline.AgentReady, "", w.now)
		w.r.wish(w.r.byID["novice"], hotline.AgentReady, "", w.now.Add(time.Second)) // free for less long
	})
	w.got(c, "novice")
}

func TestPlaceIsKeptForAWhile(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}), Keep: time.Minute})
	w.join(hotline.Ticket{Call: "talks", Skill: "x"})
	w.do(func() { w.r.joined("a1", "talks", w.now) })
	again := func(skill string) time.Duration {
		w.do(func() {
			for len(w.r.waiting) > 0 {
				c := w.r.waiting[0]
				w.r.leave(c, w.now)
				c.settle(nil, hotline.ECancelled, "left")
			}
		})
		w.pass(40 * time.Second)
		return w.now.Sub(w.join(hotline.Ticket{Call: "c", Skill: skill}).since)
	}
	again("x")
	if waited := again("x"); waited != 40*time.Second {
		t.Errorf("back after 40 s, they have waited %v", waited)
	}
	if waited := again(""); waited != 0 {
		t.Errorf("in another queue they have waited %v", waited)
	}
	w.do(func() {
		c := w.r.waiting[0]
		w.r.leave(c, w.now)
		c.settle(nil, hotline.ECancelled, "left")
	})
	w.pass(time.Minute)
	if waited := again(""); waited != 0 {
		t.Errorf("back after the place was given up, they have waited %v", waited)
	}
}

// Only misses in a row count.
func TestMissesInARow(t *testing.T) {
	w := newWorld(t, Config{Agents: people([]string{"x"}), Misses: 2})
	for i, joined := range []bool{false, true, false, true, false, false} {
		w.got(w.join(hotline.Ticket{Call: hotline.CallID(fmt.Sprint(i)), Skill: "x"}), "a1")
		w.release(w.r.agents[0], joined, "busy")
		w.pass(time.Minute)
	}
	w.state("a1", hotline.AgentAway, hotline.AwayMissed)
}
