package rank

import "math"

// Weights turn features into a score, and scores into a probability.
type Weights struct {
	Feature Features
	Prob    [5]float64 // bias, score, margin to the next question, share of the query known, named
}

// Default are the weights shipped.
var Default = Weights{
	Feature: Features{QuestionWords: 7.8, QuestionGrams: 8.9, QuestionSounds: 1, BodyWords: 3, BodyGrams: 3.9, TitleWords: 2, Topic: 8.7, Named: 12},
	Prob:    [5]float64{-4, 0.2, 0.5, 1, 0},
}

func (w *Weights) score(f Features) (s float64) {
	for i, x := range f {
		s += w.Feature[i] * x
	}
	return s
}

// Evidence is what the probability of the best result is judged by.
func evidence(out []Result, in []int32, known float64) (e [5]float64) {
	e[0], e[1], e[3], e[4] = 1, out[0].Score, known, out[0].Features[Named]
	e[2] = out[0].Score
	for _, r := range out {
		if in[r.Doc] != in[out[0].Doc] {
			e[2] -= r.Score
			break
		}
	}
	return e
}

// calibrate sets the probabilities: that of the best result, and what is left of
// it shared among the others by their scores.
func (w *Weights) calibrate(out []Result, in []int32, known float64) {
	if len(out) == 0 {
		return
	}
	var z float64
	for i, x := range evidence(out, in, known) {
		z += w.Prob[i] * x
	}
	p := 1 / (1 + math.Exp(-z))
	top := in[out[0].Doc]
	var rest float64
	for _, r := range out {
		if in[r.Doc] != top {
			rest += math.Exp(r.Score - out[0].Score)
		}
	}
	for i := range out {
		if in[out[i].Doc] == top {
			out[i].Prob = p
		} else {
			out[i].Prob = min(p, (1-p)*math.Exp(out[i].Score-out[0].Score)/rest)
		}
	}
}
