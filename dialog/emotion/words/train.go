package words

import (
	"math"
	"math/rand/v2"
	"slices"

	"hotline/internal/sentence"
)

// An Example is a text with what it is.
type Example struct {
	Class, Text string
	Weight      float64 // 0 is 1
}

// Options of training; the zero Options are sensible.
type Options struct {
	Bits    int     // buckets of features, a power of two; 0 is 17
	Epochs  int     // 0 is 8
	Rate    float64 // AdaGrad's; 0 is .1
	Decay   float64 // L2; 0 is 1e-5
	Balance float64 // rare classes count (most/theirs)^Balance
	Smooth  float64 // share of a label that goes to the other classes
	Prior   float64 // share of naive Bayes' weights to begin with
	Meaning float64 // the rate at which what an English text means is learnt; 0 is not at all
	Even    int     // parts of a cross-validation that finds what is added to each class for the best macro-F1; 0 is none
}

// Options found by cross-validation on the training rows.
var (
	// Feelings are many and rare ones matter.
	Feelings = Options{Balance: .5, Decay: 1e-2, Prior: .2, Meaning: .02, Even: 4}
	// Abuse is told from ordinary requests.
	Abuse = Options{Decay: 1e-3, Balance: .2}
)

// vector is the features of text, each once.
func vector(text string, bits int) (at []uint32) {
	features(tokens(text), bits, func(b uint32, _ int) { at = append(at, b) })
	slices.Sort(at)
	return slices.Compact(at)
}

// Train learns a Model by logistic regression over all classes at once
// (AdaGrad, in an order that is the same every time).
func Train(examples []Example, o Options) *Model {
	rows := make([][]float32, len(examples))
	if o.Meaning > 0 {
		rows = vectors(examples)
	}
	m := train(examples, rows, o)
	if o.Even > 1 {
		for c, b := range even(examples, rows, m.Classes, o) {
			m.bias[c] += float32(b)
		}
	}
	return m
}

func train(examples []Example, meant [][]float32, o Options) *Model {
	if o.Bits == 0 {
		o.Bits = 17
	}
	if o.Epochs == 0 {
		o.Epochs = 8
	}
	if o.Rate == 0 {
		o.Rate = .1
	}
	if o.Decay == 0 {
		o.Decay = 1e-5
	}
	count := map[string]int{}
	for _, e := range examples {
		count[e.Class]++
	}
	m := &Model{bits: o.Bits}
	for c := range count {
		m.Classes = append(m.Classes, c)
	}
	slices.Sort(m.Classes)
	k := len(m.Classes)
	most := 0
	for _, n := range count {
		most = max(most, n)
	}
	gain := make([]float32, k)
	for i, c := range m.Classes {
		gain[i] = float32(math.Pow(float64(most)/float64(count[c]), o.Balance))
	}
	type row struct {
		at    []uint32
		class int
		gain  float32
		v     []float32
	}
	rows := make([]row, len(examples))
	for i, e := range examples {
		c, _ := slices.BinarySearch(m.Classes, e.Class)
		g := gain[c]
		if e.Weight > 0 {
			g *= float32(e.Weight)
		}
		rows[i] = row{vector(e.Text, o.Bits), c, g, meant[i]}
	}
	w := make([]float32, k<<o.Bits)
	if o.Prior > 0 {
		seen, per := make([]float64, len(w)), make([]float64, k)
		for _, r := range rows {
			for _, b := range r.at {
				seen[int(b)*k+r.class]++
				per[r.class]++
			}
		}
		bayes(w, seen, per, o.Prior)
	}
	g2 := make([]float32, len(w))
	if o.Meaning > 0 {
		m.meaning = make([]float32, k*sentence.Dim)
	}
	dense, dense2 := m.meaning, make([]float32, len(m.meaning))
	bias, bias2 := make([]float32, k), make([]float32, k)
	p := make([]float32, k)
	rng := rand.New(rand.NewPCG(1, 2))
	rate, decay := float32(o.Rate), float32(o.Decay)
	for range o.Epochs {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for _, r := range rows {
			if len(r.at) == 0 {
				continue
			}
			x := float32(1 / math.Sqrt(float64(len(r.at))))
			copy(p, bias)
			for _, b := range r.at {
				for c, v := range w[int(b)*k : int(b)*k+k] {
					p[c] += v * x
				}
			}
			if r.v != nil {
				for c := range p {
					p[c] += sentence.Dot(dense[c*sentence.Dim:], r.v)
				}
			}
			softmax(p)
			for c := range p {
				want := float32(o.Smooth) / float32(k)
				if c == r.class {
					want += 1 - float32(o.Smooth)
				}
				g := (p[c] - want) * r.gain
				p[c] = g
				bias2[c] += g * g
				bias[c] -= rate * g / float32(math.Sqrt(float64(bias2[c])+1e-6))
			}
			if r.v != nil {
				for c, g := range p {
					ws, gs := dense[c*sentence.Dim:][:sentence.Dim], dense2[c*sentence.Dim:][:sentence.Dim]
					for i, v := range r.v {
						g := g*v + 1e-4*ws[i]
						gs[i] += g * g
						ws[i] -= float32(o.Meaning) * g / (float32(math.Sqrt(float64(gs[i]))) + 1e-4)
					}
				}
			}
			for _, b := range r.at {
				ws, gs := w[int(b)*k:int(b)*k+k], g2[int(b)*k:int(b)*k+k]
				for c := range ws {
					g := p[c]*x + decay*ws[c]
					gs[c] += g * g
					ws[c] -= rate * g / (float32(math.Sqrt(float64(gs[c]))) + 1e-4)
				}
			}
		}
	}
	m.pack(w, bias)
	return m
}

func softmax(p []float32) {
	top := slices.Max(p)
	sum := float32(0)
	for i, v := range p {
		p[i] = float32(math.Exp(float64(v - top)))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// bayes sets the weights w to share of naive Bayes' log odds: of each bucket
// and class, from how often the class has it (seen) and has any (per).
func bayes(w []float32, seen, per []float64, share float64) {
	k, total := len(per), 0.0
	for _, n := range per {
		total += n
	}
	for at := 0; at < len(w); at += k {
		n := 0.0
		for _, v := range seen[at : at+k] {
			n += v
		}
		if n == 0 {
			continue
		}
		for c := range k {
			in, out := seen[at+c], n-seen[at+c]
			w[at+c] = float32(share * math.Log((in+1)/(out+1)*(total-per[c])/per[c]))
		}
	}
}
