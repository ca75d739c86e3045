package asr

import (
	"math"

	"hotline/media"
)

// Bounds of Level, in dB and in parts of full scale for the loudest sample.
const (
	mostGain = 40.0
	fullest  = 0.98
)

// Level appends to dst the samples as floats at the wanted level, with padding
// samples of silence on both sides. The level of speech is that of its louder
// half: pauses do not count.
func Level(dst []float32, pcm []int16, want float64, padding int) []float32 {
	const block = media.SampleRate / 50
	var peak float64
	var powers []float64
	for i := 0; i < len(pcm); i += block {
		var sum float64
		for _, v := range pcm[i:min(i+block, len(pcm))] {
			x := float64(v) / 32768
			sum += x * x
			peak = max(peak, math.Abs(x))
		}
		powers = append(powers, sum/block)
	}
	var mean, loud float64
	for _, p := range powers {
		mean += p / float64(len(powers))
	}
	n := 0.0
	for _, p := range powers {
		if p >= mean {
			loud += p
			n++
		}
	}
	gain := 1.0
	if loud > 0 {
		gain = math.Pow(10, min(want-10*math.Log10(loud/n), mostGain)/20)
		gain = min(gain, fullest/peak)
	}
	dst = append(dst, make([]float32, padding)...)
	for _, v := range pcm {
		dst = append(dst, float32(float64(v)/32768*gain))
	}
	return append(dst, make([]float32, padding)...)
}
