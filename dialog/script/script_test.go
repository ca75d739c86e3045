package script_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"hotline/dialog/bot"
	"hotline/dialog/script"
)

const desk = `
languages: [en]
policy: {opening: [hi], skill: all}
prompts:
  hi: {en: "Hi."}
  ask: {en: "Number?"}
  done: {en: "Checked {number|digits}."}
slots:
  number: {kind: digits, length: 4, ask: ask}
flows:
  check:
    intent: check
    steps: [collect: number, say: done]
intents:
  check:
    examples: {en: [check my number, is my number good, number check]}
`

// talks has one conversation that goes as written and one that does not.
const talks = `
- name: good
  turns:
    - opening:
      bot: [hi]
    - {caller: check my number, intent: check, bot: [ask], listens: 4}
    - {caller: four five seven one, slots: {number: "4571"}, says: Checked}
- name: bad
  turns:
    - {caller: check my number, intent: refund}
    - {caller: four five seven two, slots: {number: "4571"}}
`

func TestMeasure(t *testing.T) {
	files := fstest.MapFS{"b/bot.yaml": {Data: []byte(desk)}, "b/tests/a.yaml": {Data: []byte(talks)}}
	b, err := bot.Load(files, "b")
	if err != nil {
		t.Fatal(err)
	}
	r, err := script.Measure(t.Context(), b, files, "b/tests")
	if err != nil || r.Conversations.N != 2 || r.Conversations.Right != 1 || r.Turns.N != 5 || r.Turns.Right != 3 ||
		r.Checks[script.Intent].Right != 1 || r.Checks[script.Intent].N != 2 || r.Checks[script.Slot].Share != .5 || len(r.Wrong) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	var out strings.Builder
	r.Print(&out)
	for _, want := range []string{"conversations      1 of     2 right   50.0 %", "a.yaml, bad, turn 1 (check my number): intent: got check, want refund"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if _, err := script.Measure(t.Context(), b, files, "b/none"); err == nil {
		t.Error("no conversations, no error")
	}
	files["b/tests/a.yaml"].Data = []byte("- name: x\n  turn: []\n")
	if _, err := script.Measure(t.Context(), b, files, "b/tests"); err == nil || !strings.Contains(err.Error(), "a.yaml") {
		t.Errorf("an unknown key: %v", err)
	}
}
