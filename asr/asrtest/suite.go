package asrtest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/asr"
	"hotline/media"
)

// limit is how long anything may take: a broken engine fails and does not hang.
const limit = 30 * time.Second

// Run checks what asr.Engine promises, with recorded English speech. heard says
// whether text is that of a clip; nil accepts any text, for an engine that only
// plays at recognition.
func Run(t *testing.T, engine asr.Engine, heard func(c Clip, text string) bool) {
	if heard == nil {
		heard = func(_ Clip, text string) bool { return text != "" }
	}
	short, long := Clips(t)
	gap := Silence(time.Second)

	t.Run("finals come once, in order, with times in the audio", func(t *testing.T) {
		frames := Frames(gap, short.PCM, gap, gap, long.PCM, gap)
		first, second := time.Second, time.Duration(len(gap)*3+len(short.PCM))*time.Second/media.SampleRate
		results, err := collect(t, engine, frames)
		if err != nil {
			t.Fatal(err)
		}
		var texts [2]string
		var last time.Duration
		for i, r := range results {
			if end := time.Duration(len(frames)) * media.FrameDur; r.Start < 0 || r.End < r.Start || r.End > end {
				t.Errorf("result %d is of %v to %v; the audio is of 0 to %v", i, r.Start, r.End, end)
			}
			if !r.Final {
				continue
			}
			if r.Start < last {
				t.Errorf("final %d begins at %v, before the end of the one before it, %v", i, r.Start, last)
			}
			last = r.End
			which := 0
			if r.End > second {
				which = 1
			} else if r.Start > second || r.End < first {
				t.Errorf("final %d (%v to %v) is of neither sentence", i, r.Start, r.End)
			}
			texts[which] = strings.TrimSpace(texts[which] + " " + r.Text)
		}
		if !heard(short, texts[0]) || !heard(long, texts[1]) {
			t.Errorf("heard %q", texts)
		}
		if n := len(results); n == 0 || !results[n-1].Final {
			t.Error("the last result is not final")
		}
	})

	t.Run("the end of the audio flushes", func(t *testing.T) {
		results, err := collect(t, engine, Frames(gap, short.PCM))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(results); n == 0 || !results[n-1].Final || !heard(short, join(results)) {
			t.Errorf("got %+v", results)
		}
	})

	t.Run("no audio is no result", func(t *testing.T) {
		if results, err := collect(t, engine, nil); err != nil || len(results) > 0 {
			t.Errorf("got %+v, %v", results, err)
		}
	})

	t.Run("silence has no words", func(t *testing.T) {
		results, err := collect(t, engine, Frames(gap, gap, gap))
		if text := join(results); err != nil || text != "" {
			t.Errorf("got %q, %v", text, err)
		}
	})

	t.Run("the end of the context ends it", func(t *testing.T) {
		none(t)
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		audio := make(chan media.Frame)
		var feeder sync.WaitGroup
		feeder.Go(func() { feed(ctx, audio, Frames(gap, long.PCM)[:150]) }) // and the channel stays open
		stop := time.AfterFunc(300*time.Millisecond, cancel)
		defer stop.Stop()
		var errs []error
		for _, err := range engine.Recognize(ctx, audio, asr.Options{}) {
			if err != nil {
				errs = append(errs, err)
			}
		}
		if len(errs) != 1 || !errors.Is(errs[0], context.Canceled) {
			t.Errorf("errors %v, wanted one: %v", errs, context.Canceled)
		}
		feeder.Wait()
	})

	t.Run("break ends it", func(t *testing.T) {
		none(t)
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		audio := make(chan media.Frame)
		var feeder sync.WaitGroup
		feeder.Go(func() { feed(ctx, audio, Frames(gap, short.PCM, gap, long.PCM, gap)) })
		n := 0
		for _, err := range engine.Recognize(ctx, audio, asr.Options{}) {
			if err != nil {
				t.Error(err)
			}
			n++
			break
		}
		if n != 1 {
			t.Error("no result")
		}
		cancel()
		feeder.Wait()
	})

	t.Run("many streams at once", func(t *testing.T) {
		none(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				results, err := collect(t, engine, Frames(gap, short.PCM, gap))
				if err != nil || !heard(short, join(results)) {
					t.Errorf("heard %q, %v", join(results), err)
				}
			})
		}
		wg.Wait()
	})
}

// Alike tells whether text has most of the clip's words: for small models.
func Alike(c Clip, text string) bool {
	text = " " + strings.NewReplacer("-", " ", ",", " ", ".", " ", "!", " ").Replace(strings.ToLower(text)) + " "
	words, found := strings.Fields(c.Text), 0
	for _, w := range words {
		if strings.Contains(text, " "+w+" ") {
			found++
		}
	}
	return found*10 >= len(words)*7
}

// collect recognises frames as fast as the engine can.
func collect(t *testing.T, engine asr.Engine, frames []media.Frame) (results []asr.Result, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	audio := make(chan media.Frame)
	var feeder sync.WaitGroup
	feeder.Go(func() {
		defer close(audio)
		feed(ctx, audio, frames)
	})
	for r, e := range engine.Recognize(ctx, audio, asr.Options{Language: "en"}) {
		if err != nil {
			t.Errorf("a result after an error: %+v, %v", r, e)
		}
		if e != nil {
			err = e
			continue
		}
		results = append(results, r)
	}
	cancel()
	feeder.Wait()
	return results, err
}

func feed(ctx context.Context, audio chan<- media.Frame, frames []media.Frame) {
	for _, f := range frames {
		select {
		case audio <- f:
		case <-ctx.Done():
			return
		}
	}
}

// join is the text of the finals.
func join(results []asr.Result) string {
	var texts []string
	for _, r := range results {
		if r.Final && r.Text != "" {
			texts = append(texts, r.Text)
		}
	}
	return strings.Join(texts, " ")
}

// none fails the test if it ends with more goroutines than it began with.
func none(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		deadline := time.Now().Add(5 * time.Second)
		for runtime.NumGoroutine() > before {
			if time.Now().After(deadline) {
				buf := make([]byte, 1<<16)
				t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
				return
			}
			runtime.Gosched()
		}
	})
}
