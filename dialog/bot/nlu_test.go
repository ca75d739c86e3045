package bot_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hotline/dialog"
	"hotline/dialog/bot"
)

const cafe = `
languages: [en, zh]
policy: {opening: [hi], skill: all}
prompts:
  hi: {en: "Hi.", zh: 你好。}
  ask: {en: "Which?", zh: 哪种？}
  made: {en: "{size} {drink}", zh: "{size}{drink}"}
slots:
  drink: {kind: choice, ask: ask}
  size: {kind: choice}
flows:
  order:
    intent: order
    steps: [collect: drink, say: made]
`

// rasa is training data as Rasa writes it.
const rasa = `version: "3.1"
nlu:
- intent: order
  examples: |
    - I want a [large](size) [latte](drink)
    - a [big]{"entity": "size", "value": "large"} [mocha](drink) please
    - can I have a [small](size) [latte](drink)
    # a comment

    - 来一杯[大杯](size:large)[拿铁](drink:latte)
    - 我要[小杯](size:small)[摩卡](drink:mocha)
    - 一杯[拿铁](drink:latte)谢谢
- synonym: small
  examples: |
    - tiny
- lookup: drink
  examples: |
    - espresso
- regex: number
  examples: |
    - \d+
`

func TestRasa(t *testing.T) {
	files := fstest.MapFS{"b/bot.yaml": {Data: []byte(cafe)}, "b/nlu.yml.yaml": {Data: []byte(rasa)}}
	b, err := bot.Load(files, "b")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text, lang string
		want       map[string]string
	}{
		{"I want a large latte", "en", map[string]string{"size": "large", "drink": "latte"}},
		{"can I have a big mocha", "en", map[string]string{"size": "large", "drink": "mocha"}},
		{"can I have a tiny espresso", "en", map[string]string{"size": "small", "drink": "espresso"}},
		{"can i have a lard law tea", "en", map[string]string{"size": "large", "drink": "latte"}},
		{"我要大杯拿铁", "zh", map[string]string{"size": "large", "drink": "latte"}},
	} {
		m := b.NewConversation(bot.ConversationOptions{Language: c.lang})
		for act, err := range m.Respond(t.Context(), dialog.Turn{Kind: dialog.Words, Text: c.text, Heard: 1}) {
			if err != nil {
				t.Fatal(err)
			}
			if u, ok := act.(dialog.Understood); ok {
				for k, v := range c.want {
					if u.Intent != "order" || u.Slots[k] != v {
						t.Errorf("%q: %+v", c.text, u)
					}
				}
			}
		}
	}
	if got, _, _ := b.Expected("en").Candidates([]string{"I want a large latte"}, 1); !slices.Equal(got, []string{"i want a large latte"}) {
		t.Errorf("expected %q", got)
	}
}

func TestRasaProblems(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"[large](size)", "[large](sice)", `b/nlu.yaml:5: unknown slot "sice"; expected size, drink`},
		{"[large](size)", "[large", `b/nlu.yaml:5: `},
		{"- intent: order", "- intend: order", `unknown key "intend" in nlu`},
		{"    - espresso", "    espresso", `expected a line that begins with - , found "espresso"`},
		{"- lookup: drink", "- lookup: drunk", `unknown slot "drunk"`},
	} {
		files := fstest.MapFS{"b/bot.yaml": {Data: []byte(cafe)}, "b/nlu.yaml": {Data: []byte(strings.Replace(rasa, c.old, c.new, 1))}}
		ps, err := bot.Check(files, "b")
		if err != nil || !strings.Contains(ps.Error(), c.want) {
			t.Errorf("%s: %v, %v", c.new, ps, err)
		}
	}
}
