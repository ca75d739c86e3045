// Package record keeps the audio of a call: the caller on the left channel,
// what the caller hears on the right.
//
// A Recorder sits in the two directions of the caller's leg. Both run on the
// leg's pacer, so it never blocks: frames are gathered in blocks of half a
// second, and a goroutine of the Recorder's own writes the blocks to the file.
// When the disk is so slow that no empty block is left, frames are dropped and
// counted, and silence of the same length takes their place, so the channels
// never drift against each other nor against the media time of the call.
//
// The file is a playable WAV at any moment; a process that is killed loses the
// last second. At 16 kHz in stereo it grows by 64 kB a second, 230 MB an hour.
// 8 kHz would halve that, but would lose the upper half of every G.722 call and
// make the recording worse than what the recogniser heard, so that it could not
// be used to judge the recogniser.
package record

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"hotline/media"
	"hotline/media/wav"
)

const (
	tickSize   = 2 * media.FrameSize // samples of one tick, left and right
	blockTicks = 25                  // half a second
	blocks     = 4                   // two seconds; 128 kB for each call
	maxSkip    = time.Minute         // of frames passed over at once
)

// A block is audio on its way to the file, after so many ticks of silence.
type block struct {
	gap int
	n   int // ticks
	pcm [blockTicks * tickSize]int16
}

// A Recorder records one call.
type Recorder struct {
	file *os.File
	full chan *block // to the writer
	free chan *block // and back
	done chan error  // the writer's

	mu                  sync.Mutex // held for no longer than it takes to copy a frame
	cur                 *block     // being filled; nil if all are with the writer
	left, right         media.Frame
	hasLeft, hasRight   bool
	ticks, gap, dropped int
	next                time.Duration // Frame.At to come
	closed              bool
	err                 error // what Close returned
}

// Create opens a new file and starts the goroutine that writes it, which Close
// ends. It does not replace a file that is there.
func Create(path string) (*Recorder, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	w, err := wav.NewWriter(f, media.SampleRate, 2)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("record: %w", err), f.Close())
	}
	r := start(w)
	r.file = f
	return r, nil
}

func start(w *wav.Writer) *Recorder {
	r := &Recorder{full: make(chan *block, blocks), free: make(chan *block, blocks), done: make(chan error, 1)}
	for range blocks {
		r.free <- new(block)
	}
	go func() { r.done <- r.write(w) }()
	return r
}

// write carries blocks to the file until full is closed. After an error it goes
// on taking them, so that the pacer's side need not know.
func (r *Recorder) write(w *wav.Writer) (err error) {
	silence := make([]int16, tickSize)
	for b := range r.full {
		for ; err == nil && b.gap > 0; b.gap-- {
			err = w.Write(silence)
		}
		if err == nil {
			err = w.Write(b.pcm[:b.n*tickSize])
		}
		b.gap, b.n = 0, 0
		r.free <- b
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// Tap returns in and out with the Recorder in between: what is written to in is
// the left channel, what is read from out the right. The frame written and the
// frame read at one tick of the pacer are side by side in the file, in whichever
// order the pacer does the two; a tick with one of them only has silence in the
// other channel. Frames after Close go through and are not recorded.
func (r *Recorder) Tap(in media.Sink, out media.Source) (media.Sink, media.Source) {
	return tapIn{r, in}, tapOut{r, out}
}

type tapIn struct {
	r  *Recorder
	to media.Sink
}

func (t tapIn) WriteFrame(f media.Frame) {
	t.r.heard(&f)
	t.to.WriteFrame(f)
}

type tapOut struct {
	r    *Recorder
	from media.Source
}

func (t tapOut) ReadFrame() (media.Frame, bool) {
	f, ok := t.from.ReadFrame()
	if ok {
		t.r.sent(&f)
	} else {
		t.r.sent(&media.Frame{})
	}
	return f, ok
}

func (r *Recorder) heard(f *media.Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hasLeft {
		r.tick()
	}
	// A pacer that fell far behind passes over frames; the file must not, or it
	// would drift from media time.
	hasRight := r.hasRight
	r.hasRight = false
	for skipped := min(f.At-r.next, maxSkip); skipped >= media.FrameDur; skipped -= media.FrameDur {
		r.tick()
	}
	r.hasRight = hasRight
	r.next = f.At + media.FrameDur
	r.left, r.hasLeft = *f, true
	if r.hasRight {
		r.tick()
	}
}

func (r *Recorder) sent(f *media.Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hasRight {
		r.tick()
	}
	r.right, r.hasRight = *f, true
	if r.hasLeft {
		r.tick()
	}
}

// tick ends the present tick with what there is of it. It is called with mu
// held.
func (r *Recorder) tick() {
	defer func() { r.hasLeft, r.hasRight = false, false }()
	if r.closed {
		return
	}
	r.ticks++
	if r.cur == nil {
		select {
		case r.cur = <-r.free:
			r.cur.gap, r.gap = r.gap, 0
		default:
			r.gap++
			r.dropped++
			return
		}
	}
	at := r.cur.pcm[r.cur.n*tickSize:][:tickSize]
	for i := range media.FrameSize {
		at[2*i], at[2*i+1] = 0, 0
		if r.hasLeft {
			at[2*i] = r.left.PCM[i]
		}
		if r.hasRight {
			at[2*i+1] = r.right.PCM[i]
		}
	}
	if r.cur.n++; r.cur.n == blockTicks {
		r.full <- r.cur // never blocks: there is room for every block
		r.cur = nil
	}
}

// Position is the length of the recording so far: the second of audio that a
// frame passing now will be found at.
func (r *Recorder) Position() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Duration(r.ticks) * media.FrameDur
}

// Dropped is how much of the audio was replaced by silence because the disk was
// too slow.
func (r *Recorder) Dropped() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Duration(r.dropped) * media.FrameDur
}

// Close writes what is left, waits for the writer and closes the file. It
// returns the first error of writing. It may be called again, by one goroutine
// at a time.
func (r *Recorder) Close() error {
	r.mu.Lock()
	if r.closed {
		defer r.mu.Unlock()
		return r.err
	}
	if r.hasLeft || r.hasRight {
		r.tick()
	}
	r.closed = true
	cur, gap := r.cur, r.gap
	r.mu.Unlock()

	if cur == nil && gap > 0 {
		cur = <-r.free
		cur.gap = gap
	}
	if cur != nil {
		r.full <- cur
	}
	close(r.full)
	err := <-r.done
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	if err != nil {
		err = fmt.Errorf("record: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
	return err
}
