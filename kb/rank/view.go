package rank

import (
	"math"
	"slices"
)

// A view is one way to cut text into terms, with how rare each term is in the
// documents and how long they are.
type view struct {
	cut   func([]token) []string
	vocab map[string]int32
	df    []int32   // documents that have the term
	scale []float32 // by term: what it weighs beside others as rare
	n     int       // documents
}

func newView(cut func([]token) []string) *view { return &view{cut: cut, vocab: map[string]int32{}} }

// A bag is a text as counted terms in order of their ids.
type bag struct {
	terms []count
	len   int
}

type count struct {
	id int32
	n  int32
}

// bag cuts toks into terms; new ones get an id.
func (v *view) bag(toks []token) bag {
	cut := v.cut(toks)
	ids := make([]int32, len(cut))
	for i, t := range cut {
		id, ok := v.vocab[t]
		if !ok {
			id = int32(len(v.df))
			v.vocab[t] = id
			v.df = append(v.df, 0)
			v.scale = append(v.scale, lightness(t))
		}
		ids[i] = id
	}
	slices.Sort(ids)
	b := bag{len: len(ids)}
	for i, id := range ids {
		if i == 0 || id != ids[i-1] {
			b.terms = append(b.terms, count{id, 0})
		}
		b.terms[len(b.terms)-1].n++
	}
	b.terms = slices.Clip(b.terms)
	return b
}

// seen counts the terms of one document, all its bags taken together; out, with
// sign -1.
func (v *view) seen(sign int32, bags ...bag) {
	v.n += int(sign)
	had := map[int32]bool{}
	for _, b := range bags {
		for _, t := range b.terms {
			if !had[t.id] {
				had[t.id] = true
				v.df[t.id] += sign
			}
		}
	}
}

// idf is the weight of a term, by how few documents have it.
func (v *view) idf(id int32) float64 { return float64(v.scale[id]) * v.rare(float64(v.df[id])) }

func (v *view) rare(df float64) float64 { return math.Log(1 + (float64(v.n)-df+0.5)/(df+0.5)) }

// asked is a question under one view: its terms, each with the terms that may
// stand in for it.
type asked struct {
	terms []askedTerm
	alts  map[int32][]alt // by term id: which of terms it serves, and how well
	known float64         // sum of idf of the terms that any document has
	all   float64         // of all terms
}

type askedTerm struct {
	text   string
	weight float64 // of the term: idf times the share of readings that have it
}

type alt struct {
	term  int32
	share float64
}

// ask cuts the readings of a question. A term's weight is its idf times the
// share of readings that have it; related gives terms that mean the same.
func (v *view) ask(readings [][]token, related func(string) []string) asked {
	share := map[string]float64{}
	var order []string
	for _, r := range readings {
		cut := v.cut(r)
		slices.Sort(cut)
		for _, t := range slices.Compact(cut) {
			if share[t] == 0 {
				order = append(order, t)
			}
			share[t] += 1 / float64(len(readings))
		}
	}
	a := asked{alts: map[int32][]alt{}}
	for _, t := range order {
		id, ok := v.vocab[t]
		w := share[t]
		if ok {
			w *= v.idf(id)
		} else {
			w *= float64(lightness(t)) * v.rare(0)
		}
		a.all += w
		found := ok
		n := int32(len(a.terms))
		if ok {
			a.alts[id] = append(a.alts[id], alt{n, 1})
		}
		if related != nil {
			for _, r := range related(t) {
				if rid, ok := v.vocab[r]; ok && r != t {
					found = true
					a.alts[rid] = append(a.alts[rid], alt{n, sameMeaning})
				}
			}
		}
		if found {
			a.known += w
		}
		a.terms = append(a.terms, askedTerm{t, w})
	}
	return a
}

// sameMeaning is what a synonym is worth beside the word itself.
const sameMeaning = 0.7

// match is BM25 of the bag as a share of the most there could be: 1 is a bag of
// mean length that has each term once... or more than that, if it has them
// often. scratch has room for every term asked.
func (a *asked) match(b bag, mean, k1, slope float64, scratch []float64) float64 {
	if a.known == 0 || len(b.terms) == 0 {
		return 0
	}
	s := scratch[:len(a.terms)]
	clear(s)
	l := k1 * (1 - slope + slope*float64(b.len)/mean)
	for _, t := range b.terms {
		for _, alt := range a.alts[t.id] {
			n := float64(t.n)
			s[alt.term] = max(s[alt.term], alt.share*n*(k1+1)/(n+l))
		}
	}
	var sum float64
	for i, x := range s {
		sum += x * a.terms[i].weight
	}
	return sum / (a.all * (k1 + 1))
}
