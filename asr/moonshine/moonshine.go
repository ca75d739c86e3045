// Package moonshine hears a second time, with a bot's expectations, what
// asr/sherpa heard with the same Moonshine model and without any.
//
// A poor line gives a text made of words that nobody says to the bot. So the
// speech is heard again whole, a little slower, and with its noise taken away; what
// the bot's examples make of all these texts are candidates (asr.Expected); and
// the model's own decoder judges, from the sound, which of them was said.
package moonshine

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"hotline/asr"
	"hotline/internal/ort"
	"hotline/media"
	"hotline/media/denoise"
	"hotline/media/resample"
)

// A Listener may be used by several goroutines at once, of which as many work as
// it has slots. The model is loaded when it is first needed: a copy of its own,
// 28 MB.
type Listener struct {
	load  func() (*model, error)
	slots chan struct{}
	mu    sync.Mutex
	model *model
}

// New makes a Listener of the model in the folder dir, with the speech runtime. At
// most so many hearings are under way at once.
func New(runtime, dir string, slots int) *Listener {
	return &Listener{slots: make(chan struct{}, max(slots, 1)), load: func() (*model, error) {
		lib, err := ort.Open(filepath.Join(runtime, "libonnxruntime.so"))
		if err != nil {
			return nil, err
		}
		return open(lib, dir)
	}}
}

// begin waits for a slot and has the model ready; done gives the slot back.
func (l *Listener) begin(ctx context.Context) (done func(), err error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	done = func() { <-l.slots }
	if err := l.ready(); err != nil {
		done()
		return nil, err
	}
	return done, nil
}

// ready loads the model if it is not.
func (l *Listener) ready() (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.model == nil {
		l.model, err = l.load()
	}
	return err
}

// Close frees the model. Nothing may be running.
func (l *Listener) Close() {
	if l.model != nil {
		l.model.close()
	}
}

const (
	level    = -22.0 // dBFS, what the model was trained on
	louder   = -16.0
	padding  = media.SampleRate / 4
	judged   = 10 // candidates
	readings = 4
	strange  = .9   // nats a sound, by the texts, or more: something else was said
	unheard  = -1.2 // log probability of a letter, by the sound, or less: the same
	clear    = .04  // or less: no second hearing is needed
)

// bySound weighs a candidate's log probability by each of the sounds that judge
// it, beside its cost by the texts. Fitted like the weights of dialog/wording.
const bySound = .35

// slower is the rate, in samples a second, at which speech counts as if it had
// media.SampleRate: a little slower and lower, which gives other mistakes.
const slower = media.SampleRate * 17 / 16

// Again implements asr.Rehearer.
func (l *Listener) Again(ctx context.Context, pcm []int16, text string, e asr.Expected) ([]string, error) {
	var texts []string
	if text != "" {
		if best, _, odd := e.Candidates([]string{text}, 1); len(best) > 0 && odd < clear {
			return best, nil
		}
		texts = append(texts, text)
	}
	done, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	var sounds []*ort.Value
	defer func() {
		for _, s := range sounds {
			s.Close()
		}
	}()
	for i, speech := range [][]int16{pcm, resample.All(pcm, media.SampleRate, slower), denoise.Speech(pcm)} {
		sound, text, err := l.hear(speech)
		if err != nil {
			return nil, err
		}
		if text != "" {
			texts = append(texts, text)
		}
		if i < 2 { // what denoising leaves is good for words, not for judging
			sounds = append(sounds, sound)
		} else {
			sound.Close()
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	sentences, costs, odd := e.Candidates(texts, judged)
	if len(sentences) == 0 || odd > strange {
		return nil, nil
	}
	written := make([]string, len(sentences))
	for i, s := range sentences {
		written[i] = sentence(s)
	}
	heard := make([]float64, len(written)) // on the average of the sounds
	for _, sound := range sounds {
		each, err := l.model.judge(sound, written)
		if err != nil {
			return nil, err
		}
		for i, v := range each {
			costs[i] -= bySound * v
			heard[i] += v / float64(len(sounds))
		}
	}
	order := make([]int, len(costs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(costs[a], costs[b]) })
	if best := order[0]; heard[best] < unheard*float64(len(written[best])) {
		return nil, nil
	}
	var out []string
	for _, i := range order[:min(len(order), readings)] {
		out = append(out, sentences[i])
	}
	return out, nil
}

// hear encodes speech and writes it down. What gives no text is heard once more,
// louder and with silence around it.
func (l *Listener) hear(pcm []int16) (sound *ort.Value, text string, err error) {
	for try, want := range [...]float64{level, louder} {
		if sound, err = l.model.encode(asr.Level(nil, pcm, want, try*padding)); err != nil {
			return nil, "", err
		}
		if text, err = l.model.hear(sound, float64(len(pcm))/media.SampleRate); err != nil {
			sound.Close()
			return nil, "", err
		}
		if text != "" || try > 0 {
			break
		}
		sound.Close()
	}
	return sound, text, nil
}

// sentence is words as the model writes them.
func sentence(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if i == 0 || w == "i" || strings.HasPrefix(w, "i'") {
			r := []rune(w)
			words[i] = string(unicode.ToUpper(r[0])) + string(r[1:])
		}
	}
	return strings.Join(words, " ")
}
