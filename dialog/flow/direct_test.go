package flow_test

import (
	"context"
	"strings"
	"testing"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/dialog/flow"
)

func conversation(b *bot.Bot) *flow.Conversation {
	return b.NewConversation(bot.ConversationOptions{})
}

// An agent has the bot do one flow, from a step, with what is known; and hears
// when it is over, done or not.
func TestDirected(t *testing.T) {
	b := load(t, func(context.Context, dialog.Request) (map[string]string, error) {
		return map[string]string{"state": "good"}, nil
	})
	keys := func(k string) dialog.Turn { return dialog.Turn{Kind: dialog.Keys, Keys: k, Heard: 1} }
	said := func(s string) dialog.Turn { return dialog.Turn{Kind: dialog.Words, Text: s, Heard: 1} }
	direct := func(name, step string, slots map[string]string) dialog.Turn {
		return dialog.Turn{Kind: dialog.Directed, Flow: name, Step: step, Slots: slots, Back: true}
	}
	for _, tt := range []struct {
		name  string
		turns []dialog.Turn
		want  string
	}{
		{"asks", []dialog.Turn{direct("check", "", nil), keys("1234")}, "ask / ok finished"},
		{"knows", []dialog.Turn{direct("check", "", map[string]string{"number": "1234"})}, "ok finished"},
		{"from a step", []dialog.Turn{direct("delete", "end", nil)}, "gone finished"},
		{"the caller would not", []dialog.Turn{direct("check", "", nil), said("never mind")}, "ask / cancelled finished"},
		{"a person, please", []dialog.Turn{direct("check", "", nil), said("agent")}, "ask / transfer finished"},
		{"twice", []dialog.Turn{direct("check", "", nil), keys("1234"), direct("check", "", nil), keys("1234")}, "ask / ok finished / ask / ok finished"},
		{"to keep", []dialog.Turn{{Kind: dialog.Directed, Flow: "check"}, keys("1234")}, "ask / ok anything_else"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := conversation(b)
			var got []string
			for n, turn := range append([]dialog.Turn{{Kind: dialog.Opening}}, tt.turns...) {
				turn.Number = n + 1
				var did []string
				for act, err := range m.Respond(t.Context(), turn) {
					if err != nil {
						t.Fatal(err)
					}
					switch act := act.(type) {
					case dialog.Say:
						did = append(did, act.Prompt)
					case dialog.Finished:
						did = append(did, "finished")
					}
				}
				if n > 0 {
					got = append(got, strings.Join(did, " "))
				}
			}
			if g := strings.Join(got, " / "); g != tt.want {
				t.Errorf("got %s, want %s", g, tt.want)
			}
		})
	}
	m := conversation(b)
	for _, c := range []struct{ flow, step, code string }{{"check", "", ""}, {"delete", "end", ""}, {"sing", "", hotline.EInvalid}, {"check", "end", hotline.EInvalid}} {
		if code := hotline.ErrorCode(m.Directs(c.flow, c.step)); code != c.code {
			t.Errorf("%s at %q: %q", c.flow, c.step, code)
		}
	}
}
