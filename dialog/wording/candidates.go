package wording

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"hotline/dialog/phones"
)

// How a candidate is weighed, in nats: its distance from the texts by sound; how
// unlikely the examples make it; and what each of its sounds is worth, since a
// short sentence is near to everything. Fitted to orders of coffee in a noisy
// kitchen, those that the measurements in docs/understanding.md leave out.
const (
	byTexts = 1.84
	byModel = .05
	aSound  = .8
)

// candidate is a sentence that may have been said.
type candidate struct {
	reading Reading
	sounds  int
	far     float64 // from the texts, on the average
	cost    float64
}

// search is the work of one Candidates.
type search struct {
	m     *Model
	heard [][]byte
	seen  map[string]bool
	found []candidate
}

// Rounds of exchanging values, and how many of the best take part in each.
const rounds, exchanged = 2, 3

// Candidates are sentences that may have been said where these texts were
// recognised, likeliest first, n at most, with their costs in nats. They are what
// Read makes of each text, and these with the value of one slot exchanged for
// another. Strange is how far the best is from all of the texts, in nats a sound.
func (m *Model) Candidates(heard []string, n int) (sentences []string, costs []float64, strange float64) {
	s := &search{m: m, seen: map[string]bool{}}
	for _, t := range heard {
		s.heard = append(s.heard, Sounds(t))
	}
	for i, t := range heard {
		if slices.Index(heard, t) < i {
			continue
		}
		for _, r := range m.Read(t) {
			s.add(r.Words)
		}
	}
	for range rounds {
		slices.SortStableFunc(s.found, func(a, b candidate) int { return cmp.Compare(a.cost, b.cost) })
		for _, c := range slices.Clone(s.found[:min(len(s.found), exchanged)]) {
			for _, sp := range c.reading.spans {
				for _, phrase := range m.slots[sp.slot].all {
					s.add(slices.Concat(c.reading.Words[:sp.from], phrase, c.reading.Words[sp.to:]))
				}
			}
		}
	}
	slices.SortStableFunc(s.found, func(a, b candidate) int { return cmp.Compare(a.cost, b.cost) })
	if len(s.found) == 0 {
		return nil, nil, math.Inf(1)
	}
	for _, c := range s.found[:min(len(s.found), n)] {
		sentences, costs = append(sentences, strings.Join(c.reading.Words, " ")), append(costs, c.cost)
	}
	return sentences, costs, s.found[0].far / float64(max(s.found[0].sounds, 1))
}

// add takes a sentence, once.
func (s *search) add(words []string) {
	key := strings.Join(words, " ")
	if s.seen[key] {
		return
	}
	s.seen[key] = true
	r, ok := s.m.Exact(words)
	if !ok {
		return
	}
	var sounds []byte
	s.m.mu.Lock()
	for _, w := range words {
		sounds = append(sounds, s.m.sounds(w)...)
	}
	s.m.mu.Unlock()
	c := candidate{reading: r, sounds: len(sounds)}
	for _, h := range s.heard {
		c.far += phones.Distance(sounds, h) / float64(len(s.heard))
	}
	c.cost = byTexts*c.far + byModel*r.Cost - aSound*float64(c.sounds)
	s.found = append(s.found, c)
}

// A Set is several models as one.
type Set []*Model

// Candidates are those of all models, the likeliest first.
func (s Set) Candidates(heard []string, n int) (sentences []string, costs []float64, strange float64) {
	type one struct {
		text string
		cost float64
	}
	var all []one
	strange = math.Inf(1)
	for _, m := range s {
		ss, cs, far := m.Candidates(heard, n)
		for i := range ss {
			all = append(all, one{ss[i], cs[i]})
		}
		strange = min(strange, far)
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(a.cost, b.cost) })
	for _, o := range all[:min(len(all), n)] {
		sentences, costs = append(sentences, o.text), append(costs, o.cost)
	}
	return sentences, costs, strange
}
