// Package resample changes the sample rate of a stream of mono 16-bit PCM.
//
// A Resampler is a polyphase windowed-sinc filter for one rational ratio. It
// keeps the end of what it has read, so a stream may be cut into blocks of any
// length and comes out the same, without a click at the edges. It is used by
// one goroutine at a time, never blocks, and does not allocate as long as dst
// has room. Filters are computed once for each ratio and shared.
//
// The output lags the input by Delay samples, about 2 ms: a Resampler gives an
// answer at once and never holds samples back. For a whole recording, All
// removes the lag.
package resample

import "fmt"

// MinRate and MaxRate bound the sample rates that New takes, in Hz.
const (
	MinRate = 4000
	MaxRate = 192000
)

// Supported reports whether New takes rate, in Hz. Ask it about rates that come
// from a file or from the network.
func Supported(rate int) bool { return rate >= MinRate && rate <= MaxRate }

// A Resampler converts one stream.
type Resampler struct {
	f    *filter   // nil: the rates are equal
	pos  int       // phase of the next output: 0 to f.up-1, plus f.up for each input sample to skip
	hist int       // samples of buf that are history: f.taps-1
	buf  []float32 // history, then room for a block
}

// New returns a Resampler from one rate to another, in Hz. It panics if a rate
// is not Supported.
func New(from, to int) *Resampler {
	if !Supported(from) || !Supported(to) {
		panic(fmt.Sprintf("resample: %d Hz to %d Hz is not supported", from, to))
	}
	r := new(Resampler)
	if from != to {
		r.f = filterFor(from, to)
		r.hist = r.f.taps - 1
		r.buf = make([]float32, r.hist+512)
	}
	return r
}

// Process appends the samples that src yields to dst and returns it. After n
// samples in all, the ceiling of n*to/from have been returned: 160 samples at 8
// kHz always give 320 at 16 kHz.
func (r *Resampler) Process(dst, src []int16) []int16 {
	if r.f == nil {
		return append(dst, src...)
	}
	for len(src) > 0 {
		n := min(len(src), len(r.buf)-r.hist)
		for i, v := range src[:n] {
			r.buf[r.hist+i] = float32(v)
		}
		src = src[n:]
		dst = r.block(dst, n)
		copy(r.buf[:r.hist], r.buf[n:n+r.hist])
	}
	return dst
}

// block filters the n samples behind the history.
func (r *Resampler) block(dst []int16, n int) []int16 {
	f := r.f
	at, phase := r.pos/f.up, r.pos%f.up
	for at < n {
		p := &f.phases[phase]
		y := dot(p.coef, r.buf[at+p.skip:])
		dst = append(dst, clip(y))
		phase += f.down
		at += phase / f.up
		phase %= f.up
	}
	r.pos = (at-n)*f.up + phase
	return dst
}

// Delay is how many output samples the output lags behind the input.
func (r *Resampler) Delay() int {
	if r.f == nil {
		return 0
	}
	return r.f.delay
}

// Flush appends the Delay samples that are still inside to dst, and forgets the
// stream: the next Process begins a new one.
func (r *Resampler) Flush(dst []int16) []int16 {
	if r.f == nil {
		return dst
	}
	want := len(dst) + r.f.delay
	var zero [64]int16
	for len(dst) < want {
		dst = r.Process(dst, zero[:])
	}
	r.Reset()
	return dst[:want]
}

// Reset forgets the stream.
func (r *Resampler) Reset() {
	r.pos = 0
	clear(r.buf)
}

// All converts a whole recording. The result has the ceiling of
// len(src)*to/from samples and no lag.
func All(src []int16, from, to int) []int16 {
	r := New(from, to)
	dst := make([]int16, 0, len(src)*to/from+r.Delay()+64)
	dst = r.Process(dst, src)
	return r.Flush(dst)[r.Delay():]
}

func clip(y float32) int16 {
	switch {
	case y >= 32767:
		return 32767
	case y <= -32768:
		return -32768
	case y < 0:
		return int16(y - 0.5)
	}
	return int16(y + 0.5)
}

// dot is the inner product of c and the first len(c) samples of x. Four sums
// let the processor overlap the additions.
func dot(c, x []float32) float32 {
	x = x[:len(c)]
	var a, b, d, e float32
	for len(c) >= 4 && len(x) >= 4 {
		a += c[0] * x[0]
		b += c[1] * x[1]
		d += c[2] * x[2]
		e += c[3] * x[3]
		c, x = c[4:], x[4:]
	}
	for i := range c {
		a += c[i] * x[i]
	}
	return a + b + d + e
}
