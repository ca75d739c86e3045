package vad

import (
	"fmt"
	"path/filepath"
	"runtime"

	"hotline/internal/ort"
	"hotline/media"
)

// The network looks at 32 ms at a time, with the 4 ms before them, and keeps a
// state between looks.
const (
	window  = 512
	context = 64
	state   = 2 * 128
)

// A Model is the Silero network, loaded once and shared by every Silero
// detector. Detectors take turns at a few sets of native buffers, so a stream
// more costs 4 kB.
type Model struct {
	session *ort.Session
	runners chan *runner
	all     []*runner
}

// A runner is one set of buffers that the network runs over.
type runner struct {
	in    [context + window]float32
	state [state]float32
	out   [1]float32
	next  [state]float32
	rate  [1]int64
	b     *ort.Binding
}

// Load loads the network: runtimeDir is the folder of the speech runtime (it
// holds libonnxruntime.so), model the file silero_vad.onnx, version 5 or 6.
func Load(runtimeDir, model string) (*Model, error) {
	lib, err := ort.Open(filepath.Join(runtimeDir, "libonnxruntime.so"))
	if err != nil {
		return nil, fmt.Errorf("vad: %w", err)
	}
	s, err := lib.NewSession(model)
	if err != nil {
		return nil, fmt.Errorf("vad: %s: %w", model, err)
	}
	n := runtime.GOMAXPROCS(0)
	m := &Model{session: s, runners: make(chan *runner, n)}
	for range n {
		r := &runner{}
		r.rate[0] = media.SampleRate
		r.b, err = s.Bind([]ort.Tensor{
			{Name: "input", Shape: []int64{1, context + window}, Floats: r.in[:]},
			{Name: "state", Shape: []int64{2, 1, 128}, Floats: r.state[:]},
			{Name: "sr", Shape: []int64{1}, Ints: r.rate[:]},
		}, []ort.Tensor{
			{Name: "output", Shape: []int64{1, 1}, Floats: r.out[:]},
			{Name: "stateN", Shape: []int64{2, 1, 128}, Floats: r.next[:]},
		})
		if err == nil {
			err = r.b.Run() // a file that is another network fails here, not in a call
		}
		if err != nil {
			m.Close()
			return nil, fmt.Errorf("vad: %s is not the Silero network: %w", model, err)
		}
		m.all = append(m.all, r)
		m.runners <- r
	}
	return m, nil
}

// Close frees the network. No detector may be used any more.
func (m *Model) Close() {
	for _, r := range m.all {
		r.b.Close()
	}
	m.session.Close()
}

// likely is the probability from which it is speech. A lower one to stop at, as
// is usual, makes the end of speech 30 ms later and is no more often right: the
// patience is in Edges.
const likely = 0.5

// gateHold is how many frames the gate in front stays open after the sound that
// opened it: the network itself ends speech, so the gate only ends its work.
const gateHold = 15

// Silero is a detector: a lenient energy gate with the network behind it.
type Silero struct {
	m     *Model
	gate  Energy
	hold  int
	state [state]float32
	// buf is the samples that the network has not seen, after the context.
	buf   [context + 2*window]float32
	n     int // in buf, context included
	voice media.Voice
	prob  float32
}

// NewDetector makes a detector for one stream.
func (m *Model) NewDetector() *Silero {
	return &Silero{m: m, gate: Energy{Margin: 4}, n: context, voice: media.NoVoice}
}

// Detect judges f and does not set f.Voice. The verdict is of the last whole
// 32 ms, so it lags by up to that. The network's run (0.1 ms) is on the caller's
// goroutine.
func (s *Silero) Detect(f *media.Frame) media.Voice {
	if s.gate.Detect(f) == media.Voiced {
		s.hold = gateHold
	} else if s.hold > 0 {
		s.hold--
	}
	for i, v := range f.PCM {
		s.buf[s.n+i] = float32(v) / 32768
	}
	s.n += media.FrameSize
	if s.hold == 0 {
		// Keep the last window for when the gate opens: speech began in it.
		if over := s.n - context - window; over > 0 {
			copy(s.buf[:], s.buf[over:s.n])
			s.n -= over
		}
		s.voice, s.prob, s.state = media.NoVoice, 0, [state]float32{}
		return s.voice
	}
	for s.n >= context+window {
		s.look()
		copy(s.buf[:], s.buf[window:s.n])
		s.n -= window
	}
	return s.voice
}

// Probability of speech in the last 32 ms; 0 while the gate is closed.
func (s *Silero) Probability() float64 { return float64(s.prob) }

// look runs the network over the first window of buf.
func (s *Silero) look() {
	r := <-s.m.runners
	copy(r.in[:], s.buf[:context+window])
	r.state = s.state
	if err := r.b.Run(); err == nil {
		s.state, s.prob = r.next, r.out[0]
	} else {
		s.prob = 0 // it has run before over the same shapes; the gate alone is left
	}
	s.m.runners <- r
	s.voice = media.NoVoice
	if s.prob >= likely {
		s.voice = media.Voiced
	}
}
