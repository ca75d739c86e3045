package web

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"hotline"
)

// A rate bounds how often those without an account may do something, by address:
// some at once, and then one each so often. This machine is not bounded.
type rate struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	next map[netip.Prefix]time.Time // when all that an address did will be paid for
}

func newRate(every time.Duration, burst int) *rate {
	return &rate{every: every, burst: burst, next: map[netip.Prefix]time.Time{}}
}

// maxRated bounds the memory of a rate.
const maxRated = 20_000

// wait is how long the address is to wait before it may do it; 0: it does it now.
func (l *rate) wait(a netip.Addr) time.Duration {
	bits := 32
	if a = a.Unmap(); a.Is6() {
		bits = 64 // a home's network
	}
	who, err := a.WithZone("").Prefix(bits)
	if err != nil || a.IsLoopback() {
		return 0
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.next[who]
	if at.Before(now) {
		at = now
	}
	if wait := at.Sub(now) - time.Duration(l.burst-1)*l.every; wait > 0 {
		return wait
	}
	if len(l.next) >= maxRated {
		for k, t := range l.next {
			if t.Before(now) {
				delete(l.next, k)
			}
		}
		for k := range l.next {
			if len(l.next) < maxRated {
				break
			}
			delete(l.next, k) // any of them
		}
	}
	l.next[who] = at.Add(l.every)
	return 0
}

// bounded serves those without an account at the rate.
func (s *Server) bounded(l *rate, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if identity(r).User == "" {
			if wait := l.wait(s.clientAddr(r)); wait > 0 {
				s.fail(w, r, tooMany(wait))
				return
			}
		}
		next(w, r)
	}
}

func tooMany(wait time.Duration) error {
	return &hotline.Error{Op: "request", Code: hotline.ETooMany, Message: "too many requests from your address; wait a moment", After: wait}
}
