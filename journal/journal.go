// Package journal is the one timeline: every event of every call, in order,
// kept and fanned out.
//
// Order. Append gives each event the next sequence number of the journal and
// the next number of its call, both from 1 and without gaps. A call opens with
// call.started and closes with call.ended; an event of a call that is not open
// is refused, because it would have no place in that order. What people remark
// on a call, during it or years later, is no part of its course: Remark alone
// appends to a call that has ended.
//
// Blocking. Append never waits for the disk or for a reader. Events go to the
// store in batches, at most Config.Every apart and at once when a call ends, so
// a process that is killed loses no more than that much. When the store fails,
// events wait in memory, Ready says why, and the writer tries again until it
// succeeds; only when Config.Queue events wait are further ones lost, and
// then they get no number, so the order still has no gap.
//
// Reading. A live reader (Follow) that falls behind is dropped from the live
// feed and catches up from the store by sequence number, without missing an
// event. A slow reader (Consume) reads what is kept, at its own pace, and its
// place is kept under its name.
//
// Closing. Open closes the calls that a killed process left open, with result
// interrupted. Close writes what waits and ends every reader.
package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hotline"
)

// Store keeps events and calls. Only the journal writes, from one goroutine;
// everything else may be called by many at once.
type Store interface {
	// Head is the sequence number of the last event kept, 0 if there is none.
	Head(ctx context.Context) (uint64, error)
	// Write keeps events, which follow Head without a gap, and replaces calls,
	// all or nothing.
	Write(ctx context.Context, events []hotline.Event, calls []hotline.Call) error
	// Events is up to limit events after since, in order; of one call unless
	// call is empty.
	Events(ctx context.Context, call hotline.CallID, since uint64, limit int) ([]hotline.Event, error)
	Calls(ctx context.Context, q hotline.CallQuery) ([]hotline.Call, error)
	// Call is one call; the error carries hotline.ENotFound if there is none.
	Call(ctx context.Context, id hotline.CallID) (hotline.Call, error)
	// Cursor is the place of the reader of that name, 0 at first.
	Cursor(ctx context.Context, name string) (uint64, error)
	SetCursor(ctx context.Context, name string, seq uint64) error
}

// Config has the bounds of a journal; zero fields take their defaults.
type Config struct {
	Every time.Duration // the longest an event waits to be written; 200 ms
	Queue int           // how many events may wait while the store fails; 100,000
	Retry time.Duration // between attempts while the store fails; 500 ms
	Log   *slog.Logger  // slog.Default
}

