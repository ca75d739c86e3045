package bots_test

import (
	"os"
	"strings"
	"testing"

	"hotline/dialog"
	"hotline/dialog/bot"
)

// fewestRight of the utterances in testdata/heard.tsv, none of which is an
// example of the bot, are understood, in each language.
const fewestRight = .8

func TestHeard(t *testing.T) {
	b, err := shop()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/heard.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var right, all [2]float64
	for line := range strings.Lines(string(data)) {
		want, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		lang := 0
		if text[0] >= 0x80 {
			lang = 1
		}
		all[lang]++
		m := b.NewConversation(bot.ConversationOptions{Language: []string{"en", "zh"}[lang]})
		got := m.Analyse(dialog.Turn{Text: text}, false).Intent
		if got == want {
			right[lang]++
		} else {
			t.Logf("%q is %s, not %s", text, got, want)
		}
	}
	for l, name := range []string{"en", "zh"} {
		if share := right[l] / all[l]; share < fewestRight || all[l] < 60 {
			t.Errorf("%s: %.0f of %.0f right", name, right[l], all[l])
		} else {
			t.Logf("%s: %.1f%% of %.0f", name, 100*share, all[l])
		}
	}
}
