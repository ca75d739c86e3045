// Package storetest is what every store must pass: order, atomicity, paging and
// a read model that says what the events say.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"hotline"
)

// Store is what is tested: all that the users of a store ask of it.
type Store interface {
	Head(ctx context.Context) (uint64, error)
	Write(ctx context.Context, events []hotline.Event, calls []hotline.Call) error
	Events(ctx context.Context, call hotline.CallID, since uint64, limit int) ([]hotline.Event, error)
	Calls(ctx context.Context, q hotline.CallQuery) ([]hotline.Call, error)
	Call(ctx context.Context, id hotline.CallID) (hotline.Call, error)
	Cursor(ctx context.Context, name string) (uint64, error)
	SetCursor(ctx context.Context, name string, seq uint64) error
	// Index takes the next events in for what calls are counted and found by.
	Index(ctx context.Context, evs []hotline.Event) (uint64, error)
	Stats(ctx context.Context, q hotline.StatsQuery) (hotline.Stats, error)
}

// Run tests a kind of store. open makes a new empty one that lives as long as t.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for name, test := range map[string]func(*testing.T, Store){
		"empty": empty, "events": events, "gap": gap, "atomic": atomic, "calls": calls,
		"query": query, "cursors": cursors, "concurrent": concurrent,
		"search": search, "sight": sight, "owed": owed, "paging": paging, "stats": stats,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// story is the events of one call, numbered from seq, and the call they make.
func story(id hotline.CallID, seq uint64, bodies ...hotline.Body) ([]hotline.Event, hotline.Call) {
	var evs []hotline.Event
	var c hotline.Call
	for i, b := range bodies {
		ev := hotline.Event{Seq: seq + uint64(i), N: uint64(i + 1), Call: id, Leg: "caller", Media: hotline.Ms(i * 20),
			At: time.UnixMilli(1_700_000_000_000 + int64(seq) + int64(i)).UTC(), Kind: b.Kind(), Body: b}
		c.Apply(ev)
		evs = append(evs, ev)
	}
	return evs, c
}

