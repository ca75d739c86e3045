package acd

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

func people(skills ...[]string) (all []hotline.Agent) {
	for i, s := range skills {
		all = append(all, hotline.Agent{ID: hotline.AgentID(fmt.Sprint("a", i+1)), Skills: s, Address: fmt.Sprint("sip:a", i+1)})
	}
	return all
}

func newDesk(t *testing.T, cfg Config) *Desk {
	t.Helper()
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// result of an Assign that is under way.
type result struct {
	id  hotline.AgentID
	err error
	at  time.Time
}

func assign(ctx context.Context, d *Desk, t hotline.Ticket) <-chan result {
	c := make(chan result, 1)
	go func() {
		id, err := d.Assign(ctx, t)
		c <- result{id, err, time.Now()}
	}()
	return c
}

func want(t *testing.T, c <-chan result, id hotline.AgentID) {
	t.Helper()
	if r := <-c; r.id != id || r.err != nil {
		t.Fatalf("assigned %q, %v; want %q", r.id, r.err, id)
	}
}

// wantNone checks that nobody has been assigned yet.
func wantNone(t *testing.T, c <-chan result) {
	t.Helper()
	synctest.Wait()
	select {
	case r := <-c:
		t.Fatalf("assigned %q, %v; want to wait", r.id, r.err)
	default:
	}
}

func state(t *testing.T, d *Desk, id hotline.AgentID, want hotline.AgentState) {
	t.Helper()
	for _, a := range d.Agents() {
		if a.ID == id && a.State != want {
			t.Errorf("%s is %s, want %s", id, a.State, want)
		}
	}
}

func TestLongestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"billing"}, []string{"billing", "zh"}, []string{"sales"})})
		ctx := t.Context()
		billing := hotline.Ticket{Skill: "billing"}
		time.Sleep(time.Second)
		want(t, assign(ctx, d, billing), "a1")
		d.Release("a1", true, hotline.AgentHangup)
		want(t, assign(ctx, d, billing), "a2") // ready for longer
		d.Release("a2", false, hotline.CallerHangup)
		want(t, assign(ctx, d, billing), "a2") // the caller had left: keeps the place
		d.Release("a2", true, hotline.CallerHangup)
		time.Sleep(time.Second)
		want(t, assign(ctx, d, hotline.Ticket{Skill: "billing", Language: "zh"}), "a2") // speaks it
		want(t, assign(ctx, d, hotline.Ticket{Skill: "billing", Language: "zh"}), "a1") // better than nobody
		want(t, assign(ctx, d, hotline.Ticket{}), "a3")
	})
}

func TestQueueOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"})})
		want(t, assign(t.Context(), d, hotline.Ticket{Skill: "x"}), "a1")
		var waiting []<-chan result
		for _, priority := range []int{0, 5, 0, 5} {
			waiting = append(waiting, assign(t.Context(), d, hotline.Ticket{Skill: "x", Priority: priority}))
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		if q := d.Queues(); len(q) != 1 || q[0] != (hotline.QueueStatus{Skill: "x", Waiting: 4, LongestMs: 60_000, Staffed: 1}) {
			t.Errorf("queues: %+v", q)
		}
		for i, next := range []int{1, 3, 0, 2} {
			d.Release("a1", true, "")
			want(t, waiting[next], "a1")
			for _, j := range []int{1, 3, 0, 2}[i+1:] {
				wantNone(t, waiting[j])
			}
		}
	})
}

func TestLeavingTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"})})
		want(t, assign(t.Context(), d, hotline.Ticket{Skill: "x"}), "a1")
		ctx, cancel := context.WithCancel(t.Context())
		left, stays := assign(ctx, d, hotline.Ticket{Skill: "x"}), assign(t.Context(), d, hotline.Ticket{Skill: "x"})
		synctest.Wait()
		cancel()
		if r := <-left; !errors.Is(r.err, context.Canceled) {
			t.Errorf("left with %v", r.err)
		}
		if _, err := d.Assign(ctx, hotline.Ticket{Skill: "x"}); !errors.Is(err, context.Canceled) {
			t.Errorf("assigned to a call that is gone: %v", err)
		}
		d.Release("a1", true, "")
		want(t, stays, "a1")
	})
}

func TestMissed(t *testing.T) {
	for _, reason := range []string{"busy", "declined", "no-answer", hotline.ENoAnswer} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, Config{Agents: people([]string{"x"}, []string{"x"}), Missed: 10 * time.Second})
			want(t, assign(t.Context(), d, hotline.Ticket{Skill: "x"}), "a1")
			began := time.Now()
			d.Release("a1", false, reason)
			state(t, d, "a1", hotline.AgentAway)
			want(t, assign(t.Context(), d, hotline.Ticket{Skill: "x"}), "a2")
			again := <-assign(t.Context(), d, hotline.Ticket{Skill: "x"})
			if again.id != "a1" || again.at.Sub(began) != 10*time.Second {
				t.Errorf("%s after %v, %v", again.id, again.at.Sub(began), again.err)
			}
		})
	}
}

func TestUnavailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"}), Start: hotline.AgentOffline, Grace: 3 * time.Second})
		began := time.Now()
		fails := func(skill string, after time.Duration) {
			t.Helper()
			r := <-assign(t.Context(), d, hotline.Ticket{Skill: skill})
			if hotline.ErrorCode(r.err) != hotline.EUnavailable || time.Since(began) != after {
				t.Errorf("%s: %v after %v", skill, r.err, time.Since(began))
			}
		}
		fails("y", 0)
		fails("x", 3*time.Second)

		// Somebody comes on line, away at first: the caller waits for them.
		c := assign(t.Context(), d, hotline.Ticket{Skill: "x"})
		synctest.Wait()
		set(t, d, "a1", hotline.AgentAway)
		time.Sleep(time.Minute)
		wantNone(t, c)
		set(t, d, "a1", hotline.AgentReady)
		want(t, c, "a1")

		// The last one goes off line after this call.
		c = assign(t.Context(), d, hotline.Ticket{Skill: "x"})
		synctest.Wait()
		set(t, d, "a1", hotline.AgentOffline)
		d.Release("a1", true, "")
		if r := <-c; hotline.ErrorCode(r.err) != hotline.EUnavailable {
			t.Errorf("after the last agent left: %q, %v", r.id, r.err)
		}
	})
}

func set(t *testing.T, d *Desk, id hotline.AgentID, s hotline.AgentState) {
	t.Helper()
	if _, err := d.SetState(id, s); err != nil {
		t.Fatal(err)
	}
}

func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"}), WrapUp: 5 * time.Second})
		want(t, assign(t.Context(), d, hotline.Ticket{Call: "c", Skill: "x"}), "a1")
		state(t, d, "a1", hotline.AgentOffered)
		d.Observe(hotline.Event{Call: "another", Body: hotline.AgentJoined{Agent: "a1"}})
		state(t, d, "a1", hotline.AgentOffered)
		d.Observe(hotline.Event{Call: "c", Body: hotline.AgentJoined{Agent: "a1"}})
		state(t, d, "a1", hotline.AgentTalking)
		d.Release("a1", true, hotline.AgentHangup)
		state(t, d, "a1", hotline.AgentWrapUp)
		d.Release("a1", true, hotline.AgentHangup) // once more: nothing
		state(t, d, "a1", hotline.AgentWrapUp)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		state(t, d, "a1", hotline.AgentReady)

		want(t, assign(t.Context(), d, hotline.Ticket{Skill: "x"}), "a1")
		set(t, d, "a1", hotline.AgentAway) // after the call
		state(t, d, "a1", hotline.AgentOffered)
		d.Release("a1", true, "")
		state(t, d, "a1", hotline.AgentAway)
		time.Sleep(time.Minute)
		state(t, d, "a1", hotline.AgentAway)
	})
}

func TestRefusals(t *testing.T) {
	for _, agents := range [][]hotline.Agent{{{ID: ""}}, {{ID: "a"}, {ID: "a"}}} {
		if _, err := New(Config{Agents: agents}); err == nil {
			t.Errorf("%v was taken", agents)
		}
	}
	d := newDesk(t, Config{Agents: people(nil)})
	for _, tt := range []struct {
		id    hotline.AgentID
		state hotline.AgentState
		code  string
	}{
		{"nobody", hotline.AgentReady, hotline.ENotFound},
		{"a1", hotline.AgentTalking, hotline.EInvalid},
		{"a1", "", hotline.EInvalid},
	} {
		if _, err := d.SetState(tt.id, tt.state); hotline.ErrorCode(err) != tt.code {
			t.Errorf("%s %q: %v, want %s", tt.id, tt.state, err, tt.code)
		}
	}
	d.Release("nobody", true, "")
	if addr, ok := d.Address("a1"); addr != "sip:a1" || !ok {
		t.Errorf("address %q, %v", addr, ok)
	}
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"})})
		want(t, assign(t.Context(), d, hotline.Ticket{Skill: "x"}), "a1")
		c := assign(t.Context(), d, hotline.Ticket{Skill: "x"})
		synctest.Wait()
		d.Close()
		if r := <-c; hotline.ErrorCode(r.err) != hotline.EUnavailable {
			t.Errorf("waiting at close: %q, %v", r.id, r.err)
		}
		d.Release("a1", false, "busy") // starts no timer
		if _, err := d.Assign(t.Context(), hotline.Ticket{Skill: "x"}); hotline.ErrorCode(err) != hotline.EUnavailable {
			t.Errorf("after close: %v", err)
		}
	})
}

// Whoever leaves as an agent is found leaves the agent too.
func TestLeavingAsItIsTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"})})
		for i := range 40 {
			set(t, d, "a1", hotline.AgentAway)
			ctx, cancel := context.WithCancel(t.Context())
			c := assign(ctx, d, hotline.Ticket{Call: "c", Skill: "x"})
			dialing, stop := context.WithCancel(t.Context())
			back := nextCallBack(dialing, d)
			synctest.Wait()
			if err := d.CallBack(hotline.Ticket{Call: "back", Skill: "x"}, "1"); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 { // the desk is quicker than those who leave
				cancel()
				stop()
			}
			set(t, d, "a1", hotline.AgentReady)
			cancel()
			if r := <-c; r.err == nil {
				d.Release(r.id, true, "")
			}
			stop()
			if r := <-back; r.err == nil {
				d.Release(r.agent, true, "")
			} else if len(d.CallBacks()) != 1 {
				t.Fatal("the call-back is lost")
			} else if err := d.CancelCallBack("back"); err != nil {
				t.Fatal(err)
			}
			state(t, d, "a1", hotline.AgentReady)
		}
	})
}
