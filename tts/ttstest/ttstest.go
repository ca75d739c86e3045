// Package ttstest is what every tts.Engine must pass.
package ttstest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotline/media"
	"hotline/tts"
	"hotline/tts/internal/shape"
)

// Texts are a line of some seconds for each language that engines speak.
var Texts = map[string]string{
	"en": "Thank you for calling. Your order has been shipped, and it will arrive tomorrow morning.",
	"zh": "您好，您的订单已经发货，预计明天上午送到，感谢来电。",
}

// prompt is how soon an engine must stop.
const prompt = time.Second

// Run runs the suite on e, which speaks languages. Only one engine of the
// process may be at work meanwhile.
func Run(t *testing.T, e tts.Engine, languages ...string) {
	for i, lang := range languages {
		text, v := Texts[lang], tts.Voice{Language: lang}
		t.Run(lang, func(t *testing.T) {
			t.Run("speaks", func(t *testing.T) { speaks(t, e, text, v) })
			t.Run("rate", func(t *testing.T) { rate(t, e, text, v) })
			t.Run("break", func(t *testing.T) { stops(t, e, text, v) })
			t.Run("cancel", func(t *testing.T) { cancels(t, e, text, v) })
			if i == 0 { // minutes of speech
				t.Run("long", func(t *testing.T) { long(t, e, text, v) })
			}
			t.Run("at once", func(t *testing.T) { atOnce(t, e, text, v) })
		})
	}
	t.Run("nothing to say", func(t *testing.T) { nothing(t, e) })
	t.Run("check", func(t *testing.T) {
		if err := tts.Check(t.Context(), e); err != nil {
			t.Error(err)
		}
		if name := tts.Name(e); strings.HasPrefix(name, "*") || strings.ContainsAny(name, "\n") {
			t.Errorf("no name to report: %q", name)
		}
		gone(t)
	})
}

// Speak collects the frames that e makes of text.
func Speak(t testing.TB, e tts.Engine, text string, v tts.Voice) []media.Frame {
	t.Helper()
	var out []media.Frame
	for f, err := range e.Synthesize(t.Context(), text, v) {
		if err != nil {
			t.Fatalf("after %d frames: %v", len(out), err)
		}
		if want := time.Duration(len(out)) * media.FrameDur; f.At != want {
			t.Fatalf("frame at %v, want %v", f.At, want)
		}
		out = append(out, f)
	}
	return out
}

func speaks(t *testing.T, e tts.Engine, text string, v tts.Voice) {
	frames := Speak(t, e, text, v)
	gone(t)
	length := time.Duration(len(frames)) * media.FrameDur
	syllables := len([]rune(text)) // a Chinese character is one, an English letter a third of one
	if v.Language == "en" {
		syllables /= 3
	}
	if per := length / time.Duration(syllables); per < 80*time.Millisecond || per > 450*time.Millisecond {
		t.Errorf("%v of speech for about %d syllables", length, syllables)
	}
	if level := shape.Level(frames); level < shape.Target-2 || level > shape.Target+2 {
		t.Errorf("level is %.1f dB, want %.0f", level, shape.Target)
	}
	if lead := silent(frames, 0, 1); lead > 5 {
		t.Errorf("%d silent frames before the speech", lead)
	}
	if tail := silent(frames, len(frames)-1, -1); tail > 5 {
		t.Errorf("%d silent frames after the speech", tail)
	}
}

// silent counts the frames without sound from i on.
func silent(frames []media.Frame, i, step int) (n int) {
	for ; i >= 0 && i < len(frames) && media.Level(frames[i]) < 40; i += step {
		n++
	}
	return n
}

func rate(t *testing.T, e tts.Engine, text string, v tts.Voice) {
	slow := len(Speak(t, e, text, v))
	v.Rate = 1.5
	fast := len(Speak(t, e, text, v))
	if r := float64(slow) / float64(fast); r < 1.2 || r > 1.8 {
		t.Errorf("at rate 1.5 it is %.2f times as fast", r)
	}
}

func stops(t *testing.T, e tts.Engine, text string, v tts.Voice) {
	for _, err := range e.Synthesize(t.Context(), strings.Repeat(text+" ", 20), v) {
		if err != nil {
			t.Fatal(err)
		}
		defer soon(t)()
		break
	}
	gone(t)
}

func cancels(t *testing.T, e tts.Engine, text string, v tts.Voice) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	check := func() {}
	for _, err := range e.Synthesize(ctx, strings.Repeat(text+" ", 20), v) {
		if n++; n == 1 && err == nil {
			check = soon(t)
			cancel()
		}
		last = err
	}
	check()
	gone(t)
	if n == 1 {
		t.Error("it failed before a frame:", last)
	}
	for f, err := range e.Synthesize(ctx, text, v) {
		if err == nil {
			t.Errorf("a frame at %v after the end of its context", f.At)
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want the context's", err)
		}
	}
	gone(t)
}

func long(t *testing.T, e tts.Engine, text string, v tts.Voice) {
	n, last := 0, error(nil)
	for _, err := range e.Synthesize(t.Context(), strings.Repeat(text+" ", 1+2*tts.MaxText/len([]rune(text))), v) {
		if last = err; err == nil {
			n++
		}
	}
	gone(t)
	if max := int(tts.MaxLength / media.FrameDur); n == 0 || n > max {
		t.Errorf("%d frames, want 1 to %d", n, max)
	}
	if !errors.Is(last, tts.ErrTooLong) {
		t.Errorf("error %v, want ErrTooLong", last)
	}
}

func atOnce(t *testing.T, e tts.Engine, text string, v tts.Voice) {
	want := len(Speak(t, e, text, v))
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			n := 0
			for _, err := range e.Synthesize(t.Context(), text, v) {
				if err != nil {
					t.Error(err)
					return
				}
				n++
			}
			if n != want {
				t.Errorf("%d frames with others at once, %d alone", n, want)
			}
		})
	}
	wg.Wait()
	gone(t)
}

func nothing(t *testing.T, e tts.Engine) {
	for _, text := range []string{"", " \n\t ", "...", "。！？", "\x00"} {
		for f, err := range e.Synthesize(t.Context(), text, tts.Voice{Language: "en"}) {
			t.Errorf("%q gave a frame at %v, error %v", text, f.At, err)
			break
		}
	}
	gone(t)
}

// soon returns a function that fails t if it is not called promptly.
func soon(t *testing.T) func() {
	from := time.Now()
	return func() {
		if took := time.Since(from); took > prompt {
			t.Errorf("took %v to stop", took)
		}
	}
}

// gone fails t if a goroutine or a process of an engine is left. They must be
// gone when the range loop returns, but for the last instructions of a goroutine
// that has said so.
func gone(t *testing.T) {
	t.Helper()
	left := goroutines()
	for from := time.Now(); left != "" && time.Since(from) < prompt; left = goroutines() {
		runtime.Gosched()
	}
	if left != "" {
		t.Errorf("a goroutine is left:\n%s", left)
	}
	if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != syscall.ECHILD {
		t.Errorf("a process is left: %d, %v", pid, err)
	}
}

// goroutines is the stack of one that an engine has started; "" if there is none.
func goroutines() string {
	buf := make([]byte, 1<<20)
	for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if _, by, ok := strings.Cut(g, "created by hotline/tts"); ok && !strings.Contains(by, "ttstest") && !strings.Contains(by, "_test.go") {
			return g
		}
	}
	return ""
}
