package asr

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

// ErrBusy is Attempt's error when no worker is free for a partial result.
var ErrBusy = errors.New("asr: busy")

// ErrClosed is the error of a Pool that has been closed.
var ErrClosed = errors.New("asr: pool is closed")

// A Pool shares one recogniser between all calls and runs no more of it at once
// than there are cores. Final results are taken in the order they come and
// before any partial one. A partial result is never queued: it runs if a worker
// is free and no final is waiting, and otherwise fails at once, so under load
// there are none, and a newer one is what the caller asks for next. One worker,
// where there are two or more, takes no partials, so that a final rarely waits
// for one to end. A partial that nobody waits for any more does not count: when
// speech stops, the attempt at the whole of it need not wait for the end of one
// at a part.
type Pool struct {
	batch   Batch
	observe func(Done)

	mu       sync.Mutex
	wake     *sync.Cond
	queue    []*job // finals, oldest first; partials only when a worker is idle
	idle     int
	workers  int
	partials int // under way, and waited for
	closed   bool
	stats    PoolStats
	wg       sync.WaitGroup
}

// PoolConfig is what an application decides about a Pool.
type PoolConfig struct {
	Workers int        // recognitions at once; 0 is GOMAXPROCS
	Observe func(Done) // told of each that was done; may be nil, must not block
}

// Done is one recognition, for the metrics.
type Done struct {
	Final        bool
	Queued, Took time.Duration
	Empty        bool // there was no text
	Err          error
}

// PoolStats counts what a Pool has done.
type PoolStats struct {
	Workers, Running, Waiting int
	Finals, Partials, Empty   uint64 // done; Empty counts finals without text
	Dropped                   uint64 // partials refused because of load
	Left                      uint64 // finals whose caller left before their turn
}

type job struct {
	ctx   context.Context
	pcm   []int16
	opt   Options
	final bool
	over  bool // a partial that counts no more: it is done, or nobody waits for it
	since time.Time
	done  chan outcome // buffered
}

type outcome struct {
	res Result
	err error
}

// NewPool starts the workers. Close ends them.
func NewPool(batch Batch, c PoolConfig) *Pool {
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	p := &Pool{batch: batch, observe: c.Observe, workers: c.Workers, idle: c.Workers}
	p.wake = sync.NewCond(&p.mu)
	for range c.Workers {
		p.wg.Go(p.work)
	}
	return p
}

// Transcribe waits for a worker and recognises a final result. When ctx ends it
// returns at once; what was begun is finished by the worker for nobody.
func (p *Pool) Transcribe(ctx context.Context, pcm []int16, opt Options) (Result, error) {
	return p.do(ctx, pcm, opt, true)
}

// Attempt recognises a partial result, or fails with ErrBusy at once.
func (p *Pool) Attempt(ctx context.Context, pcm []int16, opt Options) (Result, error) {
	return p.do(ctx, pcm, opt, false)
}

func (p *Pool) do(ctx context.Context, pcm []int16, opt Options, final bool) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	j := &job{ctx: ctx, pcm: pcm, opt: opt, final: final, since: time.Now(), done: make(chan outcome, 1)}
	if err := p.enqueue(j); err != nil {
		return Result{}, err
	}
	select {
	case o := <-j.done:
		return o.res, o.err
	case <-ctx.Done():
		p.leave(j)
		return Result{}, ctx.Err()
	}
}

func (p *Pool) enqueue(j *job) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	if !j.final {
		if len(p.queue) > 0 || p.idle == 0 || p.partials >= max(1, p.workers-1) {
			p.stats.Dropped++
			return ErrBusy
		}
		p.partials++
	}
	p.queue = append(p.queue, j)
	p.wake.Signal()
	return nil
}

// leave gives up a job: it is taken out of the queue, or done for nobody.
func (p *Pool) leave(j *job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.uncount(j)
	i := slices.Index(p.queue, j)
	if i < 0 {
		return
	}
	p.queue = slices.Delete(p.queue, i, i+1)
	if j.final {
		p.stats.Left++
	}
}

// uncount takes a partial off the number of those that there may be. The caller
// holds mu.
func (p *Pool) uncount(j *job) {
	if !j.final && !j.over {
		j.over = true
		p.partials--
	}
}

func (p *Pool) work() {
	yieldToAudio()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for len(p.queue) == 0 && !p.closed {
			p.wake.Wait()
		}
		if len(p.queue) == 0 {
			return // closed, and all is done
		}
		j := p.queue[0]
		p.queue = slices.Delete(p.queue, 0, 1)
		p.idle--
		p.stats.Running++
		p.mu.Unlock()
		o, d := p.run(j)
		p.mu.Lock()
		p.stats.Running--
		p.idle++
		switch {
		case !j.final:
			p.uncount(j)
			p.stats.Partials++
		default:
			p.stats.Finals++
			if d.Empty {
				p.stats.Empty++
			}
		}
		j.done <- o
	}
}

func (p *Pool) run(j *job) (outcome, Done) {
	start := time.Now()
	res, err := p.batch.Transcribe(j.ctx, j.pcm, j.opt)
	res.Queued, res.Took = start.Sub(j.since), time.Since(start)
	d := Done{Final: j.final, Queued: res.Queued, Took: res.Took, Empty: err == nil && res.Text == "", Err: err}
	if p.observe != nil {
		p.observe(d)
	}
	return outcome{res, err}, d
}

// Stats may be called at any time.
func (p *Pool) Stats() PoolStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Workers, s.Waiting = p.workers, len(p.queue)
	return s
}

// Close lets what is queued be done, refuses more, and returns when every worker
// has ended. It may be called again.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	p.wake.Broadcast()
	p.mu.Unlock()
	p.wg.Wait()
}
