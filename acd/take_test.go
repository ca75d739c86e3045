package acd

import (
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

func TestTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"}, []string{"x"}), Offer: time.Minute, WrapUp: time.Second})
		take := func(id hotline.AgentID, call hotline.CallID) string {
			return hotline.ErrorCode(d.Take(id, hotline.Ticket{Call: call, Skill: "x"}))
		}
		if code := take("a9", "c1"); code != hotline.ENotFound {
			t.Errorf("no such agent: %q", code)
		}
		if code := take("a1", "c1"); code != "" {
			t.Fatalf("a1: %q", code)
		}
		state(t, d, "a1", hotline.AgentOffered)
		if code := take("a1", "c2"); code != hotline.EBusy {
			t.Errorf("a1 twice: %q", code)
		}
		// Nobody else is given them, and the call may have a second agent.
		if code := take("a2", "c1"); code != "" {
			t.Fatalf("a2: %q", code)
		}
		got := assign(t.Context(), d, hotline.Ticket{Call: "c3", Skill: "x"})
		wantNone(t, got)
		d.Observe(hotline.Event{Call: "c1", Body: hotline.AgentJoined{Agent: "a1"}})
		d.Observe(hotline.Event{Call: "c1", Body: hotline.AgentJoined{Agent: "a2", As: hotline.AsConsulted}})
		state(t, d, "a1", hotline.AgentTalking)
		state(t, d, "a2", hotline.AgentTalking)
		d.Release("a2", true, "transferred")
		state(t, d, "a2", hotline.AgentWrapUp)
		want(t, got, "a2")
		d.Release("a2", false, hotline.CallerHangup)
		d.Release("a1", true, hotline.AgentHangup)
		state(t, d, "a1", hotline.AgentWrapUp)

		if d.Connected("a1") {
			t.Error("a1 has a window")
		}
		gone := connect(t, d, "a1", "")
		if !d.Connected("a1") || d.Connected("a2") || d.Connected("a9") {
			t.Error("who has a window?")
		}
		gone()
	})
}
