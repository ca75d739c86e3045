package bots_test

import (
	"testing"

	"hotline/dialog"
	"hotline/dialog/bot"
)

// pool is what a caller of FuzzShop may say besides the text of the corpus.
var pool = []string{"where is my order", "I want to return a lamp", "four five seven one", "eight zero eight zero", "no, one two three four", "yes", "no", "anna at example dot com", "it is broken",
	"a week on Friday", "cancel my order", "two four six eight", "slower please", "agent", "never mind", "say that again", "one moment", "my invoice", "call me back", "oh one seven one five five five one two three", "instead I want a refund",
	"我要退货", "四五七一", "不是，是八零八零", "对", "下周三下午", "慢一点", "改地址", "上海市淮海路十八号", "this is ridiculous, I am furious", "hello, where is my order", "can you speak English please", "说中文"}

// FuzzShop plays calls that make no sense: whatever a caller does, the bot
// answers, and then listens, hands over or hangs up.
func FuzzShop(f *testing.F) {
	b, err := shop()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{0, 2, 5, 6, 1, 3, 8, 7, 5, 9}, "hello")
	f.Add([]byte{1, 22, 3, 40, 41, 42, 43, 8, 7, 4, 5, 44}, "4571#")
	f.Add([]byte{17, 3, 7, 5, 18, 19, 5, 9, 33, 60, 61, 13, 43}, "四五")
	f.Fuzz(func(t *testing.T, moves []byte, text string) {
		m := b.NewConversation(bot.ConversationOptions{Call: "fuzz", From: "1"})
		for i, mv := range append([]byte{255}, moves[:min(len(moves), 30)]...) {
			turn := dialog.Turn{Number: i, Kind: dialog.Words, Heard: float64(mv%5) / 4}
			switch n := int(mv) % 48; {
			case i == 0:
				turn.Kind = dialog.Opening
			case n < len(pool):
				turn.Text, turn.Alternatives = pool[n], []string{text}
			case n == 40:
				turn.Kind = dialog.NoInput
			case n == 41:
				turn.Kind = dialog.NoWords
			case n == 42:
				turn.Kind, turn.Reason = dialog.Returned, "busy"
			case n >= 43 && n < 46:
				turn.Kind, turn.Keys = dialog.Keys, []string{"4571#", text, "1"}[n-43]
			default:
				turn.Text, turn.Alternatives = text, []string{pool[int(mv)%len(pool)]}
			}
			settled := false
			for act, err := range m.Respond(t.Context(), turn) {
				if err != nil {
					t.Fatalf("turn %d %+v: %v", i, turn, err)
				}
				switch act.(type) {
				case dialog.Listen, dialog.Transfer, dialog.Hangup:
					settled = true
				}
			}
			if !settled {
				t.Fatalf("turn %d %+v: the bot neither listens nor hands over nor hangs up", i, turn)
			}
		}
	})
}
