package slot

import "slices"

// corrections begin what the caller says instead. Longer ones first.
var corrections = [][]string{
	{"no", "wait"}, {"i", "mean"}, {"i", "meant"}, {"no", "sorry"}, {"make", "that"}, {"no"}, {"sorry"}, {"rather"}, {"actually"}, {"correction"}, {"nope"},
	{"不", "是"}, {"不", "对"}, {"错", "了"}, {"应", "该", "是"}, {"说", "错"}, {"不"}, {"哦", "不"},
}

// cutCorrections splits an utterance where the caller corrects themselves, and
// at the 是 of 不是…是….
func cutCorrections(ws []word) (parts [][]word, cut bool) {
	start, not := 0, false
next:
	for i := 0; i < len(ws); {
		if not && i > start && ws[i].text == "是" {
			parts = append(parts, ws[start:i])
			i++
			start, not = i, false
			continue
		}
		for _, c := range corrections {
			if i+len(c) <= len(ws) && same(ws[i:], c) && !numberNo(ws, i, c) {
				parts = append(parts, ws[start:i])
				i += len(c)
				start, cut, not = i, true, c[len(c)-1] == "是"
				continue next
			}
		}
		i++
	}
	return append(parts, ws[start:]), cut
}

// numberNo reports that the "no" at i is part of "order no 4571", not a
// correction.
func numberNo(ws []word, i int, c []string) bool {
	if len(c) != 1 || c[0] != "no" || i == 0 {
		return false
	}
	switch ws[i-1].text {
	case "order", "number", "account", "reference", "case", "ticket":
		return true
	}
	return false
}

// same reports whether ws begins with the words c.
func same(ws []word, c []string) bool {
	for i := range c {
		if i >= len(ws) || ws[i].text != c[i] {
			return false
		}
	}
	return true
}

// denials come before a number that it is not. 不是 is one only in places: said by
// itself it is a correction.
var denials = [][]string{{"not"}, {"isn't"}, {"wasn't"}, {"instead", "of"}, {"rather", "than"}, {"不", "是"}}

// between a denial and its number may be these.
var between = map[string]bool{"it's": true, "it": true, "is": true, "the": true, "number": true, "order": true}

// withoutDenied is ws without a number that is denied: "not 4572, 4571", "4571,
// not 4572", 不是四五七二，是四五七一.
func withoutDenied(ws []word, e Expect) (rest []word, denied bool) {
	for i := range ws {
		for _, d := range denials {
			if !same(ws[i:], d) {
				continue
			}
			from := i + len(d)
			for from < len(ws) && between[ws[from].text] {
				from++
			}
			to, guessed := deniedEnd(ws, from, e)
			if to == from {
				continue
			}
			after := read(ws[to:], e).Fits
			switch {
			case after: // "not 4572, 4571"
			case guessed:
				continue
			case d[0] != "不": // "4571, not 4572"; "not 4572"
			case !trailing(ws, i, e):
				continue
			}
			return slices.Concat(ws[:from], ws[to:]), true
		}
	}
	return ws, false
}

// deniedEnd finds the end of the number that begins at from: where it is long
// enough and there is a pause, or where it is as long as it may be. It is from
// if there is no number as long as expected.
func deniedEnd(ws []word, from int, e Expect) (to int, guessed bool) {
	n := 0
	for to = from; to < len(ws); {
		if to > from && e.fits(n) && (ws[to].pause || e.Max > 0 && n >= e.Max) {
			break
		}
		d, used, g := group(ws[to:], e.Asked)
		if used == 0 {
			break
		}
		to += used
		n += len(d)
		guessed = guessed || g
	}
	if !e.fits(n) {
		return from, false
	}
	return to, guessed
}

// trailing reports that the 不是 at i denies the number after it, in favour of
// one before: 是四五七一不是四五七二. A caller who was just asked for a number, and
// says two, takes back the first: 四五七二，不是，四五七一.
func trailing(ws []word, i int, e Expect) bool {
	before := ws[:i]
	if i == 0 || !read(before, e).Fits || i+2 < len(ws) && ws[i+2].pause || ws[i+1].pause {
		return false
	}
	return before[i-1].text == "而" || slices.ContainsFunc(before, func(w word) bool { return w.text == "是" }) || !e.Asked && ws[i].pause
}
