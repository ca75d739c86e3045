// Package bot reads bots: folders of YAML files with intents and their
// examples, prompts, slots, flows and policy, in Chinese and English.
//
// All *.yaml files of the folder, and of folders in it except tests, data and
// audio, are one document cut into pieces. Load refuses a bot with anything wrong and says
// everything that is wrong, each with file and line and what was expected.
//
// A Bot never changes. Store keeps the last good version of each bot and loads
// a folder again when its content changed; a conversation keeps the version it
// began with.
package bot

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/flow"
	"hotline/dialog/intent"
)

// core is what every bot understands and says without writing it down.
//
//go:embed core.yaml
var core []byte

// Bot is a bot that was read and found good.
type Bot struct {
	Name    string
	Version string // hash of its content
	script  *flow.Script
	files   fs.FS // its folder
	learned string
}

// Options of Load.
type Options struct {
	Actions dialog.Actions // what the bot's actions with provided: true do
	// Knowledge is what the bot of that name answers from; it may be nil, and so may
	// what it returns.
	Knowledge func(bot string) dialog.Searcher
	Env       func(string) string // addresses and secrets of services; nil is os.Getenv
	Like      *Bot                // an earlier version: what need not be learned anew is taken over
}

// Load reads the bot in the folder name of fsys. The error is Problems if the
// bot can be read but is wrong.
func Load(fsys fs.FS, name string, opts ...Options) (*Bot, error) {
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	if !fs.ValidPath(name) {
		return nil, &hotline.Error{Op: "load bot", Code: hotline.EInvalid, Message: fmt.Sprintf("%q is not the name of a bot", name)}
	}
	d, version, err := read(fsys, name)
	if err != nil {
		return nil, err
	}
	b := &Bot{Name: d.script.Name, Version: version, script: d.script}
	if b.files, err = fs.Sub(fsys, name); err != nil {
		return nil, err
	}
	if d.wire(b.files, o); len(d.list) > 0 {
		return nil, d.problems()
	}
	if o.Knowledge != nil {
		d.script.Search = o.Knowledge(name)
	}
	examples, rules := d.lessons()
	manners := d.manners()
	learned := sha256.New()
	fmt.Fprintf(learned, "%q\x00", manners)
	for _, e := range examples {
		fmt.Fprintf(learned, "%s\x00%s\x00", e.Intent, e.Text)
	}
	b.learned = string(learned.Sum(nil))
	if o.Like != nil && o.Like.learned == b.learned {
		d.script.Classes = o.Like.script.Classes
	} else {
		d.script.Classes = intent.Train(examples, intent.Options{Manners: manners})
	}
	d.script.Rules = intent.NewRules(rules)
	d.script.Wordings = d.wordings()
	return b, nil
}

// Check reads a bot and returns all that is wrong with it.
func Check(fsys fs.FS, name string, opts ...Options) (Problems, error) {
	_, err := Load(fsys, name, opts...)
	if ps := (Problems)(nil); errors.As(err, &ps) {
		return ps, nil
	}
	return nil, err
}

// read reads the files of a bot and checks them; version is the hash of all.
func read(fsys fs.FS, name string) (d *reader, version string, err error) {
	files, err := list(fsys, name)
	if err != nil {
		return nil, "", &hotline.Error{Op: "load bot " + name, Code: hotline.ENotFound, Message: "no such bot", Err: err}
	}
	d = newReader()
	if n, ok := parse(d.report, "core.yaml", core); ok {
		d.core = true
		d.file(n)
		d.core = false
	}
	d.script.Name, d.script.Languages = path.Base(name), nil
	hash := sha256.New()
	for _, f := range files {
		data, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, "", &hotline.Error{Op: "load bot " + name, Code: hotline.EInternal, Message: "cannot read", Err: err}
		}
		fmt.Fprintf(hash, "%s %d\n", f, len(data))
		hash.Write(data)
		if strings.HasPrefix(f, path.Join(name, "data")+"/") {
			continue // records, read by the actions that use them
		}
		if n, ok := parse(d.report, f, data); ok {
			d.file(n)
		}
	}
	if !d.torn { // a file that cannot be read hides names: that they are missing is no news
		d.check(fsys, name)
	}
	if len(d.list) > 0 {
		return nil, "", d.problems()
	}
	return d, hex.EncodeToString(hash.Sum(nil))[:12], nil
}

