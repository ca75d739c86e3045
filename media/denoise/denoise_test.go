package denoise

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSpeech hides tones that come and go in noise and finds the noise weaker and
// the tones as they were.
func TestSpeech(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pcm := make([]int16, 3*16000)
	on := func(i int) bool { return i/4000%3 == 1 } // a third of the time
	for i := range pcm {
		v := rnd.NormFloat64() * 300
		if on(i) {
			v += 6000 * math.Sin(2*math.Pi*440*float64(i)/16000)
		}
		pcm[i] = int16(v)
	}
	level := func(x []int16, speech bool) float64 {
		sum, n := 0.0, 0.0
		for i := 2000; i < len(x)-2000; i++ {
			if on(i) == speech && on(i-1000) == speech && on(i+1000) == speech {
				sum += float64(x[i]) * float64(x[i])
				n++
			}
		}
		return 10 * math.Log10(sum/n)
	}
	out := Speech(pcm)
	if len(out) != len(pcm) {
		t.Fatalf("%d samples of %d", len(out), len(pcm))
	}
	if less := level(pcm, false) - level(out, false); less < 8 {
		t.Errorf("noise is %.1f dB less", less)
	}
	if d := math.Abs(level(pcm, true) - level(out, true)); d > .5 {
		t.Errorf("speech changed by %.1f dB", d)
	}
}

func TestShort(t *testing.T) {
	for _, n := range []int{0, 1, size, 4 * size} {
		if got := Speech(make([]int16, n)); len(got) != n {
			t.Errorf("%d samples of %d", len(got), n)
		}
	}
	for i, v := range Speech(make([]int16, 8*size)) {
		if v != 0 {
			t.Fatalf("sample %d of silence is %d", i, v)
		}
	}
}

func BenchmarkSpeech(b *testing.B) {
	pcm := make([]int16, 5*16000)
	for i := range pcm {
		pcm[i] = int16(i * 7919)
	}
	for b.Loop() {
		Speech(pcm)
	}
}
