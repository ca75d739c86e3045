package acd

import (
	"fmt"
	"math"
	"testing"
	"time"

	"hotline"
)

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
