package mediatest

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"hotline/media"
)

// An Ear is a media.Sink that listens for tones. It keeps the last two
// seconds. All methods may be called at the same time.
type Ear struct {
	mu     sync.Mutex
	pcm    [100 * media.FrameSize]int16 // a ring of frames
	frames int                          // heard in all
	waits  map[*wait]struct{}
}

type wait struct {
	hz        float64
	need, run int
	done      chan struct{}
}

// NewEar returns an Ear that has heard nothing.
func NewEar() *Ear { return &Ear{waits: map[*wait]struct{}{}} }

// WriteFrame implements media.Sink.
func (e *Ear) WriteFrame(f media.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	copy(e.pcm[e.frames%100*media.FrameSize:], f.PCM[:])
	e.frames++
	for w := range e.waits {
		// A lost frame here or there does not make it another tone.
		if level, purity := Goertzel(f.PCM[:], w.hz); level > -45 && purity > 0.7 {
			w.run++
		} else {
			w.run = max(0, w.run-3)
		}
		if w.run >= w.need {
			delete(e.waits, w)
			close(w.done)
		}
	}
}

// Frames is how many frames were heard.
func (e *Ear) Frames() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.frames
}

// Last returns the last d of what was heard, or as much as there is.
func (e *Ear) Last(d time.Duration) []int16 {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := min(int(d/media.FrameDur), e.frames, 100)
	out := make([]int16, 0, n*media.FrameSize)
	for i := e.frames - n; i < e.frames; i++ {
		at := i % 100 * media.FrameSize
		out = append(out, e.pcm[at:at+media.FrameSize]...)
	}
	return out
}

// Wait returns once a tone of hz was heard for about d from now on, more or
// less without a break. When ctx ends first, the error says what was heard in
// the last moment.
func (e *Ear) Wait(ctx context.Context, hz float64, d time.Duration) error {
	w := &wait{hz: hz, need: int(d / media.FrameDur), done: make(chan struct{})}
	e.mu.Lock()
	e.waits[w] = struct{}{}
	e.mu.Unlock()
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
	}
	e.mu.Lock()
	delete(e.waits, w)
	e.mu.Unlock()
	return fmt.Errorf("no tone of %g Hz, but %v after %d frames", hz, Hear(e.Last(400*time.Millisecond)), e.Frames())
}

// A Reading is the strongest tone in a piece of audio.
type Reading struct {
	Hz     float64
	Level  float64 // of the tone: RMS in dB under full scale; -inf for silence
	Purity float64 // its share of all the energy, 0 to 1
}

func (r Reading) String() string {
	return fmt.Sprintf("%.0f Hz at %.0f dB, purity %.2f", r.Hz, r.Level, r.Purity)
}

// Hear finds the strongest tone between 50 Hz and 7 kHz in 16 kHz PCM.
func Hear(pcm []int16) Reading {
	best := Reading{Level: math.Inf(-1)}
	if len(pcm) == 0 {
		return best
	}
	try := func(pcm []int16, hz float64) {
		if level, purity := Goertzel(pcm, hz); level > best.Level {
			best = Reading{hz, level, purity}
		}
	}
	part := pcm[max(0, len(pcm)-media.SampleRate/10):] // the last tenth of a second shows where to look
	step := 0.5 * media.SampleRate / float64(len(part))
	for hz := 50.0; hz <= 7000; hz += step {
		try(part, hz)
	}
	around := best.Hz
	best = Reading{Level: math.Inf(-1)}
	for try(pcm, around); step > 0.02; step /= 2 {
		hz := best.Hz
		for _, by := range []float64{-1, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1} {
			try(pcm, hz+by*step)
		}
	}
	return best
}

// Goertzel measures the tone of hz in 16 kHz PCM: its RMS level in dB under
// full scale, and its share of all the energy.
func Goertzel(pcm []int16, hz float64) (level, purity float64) {
	k := 2 * math.Cos(2*math.Pi*hz/media.SampleRate)
	var s1, s2, energy float64
	for _, v := range pcm {
		x := float64(v)
		s1, s2 = x+k*s1-s2, s1
		energy += x * x
	}
	if energy == 0 {
		return math.Inf(-1), 0
	}
	n := float64(len(pcm))
	power := 2 * (s1*s1 + s2*s2 - k*s1*s2) / (n * n) // mean square of the tone
	return 10 * math.Log10(power/(32768*32768)), min(1, power/(energy/n))
}
