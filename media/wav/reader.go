package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/zaf/g711"
)

// A Reader decodes one file to 16-bit samples.
type Reader struct {
	r              io.Reader
	rate, channels int
	size           int                  // bytes of one sample
	sample         func(b []byte) int16 // of one sample
	left           int64                // bytes of audio not yet read; -1 is to the end of the file
	raw            []byte
	wide           []int16
}

// NewReader reads the header of r, up to the first byte of audio. It reads in
// large blocks, so r needs no buffer.
func NewReader(r io.Reader) (*Reader, error) {
	var riff [12]byte
	if _, err := io.ReadFull(r, riff[:]); err != nil {
		return nil, fmt.Errorf("wav: no header: %w", noEOF(err))
	}
	if string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return nil, errors.New("wav: not a RIFF WAVE file")
	}
	w := &Reader{r: r}
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, fmt.Errorf("wav: no audio in it: %w", noEOF(err))
		}
		size := binary.LittleEndian.Uint32(head[4:])
		switch string(head[:4]) {
		case "fmt ":
			if err := w.format(size); err != nil {
				return nil, err
			}
		case "data":
			if w.sample == nil {
				return nil, errors.New("wav: audio before its format")
			}
			// Both sizes are written by programs that never came back to fill it in.
			if w.left = int64(size); size == 0 || size == math.MaxUint32 {
				w.left = -1
			}
			return w, nil
		default:
			if _, err := io.CopyN(io.Discard, r, int64(size)+int64(size&1)); err != nil {
				return nil, fmt.Errorf("wav: cut off in chunk %q: %w", head[:4], noEOF(err))
			}
		}
	}
}

func (w *Reader) format(size uint32) error {
	if size < 16 || size > 1024 {
		return fmt.Errorf("wav: format chunk of %d bytes", size)
	}
	b := make([]byte, size+size&1)
	if _, err := io.ReadFull(w.r, b); err != nil {
		return fmt.Errorf("wav: cut off in its format: %w", noEOF(err))
	}
	tag := binary.LittleEndian.Uint16(b)
	w.channels = int(binary.LittleEndian.Uint16(b[2:]))
	rate := binary.LittleEndian.Uint32(b[4:])
	bits := int(binary.LittleEndian.Uint16(b[14:]))
	if tag == tagExtensible && size >= 26 {
		tag = binary.LittleEndian.Uint16(b[24:])
	}
	if w.channels < 1 || w.channels > MaxChannels {
		return fmt.Errorf("wav: %d channels", w.channels)
	}
	if rate < MinRate || rate > MaxRate {
		return fmt.Errorf("wav: sample rate of %d Hz", rate)
	}
	w.rate, w.size, w.sample = int(rate), bits/8, decoder(tag, bits)
	if w.sample == nil {
		return fmt.Errorf("wav: encoding %d with %d bits is not supported", tag, bits)
	}
	return nil
}

// decoder returns the function that turns one sample into 16 bits; nil if there
// is none.
func decoder(tag uint16, bits int) func([]byte) int16 {
	type key struct {
		tag  uint16
		bits int
	}
	return map[key]func([]byte) int16{
		{tagPCM, 8}:  func(b []byte) int16 { return int16(int(b[0])-128) << 8 }, // unsigned, unlike the others
		{tagPCM, 16}: func(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b)) },
		{tagPCM, 24}: func(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b[1:])) },
		{tagPCM, 32}: func(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b[2:])) },
		{tagFloat, 32}: func(b []byte) int16 {
			return fromFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
		},
		{tagFloat, 64}: func(b []byte) int16 { return fromFloat(math.Float64frombits(binary.LittleEndian.Uint64(b))) },
		{tagMuLaw, 8}:  func(b []byte) int16 { return g711.DecodeUlawFrame(b[0]) },
		{tagALaw, 8}:   func(b []byte) int16 { return g711.DecodeAlawFrame(b[0]) },
	}[key{tag, bits}]
}

func fromFloat(v float64) int16 {
	if v != v {
		return 0
	}
	return int16(max(math.MinInt16, min(math.MaxInt16, math.Round(v*32768))))
}

// Rate is in samples a second.
func (w *Reader) Rate() int { return w.rate }

// Channels is at least 1.
func (w *Reader) Channels() int { return w.channels }

// Read fills pcm with interleaved samples and returns how many there are,
// always whole ones of every channel. It returns io.EOF, with or after the last
// samples, when the audio ends or the file stops short of it. pcm must have
// room for one sample of every channel.
func (w *Reader) Read(pcm []int16) (int, error) {
	if len(pcm) < w.channels {
		return 0, io.ErrShortBuffer
	}
	block := w.size * w.channels
	want := int64(len(pcm) / w.channels * block)
	if w.left >= 0 {
		want = min(want, w.left/int64(block)*int64(block))
	}
	if want == 0 {
		return 0, io.EOF
	}
	if int64(cap(w.raw)) < want {
		w.raw = make([]byte, want)
	}
	n, err := io.ReadFull(w.r, w.raw[:want])
	if w.left >= 0 {
		w.left -= int64(n)
	}
	n = n / block * w.channels
	for i := range n {
		pcm[i] = w.sample(w.raw[i*w.size:])
	}
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// ReadMono is Read with the mean of the channels for each sample.
func (w *Reader) ReadMono(pcm []int16) (int, error) {
	if w.channels == 1 {
		return w.Read(pcm)
	}
	if need := len(pcm) * w.channels; len(w.wide) < need {
		w.wide = make([]int16, need)
	}
	n, err := w.Read(w.wide[:len(pcm)*w.channels])
	n /= w.channels
	for i := range n {
		var sum int
		for _, v := range w.wide[i*w.channels:][:w.channels] {
			sum += int(v)
		}
		pcm[i] = int16(sum / w.channels)
	}
	return n, err
}

// noEOF says that an end came too early.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