func whole() []hotline.Body {
	return []hotline.Body{
		hotline.CallStarted{Direction: "in", From: "alice", To: "100", Bot: "shop"},
		hotline.CallAnswered{Codec: "PCMU", Recording: "recordings/a.wav"},
		hotline.Heard{Who: "caller", Text: "我的订单 “4711”", Language: "zh", Intent: "order", Slots: map[string]string{"order": "4711"},
			Emotion: hotline.Emotion{Name: "angry", Score: 0.9, Why: []string{"louder"}}},
		hotline.Queued{Skill: "billing", Reason: "asked"},
		hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.CallerHangup}, LengthMs: 900,
			Stats: map[hotline.LegID]hotline.MediaStats{"caller": {Codec: "PCMU", Sent: 3}}},
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func write(t *testing.T, s Store, evs []hotline.Event, calls ...hotline.Call) {
	t.Helper()
	if err := s.Write(t.Context(), evs, calls); err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func empty(t *testing.T, s Store) {
	ctx := t.Context()
	same(t, "head", must[uint64](t)(s.Head(ctx)), uint64(0))
	same(t, "events", len(must[[]hotline.Event](t)(s.Events(ctx, "", 0, 10))), 0)
	same(t, "calls", len(must[[]hotline.Call](t)(s.Calls(ctx, hotline.CallQuery{Limit: 10}))), 0)
	if _, err := s.Call(ctx, "none"); hotline.ErrorCode(err) != hotline.ENotFound {
		t.Errorf("Call of an unknown id: %v", err)
	}
}

func events(t *testing.T, s Store) {
	ctx := t.Context()
	a, ca := story("a", 1, whole()...)
	b, cb := story("b", 6, whole()...)
	write(t, s, a[:2], ca)
	write(t, s, append(append([]hotline.Event{}, a[2:]...), b...), ca, cb)
	get := must[[]hotline.Event](t)
	same(t, "head", must[uint64](t)(s.Head(ctx)), uint64(10))
	same(t, "all", get(s.Events(ctx, "", 0, 100)), append(append([]hotline.Event{}, a...), b...))
	same(t, "page", get(s.Events(ctx, "", 3, 4)), append(append([]hotline.Event{}, a[3:]...), b[:2]...))
	same(t, "of one call", get(s.Events(ctx, "b", 7, 2)), b[2:4])
	same(t, "past the end", len(get(s.Events(ctx, "a", 5, 2))), 0)
}

func gap(t *testing.T, s Store) {
	a, c := story("a", 1, whole()...)
	write(t, s, a[:2], c)
	for _, from := range []int{1, 3} { // once more, one left out
		if err := s.Write(t.Context(), a[from:], []hotline.Call{c}); err == nil {
			t.Errorf("events from %d were taken after 2", from+1)
		}
	}
	same(t, "head", must[uint64](t)(s.Head(t.Context())), uint64(2))
	write(t, s, a[2:], c)
}

func atomic(t *testing.T, s Store) {
	ctx := t.Context()
	a, c := story("a", 1, whole()...)
	broken := append([]hotline.Event{}, a...)
	broken[4].Seq = 9
	if err := s.Write(ctx, broken, []hotline.Call{c}); err == nil {
		t.Fatal("a batch with a gap was taken")
	}
	same(t, "head", must[uint64](t)(s.Head(ctx)), uint64(0))
	if _, err := s.Call(ctx, "a"); hotline.ErrorCode(err) != hotline.ENotFound {
		t.Errorf("half of a batch was kept: %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Write(gone, a, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Write after its context ended: %v", err)
	}
	same(t, "head", must[uint64](t)(s.Head(ctx)), uint64(0))
}

func calls(t *testing.T, s Store) {
	a, _ := story("a", 1, whole()...)
	var c hotline.Call
	for _, ev := range a { // replaced at every step, read back whole
		c.Apply(ev)
		write(t, s, []hotline.Event{ev}, c)
		same(t, ev.Kind, must[hotline.Call](t)(s.Call(t.Context(), "a")), c)
	}
}

func query(t *testing.T, s Store) {
	var seq uint64 = 1
	for i := range 6 {
		n := 5 - i%3*2 // 5: ended, 3: with the bot, 1: ringing
		evs, c := story(hotline.CallID(fmt.Sprintf("call-%d", i)), seq, whole()[:n]...)
		write(t, s, evs, c)
		seq += uint64(n)
	}
	for _, tt := range []struct {
		q    hotline.CallQuery
		want []hotline.CallID
	}{
		{hotline.CallQuery{Limit: 10}, []hotline.CallID{"call-5", "call-4", "call-3", "call-2", "call-1", "call-0"}},
		{hotline.CallQuery{Limit: 2}, []hotline.CallID{"call-5", "call-4"}},
		{hotline.CallQuery{Limit: 2, Before: "call-4"}, []hotline.CallID{"call-3", "call-2"}},
		{hotline.CallQuery{Limit: 10, State: "live"}, []hotline.CallID{"call-5", "call-4", "call-2", "call-1"}},
		{hotline.CallQuery{Limit: 10, State: hotline.PhaseEnded}, []hotline.CallID{"call-3", "call-0"}},
		{hotline.CallQuery{Limit: 10, State: hotline.PhaseRinging}, []hotline.CallID{"call-5", "call-2"}},
		{hotline.CallQuery{Limit: 10, Since: 9}, []hotline.CallID{"call-5", "call-4", "call-3"}},
		{hotline.CallQuery{Limit: 10, Since: 9, State: "bot"}, []hotline.CallID{"call-4"}},
		{hotline.CallQuery{Limit: 10, Since: 18}, nil},
	} {
		var got []hotline.CallID
		for _, c := range must[[]hotline.Call](t)(s.Calls(t.Context(), tt.q)) {
			got = append(got, c.ID)
		}
		same(t, fmt.Sprintf("%+v", tt.q), got, tt.want)
	}
}

// owed are the calls in which a call-back is promised, and is not settled yet.
func owed(t *testing.T, s Store) {
	asked, tried := hotline.CallBackAsked{Skill: "x", Number: "100"}, hotline.CallBackMade{}
	var seq uint64 = 1
	for i, more := range [][]hotline.Body{{}, {asked}, {asked, hotline.CallBackMade{Last: true}}, {asked, tried, tried}, {asked, hotline.CallBackForgotten{By: "ann"}},
		{asked, tried, hotline.CallBackForgotten{By: "ann"}, asked}} {
		evs, c := story(hotline.CallID(fmt.Sprintf("call-%d", i)), seq, append(whole(), more...)...)
		write(t, s, evs, c)
		seq += uint64(len(evs))
	}
	type promise struct {
		id    hotline.CallID
		asked string
		tries int
	}
	var got []promise
	for _, c := range must[[]hotline.Call](t)(s.Calls(t.Context(), hotline.CallQuery{Owed: true, Limit: 10})) {
		evs := must[[]hotline.Event](t)(s.Events(t.Context(), c.ID, c.Owed-1, 1))
		got = append(got, promise{c.ID, evs[0].Kind, c.Tries})
	}
	same(t, "owed", got, []promise{{"call-5", asked.Kind(), 0}, {"call-3", asked.Kind(), 2}, {"call-1", asked.Kind(), 0}})
}

func cursors(t *testing.T, s Store) {
	ctx := t.Context()
	for _, at := range []uint64{0, 7, 9} {
		if at > 0 {
			if err := s.SetCursor(ctx, "qa", at); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "cursor", must[uint64](t)(s.Cursor(ctx, "qa")), at)
		same(t, "another", must[uint64](t)(s.Cursor(ctx, "audit")), uint64(0))
	}
}

// concurrent reads while a writer writes: readers see whole batches only.
func concurrent(t *testing.T, s Store) {
	const batches = 50
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				evs, err := s.Events(t.Context(), "", 0, 1000)
				if err != nil {
					t.Error(err)
					return
				}
				if len(evs)%5 != 0 {
					t.Errorf("%d events: part of a batch", len(evs))
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range batches {
		evs, c := story(hotline.CallID(fmt.Sprint("c", i)), uint64(i*5+1), whole()...)
		write(t, s, evs, c)
	}
	close(done)
	wg.Wait()
	same(t, "head", must[uint64](t)(s.Head(t.Context())), uint64(batches*5))
}
