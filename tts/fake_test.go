package tts

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"hotline/media"
)

// fake speaks ten frames for any text, each sample the number of its frame and
// the text's length. It waits for first before it begins.
type fake struct {
	name  string
	first time.Duration
	after int // frames before err; all ten if there is none
	err   error
	gate  chan struct{} // if set, it is received from before the last frame

	mu    sync.Mutex
	texts []string
	ended int // calls that returned
}

func (f *fake) String() string { return f.name }

func (f *fake) said() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.texts...)
}

func (f *fake) stopped() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ended
}

func (f *fake) Synthesize(ctx context.Context, text string, v Voice) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		f.mu.Lock()
		f.texts = append(f.texts, text)
		f.mu.Unlock()
		defer func() {
			f.mu.Lock()
			f.ended++
			f.mu.Unlock()
		}()
		if f.first > 0 {
			select {
			case <-time.After(f.first):
			case <-ctx.Done():
			}
		}
		for i := range 10 {
			if ctx.Err() != nil {
				yield(media.Frame{}, ctx.Err())
				return
			}
			if f.err != nil && i == f.after {
				yield(media.Frame{}, f.err)
				return
			}
			if f.gate != nil && i == 9 {
				select {
				case <-f.gate:
				case <-ctx.Done():
					yield(media.Frame{}, ctx.Err())
					return
				}
			}
			if !yield(fakeFrame(text, i), nil) {
				return
			}
		}
	}
}

func fakeFrame(text string, i int) media.Frame {
	f := media.Frame{At: time.Duration(i) * media.FrameDur}
	for j := range f.PCM {
		f.PCM[j] = int16(100*len(text) + i + 1)
	}
	return f
}

var errBroken = errors.New("broken")

// speak collects what e says.
func speak(ctx context.Context, e Engine, text string, v Voice) (frames []media.Frame, err error) {
	for f, e := range e.Synthesize(ctx, text, v) {
		if e != nil {
			return frames, e
		}
		frames = append(frames, f)
	}
	return frames, nil
}

// right fails t unless frames are the fake's for text.
func right(t *testing.T, frames []media.Frame, text string) {
	t.Helper()
	if len(frames) != 10 {
		t.Fatalf("%d frames, want 10", len(frames))
	}
	for i, f := range frames {
		if f != fakeFrame(text, i) {
			t.Fatalf("frame %d is at %v and holds %d", i, f.At, f.PCM[0])
		}
	}
}
