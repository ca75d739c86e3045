package bots_test

import (
	"os"
	"strings"
	"testing"

	"hotline/dialog"
	"hotline/dialog/bot"
)

// fewestRambled of the utterances in testdata/ramble.tsv are understood, in each
// language, as the first thing that a caller says: three an intent, a medium one, a long one
// and a long one without punctuation, and some that want nothing of a shop. They were written to develop
// with; testdata/unseen.tsv measures.
var fewestRambled = map[string]float64{"en": .75, "zh": .68}

func TestRamble(t *testing.T) {
	b, err := shop()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/ramble.tsv")
	if err != nil {
		t.Fatal(err)
	}
	right, all := map[string]float64{}, map[string]float64{}
	for line := range strings.Lines(string(data)) {
		c := strings.Split(strings.TrimSpace(line), "\t")
		if len(c) != 4 || c[0] == "language" {
			continue
		}
		got := first(t, b, c[0], c[3])
		kind := "wanting something"
		if c[2] == "none" {
			kind = "wanting nothing"
		}
		for _, group := range []string{c[0], c[0] + " " + c[1] + ", " + kind} {
			all[group]++
			if got.Intent == c[2] {
				right[group]++
			}
		}
		if got.Intent != c[2] {
			t.Logf("%q is %s %q, not %s", c[3], got.Intent, got.Why, c[2])
		}
	}
	for group, n := range all {
		t.Logf("%s: %.1f%% of %.0f", group, 100*right[group]/n, n)
	}
	for lang, fewest := range fewestRambled {
		if all[lang] < 80 || right[lang] < fewest*all[lang] {
			t.Errorf("%s: %.0f of %.0f", lang, right[lang], all[lang])
		}
	}
}

// first is how the first thing that a caller says is understood.
func first(t *testing.T, b *bot.Bot, language, text string) (got dialog.Understood) {
	m := b.NewConversation(bot.ConversationOptions{Language: language})
	for _, turn := range []dialog.Turn{{Kind: dialog.Opening}, {Kind: dialog.Words, Text: text, Language: language, Heard: 1}} {
		for act, err := range m.Respond(t.Context(), turn) {
			if err != nil {
				t.Fatal(err)
			}
			if u, ok := act.(dialog.Understood); ok {
				got = u
			}
		}
	}
	return got
}
