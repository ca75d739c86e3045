package normal

import (
	"strconv"
	"strings"
)

var (
	enSmall = strings.Fields(`zero one two three four five six seven eight nine ten eleven twelve thirteen
		fourteen fifteen sixteen seventeen eighteen nineteen`)
	enTens  = strings.Fields("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
	enScale = []string{"", " thousand", " million", " billion", " trillion", " quadrillion"}
)

// enInt writes a whole number, which may have commas. Numbers of more than 18
// digits are written digit by digit.
func enInt(s string) string {
	s = strings.ReplaceAll(s, ",", "")
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || len(s) > 18 {
		return enDigits(s)
	}
	if n == 0 {
		return "zero"
	}
	var parts []string
	for i := 0; n > 0; i++ {
		if g := int(n % 1000); g > 0 {
			parts = append([]string{enBelow1000(g) + enScale[i]}, parts...)
		}
		n /= 1000
	}
	return strings.Join(parts, " ")
}

func enBelow1000(n int) string {
	switch {
	case n < 20:
		return enSmall[n]
	case n < 100:
		if n%10 == 0 {
			return enTens[n/10]
		}
		return enTens[n/10] + " " + enSmall[n%10]
	case n%100 == 0:
		return enSmall[n/100] + " hundred"
	}
	return enSmall[n/100] + " hundred " + enBelow1000(n%100)
}

// enNumber writes a number with or without a fraction.
func enNumber(s string) string {
	whole, frac, ok := strings.Cut(s, ".")
	if !ok || frac == "" {
		return enInt(whole)
	}
	if whole == "" {
		whole = "0"
	}
	return enInt(whole) + " point " + enDigits(frac)
}

// enDigits reads each digit; other characters are left out.
func enDigits(s string) string {
	var w []string
	for _, r := range s {
		if r >= '0' && r <= '9' {
			w = append(w, enSmall[r-'0'])
		}
	}
	return strings.Join(w, " ")
}

// enSpell reads letters and digits one by one.
func enSpell(s string) string {
	var w []string
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			w = append(w, enSmall[r-'0'])
		case r == '-' || r == '/' || r == ' ':
			if len(w) > 0 && !strings.HasSuffix(w[len(w)-1], ",") {
				w[len(w)-1] += ","
			}
		case latin(r):
			w = append(w, strings.ToUpper(string(r)))
		}
	}
	return strings.TrimSuffix(strings.Join(w, " "), ",")
}

// enYear reads four digits as a year.
func enYear(s string) string {
	n, _ := strconv.Atoi(s)
	hi, lo := n/100, n%100
	switch {
	case len(s) != 4 || n < 1000:
		return enInt(s)
	case n%1000 == 0, hi == 20 && lo < 10:
		return enInt(s)
	case lo == 0:
		return enBelow1000(hi) + " hundred"
	case lo < 10:
		return enBelow1000(hi) + " oh " + enSmall[lo]
	}
	return enBelow1000(hi) + " " + enBelow1000(lo)
}

var enOrdinals = map[string]string{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
	"nine": "ninth", "twelve": "twelfth"}

// enOrdinal writes "22" as "twenty second".
func enOrdinal(s string) string {
	w := enInt(s)
	i := strings.LastIndexByte(w, ' ') + 1
	last := w[i:]
	switch o, ok := enOrdinals[last]; {
	case ok:
		last = o
	case strings.HasSuffix(last, "y"):
		last = last[:len(last)-1] + "ieth"
	default:
		last += "th"
	}
	return w[:i] + last
}

// plural is one or many of a unit.
func plural(n, one, many string) string {
	if n == "one" {
		return n + " " + one
	}
	return n + " " + many
}
