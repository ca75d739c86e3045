package intent

import (
	"math"
	"sort"
	"sync"
)

// Model is a trained classifier.
type Model struct {
	intents []string
	slots   table     // hash of a feature to its number
	idf     []float32 // by feature
	weights []float32 // by feature, then by intent; the last row is the bias
	scale   float64   // of the margins in the softmax
	null    float64   // the margin of None
	least   float64   // confidence under which the answer is None
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
	kind  int8
	i, j  int8 // the words it covers
	value float32
}

// scratch is what one classification needs.
type scratch struct {
	tokens   tokens
	features []feature
	scores   []float32
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// vector fills s.features with the unit vector of text: each half, words and
// pieces, has the same length.
func (m *Model) vector(s *scratch, text string) {
	s.tokens.cut(text)
	s.features = s.features[:0]
	var norm, all [2]float64
	s.tokens.each(func(h uint64, kind, i, j int) {
		id := m.slots.get(h)
		if id < 0 {
			all[kind] += 4 // an unknown feature weighs like a middling known one
			return
		}
		v := m.idf[id]
		all[kind] += float64(v) * float64(v)
		s.features = append(s.features, feature{id, int8(kind), int8(i), int8(j), v})
	})
	// What the model has never seen shortens the vector, half as much as what
	// it has: an utterance of unknown words is nobody's.
	for _, f := range s.features {
		norm[f.kind] += float64(f.value) * float64(f.value)
	}
	var by [2]float32
	for k := range by {
		if norm[k] > 0 {
			by[k] = float32(1 / math.Sqrt(norm[k]+unseen*(all[k]-norm[k])) / math.Sqrt2)
		}
	}
	for i := range s.features {
		s.features[i].value *= by[s.features[i].kind]
	}
}

// unseen is the share of an unknown feature's weight in the length of a vector.
const unseen = 0.3

// margins fills s.scores with the margin of each intent.
func margins(s *scratch, weights []float32, classes int) {
	if cap(s.scores) < classes {
		s.scores = make([]float32, classes)
	}
	s.scores = s.scores[:classes]
	copy(s.scores, weights[len(weights)-classes:])
	for _, f := range s.features {
		row := weights[int(f.id)*classes:][:classes]
		for c, w := range row {
			s.scores[c] += w * f.value
		}
	}
}

// Classify names what text wants.
func (m *Model) Classify(text string) Result {
	if len(m.intents) == 0 {
		return Result{Intent: None, Confidence: 1}
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	return m.classify(s, text)
}

func (m *Model) classify(s *scratch, text string) Result {
	r := Result{Intent: None, Confidence: 1}
	m.vector(s, text)
	if s.tokens.n == 0 || len(s.features) == 0 {
		return r
	}
	margins(s, m.weights, len(m.intents))
	sum := math.Exp(m.scale * m.null)
	for c, v := range s.scores {
		p := math.Exp(m.scale * float64(v))
		sum += p
		for i := range r.Top {
			if p > r.Top[i].P {
				copy(r.Top[i+1:], r.Top[i:])
				r.Top[i] = Scored{m.intents[c], p}
				break
			}
		}
	}
	for i := range r.Top {
		r.Top[i].P /= sum
	}
	none := math.Exp(m.scale*m.null) / sum
	if best := r.Top[0]; best.P > none && best.P >= m.least {
		r.Intent, r.Confidence = best.Intent, best.P
	} else {
		r.Confidence = max(none, 1-best.P)
	}
	return r
}

// Explain names up to n words of text that spoke most for intent, the strongest
// first.
func (m *Model) Explain(text, intent string, n int) []string {
	c := sort.SearchStrings(m.intents, intent)
	if c == len(m.intents) || m.intents[c] != intent {
		return nil
	}
	s := new(scratch)
	m.vector(s, text)
	var share [maxTokens]float64
	for _, f := range s.features {
		w := float64(m.weights[int(f.id)*len(m.intents)+c] * f.value)
		for i := f.i; i <= f.j; i++ {
			share[i] += w / float64(f.j-f.i+1)
		}
	}
	// Neighbouring Han characters that both speak for it are one word.
	type part struct {
		text  string
		score float64
	}
	var parts []part
	for i := 0; i < s.tokens.n; i++ {
		if share[i] <= 0 {
			continue
		}
		from, score, j := i, share[i], i
		for j+1 < s.tokens.n && isHan(s.tokens.word(j)[0]) && isHan(s.tokens.word(j + 1)[0]) && share[j+1] > 0 && j-from < 3 {
			j++
			score += share[j]
		}
		parts = append(parts, part{text[s.tokens.src[from][0]:s.tokens.src[j][1]], score})
		i = j
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].score > parts[j].score })
	var out []string
	for _, p := range parts[:min(n, len(parts))] {
		out = append(out, p.text)
	}
	return out
}

// Intents are the names the model knows, in order.
func (m *Model) Intents() []string { return m.intents }
