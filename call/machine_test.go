package call

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/asr"
	"hotline/dialog"
	"hotline/media"
)

// Each case is a script: inputs, each with its media time in ms, and below the
// commands that they lead to. Clearing a timer is left out.
func TestMachine(t *testing.T) {
	type in struct {
		at int
		Input
	}
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	on := func(at int) in { return in{at + 40, Speech{On: true, At: ms(at)}} }
	off := func(at int) in { return in{at + 120, Speech{At: ms(at)}} }
	text := func(at int, s string, final bool, start, end int) in {
		return in{at, Text{Result: asr.Result{Text: s, Final: final, Start: ms(start), End: ms(end)}}}
	}
	say := func(turn int, s string) Act { return Act{turn, dialog.Say{Text: s}} }
	played := func(turn int, s string, heard int) Played {
		return Played{Play: Play{N: turn, Turn: turn, Say: dialog.Say{Text: s, Language: "en"}},
			Playback: media.Playback{Heard: ms(heard), Length: ms(heard), Complete: true}}
	}
	hi := []in{{0, Start{}}, {0, Up{}}, {10, say(1, "hi there")}, {10, Answered{Turn: 1}}}
	asked := append(hi, in{2000, played(1, "hi there", 1900)}, on(3000), text(3900, "where is it", true, 3000, 3800), off(3800))
	tests := []struct {
		name string
		in   []in
		from int // commands of the inputs from here on are compared
		want string
	}{
		{"the caller's turn ends with the silence that the text asks for", append(asked, in{4450, Fired{EndOfTurn}}), len(asked),
			"Think 2 where is it; Set filler 5.95s; Set patience 12.45s"},
		{"a timer that is early only looks again", append(asked, in{4200, Fired{EndOfTurn}}), len(asked), "Set end-of-turn 4.45s"},
		{"an answer to an old turn is ignored", append(asked, in{4450, Fired{EndOfTurn}}, in{4500, say(1, "late")}), len(asked) + 1, ""},
		{"a reply does not start over a caller who has begun to speak",
			append(asked, in{4450, Fired{EndOfTurn}}, on(4500), in{4600, say(2, "y")}, text(4900, "or rather", false, 4500, 4900)), len(asked) + 1,
			"Set patience 12.6s; Emit heard; Set carry-on 8.6s; Drop"},
		{"a cough only delays it",
			append(asked, in{4450, Fired{EndOfTurn}}, on(4500), in{4600, say(2, "y")}, off(4580)), len(asked) + 1,
			"Set patience 12.6s; Emit heard; Set carry-on 8.6s; Play 2 y"},
		{"a voice pauses the bot, no words have it go on",
			append(hi, on(500), in{600, Fired{BargeIn}}, off(900), text(1100, "", true, 500, 900)), len(hi),
			"Set barge-in 560ms; Pause; Set carry-on 4.6s; Set carry-on 1.6s; Resume"},
		{"after two false alarms only words interrupt",
			append(hi, on(500), in{600, Fired{BargeIn}}, off(700), text(900, "", true, 500, 700),
				on(1500), in{1600, Fired{BargeIn}}, off(1700), text(1900, "", true, 1500, 1700),
				on(2500), text(2900, "stop that now", false, 2500, 2900)), len(hi) + 8, "Drop"},
		{"the recogniser is late: its partial is taken",
			append(hi, in{2000, played(1, "hi there", 1900)}, on(3000), text(3500, "where is it", false, 3000, 3500), off(3800),
				in{4250, Fired{EndOfTurn}}, in{5600, Fired{EndOfTurn}}), len(hi) + 3,
			"Set end-of-turn 5.6s; Set end-of-turn 5.6s; Think 2 where is it; Set filler 7.1s; Set patience 13.6s"},
		{"words that come after the turn was taken for none make it one",
			append(hi, in{2000, played(1, "hi there", 1900)}, on(3000), off(3800), in{5600, Fired{EndOfTurn}},
				text(5700, "where is it", true, 3000, 3800)), len(hi) + 4,
			"Drop; Think 3 where is it; Set filler 7.2s; Set patience 13.7s"},
		{"a transfer waits for the prompt before it",
			append(asked, in{4450, Fired{EndOfTurn}}, in{4500, say(2, "y")}, in{4500, Act{2, dialog.Transfer{Skill: "x"}}}, in{4500, Answered{Turn: 2}},
				in{5000, played(2, "y", 500)}), len(asked) + 3,
			"Emit said; Emit queued; Music 0 true; Set still-looking 35s; Set queue-limit 5m5s; Enqueue x"},
		{"hanging up waits for the prompt and its last packets",
			append(asked, in{4450, Fired{EndOfTurn}}, in{4500, say(2, "bye")}, in{4500, Act{2, dialog.Hangup{}}}, in{4500, Answered{Turn: 2}},
				in{5000, played(2, "bye", 500)}, in{5040, Fired{Drain}}), len(asked) + 3,
			"Emit said; Set drain 5.04s; Drop; Emit call.ended; Hangup bot-hangup"},
		{"an agent who is found when the caller has gone is given back",
			append(asked, in{4450, Fired{EndOfTurn}}, in{4500, Act{2, dialog.Transfer{Skill: "x"}}}, in{4500, Answered{Turn: 2}},
				in{5000, Gone{TheCaller, hotline.CallerHangup}}, in{5000, Got{1, "agent-1", nil}}), len(asked) + 3,
			"Drop; Music 0 false; Leave; Emit call.ended; Hangup caller-hangup; Release agent-1 false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var m Machine
			var got []string
			for i, in := range tt.in {
				for _, c := range m.Step(ms(in.at), in.Input) {
					if line := brief(c); i >= tt.from && line != "" {
						got = append(got, line)
					}
				}
			}
			if g := strings.Join(got, "; "); g != tt.want {
				t.Errorf("got  %s\nwant %s", g, tt.want)
			}
		})
	}
}

