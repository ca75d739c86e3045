// Package espeak speaks with the espeak-ng program: every language, small and
// quick, and a voice that sounds like a machine. The program is under the GPL
// and is run, never linked.
//
// It writes sound as it makes it, so the first frame comes some milliseconds
// after the program has started. In espeak-ng 1.50 and 1.51 the voice "cmn"
// reads the tones of Chinese as English numbers (its issues 1028 and 1236), so
// Chinese characters are given to "cmn-latn-pinyin" and everything else in the
// same text to the English voice.
package espeak

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hotline/media"
	"hotline/tts"
	"hotline/tts/internal/program"
)

var espeak = program.Program{
	Name: "espeak-ng",
	Gets: "it speaks Chinese and English; apt-get install espeak-ng",
	Rate: 22050,
}

// normalRate is words a minute at rate 1. The program's own 175 is hurried on
// the telephone.
const normalRate = 165

var voiceName = regexp.MustCompile(`^[a-z][a-zA-Z0-9-]*(\+[a-zA-Z0-9]+)?$`)

// Engine implements tts.Engine. Make it with New.
type Engine struct {
	voices map[string]string
}

// New returns an engine that speaks each language with the voice named for it:
// {"en": "en-us", "zh": "cmn"}, which is also what nil means. A name may have a
// variant, "en-us+f3".
func New(voices map[string]string) (*Engine, error) {
	e := &Engine{map[string]string{"en": "en-us", "zh": "cmn"}}
	for lang, name := range voices {
		if !voiceName.MatchString(name) {
			return nil, fmt.Errorf("espeak: %q is not the name of a voice", name)
		}
		e.voices[lang] = name
	}
	if e.voices["zh"] == "cmn" {
		e.voices["zh"] = "cmn-latn-pinyin"
	}
	return e, nil
}

// String names the engine and, where they are not the default, its voices.
func (e *Engine) String() string {
	name := "espeak"
	for _, lang := range slices.Sorted(maps.Keys(e.voices)) {
		if v := e.voices[lang]; v != "en-us" && v != "cmn-latn-pinyin" {
			name += " " + v
		}
	}
	return name
}

// Synthesize implements tts.Engine.
func (e *Engine) Synthesize(ctx context.Context, text string, v tts.Voice) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		if !tts.Speakable(text) {
			return
		}
		text, tooLong := tts.Bound(text)
		voice := e.voice(v)
		p := espeak
		if voice == e.voices["zh"] {
			p.Gain = -2.5 // measured; the English voice needs none
		}
		args := []string{"--stdin", "--stdout", "-m", "-z", "-b", "1", "-v", voice, "-s", strconv.Itoa(int(normalRate * v.Speed()))}
		p.Speak(ctx, args, markup(text, voice, e.voices), tooLong)(yield)
	}
}

// voice is the program's name for v.
func (e *Engine) voice(v tts.Voice) string {
	if voiceName.MatchString(v.Name) {
		return v.Name
	}
	lang, _, _ := strings.Cut(strings.ToLower(v.Language), "-")
	if name, ok := e.voices[lang]; ok {
		return name
	}
	return e.voices["en"]
}

// Check implements tts.Checker: it says something in every language.
func (e *Engine) Check(ctx context.Context) error {
	for _, lang := range slices.Sorted(maps.Keys(e.voices)) {
		for _, err := range e.Synthesize(ctx, "1", tts.Voice{Language: lang}) {
			if err != nil {
				return fmt.Errorf("espeak voice %s: %w", e.voices[lang], err)
			}
		}
	}
	return nil
}
