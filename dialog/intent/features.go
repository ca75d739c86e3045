package intent

import (
	"unicode"
	"unicode/utf8"
)

// The features of an utterance are hashes: of its words and runs of two and
// three words, and of the pieces of three to five letters of each Latin word.
// A Han character is a word; a run of digits is the word "#".

const (
	maxTokens = 64 // an utterance is read up to here
	maxWord   = 32 // and a word
)

// tokens of one utterance: normalised runes and where each word begins.
type tokens struct {
	runes [maxTokens * maxWord / 4]rune
	at    [maxTokens + 1]int // word i is runes[at[i]:at[i+1]]
	src   [maxTokens][2]int  // its bytes in the text
	n     int
}

func (t *tokens) word(i int) []rune { return t.runes[t.at[i]:t.at[i+1]] }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// cut splits text into words.
func (t *tokens) cut(text string) {
	t.n = 0
	fill, start, digits := 0, 0, false
	open := false // a Latin word or number is being read
	end := func(pos int) {
		if open {
			t.src[t.n][1] = pos
			t.n++
			t.at[t.n] = fill
			open = false
		}
	}
	for pos, r := range text {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if t.n >= maxTokens || fill >= len(t.runes)-1 {
			break
		}
		switch {
		case isHan(r):
			end(pos)
			if t.n >= maxTokens {
				break
			}
			t.runes[fill] = r
			fill++
			t.src[t.n] = [2]int{pos, pos + utf8.RuneLen(r)}
			t.n++
			t.at[t.n] = fill
		case r >= '0' && r <= '9':
			if open && digits {
				continue
			}
			end(pos)
			if t.n >= maxTokens {
				break
			}
			t.runes[fill] = '#'
			fill++
			open, digits, start = true, true, pos
			t.src[t.n][0] = start
		case unicode.IsLetter(r):
			if open && digits {
				end(pos)
			}
			if t.n >= maxTokens {
				break
			}
			if !open {
				open, digits, start = true, false, pos
				t.src[t.n][0] = start
			}
			if fill-t.at[t.n] < maxWord {
				t.runes[fill] = unicode.ToLower(r)
				fill++
			}
		case r == '\'' || r == '’': // "don't" is dont
		default:
			end(pos)
		}
	}
	end(len(text))
}

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

// kind of a feature: words and pieces are weighed apart.
const (
	wordKind  = 0
	pieceKind = 1
)

// each calls f for every feature, with the words from i to j that it covers.
func (t *tokens) each(f func(h uint64, kind, i, j int)) {
	for i := range t.n {
		h := uint64(offset64)
		for j := i; j < t.n && j < i+3; j++ {
			for _, r := range t.word(j) {
				h = add(h, r)
			}
			h = add(h, ' ')
			f(mix(h), wordKind, i, j)
		}
		w := t.word(i)
		if len(w) == 1 && (isHan(w[0]) || w[0] == '#') {
			if i+2 < t.n { // a gap: what stands around one character
				h := add(uint64(offset64), '_')
				h = add(h, w[0])
				for _, r := range t.word(i + 2) {
					h = add(h, r)
				}
				f(mix(h), pieceKind, i, i+2)
			}
			continue
		}
		at := func(k int) rune { // the word between marks
			if k < 0 || k >= len(w) {
				return '|'
			}
			return w[k]
		}
		for n := 3; n <= 5; n++ {
			for k := -1; k+n <= len(w)+1; k++ {
				h := add(uint64(offset64), '~')
				for x := k; x < k+n; x++ {
					h = add(h, at(x))
				}
				f(mix(h), pieceKind, i, i)
			}
		}
	}
}
