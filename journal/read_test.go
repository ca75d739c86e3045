package journal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hotline"
	"hotline/journal"
)

// Follow gives kept, waiting and coming events once each, in order, to readers
// who begin at any point.
func TestFollow(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{Every: time.Hour})
	j.Append(event("a", hotline.CallStarted{}))
	j.Append(event("b", hotline.CallStarted{}))
	if err := j.Flush(t.Context()); err != nil { // kept
		t.Fatal(err)
	}
	j.Append(event("a", hotline.Key{Key: "1"})) // waiting
	j.Append(event("b", hotline.Key{Key: "2"}))

	for since := range uint64(5) {
		var all []hotline.Event
		for ev, err := range j.Follow(t.Context(), "", since) {
			if err != nil {
				t.Fatal(err)
			}
			if all = append(all, ev); ev.Seq == 4 && since == 0 {
				go j.Append(event("b", hotline.Key{Key: "3"})) // to come
			}
			if ev.Seq >= 5 {
				break
			}
		}
		if uint64(len(all)) != 5-since {
			t.Errorf("since %d: %d events", since, len(all))
		}
		for i, ev := range all {
			if ev.Seq != since+1+uint64(i) {
				t.Fatalf("since %d: event %d has seq %d", since, i, ev.Seq)
			}
		}
	}
	j.Append(event("b", hotline.Key{Key: "4"}))
	j.Append(event("b", ended))
	var n []uint64
	for ev, err := range j.Follow(t.Context(), "b", 2) { // ends with the call
		if err != nil || ev.Call != "b" {
			t.Fatal(ev, err)
		}
		n = append(n, ev.N)
	}
	if len(n) != 4 || n[0] != 2 || n[3] != 5 { // of 2, 3, 4 and the end
		t.Errorf("of b after 2: %v", n)
	}
	for ev := range j.Follow(t.Context(), "nobody", 0) {
		t.Errorf("of an unknown call: %+v", ev)
	}
	for _, err := range j.Follow(t.Context(), "", 100) {
		if hotline.ErrorCode(err) != hotline.EConflict {
			t.Errorf("beyond the end: %v", err)
		}
	}
}

// A reader that does not keep up is dropped from the live feed, slows nobody
// down and still misses nothing.
func TestSlowReader(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{})
	const keys = 3000
	j.Append(event("a", hotline.CallStarted{}))
	first, written := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(written)
		<-first
		for range keys {
			j.Append(event("a", hotline.Key{Key: "1"}))
		}
		j.Append(event("a", ended))
	}()
	var all []hotline.Event
	for ev, err := range j.Follow(t.Context(), "a", 0) {
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, ev); len(all) == 1 {
			close(first)
			<-written
		}
	}
	if len(all) != keys+2 || j.Stats().Dropped != 1 {
		t.Errorf("%d events, dropped %d times", len(all), j.Stats().Dropped)
	}
	wantRow(t, all, 1)
}

// Readers come and go while events are appended; the last one sees them all.
func TestFollowWhileAppending(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{Every: time.Millisecond})
	j.Append(event("a", hotline.CallStarted{}))
	go func() {
		for range 2000 {
			j.Append(event("a", hotline.Key{Key: "1"}))
		}
		j.Append(event("a", ended))
	}()
	var all []hotline.Event
	var since uint64
	for len(all) < 2002 {
		got := 0
		for ev, err := range j.Follow(t.Context(), "", since) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, ev)
			since = ev.Seq
			if got++; got == 97 || since == 2002 {
				break
			}
		}
	}
	wantRow(t, all, 1)
}

func TestFollowEndsWithClose(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{})
	j.Append(event("a", hotline.CallStarted{}))
	n := 0
	for _, err := range j.Follow(t.Context(), "", 0) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			go j.Close(context.Background())
		}
	}
	if n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestConsume(t *testing.T) {
	db := openStore(t, t.TempDir())
	j := openJournal(t, db, journal.Config{Every: time.Millisecond})
	j.Append(event("a", hotline.CallStarted{}))
	j.Append(event("a", hotline.Key{Key: "1"}))

	stop := errors.New("stop")
	err := j.Consume(t.Context(), "qa", func(ev hotline.Event) error {
		if ev.Seq == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var got []hotline.Event
	err = j.Consume(ctx, "qa", func(ev hotline.Event) error {
		got = append(got, ev)
		switch ev.Seq {
		case 2:
			j.Append(event("a", ended))
		case 3:
			cancel()
		}
		return nil
	})
	if err != nil || len(got) != 2 {
		t.Fatalf("%d events, %v", len(got), err)
	}
	wantRow(t, got, 2) // 2 again: it had failed
	if at, err := db.Cursor(t.Context(), "qa"); at != 3 || err != nil {
		t.Errorf("cursor %d, %v", at, err)
	}
}

// The list of calls and a call show what was appended a moment ago.
func TestCalls(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{Every: time.Hour})
	j.Append(event("a", hotline.CallStarted{From: "alice"}))
	if c, err := j.Call(t.Context(), "a"); err != nil || c.From != "alice" || c.Phase != hotline.PhaseRinging {
		t.Errorf("call %+v, %v", c, err)
	}
	j.Append(event("a", hotline.CallAnswered{}))
	all, err := j.Calls(t.Context(), hotline.CallQuery{State: "live", Limit: 10})
	if err != nil || len(all) != 1 || all[0].Phase != hotline.PhaseBot {
		t.Errorf("calls %+v, %v", all, err)
	}
	j.Append(event("a", ended))
	if c, err := j.Call(t.Context(), "a"); err != nil || c.Phase != hotline.PhaseEnded || c.N != 3 {
		t.Errorf("call %+v, %v", c, err)
	}
	if _, err := j.Call(t.Context(), "b"); hotline.ErrorCode(err) != hotline.ENotFound {
		t.Errorf("unknown call: %v", err)
	}
}
