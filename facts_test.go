package hotline_test

import (
	"testing"
	"time"

	"hotline"
)

// The time with people is that of the caller's, whoever has them, once.
func TestTalkTime(t *testing.T) {
	var f hotline.Facts
	at := time.Unix(1_700_000_000, 0)
	for _, step := range []struct {
		after time.Duration
		body  hotline.Body
	}{
		{0, hotline.CallStarted{}},
		{10 * time.Second, hotline.Queued{Skill: "x"}},
		{5 * time.Second, hotline.AgentJoined{Agent: "ann"}},
		{10 * time.Second, hotline.ReturnedToBot{By: "ann"}},
		{10 * time.Second, hotline.AgentJoined{Agent: "ann", As: hotline.AsBack}},
		{10 * time.Second, hotline.AgentJoined{Agent: "ben", As: hotline.AsConsulted}},
		{10 * time.Second, hotline.AgentLeft{Agent: "ann", Still: "ben"}},
		{10 * time.Second, hotline.AgentLeft{Agent: "ben"}},
		{10 * time.Second, hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed}}},
	} {
		at = at.Add(step.after)
		f.Apply(hotline.Event{At: at, Body: step.body})
	}
	if f.TalkMs != 50_000 || f.WaitMs != 5_000 || len(f.Agents) != 2 || f.Agent != "ann" {
		t.Errorf("talked %d ms, waited %d ms, %v, %s", f.TalkMs, f.WaitMs, f.Agents, f.Agent)
	}
}
