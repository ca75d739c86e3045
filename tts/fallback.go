package tts

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync/atomic"
	"time"

	"hotline/media"
)

const (
	firstFrame = 3 * time.Second  // an engine that is slower than this has failed
	restAfter  = 30 * time.Second // how long an engine that failed is not asked
)

var errSlow = errors.New("no speech after " + firstFrame.String())

type fallback struct {
	engines []Engine
	rested  []atomic.Int64 // when each may be asked again, UnixNano
	failed  func(engine string, err error, now string)
}

// Fallback speaks with the first engine that can. When one fails before its
// first frame, or has none within three seconds, the next speaks, failed is told
// (the engine, why, and who takes over), and for half a minute the engine is
// passed over. Once an engine has been heard its error is final: no caller hears
// the same words twice, in two voices. A Voice.Name is the first engine's; the
// others use their own voice of that language. failed may be nil; it runs on the
// reader's goroutine, or on one that the reader waits for. If the context has one
// of its own (see Reporting), that is told in its place.
func Fallback(failed func(engine string, err error, now string), engines ...Engine) Engine {
	return &fallback{engines, make([]atomic.Int64, len(engines)), failed}
}

type reporter struct{}

// Reporting gives what is spoken under ctx a report of its own: which engine
// failed, why, and which speaks now.
func Reporting(ctx context.Context, failed func(engine string, err error, now string)) context.Context {
	return context.WithValue(ctx, reporter{}, failed)
}

func (fb *fallback) Synthesize(ctx context.Context, text string, v Voice) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		failed := fb.failed
		if own, ok := ctx.Value(reporter{}).(func(string, error, string)); ok {
			failed = own
		}
		last := len(fb.engines) - 1
		for i, e := range fb.engines {
			if i < last && time.Now().UnixNano() < fb.rested[i].Load() {
				continue
			}
			if i > 0 {
				v.Name = ""
			}
			heard, err := try(ctx, e, text, v, i < last, yield)
			if err == nil {
				return
			}
			if heard || i == last || ctx.Err() != nil {
				yield(media.Frame{}, err)
				return
			}
			fb.rested[i].Store(time.Now().Add(restAfter).UnixNano())
			if failed != nil {
				failed(Name(e), err, Name(fb.engines[i+1]))
			}
		}
	}
}

// try speaks with e. It passes on every frame but not the error.
func try(ctx context.Context, e Engine, text string, v Voice, hurry bool, yield func(media.Frame, error) bool) (heard bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var slow *time.Timer
	if hurry {
		slow = time.AfterFunc(firstFrame, func() { cancel(errSlow) })
		defer slow.Stop()
	}
	for f, err := range e.Synthesize(ctx, text, v) {
		if err != nil {
			if !heard && context.Cause(ctx) == errSlow {
				err = errSlow
			}
			return heard, err
		}
		if !heard && slow != nil {
			slow.Stop()
		}
		heard = true
		if !yield(f, nil) {
			return true, nil
		}
	}
	return heard, nil
}

// Check fails only if no engine can speak.
func (fb *fallback) Check(ctx context.Context) error {
	var errs []error
	for _, e := range fb.engines {
		err := Check(ctx, e)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (fb *fallback) String() string {
	var names []string
	for _, e := range fb.engines {
		names = append(names, Name(e))
	}
	return strings.Join(names, ">")
}
