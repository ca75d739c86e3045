package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hotline"
)

// boTone is what the other agent, or who is called at a number, hums.
const boTone = 1300

// dials is a caller with a phone, who hums and is handed over to whoever is
// ready; the agent answers on their page, and the two hear each other.
func (s *server) dials(t *testing.T, ctx context.Context, f *feed, desk *browser) *party {
	t.Helper()
	caller := startSIP(t, s, callerHz)
	started, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	untilBody(f, func(hotline.CallAnswered) bool { return true })
	s.order(t, s.token, started.Call, "transfer", members{"skill": "service", "reason": "asked for a person"})
	desk.appears(".callbar.ringing")
	desk.alt("a")
	untilBody(f, func(hotline.AgentJoined) bool { return true })
	desk.hears(callerHz)
	caller.hears(ctx, deskTone)
	return caller
}

// answer is pressed while the other one's call rings at the desk.
func (b *browser) answer() {
	b.t.Helper()
	b.appears(".callbar.ringing")
	b.click("answer")
}

// An agent asks another and takes the question back, asks again and has all three
// talk; who was asked hangs up, and the call goes on. The third time the agent
// leaves the caller with them, and has the caller back by a transfer.
func TestDeskThreeTalk(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	newUser(t, data, "bo", "--role", "agent", "--agent", "agent-2")
	s := startServer(t, data, fmt.Sprintf("bots: %s\ncalls: {ring: 100s}\ndesk: {wrap_up: 4s}\nagents: [{id: agent-1, name: Anna, skills: [service, en]}, {id: agent-2, name: Bo, skills: [billing, en]}]", beepBots(t)))
	f := s.feed(ctx)
	anna, bo := deskOf(t, ctx, s, "anna", tone(deskTone, 20*time.Second)), deskOf(t, ctx, s, "bo", tone(boTone, 20*time.Second))
	caller := s.dials(t, ctx, f, anna)
	var apart func() // the caller hears neither of the two
	ask := func() {
		t.Helper()
		anna.alt("c")
		anna.tap(".ant-modal label", "Bo")
		anna.confirm()
		untilBody(f, func(c hotline.ConsultStarted) bool { return c.Agent == "agent-2" })
		apart = caller.without(ctx, inMusic, deskTone, boTone)
		bo.appears(".callbar.ringing")
	}
	three := func() {
		t.Helper()
		bo.click("answer")
		anna.see("consulting", "Bo is on the line")
		bo.see("callbar", "Anna asks you")
		anna.hears(boTone)
		bo.hears(deskTone)
		apart()
		anna.tap("button", "Three-way")
		untilBody(f, func(c hotline.ConsultEnded) bool { return c.How == hotline.ConsultJoin })
		caller.hears(ctx, deskTone)
		caller.hears(ctx, boTone)
		anna.hearsAmong(callerHz, boTone)
		bo.hearsAmong(callerHz, deskTone)
	}

	ask()
	anna.see("consulting", "Calling Bo")
	apart()
	anna.tap("button", "Back to the caller")
	untilBody(f, func(c hotline.ConsultEnded) bool { return c.How == hotline.ConsultCancel })
	bo.appears(at("missed"))
	caller.hears(ctx, deskTone)
	anna.hears(callerHz)

	ask()
	three()
	anna.see("three", "You, Bo and the caller")
	anna.page("desk-three")
	bo.see("three", "You, Anna and the caller")
	bo.wait(`!document.querySelector('[data-testid=hold], [data-testid=transfer], [data-testid=leave-three]')`) // the caller is not his
	bo.alt("l")
	_, left := untilBody(f, func(l hotline.AgentLeft) bool { return l.Agent == "agent-2" && l.Still == "agent-1" })
	if left.Reason != hotline.AgentHangup {
		t.Errorf("who was asked left as %s", left.Reason)
	}
	silent := caller.without(ctx, absent, boTone)
	bo.see("stage", "wrap-up")
	silent()
	caller.hears(ctx, deskTone)
	anna.hears(callerHz)
	bo.state("ready") // the time to write it up is over

	ask()
	three()
	anna.click("leave-three")
	untilBody(f, func(l hotline.AgentLeft) bool { return l.Agent == "agent-1" && l.Still == "agent-2" })
	silent = caller.without(ctx, absent, deskTone)
	anna.see("stage", "wrap-up")
	bo.hears(callerHz)
	caller.hears(ctx, boTone)
	anna.state("ready")
	silent()

	bo.alt("t")
	bo.tap(".ant-modal label", "Anna")
	bo.fill("#transfer-reason", "Anna knows the order")
	bo.confirm()
	untilBody(f, func(m hotline.Transferred) bool { return m.To == "agent-1" && m.Reason == "Anna knows the order" })
	anna.answer()
	anna.hears(callerHz)
	caller.hears(ctx, deskTone)
	caller.hang()
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Completed || end.Reason != hotline.CallerHangup {
		t.Errorf("the call ended %+v", end.Outcome)
	}
}
