package vad

import (
	"math"

	"hotline/media"
)

// The rows and columns of the keypad (ITU-T Q.23), as Goertzel coefficients.
var rows, columns = coefficients(697, 770, 852, 941), coefficients(1209, 1336, 1477, 1633)

func coefficients(hz ...float64) (c [4]float64) {
	for i, f := range hz {
		c[i] = 2 * math.Cos(2*math.Pi*f/media.SampleRate)
	}
	return c
}

// isKey tells whether f is a DTMF tone pair: nearly all its energy is in one row
// and one column, neither far louder than the other. Speech is richer.
func isKey(f *media.Frame) bool {
	var total float64
	for _, v := range f.PCM {
		total += float64(v) * float64(v)
	}
	if total == 0 {
		return false
	}
	row, column := loudest(f, rows), loudest(f, columns)
	const twist = 6 // in power: 8 dB, what Q.24 has receivers accept
	return (row+column)/total > 0.8 && row < twist*column && column < twist*row
}

// loudest is the energy of f in the strongest of four tones.
func loudest(f *media.Frame, c [4]float64) float64 {
	var s1, s2 [4]float64
	for _, v := range f.PCM {
		x := float64(v)
		for i := range s1 {
			s1[i], s2[i] = x+c[i]*s1[i]-s2[i], s1[i]
		}
	}
	best := 0.0
	for i := range s1 {
		// A tone of energy E over N samples gives N/2 times E.
		best = max(best, (s1[i]*s1[i]+s2[i]*s2[i]-c[i]*s1[i]*s2[i])*2/media.FrameSize)
	}
	return best
}
