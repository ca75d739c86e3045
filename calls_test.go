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
		{hotline.Heard{Who: "caller", Intent: "inform"}, "bot", func() bool { return c.Intent == "order" && c.Emotion == "angry" && c.Turns == 2 }},
		{hotline.Queued{Skill: "billing"}, "waiting", func() bool { return c.Skill == "billing" }},
		{hotline.Offered{Agent: "a1"}, "waiting", func() bool { return c.Agent == "a1" }},
		{hotline.AgentLeft{Agent: "a1", Reason: "busy"}, "waiting", nil},
		{hotline.Offered{Agent: "a2"}, "waiting", nil},
		{hotline.AgentJoined{Agent: "a2"}, "agent", func() bool { return c.Agent == "a2" }},
		{hotline.Heard{Who: "agent", Intent: "thanks"}, "agent", func() bool { return c.Intent == "order" && c.Turns == 2 }},
		{hotline.Offered{Agent: "a3"}, "agent", func() bool { return c.Agent == "a2" }}, // consulted
		{hotline.AgentJoined{Agent: "a3", As: hotline.AsConsulted}, "agent", func() bool { return c.Agent == "a2" }},
		{hotline.AgentLeft{Agent: "a2", Still: "a3"}, "agent", func() bool { return c.Agent == "a3" }},
		{hotline.ReturnedToBot{Flow: "pay", By: "a3"}, "bot", nil},
		{hotline.AgentJoined{Agent: "a3", As: hotline.AsBack}, "agent", nil},
		{hotline.AgentLeft{Agent: "a3"}, "bot", nil},
		{hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.CallerHangup}, LengthMs: 99}, "ended",
			func() bool {
				return c.Result == hotline.Completed && c.Reason == hotline.CallerHangup && c.LengthMs == 99 && c.N == 17 && c.Seq == 117
			}},
	} {
		n := uint64(i + 1)
		c.Apply(hotline.Event{Seq: 100 + n, N: n, Call: "a", At: at.Add(time.Duration(i) * time.Second), Media: hotline.Ms(i), Body: step.body})
		if c.Phase != step.phase || step.holds != nil && !step.holds() {
			t.Errorf("after %s: %+v", step.body.Kind(), c)
		}
	}
}

// Who has no number is known by what the company tells of their order; nobody
// else is taken for another.
func TestWhoseOrderItIs(t *testing.T) {
	asks := func(from string, known map[string]string) string {
		var c hotline.Call
		c.Apply(hotline.Event{Body: hotline.CallStarted{Direction: "in", From: from, Remote: "chat"}})
		c.Apply(hotline.Event{Body: hotline.ActionDone{Caller: true, Result: known}})
		for _, owner := range []string{"", "100", "200"} {
			c.Apply(hotline.Event{Body: hotline.ActionDone{Action: "lookup", Result: map[string]string{"customer": owner}}})
		}
		return c.Customer
	}
	for _, tt := range []struct {
		from  string
		known map[string]string
		want  string
	}{
		{"chat", map[string]string{"known": "no"}, "100"}, {"web", nil, "100"}, {"anonymous", nil, "100"},
		{"+4930123456", map[string]string{"known": "no"}, ""}, {"300", map[string]string{"name": "Tom"}, "300"}, {"web", map[string]string{"id": "7"}, "7"},
	} {
		if got := asks(tt.from, tt.known); got != tt.want {
			t.Errorf("%s %v is taken for %q, want %q", tt.from, tt.known, got, tt.want)
		}
	}
}
