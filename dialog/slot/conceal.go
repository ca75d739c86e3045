package slot

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Conceal is a text in which a secret may have been said, without its digits and
// the words of numbers, Chinese and English: each is an asterisk. So are words that
// only sound like digits ("for", "ate"), where there are numbers or little else.
func Conceal(text string) string {
	numbers, likely, all := 0, 0, 0
	for _, w := range spoken.FindAllString(text, -1) {
		w = strings.ToLower(w)
		all++
		if isNumber(w) {
			numbers++
		} else if slips[w] != "" {
			likely++
		}
	}
	return spoken.ReplaceAllStringFunc(text, func(w string) string {
		if l := strings.ToLower(w); isNumber(l) || slips[l] != "" && (numbers > 0 || 2*likely >= all) {
			return "*"
		}
		return w
	})
}

// spoken is a digit, a Han character or a word.
var spoken = regexp.MustCompile(`\p{Nd}|\p{Han}|〇|[\p{Latin}'’]+`)

func isNumber(w string) bool {
	_, ok := digit(w, false)
	r, _ := utf8.DecodeRuneInString(w)
	return ok || unicode.IsDigit(r) || ones[w] != "" || tens[w] > 0 || repeats[w] > 0 || scales[w] > 0 || hanUnits[w] > 0
}
