package bot

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"hotline/dialog/flow"
	"hotline/dialog/wording"
)

// A mark is a slot's value in an example: "a [large](size) mocha".
type mark struct {
	at   node
	part wording.Part
	lang string
}

// example takes an example of an intent. What its marks say is kept apart: an
// intent is learned from the words as they are said.
func (d *reader) example(in *flow.Intent, lang, text string, at node) {
	e := flow.Example{Text: text, Pos: at.at}
	if strings.ContainsRune(text, '[') {
		parts, err := wording.Parse(text)
		if err != nil {
			at.wrong("%v", err)
			return
		}
		e.Text, e.Parts = parts.Text(), parts
		for _, p := range parts {
			if p.Slot != "" {
				d.marks = append(d.marks, mark{at, p, lang})
			}
		}
	}
	in.Examples[lang] = append(in.Examples[lang], e)
}

// language of a text that nobody names: Chinese if it has a Chinese character.
func language(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh"
	}
	return "en"
}

// nlu reads training data as Rasa writes it: a list of intents, synonyms and
// lookup tables, the examples of each a text of lines that begin with "- ".
// Regular expressions are passed over: what numbers look like is for slots.
func (d *reader) nlu(n node) {
	for _, v := range n.list() {
		var kind, name string
		var named node
		var lines []node
		for _, e := range v.entries() {
			switch e.key {
			case "intent", "synonym", "lookup", "regex":
				if kind != "" {
					e.wrong("expected one of intent, synonym, lookup, regex, found %s as well as %s", e.key, kind)
				}
				kind, name, named = e.key, e.str(), e.node
			case "examples":
				lines = e.bullets()
			default:
				d.add(e.at, "unknown key %q in nlu; expected intent, synonym, lookup, regex, examples", e.key)
			}
		}
		switch kind {
		case "intent":
			d.nluIntent(named, name, lines)
		case "synonym":
			for _, l := range lines {
				d.synonyms = append(d.synonyms, mark{l, wording.Part{Text: l.what, Value: name}, language(l.what)})
			}
		case "lookup":
			d.need(named, "slot", name)
			for _, l := range lines {
				d.marks = append(d.marks, mark{l, wording.Part{Text: l.what, Slot: name}, language(l.what)})
			}
		case "":
			v.wrong("expected intent, synonym, lookup or regex")
		}
	}
}

func (d *reader) nluIntent(n node, name string, lines []node) {
	in := d.script.Intents[name]
	if in == nil {
		in = &flow.Intent{Name: name, Pos: n.at, Examples: map[string][]flow.Example{}}
		d.script.Intents[name] = in
	}
	in.Core = in.Core || d.core
	for _, l := range lines {
		d.example(in, language(l.what), l.what, l)
	}
}

// bullets are the lines of a text that begin with "- ", each with its place; of
// a node that bullets made, what is the text.
func (n node) bullets() (out []node) {
	if n.isList() {
		for _, v := range n.list() {
			v.what = v.str()
			out = append(out, v)
		}
		return out
	}
	line := n.at.Line
	if n.isBlock() { // the text begins in the line after "|"
		line++
	}
	for i, l := range strings.Split(n.raw(), "\n") {
		if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		v := node{r: n.r, at: flow.Pos{File: n.at.File, Line: line + i}, n: n.n}
		text, ok := strings.CutPrefix(l, "-")
		if !ok {
			v.wrong("expected a line that begins with - , found %q", cutAt(l, 40))
			continue
		}
		v.what = strings.TrimSpace(text)
		out = append(out, v)
	}
	return out
}

