package intent

import (
	"math"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"hotline/internal/sentence"
)

// Beside the machines over words there are machines over what an utterance means,
// the vector of package sentence: they know that "the machine kept it" is about a
// card that was swallowed though no example says so. English has its own; those for
// Chinese, whose vectors say less, learn from the English examples too. How much they
// count beside the words is learned. Utterances of a language that the vectors do not
// know, or that no example is in, are judged by their words alone.

// meanings are machines over vectors, one a column.
type meanings struct {
	weights []float32 // by column, sentence.Dim each
	bias    []float32
}

// breadth is the length of the vectors in the machines.
const breadth = 2.2

// meaning is the vector of text; nil if it has none.
func meaning(dst []float32, text string) []float32 {
	if sentence.Of(text) == sentence.Unknown || !sentence.Encode(dst, text) {
		return nil
	}
	return dst
}

// apart is v seen from the middle of a bot's examples: what they all have in common
// tells nothing.
func apart(dst, v, middle []float32) []float32 {
	for i := range dst {
		dst[i] = v[i] - middle[i]
	}
	sum := sentence.Dot(dst, dst)
	if sum < 1e-9 {
		return nil
	}
	by := float32(1 / math.Sqrt(float64(sum)))
	for i := range dst {
		dst[i] *= by
	}
	return dst
}

// known are the vectors of examples: a bot is trained again when its files change,
// and most of its examples stay.
var known = struct {
	sync.Mutex
	vectors map[string][]float32
}{vectors: map[string][]float32{}}

// mostKnown is how many examples are kept, of 2 KB each.
const mostKnown = 4000

// understand gives each of docs its vector, on all processors, and returns the
// middle of each language that they are seen from.
func understand(docs []doc) (middle [sentence.Languages][]float32) {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range docs {
		g.Go(func() error {
			d := &docs[i]
			if d.v = remembered(d.text); d.v != nil {
				d.language = sentence.Of(d.text)
			}
			return nil
		})
	}
	_ = g.Wait()
	var n [sentence.Languages]float32
	for l := range middle {
		middle[l] = make([]float32, sentence.Dim)
	}
	for _, d := range docs {
		if d.v != nil {
			sentence.AddScaled(middle[d.language], d.v, 1)
			n[d.language]++
		}
	}
	for l, m := range middle {
		for i := range m {
			m[i] /= max(n[l], 1)
		}
	}
	for i, d := range docs {
		if d.v != nil {
			docs[i].v = apart(make([]float32, sentence.Dim), d.v, middle[d.language])
		}
	}
	return middle
}

func remembered(text string) []float32 {
	known.Lock()
	v, ok := known.vectors[text]
	known.Unlock()
	if ok {
		return v
	}
	v = meaning(make([]float32, sentence.Dim), text)
	known.Lock()
	defer known.Unlock()
	if len(known.vectors) >= mostKnown {
		clear(known.vectors)
	}
	known.vectors[text] = v
	return v
}

// teaches reports whether what d means says something about utterances in language.
func (d *doc) teaches(language sentence.Language) bool {
	return d.v != nil && (d.language == language || language == sentence.Chinese)
}

// understood are the machines over meaning for one language, and the middles of the
// intents.
type understood struct {
	*meanings
	middles
}

// fitUnderstood trains on the docs that keep says (nil is all); nil if none of them is
// an example in language.
func fitUnderstood(docs []doc, columns [][]int, intents int, language sentence.Language, keep func(i int) bool, cost float64) *understood {
	some := false
	for _, d := range docs {
		some = some || d.language == language && d.class >= 0 && !d.name
	}
	if !some || language == sentence.Unknown {
		return nil
	}
	of := func(i int) bool { return docs[i].teaches(language) && (keep == nil || keep(i)) }
	return &understood{fitMeanings(docs, columns, intents, of, cost), findMiddles(docs, intents, of)}
}

// fitMeanings trains one machine over meaning a column, as train does.
func fitMeanings(docs []doc, columns [][]int, intents int, keep func(i int) bool, cost float64) *meanings {
	m := &meanings{make([]float32, len(columns)*sentence.Dim), make([]float32, len(columns))}
	train(docs, columns, intents, keep, cost, func(c int, solve func(machine)) {
		one := meaningMachine{weights: m.weights[c*sentence.Dim:][:sentence.Dim]}
		solve(&one)
		m.bias[c] = one.bias
	})
	return m
}

// meaningMachine is a machine over vectors.
type meaningMachine struct {
	weights []float32
	bias    float32
}

func (m *meaningMachine) margin(d *doc) (margin, square float32) {
	n := d.breadth()
	return m.bias + n*sentence.Dot(m.weights, d.v), 1 + n*n
}

func (m *meaningMachine) move(d *doc, step float32) {
	m.bias += step
	sentence.AddScaled(m.weights, d.v, step*d.breadth())
}

// breadth is the length of d's vector in the machines.
func (d *doc) breadth() float32 {
	if d.name {
		return nameShare * breadth
	}
	return breadth
}

// margins writes the margin of each column to out.
func (m *meanings) margins(out, v []float32) {
	for c := range out {
		out[c] = m.bias[c] + breadth*sentence.Dot(m.weights[c*sentence.Dim:], v)
	}
}

// joinMeanings adds to the machine of each intent those of the words of its name,
// as combine does.
func joinMeanings(m *meanings, parts [][]int, n int, share float32) *meanings {
	for q, intents := range parts {
		for _, c := range intents {
			m.bias[c] += share * m.bias[n+1+q]
			sentence.AddScaled(m.weights[c*sentence.Dim:], m.weights[(n+1+q)*sentence.Dim:], share)
		}
	}
	return &meanings{m.weights[:(n+1)*sentence.Dim], m.bias[:n+1]}
}

// blend is the mean of margins by words and by meaning, of which the second counts
// trust times; without a meaning, the words alone.
func blend(words, meant []float32, trust float32) []float32 {
	if meant == nil || trust == 0 {
		return words
	}
	out := make([]float32, len(words))
	for c := range out {
		out[c] = (words[c] + trust*meant[c]) / (1 + trust)
	}
	return out
}

// middles are the middle of each intent's examples, as vectors of length 1.
type middles []float32

func findMiddles(docs []doc, intents int, keep func(i int) bool) middles {
	m := make(middles, intents*sentence.Dim)
	for i, d := range docs {
		if d.class >= 0 && keep(i) {
			sentence.AddScaled(m[d.class*sentence.Dim:], d.v, 1)
		}
	}
	for c := range intents {
		row := m[c*sentence.Dim:][:sentence.Dim]
		if sum := sentence.Dot(row, row); sum > 0 {
			by := float32(1 / math.Sqrt(float64(sum)))
			for i := range row {
				row[i] *= by
			}
		}
	}
	return m
}

// near writes how near v is to each, from -1 to 1.
func (m middles) near(out, v []float32) {
	for c := range out {
		out[c] = sentence.Dot(m[c*sentence.Dim:], v)
	}
}
