package tts

import (
	"strings"
	"unicode"
)

// Lengths of a piece of text, in columns: a Chinese character, which is a
// syllable, counts as three. A hundred columns are about six seconds.
const (
	firstPiece = 90  // the first is what the caller waits for
	nextPiece  = 180 //
)

const closers = "\"'”’」』）)]】》"

// Split cuts text into what is spoken in one breath: sentences, and of a long
// sentence its clauses. A full stop inside of a number, an address, a domain or
// after an abbreviation ends nothing. The pieces in order are the text, but for
// space at their edges.
func Split(text string) []string {
	var out []string
	for _, s := range splitSentences([]rune(text)) {
		for len(s) > 0 {
			limit := nextPiece
			if len(out) == 0 {
				limit = firstPiece
			}
			n := breath(s, limit)
			if p := strings.TrimSpace(string(s[:n])); p != "" {
				out = append(out, p)
			}
			s = s[n:]
		}
	}
	return out
}

func splitSentences(r []rune) [][]rune {
	var out [][]rune
	start := 0
	for i := 0; i < len(r); i++ {
		if !ends(r, i) {
			continue
		}
		for i+1 < len(r) && (strings.ContainsRune(closers, r[i+1]) || strings.ContainsRune("。！？!?….", r[i+1])) {
			i++
		}
		out = append(out, r[start:i+1])
		start = i + 1
	}
	return append(out, r[start:])
}

// ends reports whether the character at i ends a sentence.
func ends(r []rune, i int) bool {
	switch r[i] {
	case '\n', '。', '！', '？', '…':
		return true
	case '.', '!', '?':
	default:
		return false
	}
	j := i + 1
	for j < len(r) && (strings.ContainsRune(closers, r[j]) || r[j] == r[i]) {
		j++
	}
	if j < len(r) && !unicode.IsSpace(r[j]) {
		return r[i] != '.' && unicode.Is(unicode.Han, r[j]) // "OK!好的", but "shop.中国"
	}
	if r[i] != '.' {
		return true
	}
	for j < len(r) && unicode.IsSpace(r[j]) {
		j++
	}
	if j == len(r) {
		return true
	}
	return !abbreviated(lastWord(r[:i]), r[j])
}

// lastWord is the run of letters and full stops that r ends in.
func lastWord(r []rune) string {
	i := len(r)
	for i > 0 && (unicode.IsLetter(r[i-1]) || r[i-1] == '.') {
		i--
	}
	return string(r[i:])
}

// abbreviated reports whether the full stop after word belongs to it, when next
// is what follows.
func abbreviated(word string, next rune) bool {
	w := strings.ToLower(word)
	switch {
	case w == "":
		return false
	case strings.Contains(titles, " "+w+" "): // never last in a sentence
		return true
	case strings.Contains(numbered, " "+w+" "):
		return unicode.IsDigit(next)
	case strings.Contains(shortened, " "+w+" ") || strings.Contains(w, "."): // e.g., a.m., U.S.
		return !unicode.IsUpper(next)
	}
	return len(word) == 1 && unicode.IsUpper(rune(word[0])) && word != "I" // J. Smith
}

const (
	titles    = " mr mrs ms dr prof st gen rev sgt capt lt col mt e.g i.e vs messrs "
	numbered  = " no nos art sec fig p pp ext tel jan feb mar apr jun jul aug sep sept oct nov dec ch vol approx "
	shortened = " inc ltd co corp etc dept est min max hr hrs mins appt acct ave blvd rd "
)

// breath is how many runes of sentence s fit into limit columns, cut after a
// clause if there is one, or else a word.
func breath(s []rune, limit int) int {
	cols, clause, word := 0, 0, 0
	for i, c := range s {
		if cols++; unicode.Is(unicode.Han, c) {
			cols += 2
		}
		if cols > limit && i > 0 {
			switch {
			case clause > i/3:
				return clause
			case word > i/3:
				return word
			}
			return i
		}
		switch {
		case strings.ContainsRune("，、；：", c):
			clause = i + 1
		case strings.ContainsRune(",;:—", c) && (i+1 == len(s) || unicode.IsSpace(s[i+1])):
			clause = i + 1
		case unicode.IsSpace(c):
			word = i + 1
		}
	}
	return len(s)
}
