package mix

import "hotline/media"

const (
	depth   = 4  // frames a queue has room for
	prime   = 2  // frames with which it begins to play
	settled = 50 // reads in a row that leave frames behind, after which one of them is too many
)

// A queue carries what one party says to one that hears it. Its times are those
// of two pacers of the same rate: the number of frames in it should stay about
// where it began. It is guarded by the Mixer.
type queue struct {
	from, to *Party
	frames   [depth]media.Frame
	head, n  int
	playing  bool
	behind   int // reads in a row that left as many as prime
}

func (q *queue) push(f *media.Frame) {
	if q.n == depth {
		q.drop()
	}
	q.frames[(q.head+q.n)%depth] = *f
	q.n++
}

// pop returns the next frame, which is good until the next push; nil if there
// is none yet.
func (q *queue) pop() *media.Frame {
	if q.n == 0 || !q.playing && q.n < prime {
		q.playing = false
		return nil
	}
	q.playing = true
	f := &q.frames[q.head]
	q.head = (q.head + 1) % depth
	q.n--
	if q.n < prime {
		q.behind = 0
	} else if q.behind++; q.behind == settled {
		q.drop()
		q.behind = 0
	}
	return f
}

// drop lets go of the oldest frame. Its slot is not written before the next
// push, so a frame that pop has returned stays good.
func (q *queue) drop() {
	q.head = (q.head + 1) % depth
	q.n--
	q.to.dropped++
}

// Add adds g to f, sample by sample, and clips what is too loud.
func Add(f, g *media.Frame) {
	for i, v := range g.PCM {
		f.PCM[i] = int16(max(-32768, min(32767, int(f.PCM[i])+int(v))))
	}
}

// Sum is a Source that reads all of sources at once and adds what they give, as
// for a whisper over a conversation.
func Sum(sources ...media.Source) media.Source { return sum(sources) }

type sum []media.Source

func (s sum) ReadFrame() (f media.Frame, ok bool) {
	for _, src := range s {
		g, more := src.ReadFrame()
		switch {
		case more && ok:
			Add(&f, &g)
		case more:
			f, ok = g, true
		}
	}
	return f, ok
}
