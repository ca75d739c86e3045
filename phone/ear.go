package phone

import (
	"context"
	"sync"
	"time"

	"hotline/media"
)

const (
	loud     = 150                    // mean amplitude of a frame with sound in it: 47 dB below full scale
	began    = 3                      // frames with sound that make speech, so that a click is none
	hangover = 700 * time.Millisecond // a pause in speech; a longer one ends it
)

// An ear tells when the far end speaks. It is the Sink of a call.
type ear struct {
	spoke    func(speech)                 // told of each speech when it is over, on the pacer
	response func() (time.Duration, bool) // of the wire

	mu        sync.Mutex
	at        time.Duration // media time: the end of the last frame
	cur       speech
	n         int  // frames with sound in cur
	answering bool // a speech from now on is a response
	waits     map[*wait]bool
}

// A speech is one thing that the far end said.
type speech struct {
	start, end time.Duration // media time
	response   time.Duration // after what we said; 0 if it is no answer to that
}

type wait struct {
	until func(e *ear) bool // called with mu held
	met   chan struct{}
}

// WriteFrame implements media.Sink.
func (e *ear) WriteFrame(f media.Frame) {
	level := media.Level(f)
	e.mu.Lock()
	e.at += media.FrameDur
	over := speech{}
	if level > loud {
		if e.answering && e.n >= began && e.at-e.cur.end > silence { // not a pause, but another thing to say
			over, e.n = e.cur, 0
		}
		if e.n == 0 {
			e.cur = speech{start: e.at - media.FrameDur}
		}
		e.cur.end = e.at
		if e.n++; e.n == began && e.answering {
			if d, ok := e.response(); ok {
				e.cur.response, e.answering = d, false
			}
		}
	} else if e.n > 0 && e.at-e.cur.end >= hangover {
		if e.n >= began {
			over = e.cur
		}
		e.n = 0
	}
	for w := range e.waits {
		if w.until(e) {
			delete(e.waits, w)
			close(w.met)
		}
	}
	e.mu.Unlock()
	if over.end > 0 {
		e.spoke(over)
	}
}

// finish tells of a speech that was still on when the call ended.
func (e *ear) finish() {
	e.mu.Lock()
	on, s := e.n >= began, e.cur
	e.n = 0
	e.mu.Unlock()
	if on {
		e.spoke(s)
	}
}

// speaking is that the far end has spoken for d.
func speaking(d time.Duration) func(*ear) bool {
	return func(e *ear) bool { return e.n >= began && e.at-e.cur.start >= d && e.at-e.cur.end < fell }
}

// quiet is that the far end has not spoken for d.
func quiet(d time.Duration) func(*ear) bool {
	return func(e *ear) bool { return e.at-e.cur.end >= d }
}

// wait returns when until is met, at the next frame at the earliest, or ctx
// ends.
func (e *ear) wait(ctx context.Context, until func(*ear) bool) error {
	w := &wait{until, make(chan struct{})}
	e.mu.Lock()
	if e.waits == nil {
		e.waits = map[*wait]bool{}
	}
	e.waits[w] = true
	e.mu.Unlock()
	select {
	case <-w.met:
		return nil
	case <-ctx.Done():
		e.mu.Lock()
		delete(e.waits, w)
		e.mu.Unlock()
		return context.Cause(ctx)
	}
}

// expect makes the next speech a response to what we have just said.
func (e *ear) expect() {
	e.mu.Lock()
	e.answering = true
	e.mu.Unlock()
}

// now is the media time.
func (e *ear) now() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.at
}

// A mouth says one thing at a time. It is the Source of a call.
type mouth struct {
	mu   sync.Mutex
	cur  media.Source
	done chan struct{} // of cur
}

// ReadFrame implements media.Source.
func (m *mouth) ReadFrame() (media.Frame, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cur == nil {
		return media.Frame{}, false
	}
	f, ok := m.cur.ReadFrame()
	if !ok {
		close(m.done)
		m.cur = nil
	}
	return f, ok
}

// start says src in place of what is being said, and does not wait for its end.
func (m *mouth) start(src media.Source) (done chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cur, m.done = src, make(chan struct{})
	return m.done
}

// say returns when src has nothing more to say, or ctx ends.
func (m *mouth) say(ctx context.Context, src media.Source) error {
	done := m.start(src)
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		m.mu.Lock()
		if m.done == done {
			m.cur = nil
		}
		m.mu.Unlock()
		return context.Cause(ctx)
	}
}
