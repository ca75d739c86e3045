package journal_test

import (
	"fmt"
	"slices"
	"testing"

	"hotline"
	"hotline/journal"
)

func partial(call hotline.CallID, text string) hotline.Event {
	return event(call, hotline.Partial{Who: "caller", Text: text})
}

// What is being said comes in order with the events, only to those who watch the
// call, and is no event: it has no number, and nobody reads it later.
func TestWatch(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{})
	j.Append(event("a", hotline.CallStarted{}))
	j.Append(event("b", hotline.CallStarted{From: "b"}))
	j.Tell(partial("a", "nobody watches yet"))
	var got []string
	for ev, err := range j.Watch(t.Context(), "", 0, func(c hotline.Call) bool { return c.From != "b" }) {
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := ev.Body.(hotline.Partial); ok {
			if ev.Seq != 0 || ev.N != 0 || ev.At.IsZero() || ev.Call != "a" || ev.Kind != "partial" {
				t.Errorf("told %+v", ev)
			}
			got = append(got, p.Text)
			continue
		}
		if got = append(got, fmt.Sprint(ev.Seq)); ev.Seq == 2 { // the reader listens
			j.Tell(partial("c", "no call"))
			j.Tell(partial("b", "not theirs"))
			j.Tell(partial("a", "where"))
			j.Append(event("a", hotline.Heard{}))
			j.Tell(partial("a", "and"))
			j.Append(event("a", ended))
			j.Tell(partial("a", "after the end"))
			j.Append(event("b", ended))
		}
		if ev.Seq == 5 {
			break
		}
	}
	if want := []string{"1", "2", "where", "3", "and", "4", "5"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if ev := j.Append(partial("a", "x")); ev.Seq != 0 {
		t.Errorf("it is kept as event %d", ev.Seq)
	}
	evs, err := j.Since(t.Context(), "", 0, 100)
	if err != nil || len(evs) != 5 || j.Head() != 5 {
		t.Errorf("%d events are kept, the last is %d: %v", len(evs), j.Head(), err)
	}
}

// What was being said before an event that a reader has is over: it is not told
// after it.
func TestWatchTellsNothingLate(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{})
	j.Append(event("a", hotline.CallStarted{}))
	for range 499 {
		j.Append(event("a", hotline.Key{Key: "1"}))
	}
	for ev, err := range j.Watch(t.Context(), "a", 0, func(hotline.Call) bool { return true }) {
		if err != nil {
			t.Fatal(err)
		}
		switch b := ev.Body.(type) {
		case hotline.CallStarted: // while the first page is read
			j.Tell(partial("a", "late"))
			j.Append(event("a", hotline.Heard{Text: "too late"}))
		case hotline.Heard:
			j.Tell(partial("a", "in time"))
		case hotline.Partial:
			if b.Text != "in time" {
				t.Errorf("told %q", b.Text)
			}
			return
		}
	}
}

// A reader who is behind misses what is being said, no event, and is not dropped
// for it; who only follows is told none of it.
func TestSlowReaderMissesPartials(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{})
	j.Append(event("a", hotline.CallStarted{}))
	all := func(hotline.Call) bool { return true }
	for name, live := range map[string]func(hotline.Call) bool{"watches": all, "follows": nil} {
		var partials, keys int
		since := j.Head()
		j.Append(event("a", hotline.Key{Key: "0"}))
		for ev, err := range j.Watch(t.Context(), "a", since, live) {
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := ev.Body.(hotline.Partial); ok {
				partials++
			} else if keys++; keys == 2 { // a live one: it reads no more for a while
				for i := range 1000 {
					j.Tell(partial("a", fmt.Sprint(i)))
				}
				for range 100 {
					j.Append(event("a", hotline.Key{Key: "2"}))
				}
			} else if keys == 1 {
				j.Append(event("a", hotline.Key{Key: "1"}))
			}
			if keys == 102 {
				break
			}
		}
		if most := 64; live == nil && partials != 0 || live != nil && (partials == 0 || partials > most) {
			t.Errorf("who %s was told %d partials", name, partials)
		}
		if n := j.Stats().Dropped; n != 0 {
			t.Errorf("who %s was dropped %d times", name, n)
		}
	}
}
