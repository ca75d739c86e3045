package eval

import (
	"math"
	"math/rand/v2"
	"testing"

	"hotline/media"
)

// TestNoisy measures the ratio that it asked for: pauses of the speech do not
// count.
func TestNoisy(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	noise := make([]int16, 5*media.SampleRate)
	for i := range noise {
		noise[i] = int16(rnd.NormFloat64() * 1000)
	}
	pcm := make([]int16, 2*media.SampleRate)
	for i := range media.SampleRate {
		pcm[i] = int16(4000 * math.Sin(float64(i)/5))
	}
	for _, snr := range []float64{0, 6, 24} {
		out := Noisy(pcm, noise, snr, 12345)
		edge := (len(out) - len(pcm)) / 2
		if edge != media.SampleRate/2 {
			t.Fatalf("%d samples of %d", len(out), len(pcm))
		}
		still := power(out[edge+media.SampleRate:]) // noise alone
		if got := 10 * math.Log10(power(pcm[:media.SampleRate])/still); math.Abs(got-snr) > .5 {
			t.Errorf("%.1f dB, wanted %.1f", got, snr)
		}
	}
	for i := range pcm {
		pcm[i] = 32767
	}
	for _, v := range Noisy(pcm, noise, -6, 0) { // softer, not clipped
		if v == math.MinInt16 {
			t.Fatal("overloaded")
		}
	}
}
