// Package denoise takes steady noise out of speech: a Wiener filter whose gains
// follow the speech by the decision-directed rule (Ephraim and Malah 1984). It is
// for a recogniser's second hearing, not for ears: what it leaves of the noise
// warbles.
package denoise

import (
	"math"
	"slices"
)

const (
	size   = 512 // samples of a block: 32 ms at 16 kHz
	step   = size / 2
	bins   = size/2 + 1
	smooth = .96 // of the last block in how much of this one is taken for speech
	least  = .2  // gain
	quiet  = 5   // one in so many blocks has no speech in a bin
	above  = 2   // the mean of noise over its quiet blocks
)

// Speech returns pcm with less noise. What is short, or silent, is returned as it
// is; pcm is not changed.
func Speech(pcm []int16) []int16 {
	blocks := (len(pcm) - size) / step
	if blocks < 2*quiet {
		return pcm
	}
	spectra := make([][]complex128, blocks)
	power := make([][]float64, bins)
	for b := range spectra {
		x := make([]complex128, size)
		for i := range x {
			x[i] = complex(float64(pcm[b*step+i])*window[i], 0)
		}
		transform(x)
		spectra[b] = x
		for k := range power {
			re, im := real(x[k]), imag(x[k])
			power[k] = append(power[k], re*re+im*im)
		}
	}
	var noise, last [bins]float64
	for k := range noise {
		sorted := slices.Sorted(slices.Values(power[k]))
		noise[k] = above*sorted[len(sorted)/quiet] + 1e-9
	}
	sum := make([]float64, len(pcm))
	for b, x := range spectra {
		for k := range bins {
			now := power[k][b] / noise[k]
			speech := smooth*last[k] + (1-smooth)*max(now-1, 0)
			gain := speech / (1 + speech)
			last[k] = gain * gain * now
			g := complex(max(gain, least), 0)
			x[k] *= g
			if k > 0 && k < size/2 {
				x[size-k] *= g
			}
		}
		for i := range x { // back, by the conjugate
			x[i] = complex(real(x[i]), -imag(x[i]))
		}
		transform(x)
		for i := range x {
			sum[b*step+i] += real(x[i]) / size * window[i]
		}
	}
	out := make([]int16, len(pcm))
	for i, v := range sum {
		out[i] = int16(max(math.MinInt16, min(math.MaxInt16, v)))
	}
	return out
}

// window is the root of a raised cosine: used twice, halves that overlap add up
// to one.
var window = func() (w [size]float64) {
	for i := range w {
		w[i] = math.Sin(math.Pi * (float64(i) + .5) / size)
	}
	return w
}()

var turns = func() (t [size / 2]complex128) {
	for i := range t {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / size)
		t[i] = complex(cos, sin)
	}
	return t
}()

// transform is the fast Fourier transform of size values in place.
func transform(x []complex128) {
	for i, j := 1, 0; i < size; i++ {
		bit := size >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		if j ^= bit; i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for n := 2; n <= size; n <<= 1 {
		for i := 0; i < size; i += n {
			for k := range n / 2 {
				a, b := x[i+k], x[i+k+n/2]*turns[k*(size/n)]
				x[i+k], x[i+k+n/2] = a+b, a-b
			}
		}
	}
}
