package acd

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

type returned struct {
	hotline.CallBack
	agent hotline.AgentID
	err   error
}

func nextCallBack(ctx context.Context, d *Desk) <-chan returned {
	c := make(chan returned, 1)
	go func() {
		cb, a, err := d.NextCallBack(ctx)
		c <- returned{cb, a, err}
	}()
	synctest.Wait()
	return c
}

func TestCallBackKeepsThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"})})
		ticket := func(c string) hotline.Ticket { return hotline.Ticket{Call: hotline.CallID(c), Skill: "x"} }
		came := time.Now()
		want(t, assign(t.Context(), d, ticket("talks")), "a1")
		tired := assign(t.Context(), d, ticket("tired"))
		synctest.Wait()
		ctx, hangUp := context.WithCancel(t.Context())
		gone := assign(ctx, d, ticket("gone"))
		synctest.Wait()
		stays := assign(t.Context(), d, ticket("stays"))
		synctest.Wait()

		time.Sleep(20 * time.Second)
		if err := d.CallBack(ticket("tired"), "100"); err != nil {
			t.Fatal(err)
		}
		if r := <-tired; hotline.ErrorCode(r.err) != hotline.ECancelled {
			t.Errorf("the wait ended with %v", r.err)
		}
		hangUp() // and asks for a call a moment later
		if r := <-gone; !errors.Is(r.err, context.Canceled) {
			t.Errorf("the wait ended with %v", r.err)
		}
		time.Sleep(30 * time.Second)
		if err := d.CallBack(ticket("gone"), "20"); err != nil {
			t.Fatal(err)
		}
		if err := d.CallBack(ticket("gone"), "200"); err != nil { // a slip of the finger
			t.Fatal(err)
		}
		all := d.CallBacks()
		if len(all) != 2 || all[0].Call != "tired" || all[0].Number != "100" || !all[0].Since.Equal(came) || all[1].Number != "200" || !all[1].Since.Equal(came) {
			t.Fatalf("call-backs %+v", all)
		}
		for i, id := range []hotline.CallID{"tired", "gone", "stays"} {
			if p, err := d.Place(id); err != nil || p.Position != i+1 || p.CallBack != (i < 2) || p.WaitedMs != 50_000 {
				t.Errorf("%s: %+v, %v", id, p, err)
			}
		}

		// Nobody dials: those on the line go first.
		d.Release("a1", true, "")
		want(t, stays, "a1")
		dialing := nextCallBack(t.Context(), d)
		d.Release("a1", true, "")
		if r := <-dialing; r.Call != "tired" || r.Number != "100" || r.agent != "a1" || r.err != nil || r.Ticket != ticket("tired") {
			t.Errorf("to be called: %+v", r)
		}
		state(t, d, "a1", hotline.AgentOffered)
		d.Release("a1", false, Unreached)
		state(t, d, "a1", hotline.AgentReady)
		if err := d.CallBack(ticket("tired"), "100"); err != nil { // later
			t.Fatal(err)
		}
		if all := d.CallBacks(); all[0].Call != "tired" {
			t.Errorf("lost the place: %+v", all)
		}

		ctx, stop := context.WithCancel(t.Context())
		if err := d.CancelCallBack("tired"); err != nil {
			t.Error(err)
		}
		if err := d.CancelCallBack("tired"); hotline.ErrorCode(err) != hotline.ENotFound {
			t.Errorf("cancelled twice: %v", err)
		}
		if r := <-nextCallBack(ctx, d); r.Call != "gone" {
			t.Errorf("to be called: %+v", r)
		}
		idle := nextCallBack(ctx, d)
		stop()
		if r := <-idle; !errors.Is(r.err, context.Canceled) {
			t.Errorf("gave up dialling with %v", r.err)
		}
		d.Release("a1", true, "")
		if err := d.CallBack(ticket("new"), "300"); err != nil { // no caller's place: at the end
			t.Fatal(err)
		}
		synctest.Wait()
		state(t, d, "a1", hotline.AgentReady) // nobody dials any more
		last := nextCallBack(t.Context(), d)
		if r := <-last; r.Call != "new" || r.agent != "a1" {
			t.Errorf("to be called: %+v", r)
		}
		waits := nextCallBack(t.Context(), d)
		d.Close()
		if r := <-waits; hotline.ErrorCode(r.err) != hotline.EUnavailable {
			t.Errorf("dialling at close: %v", r.err)
		}
	})
}

// Who gives up dialling as somebody is found for them leaves the agent and the
// call-back to others.
func TestDialerLeavesAsItIsTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Config{Agents: people([]string{"x"})})
		for range 20 { // mostly, the desk is quicker
			ctx, stop := context.WithCancel(t.Context())
			back := nextCallBack(ctx, d)
			stop()
			if err := d.CallBack(hotline.Ticket{Call: "c", Skill: "x"}, "1"); err != nil {
				t.Fatal(err)
			}
			if r := <-back; r.err == nil || len(d.CallBacks()) != 1 {
				t.Fatalf("dialling ended with %+v, the call-backs are %+v", r, d.CallBacks())
			}
			state(t, d, "a1", hotline.AgentReady)
			if err := d.CancelCallBack("c"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestCallBackRefusals(t *testing.T) {
	d := newDesk(t, Config{Agents: people([]string{"x"})})
	for _, tt := range []struct {
		t      hotline.Ticket
		number string
		code   string
	}{
		{hotline.Ticket{Skill: "x"}, "1", hotline.EInvalid},
		{hotline.Ticket{Call: "c", Skill: "x"}, "", hotline.EInvalid},
		{hotline.Ticket{Call: "c", Skill: "x"}, string(make([]byte, 129)), hotline.EInvalid},
		{hotline.Ticket{Call: "c", Skill: "y"}, "1", hotline.EUnavailable},
	} {
		if err := d.CallBack(tt.t, tt.number); hotline.ErrorCode(err) != tt.code {
			t.Errorf("%+v %q: %v, want %s", tt.t, tt.number, err, tt.code)
		}
	}
	d.Close()
	if err := d.CallBack(hotline.Ticket{Call: "c", Skill: "x"}, "1"); hotline.ErrorCode(err) != hotline.EUnavailable {
		t.Errorf("after close: %v", err)
	}
	if _, _, err := d.NextCallBack(t.Context()); hotline.ErrorCode(err) != hotline.EUnavailable {
		t.Errorf("after close: %v", err)
	}
}
