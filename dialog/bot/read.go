package bot

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/dialog/action/httpaction"
	"hotline/dialog/action/mailaction"
	"hotline/dialog/flow"
)

// reader gathers a script from the files of a bot.
type reader struct {
	*report
	script  *flow.Script
	actions map[string]*action
	core    bool // reading what every bot has
	coreOf  map[string]bool
	refs    []ref

	marks, synonyms []mark // of examples, and of Rasa's synonyms
}

// action is a declared action.
type action struct {
	name string
	at   flow.Pos
	data string // file of records
	key  string // field that finds one
	note bool   // only kept in the events of the call
	used bool   // by wiring: provided from outside
	http *httpaction.Spec
	mail *mailaction.Spec
	uses []string // values that its texts need
	part string   // of which service it is: they share a circuit breaker
}

// ref is a name that must exist, found while reading.
type ref struct {
	at         flow.Pos
	kind, name string
}

func (d *reader) need(n node, kind, name string) string {
	if name != "" {
		d.refs = append(d.refs, ref{n.at, kind, name})
	}
	return name
}

// file reads the top of one file.
func (d *reader) file(n node) {
	n.fields(map[string]func(node){
		"bot":       func(v node) { d.script.Name = v.str() },
		"languages": func(v node) { d.languages(v) },
		"policy":    d.policy,
		"prompts":   d.prompts,
		"slots":     d.slots,
		"intents":   d.intents,
		"nlu":       d.nlu,
		"version":   func(v node) { v.str() }, // of Rasa's format
		"values":    d.titles,
		"actions":   d.declare,
		"flows":     d.flows,
	})
}

// Languages that the parts below dialog can read.
var known = []string{"en", "zh"}

func (d *reader) languages(n node) {
	d.script.Languages = nil
	for _, v := range n.each() {
		l := v.str()
		if !slices.Contains(known, l) {
			v.expected("one of " + strings.Join(known, ", "))
			continue
		}
		if slices.Contains(d.script.Languages, l) {
			v.wrong("%s is there twice", l)
			continue
		}
		d.script.Languages = append(d.script.Languages, l)
	}
}

func (d *reader) policy(n node) {
	p := &d.script.Policy
	p.Pos = n.at
	n.fields(map[string]func(node){
		"opening":    func(v node) { p.Opening = d.promptNames(v) },
		"next":       func(v node) { p.Next = d.need(v, "prompt", v.str()) },
		"failures":   func(v node) { p.Failures = v.integer(1, 10) },
		"confidence": func(v node) { p.Confidence = v.share() },
		"silence":    func(v node) { p.Silence = v.duration(time.Minute) },
		"anger":      func(v node) { p.Anger = v.share() },
		"agents": func(v node) {
			if p.Agents = v.str(); !slices.Contains(known, p.Agents) {
				v.expected("one of " + strings.Join(known, ", "))
			}
		},
		"returned": func(v node) { p.Returned = d.need(v, "flow", v.str()) },
		"caller":   func(v node) { p.Caller = d.need(v, "action", v.str()) },
		"remember": func(v node) { p.Remember = d.need(v, "action", v.str()) },
		"segments": func(v node) { p.Segments = v.strs() },
		"skill":    func(v node) { p.Skill = v.str() },
		"skills": func(v node) {
			p.SkillFor = map[string]string{}
			for _, e := range v.entries() {
				if !slices.Contains([]string{"neutral", "satisfied", "urgent", "frustrated", "threatening", "angry", "abusive"}, e.key) {
					d.refs = append(d.refs, ref{e.at, "intent", e.key})
				}
				p.SkillFor[e.key] = e.str()
			}
		},
		"keys": func(v node) {
			if p.Keys == nil {
				p.Keys = map[string]string{}
			}
			for _, e := range v.entries() {
				if e.key == "" || strings.Trim(e.key, "0123456789*") != "" {
					e.wrong("expected keys out of 0-9 and *, found %q", e.key)
				}
				p.Keys[e.key] = d.need(e.node, "intent", e.str())
			}
		},
	})
}

