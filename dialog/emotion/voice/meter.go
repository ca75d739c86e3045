// Package voice measures how an utterance sounds against the same caller's own
// beginning: loudness, pitch and its range, speed, brightness (the tilt of the
// spectrum), and talking over the bot. A telephone line, a handset and a person
// differ more from others than calm from anger does, so nothing absolute is used.
//
// A Meter takes every frame that the caller's leg brings, on the leg's pacer; it
// never blocks longer than an Utterance takes, allocates nothing per frame, and keeps
// the last 30 seconds. Utterance may be called by another goroutine.
package voice

import (
	"sync"
	"sync/atomic"
	"time"

	"hotline/media"
)

const kept = 1500 // frames, 30 s: a longer utterance is measured by its end

// A Meter measures one caller. Use NewMeter.
type Meter struct {
	bot  atomic.Bool
	mu   sync.Mutex
	a    analyser
	ring [kept]measure
	at   [kept]time.Duration
	n    int // frames so far
	base [features]running
}

// NewMeter returns a Meter that has heard nothing.
func NewMeter() *Meter { return new(Meter) }

var _ media.Sink = (*Meter)(nil)

// WriteFrame takes the next frame of the caller.
func (m *Meter) WriteFrame(f media.Frame) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.n % kept
	m.ring[i] = m.a.measure(&f.PCM)
	m.ring[i].bot = m.bot.Load()
	m.at[i] = f.At
	m.n++
}

// BotTalks tells the meter that the bot begins or ends to talk, so that
// talking over it can be told.
func (m *Meter) BotTalks(on bool) { m.bot.Store(on) }

// Heard is the media time of the end of the last frame.
func (m *Meter) Heard() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.n == 0 {
		return 0
	}
	return m.at[(m.n-1)%kept] + media.FrameDur
}

// Again returns a Meter that knows the same beginning and has heard nothing else.
func (m *Meter) Again() *Meter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &Meter{base: m.base}
}

// Utterance measures what was said from start to end, in the media time of
// the frames, and compares it with the caller's beginning. Each utterance must be given
// once, in order: the first seconds of speech make the beginning. Too little
// speech gives the zero Tone.
func (m *Meter) Utterance(start, end time.Duration) Tone {
	m.mu.Lock()
	defer m.mu.Unlock()
	var frames [kept]measure
	n := 0
	for i := max(0, m.n-kept); i < m.n; i++ {
		if at := m.at[i%kept]; at >= start && at < end {
			frames[n] = m.ring[i%kept]
			n++
		}
	}
	s, ok := sum(frames[:n])
	if !ok {
		return Tone{}
	}
	return m.compare(s)
}
