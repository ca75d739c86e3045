package wording

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"hotline/dialog/phones"
)

// A Reading is how the model understands a text.
type Reading struct {
	Words []string // as the model has them
	Slots map[string]string
	Doubt map[string]float64 // of each slot, what was put right in its words, in nats a sound
	spans []span
	Cost  float64 // in nats: how unlikely it is, with what had to be put right
	Wrong float64 // the part of Cost that was put right
}

// A span is the words of a slot, by its number in the model.
type span struct{ slot, from, to int }

// trail is one way through the automaton.
type trail struct {
	state  int
	word   string
	cost   float64
	wrong  float64
	own    float64 // of wrong, what is in the word
	from   float64 // wrong at the end of the word
	hash   uint64  // of the words
	before *trail
}

func (t *trail) then(word string, to int, cost, wrong float64) *trail {
	h := t.hash
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	return &trail{to, word, cost, wrong, wrong - t.from, wrong, h*31 + 7, t}
}

// Exact reads words that follow the model to the letter.
func (m *Model) Exact(words []string) (Reading, bool) {
	now := map[int]*trail{0: {}}
	for _, w := range words {
		next := map[int]*trail{}
		for id, t := range now {
			for _, a := range m.out(id) {
				if a.word != w {
					continue
				}
				if have := next[a.to]; have == nil || t.cost+a.cost < have.cost {
					next[a.to] = t.then(w, a.to, t.cost+a.cost, 0)
				}
			}
		}
		now = next
	}
	var best *trail
	var cost float64
	for id, t := range now {
		if c := t.cost + m.ending(id); c < 1e9 && (best == nil || c < cost) {
			best, cost = t, c
		}
	}
	if best == nil {
		return Reading{}, false
	}
	return m.reading(best, cost), true
}

// reading makes a Reading of a trail.
func (m *Model) reading(t *trail, cost float64) Reading {
	r := Reading{Slots: map[string]string{}, Doubt: map[string]float64{}, Cost: cost, Wrong: t.wrong}
	sounds := map[string]int{}
	for ; t.before != nil; t = t.before { // backwards: the first state of a slot has its last word
		r.Words = append(r.Words, t.word)
		if s := m.state(t.state); s.slot >= 0 {
			p := m.slots[s.slot]
			if _, ok := r.Slots[p.name]; !ok {
				r.Slots[p.name] = p.nodes[s.node].value
				r.spans = append(r.spans, span{slot: int(s.slot), from: len(r.Words) - 1})
			}
			r.spans[len(r.spans)-1].to = len(r.Words)
			r.Doubt[p.name] += t.own
			sounds[p.name] += len(phones.Of(t.word))
		}
	}
	for name, n := range sounds {
		r.Doubt[name] /= float64(max(n, 1))
	}
	slices.Reverse(r.Words)
	for i, s := range r.spans {
		r.spans[i].from, r.spans[i].to = len(r.Words)-s.to, len(r.Words)-s.from
	}
	return r
}

const (
	grammar  = .35 // weight of the model against the sounds
	beam     = 6.0 // what is dearer than the best by more is given up
	several  = 3   // ways to the same place that are kept
	widest   = 300 // places that are gone on from
	longest  = 400 // sounds of a text
	readings = 6
)

// place is where a trail stands: between words (arc -1), or in the word of an
// arc behind so many sounds of it.
type place struct {
	state, arc, at int32
}

// front is all that has been tried up to one sound of the text.
type front struct {
	ways map[place][]*trail // cheapest first
	todo []place
	best float64
}

// limit is the cost up to which places are gone on from.
func (f *front) limit() float64 {
	if len(f.ways) <= widest {
		return f.best + beam
	}
	costs := make([]float64, 0, len(f.ways))
	for _, ways := range f.ways {
		costs = append(costs, ways[0].cost)
	}
	slices.Sort(costs)
	return min(costs[widest], f.best+beam)
}

// put adds a way to a place; it reports whether it was worth it.
func (f *front) put(p place, t *trail) {
	if t.cost > f.best+beam {
		return
	}
	ways := f.ways[p]
	for j, w := range ways {
		if w.hash == t.hash {
			if w.cost <= t.cost {
				return
			}
			ways = slices.Delete(ways, j, j+1)
			break
		}
	}
	i, _ := slices.BinarySearchFunc(ways, t.cost, func(w *trail, c float64) int { return cmp.Compare(w.cost, c) })
	if i >= several {
		return
	}
	ways = slices.Insert(ways, i, t)
	f.ways[p] = ways[:min(len(ways), several)]
	f.best = min(f.best, t.cost)
	f.todo = append(f.todo, p)
}