func (d *reader) promptNames(n node) (out []string) {
	for _, v := range n.each() {
		if s := v.str(); s != "" {
			out = append(out, d.need(v, "prompt", s))
		}
	}
	return out
}

func (d *reader) prompts(n node) {
	for _, e := range n.entries() {
		p := &flow.Prompt{Name: e.key, Pos: e.at, Variants: map[string][]flow.Variant{}}
		if old := d.script.Prompts[e.key]; old != nil && !d.coreOf["prompt "+e.key] {
			d.add(e.at, "prompt %s is already in %s", e.key, old.Pos)
		}
		d.own("prompt " + e.key)
		for _, l := range e.entries() {
			if l.key == "must" {
				p.Must = l.truth()
				continue
			}
			if !slices.Contains(known, l.key) && l.isMap() { // a segment
				if p.Segments == nil {
					p.Segments = map[string]map[string][]flow.Variant{}
				}
				d.refs = append(d.refs, ref{l.at, "segment", l.key})
				p.Segments[l.key] = map[string][]flow.Variant{}
				for _, sl := range l.entries() {
					if !slices.Contains(known, sl.key) {
						d.add(sl.at, "unknown key %q in %s; expected %s", sl.key, l.what, strings.Join(known, ", "))
						continue
					}
					for _, v := range sl.each() {
						p.Segments[l.key][sl.key] = append(p.Segments[l.key][sl.key], d.variant(v))
					}
				}
				continue
			}
			if !slices.Contains(known, l.key) {
				d.add(l.at, "unknown key %q in %s; expected %s, must, or a segment", l.key, e.what, strings.Join(known, ", "))
				continue
			}
			for _, v := range l.each() {
				p.Variants[l.key] = append(p.Variants[l.key], d.variant(v))
			}
		}
		d.script.Prompts[e.key] = p
	}
}

// own notes that what is read belongs to the bot, or to every bot.
func (d *reader) own(name string) { d.coreOf[name] = d.core }

func (d *reader) variant(n node) (v flow.Variant) {
	v.Pos = n.at
	if !n.isMap() {
		v.Text = n.template()
		return v
	}
	n.fields(map[string]func(node){
		"text": func(t node) { v.Text = t.template() },
		"audio": func(t node) {
			v.Audio = t.str()
			d.need(t, "audio", v.Audio)
		},
	})
	switch {
	case v.Text.Source == "":
		n.wrong("expected the text of the recording")
	case v.Audio != "" && !v.Text.Fixed():
		n.wrong("a recording says the same every time, its text has {values}")
	}
	return v
}

// lines reads texts for people, by language.
func (d *reader) lines(n node) flow.Lines {
	l := flow.Lines{Pos: n.at, Text: map[string][]flow.Template{}}
	for _, e := range n.entries() {
		if !slices.Contains(known, e.key) {
			d.add(e.at, "unknown key %q in %s; expected %s", e.key, n.what, strings.Join(known, ", "))
			continue
		}
		for _, v := range e.each() {
			t := v.template()
			d.templateRefs(v, t)
			l.Text[e.key] = append(l.Text[e.key], t)
		}
	}
	return l
}

func (d *reader) templateRefs(n node, t flow.Template) {
	for _, name := range t.Names() {
		d.need(n, "value", name)
	}
}

func (d *reader) byLanguage(n node) map[string][]string {
	out := map[string][]string{}
	for _, e := range n.entries() {
		if !slices.Contains(known, e.key) {
			d.add(e.at, "unknown key %q in %s; expected %s", e.key, n.what, strings.Join(known, ", "))
			continue
		}
		out[e.key] = e.strs()
	}
	return out
}

