package sherpa

import (
	"fmt"
	"sync"
	"testing"

	"hotline/asr/asrtest"
	"hotline/media"
	"hotline/media/vad"
)

// A fakeStream counts words by their energy: it stands for a streaming model,
// none of which can be had in a test.
type fakeStream struct {
	t            *testing.T
	loud, quiet  int // samples since the last Reset; quiet is trailing
	accepted     int
	closed, done bool
}

func (s *fakeStream) Accept(pcm []float32) {
	if s.closed || s.done {
		s.t.Error("audio after the end")
	}
	s.accepted += len(pcm)
	for _, v := range pcm {
		if v > 0.005 || v < -0.005 {
			s.loud, s.quiet = s.loud+1, 0
		} else {
			s.quiet++
		}
	}
}

func (s *fakeStream) Decode() bool { return true }
func (s *fakeStream) Text() string {
	if s.loud < 4000 {
		return ""
	}
	return fmt.Sprintf("%d words", s.loud/4000)
}
func (s *fakeStream) Ended() bool { return s.loud > 0 && s.quiet > 6400 }
func (s *fakeStream) Reset()      { s.loud, s.quiet = 0, 0 }
func (s *fakeStream) Finish()     { s.done = true }
func (s *fakeStream) Close()      { s.closed = true }

func TestOnlineConforms(t *testing.T) {
	var mu sync.Mutex
	var streams []*fakeStream
	o := &online{
		open: func() stream {
			mu.Lock()
			defer mu.Unlock()
			s := &fakeStream{t: t}
			streams = append(streams, s)
			return s
		},
		slots:    make(chan struct{}, 2),
		detector: func() media.Detector { return &vad.Energy{} },
	}
	asrtest.Run(t, o, nil)
	for _, s := range streams {
		if !s.closed {
			t.Error("a stream was left open")
		}
	}
}
