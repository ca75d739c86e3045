package openai

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/hajimehoshi/go-mp3"

	"hotline/media/resample"
	"hotline/tts/internal/shape"
)

// decode reads as little of r as tells the sample rate.
func decode(format string, r io.Reader) (read shape.Reader, rate int, err error) {
	if format == "pcm" {
		return samples(r, 1), pcmRate, nil
	}
	d, err := mp3.NewDecoder(r)
	if err != nil {
		return nil, 0, fmt.Errorf("what came is no MP3: %w", err)
	}
	if !resample.Supported(d.SampleRate()) {
		return nil, 0, fmt.Errorf("MP3 of %d Hz", d.SampleRate())
	}
	return samples(d, 2), d.SampleRate(), nil // the decoder makes stereo of everything
}

// samples reads little-endian samples of 16 bits, the mean of the channels,
// whatever pieces they arrive in.
func samples(r io.Reader, channels int) shape.Reader {
	block := 2 * channels
	var buf []byte
	have := 0
	return func(pcm []int16) (int, error) {
		if need := len(pcm) * block; len(buf) < need {
			buf = append(buf, make([]byte, need-len(buf))...)
		}
		n, err := r.Read(buf[have : len(pcm)*block])
		have += n
		whole := have / block
		for i := range whole {
			sum := 0
			for c := range channels {
				sum += int(int16(binary.LittleEndian.Uint16(buf[i*block+2*c:])))
			}
			pcm[i] = int16(sum / channels)
		}
		have = copy(buf, buf[whole*block:have])
		return whole, err
	}
}
