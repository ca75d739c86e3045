package acd

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"hotline"
)

// FuzzRoom plays any sequence of what may happen: no agent is in two calls, no
// caller is lost, nobody waits beside a free agent, nobody is overtaken beyond
// the bound, every lease ends, who talks
// keeps theirs without a window, and the same again is the same again.
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

func TestRandomly(t *testing.T) {
	for seed := range uint64(60) {
		random, ops := rand.New(rand.NewPCG(seed, 4)), make([]byte, 300)
		for i := range ops {
			ops[i] = byte(random.Uint32())
		}
		if one, two := happen(t, ops), happen(t, ops); one != two {
			t.Fatalf("seed %d: twice the same was first\n%s\nthen\n%s", seed, one, two)
		}
	}
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
				w.release(a, x&4 == 0, []string{"busy", hotline.CallerHangup, Unreached, hotline.MediaLost}[x/8%4])
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
