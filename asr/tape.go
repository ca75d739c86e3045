package asr

import (
	"sync"
	"time"

	"hotline/media"
)

// A tape keeps the last of a stream's audio: what was said since the last long silence,
// of taped at most. One goroutine writes, another cuts.
type tape struct {
	mu     sync.Mutex
	pcm    []int16       // a ring, that grows while somebody speaks
	n      int           // samples written in all
	from   time.Duration // media time of the first
	begun  int           // samples written before what is being said
	voiced int           // and up to its last voiced frame
}

// late is how long after speech its final may come.
const late = 5 * time.Second

func (t *tape) write(f *media.Frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pcm == nil {
		t.pcm, t.from, t.voiced = make([]int16, samples(time.Second)), f.At, -samples(late)-1
	}
	if f.Voice != media.NoVoice {
		if t.n-t.voiced > samples(late) {
			t.begun = max(0, t.n-samples(2*before)) // a detector is late too
		}
		t.voiced = t.n
	}
	most := samples(taped + 2*time.Second)
	if need := t.n + len(f.PCM) - t.begun; t.n-t.voiced <= samples(late) && need > len(t.pcm) && len(t.pcm) < most {
		t.grow(min(2*need, most))
	}
	for _, v := range f.PCM {
		t.pcm[t.n%len(t.pcm)] = v
		t.n++
	}
}

// grow makes the ring as large as size.
func (t *tape) grow(size int) {
	ring := make([]int16, size)
	for i := max(0, t.n-len(t.pcm)); i < t.n; i++ {
		ring[i%size] = t.pcm[i%len(t.pcm)]
	}
	t.pcm = ring
}

// cut copies pieces of speech, with a little around each and nothing twice; nothing
// if their beginning is not kept any more.
func (t *tape) cut(pieces [][2]time.Duration) []int16 {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []int16
	done := max(0, t.n-len(t.pcm))
	if len(pieces) > 0 && samples(pieces[0][0]-t.from) < done {
		return nil
	}
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
