package intent

import (
	"strings"
	"unicode"
)

// words are the words of an intent's name: "billing.CheckStatus" is billing
// check status. They are one more example of it, and those that several intents
// share are learned apart: an utterance that asks for a status helps each intent
// that is about a status.
func words(name string) []string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(b.String())
}

// shared returns, for each word that two or more of the names have, which of
// them have it. The order is that of the names.
func shared(names []string) [][]int {
	of := map[string][]int{}
	var order []string
	for c, n := range names {
		for _, w := range words(n) {
			l := of[w]
			if len(l) == 0 {
				order = append(order, w)
			}
			if len(l) == 0 || l[len(l)-1] != c {
				of[w] = append(l, c)
			}
		}
	}
	var out [][]int
	for _, w := range order {
		if n := len(of[w]); n > 1 && n < len(names) {
			out = append(out, of[w])
		}
	}
	return out
}
