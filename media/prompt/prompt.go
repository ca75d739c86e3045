// Package prompt plays recordings, WAV and MP3 files, to callers, and music to
// those who wait.
//
// Open is a stream: it reads, decodes, resamples and levels a file while it is
// played, holding about a second of it, so that the first frame of a recording
// of minutes is there as fast as that of a word. The reader's range loop owns
// the file: when the loop ends, for whatever reason, it is closed. Nothing runs
// in the background.
//
// Recordings come from many hands at many levels. Each is brought to Level, the
// level of its speech, that is, without its pauses, so that a caller need not
// reach for the volume between a recording and a synthetic voice.
//
// Files are an operator's and may be anything: reading is bounded in bytes and
// in length, what cannot be played is an error that names the file, and no file
// takes the process down.
package prompt

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"hotline/media"
	"hotline/media/resample"
	"hotline/media/wav"
)

// Bounds of one recording.
const (
	MaxLength = 10 * time.Minute
	MaxBytes  = 128 << 20 // ten minutes of stereo at 48 kHz in 16 bits
)

// Open plays the WAV or MP3 file at path as frames from media time 0; the last
// frame is filled up with silence. What the file is, its first bytes say, not
// its name. An error, which names the file, is the last thing that it yields;
// when ctx ends, it is ctx.Err(). The sequence may be ranged over again, and
// then plays the file again.
func Open(ctx context.Context, path string) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(media.Frame{}, fmt.Errorf("prompt: %w", err))
			return
		}
		defer f.Close()
		for fr, err := range Read(ctx, f) {
			if err != nil && ctx.Err() == nil {
				err = fmt.Errorf("prompt: %s: %w", path, err)
			}
			if !yield(fr, err) {
				return
			}
		}
	}
}

// Read is Open for what comes from elsewhere than a file, such as the answer of
// a server. It may be ranged over once.
func Read(ctx context.Context, r io.Reader) iter.Seq2[media.Frame, error] {
	return read(ctx, r, MaxLength)
}

func read(ctx context.Context, r io.Reader, longest time.Duration) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		var l leveler
		fail := func(err error) { yield(media.Frame{}, err) }
		emit := func(f media.Frame) bool {
			if err := ctx.Err(); err != nil {
				fail(err)
				return false
			}
			return yield(f, nil)
		}
		at := time.Duration(0)
		for fr, err := range frames(r) {
			if err != nil {
				if l.drain(emit) {
					fail(err)
				}
				return
			}
			if at += media.FrameDur; at > longest {
				fail(fmt.Errorf("longer than %v", longest))
				return
			}
			if !l.write(fr, emit) {
				return
			}
		}
		l.drain(emit)
	}
}

// Length plays the file at path to nobody and returns how long it is. It is the
// check that a bot's recordings can be played.
func Length(ctx context.Context, path string) (d time.Duration, err error) {
	for _, err := range Open(ctx, path) {
		if err != nil {
			return 0, err
		}
		d += media.FrameDur
	}
	return d, nil
}

// decoder is an open file: blocks of mono samples at one rate, then io.EOF, as
// wav.Reader gives them.
type decoder interface {
	Rate() int
	ReadMono([]int16) (int, error)
}

// frames decodes r, at the level that it has.
func frames(r io.Reader) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		dec, err := open(r)
		if err != nil {
			yield(media.Frame{}, err)
			return
		}
		rs := resample.New(dec.Rate(), media.SampleRate)
		in, out := make([]int16, 1024), make([]int16, 0, 8*1024)
		skip := rs.Delay()
		fr := media.Frame{}
		for err == nil {
			var n int
			n, err = dec.ReadMono(in)
			out = rs.Process(out, in[:n])
			if err == io.EOF {
				out = rs.Flush(out)
			}
			late := min(skip, len(out))
			skip -= late
			rest := out[late:]
			for len(rest) >= media.FrameSize || err == io.EOF && len(rest) > 0 {
				clear(fr.PCM[copy(fr.PCM[:], rest):])
				rest = rest[min(len(rest), media.FrameSize):]
				if !yield(fr, nil) {
					return
				}
				fr.At += media.FrameDur
			}
			out = out[:copy(out, rest)]
		}
		if err != io.EOF {
			yield(media.Frame{}, err)
		}
	}
}

// rates are the sample rates that there are in recordings. An odd one would
// need a filter of its own, of megabytes.
var rates = []int{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000}

// open looks at the head of src and chooses a decoder.
func open(src io.Reader) (dec decoder, err error) {
	r := &limited{bufio.NewReaderSize(src, 16<<10), MaxBytes}
	head, err := r.Peek(12)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case len(head) == 0:
		return nil, errors.New("the file is empty")
	case bytes.HasPrefix(head, []byte("RIFF")):
		dec, err = wav.NewReader(r)
	case bytes.HasPrefix(head, []byte("ID3")), isMP3(head):
		dec, err = newMP3(r)
	default:
		return nil, errors.New("neither a WAV nor an MP3 file")
	}
	if err == nil && !slices.Contains(rates, dec.Rate()) {
		err = fmt.Errorf("sample rate of %d Hz: save it with 8000, 16000, 44100 or 48000", dec.Rate())
	}
	return dec, err
}

// limited is a reader that gives up on what is too big.
type limited struct {
	*bufio.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.left -= n; l.left < 0 {
		return 0, fmt.Errorf("larger than %d MB", MaxBytes>>20)
	}
	return n, err
}
