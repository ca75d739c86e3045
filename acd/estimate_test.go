package acd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"hotline"
)

func TestRandomly(t *testing.T) {
	for seed := range uint64(150) {
		random, ops := rand.New(rand.NewPCG(seed, 4)), make([]byte, 300)
		for i := range ops {
			ops[i] = byte(random.Uint32())
		}
		if one, two := happen(t, ops), happen(t, ops); one != two {
			t.Fatalf("seed %d: twice the same was first\n%s\nthen\n%s", seed, one, two)
		}
	}
}

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

func TestExplain(t *testing.T) {
	cfg := Config{Weights: Weights{Segment: map[string]time.Duration{"vip": 90 * time.Second}}}
	cfg.fill()
	for _, tt := range []struct {
		t    hotline.Ticket
		want string
	}{
		{hotline.Ticket{}, "waiting 200000 waiting for 3 min 20 s"},
		{hotline.Ticket{Segment: "vip", Heat: 0.5, Repeats: 2, Priority: 1},
			"waiting 200000 waiting for 3 min 20 s; priority 60000 priority 1; segment 90000 a customer of the segment vip; emotion 30000 upset: 50%; repeats 60000 called 2 times before about this"},
		{hotline.Ticket{Repeats: 1, Segment: "unknown", Heat: math.NaN()}, "waiting 200000 waiting for 3 min 20 s; repeats 30000 called once before about this"},
		{hotline.Ticket{Priority: 4, Heat: 7, Repeats: 99},
			"waiting 200000 waiting for 3 min 20 s; priority 240000 priority 4; emotion 60000 upset: 100%; repeats 120000 called 99 times before about this; bound -120000 head starts end at 5 min, so that nobody waits for ever"},
		{hotline.Ticket{Priority: -2}, "waiting 200000 waiting for 3 min 20 s; priority -120000 priority -2; bound 120000 nobody is put behind those who come later"},
	} {
		var got string
		sum := hotline.Ms(-200_000)
		for i, term := range cfg.Weights.Explain(tt.t, 200*time.Second) {
			if i > 0 {
				got += "; "
			}
			got += fmt.Sprint(term.Name, " ", term.Value, " ", term.Why)
			sum += term.Value
		}
		if got != tt.want {
			t.Errorf("%+v:\n%s\nwant\n%s", tt.t, got, tt.want)
		}
		if start := cfg.Weights.headStart(tt.t); hotline.MsOf(start) != sum || start < 0 || start > cfg.Weights.Bound {
			t.Errorf("%+v: the head start is %v, the terms say %d ms", tt.t, start, sum)
		}
	}
}

func FuzzHeadStart(f *testing.F) {
	f.Add(1, "vip", 0.5, 2)
	f.Add(math.MinInt, "", math.Inf(1), math.MaxInt)
	cfg := Config{Weights: Weights{Segment: map[string]time.Duration{"vip": math.MaxInt64, "none": math.MinInt64}}}
	cfg.fill()
	f.Fuzz(func(t *testing.T, priority int, segment string, heat float64, repeats int) {
		ticket := hotline.Ticket{Priority: priority, Segment: segment, Heat: heat, Repeats: repeats}
		sum := hotline.Ms(0)
		for _, term := range cfg.Weights.Explain(ticket, time.Hour) {
			sum += term.Value
		}
		start := cfg.Weights.headStart(ticket)
		if start < 0 || start > cfg.Weights.Bound {
			t.Errorf("head start %v", start)
		}
		if d := sum - hotline.MsOf(time.Hour+start); d < -8 || d > 8 { // each is rounded
			t.Errorf("the terms sum up to %d ms, the priority is %v", sum, time.Hour+start)
		}
	})
}

// crowd is a room with callers waiting and agents coming back all at once.
func crowd(callers, agents int) (*room, time.Time) {
	cfg := Config{}
	skills := []string{"billing", "sales", "repair", "orders", "returns", "technical", "legal", "other"}
	for i := range agents {
		cfg.Agents = append(cfg.Agents, hotline.Agent{ID: hotline.AgentID(fmt.Sprint(i)), Skills: []string{skills[i%8], skills[i*3%8], "en"}})
	}
	cfg.Start = hotline.AgentAway
	cfg.fill()
	now := time.Unix(0, 0)
	r, err := newRoom(cfg, now)
	if err != nil {
		panic(err)
	}
	for i := range callers {
		r.join(hotline.Ticket{Call: hotline.CallID(fmt.Sprint(i)), Skill: skills[i*7%8], Language: "en", Priority: i % 3, Heat: float64(i%10) / 10}, now)
	}
	for i, a := range r.agents {
		a.Hot = i % 5
		r.wish(a, hotline.AgentReady, "", now)
	}
	return r, now
}

// BenchmarkMatch is 200 agents who are ready at the same moment, and 1,000 who
// wait for them.
func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		r, now := crowd(1000, 200)
		b.StartTimer()
		r.match(now)
		b.StopTimer()
		if len(r.waiting) != 800 {
			b.Fatal(len(r.waiting), "wait")
		}
		b.StartTimer()
	}
}

// BenchmarkNext is one agent who takes the next of 1,000, 199 others at work:
// what each end of a call costs.
func BenchmarkNext(b *testing.B) {
	b.ReportAllocs()
	r, now := crowd(1000, 200)
	r.match(now)
	i := 0
	for b.Loop() {
		a := r.agents[i%len(r.agents)]
		i++
		c := a.lease.caller
		r.release(a, true, "", now)
		r.insert(r.caller(c.Ticket, now))
		r.tick(now)
		r.match(now)
		r.next()
	}
}

func BenchmarkForecast(b *testing.B) {
	r, now := crowd(1000, 200)
	r.match(now)
	for range enough {
		r.sample(anySkill, time.Minute)
	}
	for b.Loop() {
		r.forecast(now, len(r.waiting))
	}
}
