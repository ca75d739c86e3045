package asr_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/media"
)

// An engine of tests gives a final each second of audio, and fails where told.
type everySecond struct {
	text  string
	fails time.Duration // media time; 0 is never
	early bool          // it does not fail: it stops
	deaf  bool          // takes no frame at all before it fails, a second of time later
	heard []time.Duration
	runs  int
}

var errDown = errors.New("down")

func (e *everySecond) Recognize(ctx context.Context, audio <-chan media.Frame, _ asr.Options) iter.Seq2[asr.Result, error] {
	return func(yield func(asr.Result, error) bool) {
		e.runs++
		if e.deaf {
			time.Sleep(time.Second)
			yield(asr.Result{}, errDown)
			return
		}
		for {
			select {
			case <-ctx.Done():
				yield(asr.Result{}, ctx.Err())
				return
			case f, ok := <-audio:
				if !ok {
					return
				}
				if e.fails > 0 && f.At >= e.fails {
					if !e.early {
						yield(asr.Result{}, errDown)
					}
					return
				}
				e.heard = append(e.heard, f.At)
				if end := f.At + media.FrameDur; end%time.Second == 0 {
					if !yield(asr.Result{Text: e.text, Final: true, Start: end - time.Second, End: end}, nil) {
						return
					}
				}
			}
		}
	}
}

func TestFallback(t *testing.T) {
	for _, c := range []struct {
		name     string
		first    everySecond
		want     []string // text of each second
		replayed time.Duration
	}{
		{"nothing fails", everySecond{}, []string{"a", "a", "a", "a"}, -1},
		{"in mid-utterance", everySecond{fails: 2500 * time.Millisecond}, []string{"a", "a", "b", "b"}, 2 * time.Second},
		{"before the first frame", everySecond{fails: 1}, []string{"b", "b", "b", "b"}, 0},
		{"it stops without a word", everySecond{fails: 1500 * time.Millisecond, early: true}, []string{"a", "b", "b", "b"}, time.Second},
		{"it cannot connect", everySecond{deaf: true}, []string{"b", "b", "b", "b"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first, second := c.first, everySecond{text: "b"}
				first.text = "a"
				var switches []asr.Switch
				engine := asr.Fallback(func(s asr.Switch) { switches = append(switches, s) },
					asr.Named{Name: "one", Engine: &first}, asr.Named{Name: "two", Engine: &second})
				audio := make(chan media.Frame)
				go func() {
					defer close(audio)
					for _, f := range asrtest.Frames(asrtest.Silence(4 * time.Second)) {
						time.Sleep(media.FrameDur) // a virtual one
						audio <- f
					}
				}()
				var got []string
				var end time.Duration
				for r, err := range engine.Recognize(t.Context(), audio, asr.Options{}) {
					if err != nil {
						t.Fatal(err)
					}
					if r.Start != end {
						t.Errorf("a final begins at %v, the last one ended at %v", r.Start, end)
					}
					got, end = append(got, r.Text), r.End
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("heard %v, not %v", got, c.want)
				}
				if c.replayed < 0 {
					if len(switches) != 0 {
						t.Errorf("switched: %v", switches)
					}
					return
				}
				if len(switches) != 1 || switches[0].From != "one" || switches[0].To != "two" || switches[0].Err == nil {
					t.Errorf("switched: %v", switches)
				}
				if second.heard[0] != c.replayed || second.heard[len(second.heard)-1] != 4*time.Second-media.FrameDur {
					t.Errorf("the second heard %v to %v, wanted from %v", second.heard[0], second.heard[len(second.heard)-1], c.replayed)
				}
				for i, at := range second.heard {
					if at != second.heard[0]+time.Duration(i)*media.FrameDur {
						t.Fatalf("frame %d of the second is of %v", i, at)
					}
				}
			})
		})
	}
}

func TestFallbackRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := &everySecond{fails: 1}, &everySecond{text: "b"}
		engine := asr.Fallback(nil, asr.Named{Name: "one", Engine: first}, asr.Named{Name: "two", Engine: second})
		call := func() {
			audio := make(chan media.Frame, 1)
			audio <- media.Frame{At: time.Second}
			close(audio)
			for _, err := range engine.Recognize(t.Context(), audio, asr.Options{}) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		call()
		call()
		if first.runs != 1 {
			t.Errorf("an engine that has just failed was asked %d times", first.runs)
		}
		time.Sleep(time.Minute) // a virtual one
		call()
		if first.runs != 2 || second.runs != 3 {
			t.Errorf("after its rest: %d and %d", first.runs, second.runs)
		}
	})
}

func TestFallbackOutOfEngines(t *testing.T) {
	var switches []asr.Switch
	engine := asr.Fallback(func(s asr.Switch) { switches = append(switches, s) },
		asr.Named{Name: "one", Engine: &everySecond{fails: 1}}, asr.Named{Name: "two", Engine: &everySecond{fails: 1}})
	audio := make(chan media.Frame)
	go func() {
		defer close(audio)
		for _, f := range asrtest.Frames(asrtest.Silence(100 * time.Millisecond)) {
			select {
			case audio <- f:
			case <-t.Context().Done():
				return
			}
		}
	}()
	var errs []error
	for _, err := range engine.Recognize(t.Context(), audio, asr.Options{}) {
		errs = append(errs, err)
	}
	if len(errs) != 1 || !errors.Is(errs[0], errDown) {
		t.Errorf("errors %v", errs)
	}
	if len(switches) != 2 || switches[1].To != "" {
		t.Errorf("switches %v", switches)
	}
}
