package rank

import "math"

// Weights turn features into a score, and the evidence for the best result into
// a probability.
type Weights struct {
	Asked Features // of documents that say what they answer
	Bare  Features // of documents that do not
	Sure  Evidence // what speaks for the best result, to a logistic function
}

// Evidence is what says whether the best of some results is right: 1, its score,
// its margin to the first that answers another question, how much of the query's
// weight is in words that the documents have, how well its name was named, how
// much of its question and of its topic is met, and how near its meaning is.
type Evidence [8]float64

// Default are the weights shipped. Asked makes the right documents likeliest among
// all that are found for the questions of stackfaq and dstc10_spoken_kb together,
// Bare for those of stackfaq with the questions of the documents taken away, both
// rounded; then Meaning was set to what finds most of stackfaq and loses none of
// dstc10, and Named to what decides between things of the same kind. Sure is a
// logistic regression on both sets, with all threads, with half of them, and with
// an eighth, so that most questions have no answer. On questions left out of the
// fit the probabilities are 0.020 off on average (expected calibration error), and
// of the answers at 0.5 or more 84 % are right. Documents that do not say what
// they answer are seldom sure: give them a title or questions. Learnt again with
//
//	HOTLINE_DATA=FOLDER go test ./kb/eval -run Learn -learn -v
var Default = Weights{
	Asked: Features{QuestionWords: 7, QuestionGrams: 7, QuestionSounds: 4, BodyWords: 2, BodyGrams: 4.5, Lead: 2.5, TitleWords: 1, Topic: 7, Named: 20, Meaning: 7},
	Bare:  Features{BodyWords: 8.5, BodyGrams: 13, Lead: 8, Topic: 4, Named: 20, Meaning: 3},
	Sure:  Evidence{-3.53, 0.269, 0.54, 0.893, -0.664, 1.47, -2.91, -0.537},
}

func (w *Weights) score(f Features, bare bool) (s float64) {
	with := &w.Asked
	if bare {
		with = &w.Bare
	}
	for i, x := range f {
		s += with[i] * x
	}
	return s
}

// evidence judges the first of out; known is the share of the query's weight in words
// that the documents have.
func (x *Index) evidence(out []Result, known float64) (e Evidence) {
	f := &out[0].Features
	e[0], e[1], e[2], e[3], e[4] = 1, out[0].Score, out[0].Score, known, f[Named]
	e[5], e[6], e[7] = (f[QuestionWords]+f[QuestionGrams])/2, f[Topic], f[Meaning]
	for _, r := range out {
		if x.in[r.Doc] != x.in[out[0].Doc] {
			e[2] -= r.Score
			break
		}
	}
	return e
}

// calibrate sets the probabilities: that of the best result and of all that answer
// the same question, and what is left of it shared among the others by their
// scores.
func (x *Index) calibrate(out []Result, known float64) {
	if len(out) == 0 {
		return
	}
	var z float64
	for i, e := range x.evidence(out, known) {
		out[0].Evidence[i] = e
		z += x.opt.Weights.Sure[i] * e
	}
	p := 1 / (1 + math.Exp(-z))
	top := x.in[out[0].Doc]
	var rest float64
	for _, r := range out {
		if x.in[r.Doc] != top {
			rest += math.Exp(r.Score - out[0].Score)
		}
	}
	for i := range out {
		if x.in[out[i].Doc] == top {
			out[i].Prob = p
		} else {
			out[i].Prob = min(p, (1-p)*math.Exp(out[i].Score-out[0].Score)/rest)
		}
	}
}
