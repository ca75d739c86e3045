package flow

import (
	"strings"

	"hotline/dialog"
	"hotline/dialog/slot"
)

// This file reads answers to what the bot asked.

// readValue reads the answer to "what is your order number?".
func (c *Conversation) readValue(r *reading, t dialog.Turn, g guess) bool {
	s := c.script.Slots[c.step().Slot]
	switch s.Kind {
	case Digits:
		return c.readDigits(r, t, s, g)
	case Choice:
		v, exact, ok := s.choose(t.Text, r.Language, g.intent, g.p >= c.script.Policy.Confidence)
		if !exact && g.intent != None && g.p >= c.script.Policy.Confidence && c.script.Starts[g.intent] != "" {
			return false
		}
		if ok {
			r.move, r.value, r.doubt, r.Intent = fill, v, !exact, Inform
			r.fillIn(c, s.Name, v)
			r.why("%s = %s", s.Name, v)
			c.readMore(r, t, s.Name)
			return true
		}
	case Text:
		if g.intent == Cancel || g.intent == Goodbye {
			return false
		}
		r.move, r.value, r.Intent = fill, strings.TrimSpace(t.Text), Inform
		r.fillIn(c, s.Name, r.value)
		return true
	default:
		return c.readTyped(r, t, s, g)
	}
	return false
}

// choose finds the option that text names, by words, then by what it wants.
func (s *Slot) choose(text, lang, intent string, sure bool) (value string, exact, ok bool) {
	opts := make([]slot.Option, len(s.Options))
	for i, o := range s.Options {
		opts[i] = slot.Option{Value: o.Value, Words: o.Words[lang]}
	}
	if o, ok := slot.Choice(text, opts); ok {
		return o.Value, true, true
	}
	for _, o := range s.Options {
		for _, in := range o.Intents {
			if in == intent && sure || in == Affirm && slot.YesNo(text) == slot.Yes || in == Deny && slot.YesNo(text) == slot.No {
				return o.Value, true, true
			}
		}
	}
	var names []string // then by what it sounds like
	of := map[string]string{}
	for _, o := range opts {
		for _, w := range o.Words {
			if len(w) >= 5 {
				names, of[w] = append(names, w), o.Value
			}
		}
	}
	if n, _, ok := slot.Name(text, names); ok {
		return of[n], false, true
	}
	return "", false, false
}

// readBack reads the answer to "4571, is that right?".
func (c *Conversation) readBack(r *reading, t dialog.Turn) bool {
	f := c.now.top()
	s := c.script.Slots[c.step().Slot]
	n := slot.Digits(t.Text, slot.Expect{Min: s.Min, Max: s.Max, Asked: false})
	answer := slot.YesNo(t.Text)
	other, typed := c.readKind(s, t.Text)
	switch {
	case typed && other != f.value:
		r.move, r.value, r.doubt, r.Intent = fill, other, f.before == "", Inform
		r.fillIn(c, s.Name, other)
		r.why("%s = %s instead", s.Name, c.mask(s.Name, other))
	case s.Kind == Digits && n.Fits && n.Digits != f.value:
		r.move, r.value, r.doubt, r.Intent = fill, n.Digits, f.before == "", Inform
		r.fillIn(c, s.Name, n.Digits)
		r.why("%s = %s instead", s.Name, c.mask(s.Name, n.Digits))
	case s.Kind == Digits && n.Fits && answer != slot.No, answer == slot.Yes: // "no, it's not 4571" is no yes
		r.move, r.value, r.Intent = right, f.value, Affirm
		r.fillIn(c, s.Name, f.value)
	case answer == slot.No:
		r.move, r.Intent = wrong, Deny
	default:
		return false
	}
	return true
}

// readChoice reads the answer to a question of the flow.
func (c *Conversation) readChoice(r *reading, t dialog.Turn) bool {
	if c.readElsewhere(r, t) {
		return true
	}
	switch slot.YesNo(t.Text) {
	case slot.Yes:
		r.move, r.Intent = yes, Affirm
	case slot.No:
		r.move, r.Intent = no, Deny
	default:
		return false
	}
	return true
}