// marked gives the slots the options that the examples name, in the order in
// which they are named.
func (d *reader) marked() {
	value := map[string]string{}
	for _, s := range d.synonyms {
		value[strings.ToLower(s.part.Text)] = s.part.Value
	}
	for i := range d.marks {
		m := &d.marks[i]
		if m.part.Value == "" {
			m.part.Value = value[strings.ToLower(m.part.Text)]
		}
		if m.part.Value == "" {
			m.part.Value = strings.Join(wording.Words(m.part.Text), " ")
			if m.lang == "zh" {
				m.part.Value = strings.TrimSpace(m.part.Text)
			}
		}
		s := d.script.Slots[m.part.Slot]
		if s == nil {
			m.at.r.add(m.at.at, "unknown slot %q; expected %s", m.part.Slot, oneOf(m.part.Slot, slices.Collect(maps.Keys(d.script.Slots))))
			continue
		}
		if s.Kind == flow.Choice {
			addOption(s, m)
		}
	}
	for _, m := range d.synonyms { // other words for an option
		for _, s := range d.script.Slots {
			if i := slices.IndexFunc(s.Options, func(o flow.Option) bool { return o.Value == m.part.Value }); i >= 0 && s.Kind == flow.Choice {
				addOption(s, &m)
			}
		}
	}
	for _, in := range d.script.Intents {
		for lang, list := range in.Examples {
			for i := range list {
				for j := range list[i].Parts {
					if p := &list[i].Parts[j]; p.Slot != "" && p.Value == "" {
						if p.Value = value[strings.ToLower(p.Text)]; p.Value == "" && lang == "zh" {
							p.Value = strings.TrimSpace(p.Text)
						}
					}
				}
			}
		}
	}
	asked := map[string]bool{}
	for _, f := range d.script.Flows {
		for i := range f.Steps {
			if f.Steps[i].Op == flow.OpCollect {
				asked[f.Steps[i].Slot] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.script.Slots)) {
		s := d.script.Slots[name]
		if s.Ask == "" && asked[name] {
			d.add(s.Pos, "slots.%s: expected ask: the prompt that asks for it", name)
		}
		if s.Kind == flow.Choice && len(s.Options) < 2 {
			d.add(s.Pos, "slots.%s: expected at least two options, here or marked in examples", name)
		}
	}
}

func addOption(s *flow.Slot, m *mark) {
	i := slices.IndexFunc(s.Options, func(o flow.Option) bool { return o.Value == m.part.Value })
	if i < 0 {
		i = len(s.Options)
		s.Options = append(s.Options, flow.Option{Value: m.part.Value, Pos: m.at.at, Words: map[string][]string{}, Found: true})
	}
	o := &s.Options[i]
	if o.Words == nil {
		o.Words = map[string][]string{}
	}
	if text := strings.TrimSpace(m.part.Text); !slices.Contains(o.Words[m.lang], text) {
		o.Words[m.lang] = append(o.Words[m.lang], text)
	}
}

// wordings learns how callers put each intent whose examples mark slots.
func (d *reader) wordings() map[string]map[string]*wording.Model {
	var values map[string][]wording.Value
	out := map[string]map[string]*wording.Model{}
	for name, in := range d.script.Intents {
		for _, lang := range d.script.Languages {
			var examples []wording.Example
			marked := false
			for _, e := range in.Examples[lang] {
				parts := e.Parts
				if parts == nil {
					parts = wording.Example{{Text: e.Text}}
				} else {
					marked = true
				}
				examples = append(examples, parts)
			}
			if !marked {
				continue
			}
			if values == nil {
				values = d.values()
			}
			if out[name] == nil {
				out[name] = map[string]*wording.Model{}
			}
			out[name][lang] = wording.Learn(examples, values[lang])
		}
	}
	return out
}

// values are the words for the options of all slots, by language.
func (d *reader) values() map[string][]wording.Value {
	out := map[string][]wording.Value{}
	for _, name := range slices.Sorted(maps.Keys(d.script.Slots)) {
		for _, o := range d.script.Slots[name].Options {
			for lang, words := range o.Words {
				for _, w := range words {
					out[lang] = append(out[lang], wording.Value{Slot: name, Value: o.Value, Words: w})
				}
			}
		}
	}
	return out
}

// Expected is what the bot's examples lead one to expect in a language, for a
// recogniser that can use it (asr.Expected); nil if no example marks a slot.
func (b *Bot) Expected(language string) wording.Set {
	var set wording.Set
	for _, name := range slices.Sorted(maps.Keys(b.script.Wordings)) {
		if m := b.script.Wordings[name][language]; m != nil {
			set = append(set, m)
		}
	}
	return set
}
