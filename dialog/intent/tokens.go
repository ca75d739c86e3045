package intent

import (
	"unicode"
	"unicode/utf8"
)

const (
	maxTokens = 192 // an utterance is read up to here
	maxWord   = 32  // and a word
)

// tokens of one utterance: normalised runes and where each word begins.
type tokens struct {
	runes [maxTokens * maxWord / 4]rune
	at    [maxTokens + 1]int // word i is runes[at[i]:at[i+1]]
	src   [maxTokens][2]int  // its bytes in the text
	stem  [maxTokens]uint64  // its hash without its ending
	sound [maxTokens]uint64  // the hash of what it sounds like; 0 is nothing
	mark  [maxTokens]rune    // the punctuation after it; 0 is none
	n     int
	han   bool // one of them is a Han character
}

func (t *tokens) word(i int) []rune { return t.runes[t.at[i]:t.at[i+1]] }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// cut splits text into words.
func (t *tokens) cut(text string) {
	t.n, t.han = 0, false
	fill, digits := 0, false
	open := false // a Latin word or number is being read
	end := func(pos int) {
		if open {
			t.close(pos, fill)
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
			t.src[t.n][0] = pos
			t.close(pos+utf8.RuneLen(r), fill)
			t.han = true
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
			open, digits = true, true
			t.src[t.n][0] = pos
		case unicode.IsLetter(r):
			if open && digits {
				end(pos)
			}
			if t.n >= maxTokens {
				break
			}
			if !open {
				open, digits = true, false
				t.src[t.n][0] = pos
			}
			if fill-t.at[t.n] < maxWord {
				t.runes[fill] = unicode.ToLower(r)
				fill++
			}
		case r == '\'' || r == '’': // "don't" is dont
		default:
			end(pos)
			if t.n > 0 && t.mark[t.n-1] == 0 {
				t.mark[t.n-1] = punctuation(r)
			}
		}
	}
	end(len(text))
}

// close ends word n at byte pos of the text and rune fill of the store.
func (t *tokens) close(pos, fill int) {
	i := t.n
	t.src[i][1] = pos
	t.n++
	t.at[t.n] = fill
	t.mark[i] = 0
	w := t.word(i)
	h := uint64(offset64)
	keep, last := stem(w)
	for k, r := range w[:keep] {
		if k == keep-1 {
			r = last
		}
		h = add(h, r)
	}
	t.stem[i] = h
	t.sound[i] = sound(w)
}

// punctuation is the mark that r is; 0 if it says nothing.
func punctuation(r rune) rune {
	switch r {
	case ',', '、':
		return ','
	case '.', '。', ';':
		return '.'
	case '?', '!':
		return r
	}
	return 0
}

// stem says how many letters of an English word to keep and what the last of
// them becomes: "cards" is card, "tried" and "try" are tri.
func stem(w []rune) (keep int, last rune) {
	n := len(w)
	if n == 0 {
		return 0, 0
	}
	if n <= 4 || w[0] > 'z' {
		return n, w[n-1]
	}
	switch {
	case ends(w, "ing") && n >= 6:
		n -= 3
	case ends(w, "ies"), ends(w, "ied"):
		n -= 2
	case ends(w, "ed") && n >= 5, ends(w, "es") && n >= 5, ends(w, "ly") && n >= 5:
		n -= 2
	case ends(w, "s") && !ends(w, "ss"):
		n--
	}
	if n < len(w) && n > 3 && w[n-1] == w[n-2] && w[n-1] != 's' && w[n-1] != 'l' {
		n--
	}
	if n > 3 && w[n-1] == 'e' {
		n--
	}
	if w[n-1] == 'y' {
		return n, 'i'
	}
	return n, w[n-1]
}

func ends(w []rune, suffix string) bool {
	if len(w) < len(suffix) {
		return false
	}
	w = w[len(w)-len(suffix):]
	for i, r := range suffix {
		if w[i] != r {
			return false
		}
	}
	return true
}
