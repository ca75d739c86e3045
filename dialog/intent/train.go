package intent

import (
	"math"
	"runtime"
	"sync"
)

// doc is a training utterance; class -1 is out of scope.
type doc struct {
	text       string
	class      int
	background bool
	x          []feature
}

// index numbers the features of docs and computes their vectors.
func (m *Model) index(docs []doc) {
	df := map[uint64]int32{}
	var t tokens
	seen := map[uint64]bool{}
	total := 0
	for i := range docs {
		if docs[i].background {
			continue // its words tell nothing about the bot's own
		}
		total++
		clear(seen)
		t.cut(docs[i].text)
		t.each(func(h uint64, _, _, _ int) { seen[h] = true })
		for h := range seen {
			df[h]++
		}
	}
	m.slots = newTable(len(df))
	// Numbers are given in the order of the text, not of the map: training is
	// deterministic.
	for i := range docs {
		if docs[i].background {
			continue
		}
		t.cut(docs[i].text)
		t.each(func(h uint64, _, _, _ int) {
			if m.slots.get(h) < 0 {
				m.slots.put(h, int32(len(m.idf)))
				m.idf = append(m.idf, float32(math.Log(float64(1+total)/float64(1+df[h]))+1))
			}
		})
	}
	var s scratch
	for i := range docs {
		m.vector(&s, docs[i].text)
		docs[i].x = append([]feature(nil), s.features...)
	}
}

// fit trains one machine an intent on the docs that keep says (nil is all) and
// returns the weights, by feature, then by intent, the bias last.
//
// Each is an L2-regularised, squared-hinge SVM, solved by coordinate descent in
// the dual (Hsieh et al., ICML 2008). An utterance of the intent costs more
// than one of the many others.
func (m *Model) fit(docs []doc, keep func(i int) bool, cost float64) []float32 {
	classes := len(m.intents)
	weights := make([]float32, (len(m.idf)+1)*classes)
	var rows []int
	count := make([]int, classes)
	for i := range docs {
		if keep == nil || keep(i) {
			rows = append(rows, i)
			if docs[i].class >= 0 {
				count[docs[i].class]++
			}
		}
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 4) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			w := make([]float32, len(m.idf)+1)
			alpha := make([]float32, len(docs))
			for c := range next {
				clear(w)
				clear(alpha)
				solve(docs, rows, c, w, alpha, cost)
				for f, v := range w {
					weights[f*classes+c] = v
				}
			}
		}()
	}
	for c := range classes {
		next <- c
	}
	close(next)
	wg.Wait()
	return weights
}

const (
	epochs   = 12
	positive = 3 // times the cost of an error on the intent's own utterances
)

func solve(docs []doc, rows []int, class int, w, alpha []float32, cost float64) {
	bias := len(w) - 1
	order := append([]int(nil), rows...)
	seed := uint64(class)*2654435761 + 1
	for range epochs {
		for i := len(order) - 1; i > 0; i-- { // shuffled, the same every time
			seed = seed*6364136223846793005 + 1442695040888963407
			j := int(seed >> 33 % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		worst := float32(0)
		for _, r := range order {
			d := &docs[r]
			y, c := float32(-1), float32(cost)
			if d.class == class {
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

// calibrate learns, on utterances held out in turn, how margins become
// probabilities, and where None begins.
func (m *Model) calibrate(docs []doc, o Options) {
	classes := len(m.intents)
	type held struct {
		margins []float32
		class   int
	}
	var out []held
	n := make([]int, classes+1) // the folds are dealt intent by intent
	fold := make([]int, len(docs))
	for i := range docs {
		c := docs[i].class
		if c < 0 {
			c = classes
		}
		fold[i] = n[c] % o.Folds
		n[c]++
	}
	folds := o.Folds
	if len(docs) > 4000 {
		folds = 1 // one held-out part is enough to learn two numbers
	}
	for k := range folds {
		weights := m.fit(docs, func(i int) bool { return fold[i] != k }, o.Cost)
		var s scratch
		for i := range docs {
			if fold[i] != k {
				continue
			}
			s.features = append(s.features[:0], docs[i].x...)
			margins(&s, weights, classes)
			out = append(out, held{append([]float32(nil), s.scores...), docs[i].class})
		}
	}
	// Two numbers, by the likelihood of the held-out utterances; None and the
	// intents together weigh the same, however many there are.
	inside, outside := 0.0, 0.0
	for _, h := range out {
		if h.class < 0 {
			outside++
		} else {
			inside++
		}
	}
	best := math.Inf(1)
	for scale := 1.0; scale <= 16; scale *= 1.19 {
		for null := -1.0; null <= 0.6; null += 0.1 {
			loss := 0.0
			for _, h := range out {
				z := math.Exp(scale * null)
				for _, v := range h.margins {
					z += math.Exp(scale * float64(v))
				}
				if h.class < 0 {
					loss += (math.Log(z) - scale*null) / outside / 2
				} else {
					loss += (math.Log(z) - scale*float64(h.margins[h.class])) / inside
				}
			}
			if loss < best {
				best, m.scale, m.null = loss, scale, null
			}
		}
	}
	m.least = 0.3
}
