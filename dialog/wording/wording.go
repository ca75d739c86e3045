// Package wording learns from a bot's annotated examples how its callers put
// things, and reads what was said, or half understood, against that.
//
// A Model is a trigram over words and slots, in which a slot stands for any of
// its values and is named once in an utterance. It is an automaton over words
// that a recogniser can follow while it listens (asr.Grammar); Read finds the
// slots in a text that it followed, or that some other recogniser wrote down
// with mistakes.
package wording

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A Part is a piece of an example: plain words, or the words for a slot's value.
type Part struct {
	Text  string
	Slot  string // empty: plain words
	Value string // empty: Text
}

// An Example is one utterance, cut into its parts.
type Example []Part

// Parse reads an example with its slots marked as in Rasa's NLU format:
// "a [large](size) mocha", "a [big]{"entity": "size", "value": "large"} mocha",
// "a [big](size:large) mocha".
func Parse(text string) (Example, error) { return parse(text) }

// Model is what was learned. It never changes, and may be used by several
// goroutines at once.
type Model struct {
	symbols []string // words; slots are their names behind slotMark
	slots   []*phrases
	grams   [3]map[[3]int32]float64 // counts of one, two, three symbols, the last ones of the key
	follow  map[[2]int32][]int32    // symbols seen after two; {-1, b} after one

	mu     sync.Mutex
	states []state
	ids    map[state]int
	arcs   [][]arc
	said   map[string][]byte
}

// Symbols with a meaning of their own.
const (
	begin int32 = iota
	end
)

const slotMark = "\x00"

// phrases are the words for the values of a slot, as a trie.
type phrases struct {
	name   string
	symbol int32
	nodes  []phraseNode
	all    [][]string // each once
}

type phraseNode struct {
	next  map[string]int32
	mass  float64 // of the phrases below and here
	ends  float64 // of those that end here
	value string
}

func (p *phrases) add(words []string, value string, mass float64) {
	at := int32(0)
	p.nodes[0].mass += mass
	for _, w := range words {
		n, ok := p.nodes[at].next[w]
		if !ok {
			n = int32(len(p.nodes))
			p.nodes = append(p.nodes, phraseNode{next: map[string]int32{}})
			p.nodes[at].next[w] = n
		}
		at = n
		p.nodes[at].mass += mass
	}
	if p.nodes[at].ends == 0 {
		p.all = append(p.all, words)
	}
	p.nodes[at].ends += mass
	p.nodes[at].value = value
}

// A Value is one of the values of a slot, with words for it.
type Value struct {
	Slot, Value string
	Words       string
}

// Learn makes a Model of examples and of values that need not be in any of them.
func Learn(examples []Example, values []Value) *Model {
	m := &Model{symbols: []string{"\x01", "\x02"}, follow: map[[2]int32][]int32{}, ids: map[state]int{}, said: map[string][]byte{}}
	for i := range m.grams {
		m.grams[i] = map[[3]int32]float64{}
	}
	symbol := map[string]int32{}
	sym := func(s string) int32 {
		id, ok := symbol[s]
		if !ok {
			id = int32(len(m.symbols))
			symbol[s] = id
			m.symbols = append(m.symbols, s)
		}
		return id
	}
	slots := map[string]*phrases{}
	slot := func(name string) *phrases {
		p := slots[name]
		if p == nil {
			p = &phrases{name: name, symbol: sym(slotMark + name), nodes: []phraseNode{{next: map[string]int32{}}}}
			slots[name] = p
			m.slots = append(m.slots, p)
		}
		return p
	}
	for _, e := range examples {
		seq := []int32{begin, begin}
		for _, part := range e {
			ws := Words(part.Text)
			if part.Slot == "" {
				for _, w := range ws {
					seq = append(seq, sym(w))
				}
				continue
			}
			value := part.Value
			if value == "" {
				value = strings.Join(ws, " ")
			}
			p := slot(part.Slot)
			p.add(ws, value, 1)
			seq = append(seq, p.symbol)
		}
		seq = append(seq, end)
		for i := 2; i < len(seq); i++ {
			a, b, x := seq[i-2], seq[i-1], seq[i]
			if m.grams[2][[3]int32{a, b, x}] == 0 {
				m.follow[[2]int32{a, b}] = append(m.follow[[2]int32{a, b}], x)
			}
			if m.grams[1][[3]int32{-1, b, x}] == 0 {
				m.follow[[2]int32{-1, b}] = append(m.follow[[2]int32{-1, b}], x)
			}
			m.grams[2][[3]int32{a, b, x}]++
			m.grams[1][[3]int32{-1, b, x}]++
			m.grams[0][[3]int32{-1, -1, b}]++
		}
	}
	for _, v := range values {
		if p := slots[v.Slot]; p != nil {
			p.add(Words(v.Words), v.Value, .5)
		}
	}
	m.id(state{begin, begin, 0, -1, 0})
	return m
}

