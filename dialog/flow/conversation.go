package flow

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"hotline"
	"hotline/dialog"
)

// Options of a Conversation.
type Options struct {
	Call     hotline.CallID
	From     string
	Language string            // to begin in; empty or unknown: the first of the script
	Vars     map[string]string // known before the first word
	Now      func() time.Time  // for "tomorrow"; nil is time.Now
}

// Conversation follows a script with one caller. It implements dialog.Manager
// and dialog.Analyst.
type Conversation struct {
	script *Script
	opt    Options
	now    state
	before state                        // as now was before the last turn
	last   dialog.Turn                  // the last turn
	done   map[string]map[string]string // results of actions, for a turn that is taken back
}

var (
	_ dialog.Manager = (*Conversation)(nil)
	_ dialog.Analyst = (*Conversation)(nil)
)

// New begins a conversation. Nothing is said before the Opening turn.
func New(s *Script, o Options) *Conversation {
	c := &Conversation{script: s, opt: o, done: map[string]map[string]string{}}
	c.now = state{lang: s.Languages[0], vars: map[string]string{}, used: map[string]int{}}
	for k, v := range o.Vars {
		c.now.vars[k] = v
	}
	for _, l := range s.Languages {
		if l == base(o.Language) {
			c.now.lang = l
		}
	}
	c.before = c.now.clone()
	return c
}

// base is the language of a tag: "en" of "en-US".
func base(tag string) string {
	l, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return l
}

// Respond answers one turn.
func (c *Conversation) Respond(ctx context.Context, t dialog.Turn) iter.Seq2[dialog.Act, error] {
	return func(yield func(dialog.Act, error) bool) {
		if c.unheard(t) {
			c.now = c.before.clone()
		} else {
			c.before = c.now.clone()
			clear(c.done)
		}
		c.last = t
		a := &answer{Conversation: c, ctx: ctx, turn: t, yield: yield}
		defer func() {
			if len(a.said) > 0 {
				c.now.last, c.now.words = a.said, a.words
			}
		}()
		a.respond()
		a.directed()
		if err := ctx.Err(); err != nil && !a.stopped {
			a.fail(err)
		}
	}
}

// unheard reports whether t takes up the last turn, whose answer nobody heard:
// then its text is the earlier text and more.
func (c *Conversation) unheard(t dialog.Turn) bool {
	was := strings.TrimSpace(c.last.Text)
	return t.Kind == dialog.Words && c.last.Kind == dialog.Words && was != "" && t.Heard < .1 &&
		len(t.Text) > len(was) && strings.HasPrefix(strings.TrimSpace(t.Text), was)
}

// answer is one answer in the making.
type answer struct {
	*Conversation
	ctx     context.Context
	turn    dialog.Turn
	yield   func(dialog.Act, error) bool
	stopped bool // the session wants no more
	said    []string
	words   []dialog.Say
	steps   int
}

// emit hands an act on; it reports whether to go on.
func (a *answer) emit(act dialog.Act) bool {
	if !a.stopped && a.ctx.Err() == nil && a.yield(act, nil) {
		return true
	}
	a.stopped = true
	return false
}

func (a *answer) fail(err error) {
	a.stopped = true
	a.yield(nil, err)
}

// say says prompts in the language of the conversation.
func (a *answer) say(names ...string) {
	for _, n := range names {
		p := a.script.Prompts[n]
		if p == nil || a.stopped {
			continue
		}
		vs := p.Variants[a.now.lang]
		if own := p.Segments[a.segment()][a.now.lang]; len(own) > 0 {
			vs = own
		}
		if len(vs) == 0 {
			continue
		}
		v := vs[a.now.used[n]%len(vs)]
		a.now.used[n]++
		text, ok := v.Text.render(a.value)
		if !ok {
			text = tidy(text)
		}
		a.speak(dialog.Say{Text: text, Language: a.now.lang, Prompt: n, Audio: v.Audio, Must: p.Must})
	}
}

// speak says s and remembers it, to be said again.
func (a *answer) speak(s dialog.Say) {
	s.Rate = a.rate()
	a.said, a.words = append(a.said, s.Prompt), append(a.words, s)
	a.emit(s)
}

// value finds a variable: in the caller's language, as it is, or one of the
// conversation's own.
func (c *Conversation) value(name string) (string, bool) {
	return c.valueIn(name, c.now.lang)
}

func (c *Conversation) valueIn(name, lang string) (string, bool) {
	if v, ok := c.now.vars[name+"."+lang]; ok {
		return v, true
	}
	if v, ok := c.now.vars[name]; ok {
		return v, true
	}
	switch name {
	case "language":
		return lang, true
	case "from":
		return c.opt.From, c.opt.From != ""
	case "returned":
		return fmt.Sprint(c.now.returned), true
	case "intent":
		return c.now.intent, c.now.intent != ""
	case "first_digit", "last_digit": // of the group that is asked again
		if f := c.now.top(); f != nil && f.to > 0 {
			if name == "first_digit" {
				return fmt.Sprint(f.from + 1), true
			}
			return fmt.Sprint(f.to), true
		}
	case "value", "have": // of the slot that is being asked for
		if f := c.now.top(); f != nil {
			if name == "value" {
				return f.value, f.value != ""
			}
			return f.partial, f.partial != ""
		}
	}
	return "", false
}

// Builtin are the names of the values that every conversation has.
var Builtin = []string{"language", "from", "returned", "intent", "value", "have", "first_digit", "last_digit", "also"}

func (c *Conversation) hasLanguage(l string) bool {
	for _, have := range c.script.Languages {
		if have == l {
			return true
		}
	}
	return false
}
