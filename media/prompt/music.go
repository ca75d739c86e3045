package prompt

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"

	"hotline/media"
	"hotline/media/resample"
)

//go:generate go run ./compose music.wav

//go:embed music.wav
var composed []byte

// musicLevel is quieter than speech: it is listened to for long.
const musicLevel = Level / 2

// Music is a piece that is played over and over to those who wait. It is decoded
// once and shared by all calls, read only. Its end runs into its beginning
// without a gap, in mid-frame if need be. (An MP3 has some hundredths of a second
// of silence at both ends, which its encoder put there; a WAV has not.)
type Music struct{ pcm []int16 }

// HoldMusic is the piece that hotline brings along: twenty seconds, composed by
// the program in the folder compose.
var HoldMusic = sync.OnceValue(func() *Music {
	m, err := loadMusic(bytes.NewReader(composed))
	if err != nil {
		panic(err) // a broken build
	}
	return m
})

// LoadMusic reads a piece from a WAV or MP3 file, all of it: ten minutes, which
// is the most it takes, are 19 MB.
func LoadMusic(path string) (*Music, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	defer f.Close()
	m, err := loadMusic(f)
	if err != nil {
		return nil, fmt.Errorf("prompt: %s: %w", path, err)
	}
	return m, nil
}

func loadMusic(r io.Reader) (*Music, error) {
	dec, err := open(r)
	if err != nil {
		return nil, err
	}
	var pcm []int16
	block, limit := make([]int16, 4096), int(MaxLength.Seconds())*dec.Rate()
	for err == nil {
		var n int
		n, err = dec.ReadMono(block)
		if pcm = append(pcm, block[:n]...); len(pcm) > limit {
			return nil, fmt.Errorf("longer than %v", MaxLength)
		}
	}
	if err != io.EOF {
		return nil, err
	}
	if len(pcm) < dec.Rate() {
		return nil, errors.New("less than a second of music")
	}
	pcm = resample.All(pcm, dec.Rate(), media.SampleRate)
	var power, peak float64
	for _, v := range pcm {
		power += float64(v) * float64(v)
		peak = max(peak, math.Abs(float64(v)))
	}
	if peak == 0 {
		return nil, errors.New("nothing but silence")
	}
	gain := min(maxPeak/peak, musicLevel/math.Sqrt(power/float64(len(pcm))))
	for i, v := range pcm {
		pcm[i] = int16(math.Round(float64(v) * gain))
	}
	return &Music{pcm}, nil
}

// Length is how long the piece is until it begins again.
func (m *Music) Length() time.Duration {
	return time.Duration(len(m.pcm)) * time.Second / media.SampleRate
}

// Play returns a Source that begins at the beginning and never ends. Each
// listener needs its own.
func (m *Music) Play() media.Source { return &playing{pcm: m.pcm} }

type playing struct {
	pcm []int16
	pos int
	at  time.Duration
}

func (p *playing) ReadFrame() (media.Frame, bool) {
	f := media.Frame{At: p.at}
	p.at += media.FrameDur
	for rest := f.PCM[:]; len(rest) > 0; {
		n := copy(rest, p.pcm[p.pos:])
		rest, p.pos = rest[n:], (p.pos+n)%len(p.pcm)
	}
	return f, true
}
