package wav

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

const headerSize = 44

// maxData is the most bytes of audio whose sizes fit the header.
const maxData = math.MaxUint32 - headerSize

// File is what a Writer needs of a file; *os.File has it.
type File interface {
	io.Writer
	io.WriterAt
}

// A Writer writes 16-bit PCM.
type Writer struct {
	f        File
	channels int
	second   int64 // bytes of one
	size     int64 // bytes of audio in the file
	patched  int64 // bytes of audio that the header knows of
	head     [headerSize]byte
	raw      []byte
}

// NewWriter writes a header to f, which must be new and empty.
func NewWriter(f File, rate, channels int) (*Writer, error) {
	if rate < MinRate || rate > MaxRate || channels < 1 || channels > MaxChannels {
		return nil, fmt.Errorf("wav: cannot write %d channels at %d Hz", channels, rate)
	}
	w := &Writer{f: f, channels: channels, second: int64(2 * rate * channels)}
	h, le := w.head[:], binary.LittleEndian
	copy(h, "RIFF....WAVEfmt ")
	le.PutUint32(h[16:], 16)
	le.PutUint16(h[20:], tagPCM)
	le.PutUint16(h[22:], uint16(channels))
	le.PutUint32(h[24:], uint32(rate))
	le.PutUint32(h[28:], uint32(w.second))
	le.PutUint16(h[32:], uint16(2*channels))
	le.PutUint16(h[34:], 16)
	copy(h[36:], "data")
	w.sizes()
	_, err := f.Write(h)
	return w, err
}

func (w *Writer) sizes() {
	binary.LittleEndian.PutUint32(w.head[4:], uint32(headerSize-8+w.size))
	binary.LittleEndian.PutUint32(w.head[40:], uint32(w.size))
}

// Write appends interleaved samples; their number must be a multiple of the
// number of channels. They are in the file when it returns, and in its header
// within a second of audio.
func (w *Writer) Write(pcm []int16) error {
	if len(pcm)%w.channels != 0 {
		return fmt.Errorf("wav: %d samples for %d channels", len(pcm), w.channels)
	}
	if w.size+2*int64(len(pcm)) > maxData {
		return ErrTooLong
	}
	w.raw = w.raw[:0]
	for _, v := range pcm {
		w.raw = binary.LittleEndian.AppendUint16(w.raw, uint16(v))
	}
	n, err := w.f.Write(w.raw)
	w.size += int64(n)
	if err != nil {
		return err
	}
	if w.size-w.patched >= w.second {
		return w.Flush()
	}
	return nil
}

// Flush brings the sizes in the header up to date. It is the last call on a
// Writer; closing the file is the business of who opened it.
func (w *Writer) Flush() error {
	if w.size == w.patched {
		return nil
	}
	w.sizes()
	_, err := w.f.WriteAt(w.head[:], 0)
	if err == nil {
		w.patched = w.size
	}
	return err
}