// Empty reports whether no example has a slot: then there is nothing to read.
func (m *Model) Empty() bool { return m == nil || len(m.slots) == 0 }

// A state is the last two symbols, the slots that have been named, and, inside
// of a slot, how far its words have come.
type state struct {
	a, b  int32
	named uint64
	slot  int32 // -1 outside
	node  int32
}

type arc struct {
	word   string
	to     int
	cost   float64
	sounds []byte
}

// id is the number of a state. The caller holds mu, or is Learn.
func (m *Model) id(s state) int {
	if id, ok := m.ids[s]; ok {
		return id
	}
	id := len(m.states)
	m.ids[s] = id
	m.states = append(m.states, s)
	m.arcs = append(m.arcs, nil)
	return id
}

// Share of the trigram and the bigram in how likely a symbol is.
const trigram, bigram = .7, .3

// p is how likely x is after a and b.
func (m *Model) p(a, b, x int32) float64 {
	two := m.pairs(a, b)
	p := bigram * m.grams[1][[3]int32{-1, b, x}] / m.grams[0][[3]int32{-1, -1, b}]
	if two > 0 {
		return p + trigram*m.grams[2][[3]int32{a, b, x}]/two
	}
	return p / bigram
}

func (m *Model) pairs(a, b int32) (n float64) {
	for _, x := range m.follow[[2]int32{a, b}] {
		n += m.grams[2][[3]int32{a, b, x}]
	}
	return n
}

func (m *Model) slotOf(symbol int32) int32 {
	for i, p := range m.slots {
		if p.symbol == symbol {
			return int32(i)
		}
	}
	return -1
}

// out lists the arcs of a state.
func (m *Model) out(id int) []arc {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.arcs[id] != nil {
		return m.arcs[id]
	}
	s := m.states[id]
	arcs := []arc{}
	enter := func(to state, slot, node int32, cost float64) { // a word of a slot
		n := &m.slots[slot].nodes[node]
		for w, child := range n.next {
			to.slot, to.node = slot, child
			arcs = append(arcs, arc{word: w, to: m.id(to), cost: cost - math.Log(m.slots[slot].nodes[child].mass/n.mass)})
		}
	}
	cost := 0.0
	if s.slot >= 0 {
		enter(s, s.slot, s.node, 0)
		n := &m.slots[s.slot].nodes[s.node]
		cost = -math.Log(n.ends / n.mass)
	}
	for _, x := range m.follow[[2]int32{-1, s.b}] {
		if x == end || math.IsInf(cost, 1) {
			continue
		}
		c := cost - math.Log(m.p(s.a, s.b, x))
		to := state{s.b, x, s.named, -1, 0}
		if slot := m.slotOf(x); slot >= 0 {
			if s.named&(1<<slot) == 0 {
				to.named |= 1 << slot
				enter(to, slot, 0, c)
			}
			continue
		}
		arcs = append(arcs, arc{word: m.symbols[x], to: m.id(to), cost: c})
	}
	slices.SortFunc(arcs, func(a, b arc) int {
		if c := strings.Compare(a.word, b.word); c != 0 {
			return c
		}
		return a.to - b.to
	})
	for i := range arcs {
		arcs[i].sounds = m.sounds(arcs[i].word)
	}
	m.arcs[id] = arcs
	return arcs
}

// ending is how unlikely an utterance is to end in a state; +Inf is never.
func (m *Model) ending(id int) float64 {
	s := m.state(id)
	cost := 0.0
	if s.slot >= 0 {
		n := &m.slots[s.slot].nodes[s.node]
		cost = -math.Log(n.ends / n.mass)
	}
	return cost - math.Log(m.p(s.a, s.b, end))
}

func (m *Model) state(id int) state {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states[id]
}

// Words cuts a text as the model does: words in lower case, Chinese by the
// character; apostrophes stay.
func Words(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if w := strings.Trim(b.String(), "'"); w != "" {
			out = append(out, w)
		}
		b.Reset()
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’':
			b.WriteByte('\'')
		default:
			flush()
		}
	}
	flush()
	return out
}

// Slots are the names of the slots that the model knows.
func (m *Model) Slots() (names []string) {
	for _, p := range m.slots {
		names = append(names, p.name)
	}
	return names
}
