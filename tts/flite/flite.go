// Package flite speaks English with the flite program and its voice slt, a
// woman's, which is easier on the ear than espeak's. The program is run, not
// linked.
//
// It writes its sound when a text is done, so it is given a piece at a time
// (tts.Split) and the first piece can be heard while it works on the next.
package flite

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/media"
	"hotline/tts"
	"hotline/tts/internal/program"
)

var flite = program.Program{
	Name:  "flite",
	Gets:  "it is the better English voice; apt-get install flite",
	Gain:  -6, // of slt
	Rate:  media.SampleRate,
	Seeks: true, // it goes back to write the length; into a pipe it hangs
}

var voiceName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Engine implements tts.Engine. Make it with New.
type Engine struct{ voice string }

// New returns an engine that speaks with voice: one of those that the program
// has in it (flite -lv); "" is slt.
func New(voice string) (*Engine, error) {
	if voice == "" {
		voice = "slt"
	}
	if !voiceName.MatchString(voice) {
		return nil, fmt.Errorf("flite: %q is not the name of a voice", voice)
	}
	return &Engine{voice}, nil
}

func (e *Engine) String() string { return "flite " + e.voice }

// Synthesize implements tts.Engine.
func (e *Engine) Synthesize(ctx context.Context, text string, v tts.Voice) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		if !tts.Speakable(text) {
			return
		}
		text, tooLong := tts.Bound(text)
		voice := e.voice
		if voiceName.MatchString(v.Name) {
			voice = v.Name
		}
		args := []string{"-voice", voice, "--setf", "duration_stretch=" + strconv.FormatFloat(1/v.Speed(), 'f', 3, 64),
			"-f", "/dev/stdin", "-o", "/dev/stdout"}
		var at time.Duration
		ok := true
		for _, p := range tts.Split(text) {
			if !tts.Speakable(p) {
				continue
			}
			flite.Speak(ctx, args, strings.Join(strings.Fields(p), " ")+"\n", nil)(func(f media.Frame, err error) bool {
				f.At = at
				at += media.FrameDur
				ok = yield(f, err) && err == nil
				return ok
			})
			if !ok {
				return
			}
		}
		if tooLong != nil {
			yield(media.Frame{}, tooLong)
		}
	}
}

// Check implements tts.Checker.
func (e *Engine) Check(ctx context.Context) error {
	list, err := flite.Run(ctx, "-lv")
	if err != nil {
		return err
	}
	list = strings.TrimSpace(strings.TrimPrefix(list, "Voices available:"))
	if !slices.Contains(strings.Fields(list), e.voice) {
		return fmt.Errorf("flite has no voice %s; it has %s", e.voice, list)
	}
	return nil
}
