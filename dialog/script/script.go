// Package script plays conversations that are written down as YAML to a bot and
// compares what it did with what is written: what it said, understood, asked of
// the outside world, and whom it handed the caller to. Tests run them by
// dialogtest; Measure counts what is right.
//
//   - name: an angry caller
//     language: en              # to begin in; optional
//     turns:
//   - opening:              # or caller, keys, silence, noise, returned
//     bot: [greeting]       # prompts, in order, and no others
//   - caller: this is ridiculous, I am furious
//     heard: 0.2            # share of the last answer that was heard; 1 if left out
//     intent: none
//     emotion: angry
//     slots: {order: "4571"}
//     language: en
//     says: late            # part of what is said
//     did: lookup           # an action
//     with: {order: "4571"} # what it was asked with
//     cites: warranty/en    # the article that answers
//     rate: 0.8             # of speech
//     listens: 4            # digits that are expected
//     transfer: care        # skill
//     whisper: Angry caller # part of the whisper
//     reason: Upset         # part of the reason
//     hangup: done
package script

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"hotline/dialog"
	"hotline/dialog/bot"
)

// Conversation is one written conversation.
type Conversation struct {
	Name     string            `yaml:"name"`
	Language string            `yaml:"language"`
	From     string            `yaml:"from"` // the caller's number; 100 if left out
	Now      time.Time         `yaml:"now"`  // when they call, for "tomorrow"
	Vars     map[string]string `yaml:"vars"` // known before the first word
	Turns    []Turn            `yaml:"turns"`
}

// Turn is what the caller does, and what is asserted of the answer. What is
// left out is not asserted.
type Turn struct {
	Opening  *struct{} `yaml:"opening"`
	Caller   string    `yaml:"caller"`
	Keys     string    `yaml:"keys"`
	Silence  bool      `yaml:"silence"`
	Noise    bool      `yaml:"noise"`
	Returned string    `yaml:"returned"`
	Heard    *float64  `yaml:"heard"`
	Louder   float64   `yaml:"louder"`
	Perhaps  []string  `yaml:"perhaps"` // what else the caller may have said

	Bot      []string          `yaml:"bot"`
	Says     string            `yaml:"says"`
	Intent   string            `yaml:"intent"`
	Emotion  string            `yaml:"emotion"`
	Slots    map[string]string `yaml:"slots"`
	Language string            `yaml:"language"`
	Did      string            `yaml:"did"`
	With     map[string]string `yaml:"with"` // what the action was asked with
	Cites    string            `yaml:"cites"`
	Rate     float64           `yaml:"rate"`
	Listens  *int              `yaml:"listens"`
	Transfer string            `yaml:"transfer"`
	Whisper  string            `yaml:"whisper"`
	Reason   string            `yaml:"reason"`
	Hangup   string            `yaml:"hangup"`
}

