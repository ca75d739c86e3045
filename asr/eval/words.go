package eval

import (
	"strconv"
	"strings"
	"unicode"
)

// Words normalises a transcript for comparison: lower case, no punctuation,
// apostrophes closed up ("don't" is "dont"), numbers in words ("42" is "forty two",
// "3rd" is "third"), "%" and "&" spoken. Han characters are words of one.
func Words(text string) []string {
	var words []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			words = append(words, spell(b.String())...)
			b.Reset()
		}
	}
	runes := []rune(strings.ToLower(text))
	for i, r := range runes {
		digit := func(j int) bool { return j >= 0 && j < len(runes) && unicode.IsDigit(runes[j]) }
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			words = append(words, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case r == '\'' || r == '’':
		case r == ',' && digit(i-1) && digit(i+1): // 1,200
		case r == '.' && digit(i-1) && digit(i+1):
			flush()
			words = append(words, "point")
		case r == '%':
			flush()
			words = append(words, "percent")
		case r == '&':
			flush()
			words = append(words, "and")
		default:
			flush()
		}
	}
	flush()
	return words
}

var (
	ones = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens = strings.Fields("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
	// ordinals that are not the cardinal and "th".
	ordinals = map[string]string{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
)

// spell puts a word that is a number into words; other words stay.
func spell(w string) []string {
	digits := strings.TrimRightFunc(w, unicode.IsLetter)
	suffix := w[len(digits):]
	ordinal := suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th"
	if digits == "" || suffix != "" && !ordinal || strings.Trim(digits, "0123456789") != "" {
		return []string{w}
	}
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) > 1 && digits[0] == '0' || len(digits) > 6 {
		return spellDigits(w) // a telephone number, an order number
	}
	words := cardinal(n)
	if ordinal {
		last := words[len(words)-1]
		switch o, ok := ordinals[last]; {
		case ok:
			words[len(words)-1] = o
		case strings.HasSuffix(last, "y"):
			words[len(words)-1] = strings.TrimSuffix(last, "y") + "ieth"
		default:
			words[len(words)-1] = last + "th"
		}
	}
	return words
}

func spellDigits(w string) []string {
	var words []string
	for _, r := range w {
		if r >= '0' && r <= '9' {
			words = append(words, ones[r-'0'])
		}
	}
	return words
}

// cardinal spells a number below a million.
func cardinal(n int) []string {
	switch {
	case n < 20:
		return []string{ones[n]}
	case n < 100:
		return rest([]string{tens[n/10]}, n%10)
	case n < 1000:
		return rest([]string{ones[n/100], "hundred"}, n%100)
	}
	return rest(append(cardinal(n/1000), "thousand"), n%1000)
}

func rest(words []string, n int) []string {
	if n == 0 {
		return words
	}
	return append(words, cardinal(n)...)
}

// characters are the letters of words, without spaces: spacing is no error.
func characters(words []string) []rune { return []rune(strings.Join(words, "")) }
