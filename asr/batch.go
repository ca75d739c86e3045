package asr

import "context"

// A Batch recognises whole utterances. Segmented makes an Engine of one.
type Batch interface {
	// Transcribe returns the text of an utterance, mono PCM at media.SampleRate
	// with little silence around the speech. Text may be empty. Of the Result only
	// Text, Confidence, Language, Emotion, Queued and Took are the recogniser's to
	// fill. It may be called by several goroutines at once, does not change pcm,
	// and may go on reading it after it has returned because ctx ended.
	Transcribe(ctx context.Context, pcm []int16, opt Options) (Result, error)
}

// BatchFunc lets a function be a Batch.
type BatchFunc func(ctx context.Context, pcm []int16, opt Options) (Result, error)

func (f BatchFunc) Transcribe(ctx context.Context, pcm []int16, opt Options) (Result, error) {
	return f(ctx, pcm, opt)
}

// An Attempter is a Batch that can be asked for a partial result: a guess worth
// having only if it costs nobody anything. Pool is one.
type Attempter interface {
	Batch
	// Attempt is Transcribe for a partial result. It fails with ErrBusy, at once,
	// when there is more important work.
	Attempt(ctx context.Context, pcm []int16, opt Options) (Result, error)
}
