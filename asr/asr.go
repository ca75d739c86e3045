// Package asr turns speech into text.
//
// An Engine maps a stream of frames to a stream of results. The reader's range
// loop owns the engine's goroutines: break stops them, the end of the channel
// flushes them, errors arrive in order, and there is nothing to close.
package asr

import (
	"context"
	"iter"
	"time"

	"hotline/media"
)

// An Engine recognises speech.
type Engine interface {
	// Recognize reads audio until the channel is closed, yielding results as
	// they form. It stops early, yielding ctx.Err(), when ctx ends. After an
	// error it yields no more. It returns only after every goroutine it started
	// has returned.
	Recognize(ctx context.Context, audio <-chan media.Frame, opt Options) iter.Seq2[Result, error]
}

// Options are the wishes of one call; an engine may ignore any of them.
type Options struct {
	Language string   // "en", "zh"; empty lets the engine choose
	Hints    []string // words to expect
	Expected Expected // sentences to expect; nil is none

	// Number tells which number the speaker has just been asked for; nil is none. It
	// is asked on the recogniser's goroutine. If it is nil itself, there never is one.
	Number func() *Number
}

// A Number is what a speaker was asked for: so many digits.
type Number struct {
	Least, Most int
	Known       []string               // that it probably is one of; may be empty
	Settled     func(text string) bool // tells that text needs no other readings
}

// A Result is text for a span of audio. A partial result may be replaced by a
// later one; a final result never is. A final may be empty: there was speech,
// but no words in it.
type Result struct {
	Text       string
	Final      bool
	Start, End time.Duration // of the speech, in media time (Frame.At)
	Confidence float64       // 0 to 1; 0 if the engine gives none
	Language   string        // if the engine says
	Emotion    string        // if the engine says (SenseVoice): "angry", "happy", ...
	Queued     time.Duration // how long it waited for a free model
	Took       time.Duration // how long recognition itself took

	// Alternatives are other readings, best first, of all speech from Since to End:
	// of Text, or of Text and what was said just before it.
	Alternatives []string
	Since        time.Duration
}
