package asr

import (
	"context"
	"iter"
	"time"

	"hotline/media"
	"hotline/media/vad"
)

// SegmentConfig is how Segmented cuts audio. A zero field takes the default.
type SegmentConfig struct {
	// Detector judges frames that nobody upstream has judged; nil is an energy
	// gate.
	Detector func() media.Detector
	// PreRoll and Tail of audio are kept around the speech: 320 ms and 200 ms. A
	// recogniser needs a little, and some return nothing for much.
	PreRoll, Tail time.Duration
	// Pause is the silence after which the final result is given: 180 ms. Speech
	// that goes on before the final is out goes on in the same segment.
	Pause time.Duration
	// Endpoint is the silence that closes the segment even if the final is not
	// out yet, because the recogniser is busy: 600 ms.
	Endpoint time.Duration
	// Every is the new speech after which there is a partial result: 450 ms.
	Every time.Duration
	// Longest is the length at which a segment is cut, at the quietest spot of
	// its last five seconds: 25 s.
	Longest time.Duration
}

func (c SegmentConfig) defaults() SegmentConfig {
	for field, def := range map[*time.Duration]time.Duration{
		&c.PreRoll: 320 * time.Millisecond, &c.Tail: 200 * time.Millisecond,
		&c.Pause: 180 * time.Millisecond, &c.Endpoint: 600 * time.Millisecond,
		&c.Every: 450 * time.Millisecond, &c.Longest: 25 * time.Second,
	} {
		if *field == 0 {
			*field = def
		}
	}
	if c.Detector == nil {
		c.Detector = func() media.Detector { return &vad.Energy{} }
	}
	return c
}

// Segmented makes an Engine of a Batch. The edges of speech cut the audio into
// segments, and each segment has exactly one final result:
//
//   - While there is speech, growing prefixes give partial results. If batch is
//     an Attempter they are attempts, so under load there are none.
//   - When speech stops, the segment is attempted as a whole at once; if nothing
//     more is said for Pause, that is the final, or the segment is recognised in
//     earnest if the attempt was refused.
//   - If speech goes on before the final is out, the segment goes on and the
//     work done so far is dropped. After Endpoint the segment is closed and what
//     follows is the next one.
//   - A short segment that gave no text is heard once more, as the beginning of
//     the next one if that follows within a second: two words alone are often
//     too little for a recogniser.
//
// Frame.Voice is used where it is set. Frames must come 20 ms apart in Frame.At;
// the time they take to arrive does not matter, so a file is recognised as fast
// as batch can. An error of a final result ends the stream.
func Segmented(batch Batch, c SegmentConfig) Engine {
	return &segmented{batch: batch, cfg: c.defaults()}
}

type segmented struct {
	batch Batch
	cfg   SegmentConfig
}

func (e *segmented) Recognize(ctx context.Context, audio <-chan media.Frame, opt Options) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		s := &segmenter{segmented: e, ctx: ctx, opt: opt, detector: e.cfg.Detector(), done: make(chan *try, 1)}
		defer s.wg.Wait()
		defer cancel()
		for {
			select {
			case <-ctx.Done():
				yield(Result{}, ctx.Err())
				return
			case f, ok := <-audio:
				if ok {
					s.frame(&f)
					break
				}
				audio = nil
				s.close()
			case t := <-s.done:
				res, send, err := s.result(t)
				if err != nil {
					yield(Result{}, err)
					return
				}
				if send && !yield(res, nil) {
					return
				}
			}
			if res, ok := s.ready(); ok && !yield(res, nil) {
				return
			}
			s.next()
			if audio == nil && s.now == nil && s.cur == nil && len(s.closed) == 0 {
				return
			}
		}
	}
}