// What the meter makes of a voice goes with the turn, and anger with the ticket.
func TestVoiceGoesWithTheTurn(t *testing.T) {
	m := Machine{Segment: "vip", Earlier: map[string]int{"": 3, "order": 2}}
	var turn dialog.Turn
	var ticket hotline.Ticket
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	step := func(at int, in Input) {
		for _, c := range m.Step(ms(at), in) {
			switch c := c.(type) {
			case Think:
				turn = c.Turn
			case Enqueue:
				ticket = c.Ticket
			}
		}
	}
	step(0, Start{})
	step(0, Up{})
	step(10, Answered{Turn: 1})
	step(3040, Speech{On: true, At: ms(3000)})
	step(3900, Text{Result: asr.Result{Text: "where is it", Final: true, Start: ms(3000), End: ms(3800)}, Voice: dialog.Tone{Anger: 0.9, Louder: 8}})
	step(3920, Speech{At: ms(3800)})
	step(4450, Fired{EndOfTurn})
	if turn.Voice.Anger != 0.9 || turn.Voice.Louder != 8 {
		t.Errorf("the turn's voice is %+v", turn.Voice)
	}
	step(4500, Act{2, dialog.Understood{Intent: "order", Emotion: hotline.Emotion{Name: "angry", Score: 0.8}}})
	step(4500, Act{2, dialog.Transfer{Skill: "x"}})
	step(4500, Answered{Turn: 2}) // nothing is to be said before
	if ticket.Skill != "x" || ticket.Heat != 0.8 || ticket.Segment != "vip" || ticket.Repeats != 2 {
		t.Errorf("the ticket is %+v", ticket)
	}
}

// The 200 is at the caller before the leg is up here: what they press at once is
// not lost, and their hold is not overheard.
func TestKeysAndHoldBeforeTheLegIsUp(t *testing.T) {
	var m Machine
	var got []string
	for _, in := range []Input{Start{}, Key{TheCaller, '4'}, Key{TheCaller, '4'}, Hold{TheCaller, true}, Up{}} {
		for _, c := range m.Step(0, in) {
			if e, ok := c.(Emit); ok {
				got = append(got, fmt.Sprintf("%s %+v", e.Body.Kind(), e.Body))
			}
		}
	}
	want := []string{"call.started", "call.answered", "key {Key:4}", "key {Key:4}", "hold {On:true}"}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// brief is a command in a few words.
func brief(c Command) string {
	switch c := c.(type) {
	case Clear:
		return ""
	case Set:
		return fmt.Sprintf("Set %s %v", c.Timer, c.At)
	case Think:
		return fmt.Sprintf("Think %d %s", c.Turn.Number, c.Turn.Text)
	case Play:
		return fmt.Sprintf("Play %d %s", c.Turn, c.Say.Text)
	case Emit:
		return "Emit " + c.Body.Kind()
	case Tell: // what is told changes nothing
		return ""
	case Enqueue:
		return "Enqueue " + c.Ticket.Skill
	case Route:
		return ""
	case Release:
		return fmt.Sprintf("Release %s %v", c.Agent, c.Joined)
	case Drop, Pause, Resume, Leave, Answer:
		return strings.TrimPrefix(fmt.Sprintf("%T", c), "call.")
	}
	return strings.NewReplacer("call.", "", "{", " ", "}", "").Replace(fmt.Sprintf("%T%v", c, c))
}

// A caller who wanted a person and got none has not been served: the bot's
// goodbye to them is a failure of the house, not a completed call.
func TestNobodyForTheCallerIsAFailedCall(t *testing.T) {
	m := Machine{Call: "c"}
	var out hotline.CallEnded
	for i, in := range []Input{Start{}, Up{}, Act{1, dialog.Hangup{Reason: hotline.NoAgent}}, Answered{Turn: 1}, Fired{Drain}} {
		for _, c := range m.Step(time.Duration(i)*time.Second, in) {
			if e, ok := c.(Emit); ok {
				if b, ok := e.Body.(hotline.CallEnded); ok {
					out = b
				}
			}
		}
	}
	if out.Result != hotline.Failed || out.Reason != hotline.NoAgent {
		t.Errorf("the call ended %+v", out.Outcome)
	}
}

// A place in the queue is told honestly in both languages.
func TestPlaceWords(t *testing.T) {
	minutes := func(n float64) hotline.Estimate {
		return hotline.Estimate{Known: true, WaitMs: hotline.Ms(n * 60_000)}
	}
	for _, tt := range []struct {
		position int
		estimate hotline.Estimate
		en, zh   string
	}{
		{1, hotline.Estimate{}, "Thank you for waiting. You are next in line.", "感谢您的耐心等待，您是下一位。"},
		{1, minutes(.3), "Thank you for waiting. You are next in line. It should take less than a minute.", "感谢您的耐心等待，您是下一位。预计等待不超过一分钟。"},
		{4, minutes(2.1), "Thank you for waiting. You are number 4 in line. It should take about 3 minutes.", "感谢您的耐心等待，您前面还有3位。预计还需等待大约3分钟。"},
	} {
		p := hotline.Place{Position: tt.position, Estimate: tt.estimate}
		if en, zh := placeWords("en", p), placeWords("zh", p); en != tt.en || zh != tt.zh {
			t.Errorf("%q %q", en, zh)
		}
	}
}
