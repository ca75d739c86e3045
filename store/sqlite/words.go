package sqlite

import (
	"strings"
	"unicode"
)

// spaced parts Han characters, so that each is a word of its own: Chinese is
// written without spaces, and its words are found as characters in a row.
func spaced(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/2)
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// match is what a person typed as a query of the full text: all words must be
// there; words in quotes, and Han characters written together, in a row. The last
// word may be the beginning of one. It is empty if there is no word.
func match(typed string) string {
	var all []string
	add := func(phrase string, more bool) {
		words := strings.FieldsFunc(spaced(phrase), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		})
		if len(words) == 0 {
			return
		}
		p := `"` + strings.Join(words, " ") + `"`
		if last := words[len(words)-1]; more && len(last) > 2 && !unicode.Is(unicode.Han, []rune(last)[0]) {
			p += "*"
		}
		all = append(all, p)
	}
	for i, part := range strings.Split(typed, `"`) {
		if i%2 == 1 {
			add(part, false)
			continue
		}
		words := strings.Fields(part)
		for k, w := range words {
			add(w, k == len(words)-1 && strings.HasSuffix(typed, w))
		}
	}
	return strings.Join(all, " AND ")
}
