package acd

import (
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

// An agent who writes up a call may have more time, or be done; one without a
// browser window has nothing to write in.
func TestWrapUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := New(Config{Agents: []hotline.Agent{{ID: "a"}}, WrapUp: 30 * time.Second, WrapUpAtWindow: true})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		talk := func() {
			t.Helper()
			if _, err := d.Assign(t.Context(), hotline.Ticket{Call: "c"}); err != nil {
				t.Fatal(err)
			}
			d.Observe(hotline.Event{Call: "c", Body: hotline.AgentJoined{Agent: "a"}})
			d.Release("a", true, "agent-hangup")
		}
		state := func(want hotline.AgentState) hotline.AgentStatus {
			t.Helper()
			a := d.Agents()[0]
			if a.State != want {
				t.Errorf("%s, want %s", a.State, want)
			}
			return a
		}
		talk()
		state(hotline.AgentReady)
		if _, err := d.WrapUp("a", time.Second); hotline.ErrorCode(err) != hotline.EConflict {
			t.Errorf("not in wrap-up: %v", err)
		}
		gone, err := d.Connect("a", "")
		if err != nil {
			t.Fatal(err)
		}
		defer gone()
		talk()
		state(hotline.AgentWrapUp)
		if a, err := d.WrapUp("a", 10*time.Second); err != nil || time.Until(a.Until) != 40*time.Second {
			t.Errorf("more: %+v, %v", a, err)
		}
		time.Sleep(35 * time.Second)
		state(hotline.AgentWrapUp)
		time.Sleep(6 * time.Second)
		state(hotline.AgentReady)
		talk()
		if a, err := d.WrapUp("a", 0); err != nil || a.State != hotline.AgentReady {
			t.Errorf("done: %+v, %v", a, err)
		}
		if _, err := d.WrapUp("b", 0); hotline.ErrorCode(err) != hotline.ENotFound {
			t.Errorf("nobody: %v", err)
		}
		if _, err := d.WrapUp("a", -1); hotline.ErrorCode(err) != hotline.EInvalid {
			t.Errorf("negative: %v", err)
		}
	})
}