func (d *reader) intents(n node) {
	for _, e := range n.entries() {
		in := d.script.Intents[e.key]
		switch {
		case in == nil:
			in = &flow.Intent{Name: e.key, Examples: map[string][]flow.Example{}}
			d.script.Intents[e.key] = in
		case !d.coreOf["intent "+e.key]:
			d.add(e.at, "intent %s is already in %s", e.key, in.Pos)
		}
		in.Pos, in.Core = e.at, d.core || in.Core // a bot adds to what every bot has
		d.own("intent " + e.key)
		e.fields(map[string]func(node){
			"examples": func(v node) {
				for _, l := range v.entries() {
					if !slices.Contains(known, l.key) {
						d.add(l.at, "unknown key %q in %s; expected %s", l.key, v.what, strings.Join(known, ", "))
						continue
					}
					for _, x := range l.list() {
						if s := strings.TrimSpace(x.str()); s != "" {
							d.example(in, l.key, s, x)
						}
					}
				}
			},
			"phrases": func(v node) { in.Phrases = append(in.Phrases, flatten(d.byLanguage(v))...) },
			"words":   func(v node) { in.Words = append(in.Words, flatten(d.byLanguage(v))...) },
			"title":   func(v node) { in.Title = d.lines(v) },
			"about":   func(v node) { in.About = d.lines(v) },
			"suggest": func(v node) { in.Suggest = d.lines(v) },
		})
	}
}

func flatten(m map[string][]string) (out []string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k]...)
	}
	return out
}

func (d *reader) slots(n node) {
	for _, e := range n.entries() {
		s := &flow.Slot{Name: e.key, Pos: e.at}
		if old := d.script.Slots[e.key]; old != nil && !d.coreOf["slot "+e.key] {
			d.add(e.at, "slot %s is already in %s", e.key, old.Pos)
		}
		d.own("slot " + e.key)
		d.script.Slots[e.key] = s
		e.fields(map[string]func(node){
			"title": func(v node) { d.entitle(e, func(t *flow.Title) { t.Title = d.lines(v) }) },
			"kind": func(v node) {
				if s.Kind = v.str(); !slices.Contains(flow.Kinds, s.Kind) {
					v.expected(strings.Join(flow.Kinds[:len(flow.Kinds)-1], ", ") + " or card")
				}
				if s.Kind == "card" {
					s.Kind, s.Secret, s.Check = flow.Digits, true, "luhn"
					if s.Max == 0 {
						s.Min, s.Max, s.Groups = 13, 19, []int{4, 4, 4, 4, 3}
					}
				}
			},
			"length": func(v node) {
				lo, hi, ranged := strings.Cut(v.str(), "-")
				var err1, err2 error
				s.Min, err1 = strconv.Atoi(lo)
				if s.Max = s.Min; ranged {
					s.Max, err2 = strconv.Atoi(hi)
				}
				if err1 != nil || err2 != nil || s.Min < 1 || s.Max < s.Min || s.Max > 40 {
					v.expected("a number of digits, such as 4 or 8-10")
				}
			},
			"check": func(v node) {
				if s.Check = v.str(); s.Check != "luhn" {
					v.expected("luhn")
				}
			},
			"groups": func(v node) {
				for _, g := range v.each() {
					s.Groups = append(s.Groups, g.integer(1, 19))
				}
			},
			"known":   func(v node) { s.Known = d.need(v, "value", v.str()) },
			"ask":     func(v node) { s.Ask = d.need(v, "prompt", v.str()) },
			"again":   func(v node) { s.Again = d.promptNames(v) },
			"confirm": func(v node) { s.Confirm = d.need(v, "prompt", v.str()) },
			"always":  func(v node) { s.Always = v.truth() },
			"own":     func(v node) { s.Own = d.need(v, "prompt", v.str()) },
			"same":    func(v node) { s.Same = d.need(v, "prompt", v.str()) },
			"missing": func(v node) { s.Missing = d.need(v, "prompt", v.str()) },
			"starts":  func(v node) { s.Starts = d.need(v, "intent", v.str()) },
			"secret":  func(v node) { s.Secret = v.truth() },
			"hints":   func(v node) { s.Hints = d.byLanguage(v) },
			"anywhere": func(v node) {
				if s.Anywhere = v.truth(); s.Anywhere && s.Kind == flow.Text {
					v.wrong("a text is only what answers the question for it")
				}
			},
			"options": func(v node) {
				for _, o := range v.entries() {
					opt := flow.Option{Value: o.key, Pos: o.at}
					o.fields(map[string]func(node){
						"words": func(w node) { opt.Words = d.byLanguage(w) },
						"title": func(w node) { d.entitle(e, func(t *flow.Title) { t.Codes[o.key] = d.lines(w) }) },
						"key": func(w node) {
							if opt.Key = w.str(); opt.Key == "" || strings.Trim(opt.Key, "0123456789*") != "" {
								w.expected("keys out of 0-9 and *")
							}
						},
						"intents": func(w node) {
							for _, i := range w.each() {
								opt.Intents = append(opt.Intents, d.need(i, "intent", i.str()))
							}
						},
					})
					s.Options = append(s.Options, opt)
				}
			},
		})
		switch {
		case s.Kind == "":
			e.wrong("expected kind: %s", strings.Join(flow.Kinds, ", "))
		case s.Kind == flow.Digits && s.Max == 0:
			e.wrong("expected length: how many digits")
		case s.Always && s.Confirm == "":
			e.wrong("expected confirm: the prompt that reads the value back, since always is true")
		}
	}
}

