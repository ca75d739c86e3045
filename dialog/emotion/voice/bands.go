package voice

import "math"

const points = 256 // of the spectrum: 32 ms, bins of 31 Hz

var window256, cosine, sine = func() (w [points]float32, c, s [points / 2]float32) {
	for i := range w {
		w[i] = float32(.5 - .5*math.Cos(2*math.Pi*float64(i)/points))
	}
	for i := range c {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / points)
		c[i], s[i] = float32(cos), float32(sin)
	}
	return
}()

// bands measures the spectrum of x in dB.
//
// tilt is what is over 1 kHz against what is below: effort.
//
// smile is the region of the second formant (1.4 to 2.2 kHz) against its
// neighbours: the first (570 Hz to 1 kHz) and what is over 2.5 kHz.
// Spread lips raise the second formant (Tartter 1980), an open jaw and a pressed
// voice the neighbours: it tells a cheerful loud voice from an angry one. Levels are
// means over bands as wide as critical ones (Zwicker 1961), so that one harmonic does
// not decide.
func bands(x *[points]float32) (tilt, smile float32) {
	var re, im [points]float32
	for i, v := range x { // in bit-reversed order
		r := reverse(i)
		re[r] = v * window256[i]
	}
	for size := 2; size <= points; size *= 2 {
		step := points / size
		for at := 0; at < points; at += size {
			for k := range size / 2 {
				i, j := at+k, at+k+size/2
				c, s := cosine[k*step], sine[k*step]
				a, b := re[j]*c-im[j]*s, re[j]*s+im[j]*c
				re[j], im[j] = re[i]-a, im[i]-b
				re[i], im[i] = re[i]+a, im[i]+b
			}
		}
	}
	least := float32(1e-9) // a band that the line does not carry is not lower than this
	for k := range points / 2 {
		least += 1e-5 * (re[k]*re[k] + im[k]*im[k])
	}
	power := func(from, to int) float32 { // Hz; a bin on an edge counts by its share
		sum := least
		first, last := float32(from)*points/rate, float32(to)*points/rate
		for k := int(first + .5); float32(k)-.5 < last; k++ {
			share := min(float32(k)+.5, last) - max(float32(k)-.5, first)
			sum += share * (re[k]*re[k] + im[k]*im[k])
		}
		return float32(10 * math.Log10(float64(sum)))
	}
	level := func(edges ...int) float32 {
		sum := float32(0)
		for i := 1; i < len(edges); i++ {
			sum += power(edges[i-1], edges[i])
		}
		return sum / float32(len(edges)-1)
	}
	jaw := level(570, 700, 840, 1000)
	lips := level(1370, 1600, 1850, 2150)
	press := level(2500, 2900, 3400)
	return power(1000, 3600) - power(150, 1000), lips - (jaw+press)/2
}

func reverse(i int) int {
	i = i&0xf0>>4 | i&0x0f<<4
	i = i&0xcc>>2 | i&0x33<<2
	return i&0xaa>>1 | i&0x55<<1
}