func newReader() *reader {
	return &reader{report: &report{}, actions: map[string]*action{}, coreOf: map[string]bool{},
		script: &flow.Script{Prompts: map[string]*flow.Prompt{}, Slots: map[string]*flow.Slot{}, Titles: map[string]*flow.Title{}, Intents: map[string]*flow.Intent{},
			Flows: map[string]*flow.Flow{}, Starts: map[string]string{}, Actions: dialog.Actions{}}}
}

func (d *reader) problems() Problems {
	slices.SortStableFunc(d.list, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return d.list
}

// list finds the files of a bot: YAML, and the records of its actions.
func list(fsys fs.FS, name string) (files []string, err error) {
	err = fs.WalkDir(fsys, name, func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && p != name && (e.Name() == "tests" || e.Name() == "audio" || strings.HasPrefix(e.Name(), ".")):
			return fs.SkipDir
		case !e.IsDir() && path.Ext(p) == ".yaml" && !strings.HasPrefix(e.Name(), "."):
			files = append(files, p)
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = errors.New("no *.yaml file in " + name)
	}
	return files, err
}

// lessons are the examples to learn and the rules that need no learning.
func (d *reader) lessons() (examples []intent.Example, rules []intent.Rule) {
	s := d.script
	order := slices.Sorted(maps.Keys(s.Intents))
	// A person first: nothing else in an utterance may hide that.
	slices.SortStableFunc(order, func(a, b string) int {
		switch {
		case a == flow.Agent:
			return -1
		case b == flow.Agent:
			return 1
		}
		return 0
	})
	for _, name := range order {
		in := s.Intents[name]
		for _, l := range s.Languages {
			for _, e := range in.Examples[l] {
				examples = append(examples, intent.Example{Text: e.Text, Intent: name})
			}
		}
		if len(in.Phrases)+len(in.Words) > 0 {
			rules = append(rules, intent.Rule{Intent: name, Phrases: in.Phrases, Words: in.Words})
		}
	}
	return examples, rules
}

// manners are the intents that every bot has, but for that of a person.
func (d *reader) manners() (names []string) {
	for name, in := range d.script.Intents {
		if in.Core && name != flow.Agent {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// List names the bots of fsys: the folders with a bot.yaml.
func List(fsys fs.FS) ([]string, error) {
	found, err := fs.Glob(fsys, "*/bot.yaml")
	for i := range found {
		found[i] = path.Dir(found[i])
	}
	return found, err
}

// Languages of the bot, its own first.
func (b *Bot) Languages() []string { return b.script.Languages }

// Skill is that of the person who takes a caller over, unless a flow names
// another.
func (b *Bot) Skill() string { return b.script.Policy.Skill }

// Files is the bot's folder, where Say.Audio is found.
func (b *Bot) Files() fs.FS { return b.files }

// FixedPrompt is a text that the bot says the same every time.
type FixedPrompt struct{ Text, Language, Audio string }

// Prompts are all texts without values in them, to be synthesised ahead.
func (b *Bot) Prompts() []FixedPrompt {
	var out []FixedPrompt
	for _, name := range slices.Sorted(maps.Keys(b.script.Prompts)) {
		for _, l := range b.script.Languages {
			for _, v := range b.script.Prompts[name].Variants[l] {
				if p := (FixedPrompt{v.Text.Source, l, v.Audio}); v.Text.Fixed() && !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// Intents are the names of what the bot understands.
func (b *Bot) Intents() []string { return slices.Sorted(maps.Keys(b.script.Intents)) }

// Classifier names intents as the bot does.
func (b *Bot) Classifier() intent.Classifier { return b.script.Classes }

// ConversationOptions say who calls.
type ConversationOptions struct {
	Call     hotline.CallID
	From     string
	Language string            // to begin in; empty: the bot's own
	Vars     map[string]string // values known before the first word
	Now      func() time.Time  // for "tomorrow"; nil is time.Now
}

// NewConversation begins a conversation with this version of the bot.
func (b *Bot) NewConversation(o ConversationOptions) *flow.Conversation {
	return flow.New(b.script, flow.Options{Call: o.Call, From: o.From, Language: o.Language, Vars: o.Vars, Now: o.Now})
}

// noAction stands for an action that wiring did not provide.
func noAction(name string) dialog.Action {
	return dialog.ActionFunc(func(context.Context, dialog.Request) (map[string]string, error) {
		return nil, fmt.Errorf("no action %s is wired in", name)
	})
}

// Graph draws the bot's flows as a Mermaid flowchart.
func (b *Bot) Graph() string { return flow.Graph(b.script) }

// About is what the bot understands and can do.
func (b *Bot) About() hotline.BotAbout { return flow.About(b.script) }
