package journal

import (
	"context"
	"iter"
	"time"

	"hotline"
)

const (
	liveBuffer = 256 // events a live reader may be behind
	pageSize   = 500 // events read from the store at once
)

// A reader is one place in the live feed. Its channel is closed when it is
// behind by more than liveBuffer events.
type reader struct {
	c    chan hotline.Event
	call hotline.CallID
	live func(hotline.Call) bool // the calls whose partials it has; nil is none
}

// handOn gives ev to the live readers; j.mu is held.
func (j *Journal) handOn(ev hotline.Event) {
	for _, set := range []map[*reader]struct{}{j.readers[""], j.readers[ev.Call]} {
		for r := range set {
			select {
			case r.c <- ev:
			default:
				j.stats.Dropped++
				delete(set, r)
				close(r.c)
			}
		}
	}
	if _, ends := ev.Body.(hotline.CallEnded); ends {
		for r := range j.readers[ev.Call] {
			close(r.c)
		}
		delete(j.readers, ev.Call)
	}
}

// Tell gives the live readers who want it a hotline.Partial of an open call,
// dated. It is no event: it has no number and is not kept, and a reader who is
// behind does not get it. It does not block.
func (j *Journal) Tell(ev hotline.Event) {
	ev.Kind, ev.At = ev.Body.Kind(), time.Now().UTC().Truncate(time.Millisecond)
	j.mu.Lock()
	defer j.mu.Unlock()
	c := j.live[ev.Call]
	if c == nil {
		return
	}
	ev.Seq, ev.N = 0, j.seq // what it comes after
	for _, set := range []map[*reader]struct{}{j.readers[""], j.readers[ev.Call]} {
		for r := range set {
			if r.live != nil && len(r.c) < liveBuffer/4 && r.live(*c) {
				r.c <- ev // has room: only who holds j.mu sends
			}
		}
	}
}

// listen joins the live feed. It is nil if there is nothing to come: the
// journal is closed, or the call is not open.
func (j *Journal) listen(call hotline.CallID, live func(hotline.Call) bool) *reader {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed || call != "" && j.live[call] == nil {
		return nil
	}
	r := &reader{c: make(chan hotline.Event, liveBuffer), call: call, live: live}
	if j.readers[call] == nil {
		j.readers[call] = map[*reader]struct{}{}
	}
	j.readers[call][r] = struct{}{}
	return r
}

func (j *Journal) leave(r *reader) {
	if r == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.readers[r.call], r)
	if len(j.readers[r.call]) == 0 {
		delete(j.readers, r.call)
	}
}

// Follow yields the events after since, of one call unless call is empty: those
// that happened, then those that happen, without a gap. It ends with ctx, with
// Close, and after the call.ended of the one call; any other end is an error. A
// since beyond the end is hotline.EConflict: those events were seen, but a crash
// lost them.
func (j *Journal) Follow(ctx context.Context, call hotline.CallID, since uint64) iter.Seq2[hotline.Event, error] {
	return j.Watch(ctx, call, since, nil)
}

// Watch is Follow with what is being said between the events, of the open calls
// for which live is true: hotline.Partial, with Seq 0. It comes in order with the
// events, so that who may hear what is known. live must not block.
func (j *Journal) Watch(ctx context.Context, call hotline.CallID, since uint64, live func(hotline.Call) bool) iter.Seq2[hotline.Event, error] {
	return func(yield func(hotline.Event, error) bool) {
		if since > j.Head() {
			yield(hotline.Event{}, &hotline.Error{Op: "follow", Code: hotline.EConflict, Message: "the journal ends before that"})
			return
		}
		for {
			r := j.listen(call, live)
			for ev, err := range j.history(ctx, call, since) {
				if ctx.Err() != nil || !yield(ev, err) || err != nil {
					j.leave(r)
					return
				}
				since = ev.Seq
			}
			if r == nil {
				return
			}
			if !r.follow(ctx, &since, yield) {
				j.leave(r)
				return
			}
		}
	}
}

