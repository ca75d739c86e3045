package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline"
)

const numberField = `.ant-modal input[aria-label^="Phone number"]`

// An agent asks somebody outside, over a trunk, takes the caller back, and then
// sends the caller to them. A number that no trunk may dial is refused in words.
func TestDeskCallsNumbers(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	number := startBaresip(t, "4930555", wavFile(t, tone(boTone, 240*time.Second)), "auto", "")
	carrier, _, _ := strings.Cut(strings.TrimPrefix(number.aor, "sip:4930555@"), ";")
	s := startServer(t, data, fmt.Sprintf(`bots: %s
calls: {ring: 100s}
desk: {wrap_up: 60s}
sip:
  listen: ['udp://127.0.0.1:0']
  trunks: [{name: carrier, allow: [127.0.0.0/8], address: '%s', dial: ["4930*"]}]
agents: [{id: agent-1, name: Anna, skills: [service, en]}]
`, beepBots(t), carrier))
	f := s.feed(ctx)
	desk := deskOf(t, ctx, s, "anna", tone(deskTone, 20*time.Second))
	caller := s.dials(t, ctx, f, desk)

	desk.alt("c")
	desk.tap(".ant-modal label", "Number")
	desk.fill(numberField, "4940555")
	desk.confirm()
	desk.appears(".ant-message-error")
	desk.wait(`/This number may not be called from here/.test(document.querySelector('.ant-message').textContent)`)
	desk.expect(`status of 403`)
	desk.page("desk-number")
	if n := len(seen[hotline.ConsultStarted](f)); n != 0 {
		t.Errorf("%d consultations", n)
	}
	desk.fill(numberField, "4930555")
	desk.submit()
	joined, _ := untilBody(f, func(j hotline.AgentJoined) bool { return j.Number == "4930555" && j.As == hotline.AsConsulted })
	apart := caller.without(ctx, inMusic, deskTone, boTone)
	desk.see("consulting", "4930555 is on the line")
	desk.hears(boTone)
	untilMedia(f, joined.Call, joined.Media.Duration()+4*time.Second) // the phone outside writes what it hears
	apart()
	desk.tap("button", "Back to the caller")
	untilBody(f, func(c hotline.ConsultEnded) bool { return c.How == hotline.ConsultCancel })
	number.wait(ctx, "CALL_CLOSED")
	first := number.heard()
	wantTone(t, "who was asked heard the agent", channel(t, first, 0), deskTone)
	wantTonePart(t, "who was asked heard the caller", channel(t, first, 0), callerHz, false)
	desk.hears(callerHz)
	caller.hears(ctx, deskTone)

	desk.alt("t")
	desk.tap(".ant-modal label", "Number")
	desk.fill(numberField, "4930555")
	desk.confirm()
	joined, _ = untilBody(f, func(j hotline.AgentJoined) bool { return j.Number == "4930555" && j.As == "" })
	silent := caller.without(ctx, absent, deskTone)
	desk.state("wrap-up")
	caller.hears(ctx, boTone)
	untilMedia(f, joined.Call, joined.Media.Duration()+4*time.Second)
	silent()
	number.do("hangup", "")
	untilBody(f, func(l hotline.AgentLeft) bool { return l.Number == "4930555" && l.Reason == hotline.AgentHangup })
	number.wait(ctx, "CALL_CLOSED")
	wantTone(t, "the number heard the caller", channel(t, number.heard(), 0), callerHz)
	untilBody(f, func(s hotline.Said) bool { return s.To == "caller" }) // the bot has them again
	caller.hang()
	f.end()
}
