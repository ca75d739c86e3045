// Package shape turns what an engine gives, samples of any rate and level with
// silence around them, into what tts promises: frames at the common level that
// begin and end with the speech.
package shape

import (
	"io"
	"iter"
	"math"

	"hotline/media"
	"hotline/media/resample"
)

// Target is the level of speech that engines set their gain for: the root mean
// square of the frames that carry sound, in dB below full scale. Recordings of
// telephone speech lie around it (ITU-T P.56 asks for -26 dBov measured over
// active speech; prompts are mixed a little louder than callers speak).
const Target = -20.0

const (
	silence  = 130 // peak of a frame, of 32767, below which there is no sound in it: -48 dB
	tail     = 2   // frames kept after the last; none before the first, a caller waits for it
	maxPause = 100 // frames of silence kept inside of speech
	knee     = 0.8 // of full scale; above it, peaks are bent instead of cut
)

// A Shaper works on one stream.
type Shaper struct {
	rs      *resample.Resampler
	gain    float32
	pcm     []int16 // resampled, less than a frame of it left over
	quiet   []media.Frame
	started bool
	next    media.Frame // only its At is kept
}

// New takes samples at rate, which must be resample.Supported, and changes their
// level by gain dB.
func New(rate int, gain float64) *Shaper {
	return &Shaper{rs: resample.New(rate, media.SampleRate), gain: float32(math.Pow(10, gain/20))}
}

// Write yields the frames that pcm completes. It reports false if yield did.
func (s *Shaper) Write(pcm []int16, yield func(media.Frame, error) bool) bool {
	s.pcm = s.rs.Process(s.pcm, pcm)
	n := 0
	for ; len(s.pcm)-n >= media.FrameSize; n += media.FrameSize {
		if !s.frame(s.pcm[n:], yield) {
			return false
		}
	}
	s.pcm = append(s.pcm[:0], s.pcm[n:]...)
	return true
}

// Finish yields what is left.
func (s *Shaper) Finish(yield func(media.Frame, error) bool) bool {
	s.pcm = s.rs.Flush(s.pcm)
	for len(s.pcm)%media.FrameSize != 0 {
		s.pcm = append(s.pcm, 0)
	}
	if !s.Write(nil, yield) || !s.started {
		return false
	}
	s.quiet = s.quiet[:min(len(s.quiet), tail)]
	return s.release(yield)
}

// frame judges one frame: silence is held back until there is sound after it.
func (s *Shaper) frame(pcm []int16, yield func(media.Frame, error) bool) bool {
	var f media.Frame
	peak := int16(0)
	for i := range f.PCM {
		v := bend(float32(pcm[i]) * s.gain)
		f.PCM[i] = v
		peak = max(peak, v, -v)
	}
	if peak < silence {
		switch {
		case !s.started:
			return true
		case len(s.quiet) == maxPause:
			return true
		}
		s.quiet = append(s.quiet, f)
		return true
	}
	s.started = true
	return s.release(yield) && s.send(f, yield)
}

func (s *Shaper) release(yield func(media.Frame, error) bool) bool {
	for _, f := range s.quiet {
		if !s.send(f, yield) {
			return false
		}
	}
	s.quiet = s.quiet[:0]
	return true
}

func (s *Shaper) send(f media.Frame, yield func(media.Frame, error) bool) bool {
	f.At = s.next.At
	s.next.At += media.FrameDur
	return yield(f, nil)
}

// bend limits a sample: straight up to the knee, then ever closer to full scale.
func bend(v float32) int16 {
	const full, from = 32767, knee * 32767
	a := v
	if v < 0 {
		a = -v
	}
	if a > from {
		x := (a - from) / (full - from)
		a = from + (full-from)*x/(1+x)
	}
	if v < 0 {
		return int16(-a)
	}
	return int16(a)
}

// A Reader gives samples of one channel: wav.Reader's ReadMono. It returns
// io.EOF with or after the last.
type Reader func(pcm []int16) (int, error)

// Frames shapes what r gives. After MaxFrames it yields tooLong instead of
// more. An error of r comes after the frames before it.
func Frames(r Reader, rate int, gain float64, maxFrames int, tooLong error) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		s := New(rate, gain)
		buf := make([]int16, rate/50)
		left := maxFrames
		bounded := func(f media.Frame, err error) bool {
			if left--; left < 0 {
				yield(media.Frame{}, tooLong)
				return false
			}
			return yield(f, err)
		}
		for {
			n, err := r(buf)
			if !s.Write(buf[:n], bounded) {
				return
			}
			switch {
			case err == io.EOF:
				s.Finish(bounded)
				return
			case err != nil:
				yield(media.Frame{}, err)
				return
			}
		}
	}
}

// Level is the root mean square of the frames that carry sound, in dB of full
// scale: what Target is about. It is -Inf for silence.
func Level(frames []media.Frame) float64 {
	var sum float64
	n := 0
	for i := range frames {
		var e float64
		for _, v := range frames[i].PCM {
			e += float64(v) * float64(v)
		}
		if e /= media.FrameSize; e > 330*330 { // -40 dB: within words
			sum += e
			n++
		}
	}
	if n == 0 {
		return math.Inf(-1)
	}
	return 10 * math.Log10(sum/float64(n)/(32768*32768))
}
