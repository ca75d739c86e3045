package chat_test

import (
	"strings"
	"testing"

	"hotline/bots"
	"hotline/dialog/bot"
	"hotline/dialog/chat"
)

func TestRun(t *testing.T) {
	b, err := bot.Load(bots.FS, "shop")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		in      string
		explain bool
		want    []string
		not     string
	}{
		"plain":   {"where is my order\n/keys 4571#\n\n/nonsense\nbye\nnever read\n", false, []string{"bot: Welcome to Lantern", "is late", "Type what the caller says", "hangup: done"}, "because"},
		"explain": {"where is order 4571\nthis is ridiculous, I am furious\n/returned busy\n/quit\n", true, []string{"intent order_status", "order=4571", "did lookup(order=4571)", "because angry", "transfer to care", "whisper: Angry caller about order 4571, which is late.", "none of my colleagues"}, "hangup"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			m := b.NewConversation(bot.ConversationOptions{})
			if err := chat.Run(t.Context(), chat.Options{In: strings.NewReader(tt.in), Out: &out, Manager: m, Explain: tt.explain}); err != nil {
				t.Fatal(err)
			}
			for _, w := range tt.want {
				if !strings.Contains(out.String(), w) {
					t.Errorf("%q is not in\n%s", w, out.String())
				}
			}
			if strings.Contains(out.String(), tt.not) {
				t.Errorf("%q is in\n%s", tt.not, out.String())
			}
		})
	}
}
