package openai

import (
	"encoding/binary"
	"fmt"
	"io"

	"hotline/media/prompt"
	"hotline/media/resample"
	"hotline/tts/internal/shape"
)

// decode reads as little of r as tells the sample rate.
func decode(format string, r io.Reader) (read shape.Reader, rate int, err error) {
	if format == "pcm" {
		return samples(r), pcmRate, nil
	}
	d, err := prompt.NewMP3(r)
	if err != nil {
		return nil, 0, fmt.Errorf("what came is no MP3: %w", err)
	}
	if !resample.Supported(d.Rate()) {
		return nil, 0, fmt.Errorf("MP3 of %d Hz", d.Rate())
	}
	return d.ReadMono, d.Rate(), nil
}

// samples reads little-endian samples of 16 bits, whatever pieces they arrive in.
func samples(r io.Reader) shape.Reader {
	var buf []byte
	have := 0
	return func(pcm []int16) (int, error) {
		if need := 2 * len(pcm); len(buf) < need {
			buf = append(buf, make([]byte, need-len(buf))...)
		}
		n, err := r.Read(buf[have : 2*len(pcm)])
		have += n
		whole := have / 2
		for i := range whole {
			pcm[i] = int16(binary.LittleEndian.Uint16(buf[2*i:]))
		}
		have = copy(buf, buf[2*whole:have])
		return whole, err
	}
}
