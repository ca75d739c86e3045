package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
	"hotline/acd"
	"hotline/journal"
	"hotline/store/sqlite"
)

// callingBack is a server with one agent, who is not there, and the store.
func callingBack(t *testing.T, db journal.Store) *server {
	t.Helper()
	s := &server{log: slog.New(slog.DiscardHandler)}
	var err error
	if s.journal, err = journal.Open(t.Context(), db, journal.Config{Log: s.log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.journal.Close(context.Background()) })
	if s.desk, err = acd.New(acd.Config{Agents: []hotline.Agent{{ID: "anna", Skills: []string{"care"}}}, Start: hotline.AgentAway}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.desk.Close)
	s.promises = &promises{desk: s.desk, journal: s.journal, may: func(string) error { return nil }}
	return s
}

// Nobody is promised a call that no trunk may make.
func TestNoPromiseThatCannotBeKept(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := callingBack(t, db)
	s.promises.may = Config{SIP: SIPConfig{Trunks: []TrunkConfig{{Name: "carrier", Dial: []string{"4930*"}}}}}.mayDial
	err = s.promises.CallBack(t.Context(), hotline.Ticket{Call: "c1", Skill: "care"}, hotline.CallBackAsked{Skill: "care", Number: "4940555"})
	if hotline.ErrorCode(err) != hotline.EForbidden || len(s.desk.CallBacks()) != 0 {
		t.Errorf("promised: %v, %v", err, s.desk.CallBacks())
	}
}

// What an agent promises is kept by the next server, and so is that it was taken
// back; what is older than a day is forgotten.
func TestPromisesOutliveTheServer(t *testing.T) {
	ctx := t.Context()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ended := []hotline.Body{hotline.CallStarted{Direction: "in", From: "100"}, hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.AgentHangup}}}
	var old hotline.Call
	var evs []hotline.Event
	for i, b := range append(ended, hotline.CallBackAsked{Skill: "care"}) {
		ev := hotline.Event{Seq: uint64(i + 1), N: uint64(i + 1), Call: "old", At: time.Now().Add(-promiseLife - time.Hour), Kind: b.Kind(), Body: b}
		old.Apply(ev)
		evs = append(evs, ev)
	}
	if err := db.Write(ctx, evs, []hotline.Call{old}); err != nil {
		t.Fatal(err)
	}
	next := func() (*server, []string) { // another server, and whom it will call
		s := callingBack(t, db)
		s.remember(ctx)
		var all []string
		for _, b := range s.desk.CallBacks() {
			all = append(all, string(b.Call)+" "+b.Number+" "+b.Skill)
		}
		return s, all
	}
	stop := func(s *server) {
		if err := s.journal.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	s, all := next()
	if len(all) > 0 {
		t.Errorf("promised a day ago: %v", all)
	}
	for _, id := range []hotline.CallID{"a", "b"} {
		for _, b := range ended {
			s.journal.Append(hotline.Event{Call: id, Body: b})
		}
		if err := s.promises.CallBack(ctx, hotline.Ticket{Call: id, Skill: "care"}, hotline.CallBackAsked{Skill: "care", By: "anna", Number: "200"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.promises.CallBack(ctx, hotline.Ticket{Call: "never", Skill: "care"}, hotline.CallBackAsked{Skill: "care", Number: "200"}); hotline.ErrorCode(err) != hotline.ENotFound || len(s.desk.CallBacks()) != 2 {
		t.Errorf("promised for a call that never was: %v; %v are to be called", err, s.desk.CallBacks())
	}
	stop(s)
	s, all = next()
	if want := []string{"a 200 care", "b 200 care"}; !slices.Equal(all, want) {
		t.Errorf("the next server will call %v, want %v", all, want)
	}
	if err := s.promises.CancelCallBack(ctx, "a", "anna"); err != nil {
		t.Fatal(err)
	}
	stop(s)
	if s, all = next(); !slices.Equal(all, []string{"b 200 care"}) {
		t.Errorf("the third will call %v", all)
	}
	for call, want := range map[hotline.CallID]hotline.Body{"a": hotline.CallBackForgotten{By: "anna"}, "old": hotline.CallBackForgotten{}} {
		evs, err := s.journal.Since(ctx, call, 0, 10)
		if err != nil || evs[len(evs)-1].Body != want {
			t.Errorf("%s: %+v, %v", call, evs, err)
		}
	}
}

// broken is a store that keeps nothing and reads nothing.
type broken struct{ reads atomic.Int64 }

func (*broken) Head(context.Context) (uint64, error)                         { return 0, nil }
func (*broken) Write(context.Context, []hotline.Event, []hotline.Call) error { return nil }
func (*broken) Cursor(context.Context, string) (uint64, error)               { return 0, nil }
func (*broken) SetCursor(context.Context, string, uint64) error              { return nil }
func (b *broken) Events(context.Context, hotline.CallID, uint64, int) ([]hotline.Event, error) {
	b.reads.Add(1)
	return nil, errors.New("the disk is gone")
}
func (*broken) Calls(context.Context, hotline.CallQuery) ([]hotline.Call, error) { return nil, nil }
func (b *broken) Call(context.Context, hotline.CallID) (hotline.Call, error) {
	b.reads.Add(1)
	return hotline.Call{}, errors.New("the disk is gone")
}

// A store that cannot be read is tried now and then, by whoever looks for what was
// promised and by whoever waits for the end of a call; the agents are free
// meanwhile.
func TestCallBacksDoNotRaceThroughABrokenStore(t *testing.T) {
	ticket := hotline.Ticket{Call: "c", Skill: "care"}
	for name, begin := range map[string]func(context.Context, *server){
		"it is over": func(_ context.Context, s *server) { _ = s.desk.CallBack(ticket, "100") },
		"the call goes on": func(ctx context.Context, s *server) {
			s.afterCall(ctx, hotline.CallBack{Ticket: ticket, Call: "c", Number: "100"}, 0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db := &broken{}
				s := callingBack(t, db)
				if name == "the call goes on" {
					s.journal.Append(hotline.Event{Call: "c", Body: hotline.CallStarted{From: "100"}})
					time.Sleep(time.Second) // it is written
				}
				if _, err := s.desk.SetState("anna", hotline.AgentReady); err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithCancel(t.Context())
				var all sync.WaitGroup
				all.Go(func() { s.callBack(ctx, ctx) })
				all.Go(func() { begin(ctx, s) })
				time.Sleep(time.Hour)
				synctest.Wait()
				if n, most := db.reads.Load(), int64(2*time.Hour/againAfter); n == 0 || n > most {
					t.Errorf("the store was read %d times in an hour, want 1 to %d", n, most)
				}
				if a := s.desk.Agents()[0]; a.State != hotline.AgentReady {
					t.Errorf("the agent is %s", a.State)
				}
				stop()
				all.Wait()
			})
		})
	}
}
