package intent

import "math"

// learn trains the machines and, on utterances held out in turn, learns how much
// the shared words of the names count, how margins become probabilities, and
// what is out of scope.
func (m *Model) learn(docs []doc, o Options) {
	n := len(m.intents)
	var columns [][]int
	for c := range n {
		columns = append(columns, []int{c})
	}
	columns = append(columns, []int{-1})
	parts := shared(m.intents)
	columns = append(columns, parts...)

	held := m.holdOut(docs, columns, o)
	share := bestShare(held, parts, n)
	for i := range held {
		held[i].margins = combine(held[i].margins, parts, n, share)
	}
	m.scale = bestScale(held, n)
	m.out.fit(observe(held, n))

	all := m.fit(docs, columns, nil, o.Cost)
	rows := len(all) / len(columns)
	m.weights = make([]float32, 0, rows*(n+1))
	for r := range rows {
		m.weights = append(m.weights, combine(all[r*len(columns):][:len(columns)], parts, n, share)...)
	}
}

// combine adds to the margin of each intent those of the words of its name; the
// margin of a sum of linear machines is that of one, so that the words cost
// nothing later.
func combine(row []float32, parts [][]int, n int, share float32) []float32 {
	out := append([]float32(nil), row[:n+1]...)
	for q, intents := range parts {
		for _, c := range intents {
			out[c] += share * row[n+1+q]
		}
	}
	return out
}

// outcome is what machines that had not seen it said of an utterance.
type outcome struct {
	margins []float32
	class   int
	unknown float64
}

// holdOut trains without each fold in turn and measures it. Of many utterances
// two folds are enough to learn a few numbers.
func (m *Model) holdOut(docs []doc, columns [][]int, o Options) (out []outcome) {
	count := make([]int, len(m.intents)+1) // the folds are dealt intent by intent
	fold := make([]int, len(docs))
	for i := range docs {
		fold[i] = -1
		if !docs[i].name {
			fold[i] = count[docs[i].class+1] % o.Folds
			count[docs[i].class+1]++
		}
	}
	folds := o.Folds
	if len(docs) > 4000 {
		folds = min(folds, 2)
	}
	var s scratch
	for k := range folds {
		weights := m.fit(docs, columns, func(i int) bool { return fold[i] != k }, o.Cost)
		for i := range docs {
			if fold[i] == k {
				s.features = append(s.features[:0], docs[i].x...)
				margins(&s, weights, len(columns))
				out = append(out, outcome{append([]float32(nil), s.scores...), docs[i].class, docs[i].unknown})
			}
		}
	}
	return out
}

// bestShare is how much the shared words count, by the utterances it gets right.
func bestShare(held []outcome, parts [][]int, n int) float32 {
	if len(parts) == 0 {
		return 0
	}
	best, share := -1, float32(0)
	for _, l := range []float32{0, .15, .3, .6, 1, 2} {
		right := 0
		for _, h := range held {
			if h.class >= 0 && top(combine(h.margins, parts, n, l)[:n]) == h.class {
				right++
			}
		}
		if right > best {
			best, share = right, l
		}
	}
	return share
}

func top(scores []float32) (best int) {
	for c, v := range scores {
		if v > scores[best] {
			best = c
		}
	}
	return best
}

// bestScale is the scale of the softmax by the likelihood of what was held out.
func bestScale(held []outcome, n int) (scale float64) {
	best := math.Inf(1)
	for s := 1.0; s <= 20; s *= 1.19 {
		loss := 0.0
		for _, h := range held {
			if h.class < 0 {
				continue
			}
			own, z := float64(h.margins[h.class]), 0.0
			for _, v := range h.margins[:n] {
				z += math.Exp(s * (float64(v) - own))
			}
			loss += math.Log(z)
		}
		if loss < best {
			best, scale = loss, s
		}
	}
	return scale
}

// outside is the share of out-of-scope utterances that a bot is taken to hear.
const outside = .15

// observe weighs what was held out so that a share of outside is out of scope.
func observe(held []outcome, n int) []observed {
	in, out := 0.0, 0.0
	for _, h := range held {
		if h.class < 0 {
			out++
		} else {
			in++
		}
	}
	rows := make([]observed, len(held))
	for i, h := range held {
		rows[i] = observed{signs(h.margins, n, h.unknown), h.class < 0, (1 - outside) / max(in, 1)}
		if h.class < 0 {
			rows[i].weight = outside / out
		}
	}
	return rows
}
