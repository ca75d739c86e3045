package call_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"hotline/asr"
	"hotline/call"
	"hotline/call/calltest"
	"hotline/dialog"
	"hotline/media"
)

// expecting notes how many digits are expected when a final result is out, and
// gives its readings.
type expecting struct {
	asr.Engine
	digits *[]int
}

func (e expecting) Recognize(ctx context.Context, audio <-chan media.Frame, o asr.Options) iter.Seq2[asr.Result, error] {
	return func(yield func(asr.Result, error) bool) {
		for r, err := range e.Engine.Recognize(ctx, audio, o) {
			if r.Final {
				n := o.Number()
				if n == nil {
					n = &asr.Number{}
				} else {
					r.Alternatives, r.Since = []string{"4571"}, r.Start
				}
				*e.digits = append(*e.digits, n.Most)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// TestTheRecogniserKnowsWhatIsAskedFor: which number the bot has asked for, while
// it waits for it and no longer; the readings reach the bot.
func TestTheRecogniserKnowsWhatIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		caller := calltest.NewCaller(&calltest.Phone{HangsUp: 22003 * ms, Says: []calltest.Utterance{
			{At: 4000 * ms, For: s, Text: "a number"}, {At: 9000 * ms, For: s, Text: "for nine"}, {At: 14000 * ms, For: s, Text: "thanks"}}})
		bot := &calltest.Bot{Table: map[string][]dialog.Act{
			"opening":  {say("Welcome")},
			"a number": {say("Please tell me your number"), dialog.Listen{Digits: 4, Number: &dialog.Number{Least: 4, Most: 4}}},
			"*":        {say("Fine"), dialog.Listen{}},
		}}
		j := calltest.NewJournal()
		var digits []int
		c := &call.Session{
			Machine: call.Machine{Call: "c1", Rules: calltest.Rules},
			Caller:  caller,
			ASR:     expecting{calltest.ASR{Phones: []*calltest.Phone{caller}}, &digits},
			TTS:     calltest.TTS{},
			Dialog:  bot,
			Events:  j,
			VAD:     calltest.NewDetector,
		}
		c.Run(t.Context())
		if want := []int{0, 4, 0}; !slices.Equal(digits, want) {
			t.Errorf("digits expected: %v, want %v", digits, want)
		}
		var others []string
		for _, turn := range bot.Turns() {
			others = append(others, turn.Alternatives...)
		}
		if !slices.Equal(others, []string{"4571"}) {
			t.Errorf("the bot was given %q", others)
		}
		if !strings.Contains(j.String(), "turn 3: endpoint 453 ") { // not the wait for the rest of "for nine"
			t.Errorf("a whole number was waited for:\n%s", j)
		}
	})
}
