package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"hotline"
	"hotline/bots"
	"hotline/dialog"
	"hotline/dialog/bot"
)

const good = `
languages: [en, zh]
policy: {opening: [hi], skill: all}
prompts:
  hi: {en: "Hi.", zh: 你好。}
  ask: {en: "Number?", zh: 号码？}
slots:
  number: {kind: digits, length: 4, ask: ask}
flows:
  check:
    intent: check
    steps: [collect: number, say: hi]
intents:
  check:
    examples:
      en: [check my number, is my number good, number check]
      zh: [查号码, 我的号码对吗, 查一下号码]
`

// edit is good with one piece replaced.
func edit(old, new string) fstest.MapFS {
	if !strings.Contains(good, old) {
		panic(old)
	}
	return fstest.MapFS{"b/bot.yaml": {Data: []byte(strings.Replace(good, old, new, 1))}}
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"not YAML", "policy: {opening", "policy: [{opening", "b/bot.yaml:"},
		{"unknown key", "skill: all}", "skil: all}", `b/bot.yaml:3: unknown key "skil" in policy; expected skill,`},
		{"no way to a person", ", skill: all}", "}", "b/bot.yaml:3: policy: expected skill"},
		{"wrong type", "languages: [en, zh]", "languages: {en: 1}", "b/bot.yaml:2: languages: expected a text, found a map"},
		{"unknown language", "[en, zh]", "[en, zh, fr]", "b/bot.yaml:2: languages: expected one of en, zh, found \"fr\""},
		{"missing translation", `{en: "Hi.", zh: 你好。}`, `{en: "Hi."}`, "b/bot.yaml:5: prompt hi has no text in zh"},
		{"unknown prompt", "ask: ask}", "ask: asc}", `b/bot.yaml:8: unknown prompt "asc"; expected ask,`},
		{"unknown slot", "collect: number", "collect: numbr", `b/bot.yaml:12: unknown slot "numbr"; expected number,`},
		{"unknown intent", "intent: check", "intent: chek", `b/bot.yaml:11: unknown intent "chek"; expected check,`},
		{"dead end", "intent: check", "quiet: true", "b/bot.yaml:14: intent check is a dead end"},
		{"unknown action", "say: hi]", "act: nope]", `b/bot.yaml:12: unknown action "nope"`},
		{"unknown flow", "say: hi]", "flow: nope]", `b/bot.yaml:12: unknown flow "nope"`},
		{"unknown value", "\"Hi.\"", "\"Hi {nmber}.\"", `b/bot.yaml:5: unknown value "nmber"; expected a slot`},
		{"bad template", "\"Hi.\"", "\"Hi {number.\"", "b/bot.yaml:5: prompts.hi.en: a { without a }"},
		{"bad length", "length: 4", "length: four", "b/bot.yaml:8: slots.number.length: expected a number of digits"},
		{"a secret said whole", "length: 4, ask: ask}", "length: 4, ask: ask, secret: true, confirm: sure}\n  sure2: {kind: text, ask: ask}", "unknown prompt \"sure\""},
		{"a secret in a prompt", "\"Hi.\", zh: 你好。}\n  ask: {en: \"Number?\", zh: 号码？}\nslots:\n  number: {kind: digits,", "\"Hi {number}.\", zh: 你好。}\n  ask: {en: \"Number?\", zh: 号码？}\nslots:\n  number: {kind: digits, secret: true,", "b/bot.yaml:5: prompt hi says the secret number whole; expected {number|last}"},
		{"unknown segment", "zh: 你好。}", "zh: 你好。, vip: {en: Hey., zh: 嗨。}}", "b/bot.yaml:5: unknown segment \"vip\""},
		{"unknown form", "\"Hi.\"", "\"Hi {number|digit}.\"", "b/bot.yaml:5: prompts.hi.en: unknown form \"digit\"; expected date, digits, last, money, spell"},
		{"a service without a method", "flows:", "actions:\n  look: {http: \"http://x.example/\"}\nflows:", "b/bot.yaml:10: actions.look.http: expected a method and an address"},
		{"a value that a service needs", "flows:\n  check:\n    intent: check\n    steps: [collect: number,", "actions:\n  look: {http: \"GET http://x.example/{id}\"}\nflows:\n  check:\n    intent: check\n    steps: [act: look, collect: number,", "b/bot.yaml:14: action look needs id, expected with: {id: ...}"},
		{"mail in one language", "flows:", "actions:\n  post: {mail: {server: S, from: a@b.example, to: \"{to}\", subject: {en: A, zh: B}, text: {en: A}}}\nflows:", "b/bot.yaml:10: actions.post.mail: no text in zh"},
		{"unknown kind", "kind: digits", "kind: digit", "b/bot.yaml:8: slots.number.kind: expected digits, choice, text"},
		{"few examples", "[查号码, 我的号码对吗, 查一下号码]", "[查号码]", "b/bot.yaml:14: intent check has 1 examples in zh, expected at least 3"},
		{"example of two intents", "number check]", "number check, agent please]", `b/bot.yaml:16: "agent please" is an example of check and`},
		{"two things in a step", "say: hi]", "{say: hi, hangup: hi}]", "a step does one thing: found say and hangup"},
		{"no thing in a step", "say: hi]", "{saying: hi}]", "b/bot.yaml:12: flows.check.steps: expected a step with one of say, collect"},
		{"unknown id", "say: hi]", "goto: start]", `b/bot.yaml:12: flows.check.steps.goto: unknown id "start"; expected none`},
		{"never reached", "[collect: number, say: hi]", "[hangup: hi, say: hi]", "never reached"},
		{"loop without exit", "[collect: number, say: hi]", "[{id: a, collect: number}, say: hi, goto: a]", "a loop without exit"},
		{"loop without a wait", "[collect: number, say: hi]", "[{id: a, say: hi}, decide: [{when: {number: \"1\"}, do: [goto: a]}]]", "a loop that never waits for the caller"},
		{"runs itself", "say: hi]", "flow: check]", "flow check runs itself: check → check"},
		{"recording missing", `{en: "Hi.", zh: 你好。}`, `{en: {text: "Hi.", audio: audio/hi.wav}, zh: 你好。}`, "b/bot.yaml:5: no file audio/hi.wav in the bot's folder"},
		{"recording outside", `{en: "Hi.", zh: 你好。}`, `{en: {text: "Hi.", audio: ../hi.wav}, zh: 你好。}`, "expected a path inside of the bot's folder"},
		{"written twice", "  ask: {en", "  hi: {en: a, zh: b}\n  ask: {en", "hi"},
		{"person by flow", "intent: check", "intent: [check, agent]", "a person is given in one turn"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := bot.Load(edit(tt.old, tt.new), "b")
			var ps bot.Problems
			if !errors.As(err, &ps) {
				t.Fatalf("got %v, want problems", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got\n%v\nwant %s", err, tt.want)
			}
			for _, p := range ps {
				if p.File != "b/bot.yaml" || p.Line < 1 {
					t.Errorf("a problem without a place: %v", p)
				}
			}
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	data := strings.NewReplacer("ask: ask}", "ask: asc}", "say: hi]", "say: ho]", "skill: all", "skill: all, colour: red").Replace(good)
	_, err := bot.Load(fstest.MapFS{"b/bot.yaml": {Data: []byte(data)}}, "b")
	for _, want := range []string{":3: ", ":8: ", ":12: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no problem with line %s in\n%v", want, err)
		}
	}
}

