package intent

import (
	"math"
	"runtime"
	"sync"

	"hotline/internal/sentence"
)

// doc is a training utterance; class -1 is out of scope.
type doc struct {
	text       string
	class      int
	background bool
	name       bool // it is the name of an intent
	x          []feature
	unknown    float64
	v          []float32         // what it means; nil if that is not known
	language   sentence.Language // of v
}

// index numbers the features of docs and computes their vectors.
func (m *Model) index(docs []doc) {
	df := map[uint64]int32{}
	var t tokens
	seen := map[uint64]bool{}
	total := 0
	for i := range docs {
		if docs[i].background || docs[i].name {
			continue // its words tell nothing about the bot's own
		}
		total++
		clear(seen)
		t.cut(docs[i].text)
		t.each(func(h uint64, _ kind, _, _ int) { seen[h] = true })
		for h := range seen {
			df[h]++
		}
	}
	m.slots = newTable(len(df))
	// Numbers are given in the order of the text, not of the map: training is
	// deterministic.
	for i := range docs {
		if docs[i].background || docs[i].name {
			continue
		}
		t.cut(docs[i].text)
		t.each(func(h uint64, _ kind, _, _ int) {
			if m.slots.get(h) < 0 {
				m.slots.put(h, int32(len(m.idf)))
				m.idf = append(m.idf, float32(math.Sqrt(math.Log(float64(1+total)/float64(1+df[h]))+1)))
			}
		})
	}
	var s scratch
	for i := range docs {
		m.vector(&s, docs[i].text)
		docs[i].x = append([]feature(nil), s.features...)
		docs[i].unknown = s.unknown
		if docs[i].name {
			for k := range docs[i].x {
				docs[i].x[k].value *= nameShare
			}
		}
	}
}

// fit trains one machine a column on the docs that keep says (nil is all) and
// returns the weights, by feature, then by column, the bias last. Columns are
// sets of classes: an intent, the intents that share a word of their names,
// None.
//
// Each is an L2-regularised, squared-hinge SVM, solved by coordinate descent in
// the dual (Hsieh et al., ICML 2008). An utterance of the column costs more than
// one of the many others.
func (m *Model) fit(docs []doc, columns [][]int, keep func(i int) bool, cost float64) []float32 {
	weights := make([]float32, (len(m.idf)+1)*len(columns))
	var rows []int
	for i := range docs {
		if keep == nil || keep(i) {
			rows = append(rows, i)
		}
	}
	each(len(columns), func() func(c int) {
		w := make([]float32, len(m.idf)+1)
		alpha := make([]float32, len(docs))
		ours := make([]bool, len(m.intents)+1)
		return func(c int) {
			clear(w)
			clear(alpha)
			clear(ours)
			for _, class := range columns[c] {
				ours[class+1] = true
			}
			solve(docs, rows, ours, uint64(c), w, alpha, cost)
			for f, v := range w {
				weights[f*len(columns)+c] = v
			}
		}
	})
	return weights
}

// each calls, for 0 to n-1, what start returns, of which each goroutine has its own.
func each(n int, start func() func(c int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 4) {
		wg.Go(func() {
			do := start()
			for c := range next {
				do(c)
			}
		})
	}
	for c := range n {
		next <- c
	}
	close(next)
	wg.Wait()
}

// order is rows in an order that is shuffled, the same every time.
type order struct {
	rows []int
	seed uint64
}

func newOrder(rows []int, seed uint64) *order {
	return &order{append([]int(nil), rows...), seed*2654435761 + 1}
}

func (o *order) shuffle() {
	for i := len(o.rows) - 1; i > 0; i-- {
		o.seed = o.seed*6364136223846793005 + 1442695040888963407
		j := int(o.seed >> 33 % uint64(i+1))
		o.rows[i], o.rows[j] = o.rows[j], o.rows[i]
	}
}

// nameShare is how much of an example the name of an intent is.
const nameShare = .9

const (
	epochs   = 12
	positive = 3 // times the cost of an error on the intent's own utterances

	// An utterance that is farther than this from deciding anything is not looked
	// at for some rounds; most of those of the many other intents are.
	far, rounds = .3, 3
)

// solve trains one machine: ours[class+1] says whose utterances it is to know.
func solve(docs []doc, rows []int, ours []bool, seed uint64, w, alpha []float32, cost float64) {
	bias := len(w) - 1
	order := newOrder(rows, seed)
	rest := make([]uint8, len(docs))
	for range epochs {
		order.shuffle()
		worst := float32(0)
		for _, r := range order.rows {
			if rest[r] > 0 {
				rest[r]--
				continue
			}
			d := &docs[r]
			y, c := float32(-1), float32(cost)
			if ours[d.class+1] {
				y, c = 1, c*positive
			}
			dot, sq := w[bias], float32(1)
			for _, f := range d.x {
				dot += w[f.id] * f.value
				sq += f.value * f.value
			}
			diag := 1 / (2 * c)
			g := y*dot - 1 + alpha[r]*diag
			if alpha[r] == 0 && g >= 0 {
				if g >= far {
					rest[r] = rounds
				}
				continue
			}
			a := max(alpha[r]-g/(sq+diag), 0)
			step := (a - alpha[r]) * y
			alpha[r] = a
			worst = max(worst, max(g, -g))
			w[bias] += step
			for _, f := range d.x {
				w[f.id] += step * f.value
			}
		}
		if worst < 0.01 {
			break
		}
	}
}