// titles reads what people read for what no slot holds.
func (d *reader) titles(n node) {
	for _, e := range n.entries() {
		d.need(e.node, "value", e.key)
		e.fields(map[string]func(node){
			"title": func(v node) { d.entitle(e, func(t *flow.Title) { t.Title = d.lines(v) }) },
			"codes": func(v node) {
				for _, c := range v.entries() {
					d.entitle(e, func(t *flow.Title) { t.Codes[c.key] = d.lines(c.node) })
				}
			},
		})
	}
}

// entitle changes the title of a value.
func (d *reader) entitle(of entry, change func(*flow.Title)) {
	t := d.script.Titles[of.key]
	if t == nil {
		t = &flow.Title{Codes: map[string]flow.Lines{}}
		d.script.Titles[of.key] = t
	}
	change(t)
}

func (d *reader) declare(n node) {
	for _, e := range n.entries() {
		a := &action{name: e.key, at: e.at}
		if old := d.actions[e.key]; old != nil && !d.coreOf["action "+e.key] {
			d.add(e.at, "action %s is already in %s", e.key, old.at)
		}
		d.own("action " + e.key)
		d.actions[e.key] = a
		e.fields(map[string]func(node){
			"data":     func(v node) { a.data = v.str(); d.need(v, "data", a.data) },
			"key":      func(v node) { a.key = v.str() },
			"note":     func(v node) { a.note = v.truth() },
			"provided": func(v node) { a.used = v.truth() },
			"http":     func(v node) { d.request(v, a) },
			"webhook":  func(v node) { d.hook(v, a) },
			"mail":     func(v node) { d.mail(v, a) },
			"header":   func(v node) { d.spec(v, a).Header = d.texts(v, a) },
			"body":     func(v node) { d.spec(v, a).Body = d.texts(v, a) },
			"sign":     func(v node) { d.spec(v, a).Sign = d.text(v, a) },
			"answer":   func(v node) { d.spec(v, a).Answer = pairs(v) },
			"missing":  func(v node) { d.spec(v, a).Missing = pairs(v) },
			"timeout":  func(v node) { d.spec(v, a).Timeout = v.duration(30 * time.Second) },
			"retries":  func(v node) { d.spec(v, a).Retries = v.integer(0, 5) },
			"service":  func(v node) { a.part = v.str() },
		})
		if a.http != nil && a.http.Method == "" {
			e.wrong("expected http: a method and an address, or webhook: an address")
		}
		if kinds := fmt.Sprint(a.data != "", a.note, a.used); strings.Count(kinds, "true") > 1 || strings.Count(kinds, "true") == 0 && a.http == nil && a.mail == nil {
			e.wrong("expected one of data: a file of records, note: true, provided: true; or http, webhook or mail, with one of them in place of a service that does not answer")
		}
		if a.data != "" && a.key == "" {
			e.wrong("expected key: the field of the records that finds one")
		}
	}
}
