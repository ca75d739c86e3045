package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
	"hotline/journal"
	"hotline/store/sqlite"
)

func openStore(t testing.TB, dir string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openJournal(t testing.TB, s journal.Store, cfg journal.Config) *journal.Journal {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	j, err := journal.Open(t.Context(), s, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return j
}

func event(call hotline.CallID, b hotline.Body) hotline.Event {
	return hotline.Event{Call: call, Body: b}
}

var ended = hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.CallerHangup}}

// wantRow checks that evs are numbered from first without a gap, and each call
// of theirs from 1.
func wantRow(t testing.TB, evs []hotline.Event, first uint64) {
	t.Helper()
	n := map[hotline.CallID]uint64{}
	for i, ev := range evs {
		if ev.Seq != first+uint64(i) {
			t.Fatalf("event %d has seq %d, want %d", i, ev.Seq, first+uint64(i))
		}
		if n[ev.Call]++; first == 1 && ev.N != n[ev.Call] {
			t.Fatalf("event %d of %s has n %d, want %d", ev.Seq, ev.Call, ev.N, n[ev.Call])
		}
	}
}

func TestAppend(t *testing.T) {
	db := openStore(t, t.TempDir())
	j := openJournal(t, db, journal.Config{})
	slots := map[string]string{"order": "1"}
	j.Append(event("a", hotline.CallStarted{From: "alice"}))
	got := j.Append(hotline.Event{Seq: 77, Call: "a", Leg: "caller", Media: 120, Body: hotline.Heard{Who: "caller", Text: "hi", Slots: slots}})
	if got.Seq != 2 || got.N != 2 || got.Kind != "heard" || got.At.IsZero() || got.Leg != "caller" || got.Media != 120 {
		t.Errorf("appended %+v", got)
	}
	slots["order"] = "changed afterwards"
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := db.Events(t.Context(), "", 0, 10)
	if err != nil || len(kept) != 2 {
		t.Fatalf("%d kept, %v", len(kept), err)
	}
	if h := kept[1].Body.(hotline.Heard); h.Slots["order"] != "1" || !kept[1].At.Equal(got.At) {
		t.Errorf("kept %+v", kept[1])
	}
}

func TestRefused(t *testing.T) {
	j := openJournal(t, openStore(t, t.TempDir()), journal.Config{})
	j.Append(event("a", hotline.CallStarted{}))
	j.Append(event("b", hotline.CallStarted{}))
	j.Append(event("b", ended))
	for _, ev := range []hotline.Event{
		event("", hotline.CallStarted{}),
		event("a", hotline.CallStarted{}),
		event("b", hotline.Key{Key: "1"}),
		event("b", ended),
		event("unknown", hotline.Key{Key: "1"}),
		event("a", nil),
		event("a", hotline.Heard{Confidence: math.NaN()}),
	} {
		if got := j.Append(ev); got.Seq != 0 {
			t.Errorf("%+v was kept as %d", ev, got.Seq)
		}
	}
	if got := j.Append(event("a", ended)); got.Seq != 4 || got.N != 2 {
		t.Errorf("the next event has seq %d, n %d; want 4, 2", got.Seq, got.N)
	}
	if s := j.Stats(); s.Refused != 5 {
		t.Errorf("%d refused, want 5", s.Refused)
	}
}

func TestManyAppend(t *testing.T) {
	db := openStore(t, t.TempDir())
	j := openJournal(t, db, journal.Config{Every: time.Millisecond})
	var wg sync.WaitGroup
	const calls, keys = 20, 50
	for c := range calls {
		wg.Go(func() {
			id := hotline.CallID(fmt.Sprint("c", c))
			j.Append(event(id, hotline.CallStarted{}))
			for range keys {
				j.Append(event(id, hotline.Key{Key: "5"}))
			}
			j.Append(event(id, ended))
		})
	}
	wg.Wait()
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	evs, err := db.Events(t.Context(), "", 0, 10_000)
	if err != nil || len(evs) != calls*(keys+2) {
		t.Fatalf("%d events, %v", len(evs), err)
	}
	wantRow(t, evs, 1)
	done, err := j.Calls(t.Context(), hotline.CallQuery{State: hotline.PhaseEnded, Limit: 100})
	if err != nil || len(done) != calls || len(j.Live()) != 0 {
		t.Errorf("%d ended, %d live, %v", len(done), len(j.Live()), err)
	}
}

