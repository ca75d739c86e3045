package asr

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"hotline/media"
)

// A Rehearer hears speech again with an expectation of what was said.
type Rehearer interface {
	// Again returns what pcm, at media.SampleRate, may say, best first; text is what
	// was recognised of it without the expectation. None is no better idea.
	Again(ctx context.Context, pcm []int16, text string, e Expected) ([]string, error)
	// Number is Again for a number that the speaker was asked for: its digits.
	Number(ctx context.Context, pcm []int16, text string, n Number) ([]string, error)
}

// Again decorates an engine: what is said in one go, over as many finals as it
// has pauses, is heard again with Options.Number, while there is one, or
// Options.Expected, and the readings are put into the Alternatives of each final.
// Without both it is the engine alone.
// A second hearing that fails only leaves the first.
func Again(engine Engine, r Rehearer) Engine { return &again{engine, r} }

type again struct {
	Engine
	rehearer Rehearer
}

const (
	together = 1500 * time.Millisecond // of silence, at most, in what is said in one go
	taped    = 20 * time.Second        // of audio that is kept
	before   = 320 * time.Millisecond  // of audio kept around speech
	after    = 200 * time.Millisecond
	least    = 600 * time.Millisecond // of speech without words that is worth a second hearing
)

// Recognize implements Engine.
func (a *again) Recognize(ctx context.Context, audio <-chan media.Frame, opt Options) iter.Seq2[Result, error] {
	if opt.Expected == nil && opt.Number == nil {
		return a.Engine.Recognize(ctx, audio, opt)
	}
	return func(yield func(Result, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		tape := &tape{}
		tapped := make(chan media.Frame)
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer close(tapped)
			for {
				select {
				case f, ok := <-audio:
					if !ok {
						return
					}
					tape.write(&f)
					select {
					case tapped <- f:
					case <-ctx.Done():
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}()
		defer func() { <-done }()
		defer cancel()
		var go1 run
		for r, err := range a.Engine.Recognize(ctx, tapped, opt) {
			if err == nil && r.Final {
				start := time.Now()
				a.hear(ctx, &r, &go1, tape, opt)
				r.Took += time.Since(start)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// A run is what is said in one go.
type run struct {
	pieces [][2]time.Duration
	text   string
}

func (a *again) hear(ctx context.Context, r *Result, g *run, tape *tape, opt Options) {
	if n := len(g.pieces); n == 0 || r.Start-g.pieces[n-1][1] > together || r.End-g.pieces[0][0] > taped {
		*g = run{}
	}
	g.pieces = append(g.pieces, [2]time.Duration{r.Start, r.End})
	if r.Text != "" {
		g.text += " " + r.Text
	}
	var n *Number
	if opt.Number != nil {
		n = opt.Number()
	}
	text := strings.TrimSpace(g.text)
	if n == nil && opt.Expected == nil || n != nil && n.Settled(text) {
		return
	}
	speech := tape.cut(g.pieces)
	if len(speech) == 0 || text == "" && len(speech) < samples(before+least+after) {
		return
	}
	var alternatives []string
	var err error
	if n != nil {
		alternatives, err = a.rehearer.Number(ctx, speech, text, *n)
	} else {
		alternatives, err = a.rehearer.Again(ctx, speech, text, opt.Expected)
	}
	if err != nil || len(alternatives) == 0 {
		return
	}
	r.Alternatives, r.Since = alternatives, g.pieces[0][0]
	if text == "" { // there were words after all
		r.Text, g.text = alternatives[0], alternatives[0]
	}
}

// String names the engine in logs and events.
func (a *again) String() string { return fmt.Sprint(a.Engine) }
