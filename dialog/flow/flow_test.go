package flow_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"hotline/dialog"
	"hotline/dialog/bot"
)

// small is a bot with one action, which the test provides.
var small = fstest.MapFS{"small/bot.yaml": {Data: []byte(`
languages: [en]
policy: {opening: [hi], skill: all}
prompts:
  hi: {en: "Hi."}
  ask: {en: "Your number?"}
  ok: {en: ["Number {number|digits} is {check.state}.", "It is {check.state}."]}
  sure: {en: "Shall I delete it?"}
  gone: {en: "Deleted."}
  kept: {en: "Kept."}
slots:
  number: {kind: digits, length: 4, ask: ask}
  card: {kind: digits, length: 16, ask: ask, secret: true}
actions:
  check: {provided: true}
flows:
  check:
    intent: check
    steps:
      - collect: number
      - act: check
        with: {number: "{number}"}
      - say: ok
  delete:
    intent: delete
    quiet: true
    steps:
      - confirm: sure
        yes: [{id: end, say: gone}]
        no: [say: kept]
  pay:
    intent: pay
    steps: [collect: card, say: gone]
intents:
  check: {examples: {en: [check my number, is my number good, number check, test the number please]}}
  delete: {examples: {en: [delete my account, remove the account, please delete it, erase everything]}}
  pay: {examples: {en: [pay my bill, I want to pay, take my payment, make a card payment]}}
`)}}

func load(t *testing.T, act dialog.ActionFunc) *bot.Bot {
	t.Helper()
	b, err := bot.Load(small, "small", bot.Options{Actions: dialog.Actions{"check": act}})
	if err != nil {
		t.Fatalf("the bot of the test is wrong:\n%v", err)
	}
	return b
}

// says plays one turn and returns what was said, "transfer" and "hangup"
// included.
func says(t *testing.T, ctx context.Context, m dialog.Manager, turn dialog.Turn) (out []string) {
	t.Helper()
	for act, err := range m.Respond(ctx, turn) {
		if err != nil {
			out = append(out, "error")
			continue
		}
		switch a := act.(type) {
		case dialog.Say:
			out = append(out, a.Text)
		case dialog.Transfer:
			out = append(out, "transfer")
		case dialog.Hangup:
			out = append(out, "hangup")
		}
	}
	return out
}

func words(n int, text string) dialog.Turn {
	return dialog.Turn{Number: n, Kind: dialog.Words, Text: text, Heard: 1}
}

func TestTurnTakenBack(t *testing.T) {
	calls := 0
	b := load(t, func(_ context.Context, r dialog.Request) (map[string]string, error) {
		calls++
		return map[string]string{"state": "good"}, nil
	})
	m := b.NewConversation(bot.ConversationOptions{})
	ctx := t.Context()
	says(t, ctx, m, dialog.Turn{})
	says(t, ctx, m, words(1, "check my number"))
	first := says(t, ctx, m, words(2, "one two three four"))
	// Nobody heard it: the session joins the text to what came next.
	turn := words(3, "one two three four please")
	turn.Heard = 0
	second := says(t, ctx, m, turn)
	if !slices.Equal(first, second) || !strings.Contains(first[0], "1 2 3 4") {
		t.Errorf("the answer that nobody heard was %q, then %q", first, second)
	}
	if calls != 1 {
		t.Errorf("the action ran %d times for one wish", calls)
	}
}

func TestCutInTheMiddle(t *testing.T) {
	b := load(t, func(ctx context.Context, r dialog.Request) (map[string]string, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return map[string]string{"state": "good for " + r.Args["number"]}, nil
	})
	m := b.NewConversation(bot.ConversationOptions{})
	says(t, t.Context(), m, dialog.Turn{})
	says(t, t.Context(), m, words(1, "check my number"))
	for act := range m.Respond(t.Context(), words(2, "one two three four")) {
		if _, ok := act.(dialog.Did); ok {
			break // the caller barges in while the bot still thinks
		}
	}
	turn := words(3, "hello?")
	turn.Heard = 0
	if got := says(t, t.Context(), m, turn); len(got) == 0 || !strings.Contains(strings.Join(got, " "), "1 2 3 4") && !strings.Contains(strings.Join(got, " "), "good for 1234") {
		t.Errorf("after the cut: %q, want the answer about 1234", got)
	}
}