// follow yields live events after since. It reports true if the reader was
// dropped, so that there may be more.
func (r *reader) follow(ctx context.Context, since *uint64, yield func(hotline.Event, error) bool) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case ev, ok := <-r.c:
			if !ok {
				return true
			}
			if ev.Seq == 0 {
				late := ev.N < *since // history had what came after it
				if ev.N = 0; !late && !yield(ev, nil) {
					return false
				}
				continue
			}
			if ev.Seq <= *since { // history had it
				continue
			}
			if !yield(ev, nil) {
				return false
			}
			*since = ev.Seq
		}
	}
}

// history yields every event after since that there is by now.
func (j *Journal) history(ctx context.Context, call hotline.CallID, since uint64) iter.Seq2[hotline.Event, error] {
	return func(yield func(hotline.Event, error) bool) {
		for {
			page, err := j.Since(ctx, call, since, pageSize)
			if err != nil {
				yield(hotline.Event{}, err)
				return
			}
			for _, ev := range page {
				if !yield(ev, nil) {
					return
				}
				since = ev.Seq
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}

// Since is up to limit events after since, in order, of one call unless call is
// empty; kept ones and those that wait to be.
func (j *Journal) Since(ctx context.Context, call hotline.CallID, since uint64, limit int) ([]hotline.Event, error) {
	j.mu.Lock()
	tail, first := j.tail, j.seq+1 // the writer replaces tail, it does not change it
	j.mu.Unlock()
	if len(tail) > 0 {
		first = tail[0].Seq
	}
	var evs []hotline.Event
	if since+1 < first {
		var err error
		if evs, err = j.store.Events(ctx, call, since, limit); err != nil {
			return nil, err
		}
		if len(evs) > 0 {
			since = evs[len(evs)-1].Seq
		}
	}
	for _, ev := range tail {
		if len(evs) >= limit {
			break
		}
		if ev.Seq > since && (call == "" || ev.Call == call) {
			evs = append(evs, ev)
		}
	}
	return evs, nil
}

// Consume gives fn every kept event once, from where the reader of that name
// stopped, in order, and waits for more until ctx ends or fn fails. The place is
// kept after each page: after a crash fn may see up to a page of events again.
func (j *Journal) Consume(ctx context.Context, name string, fn func(hotline.Event) error) error {
	return j.ConsumePages(ctx, name, func(page []hotline.Event) (uint64, error) {
		var at uint64
		for _, ev := range page {
			if err := fn(ev); err != nil {
				return at, err
			}
			if at = ev.Seq; ctx.Err() != nil {
				break
			}
		}
		return at, nil
	})
}

// ConsumePages is Consume for a reader that takes many events at once: those
// there are, up to a bound. fn returns the last that it is done with, 0 if none.
func (j *Journal) ConsumePages(ctx context.Context, name string, fn func([]hotline.Event) (uint64, error)) error {
	at, err := j.store.Cursor(ctx, name)
	if err != nil {
		return err
	}
	for {
		j.mu.Lock()
		kept, more := j.kept, j.keptNow
		j.mu.Unlock()
		if at >= kept {
			select {
			case <-ctx.Done():
				return nil
			case <-j.done:
				return nil
			case <-more:
			}
			continue
		}
		page, err := j.store.Events(ctx, "", at, pageSize)
		if err != nil {
			return err
		}
		done, err := fn(page)
		if done > at {
			at = done
			if err := j.store.SetCursor(context.WithoutCancel(ctx), name, at); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// freshen is how long a query waits for the latest events to be kept.
const freshen = time.Second

// Calls is the calls of q, newest first, with everything appended so far unless
// the store is failing.
func (j *Journal) Calls(ctx context.Context, q hotline.CallQuery) ([]hotline.Call, error) {
	if j.Ready() == nil {
		fresh, cancel := context.WithTimeout(ctx, freshen)
		_ = j.Flush(fresh) // a failing store shows in Ready; the list is then a little old
		cancel()
	}
	return j.store.Calls(ctx, q)
}

// Call is one call as it is now; the error carries hotline.ENotFound if there is
// none.
func (j *Journal) Call(ctx context.Context, id hotline.CallID) (hotline.Call, error) {
	j.mu.Lock()
	c, ok := j.inMemory(id)
	j.mu.Unlock()
	if ok {
		return c, nil
	}
	return j.store.Call(ctx, id)
}
