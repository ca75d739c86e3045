// Package chat talks to a dialog manager in text: one line is one turn. It is
// the engine of hotline chat, and of whoever wants to try a bot without a phone.
package chat

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"hotline/dialog"
)

// Options of Run.
type Options struct {
	In      io.Reader
	Out     io.Writer
	Manager dialog.Manager
	Explain bool // print how each turn was read, and why
	Prompt  bool // print "> " before each line, for people
}

// Help tells what a line may be.
const Help = `Type what the caller says. A line that begins with / is something else:
  /keys 4571#   keys pressed          /silence   nothing is said
  /noise        speech without words  /returned REASON   the agent did not answer or left
  /quit         the caller hangs up
`

// Run talks until the bot ends the call or hands it over, In ends, or ctx ends.
// After a transfer the talk may go on with /returned.
func Run(ctx context.Context, o Options) error {
	c := chat{Options: o, ctx: ctx}
	if _, err := c.turn(dialog.Turn{Kind: dialog.Opening}); err != nil {
		return err
	}
	in := bufio.NewScanner(o.In)
	in.Buffer(nil, 1<<16)
	for c.ask(); in.Scan(); c.ask() {
		line := strings.TrimSpace(in.Text())
		t, ok := parse(line)
		switch {
		case line == "/quit":
			return nil
		case !ok:
			fmt.Fprint(o.Out, Help)
			continue
		}
		ended, err := c.turn(t)
		if err != nil || ended {
			return err
		}
	}
	return in.Err()
}

// parse makes a turn of a line.
func parse(line string) (t dialog.Turn, ok bool) {
	t.Heard = 1
	if !strings.HasPrefix(line, "/") {
		t.Kind, t.Text = dialog.Words, line
		if line == "" {
			t.Kind = dialog.NoInput
		}
		return t, true
	}
	verb, rest, _ := strings.Cut(line[1:], " ")
	switch rest = strings.TrimSpace(rest); verb {
	case "keys":
		t.Kind, t.Keys = dialog.Keys, rest
		return t, rest != ""
	case "silence":
		t.Kind = dialog.NoInput
	case "noise":
		t.Kind = dialog.NoWords
	case "returned":
		t.Kind, t.Reason = dialog.Returned, rest
		if rest == "" {
			t.Reason = "no-answer"
		}
	case "quit":
	default:
		return t, false
	}
	return t, true
}

type chat struct {
	Options
	ctx    context.Context
	number int
}

func (c *chat) ask() {
	if c.Prompt {
		fmt.Fprint(c.Out, "> ")
	}
}

// turn prints the answer to t; ended tells that the call is over.
func (c *chat) turn(t dialog.Turn) (ended bool, err error) {
	t.Number = c.number
	c.number++
	for act, err := range c.Manager.Respond(c.ctx, t) {
		if err != nil {
			return false, err
		}
		ended = c.print(act) || ended
	}
	return ended, nil
}

// print writes one act down.
func (c *chat) print(act dialog.Act) (ended bool) {
	switch a := act.(type) {
	case dialog.Say:
		fmt.Fprintf(c.Out, "bot: %s\n", a.Text)
	case dialog.Understood:
		if c.Explain {
			c.explain(a)
		}
	case dialog.Cited:
		if c.Explain {
			for _, p := range a.Passages {
				c.note("from article %s, version %s (%.2f)", p.Doc, p.Version, p.Score)
			}
		}
	case dialog.Did:
		if c.Explain {
			c.note("did %s(%s) -> %s%s", a.Action, pairs(a.Args), pairs(a.Result), a.Error)
		}
	case dialog.Listen:
		if c.Explain && a.Digits > 0 {
			c.note("listens for %d digits, %q ends them", a.Digits, string(a.Stop))
		}
	case dialog.Transfer:
		fmt.Fprintf(c.Out, "transfer to %s: %s\n", a.Skill, a.Reason)
		b := a.Brief
		c.note("whisper: %s", b.Whisper)
		for _, s := range b.Tried {
			c.note("tried: %s", s)
		}
		for _, s := range b.Suggest {
			c.note("suggest: %s", s)
		}
	case dialog.Hangup:
		fmt.Fprintf(c.Out, "hangup: %s\n", a.Reason)
		return true
	}
	return false
}

func (c *chat) explain(u dialog.Understood) {
	c.note("intent %s %.2f, emotion %s %.2f, language %s%s", u.Intent, u.Confidence, u.Emotion.Name, u.Emotion.Score, u.Language, slots(u.Slots))
	for _, w := range u.Why {
		c.note("  because %s", w)
	}
}

func (c *chat) note(format string, args ...any) {
	fmt.Fprintf(c.Out, "     "+format+"\n", args...)
}

func slots(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	return ", slots " + pairs(m)
}

func pairs(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+"="+m[k])
	}
	return strings.Join(out, " ")
}
