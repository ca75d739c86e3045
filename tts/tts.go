// Package tts turns text into speech.
//
// An Engine maps text to a stream of frames, faster than they play. The reader
// stops it by ending ctx or by not asking for the next frame.
package tts

import (
	"context"
	"iter"

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
