package slot

import (
	"slices"
	"strings"
)

// Expect is how many digits are expected. Asked tells that the caller was just
// asked for them, so that "for" may be a four; otherwise only sure digits count.
type Expect struct {
	Min, Max int // 0 and 0 is any number of digits
	Asked    bool
}

func (e Expect) fits(n int) bool {
	return n > 0 && (e.Max == 0 && e.Min == 0 || n >= e.Min && (e.Max == 0 || n <= e.Max))
}

// Number is a number as it was read. The zero Number is nothing.
type Number struct {
	Digits  string
	Fits    bool // it is as long as expected
	Guessed int  // words that are digits only because digits were expected ("for")
	Changed bool // the caller corrected themselves in the same breath
	Other   int  // words that have nothing to do with the number
}

// Digits reads the number that text says. Groups of spoken numbers are put one
// after the other ("forty-five seventy one" is 4571), as people read numbers
// aloud. Of several numbers the last that fits counts after a correction ("4572,
// no, 4571"), the first otherwise; one that is denied ("not 4572") never does.
//
// A "one" that is probably no digit ("not that one, 4571", 那一个) is one only if the
// number is too short without it, and "forty, five" is 45 only if 405 is too long.
func Digits(text string, e Expect) Number {
	all := words(text)
	first := digits(withoutOnes(all), e)
	if first.Fits {
		return first
	}
	joined := slices.Clone(all)
	for i := range joined {
		joined[i].pause = false
	}
	for _, ws := range [][]word{all, joined} {
		if n := digits(ws, e); n.Fits {
			return n
		}
	}
	return first
}

func digits(ws []word, e Expect) Number {
	ws, denied := withoutDenied(ws, e)
	parts, changed := cutCorrections(ws)
	last := read(parts[len(parts)-1], e)
	if !changed {
		last.Changed = denied && last.Digits != ""
		return last
	}
	n := last
	for i := len(parts) - 2; i >= 0 && !n.Fits; i-- {
		before := read(parts[i], e)
		switch tail := last.Digits; {
		case before.Digits == "":
		case tail == "" && before.Fits: // "4571, no, not that": nothing new was said
			n = before
		case before.Fits && len(tail) < len(before.Digits): // "4572, no, 1": the end is said anew
			n = before
			n.Digits = before.Digits[:len(before.Digits)-len(tail)] + tail
		case n.Digits == "":
			n = before
		}
	}
	n.Changed = last.Digits != "" || denied && n.Digits != ""
	return n
}

// Without is text without the number that Digits would find in it, for what the
// rest of the words want; ok is false if there is no such number.
func Without(text string, e Expect) (rest string, ok bool) {
	if !Digits(text, e).Fits {
		return text, false
	}
	ws := words(text)
	var b strings.Builder
	for i := 0; i < len(ws); {
		if _, used, _ := group(ws[i:], false); used > 0 {
			if i += used; i < len(ws) && ws[i].text == "号" {
				i++
			}
			continue
		}
		if b.Len() > 0 && !ws[i].han {
			b.WriteByte(' ')
		}
		b.WriteString(ws[i].text)
		i++
	}
	return b.String(), true
}

// A run is digits that were said together.
type run struct {
	digits  string
	guessed int
	words   int
}

// read finds the number in one part of an utterance.
func read(ws []word, e Expect) Number {
	if len(ws) > 1 && ws[0].text == "oh" { // "oh, and when do you open?"; "oh, 4571"
		_, used, _ := group(ws[1:], e.Asked)
		if whole := choose(runs(ws, false), len(ws), e); used == 0 || !whole.Fits {
			if n := read(ws[1:], e); n.Fits || used == 0 {
				n.Other++
				return n
			}
		}
	}
	n := choose(runs(ws, false), len(ws), e)
	if e.Asked && !n.Fits {
		if g := choose(runs(ws, true), len(ws), e); g.Fits || len(g.Digits) > len(n.Digits) && g.Other == 0 {
			return g
		}
	}
	return n
}

