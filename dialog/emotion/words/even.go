package words

import (
	"hash/fnv"
	"math"
	"runtime"
	"sync"

	"hotline/internal/sentence"
)

// vectors are what the texts mean, on all processors; nil for those in a language
// that is not known.
func vectors(examples []Example) [][]float32 {
	out := make([][]float32, len(examples))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				v := make([]float32, sentence.Dim)
				if sentence.Speaks(examples[i].Text) && sentence.Encode(v, examples[i].Text) {
					out[i] = v
				}
			}
		})
	}
	for i := range examples {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// even finds what to add to each class so that the mean F1 of the classes is
// best, on examples that the machine which judges them was not made from.
func even(examples []Example, meant [][]float32, classes []string, o Options) []float64 {
	k := len(classes)
	at := map[string]int{}
	for i, c := range classes {
		at[c] = i
	}
	scores := make([][]float64, len(examples))
	for part := range o.Even {
		var learn []Example
		var v [][]float32
		for i, e := range examples {
			if fold(e.Text, o.Even) != part {
				learn, v = append(learn, e), append(v, meant[i])
			}
		}
		m := train(learn, v, o)
		for i, e := range examples {
			if fold(e.Text, o.Even) == part {
				p := m.scores(e.Text, meant[i])
				scores[i] = make([]float64, k)
				for c := range scores[i] {
					scores[i][c] = math.Inf(-1)
				}
				for c, name := range m.Classes {
					scores[i][at[name]] = p[c]
				}
			}
		}
	}
	want := make([]int, len(examples))
	for i, e := range examples {
		want[i] = at[e.Class]
	}
	add := make([]float64, k)
	best := macro(scores, want, add)
	for _, step := range []float64{.4, .2, .1, .05} {
		for better := true; better; {
			better = false
			for c := range add {
				for _, d := range []float64{step, -step} {
					add[c] += d
					if f := macro(scores, want, add); f > best+1e-6 {
						best, better = f, true
					} else {
						add[c] -= d
					}
				}
			}
		}
	}
	return add
}

// macro is the mean F1 of the classes with add to their scores.
func macro(scores [][]float64, want []int, add []float64) float64 {
	k := len(add)
	hit, said, of := make([]float64, k), make([]float64, k), make([]float64, k)
	for i, p := range scores {
		best := 0
		for c := range p {
			if p[c]+add[c] > p[best]+add[best] {
				best = c
			}
		}
		of[want[i]]++
		said[best]++
		if best == want[i] {
			hit[best]++
		}
	}
	sum := 0.0
	for c := range hit {
		if of[c] > 0 {
			sum += 2 * hit[c] / (of[c] + said[c])
		}
	}
	return sum / float64(k)
}

// fold deals texts, so that the same one is never on both sides. It is not the
// one of dialog/eval, which would leave parts of a part empty.
func fold(text string, folds int) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	h.Write([]byte{7})
	return int(h.Sum32()>>8) % folds
}
