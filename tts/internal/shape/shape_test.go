package shape

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"hotline/media"
)

// tone is level dBFS for d at rate, with silence before and after.
func tone(rate int, level float64, before, d, after time.Duration) []int16 {
	n := func(d time.Duration) int { return int(d.Seconds() * float64(rate)) }
	pcm := make([]int16, n(before)+n(d)+n(after))
	a := 32768 * math.Sqrt2 * math.Pow(10, level/20)
	for i := range n(d) {
		pcm[n(before)+i] = int16(max(-32768, min(32767, a*math.Sin(2*math.Pi*440*float64(i)/float64(rate)))))
	}
	return pcm
}

func reader(pcm []int16) Reader {
	return func(b []int16) (int, error) {
		if len(pcm) == 0 {
			return 0, io.EOF
		}
		n := copy(b, pcm[:min(len(pcm), 77)]) // odd pieces
		pcm = pcm[n:]
		return n, nil
	}
}

func collect(t *testing.T, r Reader, rate int, gain float64, max int) (out []media.Frame, err error) {
	for f, e := range Frames(r, rate, gain, max, io.ErrShortBuffer) {
		if e != nil {
			return out, e
		}
		if f.At != time.Duration(len(out))*media.FrameDur {
			t.Fatalf("frame %d at %v", len(out), f.At)
		}
		out = append(out, f)
	}
	return out, nil
}

func TestTrimAndLevel(t *testing.T) {
	for _, rate := range []int{8000, 16000, 22050, 24000, 44100} {
		frames, err := collect(t, reader(tone(rate, -26, 500*time.Millisecond, time.Second, 700*time.Millisecond)), rate, 6, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(frames); n < 50 || n > 50+tail+2 {
			t.Errorf("%d Hz: %d frames of a second of sound", rate, n)
		}
		if peak := slices.Max(frames[0].PCM[:]); peak < silence {
			t.Errorf("%d Hz: the first frame is silent", rate)
		}
		if l := Level(frames); math.Abs(l-Target) > 0.5 {
			t.Errorf("%d Hz: level is %.1f dB", rate, l)
		}
	}
}

func TestPauseIsKept(t *testing.T) {
	pcm := append(tone(16000, -20, 0, time.Second, time.Second), tone(16000, -20, 0, time.Second, 0)...)
	frames, _ := collect(t, reader(pcm), 16000, 0, 1000)
	if n := len(frames); n < 150 || n > 154 {
		t.Errorf("%d frames, want 150", n)
	}
	pcm = append(tone(16000, -20, 0, time.Second, 30*time.Second), tone(16000, -20, 0, time.Second, 0)...)
	frames, _ = collect(t, reader(pcm), 16000, 0, 10000)
	if n := len(frames); n < 100+maxPause || n > 104+maxPause {
		t.Errorf("%d frames, want a pause of %d", n, maxPause)
	}
}

func TestSilenceIsNothing(t *testing.T) {
	frames, err := collect(t, reader(make([]int16, 50000)), 16000, 0, 1000)
	if len(frames) != 0 || err != nil {
		t.Errorf("%d frames, %v", len(frames), err)
	}
}

func TestLoudIsBent(t *testing.T) {
	frames, _ := collect(t, reader(tone(16000, -3.1, 0, time.Second, 0)), 16000, 20, 1000)
	var peak int16
	for _, f := range frames {
		for _, v := range f.PCM {
			peak = max(peak, v)
		}
	}
	if peak < 29000 || peak > 32700 {
		t.Errorf("peak is %d", peak)
	}
}

func TestBoundsAndErrors(t *testing.T) {
	if frames, err := collect(t, reader(tone(16000, -20, 0, time.Second, 0)), 16000, 0, 20); len(frames) != 20 || err != io.ErrShortBuffer {
		t.Errorf("%d frames, %v", len(frames), err)
	}
	broken := errors.New("broken")
	r := reader(tone(16000, -20, 0, time.Second, 0))
	frames, err := collect(t, func(b []int16) (int, error) {
		n, err := r(b)
		if err == io.EOF {
			err = broken
		}
		return n, err
	}, 16000, 0, 1000)
	if len(frames) < 49 || err != broken {
		t.Errorf("%d frames, %v", len(frames), err)
	}
}
