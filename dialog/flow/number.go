package flow

import (
	"slices"
	"strings"

	"hotline/dialog"
	"hotline/dialog/slot"
)

// readings are all that the caller may have said, the best first.
func readings(t dialog.Turn) []string { return append([]string{t.Text}, t.Alternatives...) }

// otherwise are all that the caller may have said, but for numbers that they have
// denied. Who surely wants something else has said no number, but for one that is
// their own: so few are that by chance.
func (c *Conversation) otherwise(t dialog.Turn, s *Slot, g guess) []string {
	e := slot.Expect{Min: s.Min, Max: s.Max, Asked: true}
	said := slot.Digits(t.Text, e)
	sure := g.intent != None && g.p >= c.script.Policy.Confidence && (said.Digits == "" || inTelling(said, t.Text))
	known, denied := c.known(s), c.now.top().denied
	return append([]string{t.Text}, slices.DeleteFunc(slices.Clone(t.Alternatives), func(alt string) bool {
		d := slot.Digits(alt, e).Digits
		return slices.Contains(denied, d) || sure && !slices.Contains(known, d)
	})...)
}

// known are the caller's own records of a slot that they have not denied.
func (c *Conversation) known(s *Slot) []string {
	if s.Known == "" {
		return nil
	}
	v, _ := c.value(s.Known)
	return slices.DeleteFunc(strings.Fields(v), func(v string) bool { return slices.Contains(c.now.top().denied, v) })
}

// check is what the digits of a slot must hold against: its checksum and the
// caller's own records; nil is nothing. sums tells that there is a checksum,
// without which no value is taken.
func (c *Conversation) check(s *Slot) (check func(string) bool, sums bool) {
	known := c.known(s)
	sums = s.Check == "luhn"
	if !sums && len(known) == 0 {
		return nil, false
	}
	return func(d string) bool {
		return (!sums || slot.Luhn(d)) && (len(known) == 0 || slices.Contains(known, d))
	}, sums
}

// expected is what a recogniser may know of the number that is asked for; nil if
// it is none.
func (c *Conversation) expected(s *Slot) *dialog.Number {
	if s.Kind == ID {
		return &dialog.Number{Least: 18, Most: 18, Settled: func(text string) bool {
			_, checked := slot.ID([]string{text})
			return checked
		}}
	}
	f := c.now.top()
	if s.Kind != Digits || s.Max == 0 || f.partial != "" {
		return nil
	}
	check, _ := c.check(s)
	n := &dialog.Number{Least: s.Min, Most: s.Max, Known: c.known(s)}
	if f.to > 0 {
		n.Least, n.Most, n.Known = f.to-f.from, f.to-f.from, nil
		if all := check; all != nil {
			begin, end := f.value[:f.from], f.value[f.to:]
			check = func(d string) bool { return all(begin + d + end) }
		}
	}
	e := slot.Expect{Min: n.Least, Max: n.Most, Asked: true}
	n.Settled = func(text string) bool {
		d := slot.Digits(text, e)
		begun := d.Digits != "" && len(d.Digits) < n.Least && d.Other == 0 && len(n.Known) == 0 // the rest will come
		return begun && d.Guessed == 0 || d.Fits && d.Guessed == 0 && (check == nil || check(d.Digits)) || inTelling(d, text)
	}
	return n
}

// tooLong is how many words without a digit are something else than a number.
const tooLong = 8

// inTelling reports that the digits n of text, if any, are part of something that is told.
func inTelling(n slot.Number, text string) bool {
	return !n.Fits && size(text) > tooLong+len(n.Digits)
}

// inPassing reports that they are no part of a number that was asked for: "I got three".
func inPassing(n slot.Number, text string) bool {
	return n.Digits == "" || inTelling(n, text) || len(n.Digits) == 1 && n.Other > 1
}

// readDigits reads the answer to "what is your order number?".
func (c *Conversation) readDigits(r *reading, t dialog.Turn, s *Slot, g guess) bool {
	f := c.now.top()
	check, sums := c.check(s)
	if f.to > 0 && c.readGroup(r, t, s, check) {
		return true
	}
	best := slot.Best(c.otherwise(t, s, g), slot.Expect{Min: s.Min, Max: s.Max, Asked: true}, check, s.Groups)
	n := best.Number
	if n.Digits == "" || n.Guessed > 0 && n.Guessed >= len(n.Digits) && n.Other > 1 {
		return false
	}
	if !n.Fits && f.partial != "" && len(f.partial)+len(n.Digits) >= s.Min && len(f.partial)+len(n.Digits) <= s.Max {
		n.Digits, n.Fits = f.partial+n.Digits, true
		n.Guessed++ // two turns may have been two attempts
	}
	if !n.Fits {
		if inPassing(n, t.Text) {
			return false
		}
		if g.intent != None && g.p >= c.script.Policy.Confidence && n.Other > 0 && (g.rule || n.Other > len(n.Digits)) {
			return false // a number is in it, but not what was asked for
		}
		r.move, r.value, r.Intent = more, n.Digits, Inform
		r.why("%d digits of %d", len(n.Digits), s.Min)
		return true
	}
	checked := best.Checked || check == nil || check(n.Digits)
	r.move, r.value, r.doubt, r.Intent = fill, n.Digits, n.Guessed > 0 || !checked || best.Instead, Inform
	if (sums && !checked || best.Tie) && best.To > 0 && best.To-best.From < len(n.Digits) && len(n.Digits) == len(best.Digits) {
		r.move, r.from, r.to = group, best.From, best.To
		r.why("digits %d to %d of %s are in doubt", best.From+1, best.To, s.Name)
		return true
	}
	if sums && !checked {
		r.move = unproved
		r.why("%s does not check", s.Name)
		return true
	}
	r.fillIn(c, s.Name, n.Digits)
	r.why("%s = %s", s.Name, c.mask(s.Name, n.Digits))
	if r.own = best.Instead && s.Known != ""; r.own {
		r.why("of the caller's own, instead of what was heard")
	} else if n.Guessed > 0 {
		r.why("%d of them guessed", n.Guessed)
	}
	return true
}

// readGroup reads the group of digits that was asked again.
func (c *Conversation) readGroup(r *reading, t dialog.Turn, s *Slot, check func(string) bool) bool {
	f := c.now.top()
	n := f.to - f.from
	whole := func(d string) string { return f.value[:f.from] + d + f.value[f.to:] }
	got := slot.Best(readings(t), slot.Expect{Min: n, Max: n, Asked: true}, func(d string) bool { return check == nil || check(whole(d)) }, nil)
	if !got.Fits {
		return false
	}
	r.Intent, r.value = Inform, whole(got.Digits)
	if r.move = fill; !got.Checked {
		r.move = unproved
		return true
	}
	r.fillIn(c, s.Name, r.value)
	r.why("digits %d to %d of %s", f.from+1, f.to, s.Name)
	return true
}
