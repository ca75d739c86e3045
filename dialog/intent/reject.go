package intent

import "math"

// What speaks for an utterance being out of scope, all of it measured on
// utterances that the machines have not seen.
const (
	signBest    = iota // the margin of the best intent
	signGap            // and its lead over the second
	signNone           // the margin of None
	signUnknown        // the share of words never seen
	signNear           // how near it is to the middle of the best intent's examples
	signNearest        // and to the nearest middle
	signMeant          // the margin of the best intent by meaning alone
	signs_
)

// signs of scores, n intents and None last. The last three want a meaning: near is
// how near it is to each intent, meant its margin by meaning alone.
func signs(scores []float32, n int, unknown float64, near, meant []float32) (x [signs_]float64) {
	if len(near) > 0 {
		x[signNear] = float64(near[top(scores[:n])])
		x[signNearest] = float64(near[top(near[:n])])
		x[signMeant] = float64(meant[top(meant[:n])])
	}
	best, second := math.Inf(-1), math.Inf(-1)
	for _, v := range scores[:n] {
		switch v := float64(v); {
		case v > best:
			best, second = v, best
		case v > second:
			second = v
		}
	}
	x[signBest] = best
	x[signGap] = min(best-second, 2) // one intent alone has no second
	x[signNone] = float64(scores[n])
	x[signUnknown] = unknown
	return x
}

// logistic is a logistic regression over signs, the bias last.
type logistic [signs_ + 1]float64

// odds is the logarithm of the odds.
func (l *logistic) odds(x [signs_]float64) float64 {
	z := l[signs_]
	for i, v := range x {
		z += l[i] * v
	}
	return z
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// observed are the signs of one utterance, whether it was out of scope, and how
// much it counts.
type observed struct {
	x      [signs_]float64
	out    bool
	weight float64
}

// fit learns from rows by gradient descent with momentum; a little
// regularisation keeps few rows from deciding too much.
func (l *logistic) fit(rows []observed) {
	*l = logistic{signBest: -1.5, signNone: 1.5, signUnknown: 1, signs_: -1}
	prior := *l
	total := 0.0
	for _, r := range rows {
		total += r.weight
	}
	if total == 0 {
		return
	}
	var speed logistic
	for range 300 {
		var g logistic
		for i := range l {
			g[i] = .003 * (l[i] - prior[i])
		}
		for _, r := range rows {
			d := sigmoid(l.odds(r.x))
			if r.out {
				d--
			}
			d *= r.weight / total
			for i, v := range r.x {
				g[i] += d * v
			}
			g[signs_] += d
		}
		for i := range l {
			speed[i] = .9*speed[i] - .8*g[i]
			l[i] += speed[i]
		}
	}
}