func TestCancelled(t *testing.T) {
	started := make(chan struct{})
	b := load(t, func(ctx context.Context, r dialog.Request) (map[string]string, error) {
		close(started)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	m := b.NewConversation(bot.ConversationOptions{})
	says(t, t.Context(), m, words(1, "check my number"))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-started; cancel() }()
	if got := says(t, ctx, m, words(2, "1234")); len(got) != 0 {
		t.Errorf("said %q after the turn was cancelled", got)
	}
}

func TestSlowActionIsSpokenAbout(t *testing.T) {
	b := load(t, func(ctx context.Context, r dialog.Request) (map[string]string, error) {
		select {
		case <-time.After(2 * time.Second):
			return map[string]string{"state": "good"}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	synctest.Test(t, func(t *testing.T) {
		m := b.NewConversation(bot.ConversationOptions{})
		says(t, t.Context(), m, words(1, "check my number"))
		start := time.Now()
		var at time.Duration
		var heard []string
		for act, err := range m.Respond(t.Context(), words(2, "1234")) {
			if err != nil {
				t.Fatal(err)
			}
			if s, ok := act.(dialog.Say); ok {
				if heard = append(heard, s.Prompt); s.Prompt == "one_moment" {
					at = time.Since(start)
				}
			}
		}
		if at != 900*time.Millisecond || !slices.Contains(heard, "ok") {
			t.Errorf("said %q, one_moment after %v", heard, at)
		}
	})
}

func TestActionFails(t *testing.T) {
	b := load(t, func(context.Context, dialog.Request) (map[string]string, error) { return nil, errors.New("down") })
	m := b.NewConversation(bot.ConversationOptions{})
	says(t, t.Context(), m, words(1, "check my number"))
	got := says(t, t.Context(), m, words(2, "1234"))
	if len(got) == 0 || got[len(got)-1] != "transfer" {
		t.Errorf("got %q, want a person", got)
	}
}

func TestSecretIsNotShown(t *testing.T) {
	b := load(t, nil)
	m := b.NewConversation(bot.ConversationOptions{})
	const card = "4111111111111111"
	for act := range m.Respond(t.Context(), words(1, "I want to pay")) {
		if l, ok := act.(dialog.Listen); ok && (!l.Secret || l.Digits != 16) {
			t.Errorf("listens with %+v", l)
		}
	}
	for _, turn := range []dialog.Turn{{Number: 2, Kind: dialog.Keys, Keys: card}, words(3, "agent")} {
		for act := range m.Respond(t.Context(), turn) {
			switch a := act.(type) {
			case dialog.Understood:
				if strings.Contains(a.Slots["card"], "4") {
					t.Errorf("understood shows %q", a.Slots["card"])
				}
			case dialog.Transfer:
				if strings.Contains(a.Brief.Slots["card"], "4") {
					t.Errorf("the brief shows %q", a.Brief.Slots["card"])
				}
			}
		}
	}
}

func TestConfirm(t *testing.T) {
	b := load(t, nil)
	for answer, want := range map[string]string{"yes please": "Deleted.", "no": "Kept.", "1": "Deleted."} {
		m := b.NewConversation(bot.ConversationOptions{})
		says(t, t.Context(), m, words(1, "delete my account"))
		turn := words(2, answer)
		if answer == "1" {
			turn = dialog.Turn{Number: 2, Kind: dialog.Keys, Keys: "1#"}
		}
		if got := says(t, t.Context(), m, turn); len(got) == 0 || got[0] != want {
			t.Errorf("%s: %q, want %q", answer, got, want)
		}
	}
}

// FuzzConversation holds any conversation to what every answer promises.
func FuzzConversation(f *testing.F) {
	b, err := bot.Load(small, "small", bot.Options{Actions: dialog.Actions{"check": dialog.ActionFunc(func(context.Context, dialog.Request) (map[string]string, error) {
		return map[string]string{"state": "good"}, nil
	})}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("check my number\n1234\n/\nagent\n?no-answer\nagain\n#0\n\xff\nno, 4321")
	f.Fuzz(func(t *testing.T, script string) {
		m := b.NewConversation(bot.ConversationOptions{})
		for n, line := range strings.Split(script, "\n") {
			turn := words(n, line)
			switch {
			case line == "/":
				turn = dialog.Turn{Number: n, Kind: dialog.NoInput}
			case strings.HasPrefix(line, "#"):
				turn = dialog.Turn{Number: n, Kind: dialog.Keys, Keys: line[1:]}
			case strings.HasPrefix(line, "?"):
				turn = dialog.Turn{Number: n, Kind: dialog.Returned, Reason: line[1:]}
			}
			i, ends, over := 0, 0, false
			for act, err := range m.Respond(t.Context(), turn) {
				if err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				switch act.(type) {
				case dialog.Understood:
					if i != 0 {
						t.Fatalf("%q: Understood is act %d", line, i)
					}
				case dialog.Listen, dialog.Transfer, dialog.Hangup:
					ends++
				}
				_, over = act.(dialog.Hangup)
				i++
			}
			if ends != 1 {
				t.Fatalf("%q: %d acts end the answer, want one", line, ends)
			}
			if over {
				return
			}
		}
	})
}

// How a caller feels goes on when an agent takes over: one course for the call,
// with the voice; what the agent says does not move it.
func TestOneCourseOfEmotion(t *testing.T) {
	m := load(t, func(context.Context, dialog.Request) (map[string]string, error) { return nil, nil }).NewConversation(bot.ConversationOptions{})
	says(t, t.Context(), m, dialog.Turn{Kind: dialog.Opening})
	says(t, t.Context(), m, dialog.Turn{Kind: dialog.Words, Text: "this is annoying"})
	var a dialog.Analyst = m
	again := dialog.Turn{Kind: dialog.Words, Text: "it is still annoying"}
	alone := a.Analyse(again, false).Emotion
	then := a.Analyse(again, true).Emotion
	if then.Score <= alone.Score || !slices.ContainsFunc(then.Why, func(s string) bool { return strings.HasPrefix(s, "before: ") }) {
		t.Errorf("after the bot's part %+v, by itself %+v", then, alone)
	}
	a.Analyse(dialog.Turn{Kind: dialog.Words, Text: "you are absolutely ridiculous, shut up"}, false) // an agent
	loud := a.Analyse(dialog.Turn{Kind: dialog.Words, Text: "it is still annoying", Voice: dialog.Tone{Louder: 9, Anger: .8}}, true).Emotion
	if loud.Score < then.Score || !slices.Contains(loud.Why, "louder by 9 dB") {
		t.Errorf("louder with the agent: %+v, before %+v", loud, then)
	}
	if calm := a.Analyse(dialog.Turn{Kind: dialog.Words, Text: "thank you, that is great"}, true).Emotion; calm.Name == "abusive" {
		t.Errorf("the agent's words were taken for the caller's: %+v", calm)
	}
}
