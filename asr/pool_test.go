package asr_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotline/asr"
)

// slow takes a second a recognition and notes the order and the most at once.
type slow struct {
	mu        sync.Mutex
	order     []string
	now, most int
}

func (s *slow) Transcribe(_ context.Context, _ []int16, opt asr.Options) (asr.Result, error) {
	s.mu.Lock()
	s.order = append(s.order, opt.Language)
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	time.Sleep(time.Second) // a virtual one: all of these run under synctest
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
	return asr.Result{Text: opt.Language}, nil
}

func named(s string) asr.Options { return asr.Options{Language: s} }

func TestPoolOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		batch := &slow{}
		p := asr.NewPool(batch, asr.PoolConfig{Workers: 1})
		defer p.Close()
		var wg sync.WaitGroup
		partial := make(chan error, 1)
		wg.Go(func() { _, err := p.Attempt(t.Context(), nil, named("partial")); partial <- err })
		synctest.Wait() // it runs
		for _, name := range []string{"a", "b", "c"} {
			wg.Go(func() {
				r, err := p.Transcribe(t.Context(), nil, named(name))
				if err != nil || r.Text != name || r.Took != time.Second {
					t.Errorf("%s: %+v, %v", name, r, err)
				}
				if want := time.Duration(name[0]-'a'+1) * time.Second; r.Queued != want {
					t.Errorf("%s was queued for %v, not %v", name, r.Queued, want)
				}
			})
			synctest.Wait()
		}
		if _, err := p.Attempt(t.Context(), nil, named("no")); !errors.Is(err, asr.ErrBusy) {
			t.Errorf("an attempt under load: %v, not %v", err, asr.ErrBusy)
		}
		if s := p.Stats(); s.Waiting != 3 || s.Running != 1 || s.Dropped != 1 {
			t.Errorf("under load: %+v", s)
		}
		wg.Wait()
		if err := <-partial; err != nil {
			t.Error(err)
		}
		if want := []string{"partial", "a", "b", "c"}; !slices.Equal(batch.order, want) || batch.most != 1 {
			t.Errorf("order %v, not %v; %d at once", batch.order, want, batch.most)
		}
		if s := p.Stats(); s.Finals != 3 || s.Partials != 1 || s.Running != 0 {
			t.Errorf("afterwards: %+v", s)
		}
	})
}

func TestPoolKeepsAWorkerForFinals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := asr.NewPool(&slow{}, asr.PoolConfig{Workers: 2})
		defer p.Close()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = p.Attempt(t.Context(), nil, named("partial")) })
		synctest.Wait()
		if _, err := p.Attempt(t.Context(), nil, named("second")); !errors.Is(err, asr.ErrBusy) {
			t.Errorf("a second attempt: %v", err)
		}
		r, err := p.Transcribe(t.Context(), nil, named("final"))
		if err != nil || r.Queued != 0 {
			t.Errorf("the final was queued for %v, %v", r.Queued, err)
		}
		wg.Wait()
	})
}

// A partial that its caller has left runs to its end, but keeps nobody from the
// worker that is free: the attempt at the whole of what was said comes at once.
func TestPoolStalePartialIsNotInTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := asr.NewPool(&slow{}, asr.PoolConfig{Workers: 2})
		defer p.Close()
		ctx, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = p.Attempt(ctx, nil, named("a part")) })
		synctest.Wait()
		leave()
		synctest.Wait()
		for range 2 { // the second when the first, stale one has ended meanwhile
			if _, err := p.Attempt(t.Context(), nil, named("the whole")); err != nil {
				t.Errorf("the whole: %v", err)
			}
		}
		wg.Wait()
		wg.Go(func() { _, _ = p.Attempt(t.Context(), nil, named("partial")) })
		synctest.Wait()
		if _, err := p.Attempt(t.Context(), nil, named("second")); !errors.Is(err, asr.ErrBusy) {
			t.Errorf("a second one that is waited for: %v", err)
		}
		wg.Wait()
	})
}

func TestPoolLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		batch := &slow{}
		p := asr.NewPool(batch, asr.PoolConfig{Workers: 1})
		defer p.Close()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = p.Transcribe(t.Context(), nil, named("first")) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := p.Transcribe(ctx, nil, named("gone")); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 100*time.Millisecond {
			t.Errorf("left after %v with %v", time.Since(start), err)
		}
		wg.Wait()
		if s := p.Stats(); s.Left != 1 || s.Waiting != 0 || !slices.Equal(batch.order, []string{"first"}) {
			t.Errorf("%+v, recognised %v", s, batch.order)
		}
	})
}

func TestPoolClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var observed []asr.Done
		p := asr.NewPool(&slow{}, asr.PoolConfig{Workers: 1, Observe: func(d asr.Done) { observed = append(observed, d) }})
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, err := p.Transcribe(t.Context(), nil, named("x")); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		p.Close() // what is queued is done first
		wg.Wait()
		p.Close()
		if _, err := p.Transcribe(t.Context(), nil, named("late")); !errors.Is(err, asr.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		if len(observed) != 2 || !observed[1].Final || observed[1].Queued != time.Second {
			t.Errorf("observed %+v", observed)
		}
	})
}
