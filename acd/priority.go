package acd

import (
	"fmt"
	"time"

	"hotline"
)

// Weights are what the terms of a priority are worth, in waiting time. Zero
// values take their defaults.
type Weights struct {
	Priority time.Duration            // for each step of Ticket.Priority; 1 min
	Segment  map[string]time.Duration // for customers of a segment; none
	Heat     time.Duration            // for a caller who is furious, less for less; 1 min
	Repeat   time.Duration            // for each earlier call about the same, to maxRepeats; 30 s
	Bound    time.Duration            // all head starts together, at most; 5 min
}

const (
	maxRepeats = 4
	hotFrom    = 0.5 // heat of a hot call
)

func (w *Weights) fill() {
	for _, f := range []struct {
		v *time.Duration
		d time.Duration
	}{{&w.Priority, time.Minute}, {&w.Heat, time.Minute}, {&w.Repeat, 30 * time.Second}, {&w.Bound, 5 * time.Minute}} {
		if *f.v == 0 {
			*f.v = f.d
		}
	}
}

func hot(t hotline.Ticket) bool { return t.Heat >= hotFrom }

// headStart is the sum of the terms of t, but for the waiting, within 0 and
// Bound.
func (w Weights) headStart(t hotline.Ticket) (sum time.Duration) {
	w.each(t, func(_ string, value time.Duration, _ func() string) { sum += value })
	return min(max(sum, 0), w.Bound)
}

// Explain is the priority of t after a wait, term by term. The sum of the terms
// is the priority. There is always the term "waiting".
func (w Weights) Explain(t hotline.Ticket, waited time.Duration) []hotline.Term {
	terms := []hotline.Term{{Name: "waiting", Value: hotline.MsOf(waited), Why: "waiting for " + inWords(waited)}}
	var sum time.Duration
	w.each(t, func(name string, value time.Duration, why func() string) {
		sum += value
		terms = append(terms, hotline.Term{Name: name, Value: hotline.MsOf(value), Why: why()})
	})
	if over := min(max(sum, 0), w.Bound) - sum; over != 0 {
		why := "head starts end at " + inWords(w.Bound) + ", so that nobody waits for ever"
		if over > 0 {
			why = "nobody is put behind those who come later"
		}
		terms = append(terms, hotline.Term{Name: "bound", Value: hotline.MsOf(over), Why: why})
	}
	return terms
}

// each gives the terms that are not nothing.
func (w Weights) each(t hotline.Ticket, term func(name string, value time.Duration, why func() string)) {
	put := func(name string, value time.Duration, why func() string) {
		if value = min(max(value, -w.Bound), 10*w.Bound); value != 0 {
			term(name, value, why)
		}
	}
	steps := min(max(t.Priority, -1000), 1000)
	put("priority", time.Duration(steps)*w.Priority, func() string { return fmt.Sprintf("priority %d", t.Priority) })
	put("segment", w.Segment[t.Segment], func() string { return "a customer of the segment " + t.Segment })
	if t.Heat > 0 { // not if it is no number
		heat := min(t.Heat, 1)
		put("emotion", time.Duration(heat*float64(w.Heat)), func() string { return fmt.Sprintf("upset: %.0f%%", 100*heat) })
	}
	repeats := min(max(t.Repeats, 0), maxRepeats)
	put("repeats", time.Duration(repeats)*w.Repeat, func() string {
		if t.Repeats == 1 {
			return "called once before about this"
		}
		return fmt.Sprintf("called %d times before about this", t.Repeats)
	})
}

// inWords is a span as people say it: "3 min 20 s".
func inWords(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s%60 == 0:
		return fmt.Sprintf("%d min", s/60)
	}
	return fmt.Sprintf("%d min %d s", s/60, s%60)
}
