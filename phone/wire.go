package phone

import (
	"sync"
	"time"
)

// A burst is a run of voiced packets with no gap longer than joined.
type burst struct{ first, last time.Time }

const (
	joined    = 70 * time.Millisecond  // packets may be this far apart within a burst: three of them, and jitter
	silence   = 200 * time.Millisecond // between two utterances, for a response; longer than any stop consonant
	fell      = 400 * time.Millisecond // after which one that was interrupted has fallen silent
	maxBursts = 1 << 14                // of a call; those after it are not measured
)

// wire keeps when voiced packets went by. It is told of them on the goroutines
// of the RTP session.
type wire struct {
	mu             sync.Mutex
	sent, received []burst
}

func (w *wire) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent, w.received = w.sent[:0], w.received[:0]
}

// packet is the hook of sip.Config.
func (w *wire) packet(dir byte, at time.Time, voiced bool) {
	if !voiced {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if dir == 's' {
		w.sent = extend(w.sent, at)
	} else {
		w.received = extend(w.received, at)
	}
}

func extend(bs []burst, at time.Time) []burst {
	if n := len(bs); n > 0 && at.Sub(bs[n-1].last) <= joined {
		bs[n-1].last = at
		return bs
	}
	if len(bs) == maxBursts {
		return bs
	}
	return append(bs, burst{at, at})
}

// both reports whether voice went out, and whether it came in.
func (w *wire) both() (sent, received bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sent) > 0, len(w.received) > 0
}

// response is how long the far end took to answer what was sent last; false if
// it has not, or if it was already speaking.
func (w *wire) response() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return response(w.sent, w.received)
}

// bargeIn is how long the far end went on speaking after we began to at or
// after from; false if it was not speaking then, or has not fallen silent.
func (w *wire) bargeIn(from, now time.Time) (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bargeIn(w.sent, w.received, from, now)
}

func response(sent, received []burst) (time.Duration, bool) {
	if len(sent) == 0 {
		return 0, false
	}
	end := sent[len(sent)-1].last
	for i, b := range received {
		if b.first.After(end) && (i == 0 || b.first.Sub(received[i-1].last) >= silence) {
			return b.first.Sub(end), true
		}
	}
	return 0, false
}

func bargeIn(sent, received []burst, from, now time.Time) (time.Duration, bool) {
	var began time.Time
	for _, b := range sent {
		if !b.last.Before(from) {
			if began = b.first; began.Before(from) {
				began = from
			}
			break
		}
	}
	if began.IsZero() {
		return 0, false
	}
	for i := 0; i < len(received); {
		b := received[i]
		for i++; i < len(received) && received[i].first.Sub(b.last) < fell; i++ {
			b.last = received[i].last
		}
		if b.first.After(began) {
			break
		}
		if b.last.After(began) {
			return b.last.Sub(began), i < len(received) || now.Sub(b.last) >= fell
		}
	}
	return 0, false
}
