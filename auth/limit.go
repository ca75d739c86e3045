package auth

import (
	"sync"
	"time"
)

// slowness says how a limiter grows slower with failures in a row.
type slowness struct {
	free   int           // failures without a delay
	first  time.Duration // the delay after the next one; doubles with each
	most   time.Duration // the longest
	forget time.Duration // without a failure: all is forgotten
}

var (
	// An account: four free tries for mistakes, then 1 s, 2 s, 4 s up to a quarter
	// of an hour. It never ends in a lock: the right password passes after the delay.
	slowAccount = slowness{free: 4, first: time.Second, most: 15 * time.Minute, forget: time.Hour}
	// An address: an office behind one address mistypes more.
	slowAddress = slowness{free: 30, first: time.Second, most: 5 * time.Minute, forget: time.Hour}
)

// maxTracked bounds the memory of a limiter, whatever names are tried.
const maxTracked = 10_000

// limiter slows down who fails, by key. An attempt counts as failed from its
// start until passed says otherwise, so many at once gain nothing.
type limiter struct {
	slowness
	mu   sync.Mutex
	keys map[string]*failures
}

type failures struct {
	n     int
	last  time.Time
	until time.Time // no attempt before
}

func newLimiter(s slowness) *limiter { return &limiter{slowness: s, keys: map[string]*failures{}} }

// attempt counts one, or says how long to wait before the next.
func (l *limiter) attempt(key string) (wait time.Duration) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.keys[key]
	if f != nil && now.Sub(f.last) >= l.forget {
		f = nil
	}
	if f == nil {
		l.makeRoom(now)
		f = &failures{}
		l.keys[key] = f
	}
	if wait := f.until.Sub(now); wait > 0 {
		return wait
	}
	f.n++
	f.last = now
	f.until = now.Add(l.delay(f.n))
	return 0
}

// delay is how long n failures keep the next attempt waiting.
func (l *limiter) delay(n int) time.Duration {
	over := n - l.free
	if over <= 0 {
		return 0
	}
	d := l.first
	for i := 1; i < over && d < l.most; i++ {
		d *= 2
	}
	return min(d, l.most)
}

// passed forgets the failures of key.
func (l *limiter) passed(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.keys, key)
}

// refund takes back the one attempt that was no failure, and leaves those before.
func (l *limiter) refund(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.keys[key]; f != nil {
		if f.n--; f.n <= 0 {
			delete(l.keys, key)
			return
		}
		f.until = f.last.Add(l.delay(f.n))
	}
}

// makeRoom forgets who waits for nothing, and if that is not enough, the one that
// was tried least lately. l.mu is held.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.keys) < maxTracked {
		return
	}
	oldest, at := "", now
	for key, f := range l.keys {
		if f.n <= l.free || now.Sub(f.last) >= l.forget {
			delete(l.keys, key)
		} else if !f.last.After(at) {
			oldest, at = key, f.last
		}
	}
	if len(l.keys) >= maxTracked {
		delete(l.keys, oldest)
	}
}