func TestLoadGood(t *testing.T) {
	b, err := bot.Load(edit("languages", "languages"), "b")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, p := range b.Prompts() {
		found = found || p.Text == "你好。" && p.Language == "zh"
		if strings.Contains(p.Text, "{") {
			t.Errorf("%q is not fixed", p.Text)
		}
	}
	if !found {
		t.Error("a fixed prompt is not among Prompts")
	}
	if _, err := bot.Load(fstest.MapFS{}, "nobody"); hotline.ErrorCode(err) != hotline.ENotFound {
		t.Errorf("a bot that is not there: %v", err)
	}
	if _, err := bot.Load(bots.FS, "../shop"); hotline.ErrorCode(err) != hotline.EInvalid {
		t.Errorf("a bot outside: %v", err)
	}
}

// What a bot gives as examples of none is nobody's business, and needs no flow.
func TestNone(t *testing.T) {
	own := "  none:\n    examples:\n      en: [check my teeth, check my blood, my teeth hurt]\n"
	for examples, want := range map[string]bool{"": false, own: true} {
		b, err := bot.Load(edit("intents:\n", "intents:\n"+examples), "b")
		if err != nil {
			t.Fatal(err)
		}
		got := b.NewConversation(bot.ConversationOptions{Language: "en"}).Analyse(dialog.Turn{Text: "can you check my teeth"}, false)
		if (got.Intent == "none") != want {
			t.Errorf("with examples of none %v: %q", want, got.Intent)
		}
	}
}

func TestStoreKeepsTheLastGoodVersion(t *testing.T) {
	files := edit("languages", "languages")
	s, err := bot.Open(files, []string{"b"}, bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	first := s.Get("b")
	talk := first.NewConversation(bot.ConversationOptions{})
	var log []string
	look := func() {
		s.Reload(func(b *bot.Bot) { log = append(log, "new "+b.Name) }, func(name string, err error) { log = append(log, fmt.Sprint("bad ", name)) })
	}
	look()
	files["b/bot.yaml"] = &fstest.MapFile{Data: []byte("languages: [")}
	look()
	look() // told once
	if s.Get("b") != first {
		t.Error("a bad version took over")
	}
	files["b/bot.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(good, "Hi.", "Good day.", 1))}
	look()
	if got := strings.Join(log, ", "); got != "bad b, new b" {
		t.Errorf("told %q", got)
	}
	if s.Get("b").Version == first.Version {
		t.Error("the new version is the old one")
	}
	for act := range talk.Respond(t.Context(), dialog.Turn{Kind: dialog.Opening}) {
		if say, ok := act.(dialog.Say); ok && say.Text != "Hi." {
			t.Errorf("a conversation in progress says %q", say.Text)
		}
	}
}
