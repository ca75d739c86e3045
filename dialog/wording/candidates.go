package wording

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"hotline/dialog/phones"
)

// How a candidate is weighed, in nats: its distance from the texts by sound, how
// unlikely the examples make it, and what each of its sounds is worth, since a
// short sentence is near to everything. The first three weights choose the
// candidates, the other two stand beside a judgement by the sound itself, which
// knows better. Fitted to orders of coffee in a noisy kitchen: every sixth of
// those that docs/understanding.md measures.
const (
	byTexts, byModel, aSound = 2.3, .64, .85
	besideTexts, besideSound = .55, .84
)

// candidate is a sentence that may have been said.
type candidate struct {
	reading Reading
	sounds  int
	far     float64 // from the texts, on the average
	cost    float64 // to be chosen by
	beside  float64 // beside the sound
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
// recognised, likeliest first, n at most. They are what Read makes of each text,
// and these with the value of one slot exchanged for another. Costs, in nats, are
// for weighing them together with how likely the sound makes them. Strange is how
// far the best is from all of the texts, in nats a sound.
func (m *Model) Candidates(heard []string, n int) (sentences []string, costs []float64, strange float64) {
	return Set{m}.Candidates(heard, n)
}

// strange is how far the candidate is from the texts, in nats a sound.
func (c candidate) strange() float64 { return c.far / float64(max(c.sounds, 1)) }

func cheaper(a, b candidate) int { return cmp.Compare(a.cost, b.cost) }

// candidates are all that were found, likeliest first.
func (m *Model) candidates(heard []string) []candidate {
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
		slices.SortStableFunc(s.found, cheaper)
		for _, c := range slices.Clone(s.found[:min(len(s.found), exchanged)]) {
			for _, sp := range c.reading.spans {
				for _, phrase := range m.slots[sp.slot].all {
					s.add(slices.Concat(c.reading.Words[:sp.from], phrase, c.reading.Words[sp.to:]))
				}
			}
		}
	}
	slices.SortStableFunc(s.found, cheaper)
	return s.found
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
	c.beside = besideTexts*c.far - besideSound*float64(c.sounds)
	s.found = append(s.found, c)
}

// A Set is several models as one.
type Set []*Model

// Candidates are those of all models, the likeliest first.
func (s Set) Candidates(heard []string, n int) (sentences []string, costs []float64, strange float64) {
	var all []candidate
	strange = math.Inf(1)
	for _, m := range s {
		found := m.candidates(heard)
		all = append(all, found[:min(len(found), n)]...)
		if len(found) > 0 {
			strange = min(strange, found[0].strange())
		}
	}
	slices.SortStableFunc(all, cheaper)
	for _, c := range all[:min(len(all), n)] {
		sentences, costs = append(sentences, strings.Join(c.reading.Words, " ")), append(costs, c.beside)
	}
	return sentences, costs, strange
}
