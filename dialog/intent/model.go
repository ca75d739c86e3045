package intent

import (
	"math"
	"sort"
	"sync"

	"hotline/internal/sentence"
)

// Model is a trained classifier.
type Model struct {
	intents []string
	slots   table                           // hash of a feature to its number
	idf     []float32                       // by feature
	weights []float32                       // by feature, then by intent, None last; the last row is the bias
	meaning [sentence.Languages]*understood // by language; nil if no example is in it
	middle  [sentence.Languages][]float32   // of the vectors of the examples
	trust   [sentence.Languages]float32     // what the margin by meaning counts beside that by words
	scale   float64                         // of the margins in the softmax
	out     [sentence.Languages]logistic    // whether an utterance is out of scope
	manners []bool                          // by intent
	long    [2]int                          // words, and Han characters, of a long example
}

// table maps hashes to numbers: open addressing, a power of two slots.
type table struct {
	keys []uint64
	vals []int32
}

func newTable(n int) table {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return table{make([]uint64, size), make([]int32, size)}
}

// get returns the number of h; -1 if it has none.
func (t *table) get(h uint64) int32 {
	if len(t.keys) == 0 {
		return -1
	}
	h |= 1
	for i := h >> 1 & uint64(len(t.keys)-1); ; i = (i + 1) & uint64(len(t.keys)-1) {
		switch t.keys[i] {
		case h:
			return t.vals[i]
		case 0:
			return -1
		}
	}
}

func (t *table) put(h uint64, v int32) {
	h |= 1
	i := h >> 1 & uint64(len(t.keys)-1)
	for t.keys[i] != 0 && t.keys[i] != h {
		i = (i + 1) & uint64(len(t.keys)-1)
	}
	t.keys[i], t.vals[i] = h, v
}

// feature is one number of an utterance's vector.
type feature struct {
	id    int32
	kind  kind
	i, j  int16 // the words it covers
	value float32
}

// scratch is what one classification needs.
type scratch struct {
	tokens   tokens
	features []feature
	unknown  float64 // share of the utterance that the model has never seen
	scores   []float32
	meaning  [sentence.Dim]float32
	language sentence.Language // of the meaning; Unknown if there is none
	meant    []float32         // margins by meaning; empty if there is none
	near     []float32         // to each intent; empty if there is no meaning
	clauses  []clause          // of a long utterance
	whole    []float32         // its margins
	best     []float32         // by intent: that of its clearest clause
	beyond   []float64         // by intent: the logarithm of the odds that that clause is out of scope
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// unseen is the share of an unknown feature's weight in the length of a vector.
const unseen = 0.3

// vector fills s.features with the vector of text. What the model has never seen
// shortens it: an utterance of unknown words is nobody's.
func (m *Model) vector(s *scratch, text string) {
	s.tokens.cut(text)
	s.features = s.features[:0]
	var known, new [kinds]float64
	s.tokens.each(func(h uint64, k kind, i, j int) {
		id := m.slots.get(h)
		if id < 0 {
			new[k] += middling
			return
		}
		v := m.idf[id]
		known[k] += float64(v) * float64(v)
		s.features = append(s.features, feature{id, k, int16(i), int16(j), v})
	})
	share := &shares[0]
	if s.tokens.han {
		share = &shares[1]
	}
	var by [kinds]float32
	for k := range by {
		if known[k] > 0 {
			by[k] = float32(math.Sqrt(share[k] / (known[k] + unseen*new[k])))
		}
	}
	s.unknown = new[wordKind] / max(known[wordKind]+new[wordKind], 1)
	for i := range s.features {
		s.features[i].value *= by[s.features[i].kind]
	}
}

// middling is the squared weight of a feature of middling rarity.
const middling = 3

// margins fills s.scores with the margin of each of n columns of weights.
func margins(s *scratch, weights []float32, n int) {
	if cap(s.scores) < n {
		s.scores = make([]float32, n)
	}
	s.scores = s.scores[:n]
	copy(s.scores, weights[len(weights)-n:])
	for _, f := range s.features {
		row := weights[int(f.id)*n:][:n]
		for c, w := range row {
			s.scores[c] += w * f.value
		}
	}
}

// mean is what text means, seen from the middle of the examples in its language; nil if
// that is not known.
func (m *Model) mean(s *scratch, text string, language sentence.Language) []float32 {
	if m.meaning[language] == nil || !sentence.Encode(s.meaning[:], text) {
		return nil
	}
	return apart(s.meaning[:], s.meaning[:], m.middle[language])
}

// margins fills s.scores with the margin of each intent and None: text is what
// s.features were made of.
func (m *Model) margins(s *scratch, text string) {
	n := len(m.intents) + 1
	margins(s, m.weights, n)
	s.near, s.meant, s.language = s.near[:0], s.meant[:0], sentence.Unknown
	language := sentence.Of(text)
	v := m.mean(s, text, language)
	if v == nil {
		return
	}
	s.language = language
	if cap(s.meant) < n {
		s.meant, s.near = make([]float32, n), make([]float32, n)
	}
	s.near = s.near[:n-1]
	m.meaning[language].near(s.near, v)
	s.meant = s.meant[:n]
	m.meaning[language].margins(s.meant, v)
	trust := m.trust[language]
	for c, v := range s.meant {
		s.scores[c] = (s.scores[c] + trust*v) / (1 + trust)
	}
}

// Classify names what text wants.
func (m *Model) Classify(text string) Result {
	if len(m.intents) == 0 {
		return Result{Intent: None, Confidence: 1, None: 1}
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	return m.classify(s, text)
}

func (m *Model) classify(s *scratch, text string) Result {
	r := Result{Intent: None, Confidence: 1, None: 1}
	m.vector(s, text)
	if s.tokens.n == 0 || len(s.features) == 0 {
		return r
	}
	n := len(m.intents)
	m.margins(s, text)
	none := sigmoid(m.ramble(s, text, m.outside(s)))
	top := s.scores[0]
	for _, v := range s.scores[:n] {
		top = max(top, v)
	}
	sum := 0.0
	for c, v := range s.scores[:n] {
		p := math.Exp(m.scale * float64(v-top))
		sum += p
		for i := range r.Top {
			if p > r.Top[i].P {
				copy(r.Top[i+1:], r.Top[i:])
				r.Top[i] = Scored{m.intents[c], p}
				break
			}
		}
	}
	r.None = none
	for i := range r.Top {
		r.Top[i].P *= (1 - none) / sum
	}
	if none > .5 {
		r.Confidence = none
	} else {
		r.Intent, r.Confidence = r.Top[0].Intent, r.Top[0].P
	}
	return r
}

// Intents are the names the model knows, in order.
func (m *Model) Intents() []string { return m.intents }

// column of intent; -1 if there is none.
func (m *Model) column(intent string) int {
	c := sort.SearchStrings(m.intents, intent)
	if c == len(m.intents) || m.intents[c] != intent {
		return -1
	}
	return c
}
