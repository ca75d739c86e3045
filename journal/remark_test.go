package journal_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"hotline"
	"hotline/journal"
)

// Remarks are added to a live call and to one that has ended, now and after the
// journal was opened again; numbers have no gap and the course of the call is
// what it was.
func TestRemark(t *testing.T) {
	dir := t.TempDir()
	db := openStore(t, dir)
	j, err := journal.Open(t.Context(), db, journal.Config{})
	if err != nil {
		t.Fatal(err)
	}
	remark := func(call hotline.CallID, b hotline.Body, n uint64) {
		t.Helper()
		ev, err := j.Remark(t.Context(), call, b)
		if err != nil || ev.N != n || ev.Kind != b.Kind() || ev.At.IsZero() || ev.Seq != j.Head() {
			t.Fatalf("remarked %+v, %v; want n %d", ev, err, n)
		}
	}
	j.Append(event("a", hotline.CallStarted{From: "alice"}))
	j.Append(event("a", hotline.Heard{Who: "caller", Text: "hm", Intent: "hours"}))
	remark("a", hotline.Noted{By: "ann", Text: "during"}, 3)
	end := ended
	end.LengthMs = 4000
	j.Append(hotline.Event{Call: "a", Media: 4000, Body: end})
	remark("a", hotline.Disposed{By: "ann", Code: "solved"}, 5)
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	remark("a", hotline.Corrected{By: "ann", N: 2, Intent: "return_item"}, 6) // the store has it, memory no more
	if err := j.Close(context.Background()); err != nil {
		t.Fatal(err)
	}

	j = openJournal(t, db, journal.Config{})
	remark("a", hotline.Noted{By: "bob", Text: "years later"}, 7)
	c, err := j.Call(t.Context(), "a")
	if err != nil || c.Phase != hotline.PhaseEnded || c.Result != hotline.Completed || c.LengthMs != 4000 || c.Disposed != "solved" || c.Intent != "return_item" || c.IntentN != 2 || c.N != 7 {
		t.Errorf("the call is %+v, %v", c, err)
	}
	if evs, err := j.Since(t.Context(), "a", 0, 100); err != nil || len(evs) != 7 || evs[6].Media != 4000 {
		t.Errorf("%d events, %v", len(evs), err)
	} else {
		wantRow(t, evs, 1)
	}
	if len(j.Live()) != 0 {
		t.Error("a remark opened the call again")
	}
	var followed int
	for range j.Follow(t.Context(), "a", 0) {
		followed++
	}
	if followed != 7 {
		t.Errorf("followed %d", followed)
	}
	for _, tt := range []struct {
		call hotline.CallID
		body hotline.Body
		code string
	}{{"none", hotline.Noted{}, hotline.ENotFound}, {"a", hotline.Key{}, hotline.EInvalid}, {"a", nil, hotline.EInvalid}, {"a", hotline.CallEnded{}, hotline.EInvalid}} {
		if _, err := j.Remark(t.Context(), tt.call, tt.body); hotline.ErrorCode(err) != tt.code {
			t.Errorf("%s %v: %v", tt.call, tt.body, err)
		}
	}
}

// Many remark on calls that end meanwhile.
func TestManyRemark(t *testing.T) {
	db := openStore(t, t.TempDir())
	j := openJournal(t, db, journal.Config{Every: 1})
	const calls, each = 8, 25
	var wg sync.WaitGroup
	for c := range calls {
		id := hotline.CallID(fmt.Sprint("c", c))
		j.Append(event(id, hotline.CallStarted{}))
		wg.Go(func() {
			for range each {
				j.Append(event(id, hotline.Key{Key: "1"}))
			}
			j.Append(event(id, ended))
		})
		wg.Go(func() {
			for range each {
				if _, err := j.Remark(t.Context(), id, hotline.Noted{By: "ann", Text: "x"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	evs, err := db.Events(t.Context(), "", 0, 10_000)
	if err != nil || len(evs) != calls*(2*each+2) {
		t.Fatalf("%d events, %v", len(evs), err)
	}
	wantRow(t, evs, 1)
}

// Pages come whole; what fn was not done with comes again.
func TestConsumePages(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{})
	j.Append(event("a", hotline.CallStarted{}))
	for range 600 {
		j.Append(event("a", hotline.Key{Key: "1"}))
	}
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	var seen []hotline.Event
	for _, upTo := range []uint64{100, 601} {
		err := j.ConsumePages(t.Context(), "x", func(page []hotline.Event) (uint64, error) {
			for _, ev := range page {
				if ev.Seq <= upTo {
					seen = append(seen, ev)
				}
			}
			if last := page[len(page)-1].Seq; last < upTo {
				return last, nil
			}
			return upTo, stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
	}
	if len(seen) != 601 {
		t.Fatalf("%d events", len(seen))
	}
	wantRow(t, seen, 1)
}
