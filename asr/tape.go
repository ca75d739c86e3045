package asr

import (
	"sync"
	"time"

	"hotline/media"
)

// A tape keeps the last of a stream's audio. One goroutine writes, another cuts.
type tape struct {
	mu   sync.Mutex
	pcm  []int16       // a ring
	n    int           // samples written in all
	from time.Duration // media time of the first
}

func (t *tape) write(f *media.Frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pcm == nil {
		t.pcm, t.from = make([]int16, samples(taped+2*time.Second)), f.At
	}
	for _, v := range f.PCM {
		t.pcm[t.n%len(t.pcm)] = v
		t.n++
	}
}

// cut copies pieces of speech, with a little around each and nothing twice.
func (t *tape) cut(pieces [][2]time.Duration) []int16 {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []int16
	done := max(0, t.n-len(t.pcm))
	for _, p := range pieces {
		from := max(samples(p[0]-before-t.from), done)
		to := min(samples(p[1]+after-t.from), t.n)
		for i := from; i < to; i++ {
			out = append(out, t.pcm[i%len(t.pcm)])
		}
		done = max(done, to)
	}
	return out
}
