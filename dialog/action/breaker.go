package action

import (
	"errors"
	"sync"
	"time"
)

// ErrOpen is the error of a call that a Breaker did not let through.
var ErrOpen = errors.New("the service failed several times and is left alone for a while")

// A Breaker leaves a service alone that fails: after Failures in a row nothing
// gets through for Reset, then one call may try. The zero Breaker never opens.
type Breaker struct {
	Failures int
	Reset    time.Duration

	mu     sync.Mutex
	failed int
	until  time.Time
	trying bool
}

// Allow reports whether a call may be made; whoever was allowed calls Done.
func (b *Breaker) Allow() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.Failures == 0 || b.failed < b.Failures {
		return nil
	}
	if b.trying || time.Now().Before(b.until) {
		return ErrOpen
	}
	b.trying = true
	return nil
}

// Done tells what became of a call that was allowed.
func (b *Breaker) Done(ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = false
	if ok {
		b.failed = 0
		return
	}
	if b.failed++; b.Failures > 0 && b.failed >= b.Failures {
		b.until = time.Now().Add(b.Reset)
	}
}
