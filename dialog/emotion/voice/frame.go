package voice

import (
	"math"

	"hotline/media"
)

// The analysis runs at 8 kHz, all that a telephone carries.
const (
	rate   = media.SampleRate / 2
	hop    = media.FrameSize / 2  // samples of a frame at rate
	span   = 3 * hop              // samples that pitch is looked for in: 60 ms
	lowest = 65                   // Hz
	high   = 500                  // Hz
	minLag = rate / high          // 16
	maxLag = rate / lowest        // 123
	window = (span - maxLag) &^ 3 // samples that are compared at each lag
	unison = 55.0                 // Hz; pitch is kept in semitones above it
	silent = -90.0                // dBFS of digital silence
	clear  = .25                  // YIN's measure under which a frame is voiced
)

// A measure is what is kept of one frame.
type measure struct {
	level float32 // dBFS
	pitch float32 // semitones above unison; 0 is unvoiced
	tilt  float32 // see bands
	smile float32
	rough float32 // how far from periodic: 0 is a tone, 1 is noise
	bot   bool    // the bot was talking
}

// analyser measures frame after frame of one stream. It allocates nothing.
type analyser struct {
	past [16]float32 // of the input, for the half-band filter
	buf  [span]float32
	diff [maxLag + 1]float32
	dc   float32
}

// half is a half-band low pass (Hamming window, 15 taps): the odd taps around
// the centre; the others are zero but the centre, which is a half.
var half = func() (h [4]float32) {
	for i := range h {
		n := float64(2*i + 1)
		h[i] = float32(math.Sin(math.Pi*n/2) / (math.Pi * n) * (.54 + .46*math.Cos(math.Pi*n/8)))
	}
	return
}()

func (a *analyser) measure(pcm *[media.FrameSize]int16) (m measure) {
	copy(a.buf[:], a.buf[hop:])
	out := a.buf[span-hop:]
	var in [16 + media.FrameSize]float32
	copy(in[:], a.past[:])
	for i, v := range pcm {
		in[16+i] = float32(v) / 32768
	}
	copy(a.past[:], in[media.FrameSize:])
	var energy float32
	for i := range out {
		at := 2*i + 8 // centre: 8 samples late
		v := in[at] / 2
		for k, c := range half {
			v += c * (in[at-2*k-1] + in[at+2*k+1])
		}
		a.dc += .02 * (v - a.dc) // a high pass at about 25 Hz
		v -= a.dc
		out[i] = v
		energy += v * v
	}
	m.level = decibel(energy / hop)
	if m.level > -65 {
		if m.pitch, m.rough = a.pitch(); m.pitch > 0 {
			m.tilt, m.smile = bands((*[points]float32)(a.buf[(span-points)/2:]))
		}
	}
	return m
}

func decibel(power float32) float32 {
	if power < 1e-9 {
		return silent
	}
	return float32(10 * math.Log10(float64(power)))
}

// pitch is YIN (de Cheveigné and Kawahara 2002), steps 2 to 5: the first lag
// at which the signal is nearly like itself, which a missing fundamental, as a
// telephone's, does not disturb. It returns semitones above unison, or 0, and how
// unlike itself the signal is at its best.
func (a *analyser) pitch() (semitones, rough float32) {
	x := a.buf[:window]
	sum := float32(0)
	best := 0
	for lag := 1; lag <= maxLag; lag++ {
		y := a.buf[lag : lag+window]
		d := float32(0)
		for i, v := range x {
			e := v - y[i]
			d += e * e
		}
		sum += d
		if sum <= 0 {
			return 0, 0
		}
		a.diff[lag] = d * float32(lag) / sum
		if lag == minLag || lag > minLag && a.diff[lag] < rough {
			rough = a.diff[lag]
		}
		if best > 0 {
			if a.diff[lag] < a.diff[best] {
				best = lag
			} else if lag > best+3 {
				break
			}
		} else if lag >= minLag && a.diff[lag] < clear {
			best = lag
		}
	}
	if best == 0 {
		return 0, rough
	}
	at := float64(best)
	if best > 1 && best < maxLag {
		l, c, r := float64(a.diff[best-1]), float64(a.diff[best]), float64(a.diff[best+1])
		if den := l - 2*c + r; den > 0 {
			at += math.Max(-.5, math.Min(.5, .5*(l-r)/den))
		}
	}
	return float32(12 * math.Log2(rate/at/unison)), rough
}
