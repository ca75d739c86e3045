package flow

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hotline/dialog/slot"
)

// readKeys decides what keys mean where the conversation stands.
func (c *Conversation) readKeys(r *reading, pressed string) {
	keys := strings.TrimRight(pressed, "#")
	r.Confidence = 1
	r.why("keys")
	single := c.script.Policy.Keys[keys]
	switch c.now.phase() {
	case asking, readback:
		s := c.script.Slots[c.step().Slot]
		switch {
		case s.Kind == Digits && c.now.top().to > 0 && len(keys) == c.now.top().to-c.now.top().from:
			f := c.now.top()
			keys = f.value[:f.from] + keys + f.value[f.to:]
			r.move, r.value, r.Intent = fill, keys, Inform
			if check, sums := c.check(s); sums && !check(keys) {
				r.move = unproved
			}
			r.fillIn(c, s.Name, keys)
			return
		case c.now.phase() == asking && c.keyed(s, keys, pressed) != "":
			r.move, r.value, r.Intent = fill, c.keyed(s, keys, pressed), Inform
			r.fillIn(c, s.Name, r.value)
			return
		case s.Kind == Digits && len(keys) >= s.Min && len(keys) <= s.Max && strings.Trim(keys, "0123456789") == "":
			r.move, r.value, r.Intent = fill, keys, Inform
			r.fillIn(c, s.Name, keys)
			return
		case c.now.phase() == readback && keys == "1":
			r.move, r.value, r.Intent = right, c.now.top().value, Affirm
			r.fillIn(c, s.Name, r.value)
			return
		case c.now.phase() == readback && keys == "2":
			r.move, r.Intent = wrong, Deny
			return
		case s.Kind == Choice:
			for _, o := range s.Options {
				if o.Key != "" && o.Key == keys {
					r.move, r.value, r.Intent = fill, o.Value, Inform
					r.fillIn(c, s.Name, o.Value)
					return
				}
			}
		case s.Kind == Digits && len(keys) > 1 && strings.Trim(keys, "0123456789") == "":
			r.move, r.value, r.Intent = more, "", Inform // keys are entered whole, or once more
			return
		}
	case choosing:
		switch keys {
		case "1":
			r.move, r.Intent = yes, Affirm
			return
		case "2":
			r.move, r.Intent = no, Deny
			return
		}
	default:
		for _, s := range c.numbers() {
			if s.Starts != "" && len(keys) >= s.Min && len(keys) <= s.Max && single == "" && c.script.Starts[s.Starts] != "" {
				r.Intent, r.move, r.flow = s.Starts, start, c.script.Starts[s.Starts]
				r.fillIn(c, s.Name, keys)
				return
			}
		}
	}
	switch r.Intent = single; {
	case single == Agent:
		r.move = person
	case single == Repeat:
		r.move = again
	case c.script.Starts[single] != "":
		r.move, r.flow = start, c.script.Starts[single]
	default:
		r.move, r.Intent = missed, None
	}
}

// keyed is the value that keys enter into a slot, empty if they enter none. A
// day is two digits and the month two, in the order of the language; * is the
// decimal point.
func (c *Conversation) keyed(s *Slot, keys, pressed string) string {
	digits := strings.Trim(keys, "0123456789") == ""
	switch {
	case s.Kind == Phone && digits && len(keys) >= 7 && len(keys) <= 15:
		return keys
	case s.Kind == ID && (digits || strings.HasSuffix(keys, "*")):
		if id := strings.Replace(keys, "*", "X", 1); slot.ChineseID(id) {
			return id
		}
	case (s.Kind == Count || s.Kind == Money) && len(keys) <= 9:
		v, err := strconv.ParseFloat(strings.Replace(keys, "*", ".", 1), 64)
		if err == nil && s.Kind == Money {
			return slot.Amount{Cents: int64(v*100 + .5)}.String()
		} else if err == nil {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	case s.Kind == Date && digits && len(keys) == 4:
		d, m := keys[:2], keys[2:]
		if c.now.lang == "zh" {
			d, m = m, d
		}
		if month, _ := strconv.Atoi(m); month >= 1 && month <= 12 {
			if w, ok := slot.ReadWhen(fmt.Sprintf("%s %s", time.Month(month), d), c.clock()); ok {
				return w.String()
			}
		}
	case s.Kind == Time && digits && len(keys) == 4:
		if w, ok := slot.ReadWhen(keys[:2]+":"+keys[2:], c.clock()); ok {
			return w.String()
		}
	}
	return ""
}
