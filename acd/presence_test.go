package acd

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

func connect(t *testing.T, d *Desk, id hotline.AgentID, as hotline.AgentState) func() {
	t.Helper()
	gone, err := d.Connect(id, as)
	if err != nil {
		t.Fatal(err)
	}
	return gone
}

func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"}), Start: hotline.AgentOffline, Gone: 5 * time.Second})
		after := func(s time.Duration, is hotline.AgentState) {
			t.Helper()
			time.Sleep(s * time.Second)
			synctest.Wait()
			state(t, d, "a1", is)
		}
		gone := connect(t, d, "a1", "") // signed in, no wish yet
		after(0, hotline.AgentOffline)
		gone()
		gone = connect(t, d, "a1", hotline.AgentReady) // the server came back, the page remembers
		after(0, hotline.AgentReady)
		gone()
		after(4, hotline.AgentReady)
		gone = connect(t, d, "a1", "") // reloaded
		second := connect(t, d, "a1", "")
		gone()
		after(10, hotline.AgentReady)
		second()
		after(5, hotline.AgentOffline)
		gone = connect(t, d, "a1", "")
		after(0, hotline.AgentReady)

		// Away stays away, and for its reason.
		if _, err := d.SetAway("a1", "lunch"); err != nil {
			t.Fatal(err)
		}
		gone()
		after(5, hotline.AgentOffline)
		gone = connect(t, d, "a1", "")
		if a := d.Agents()[0]; a.State != hotline.AgentAway || a.Away != "lunch" {
			t.Errorf("back as %s, %q", a.State, a.Away)
		}

		// During a call: offline after it, unless they are back by then.
		set(t, d, "a1", hotline.AgentReady)
		for _, back := range []bool{true, false} {
			want(t, assign(t.Context(), d, hotline.Ticket{Call: "c", Skill: "x"}), "a1")
			d.Observe(hotline.Event{Call: "c", Body: hotline.AgentJoined{Agent: "a1"}})
			gone()
			after(6, hotline.AgentTalking)
			if back {
				gone = connect(t, d, "a1", "")
			}
			d.Release("a1", true, "")
			after(0, map[bool]hotline.AgentState{true: hotline.AgentReady, false: hotline.AgentOffline}[back])
		}
		gone = connect(t, d, "a1", "")
		after(0, hotline.AgentReady)
		set(t, d, "a1", hotline.AgentOffline) // by their own wish: no window brings them back
		gone()
		_ = connect(t, d, "a1", "")
		after(10, hotline.AgentOffline)

		if _, err := d.Connect("nobody", ""); hotline.ErrorCode(err) != hotline.ENotFound {
			t.Errorf("connected nobody: %v", err)
		}
		if _, err := d.Connect("a1", hotline.AgentTalking); hotline.ErrorCode(err) != hotline.EInvalid {
			t.Errorf("connected talking: %v", err)
		}
	})
}

func TestAwayReasons(t *testing.T) {
	d := newDesk(t, Config{Agents: people([]string{"x"})})
	for why, code := range map[string]string{"lunch": "", "": "", hotline.AwayMissed: hotline.EInvalid, strings.Repeat("w", 81): hotline.EInvalid} {
		if a, err := d.SetAway("a1", why); hotline.ErrorCode(err) != code || code == "" && a.Away != why {
			t.Errorf("away %q: %+v, %v", why, a, err)
		}
	}
}

// The timer of the desk does what tick would.
func TestTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var changes atomic.Int32
		d := newDesk(t, Config{Agents: people([]string{"x"}, []string{"z"}), WrapUp: time.Minute, Changed: func() { changes.Add(1) },
			Overflow: []Overflow{{"x", "z", 90 * time.Second}}})
		want(t, assign(t.Context(), d, hotline.Ticket{Call: "c", Skill: "x"}), "a1")
		waits, began := assign(t.Context(), d, hotline.Ticket{Call: "over", Skill: "x"}), time.Now()
		synctest.Wait()
		changed := changes.Load()
		time.Sleep(time.Minute)
		synctest.Wait()
		if a := d.Agents()[0]; a.State != hotline.AgentAway || a.Away != hotline.AwayMissed || a.Reason != hotline.ENoAnswer || changes.Load() == changed {
			t.Errorf("after the offer: %+v, %d changes", a, changes.Load()-changed)
		}
		if r := <-waits; r.id != "a2" || r.at.Sub(began) != 90*time.Second {
			t.Errorf("overflow to %s after %v", r.id, r.at.Sub(began))
		}
		d.Release("a2", true, "")
		state(t, d, "a2", hotline.AgentWrapUp)
		time.Sleep(time.Second)
		set(t, d, "a2", hotline.AgentReady) // done writing
		want(t, assign(t.Context(), d, hotline.Ticket{Call: "z", Skill: "z"}), "a2")
		d.Release("a2", true, "")
		time.Sleep(time.Minute)
		synctest.Wait()
		state(t, d, "a2", hotline.AgentReady)
	})
}

// A caller is told their place while they wait, and whom they got.
func TestPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"}), Missed: 10 * time.Second})
		ticket := hotline.Ticket{Call: "c", Skill: "x", Repeats: 1}
		want(t, assign(t.Context(), d, ticket), "a1")
		time.Sleep(5 * time.Second)
		if p, err := d.Place("c"); err != nil || p.Position != 0 || p.Agent != "a1" || p.WaitedMs != 0 || !p.Estimate.Known || p.Estimate.WaitMs != 0 {
			t.Errorf("offered: %+v, %v", p, err)
		}
		d.Release("a1", false, "busy")
		c := assign(t.Context(), d, ticket)
		synctest.Wait()
		time.Sleep(5 * time.Second)
		p, err := d.Place("c")
		if err != nil || p.Position != 1 || p.Agent != "" || p.WaitedMs != 10_000 || p.Estimate.Known || len(p.Terms) != 2 || len(d.Places()) != 1 {
			t.Errorf("waiting: %+v, %v", p, err)
		}
		if terms, err := d.Explain("c"); err != nil || len(terms) != 2 || terms[1].Name != "repeats" {
			t.Errorf("explained: %+v, %v", terms, err)
		}
		want(t, c, "a1")
		d.Release("a1", true, "")
		if _, err := d.Place("c"); hotline.ErrorCode(err) != hotline.ENotFound {
			t.Errorf("after the call: %v", err)
		}
	})
}

// Many at once, for the race detector: everybody is served, and no agent by two
// at a time.
func TestConcurrent(t *testing.T) {
	d := newDesk(t, Config{Agents: people([]string{"x"}, []string{"x"}, []string{"x", "y"})})
	var busy [3]atomic.Bool
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			for j := range 10 {
				ctx, cancel := context.WithCancel(t.Context())
				if (i+j)%7 == 0 {
					wg.Go(cancel)
				}
				id, err := d.Assign(ctx, hotline.Ticket{Call: hotline.CallID(fmt.Sprint(i, "-", j)), Skill: []string{"x", "y"}[i%2], Priority: i % 3})
				cancel()
				if err != nil {
					continue
				}
				a := &busy[id[1]-'1']
				if a.Swap(true) {
					t.Errorf("%s is in two calls", id)
				}
				d.Places()
				d.Agents()
				a.Store(false)
				d.Release(id, true, "")
			}
		})
	}
	wg.Wait()
	for _, a := range d.Agents() {
		if a.State != hotline.AgentReady {
			t.Errorf("%s is %s", a.ID, a.State)
		}
	}
}
