package turn

import (
	"strings"
	"unicode"
)

// Join puts two pieces of speech together, with a space where the script has
// spaces.
func Join(a, b string) string {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if a == "" || b == "" {
		return a + b
	}
	last := []rune(a)
	if han(last[len(last)-1]) || han([]rune(b)[0]) {
		return a + b
	}
	return a + " " + b
}

func han(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF // and its punctuation
}

// words cuts text into what a rule compares: words in lower case without
// punctuation, Chinese by the character.
func words(text string) []string {
	var out []string
	var w strings.Builder
	flush := func() {
		if w.Len() > 0 {
			out = append(out, strings.Trim(w.String(), "'"))
			w.Reset()
		}
	}
	for _, r := range strings.ToLower(text) {
		switch {
		case unicode.Is(unicode.Han, r) || r == '〇':
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			w.WriteRune(r)
		case r == '\'' || r == '’':
			w.WriteByte('\'')
		default: // a hyphen too: "uh-huh" is two words
			flush()
		}
	}
	flush()
	return out
}

// plain is text as words with one space between them, none in Chinese.
func plain(text string) string {
	var s string
	for _, w := range words(text) {
		s = Join(s, w)
	}
	return s
}

// Readings are what else a turn may say, as its pieces come in: text is what was
// final before the piece, next is the piece, others are the recogniser's other
// readings, of the piece, or, if whole, of all that was said in the turn.
func Readings(before []string, text, next string, others []string, whole bool) []string {
	if whole && len(others) > 0 {
		return others
	}
	if len(others) == 0 && len(before) == 0 {
		return nil
	}
	if len(others) == 0 {
		others = []string{next}
	}
	if len(before) == 0 {
		before = []string{text}
	}
	out := make([]string, 0, len(others))
	for i, o := range others { // the best with the best
		out = append(out, Join(before[min(i, len(before)-1)], o))
	}
	return out
}
