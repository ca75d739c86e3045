package flow

import (
	"maps"
	"math"
	"slices"

	"hotline/dialog"
	"hotline/dialog/slot"
	"hotline/dialog/wording"
)

// phrase reads a turn against how callers put an intent, as its examples show.
// A reading that the recogniser made by the same model, hearing the sound, goes
// before one that the model makes of the recogniser's text.
func (c *Conversation) phrase(t dialog.Turn, lang, intent string) (wording.Reading, float64) {
	m := c.script.Wordings[intent][lang]
	if m.Empty() {
		return wording.Reading{}, 0
	}
	for _, alt := range t.Alternatives {
		if r, ok := m.Exact(wording.Words(alt)); ok {
			return r, .9
		}
	}
	if rs := m.Read(t.Text); len(rs) > 0 {
		maps.DeleteFunc(rs[0].Slots, func(name, _ string) bool { return !rs[0].Sure(name) })
		return rs[0], rs[0].Confidence()
	}
	return wording.Reading{}, 0
}

// byPhrase finds the intent whose examples are put like the turn, for words that
// the intents know too little of.
func (c *Conversation) byPhrase(t dialog.Turn, lang string) guess {
	best := guess{intent: None}
	for _, name := range slices.Sorted(maps.Keys(c.script.Wordings)) {
		if r, p := c.phrase(t, lang, name); p > best.p && len(r.Slots) > 0 {
			best = guess{intent: name, p: p, words: r.Words}
		}
	}
	return best
}

// readDetails reads what the words that start a flow tell besides: the slots
// that the intent's examples mark, then those that may be named anywhere and that
// the flow asks for.
func (c *Conversation) readDetails(r *reading, t dialog.Turn, intent string) {
	if said, p := c.phrase(t, r.Language, intent); p >= c.script.Policy.Confidence {
		for _, name := range slices.Sorted(maps.Keys(said.Slots)) {
			r.fillIn(c, name, said.Slots[name])
			r.why("%s = %s", name, c.mask(name, said.Slots[name]))
		}
		if said.Wrong > 0 {
			r.why("put right by %.1f", math.Round(said.Wrong*10)/10)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.script.Slots)) {
		s := c.script.Slots[name]
		if _, have := r.fills[name]; have || !s.Anywhere || s.Always || c.script.collecting(r.flow, name) < 0 {
			continue
		}
		v, ok := "", false
		if s.Kind == Choice {
			v, ok = s.named(t.Text, r.Language)
		} else {
			v, ok = c.readKind(s, t.Text)
		}
		if ok {
			r.fillIn(c, name, v)
			r.why("%s = %s", name, c.mask(name, v))
		}
	}
}

// named finds the option whose own words are in text.
func (s *Slot) named(text, lang string) (string, bool) {
	opts := make([]slot.Option, len(s.Options))
	for i, o := range s.Options {
		opts[i] = slot.Option{Value: o.Value, Words: o.Words[lang]}
	}
	o, ok := slot.Choice(text, opts)
	return o.Value, ok
}

// readMore reads what the answer to a question tells besides the value that was
// asked for.
func (c *Conversation) readMore(r *reading, t dialog.Turn, asked string) {
	for _, in := range c.script.Flows[c.now.top().flow].Intents {
		said, p := c.phrase(t, r.Language, in)
		if p < .6 {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(said.Slots)) {
			if name != asked {
				r.fillIn(c, name, said.Slots[name])
				r.why("%s = %s", name, c.mask(name, said.Slots[name]))
			}
		}
	}
}

// marks are the slots that the examples of a flow's intents mark.
func (s *Script) marks(flow string) (names []string) {
	for _, in := range s.Flows[flow].Intents {
		for _, m := range s.Wordings[in] {
			names = append(names, m.Slots()...)
		}
	}
	return names
}
