package intent

import (
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

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

// fit trains one machine over words a column, as train does, and returns the
// weights, by feature, then by column, the bias last.
func (m *Model) fit(docs []doc, columns [][]int, keep func(i int) bool, cost float64) []float32 {
	weights := make([]float32, (len(m.idf)+1)*len(columns))
	train(docs, columns, len(m.intents), keep, cost, func(c int, solve func(machine)) {
		w := make(wordMachine, len(m.idf)+1)
		solve(w)
		for f, v := range w {
			weights[f*len(columns)+c] = v
		}
	})
	return weights
}

// wordMachine is a machine over words: a weight each, the bias last.
type wordMachine []float32

func (w wordMachine) margin(d *doc) (margin, square float32) {
	margin, square = w[len(w)-1], 1
	for _, f := range d.x {
		margin += w[f.id] * f.value
		square += f.value * f.value
	}
	return margin, square
}

func (w wordMachine) move(d *doc, step float32) {
	w[len(w)-1] += step
	for _, f := range d.x {
		w[f.id] += step * f.value
	}
}

// train trains one machine a column on the docs that keep says (nil is all).
// Columns are sets of classes: an intent, the intents that share a word of their
// names, None. each is called for every column, for some at once, and has solve
// train its machine.
func train(docs []doc, columns [][]int, intents int, keep func(i int) bool, cost float64, each func(c int, solve func(machine))) {
	var rows []int
	for i := range docs {
		if keep == nil || keep(i) {
			rows = append(rows, i)
		}
	}
	var g errgroup.Group
	g.SetLimit(min(runtime.GOMAXPROCS(0), 4))
	for c, classes := range columns {
		g.Go(func() error {
			ours := make([]bool, intents+1)
			for _, class := range classes {
				ours[class+1] = true
			}
			each(c, func(m machine) { solve(m, docs, rows, ours, uint64(c), float32(cost)) })
			return nil
		})
	}
	_ = g.Wait()
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

// A machine tells the utterances of a column from others.
type machine interface {
	// margin is how much d is of the column, and the square of the length of d, the
	// bias being a feature of 1.
	margin(d *doc) (margin, square float32)
	// move adds d to the weights, step times.
	move(d *doc, step float32)
}

// solve trains one machine: ours[class+1] says whose utterances it is to know. It
// is an L2-regularised, squared-hinge SVM, solved by coordinate descent in the
// dual (Hsieh et al., ICML 2008). An utterance of the column costs more than one of
// the many others.
func solve(m machine, docs []doc, rows []int, ours []bool, seed uint64, cost float32) {
	order := newOrder(rows, seed)
	alpha := make([]float32, len(docs))
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
			y, c := float32(-1), cost
			if ours[d.class+1] {
				y, c = 1, cost*positive
			}
			margin, square := m.margin(d)
			diag := 1 / (2 * c)
			g := y*margin - 1 + alpha[r]*diag
			if alpha[r] == 0 && g >= 0 {
				if g >= far {
					rest[r] = rounds
				}
				continue
			}
			a := max(alpha[r]-g/(square+diag), 0)
			step := (a - alpha[r]) * y
			alpha[r] = a
			worst = max(worst, max(g, -g))
			m.move(d, step)
		}
		if worst < 0.01 {
			break
		}
	}
}
