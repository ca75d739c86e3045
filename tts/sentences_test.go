package tts

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline/media"
)

func TestSentencesReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fake{first: 50 * time.Millisecond}
		from := time.Now()
		n := 0
		for f, err := range Sentences(e).Synthesize(t.Context(), "One. Two. Three. Four.", Voice{}) {
			if err != nil {
				t.Fatal(err)
			}
			if f.At != time.Duration(n)*media.FrameDur {
				t.Fatalf("frame %d at %v", n, f.At)
			}
			if n++; n == 1 {
				if d := time.Since(from); d != 50*time.Millisecond {
					t.Errorf("the first frame came after %v", d)
				}
				time.Sleep(time.Minute) // a slow reader
				synctest.Wait()
				if got, want := e.said(), []string{"One.", "Two."}; !slices.Equal(got, want) {
					t.Errorf("while the first plays, made are %q, want %q", got, want)
				}
			}
		}
		if want := 4*10 + 3*int(sentencePause/media.FrameDur); n != want {
			t.Errorf("%d frames, want %d", n, want)
		}
	})
}

// The bubble fails the test if a goroutine is left.
func TestSentencesBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fake{gate: make(chan struct{})}
		for range Sentences(e).Synthesize(t.Context(), "One. Two. Three.", Voice{}) {
			break
		}
		if e.stopped() != len(e.texts) {
			t.Errorf("%d of %d were stopped", e.stopped(), len(e.texts))
		}
	})
}

func TestSentencesCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		e := &fake{gate: make(chan struct{})}
		frames, err := speak(ctx, Sentences(e), "One. Two. Three.", Voice{})
		if len(frames) != 9 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d frames, error %v", len(frames), err)
		}
	})
}

func TestSentencesFail(t *testing.T) {
	e := &fake{err: errBroken, after: 3}
	frames, err := speak(t.Context(), Sentences(e), "One. Two.", Voice{})
	if len(frames) != 3 || err != errBroken {
		t.Errorf("%d frames, error %v", len(frames), err)
	}
}

func TestSentencesSayWords(t *testing.T) {
	e := &fake{}
	s := Sentences(e)
	for _, text := range []string{"Mr. Wu owes $3.50. Ok?", "...", "", "订单号4571。好"} {
		if _, err := speak(t.Context(), s, text, Voice{}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"Mister Wu owes three dollars and fifty cents.", "Ok?", "订单号四五七一。", "好"}
	if got := e.said(); !slices.Equal(got, want) {
		t.Errorf("said %q, want %q", got, want)
	}
}

func TestSentencesTooLong(t *testing.T) {
	e := &fake{}
	_, err := speak(t.Context(), Sentences(e), strings.Repeat("Too much. ", MaxText), Voice{})
	if !errors.Is(err, ErrTooLong) || len(e.texts) != MaxText/len("Too much. ") {
		t.Errorf("%d sentences, error %v", len(e.texts), err)
	}
}
