// Package tts turns text into speech.
//
// An Engine maps text to a stream of frames, faster than they play. The reader's
// range loop owns whatever the engine started: break, or the end of ctx, stops
// it, and the loop does not return before the engine's goroutines and processes
// are gone. Errors arrive in order and end the stream; there is nothing to close.
// An engine may be used by any number of goroutines at once.
//
// What an engine yields is ready to be sent: frames of sound at the common level
// (shape.Target), without silence before the first word or after the last,
// Frame.At counting from 0 without a gap. Text with nothing to say in it (see
// Speakable) yields nothing.
//
// An engine speaks what it is given and no more. The rest is done by decorators,
// each an Engine around another:
//
//	Sentences    normalises the text (tts/normal), cuts it into sentences and
//	             has the next one made while the first plays
//	Fallback     the next engine speaks when one fails before its first frame
//	ByLanguage   one engine for each language
//	Cache.Engine keeps what an engine said, in memory and on disk
//
// and a server that speaks English and Chinese joins them in this order, outside
// in, so that each sentence is kept under the engine that really spoke it:
//
//	Sentences(Fallback(report, ByLanguage(map[string]Engine{
//		"en": cache.Engine(flite), "zh": cache.Engine(espeak)}, cache.Engine(espeak)), espeak))
//
// # Adding an engine
//
// Make one folder below tts with a type that implements Engine, Checker and
// fmt.Stringer; run ttstest.Run on it in its test; add one line where cmd/hotline
// joins the engines. Samples of any rate become frames with tts/internal/shape,
// programs are run by tts/internal/process. No name of a vendor appears outside
// the folder.
package tts

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode"

	"hotline/media"
)

// An Engine speaks.
type Engine interface {
	// Synthesize yields the speech for text. Frame.At counts from 0.
	Synthesize(ctx context.Context, text string, v Voice) iter.Seq2[media.Frame, error]
}

// A Voice is who speaks and how. The zero Voice is the engine's default.
type Voice struct {
	Name     string  // the engine's own name for it
	Language string  // "en", "zh"
	Rate     float64 // 1 is normal; 0 means 1
}

// minRate and maxRate bound the rate that Voice.Speed gives to an engine.
const minRate, maxRate = 0.5, 2.0

// Speed is Rate with its default, within bounds.
func (v Voice) Speed() float64 {
	if !(v.Rate > 0) { // NaN too
		return 1
	}
	return min(maxRate, max(minRate, v.Rate))
}

// Bounds of one Synthesize. Beyond them the speech is cut and ErrTooLong comes
// last.
const (
	MaxText   = 1500            // runes: a minute and a half of English
	MaxLength = 3 * time.Minute // of speech, from one engine
)

// ErrTooLong says that the text was longer than is ever spoken at once. What
// came before it is the beginning of the speech.
var ErrTooLong = errors.New("text is too long to speak")

// A Checker can tell whether it will be able to speak. Its error says what is
// missing and how to get it.
type Checker interface {
	Check(ctx context.Context) error
}

// Check asks e whether it can speak; an engine that cannot tell can.
func Check(ctx context.Context, e Engine) error {
	if c, ok := e.(Checker); ok {
		return c.Check(ctx)
	}
	return nil
}

// Name is what e is called in reports and in the cache: its String method. Two
// engines that sound different have different names.
func Name(e Engine) string {
	if s, ok := e.(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprintf("%T", e)
}

// Speakable reports whether text has a letter or a digit in it, so that speech
// can be expected of it.
func Speakable(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// hasHan reports whether text has a Chinese character in it.
func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
