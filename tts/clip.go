package tts

import (
	"context"
	"sync"

	"hotline/media"
)

// A clip is speech that one goroutine makes while others play it.
type clip struct {
	mu    sync.Mutex
	grown sync.Cond
	pcm   []int16 // whole frames; only ever appended to
	done  bool
	err   error
}

func newClip() *clip {
	c := new(clip)
	c.grown.L = &c.mu
	return c
}

// wholeClip is one that is finished.
func wholeClip(pcm []int16) *clip {
	c := newClip()
	c.pcm, c.done = pcm, true
	return c
}

func (c *clip) add(pcm []int16) {
	c.mu.Lock()
	c.pcm = append(c.pcm, pcm...)
	c.mu.Unlock()
	c.grown.Broadcast()
}

// finish is called once, after the last add.
func (c *clip) finish(err error) {
	c.mu.Lock()
	c.done, c.err = true, err
	c.mu.Unlock()
	c.grown.Broadcast()
}

// play yields the frames as they come, the clip's error, and ctx's if that ends
// first. It reports whether the whole clip was yielded, with no error.
func (c *clip) play(ctx context.Context, yield func(media.Frame, error) bool) bool {
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock() // or a player between its look and its Wait would miss this
		defer c.mu.Unlock()
		c.grown.Broadcast()
	})
	defer stop()
	var f media.Frame
	for n := 0; ; {
		c.mu.Lock()
		for len(c.pcm) == n && !c.done && ctx.Err() == nil {
			c.grown.Wait()
		}
		pcm, done, err := c.pcm, c.done, c.err
		c.mu.Unlock()
		for ; n < len(pcm); n += media.FrameSize {
			if ctx.Err() != nil {
				break
			}
			copy(f.PCM[:], pcm[n:])
			if !yield(f, nil) {
				return false
			}
			f.At += media.FrameDur
		}
		switch {
		case ctx.Err() != nil:
			yield(media.Frame{}, ctx.Err())
			return false
		case done && err != nil:
			yield(media.Frame{}, err)
			return false
		case done:
			return true
		}
	}
}
