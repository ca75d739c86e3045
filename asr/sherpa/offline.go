package sherpa

import (
	"strings"
	"sync"

	"hotline/asr"
	"hotline/internal/sherpa"
)

// Levels in dB re full scale. Models are trained on recordings near target; a
// quiet telephone is 20 dB below, where Moonshine hears nothing.
const (
	target      = -22.0
	retryTarget = -16.0
)

// retryPadding is silence put on both sides when an utterance is asked again.
const retryPadding = sherpa.SampleRate / 4

var buffers = sync.Pool{New: func() any { return new([]float32) }}

// transcribe recognises one utterance: level normalised, and if nothing came of
// it once more, louder and with silence around it.
func (e *Engine) transcribe(recognize func([]float32) (sherpa.Result, error), pcm []int16) (asr.Result, error) {
	buf := buffers.Get().(*[]float32)
	defer buffers.Put(buf)
	for try, padding := range [2]int{0, retryPadding} {
		*buf = asr.Level((*buf)[:0], pcm, [2]float64{target, retryTarget}[try], padding)
		r, err := recognize(*buf)
		if err != nil {
			return asr.Result{}, err
		}
		text := strings.TrimSpace(r.Text)
		if runaway(text, r.Tokens, len(pcm)) {
			e.runaway.Add(1)
			text = ""
		}
		if text != "" {
			if try > 0 {
				e.rescued.Add(1)
			}
			return asr.Result{Text: text, Language: r.Language, Emotion: r.Emotion}, nil
		}
		if try == 0 {
			e.retried.Add(1)
		}
	}
	return asr.Result{}, nil
}

// Bounds of what people say: more than that and a model has got caught in a
// loop, as they do on noise.
const (
	maxTokensPerSecond = 12
	maxRepeats         = 6 // of one phrase in a row; "five five five five" is a number
)

// runaway tells whether text cannot be what was said in so many samples.
func runaway(text string, tokens, samples int) bool {
	seconds := float64(samples) / sherpa.SampleRate
	if float64(tokens) > maxTokensPerSecond*seconds+8 {
		return true
	}
	words := strings.Fields(strings.ToLower(text))
	for phrase := 1; phrase <= 6; phrase++ {
		run := 0
		for i := phrase; i < len(words); i++ {
			if words[i] != words[i-phrase] {
				run = 0
				continue
			}
			if run++; run >= phrase*(maxRepeats-1) {
				return true
			}
		}
	}
	return false
}
