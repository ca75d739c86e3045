package asr

import (
	"math"
	"testing"
)

func TestLevel(t *testing.T) {
	pcm := make([]int16, 16000)
	for i := range pcm[:8000] { // half of it speech, 40 dB down
		pcm[i] = int16(300 * math.Sin(float64(i)/5))
	}
	out := Level(nil, pcm, -22.0, 100)
	if len(out) != 16200 || out[0] != 0 || out[16199] != 0 {
		t.Fatalf("%d samples", len(out))
	}
	var sum float64
	for _, v := range out[100:8100] {
		sum += float64(v) * float64(v)
	}
	if got := 10 * math.Log10(sum/8000); math.Abs(got+22) > 0.5 {
		t.Errorf("level %.1f dB, wanted %.1f", got, -22.0)
	}
	// A click does not overload.
	pcm[9000] = 32767
	for _, v := range Level(nil, pcm, 0, 0) {
		if v > 1 || v < -1 {
			t.Fatalf("sample %v", v)
		}
	}
	for _, v := range Level(nil, make([]int16, 100), -22, 0) {
		if v != 0 {
			t.Fatal("silence has a level")
		}
	}
}
