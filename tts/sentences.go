package tts

import (
	"context"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/media"
	"hotline/tts/normal"
)

// Pauses between pieces of a text; engines trim their own.
const (
	sentencePause = 240 * time.Millisecond
	clausePause   = 100 * time.Millisecond
)

type sentences struct{ Engine }

// Sentences makes text fit to be spoken (tts/normal) and has e speak it sentence
// by sentence, so that the first frame waits for the first sentence alone. While
// one sentence is read the next is made; never more than that. Text beyond
// MaxText is cut at a sentence and ends in ErrTooLong.
func Sentences(e Engine) Engine { return sentences{e} }

func (s sentences) Check(ctx context.Context) error { return Check(ctx, s.Engine) }
func (s sentences) String() string                  { return Name(s.Engine) }

func (s sentences) Synthesize(ctx context.Context, text string, v Voice) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		text, tooLong := Bound(text)
		lang := v.Language
		if lang == "" {
			lang = language(text, "")
		}
		var pieces []string
		for _, p := range Split(normal.Text(text, lang)) {
			if Speakable(p) {
				pieces = append(pieces, p)
			}
		}
		if s.speak(ctx, pieces, v, yield) && tooLong != nil {
			yield(media.Frame{}, tooLong)
		}
	}
}

// speak reports whether the reader took it all.
func (s sentences) speak(ctx context.Context, pieces []string, v Voice, yield func(media.Frame, error) bool) bool {
	if len(pieces) == 0 {
		return true
	}
	var at time.Duration
	ok := true
	each := func(f media.Frame, err error) bool {
		f.At = at
		at += media.FrameDur
		ok = err == nil && yield(f, nil) || err != nil && yield(media.Frame{}, err) && false
		return ok
	}
	if len(pieces) == 1 { // most prompts; no need of a goroutine
		s.Engine.Synthesize(ctx, pieces[0], v)(each)
		return ok
	}
	ctx, cancel := context.WithCancel(ctx)
	ahead := make(chan *clip, 1) // the one after the one that plays
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		defer close(ahead)
		for _, p := range pieces {
			c := newClip()
			select {
			case ahead <- c:
			case <-ctx.Done():
				return
			}
			if !s.record(ctx, c, p, v) {
				return
			}
		}
	}()
	defer func() { cancel(); <-finished }()
	for i, p := range pieces {
		c, more := <-ahead
		if !more {
			yield(media.Frame{}, ctx.Err())
			return false
		}
		if !c.play(ctx, each) {
			return false
		}
		if i == len(pieces)-1 {
			break
		}
		for d := pauseAfter(p); d > 0; d -= media.FrameDur {
			if !each(media.Frame{}, nil) {
				return false
			}
		}
	}
	return true
}

// record fills c with the speech for text.
func (s sentences) record(ctx context.Context, c *clip, text string, v Voice) bool {
	for f, err := range s.Engine.Synthesize(ctx, text, v) {
		if err != nil {
			c.finish(err)
			return false
		}
		c.add(f.PCM[:])
	}
	c.finish(nil)
	return true
}

func pauseAfter(piece string) time.Duration {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(piece, closers))
	if strings.ContainsRune(".!?。！？…\n", r) {
		return sentencePause
	}
	return clausePause
}

// Bound cuts text to MaxText runes, at the end of a sentence if there is one,
// and then says ErrTooLong.
func Bound(text string) (string, error) {
	if len(text) <= MaxText || utf8.RuneCountInString(text) <= MaxText {
		return text, nil
	}
	runes := []rune(text)[:MaxText]
	for i := MaxText; i > MaxText/2; i-- {
		if strings.ContainsRune("。！？!?\n", runes[i-1]) || runes[i-1] == ' ' && runes[i-2] == '.' {
			return string(runes[:i]), ErrTooLong
		}
	}
	return string(runes), ErrTooLong
}