// choose takes the first run that fits, otherwise the longest: what somebody tells
// has numbers in it that do not belong together. An answer that is digits but for one
// word is one number, of which a digit was misheard.
func choose(rs []run, total int, e Expect) Number {
	var all, longest run
	for _, r := range rs {
		if e.fits(len(r.digits)) && (e.Min > 0 || len(rs) == 1) {
			return r.number(total, e)
		}
		all.digits += r.digits
		all.guessed += r.guessed
		all.words += r.words
		if len(r.digits) > len(longest.digits) {
			longest = r
		}
	}
	if e.Asked && total-all.words <= 1 {
		return all.number(total, e)
	}
	return longest.number(total, e)
}

// number is what r says among total words.
func (r run) number(total int, e Expect) Number {
	if r.words == 0 {
		return Number{}
	}
	return Number{Digits: r.digits, Fits: e.fits(len(r.digits)), Guessed: r.guessed, Other: total - r.words}
}

// runs finds the runs of digits in ws; guess takes words that sound like digits.
func runs(ws []word, guess bool) []run {
	var out []run
	var cur run
	for i := 0; i < len(ws); {
		d, used, guessed := group(ws[i:], guess)
		if used == 0 {
			i++
			continue
		}
		cur.digits += d
		cur.words += used
		if guessed {
			cur.guessed++
		}
		i += used
		n := hesitation(ws[i:])
		if i+n < len(ws) {
			if _, more, _ := group(ws[i+n:], guess); more > 0 { // "four five, uh, seven one"
				cur.words += n
				i += n
				continue
			}
		}
		out = append(out, cur)
		cur = run{}
	}
	return out
}

// hesitations are what people say between the digits of one number; longer ones first.
var hesitations = phrases("uh", "um", "er", "erm", "ah", "eh", "hm", "hmm", "mm", "well", "okay", "right", "let me see", "let's see", "I think", "I believe", "I guess",
	"and", "then", "after that", "next", "again", "followed by", "comma", "space", "dash", "hyphen", "minus",
	"嗯", "呃", "啊", "额", "那个", "就是", "我看看", "我看一下", "应该是", "好像是", "然后是", "然后", "接着是", "接着", "后面是", "后面", "再来", "再", "杠", "横")

func phrases(ps ...string) (out [][]word) {
	for _, p := range ps {
		out = append(out, words(p))
	}
	return out
}

// hesitation counts the words at the start of ws that are between digits.
func hesitation(ws []word) (n int) {
next:
	for {
		for _, p := range hesitations {
			if n+len(p) < len(ws) && slices.EqualFunc(p, ws[n:][:len(p)], func(a, b word) bool { return a.text == b.text }) {
				n += len(p)
				continue next
			}
		}
		return n
	}
}

// group reads one spoken group at the start of ws: a digit, a number below a
// hundred thousand, or a repetition; it returns how many words it took.
func group(ws []word, guess bool) (digits string, used int, guessed bool) {
	w := ws[0]
	if w.text[0] >= '0' && w.text[0] <= '9' {
		return w.text, 1, false
	}
	if n, ok := repeats[w.text]; ok && len(ws) > 1 {
		if d, ok := digit(ws[1].text, guess); ok {
			return strings.Repeat(d, n), 2, false
		}
	}
	if w.han {
		return hanGroup(ws)
	}
	if d, n := english(ws); n > 0 {
		return d, n, false
	}
	if guess {
		if d, ok := slips[w.text]; ok {
			return d, 1, true
		}
	}
	return "", 0, false
}

var repeats = map[string]int{"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "雙": 2, "双": 2}

func digit(w string, guess bool) (string, bool) {
	if len(w) == 1 && w[0] >= '0' && w[0] <= '9' {
		return w, true
	}
	if d, ok := ones[w]; ok && len(d) == 1 {
		return d, true
	}
	if d, ok := hanDigits[w]; ok {
		return d, true
	}
	if guess {
		d, ok := slips[w]
		return d, ok
	}
	return "", false
}
