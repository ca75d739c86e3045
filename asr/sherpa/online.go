package sherpa

import (
	"context"
	"iter"
	"runtime"
	"time"

	"hotline/asr"
	"hotline/internal/sherpa"
	"hotline/media"
	"hotline/media/vad"
)

// A stream is one speaker's audio in a streaming model (sherpa.Stream).
type stream interface {
	Accept(pcm []float32)
	Decode() bool
	Text() string
	Ended() bool
	Reset()
	Finish()
	Close()
}

// online is the engine of a streaming model. Its slots bound the recognitions
// that run at once.
type online struct {
	open     func() stream
	slots    chan struct{}
	observe  func(asr.Done)
	detector func() media.Detector
}

func openOnline(lib *sherpa.Lib, cfg sherpa.Config, c Config) (asr.Engine, func(), error) {
	pause := c.Segment.Pause
	if pause == 0 {
		pause = 400 * time.Millisecond
	}
	rec, err := lib.NewOnline(cfg, sherpa.Endpoint{Nothing: 2.4, Text: float32(pause.Seconds()), Longest: 25})
	if err != nil {
		return nil, nil, err
	}
	n := c.Pool.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	detector := c.Segment.Detector
	if detector == nil {
		detector = func() media.Detector { return &vad.Energy{} }
	}
	o := &online{func() stream { return rec.NewStream() }, make(chan struct{}, n), c.Pool.Observe, detector}
	return o, rec.Close, nil
}

// batchOf is how many frames are decoded together: 100 ms.
const batchOf = 5

// Recognize implements asr.Engine on the caller's own goroutine.
func (o *online) Recognize(ctx context.Context, audio <-chan media.Frame, opt asr.Options) iter.Seq2[asr.Result, error] {
	return func(yield func(asr.Result, error) bool) {
		st := o.open()
		defer st.Close()
		u := utterance{detector: o.detector()}
		pcm := make([]float32, 0, batchOf*media.FrameSize)
		for {
			select {
			case <-ctx.Done():
				yield(asr.Result{}, ctx.Err())
				return
			case f, ok := <-audio:
				if ok {
					pcm = u.hear(&f, pcm)
					if len(pcm) < cap(pcm) {
						continue
					}
				}
				st.Accept(pcm)
				pcm = pcm[:0]
				if !ok {
					st.Finish()
				}
				res, news, err := o.decode(ctx, st, &u, !ok)
				if err != nil {
					yield(asr.Result{}, err)
					return
				}
				if news && !yield(res, nil) || !ok {
					return
				}
			}
		}
	}
}

// decode takes a slot and recognises what there is.
func (o *online) decode(ctx context.Context, st stream, u *utterance, last bool) (asr.Result, bool, error) {
	since := time.Now()
	select {
	case o.slots <- struct{}{}:
	case <-ctx.Done():
		return asr.Result{}, false, ctx.Err()
	}
	start := time.Now()
	st.Decode()
	text, ended := st.Text(), last || st.Ended()
	<-o.slots
	res := asr.Result{Text: text, Final: ended, Start: u.start, End: u.end, Queued: start.Sub(since), Took: time.Since(start)}
	if o.observe != nil && ended && text != "" {
		o.observe(asr.Done{Final: true, Queued: res.Queued, Took: res.Took})
	}
	if ended {
		if !last {
			st.Reset()
		}
		spoke := u.spoke
		u.spoke, u.text = false, ""
		return res, spoke || text != "", nil
	}
	news := text != "" && text != u.text
	u.text = text
	return res, news, nil
}

// An utterance keeps the times of the speech, which the model does not tell.
type utterance struct {
	detector   media.Detector
	edges      vad.Edges
	start, end time.Duration
	spoke      bool
	text       string
}

func (u *utterance) hear(f *media.Frame, pcm []float32) []float32 {
	if f.Voice == media.Unjudged {
		f.Voice = u.detector.Detect(f)
	}
	if e, ok := u.edges.Next(f); ok && !u.spoke {
		u.start, u.spoke = e.At, true
	} else if ok && !e.Speaking {
		u.end = e.At
	}
	if u.edges.Speaking() {
		u.end = f.At + media.FrameDur
	}
	for _, v := range f.PCM {
		pcm = append(pcm, float32(v)/32768)
	}
	return pcm
}
