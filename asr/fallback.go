package asr

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sort"
	"sync"
	"time"

	"hotline/media"
)

// Bounds of Fallback.
const (
	kept    = 15 * time.Second // of audio since the last final
	silence = time.Second      // of it while nobody has spoken for longer
	rest    = 30 * time.Second // an engine that has failed is left alone so long
)

var errEarly = errors.New("asr: the engine stopped before the audio did")

// A Named is an engine with the name it has in configuration and events.
type Named struct {
	Name string
	Engine
}

// A Switch is one engine taking over from another in mid-stream.
type Switch struct {
	From string
	Err  error
	To   string // empty: there is none left, and the stream ends with Err
}

// Fallback is an Engine that uses the first of engines, and the next when that
// one fails, in the middle of a call as well: the audio since the last final
// result, up to 15 s of it, is heard again by the one that takes over, so no
// utterance is lost and none comes twice. An engine that has failed is passed
// over for 30 s by new streams. To reconnect to a network engine before giving it
// up, name it twice. One Fallback serves all calls. report, or that of the
// stream's context (see Reporting), is told of each switch on the stream's
// goroutine; it may be nil and must not block.
func Fallback(report func(Switch), engines ...Named) Engine {
	if report == nil {
		report = func(Switch) {}
	}
	return &fallback{report: report, engines: engines, failed: map[string]time.Time{}}
}

type reporter struct{}

// Reporting gives the streams of ctx a report of their own, which is told of
// their switches in place of Fallback's.
func Reporting(ctx context.Context, report func(Switch)) context.Context {
	return context.WithValue(ctx, reporter{}, report)
}

type fallback struct {
	report  func(Switch)
	engines []Named
	mu      sync.Mutex
	failed  map[string]time.Time // when
}

// String is the name of the first engine.
func (fb *fallback) String() string {
	if len(fb.engines) == 0 {
		return "none"
	}
	return fb.engines[0].Name
}

// candidates are the engines to try, in order: those that have failed lately
// only if there is nothing else.
func (fb *fallback) candidates() []Named {
	fb.mu.Lock()
	defer fb.mu.Unlock()
	var list []Named
	for _, e := range fb.engines {
		if at, ok := fb.failed[e.Name]; !ok || time.Since(at) > rest {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return fb.engines
	}
	return list
}

func (fb *fallback) note(name string) {
	fb.mu.Lock()
	fb.failed[name] = time.Now()
	fb.mu.Unlock()
}

func (fb *fallback) Recognize(ctx context.Context, audio <-chan media.Frame, opt Options) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		report := fb.report
		if own, ok := ctx.Value(reporter{}).(func(Switch)); ok {
			report = own
		}
		m := &memory{audio: audio}
		list := fb.candidates()
		err := errors.New("asr: no engine")
		for i, e := range list {
			done := false
			if done, err = fb.one(ctx, e, m, opt, yield); done {
				return
			}
			to := ""
			if i+1 < len(list) {
				to = list[i+1].Name
			}
			if to != e.Name {
				fb.note(e.Name)
			}
			report(Switch{e.Name, err, to})
		}
		yield(Result{}, err)
	}
}

// one runs one engine until the stream is done, or it fails.
func (fb *fallback) one(ctx context.Context, e Named, m *memory, opt Options, yield func(Result, error) bool) (done bool, err error) {
	inner, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	feed := make(chan media.Frame)
	wg.Go(func() { m.feed(inner, feed) })
	for r, err := range e.Recognize(inner, feed, opt) {
		if err != nil {
			if ctx.Err() != nil {
				yield(Result{}, ctx.Err())
				return true, nil
			}
			return false, fmt.Errorf("asr %s: %w", e.Name, err)
		}
		if r.Final {
			m.forget(r.End)
		}
		if !yield(r, nil) {
			return true, nil
		}
	}
	if ctx.Err() != nil {
		yield(Result{}, ctx.Err())
		return true, nil
	}
	if m.ended() {
		return true, nil
	}
	return false, fmt.Errorf("asr %s: %w", e.Name, errEarly)
}

// A memory hands frames on and keeps those that no final has covered. An engine
// that is slow to take frames, such as one that is still connecting, finds them
// here.
type memory struct {
	audio <-chan media.Frame

	mu     sync.Mutex
	frames []media.Frame // by At
	spoke  time.Duration // end of the last frame with voice, or not judged
	over   bool
}

// ahead is how many frames are taken in before the engine has taken any.
const ahead = int(5 * time.Second / media.FrameDur)

// feed sends what is kept, and then the audio as it comes, until ctx ends.
func (m *memory) feed(ctx context.Context, to chan<- media.Frame) {
	next := time.Duration(-1) // media time from which frames are to be sent
	for {
		f, waiting, over := m.from(next)
		in, out := m.audio, to
		if over || waiting > ahead {
			in = nil
		}
		if waiting == 0 {
			if out = nil; over {
				close(to)
				return
			}
		}
		select {
		case f, ok := <-in:
			m.keep(f, ok)
		case out <- f:
			next = f.At + 1
		case <-ctx.Done():
			return
		}
	}
}

// from returns the first frame kept from media time t on, and how many there are.
func (m *memory) from(t time.Duration) (f media.Frame, n int, over bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := sort.Search(len(m.frames), func(i int) bool { return m.frames[i].At >= t })
	if n = len(m.frames) - i; n > 0 {
		f = m.frames[i]
	}
	return f, n, m.over
}

// keep takes the next frame, or, if it is not ok, the end of the audio.
func (m *memory) keep(f media.Frame, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !ok {
		m.over = true
		return
	}
	if f.Voice != media.NoVoice {
		m.spoke = f.At + media.FrameDur
	}
	limit := kept
	if f.At-m.spoke > 2*silence {
		limit = silence
	}
	m.frames = append(m.frames, f)
	if over := len(m.frames) - int(limit/media.FrameDur); over > 0 {
		m.frames = append(m.frames[:0], m.frames[over:]...)
	}
}

// forget drops the audio up to the end of a final.
func (m *memory) forget(end time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for n < len(m.frames) && m.frames[n].At < end {
		n++
	}
	m.frames = append(m.frames[:0], m.frames[n:]...)
}

func (m *memory) ended() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.over
}
