// Package mediatest says tones into audio paths and finds them again, and
// makes networks bad on purpose. Every path that carries audio is tested with
// a tone each way:
//
//	ear := mediatest.NewEar()
//	go stream.Run(ctx, ear, &mediatest.Tone{Hz: 440})
//	...
//	if err := ear.Wait(ctx, 1000, 300*time.Millisecond); err != nil {
//		t.Fatal(err) // says what was heard in its place
//	}
package mediatest

import (
	"math"
	"time"

	"hotline/media"
	"hotline/media/resample"
)

// A Tone is a media.Source of a sine wave. It is used by one goroutine.
type Tone struct {
	Hz     float64
	Level  float64 // RMS in dB under full scale; 0 is -20
	Frames int     // how many frames it lasts; 0 is for ever
	n      int
}

// ReadFrame implements media.Source.
func (t *Tone) ReadFrame() (media.Frame, bool) {
	if t.Frames > 0 && t.n >= t.Frames {
		return media.Frame{}, false
	}
	amp := amplitude(t.Level)
	f := media.Frame{At: media.FrameDur * time.Duration(t.n)}
	for i := range f.PCM {
		at := float64(t.n*media.FrameSize+i) / media.SampleRate
		f.PCM[i] = int16(math.Round(amp * math.Sin(2*math.Pi*t.Hz*at)))
	}
	t.n++
	return f, true
}

func amplitude(level float64) float64 {
	if level == 0 {
		level = -20
	}
	return 32768 * math.Sqrt2 * math.Pow(10, level/20)
}

// A Clip is a media.Source of given frames, once.
type Clip []media.Frame

// ReadFrame implements media.Source.
func (c *Clip) ReadFrame() (media.Frame, bool) {
	if len(*c) == 0 {
		return media.Frame{}, false
	}
	f := (*c)[0]
	*c = (*c)[1:]
	return f, true
}

// Frames cuts PCM of any supported rate into frames; the last is filled with
// silence. At counts from 0.
func Frames(pcm []int16, rate int) []media.Frame {
	pcm = resample.All(pcm, rate, media.SampleRate)
	var fs []media.Frame
	for len(pcm) > 0 {
		f := media.Frame{At: media.FrameDur * time.Duration(len(fs))}
		pcm = pcm[copy(f.PCM[:], pcm):]
		fs = append(fs, f)
	}
	return fs
}
