package resample

import (
	"math"
	"sync"
)

// A filter is a low-pass at up times the input rate, taken apart into its
// phases. Output k is the inner product of phase k*down%up with the input
// around k*down/up.
type filter struct {
	up, down int
	taps     int // input samples that an output depends on
	delay    int // in output samples
	phases   []phase
}

// A phase is the run of coefficients between its first and last that are not
// zero, the oldest input first.
type phase struct {
	skip int
	coef []float32
}

const (
	stopband   = 80.0 // attenuation, dB
	transition = 0.15 // width, as a share of the lower Nyquist frequency
)

var filters sync.Map // [2]int{up, down} -> *filter, only for ratios of ordinary rates

func filterFor(from, to int) *filter {
	g := gcd(from, to)
	up, down := to/g, from/g
	if f, ok := filters.Load([2]int{up, down}); ok {
		return f.(*filter)
	}
	f := design(up, down)
	if up <= 640 { // 11025 Hz to 16 kHz; rarer ratios have filters of megabytes
		filters.Store([2]int{up, down}, f)
	}
	return f
}

// design makes a Kaiser-windowed sinc (Oppenheim and Schafer, Discrete-Time
// Signal Processing, section 7.5.3). Its stop band begins at the lower of the
// two Nyquist frequencies, so nothing folds back. Between 8 and 16 kHz it is a
// half-band filter instead, centred on 4 kHz: a quarter of the work for
// telephone audio, which has next to nothing up there.
func design(up, down int) *filter {
	// Frequencies are in cycles per input sample.
	nyquist := 0.5 * min(1, float64(up)/float64(down))
	width := transition * nyquist
	cutoff := nyquist - width/2
	if up*down == 2 {
		width, cutoff = 2*width, nyquist
	}
	beta := 0.1102 * (stopband - 8.7)
	half := int(math.Ceil((stopband - 8) / (2.285 * 2 * math.Pi * width) / 2)) // input samples each side
	f := &filter{up: up, down: down, taps: 2 * half, phases: make([]phase, up)}
	f.delay = half * up / down
	for p := range f.phases {
		// The newest input is at time 0; this output lies half input samples
		// and p/up later than the sample it is centred on.
		c := make([]float64, f.taps)
		var sum float64
		for i := range c {
			t := float64(f.taps-1-i) - float64(half) + float64(p)/float64(up)
			if x := t / float64(half); math.Abs(x) < 1 {
				c[i] = 2 * cutoff * sinc(2*cutoff*t) * bessel(beta*math.Sqrt(1-x*x)) / bessel(beta)
			}
			if math.Abs(c[i]) < 1e-9 {
				c[i] = 0
			}
			sum += c[i]
		}
		first, last := 0, len(c)-1
		for c[first] == 0 {
			first++
		}
		for c[last] == 0 {
			last--
		}
		ph := phase{first, make([]float32, 0, last-first+1)}
		for _, v := range c[first : last+1] {
			ph.coef = append(ph.coef, float32(v/sum)) // each phase passes a constant unchanged: no whistle at the input rate
		}
		f.phases[p] = ph
	}
	return f
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel is I0, the modified Bessel function of the first kind.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
