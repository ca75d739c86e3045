package acd

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

// FuzzDesk plays any sequence of callers coming and leaving, agents answering,
// missing, going and coming back. No agent is ever in two calls, nobody waits
// while an agent who could take them is ready, and in the end every caller was
// given an agent or an error.
func FuzzDesk(f *testing.F) {
	f.Add([]byte{0, 0, 8, 1, 3, 4})
	f.Add([]byte{0, 8, 16, 24, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15})
	f.Add([]byte("a caller comes, an agent goes, and nobody is lost on the way"))
	f.Fuzz(func(t *testing.T, ops []byte) {
		if len(ops) > 200 {
			return
		}
		synctest.Test(t, func(t *testing.T) { play(t, ops) })
	})
}

type fuzzCall struct {
	hotline.Ticket
	leave context.CancelFunc
	done  <-chan result
}

func play(t *testing.T, ops []byte) {
	skills := []string{"x", "y", "z", "nobody"}
	d := newDesk(t, Config{Agents: people([]string{"x"}, []string{"x", "y"}, []string{"z"}), WrapUp: time.Second, Missed: 2 * time.Second, Grace: time.Second})
	var waiting []fuzzCall
	leased := map[hotline.AgentID]hotline.CallID{}
	came, settled := 0, 0
	reap := func() {
		synctest.Wait()
		var still []fuzzCall
		for _, c := range waiting {
			select {
			case r := <-c.done:
				settled++
				if r.err == nil {
					if was, twice := leased[r.id]; twice {
						t.Fatalf("%s is in %s and in %s", r.id, was, c.Call)
					}
					leased[r.id] = c.Call
				}
			default:
				still = append(still, c)
			}
		}
		waiting = still
		for _, c := range waiting {
			for _, a := range d.Agents() {
				if a.State == hotline.AgentReady && slices.Contains(a.Skills, c.Skill) {
					t.Fatalf("%s waits for %s while %s is ready", c.Call, c.Skill, a.ID)
				}
			}
		}
	}
	for _, op := range ops {
		x := int(op >> 3)
		id := hotline.AgentID(fmt.Sprint("a", x%3+1))
		switch op & 7 {
		case 0, 1:
			came++
			ctx, cancel := context.WithCancel(t.Context())
			c := fuzzCall{Ticket: hotline.Ticket{Call: hotline.CallID(fmt.Sprint("c", came)), Skill: skills[x%4], Priority: x / 4 % 3}, leave: cancel}
			c.done = assign(ctx, d, c.Ticket)
			waiting = append(waiting, c)
		case 2:
			if len(waiting) > 0 {
				waiting[x%len(waiting)].leave()
			}
		case 3:
			d.Observe(hotline.Event{Call: leased[id], Body: hotline.AgentJoined{Agent: id}})
		case 4, 5:
			if _, ok := leased[id]; ok {
				delete(leased, id)
				d.Release(id, x&4 == 0, []string{"busy", hotline.CallerHangup}[x>>4])
			}
		case 6:
			set(t, d, id, []hotline.AgentState{hotline.AgentReady, hotline.AgentAway, hotline.AgentOffline}[x%3])
		case 7:
			time.Sleep(time.Duration(x) * 100 * time.Millisecond)
		}
		reap()
	}
	// Everybody comes back to work: the queue empties.
	for _, a := range d.Agents() {
		set(t, d, a.ID, hotline.AgentReady)
	}
	for range came + 1 {
		for id := range leased {
			delete(leased, id)
			d.Release(id, true, "")
		}
		time.Sleep(2 * time.Second)
		reap()
	}
	if settled != came || len(waiting) != 0 || len(leased) != 0 {
		t.Fatalf("%d callers came, %d were settled, %d wait, %d agents leased", came, settled, len(waiting), len(leased))
	}
	for _, a := range d.Agents() {
		if a.State != hotline.AgentReady || a.Call != "" {
			t.Errorf("at the end %s is %s in %q", a.ID, a.State, a.Call)
		}
	}
}
