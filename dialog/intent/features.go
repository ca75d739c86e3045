package intent

// The features of an utterance are hashes of four kinds: its words; runs of two
// and three words, the words at its edges and around its punctuation; the pieces
// of three to five letters of each Latin word; and what its words sound like. A
// word counts by its stem. A Han character is a word; a run of digits is the
// word "#".
//
// Each kind has its own share of the vector's length, since there are many more
// pieces in an utterance than words.

type kind int8

const (
	wordKind kind = iota
	runKind
	pieceKind
	soundKind
	kinds
)

// shares of the kinds in the squared length, by whether the utterance has Han
// characters: they have no pieces, and more runs.
var shares = [2][kinds]float64{{.25, .25, .45, .05}, {.35, .38, .17, .10}}

// FNV-1a over runes, and a last mix, since the low bits choose the slot.
const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

func add(h uint64, r rune) uint64 { return (h ^ uint64(r)) * prime64 }

func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return h
}

// join hashes up to three hashes under a mark that says what they are.
func join(mark rune, hs ...uint64) uint64 {
	h := add(offset64, mark)
	for _, x := range hs {
		h = (h ^ x) * prime64
		h ^= h >> 29
	}
	return mix(h)
}

// each calls f for every feature, with the words from i to j that it covers.
func (t *tokens) each(f func(h uint64, k kind, i, j int)) {
	for i := range t.n {
		a := t.stem[i]
		f(join('w', a), wordKind, i, i)
		if s := t.sound[i]; s != 0 {
			f(join('s', s), soundKind, i, i)
			if i+1 < t.n && t.sound[i+1] != 0 {
				f(join('S', s, t.sound[i+1]), soundKind, i, i+1)
			}
		}
		if i+1 < t.n {
			f(join('r', a, t.stem[i+1]), runKind, i, i+1)
		}
		if i+2 < t.n {
			f(join('R', a, t.stem[i+1], t.stem[i+2]), runKind, i, i+2)
		}
		if p := t.mark[i]; p != 0 {
			f(join('p', uint64(p)), runKind, i, i)
			f(join('P', a, uint64(p)), runKind, i, i)
		}
		t.pieces(i, f)
	}
	if t.n > 0 {
		last := t.n - 1
		f(join('^', t.stem[0]), runKind, 0, 0)
		f(join('$', t.stem[last]), runKind, last, last)
		if t.n > 1 {
			f(join('<', t.stem[0], t.stem[1]), runKind, 0, 1)
			f(join('>', t.stem[last-1], t.stem[last]), runKind, last-1, last)
		}
	}
}

// pieces are what survives a recogniser that writes half a word wrong.
func (t *tokens) pieces(i int, f func(h uint64, k kind, i, j int)) {
	w := t.word(i)
	if single(w) {
		if i+2 < t.n { // a gap: what stands around one character
			f(join('_', t.stem[i], t.stem[i+2]), pieceKind, i, i+2)
		}
		return
	}
	at := func(k int) rune { // the word between marks
		if k < 0 || k >= len(w) {
			return '|'
		}
		return w[k]
	}
	for n := 3; n <= 5; n++ {
		for k := -1; k+n <= len(w)+1; k++ {
			h := add(offset64, '~')
			for x := k; x < k+n; x++ {
				h = add(h, at(x))
			}
			f(mix(h), pieceKind, i, i)
		}
	}
}

// single reports whether a word is one Han character or a number.
func single(w []rune) bool { return len(w) == 1 && (isHan(w[0]) || w[0] == '#') }
