package flow

import (
	"regexp"
	"strconv"
	"time"

	"hotline/dialog"
	"hotline/dialog/slot"
)

// now is the time at which the caller speaks.
func (c *Conversation) clock() time.Time {
	if c.opt.Now != nil {
		return c.opt.Now()
	}
	return time.Now()
}

// readKind reads a value of the slot's kind in its canonical form; ok is false
// for digits, choices and texts, which are read elsewhere.
func (c *Conversation) readKind(s *Slot, text string) (value string, ok bool) {
	switch s.Kind {
	case Count:
		v, ok := slot.Quantity(text)
		return strconv.FormatFloat(v, 'f', -1, 64), ok
	case Money:
		v, ok := slot.Money(text)
		return v.String(), ok
	case Date:
		v, ok := slot.ReadWhen(text, c.clock())
		return v.String(), ok && v.Day
	case Time:
		v, ok := slot.ReadWhen(text, c.clock())
		if v.Day && (v.Clock || v.Part != "") {
			v.Day = false
		}
		return v.String(), ok && (v.Clock || v.Part != "")
	case Duration:
		v, ok := slot.Duration(text)
		return v.String(), ok
	case Phone:
		return slot.Phone(text)
	case Email:
		return slot.Email(text)
	case ID:
		return slot.ID([]string{text})
	}
	return "", false
}

// readTyped reads the answer to a question for such a value.
func (c *Conversation) readTyped(r *reading, t dialog.Turn, s *Slot, g guess) bool {
	if start := c.script.Starts[g.intent]; start != "" && start != c.now.top().flow && g.p >= .7 && size(t.Text) > 3 && s.Kind != Email && s.Kind != Phone {
		return false // "are you open on Saturday" is no delivery date
	}
	if s.Kind == ID {
		v, checked := slot.ID(readings(t))
		if v == "" {
			return false
		}
		r.move, r.value, r.Intent = fill, v, Inform
		if !checked {
			r.move = unproved
			return true
		}
		r.fillIn(c, s.Name, v)
		return true
	}
	for i, text := range readings(t) {
		if tail, ok := slot.Correction(text); ok { // "Thursday, no, Friday"
			if v, ok := c.readKind(s, tail); ok {
				return r.take(c, s, v, i > 0)
			}
		}
		if v, ok := c.readKind(s, text); ok {
			return r.take(c, s, v, i > 0)
		}
	}
	return false
}

func (r *reading) take(c *Conversation, s *Slot, v string, doubt bool) bool {
	r.move, r.value, r.doubt, r.Intent = fill, v, doubt, Inform
	r.fillIn(c, s.Name, v)
	r.why("%s = %s", s.Name, c.mask(s.Name, v))
	return true
}

// readCorrection finds another value for one that the flow already has: "no, on
// Friday", "不是，是周五".
func (c *Conversation) readCorrection(r *reading, t dialog.Turn) bool {
	f := c.now.top()
	if f == nil {
		return false
	}
	tail, ok := slot.Correction(t.Text)
	if !ok {
		return false
	}
	for i := range c.script.Flows[f.flow].Steps { // what was asked last first: steps are compiled from the end
		s := c.script.Slots[c.script.Flows[f.flow].Steps[i].Slot]
		if s == nil || !f.filled[s.Name] || s.Kind == Digits || s.Kind == Text {
			continue
		}
		v, ok := c.readKind(s, tail)
		if s.Kind == Choice {
			v, _, ok = s.choose(tail, r.Language, None, false)
		}
		if !ok || v == c.now.vars[s.Name] {
			continue
		}
		r.move, r.value, r.Intent = correct, s.Name, Inform
		r.fillIn(c, s.Name, v)
		r.why("%s = %s instead", s.Name, c.mask(s.Name, v))
		return true
	}
	return false
}

// changes are words that give up what is going on for something else.
var changes = regexp.MustCompile(`(?i)\b(instead|rather|changed my mind|forget that)\b|改成|换成|改主意|算了.*(我要|我想|帮我)`)

func instead(text string) bool { return changes.MatchString(text) }
