// Package wav reads and writes RIFF WAVE files.
//
// A Reader takes what telephone systems and sound editors produce: PCM of 8,
// 16, 24 and 32 bits, IEEE float, mu-law and A-law, at any usual rate, with up
// to MaxChannels channels. It reads from front to back, holds no more than one
// block of the file, and expects the worst of it: sizes that lie, chunks that
// never end, a file that stops in mid-sample. What can be played is played.
//
// A Writer keeps its file playable at any moment: the sizes in the header are
// brought up to date with every second of audio, so the file of a process that
// was killed lacks nothing but the last second for readers that trust the
// header, and nothing at all for readers, such as this one, that go on to the
// end of the file when the header gives no size.
//
// Neither is safe for use by more than one goroutine at a time.
package wav

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Bounds on what is read.
const (
	MaxChannels = 8
	MinRate     = 4000
	MaxRate     = 192000
)

// Format tags (RFC 2361) that are read.
const (
	tagPCM        = 1
	tagFloat      = 3
	tagALaw       = 6
	tagMuLaw      = 7
	tagExtensible = 0xFFFE // the tag proper is the head of the sub-format GUID
)

// ErrTooLong is the end of what the four-byte sizes of the format can hold, or
// of what the caller of ReadFile allowed.
var ErrTooLong = errors.New("wav: too long")

// ReadFile reads a whole file as mono samples at the rate that it returns.
// Audio longer than max is ErrTooLong.
func ReadFile(path string, max time.Duration) (pcm []int16, rate int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	r, err := NewReader(f)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	limit := int(max.Seconds() * float64(r.Rate()))
	block := make([]int16, 4096)
	for {
		n, err := r.ReadMono(block)
		pcm = append(pcm, block[:n]...)
		switch {
		case len(pcm) > limit:
			return nil, 0, fmt.Errorf("%s: %w", path, ErrTooLong)
		case err == io.EOF:
			return pcm, r.Rate(), nil
		case err != nil:
			return nil, 0, fmt.Errorf("%s: %w", path, err)
		}
	}
}

// WriteFile writes interleaved 16-bit samples as a whole file.
func WriteFile(path string, rate, channels int, pcm []int16) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, err := NewWriter(f, rate, channels)
	if err == nil {
		err = w.Write(pcm)
	}
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(err, f.Close())
}
