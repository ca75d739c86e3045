// Package program is what engines that are programs have in common.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os/exec"

	"hotline/media"
	"hotline/media/wav"
	"hotline/tts"
	"hotline/tts/internal/process"
	"hotline/tts/internal/shape"
)

// A Program speaks: it reads text and writes a WAV file.
type Program struct {
	Name  string
	Gets  string  // how to install it, in words
	Gain  float64 // dB that bring its voice to shape.Target
	Rate  int     // the highest sample rate that it writes
	Seeks bool    // see process.Program
}

// Speak yields the frames of what p makes of stdin, and then the error last, if
// it is one. Text that it makes no sound of is an error.
func (p Program) Speak(ctx context.Context, args []string, stdin string, last error) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		out, err := process.Start(ctx, process.Program{
			Name: p.Name, Args: args, Stdin: stdin, Seeks: p.Seeks,
			Max: int(tts.MaxLength.Seconds()) * 2 * p.Rate,
		})
		if err != nil {
			yield(media.Frame{}, p.missing(err))
			return
		}
		defer out.Close()
		sound, err := wav.NewReader(out)
		if err != nil {
			if _, ended := out.Read(make([]byte, 1)); ended != nil && ended != io.EOF {
				err = ended // the program failed, which is why there is no header
			}
			yield(media.Frame{}, err)
			return
		}
		heard := false
		for f, err := range shape.Frames(sound.ReadMono, sound.Rate(), p.Gain, int(tts.MaxLength/media.FrameDur), tts.ErrTooLong) {
			if errors.Is(err, process.ErrTooMuch) {
				err = tts.ErrTooLong
			}
			heard = true
			if !yield(f, err) || err != nil {
				return
			}
		}
		if !heard {
			last = fmt.Errorf("%s made no sound of the text", p.Name)
		}
		if last != nil {
			yield(media.Frame{}, last)
		}
	}
}

// Run returns what p prints.
func (p Program) Run(ctx context.Context, args ...string) (string, error) {
	out, err := process.Start(ctx, process.Program{Name: p.Name, Args: args, Max: 1 << 20})
	if err != nil {
		return "", p.missing(err)
	}
	defer out.Close()
	b, err := io.ReadAll(out)
	return string(b), err
}

func (p Program) missing(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is not installed: %s: %w", p.Name, p.Gets, exec.ErrNotFound)
	}
	return err
}
