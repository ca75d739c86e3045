package intent

import (
	"math"
	"slices"

	"hotline/internal/sentence"
)

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
	share, trust := bestShares(held, parts, n)
	for i := range held {
		held[i].margins = combine(blend(held[i].margins, held[i].meant, trust[held[i].language]), parts, n, share)
	}
	m.scale, _ = bestScale(held, n)
	for l := range m.out {
		m.out[l].fit(observe(held, n, sentence.Language(l)))
	}

	all := m.fit(docs, columns, nil, o.Cost)
	rows := len(all) / len(columns)
	m.weights = make([]float32, 0, rows*(n+1))
	for r := range rows {
		m.weights = append(m.weights, combine(all[r*len(columns):][:len(columns)], parts, n, share)...)
	}
	for l := range m.meaning {
		if u := fitUnderstood(docs, columns, n, sentence.Language(l), nil, o.Cost); u != nil {
			u.meanings = joinMeanings(u.meanings, parts, n, share)
			m.meaning[l] = u
		}
	}
	m.trust = trust
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
	margins  []float32
	language sentence.Language // of its meaning; Unknown if it has none
	meant    []float32         // by meaning; nil if the utterance has none
	near     []float32         // to each intent
	class    int
	unknown  float64
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
		keep := func(i int) bool { return fold[i] != k }
		weights := m.fit(docs, columns, keep, o.Cost)
		var understand [sentence.Languages]*understood
		for l := range understand {
			understand[l] = fitUnderstood(docs, columns, len(m.intents), sentence.Language(l), keep, o.Cost)
		}
		for i := range docs {
			if fold[i] == k {
				s.features = append(s.features[:0], docs[i].x...)
				margins(&s, weights, len(columns))
				h := outcome{margins: append([]float32(nil), s.scores...), class: docs[i].class, unknown: docs[i].unknown}
				if u := understand[docs[i].language]; u != nil {
					h.language = docs[i].language
					h.meant = make([]float32, len(columns))
					u.margins(h.meant, docs[i].v)
					h.near = make([]float32, len(m.intents))
					u.near(h.near, docs[i].v)
				}
				out = append(out, h)
			}
		}
	}
	return out
}

// bestShares are how much the shared words of the names count, and how much the
// meaning does beside the words in each language, by the likelihood of what was held out.
func bestShares(held []outcome, parts [][]int, n int) (share float32, trust [sentence.Languages]float32) {
	some := held // of many utterances a part tells as much
	if step := len(held) / 3000; step > 1 {
		some = nil
		for i := 0; i < len(held); i += step {
			some = append(some, held[i])
		}
	}
	loss := func(share float32, trust [sentence.Languages]float32) float64 {
		tried := make([]outcome, 0, len(some))
		for _, h := range some {
			if h.class >= 0 {
				h.margins = combine(blend(h.margins, h.meant, trust[h.language]), parts, n, share)
				tried = append(tried, h)
			}
		}
		_, loss := bestScale(tried, n)
		return loss
	}
	trusts := []float32{0, .15, .3, .5, .75, 1, 1.4}
	best := math.Inf(1)
	learn := func(language sentence.Language, by ...float32) {
		before := trust
		for _, t := range trusts {
			for _, s := range by {
				tried := before
				tried[language] = t
				if loss := loss(s, tried); loss < best {
					best, share, trust = loss, s, tried
				}
			}
		}
	}
	shares := []float32{0, .15, .3, .6, 1, 2}
	if len(parts) == 0 {
		shares = shares[:1]
	}
	first, second := sentence.English, sentence.Chinese
	if !slices.ContainsFunc(some, func(h outcome) bool { return h.language == first }) {
		first, second = second, first
	}
	learn(first, shares...)
	learn(second, share)
	return share, trust
}

func top(scores []float32) (best int) {
	for c, v := range scores {
		if v > scores[best] {
			best = c
		}
	}
	return best
}

// bestScale is the scale of the softmax by the likelihood of what was held out, and
// minus its logarithm.
func bestScale(held []outcome, n int) (scale, best float64) {
	best = math.Inf(1)
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
		if loss > best {
			break // there is one valley
		}
		best, scale = loss, s
	}
	return scale, best
}

// outside is the share of out-of-scope utterances that a bot is taken to hear.
const outside = .075

// observe weighs what was held out in a language so that a share of outside is out of
// scope.
func observe(all []outcome, n int, language sentence.Language) []observed {
	var held []outcome
	in, out := 0.0, 0.0
	for _, h := range all {
		if h.language != language {
			continue
		}
		held = append(held, h)
		if h.class < 0 {
			out++
		} else {
			in++
		}
	}
	rows := make([]observed, len(held))
	for i, h := range held {
		rows[i] = observed{signs(h.margins, n, h.unknown, h.near, h.meant), h.class < 0, (1 - outside) / max(in, 1)}
		if h.class < 0 {
			rows[i].weight = outside / out
		}
	}
	return rows
}
