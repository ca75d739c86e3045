package flow

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Pos is where something was written.
type Pos struct {
	File string
	Line int
}

func (p Pos) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Prompt is something the bot says, in each language, in one or more wordings
// that take turns.
type Prompt struct {
	Name     string
	Pos      Pos
	Must     bool // may not be interrupted
	Variants map[string][]Variant
	Segments map[string]map[string][]Variant // for callers of a segment, by its name
}

// Variant is one wording. Audio, if not empty, is the path of a recording of it.
type Variant struct {
	Text  Template
	Audio string
	Pos   Pos
}

// Lines are templates by language that are for reading, not for saying.
type Lines struct {
	Pos  Pos
	Text map[string][]Template
}

// first is the first line in lang whose values are all known.
func (l Lines) first(lang string, vars lookup) string {
	for _, t := range l.Text[lang] {
		if s, ok := t.render(vars); ok {
			return s
		}
	}
	return ""
}

// Template is a text with {values}; {value|digits} is read digit by digit. The
// other forms are in forms.
type Template struct {
	Source string
	parts  []part
}

type part struct {
	text  string // literal, or the name of a value
	value bool
	form  string
}

// ParseTemplate reads a template.
func ParseTemplate(s string) (Template, error) {
	t := Template{Source: s}
	for rest := s; rest != ""; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			if strings.ContainsRune(rest, '}') {
				return t, fmt.Errorf("a } without a { in %q", s)
			}
			t.parts = append(t.parts, part{text: rest})
			break
		}
		if open > 0 {
			t.parts = append(t.parts, part{text: rest[:open]})
		}
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			return t, fmt.Errorf("a { without a } in %q", s)
		}
		name, form, formed := strings.Cut(rest[open+1:open+end], "|")
		if name = strings.TrimSpace(name); name == "" || strings.ContainsAny(name, "{ ") {
			return t, fmt.Errorf("%q is not the name of a value; expected {name} or {name|digits}", rest[open:open+end+1])
		}
		if formed && forms[form] == nil {
			return t, fmt.Errorf("unknown form %q; expected %s", form, strings.Join(slices.Sorted(maps.Keys(forms)), ", "))
		}
		t.parts = append(t.parts, part{text: name, value: true, form: form})
		rest = rest[open+end+1:]
	}
	return t, nil
}

// Shows are the values that the template says whole: all but those of the form
// last.
func (t Template) Shows() (out []string) {
	for _, p := range t.parts {
		if p.value && p.form != "last" {
			out = append(out, p.text)
		}
	}
	return out
}

// Names are the values that the template needs.
func (t Template) Names() (out []string) {
	for _, p := range t.parts {
		if p.value {
			out = append(out, p.text)
		}
	}
	return out
}

// Fixed reports whether the text is the same every time.
func (t Template) Fixed() bool { return len(t.Names()) == 0 }

type lookup func(name string) (string, bool)

// render fills the template in; ok tells whether all values were known.
func (t Template) render(vars lookup) (text string, ok bool) {
	var b strings.Builder
	ok = true
	for _, p := range t.parts {
		if !p.value {
			b.WriteString(p.text)
			continue
		}
		v, known := vars(p.text)
		ok = ok && known && v != ""
		if p.form != "" {
			lang, _ := vars("language")
			v = forms[p.form](v, lang)
		}
		b.WriteString(v)
	}
	return b.String(), ok
}

// tidy is text without the gaps that values leave which are empty.
func tidy(text string) string {
	return spaces.ReplaceAllString(strings.TrimSpace(text), "$1")
}

var spaces = regexp.MustCompile(` +( |[,.?!])`)

// spaced puts spaces between the characters of s.
func spaced(s string) string {
	var b strings.Builder
	b.Grow(2 * utf8.RuneCountInString(s))
	for i, r := range s {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
