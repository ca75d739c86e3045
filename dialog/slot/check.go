package slot

import (
	"slices"
	"strings"
	"time"
)

// Luhn reports whether the last digit of a card number checks (ISO/IEC 7812-1).
func Luhn(digits string) bool {
	if len(digits) < 2 {
		return false
	}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// ChineseID reports whether s is a citizen identification number: 18
// characters, a date of birth, a last one that checks (GB 11643).
func ChineseID(s string) bool {
	if len(s) != 18 || strings.Trim(s[:17], "0123456789") != "" {
		return false
	}
	if born, err := time.Parse("20060102", s[6:14]); err != nil || born.Year() < 1880 {
		return false
	}
	sum, weight := 0, 1
	for i := 16; i >= 0; i-- { // weights are powers of two, from the right
		weight = weight * 2 % 11
		sum += int(s[i]-'0') * weight
	}
	return "10X98765432"[sum%11] == s[17]
}

// ID reads a Chinese citizen identification number, with its X, from all that
// an utterance may have been; the one that checks wins.
func ID(texts []string) (id string, checked bool) {
	for _, t := range texts {
		ws := words(t)
		x := false
		for len(ws) > 0 {
			if last := ws[len(ws)-1].text; last == "x" || last == "叉" || last == "ex" {
				x, ws = true, ws[:len(ws)-1]
				continue
			}
			break
		}
		n := 18
		if x {
			n = 17
		}
		r := choose(runs(ws, true), len(ws), Expect{Min: n, Max: n, Asked: true})
		if !r.Fits {
			continue
		}
		d := r.Digits
		if x {
			d += "X"
		}
		if ChineseID(d) {
			return d, true
		}
		if id == "" {
			id = d
		}
	}
	return id, false
}

// A Reading is a number read from all that an utterance may have been.
type Reading struct {
	Number
	Checked  bool // it holds against the check
	Instead  bool // of what the first text says
	Tie      bool // another one holds as well, and the first text does not
	From, To int  // the digits in doubt, if it does not hold or there is a tie; 0 and 0 is none
}

// maxMixes bounds how many mixtures of readings are tried.
const maxMixes = 256

// Best reads texts, the best first, and takes what the check holds for: one of
// them, or the one mixture of them for which it does. If it holds for none, or for
// several but not for the first text, it says which digits are in doubt: those in
// which the readings differ, widened to the group of groups in which people say
// them. A nil check holds for all.
func Best(texts []string, e Expect, check func(digits string) bool, groups []int) Reading {
	var fit, hold, guess []Number
	var first Number
	for i, t := range texts {
		n := Digits(t, e)
		if i == 0 {
			first = n
		}
		if !n.Fits || slices.ContainsFunc(fit, func(f Number) bool { return f.Digits == n.Digits }) {
			continue
		}
		if i > 0 {
			n.Guessed++ // not what the recogniser thought best
		}
		if check == nil && (n.Guessed == 0 || i+1 == len(texts)) && len(fit) == 0 {
			return Reading{Number: n, Checked: true}
		}
		if check != nil && check(n.Digits) {
			guessed := i == 0 && n.Guessed > 0
			n.Guessed = 0 // the check knows better
			if guessed {
				guess = append(guess, n)
			} else if hold = append(hold, n); i == 0 {
				break
			}
		}
		fit = append(fit, n)
	}
	if len(hold) == 0 { // a guess may check by chance: what was heard as digits goes before it
		hold = guess
	}
	if len(hold) > 0 {
		r := Reading{Number: hold[0], Checked: true, Instead: hold[0].Digits != first.Digits}
		if at := differ(hold); len(at) > 0 {
			r.Tie = true
			r.doubt(at, groups)
		}
		return r
	}
	if len(fit) == 0 {
		return Reading{Number: first}
	}
	best := fit[0]
	if check == nil {
		for _, n := range fit {
			if n.Guessed < best.Guessed {
				best = n
			}
		}
		return Reading{Number: best, Checked: true}
	}
	r := Reading{Number: best, To: len(best.Digits)}
	at := differ(fit)
	if len(at) == 0 {
		return r
	}
	if d, ok := mix(fit, at, check); ok {
		r.Digits, r.Checked, r.Instead, r.From, r.To = d, true, true, 0, 0
		r.Guessed++
		return r
	}
	r.doubt(at, groups)
	return r
}

// doubt is of the digits at, and of the groups that they are in.
func (r *Reading) doubt(at []int, groups []int) {
	r.From, r.To = at[0], at[len(at)-1]+1
	start := 0
	for _, g := range groups {
		if start <= r.From && r.From < start+g {
			r.From = start
		}
		if start < r.To && r.To <= start+g {
			r.To = start + g
		}
		start += g
	}
}

// differ are the places in which readings of one length differ.
func differ(fit []Number) (at []int) {
	for i := range fit[0].Digits {
		for _, n := range fit[1:] {
			if len(n.Digits) == len(fit[0].Digits) && n.Digits[i] != fit[0].Digits[i] {
				at = append(at, i)
				break
			}
		}
	}
	return at
}

// mix finds the one mixture that holds.
func mix(fit []Number, at []int, check func(string) bool) (found string, ok bool) {
	mixes := []string{fit[0].Digits}
	for _, i := range at {
		var next []string
		for _, m := range mixes {
			for _, n := range fit {
				if len(n.Digits) != len(m) {
					continue
				}
				if d := m[:i] + n.Digits[i:i+1] + m[i+1:]; !slices.Contains(next, d) {
					next = append(next, d)
				}
			}
		}
		if mixes = next; len(mixes) > maxMixes {
			return "", false
		}
	}
	for _, m := range mixes {
		if check(m) {
			if ok {
				return "", false // more than one: that proves nothing
			}
			found, ok = m, true
		}
	}
	return found, ok
}
