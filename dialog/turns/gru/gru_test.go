package gru

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// TestGradient compares the gradient of a weight of each kind with what the
// loss does when the weight moves.
func TestGradient(t *testing.T) {
	words := [][]uint32{{1, 2}, {3}, {2, 4}, {5}}
	want, weight := []float32{0, 0, 1, 1}, []float32{1, 0, .5, 1}
	const eps = 1e-3
	at := func(i int, by float32) float64 {
		l := NewLearner(8, 0, 3)
		floats(&l.d)[i] += by
		l.turn()
		return l.Learn(words, want, weight)
	}
	l := NewLearner(8, 0, 3)
	l.Learn(words, want, weight)
	g := floats(&l.g)
	for i := 0; i < len(g); i += 97 {
		num := (at(i, eps) - at(i, -eps)) / (2 * eps)
		if math.Abs(num-float64(g[i])) > 2e-3+.02*math.Abs(num) {
			t.Errorf("weight %d: %v, numerically %v", i, g[i], num)
		}
	}
	row := func(k, i int, by float32) float64 {
		l := NewLearner(8, 0, 3)
		l.words[k*In+i] += by
		return l.Learn(words, want, weight)
	}
	for k, p := range l.gw {
		num := (row(int(k), 5, eps) - row(int(k), 5, -eps)) / (2 * eps)
		if math.Abs(num-float64(p[5])) > 2e-3+.02*math.Abs(num) {
			t.Errorf("vector %d: %v, numerically %v", k, p[5], num)
		}
	}
}

// TestLearns: a net learns that an utterance ends with its second odd word, and
// survives being written and read.
func TestLearns(t *testing.T) {
	l := NewLearner(16, .01, 1)
	rng := rand.New(rand.NewPCG(1, 2))
	utterance := func() (words [][]uint32) {
		for odd := 0; odd < 2; {
			w := rng.Uint32N(16)
			odd += int(w % 2)
			words = append(words, []uint32{w})
		}
		return words
	}
	for range 1500 {
		u := utterance()
		want, weight := make([]float32, len(u)), make([]float32, len(u))
		for i := range u {
			weight[i] = 1
		}
		want[len(u)-1] = 1
		l.Learn(u, want, weight)
	}
	var b bytes.Buffer
	if _, err := l.Net().WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(b.Bytes()[:b.Len()-1])); err == nil {
		t.Error("a net that is cut short was read")
	}
	n, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for range 200 {
		var s State
		u := utterance()
		for i, w := range u {
			if (n.Read(&s, w) > 0) != (i == len(u)-1) {
				wrong++
			}
		}
	}
	if wrong > 10 {
		t.Errorf("wrong at %d words of 200 utterances", wrong)
	}
	var s, e State
	if z, easy := n.Read(&s, []uint32{1}), n.Easier(2).Read(&e, []uint32{1}); math.Abs(easy-z-2) > 1e-5 {
		t.Errorf("easier by 2 is %v, was %v", easy, z)
	}
	if a := testing.AllocsPerRun(100, func() { n.Read(&s, []uint32{1, 2}) }); a > 0 {
		t.Errorf("%v allocations", a)
	}
}

func BenchmarkLearn(b *testing.B) {
	l := NewLearner(4096, .001, 1)
	var words [][]uint32
	var want, weight []float32
	for i := range 20 {
		words = append(words, []uint32{uint32(i * 7), uint32(i * 31), uint32(i * 91)})
		want, weight = append(want, 0), append(weight, .05)
	}
	for b.Loop() {
		l.Learn(words, want, weight)
	}
}

func BenchmarkRead(b *testing.B) {
	n := NewLearner(4096, .001, 1).Net()
	var s State
	f := []uint32{1, 2, 3, 4}
	for b.Loop() {
		n.Read(&s, f)
	}
}

func TestExp(t *testing.T) {
	for x := float32(-29); x < 29; x += .037 {
		if got, want := float64(exp(x)), math.Exp(float64(x)); math.Abs(got-want) > 3e-6*want {
			t.Fatalf("exp %v is %v, want %v", x, got, want)
		}
	}
}
