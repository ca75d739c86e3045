package call

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"time"

	"hotline/asr"
	"hotline/dialog"
	"hotline/media"
	"hotline/media/mix"
	"hotline/media/vad"
)

const (
	earDepth = 25                     // frames that may wait for the voice detector: half a second
	asrDepth = 100                    // frames that may wait for the recogniser
	onAfter  = 60 * time.Millisecond  // of voice that begin a sound
	offAfter = 100 * time.Millisecond // without voice that end it: a stop consonant and a half
)

// Ears take a party's frames from the pacer, which they never hold up, and give
// them to the voice detector and the recogniser.
type ears struct {
	party  Party
	clock  *clock
	seat   *mix.Party
	frames chan media.Frame
	audio  chan media.Frame
	closed atomic.Bool
	lost   atomic.Int64 // frames, because the detector or the recogniser was behind
}

func newEars(p Party, c *clock, seat *mix.Party) *ears {
	return &ears{party: p, clock: c, seat: seat,
		frames: make(chan media.Frame, earDepth), audio: make(chan media.Frame, asrDepth)}
}

// WriteFrame implements media.Sink, on the leg's pacer.
func (e *ears) WriteFrame(f media.Frame) {
	if e.party == TheCaller {
		e.clock.stamp(f.At)
	}
	e.seat.WriteFrame(f)
	select {
	case e.frames <- f:
	default:
		e.lost.Add(1)
	}
}

// listen starts the detector and the recogniser. They end when frames is
// closed, or ctx ends.
func (s *Session) listen(ctx context.Context, e *ears) {
	s.goes.start("ears", func() {
		defer func() {
			e.closed.Store(true)
			close(e.audio)
			if n := e.lost.Load(); n > 0 {
				s.Log.Warn("frames were not heard", "party", int(e.party), "frames", n)
			}
		}()
		var detector media.Detector = &vad.Energy{}
		if s.VAD != nil {
			detector = s.VAD()
		}
		if e.party != TheCaller {
			e.run(detector, func(media.Frame) {}, func(Speech) {})
			return
		}
		e.run(detector, s.meter.WriteFrame, func(sp Speech) { s.post(ctx, sp) })
	})
	if s.ASR != nil {
		s.goes.start("recogniser", func() { s.recognise(ctx, e) })
	}
}

// run judges frames until there are no more. Each is given to judged, and each
// edge of a voice to edge.
func (e *ears) run(detector media.Detector, judged func(media.Frame), edge func(Speech)) {
	var base time.Duration
	snd := sound{edges: vad.Edges{Start: onAfter, Stop: offAfter}}
	first := true
	for f := range e.frames {
		if first && e.party != TheCaller { // their stream began in mid-call
			base = e.clock.now() - f.At
		}
		first = false
		f.At += base
		f.Voice = detector.Detect(&f)
		judged(f)
		if sp, ok := snd.next(&f); ok {
			edge(sp)
		}
		select {
		case e.audio <- f:
		default:
			e.lost.Add(1)
		}
	}
}

// A sound finds the edges of voice in judged frames, and measures its level.
type sound struct {
	edges     vad.Edges
	energy, n float64 // of the voiced frames since the last end
}

func (s *sound) next(f *media.Frame) (Speech, bool) {
	if f.Voice == media.Voiced {
		s.energy += energyOf(f)
		s.n++
	}
	e, ok := s.edges.Next(f)
	sp := Speech{On: e.Speaking, At: e.At}
	if ok && !e.Speaking {
		sp.Level = 10 * math.Log10(max(s.energy/s.n, 1e-9))
		s.energy, s.n = 0, 0
	}
	return sp, ok
}

// energyOf is the mean square of a frame; 1 is full scale.
func energyOf(f *media.Frame) float64 {
	var e float64
	for _, v := range f.PCM {
		e += float64(v) * float64(v)
	}
	return e / media.FrameSize / (1 << 30)
}

var errStopped = errors.New("it stopped before the audio did")

// recognise posts what a party's recogniser makes of the audio.
func (s *Session) recognise(ctx context.Context, e *ears) {
	reporting := asr.Reporting(ctx, func(w asr.Switch) {
		if w.To != "" { // the failure of the last one ends the stream
			s.post(ctx, Failover{e.party, "asr " + w.From, w.Err, "asr " + w.To})
		}
	})
	hear := s.Hear
	if e.party == TheCaller {
		hear.Number = s.expected
	}
	for r, err := range s.ASR.Recognize(reporting, e.audio, hear) {
		if err != nil {
			if ctx.Err() == nil {
				s.post(ctx, Deaf{e.party, engine("asr", s.ASR), err})
			}
			for range e.audio { // nobody hears it
			}
			return
		}
		t := Text{From: e.party, Result: r}
		if r.Final && r.Text != "" && e.party == TheCaller {
			t.Voice = s.meter.Utterance(r.Start, r.End).Dialog(r.Emotion)
		}
		if r.Final && r.Text != "" && (e.party != TheCaller || s.unbotted.Load()) {
			said := dialog.Turn{Kind: dialog.Words, Text: r.Text, Language: r.Language, Voice: t.Voice}
			t.Meaning = s.analyse(ctx, said, e.party == TheCaller)
		}
		if !s.post(ctx, t) {
			return
		}
	}
	if !e.closed.Load() && ctx.Err() == nil {
		s.post(ctx, Deaf{e.party, engine("asr", s.ASR), errStopped})
	}
	for range e.audio {
	}
}

// expected is the number that the bot has asked the caller for.
func (s *Session) expected() *asr.Number {
	if s.unbotted.Load() {
		return nil
	}
	return (*asr.Number)(s.number.Load())
}
