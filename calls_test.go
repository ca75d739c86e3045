package hotline_test

import (
	"testing"
	"time"

	"hotline"
)

// A call is what its events add up to, step by step.
func TestCallApply(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	var c hotline.Call
	for i, step := range []struct {
		body  hotline.Body
		phase string
		holds func() bool
	}{
		{hotline.CallStarted{Direction: "in", From: "alice", To: "100", Bot: "shop"}, "ringing", func() bool { return c.From == "alice" && c.Bot == "shop" && c.Started.Equal(at) }},
		{hotline.CallAnswered{Recording: "r.wav"}, "bot", func() bool { return c.Recording == "r.wav" && c.Answered.Equal(at.Add(time.Second)) }},
		{hotline.Heard{Who: "caller", Language: "en", Intent: "order", Emotion: hotline.Emotion{Name: "angry"}}, "bot", func() bool { return c.Intent == "order" && c.Turns == 1 }},
		{hotline.Heard{Who: "caller"}, "bot", func() bool { return c.Intent == "order" && c.Emotion == "angry" && c.Turns == 2 }},
		{hotline.Queued{Skill: "billing"}, "waiting", func() bool { return c.Skill == "billing" }},
		{hotline.Offered{Agent: "a1"}, "waiting", func() bool { return c.Agent == "a1" }},
		{hotline.AgentLeft{Agent: "a1", Reason: "busy"}, "waiting", nil},
		{hotline.Offered{Agent: "a2"}, "waiting", nil},
		{hotline.AgentJoined{Agent: "a2"}, "agent", func() bool { return c.Agent == "a2" }},
		{hotline.Heard{Who: "agent", Intent: "thanks"}, "agent", func() bool { return c.Intent == "order" && c.Turns == 2 }},
		{hotline.AgentLeft{Agent: "a2"}, "bot", nil},
		{hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.CallerHangup}, LengthMs: 99}, "ended",
			func() bool {
				return c.Result == hotline.Completed && c.Reason == hotline.CallerHangup && c.LengthMs == 99 && c.N == 12 && c.Seq == 112
			}},
	} {
		n := uint64(i + 1)
		c.Apply(hotline.Event{Seq: 100 + n, N: n, Call: "a", At: at.Add(time.Duration(i) * time.Second), Media: hotline.Ms(i), Body: step.body})
		if c.Phase != step.phase || step.holds != nil && !step.holds() {
			t.Errorf("after %s: %+v", step.body.Kind(), c)
		}
	}
}