func (c *Config) defaults() {
	if c.Every == 0 {
		c.Every = 200 * time.Millisecond
	}
	if c.Queue == 0 {
		c.Queue = 100_000
	}
	if c.Retry == 0 {
		c.Retry = 500 * time.Millisecond
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
}

// Journal is safe for use by many goroutines.
type Journal struct {
	store Store
	cfg   Config

	mu      sync.Mutex
	seq     uint64                           // of the last event
	live    map[hotline.CallID]*hotline.Call // open calls
	tail    []hotline.Event                  // not yet kept, in order
	changed map[hotline.CallID]hotline.Call  // calls changed since the last batch
	writing map[hotline.CallID]hotline.Call  // calls of the batch being written
	kept    uint64                           // seq of the last event kept
	keptNow chan struct{}                    // closed and replaced when kept grows
	readers map[hotline.CallID]map[*reader]struct{}
	stats   Stats
	failing error // why the last write failed; nil if it did not
	closed  bool
	scolded time.Time // last

	remarks sync.Mutex // one at a time; taken before mu

	wake, hurry chan struct{} // something waits; something must not wait
	done        chan struct{} // closed by Close
	writer      sync.WaitGroup
}

// Stats is what a journal counts.
type Stats struct {
	Seq     uint64 // of the last event
	Waiting int    // events not yet kept
	Refused uint64 // events of calls that were not open
	Lost    uint64 // events that found the queue full
	Dropped uint64 // times a live reader was behind and dropped
}

// Open starts a journal on a store and closes the calls that were left open.
func Open(ctx context.Context, store Store, cfg Config) (*Journal, error) {
	cfg.defaults()
	j := &Journal{
		store: store, cfg: cfg,
		live:    map[hotline.CallID]*hotline.Call{},
		changed: map[hotline.CallID]hotline.Call{},
		readers: map[hotline.CallID]map[*reader]struct{}{},
		keptNow: make(chan struct{}),
		wake:    make(chan struct{}, 1), hurry: make(chan struct{}, 1), done: make(chan struct{}),
	}
	var err error
	if j.seq, err = store.Head(ctx); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j.kept = j.seq
	open, err := openCalls(ctx, store)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	for _, c := range open {
		j.live[c.ID] = &c
	}
	j.writer.Go(j.write)
	for _, c := range open {
		j.Append(hotline.Event{Call: c.ID, Media: c.LengthMs, Body: hotline.CallEnded{
			Outcome:  hotline.Outcome{Result: hotline.Interrupted, Reason: "process-died"},
			LengthMs: c.LengthMs,
		}})
	}
	if err := j.Flush(ctx); err != nil {
		_ = j.Close(ctx)
		return nil, err
	}
	if len(open) > 0 {
		cfg.Log.Warn("journal: closed the calls of a process that died", "calls", len(open))
	}
	return j, nil
}

func openCalls(ctx context.Context, store Store) (all []hotline.Call, err error) {
	q := hotline.CallQuery{State: "live", Limit: 1000}
	for {
		page, err := store.Calls(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < q.Limit {
			return all, nil
		}
		q.Before = page[len(page)-1].ID
	}
}

// Append numbers ev, dates it, keeps it and hands it on, and returns it as it
// was kept. An event that was refused or lost comes back with Seq 0. The body
// is copied: it may change afterwards.
func (j *Journal) Append(ev hotline.Event) hotline.Event {
	ev.Seq, ev.N = 0, 0
	body, err := clone(ev.Body)
	if err != nil {
		j.cfg.Log.Error("journal: event cannot be encoded", "call", ev.Call, "err", err)
		return ev
	}
	ev.Body, ev.Kind = body, body.Kind()
	j.mu.Lock()
	defer j.mu.Unlock()
	c, open := j.live[ev.Call]
	_, starts := body.(hotline.CallStarted)
	_, ends := body.(hotline.CallEnded)
	switch {
	case starts == open || j.closed || ev.Call == "":
		j.stats.Refused++
		j.scold("journal: event refused, its call is not open", "call", ev.Call, "kind", ev.Kind, "refused", j.stats.Refused)
		return ev
	case len(j.tail) >= j.cfg.Queue && !ends: // there are no more ends than open calls
		j.stats.Lost++
		j.scold("journal: the queue is full, events are lost", "lost", j.stats.Lost, "err", j.failing)
		return ev
	}
	if starts {
		c = &hotline.Call{}
		j.live[ev.Call] = c
	}
	j.seq++
	ev.Seq, ev.N = j.seq, c.N+1
	ev.At = time.Now().UTC().Truncate(time.Millisecond)
	c.Apply(ev)
	j.tail = append(j.tail, ev)
	j.changed[ev.Call] = *c
	signal(j.wake)
	if ends {
		delete(j.live, ev.Call)
		signal(j.hurry)
	}
	j.handOn(ev)
	return ev
}

// scold logs an error, but not more than one a second: calls wait meanwhile.
// j.mu is held.
func (j *Journal) scold(message string, args ...any) {
	if now := time.Now(); now.Sub(j.scolded) > time.Second {
		j.scolded = now
		j.cfg.Log.Error(message, args...)
	}
}

// clone makes the body that a reader of the store would get.
func clone(b hotline.Body) (hotline.Body, error) {
	if b == nil {
		return nil, fmt.Errorf("event without a body")
	}
	data, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return hotline.DecodeBody(b.Kind(), data)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Head is the sequence number of the last event.
func (j *Journal) Head() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq
}

// Live is the open calls as they are now, in no order.
func (j *Journal) Live() []hotline.Call {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := make([]hotline.Call, 0, len(j.live))
	for _, c := range j.live {
		all = append(all, *c)
	}
	return all
}

// Stats is what was counted so far.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.stats
	s.Seq, s.Waiting = j.seq, len(j.tail)
	return s
}

// Ready is nil if events are being kept; else the error carries
// hotline.EUnavailable.
func (j *Journal) Ready() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return &hotline.Error{Op: "journal", Code: hotline.EUnavailable, Message: "closed"}
	case j.failing != nil:
		return &hotline.Error{Op: "journal", Code: hotline.EUnavailable, Message: "events are not being kept", Err: j.failing}
	}
	return nil
}