// Read finds what the model would have said that sounds most like text, best
// first: a recogniser's mistakes are put right where the model knows better.
func (m *Model) Read(text string) []Reading {
	heard := Sounds(text)
	if len(heard) == 0 || len(heard) > longest {
		return nil
	}
	now := &front{ways: map[place][]*trail{}, best: math.Inf(1)}
	now.put(place{0, -1, 0}, &trail{})
	m.silent(now)
	for _, h := range heard {
		next := &front{ways: make(map[place][]*trail, len(now.ways)), best: math.Inf(1)}
		limit := now.limit()
		for _, p := range slices.SortedFunc(maps.Keys(now.ways), comparePlaces) {
			for _, t := range now.ways[p] {
				if t.cost > limit {
					break
				}
				surplus := phones.Surplus(h)
				more := *t
				more.cost, more.wrong = t.cost+surplus, t.wrong+surplus
				next.put(p, &more)
				if p.arc >= 0 {
					sounds := m.out(int(p.state))[p.arc].sounds
					if int(p.at) < len(sounds) {
						c := phones.Substitute(sounds[p.at], h)
						met := *t
						met.cost, met.wrong = t.cost+c, t.wrong+c
						next.put(place{p.state, p.arc, p.at + 1}, &met)
					}
				}
			}
		}
		m.silent(next)
		now = next
	}
	var ends []*trail
	for p, ways := range now.ways {
		if p.arc >= 0 {
			continue
		}
		for _, t := range ways {
			if c := m.ending(int(p.state)); c < 1e9 {
				e := *t
				e.cost += grammar * c
				ends = append(ends, &e)
			}
		}
	}
	slices.SortFunc(ends, func(a, b *trail) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.hash, b.hash)) })
	var out []Reading
	seen := map[uint64]bool{}
	for _, t := range ends {
		if !seen[t.hash] && len(out) < readings {
			seen[t.hash] = true
			out = append(out, m.reading(t, t.cost))
		}
	}
	return out
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.arc, b.arc), cmp.Compare(a.at, b.at))
}

// silent goes on where no sound is needed: into words, over sounds that were not
// heard, out of words.
func (m *Model) silent(f *front) {
	for len(f.todo) > 0 {
		p := f.todo[len(f.todo)-1]
		f.todo = f.todo[:len(f.todo)-1]
		arcs := m.out(int(p.state))
		for _, t := range slices.Clone(f.ways[p]) {
			if p.arc < 0 {
				for i, a := range arcs {
					in := *t
					in.cost += grammar * a.cost
					f.put(place{p.state, int32(i), 0}, &in)
				}
				continue
			}
			a := arcs[p.arc]
			sounds := a.sounds
			if int(p.at) == len(sounds) {
				f.put(place{int32(a.to), -1, 0}, t.then(a.word, a.to, t.cost, t.wrong))
				continue
			}
			c := phones.Miss(sounds[p.at])
			over := *t
			over.cost, over.wrong = t.cost+c, t.wrong+c
			f.put(place{p.state, p.arc, p.at + 1}, &over)
		}
	}
}

// sounds are those of a word of the model. The caller holds mu.
func (m *Model) sounds(word string) []byte {
	if s, ok := m.said[word]; ok {
		return s
	}
	s := phones.Of(word)
	m.said[word] = s
	return s
}

// Sounds are those of a text, numbers as they are spoken.
func Sounds(text string) []byte {
	var out []byte
	for _, w := range Words(text) {
		if n, err := strconv.Atoi(w); err == nil && n >= 0 && n < 1e6 {
			w = spoken(n)
		}
		for _, part := range strings.Fields(w) {
			out = append(out, phones.Of(part)...)
		}
	}
	return out
}

var (
	small = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens  = strings.Fields("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
)

func spoken(n int) string {
	switch {
	case n < 20:
		return small[n]
	case n < 100:
		s := tens[n/10]
		if n%10 > 0 {
			s += " " + small[n%10]
		}
		return s
	case n < 1000:
		s := small[n/100] + " hundred"
		if n%100 > 0 {
			s += " " + spoken(n%100)
		}
		return s
	}
	s := spoken(n/1000) + " thousand"
	if n%1000 > 0 {
		s += " " + spoken(n%1000)
	}
	return s
}

// doubtful is how much may have to be put right, in nats a sound, before it is as
// likely as not that something else was said.
const doubtful = .4

// tooDoubtful is what of a slot's words, in nats a sound, may be put right.
const tooDoubtful = .7

// Sure reports whether enough of a slot's words was heard to believe its value.
func (r Reading) Sure(slot string) bool { return r.Doubt[slot] < tooDoubtful }

// Confidence is how sure it is that the model's words were said, 0 to 1.
func (r Reading) Confidence() float64 {
	sounds := len(Sounds(strings.Join(r.Words, " ")))
	if sounds == 0 {
		return 0
	}
	return 1 / (1 + math.Pow(r.Wrong/float64(sounds)/doubtful, 2))
}