// Read reads the conversations of all *.yaml files in dir of files, by the name of
// their file.
func Read(files fs.FS, dir string) (map[string][]Conversation, error) {
	names, err := fs.Glob(files, path.Join(dir, "*.yaml"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no conversations in %s: %w", dir, errors.Join(err, fs.ErrNotExist))
	}
	out := map[string][]Conversation{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var list []Conversation
		if err := yaml.UnmarshalWithOptions(data, &list, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[path.Base(name)] = list
	}
	return out, nil
}

// answer is what the bot did in one turn.
type answer struct {
	prompts, text, did []string
	args               map[string]map[string]string
	cites              string
	rate               float64
	understood         *dialog.Understood
	listen             *dialog.Listen
	transfer           *dialog.Transfer
	hangup             *dialog.Hangup
}

// Play plays the conversation. After each turn it calls check with the turn, its
// number from 1 on, and what was compared; it stops when that returns false.
func (c Conversation) Play(ctx context.Context, b *bot.Bot, check func(number int, t Turn, o Outcome) bool) error {
	o := bot.ConversationOptions{Call: "test", From: cmp.Or(c.From, "100"), Language: c.Language, Vars: c.Vars}
	if !c.Now.IsZero() {
		o.Now = func() time.Time { return c.Now }
	}
	m := b.NewConversation(o)
	for i, turn := range c.Turns {
		a, err := turn.play(ctx, m, i)
		if err != nil {
			return fmt.Errorf("turn %d: %w", i+1, err)
		}
		if !check(i+1, turn, Outcome{turn.check(a), strings.Join(a.text, " | "), a.understood}) {
			return nil
		}
	}
	return nil
}

// An Outcome is what the bot did in a turn, and how that compares.
type Outcome struct {
	Checks     []Check
	Said       string
	Understood *dialog.Understood
}

// Kinds of checks.
const (
	Intent = "intent"
	Slot   = "slot"
	Act    = "act"   // said, did, handed over, hung up
	Other  = "other" // emotion, language, what is listened for
)

// A Check is one thing that was compared. Wrong says how it differs; it is empty
// if it does not.
type Check struct{ Kind, Wrong string }

// Wrong are the differences.
func (o Outcome) Wrong() (list []string) {
	for _, c := range o.Checks {
		if c.Wrong != "" {
			list = append(list, c.Wrong)
		}
	}
	return list
}

// Who is what the caller did, for messages.
func (turn Turn) Who() string { return turn.who() }

func (turn Turn) who() string {
	return strings.TrimSpace(fmt.Sprint(turn.Caller, turn.Keys, map[bool]string{true: "silence"}[turn.Silence], map[bool]string{true: "noise"}[turn.Noise], turn.Returned))
}

func (turn Turn) play(ctx context.Context, m dialog.Manager, number int) (a answer, err error) {
	in := dialog.Turn{Number: number, Heard: 1, Voice: dialog.Tone{Louder: turn.Louder}}
	if turn.Heard != nil {
		in.Heard = *turn.Heard
	}
	switch {
	case turn.Caller != "":
		in.Kind, in.Text, in.Alternatives = dialog.Words, turn.Caller, turn.Perhaps
	case turn.Keys != "":
		in.Kind, in.Keys = dialog.Keys, turn.Keys
	case turn.Silence:
		in.Kind = dialog.NoInput
	case turn.Noise:
		in.Kind = dialog.NoWords
	case turn.Returned != "":
		in.Kind, in.Reason = dialog.Returned, turn.Returned
	}
	first := true
	for act, err := range m.Respond(ctx, in) {
		if err != nil {
			return a, err
		}
		switch x := act.(type) {
		case dialog.Understood:
			if !first {
				return a, fmt.Errorf("Understood is not the first act")
			}
			a.understood = &x
		case dialog.Say:
			a.prompts, a.text = append(a.prompts, x.Prompt), append(a.text, x.Text)
			a.rate = x.Rate
		case dialog.Did:
			a.did = append(a.did, x.Action)
			if a.args == nil {
				a.args = map[string]map[string]string{}
			}
			a.args[x.Action] = x.Args
		case dialog.Cited:
			a.cites = x.Passages[0].Doc
		case dialog.Listen:
			a.listen = &x
		case dialog.Transfer:
			a.transfer = &x
		case dialog.Hangup:
			a.hangup = &x
		}
		first = false
	}
	if (in.Kind == dialog.Words || in.Kind == dialog.Keys) && a.understood == nil {
		return a, fmt.Errorf("the first act is not Understood")
	}
	if a.listen == nil && a.transfer == nil && a.hangup == nil {
		return a, fmt.Errorf("the answer neither listens nor hands over nor hangs up")
	}
	return a, nil
}

func (turn Turn) check(a answer) (list []Check) {
	differ := func(kind, what string, got, want any) {
		c := Check{Kind: kind}
		if got != want {
			c.Wrong = fmt.Sprintf("%s: got %v, want %v", what, got, want)
		}
		list = append(list, c)
	}
	part := func(what, got, want string) {
		if want == "" {
			return
		}
		c := Check{Kind: Act}
		if !strings.Contains(got, want) {
			c.Wrong = fmt.Sprintf("%s: %q is not in %q", what, want, got)
		}
		list = append(list, c)
	}
	if turn.Bot != nil {
		differ(Act, "prompts", strings.Join(a.prompts, " "), strings.Join(turn.Bot, " "))
	}
	part("says", strings.Join(a.text, " "), turn.Says)
	if u := a.understood; u != nil {
		if turn.Intent != "" {
			differ(Intent, "intent", u.Intent, turn.Intent)
		}
		if turn.Emotion != "" {
			differ(Other, "emotion", u.Emotion.Name, turn.Emotion)
		}
		if turn.Language != "" {
			differ(Other, "language", u.Language, turn.Language)
		}
		for k, v := range turn.Slots {
			differ(Slot, "slot "+k, u.Slots[k], v)
		}
	}
	if turn.Did != "" {
		did := ""
		if slices.Contains(a.did, turn.Did) {
			did = turn.Did
		}
		differ(Act, "did", did, turn.Did)
	}
	for k, v := range turn.With {
		differ(Act, "with "+k, a.args[turn.Did][k], v)
	}
	if turn.Cites != "" {
		differ(Act, "cites", a.cites, turn.Cites)
	}
	if turn.Rate != 0 {
		differ(Other, "rate", a.rate, turn.Rate)
	}
	if turn.Listens != nil {
		digits := -1
		if a.listen != nil {
			digits = a.listen.Digits
		}
		differ(Other, "listens", digits, *turn.Listens)
	}
	var skill, whisper, reason, hangup string
	if a.transfer != nil {
		skill, whisper, reason = a.transfer.Skill, a.transfer.Brief.Whisper, a.transfer.Reason
	}
	if a.hangup != nil {
		hangup = a.hangup.Reason
	}
	differ(Act, "transfer", skill, turn.Transfer)
	part("whisper", whisper, turn.Whisper)
	part("reason", reason, turn.Reason)
	differ(Act, "hangup", hangup, turn.Hangup)
	return list
}
