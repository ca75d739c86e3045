package eval

import (
	"math"
	"slices"
	"time"

	"hotline/media"
)

// Bounds of what counts as speech when a level is measured: 20 ms blocks no more
// than so many dB under the loudest.
const speechRange = 30.0

// Noisy puts a recording at media.SampleRate into noise that goes on before and
// after it for Edge. snr is the ratio, in dB, of the mean power of the
// recording's blocks of speech to the mean power of the whole noise. The noise
// is taken from the sample from on, in a circle. If the sum is louder than full
// scale, all of it is made softer.
func Noisy(pcm, noise []int16, snr float64, from int) []int16 {
	edge := int(Edge / time.Millisecond * media.SampleRate / 1000)
	gain := math.Sqrt(speechPower(pcm) / max(power(noise), 1e-9) / math.Pow(10, snr/10))
	sum := make([]float64, len(pcm)+2*edge)
	peak := 1.0
	for i := range sum {
		v := gain * float64(noise[(from+i)%len(noise)])
		if j := i - edge; j >= 0 && j < len(pcm) {
			v += float64(pcm[j])
		}
		sum[i], peak = v, max(peak, math.Abs(v))
	}
	scale := min(1, math.MaxInt16/peak)
	out := make([]int16, len(sum))
	for i, v := range sum {
		out[i] = int16(v * scale)
	}
	return out
}

func power(pcm []int16) (mean float64) {
	for _, v := range pcm {
		mean += float64(v) * float64(v) / float64(len(pcm))
	}
	return mean
}

// speechPower is the mean power of the blocks that are speech.
func speechPower(pcm []int16) float64 {
	var blocks []float64
	for b := range slices.Chunk(pcm, media.FrameSize) {
		blocks = append(blocks, power(b))
	}
	if len(blocks) == 0 {
		return 0
	}
	floor := slices.Max(blocks) / math.Pow(10, speechRange/10)
	sum, n := 0.0, 0.0
	for _, p := range blocks {
		if p >= floor {
			sum += p
			n++
		}
	}
	return sum / n
}
