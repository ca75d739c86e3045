// Compose writes the hold music of hotline: eight bars at 96 beats a minute,
// which is 20 seconds, of a softly struck electric piano over a pad. The end
// flows into the beginning, since notes that ring beyond it ring on in the first
// bar. It is the same with every run.
package main

import (
	"fmt"
	"math"
	"math/cmplx"
	"os"

	"hotline/media/wav"
)

const (
	rate = 16000
	beat = rate * 60 / 96
	bar  = 4 * beat
)

// A chord is a bar: its bass, and the notes that are broken above it, as MIDI
// note numbers.
type chord struct {
	bass  int
	notes [4]int
}

var bars = []chord{
	{48, [4]int{64, 67, 71, 74}}, // C maj9
	{45, [4]int{64, 67, 72, 76}}, // A m7
	{50, [4]int{62, 65, 69, 72}}, // D m7
	{43, [4]int{62, 65, 69, 71}}, // G 9
	{52, [4]int{62, 67, 71, 74}}, // E m7
	{45, [4]int{64, 67, 71, 72}}, // A m9
	{53, [4]int{64, 67, 69, 72}}, // F maj9
	{43, [4]int{62, 65, 67, 72}}, // G 7sus4
}

// A note of the melody begins at a half beat of the whole piece.
type note struct{ at, pitch int }

var melody = []note{
	{1, 79}, {4, 76}, {6, 74},
	{9, 72}, {12, 76}, {15, 79},
	{17, 81}, {20, 77}, {22, 76},
	{25, 74}, {28, 71}, {30, 74},
	{33, 79}, {36, 83}, {38, 79},
	{41, 76}, {44, 72}, {47, 74},
	{49, 76}, {52, 81}, {54, 79},
	{57, 77}, {60, 74}, {62, 72},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: compose FILE.wav")
		os.Exit(2)
	}
	if err := wav.WriteFile(os.Args[1], rate, 1, compose()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compose() []int16 {
	mix := make([]float64, len(bars)*bar)
	broken := [8]int{0, 1, 2, 3, 2, 1, 3, 2} // the order of a chord's notes, in half beats
	for i, c := range bars {
		at := i * bar
		strike(mix, at, c.bass, 0.5, 1.2)
		strike(mix, at+2*beat, c.bass+7, 0.3, 0.8)
		for j, k := range broken {
			strike(mix, at+j*beat/2, c.notes[k], 0.22, 0.6)
		}
		for _, n := range c.notes {
			swell(mix, at, n-12, 0.05)
		}
	}
	for _, n := range melody {
		strike(mix, n.at*beat/2, n.pitch, 0.4, 0.9)
	}
	var peak float64
	for _, v := range mix {
		peak = max(peak, math.Abs(v))
	}
	pcm := make([]int16, len(mix))
	for i, v := range mix {
		pcm[i] = int16(math.Round(v / peak * 24000))
	}
	return pcm
}

func hertz(pitch int) float64 { return 440 * math.Pow(2, float64(pitch-69)/12) }

// strike adds a note that dies away by a factor of e in decay seconds, its
// overtones sooner.
func strike(mix []float64, at, pitch int, loud, decay float64) {
	const attack = 0.006 * rate
	shares := [...]float64{1, 0.35, 0.12, 0.05}
	var tone, turn [len(shares)]complex128 // a pointer each, turned and shortened with every sample
	for k, share := range shares {
		n := float64(k + 1)
		tone[k] = complex(share*loud, 0)
		turn[k] = cmplx.Exp(complex(-n/decay, 2*math.Pi*n*hertz(pitch)) / rate)
	}
	for i := range int(5 * decay * rate) {
		var v float64
		for k := range tone {
			v += imag(tone[k])
			tone[k] *= turn[k]
		}
		mix[(at+i)%len(mix)] += v * min(1, float64(i)/attack)
	}
}

// swell adds a note that comes and goes over a bar and a half, slightly out of
// tune with itself.
func swell(mix []float64, at, pitch int, loud float64) {
	const n = bar * 3 / 2
	for i := range n {
		t, x := float64(i)/rate, math.Sin(math.Pi*float64(i)/n)
		v := math.Sin(2*math.Pi*hertz(pitch)*1.0015*t) + math.Sin(2*math.Pi*hertz(pitch)*0.9985*t)
		v += 0.3 * math.Sin(4*math.Pi*hertz(pitch)*t)
		mix[(at+i)%len(mix)] += v * loud * x * x
	}
}