// faulty is a store that fails, or waits, when told to. It keeps events only.
type faulty struct {
	journal.Store
	mu     sync.Mutex
	err    error
	kept   []hotline.Event
	writes int
}

func (f *faulty) Head(context.Context) (uint64, error) { return 0, nil }
func (f *faulty) Calls(context.Context, hotline.CallQuery) ([]hotline.Call, error) {
	return nil, nil
}
func (f *faulty) Write(_ context.Context, evs []hotline.Event, _ []hotline.Call) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.writes++
		f.kept = append(f.kept, evs...)
	}
	return f.err
}
func (f *faulty) fail(err error) { f.mu.Lock(); defer f.mu.Unlock(); f.err = err }

// Appends come in at once; the disk sees one batch each Every, and one at once
// when a call ends.
func TestGroupCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &faulty{}
		j := openJournal(t, s, journal.Config{Every: 200 * time.Millisecond})
		j.Append(event("a", hotline.CallStarted{}))
		for range 9 {
			j.Append(event("a", hotline.Key{}))
		}
		time.Sleep(199 * time.Millisecond)
		synctest.Wait()
		if s.writes != 0 || j.Stats().Waiting != 10 {
			t.Errorf("%d writes, %d waiting before the time", s.writes, j.Stats().Waiting)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if s.writes != 1 || len(s.kept) != 10 {
			t.Errorf("%d writes, %d kept after 201 ms", s.writes, len(s.kept))
		}
		j.Append(event("a", ended))
		synctest.Wait()
		if s.writes != 2 || len(s.kept) != 11 {
			t.Errorf("%d writes, %d kept at once after the end", s.writes, len(s.kept))
		}
	})
}

func TestStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &faulty{}
		j := openJournal(t, s, journal.Config{Queue: 5})
		j.Append(event("a", hotline.CallStarted{}))
		full := errors.New("disk full")
		s.fail(full)
		time.Sleep(time.Second)
		if err := j.Ready(); hotline.ErrorCode(err) != hotline.EUnavailable || !errors.Is(err, full) {
			t.Errorf("ready: %v", err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := j.Flush(short); !errors.Is(err, full) {
			t.Errorf("flush: %v", err)
		}
		for i := range 6 {
			got := j.Append(event("a", hotline.Key{}))
			if kept := i < 4; (got.Seq != 0) != kept {
				t.Errorf("key %d of 6 has seq %d with room for 4", i+1, got.Seq)
			}
		}
		if got := j.Append(event("b", hotline.CallStarted{})); got.Seq != 0 {
			t.Error("a new call was taken into a full queue")
		}
		if got := j.Append(event("a", ended)); got.Seq != 6 {
			t.Errorf("the end of a call has seq %d, want 6", got.Seq)
		}
		s.fail(nil)
		time.Sleep(time.Second)
		if err := j.Ready(); err != nil {
			t.Errorf("ready afterwards: %v", err)
		}
		if st := j.Stats(); st.Lost != 3 || st.Waiting != 0 {
			t.Errorf("stats %+v", st)
		}
		wantRow(t, s.kept, 1)
	})
}

// Close writes what waits, even when the store comes back late.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &faulty{}
		j := openJournal(t, s, journal.Config{})
		j.Append(event("a", hotline.CallStarted{}))
		s.fail(errors.New("locked"))
		time.AfterFunc(1300*time.Millisecond, func() { s.fail(nil) })
		if err := j.Close(t.Context()); err != nil || len(s.kept) != 1 {
			t.Errorf("close: %v, %d kept", err, len(s.kept))
		}
		if got := j.Append(event("a", ended)); got.Seq != 0 || j.Ready() == nil {
			t.Errorf("after close: seq %d, ready %v", got.Seq, j.Ready())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := &faulty{}
		j, err := journal.Open(t.Context(), s, journal.Config{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		j.Append(event("a", hotline.CallStarted{}))
		s.fail(errors.New("gone"))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := j.Close(ctx); err == nil {
			t.Error("close said that all was kept")
		}
	})
}
