// Package slot reads values out of what a caller said: numbers digit by digit,
// yes and no, one of a list, in Chinese and English, as recognisers write them
// down. All of it is pure: a function of the text and of what is expected.
package slot

import (
	"strings"
	"unicode"
)

// A word is one token of an utterance: a run of Latin letters, a run of ASCII
// digits, or a single Han character, in lower case. Everything else separates.
type word struct {
	text  string
	han   bool
	pause bool // punctuation is before it
}

// words cuts text. Full-width digits and letters count as ASCII.
func words(text string) []word {
	var out []word
	var b strings.Builder
	kind := 0 // of what is in b: 1 letters, 2 digits
	pause := false
	flush := func() {
		if b.Len() > 0 {
			out = append(out, word{text: b.String(), pause: pause})
			b.Reset()
			pause = false
		}
		kind = 0
	}
	for _, r := range text {
		if r >= '！' && r <= '～' { // full-width forms
			r = r - '！' + '!'
		}
		switch {
		case unicode.Is(unicode.Han, r) || r == '〇':
			flush()
			out = append(out, word{text: string(r), han: true, pause: pause})
			pause = false
		case r >= '0' && r <= '9':
			if kind == 1 {
				flush()
			}
			kind = 2
			b.WriteRune(r)
		case unicode.IsLetter(r):
			if kind == 2 {
				flush()
			}
			kind = 1
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’':
			if kind == 1 {
				b.WriteByte('\'')
			}
		default:
			flush()
			pause = pause || unicode.IsPunct(r) && r != '-' && r != '·'
		}
	}
	flush()
	return out
}

// contains reports whether the words of phrase are in ws one after the other.
func contains(ws []word, phrase string) bool {
	p := words(phrase)
	for i := 0; len(p) > 0 && i+len(p) <= len(ws); i++ {
		ok := true
		for j := range p {
			if ws[i+j].text != p[j].text {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}
