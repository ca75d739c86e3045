package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotline"
)

// A caller who would rather not wait presses 1 and hangs up; the server is
// started again; an agent becomes ready, and the caller's phone rings. They hear
// each other, and both calls say so.
func TestBaresipIsCalledBack(t *testing.T) {
	t.Parallel()
	ctx := within(t, 120*time.Second)
	b := startBaresip(t, "4930555", wavFile(t, tone(phoneTone, 60*time.Second)), "auto", "")
	at, _, _ := strings.Cut(strings.TrimPrefix(b.aor, "sip:4930555@"), ";")
	config := fmt.Sprintf(`bots: %s
sip:
  listen: ['udp://127.0.0.1:0']
  trunks: [{name: carrier, allow: [127.0.0.0/8], address: '%s', dial: ["4930*"]}]
agents: [{id: agent-1, name: Ann, skills: [service, en]}]
`, beepBots(t), at)
	s := startServer(t, "", config)
	f := s.feed(ctx)
	openDesk(t, s, "agent-1")
	s.api(t, "POST", "/api/v1/agents/agent-1/state", `{"state":"away"}`, 200, nil)

	b.do("dial", s.uri("udp"))
	untilBody(f, func(hotline.Said) bool { return true }) // the greeting
	b.do("sndcode", "0")
	untilBody(f, func(hotline.Queued) bool { return true })
	b.do("sndcode", "1")
	asked, _ := untilBody(f, func(b hotline.CallBackAsked) bool { return b.Skill == "service" })
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Completed || end.Reason != hotline.CalledBack {
		t.Errorf("the first call ended %+v", end.Outcome)
	}
	b.wait(ctx, "CALL_CLOSED")
	s.stop(syscall.SIGTERM)

	s = startServer(t, s.data, config)
	f = s.feed(ctx)
	ann := openDesk(t, s, "agent-1")
	popped := ann.until(ctx, "popped")
	if why := popped.Body.(hotline.Popped).Brief; popped.Call == asked.Call || why.From != "4930555" || why.Reason == "" {
		t.Errorf("the screen pop of %s: %+v", popped.Call, why)
	}
	phone, _ := startWHIP(t, s, ann.token, "answer="+string(popped.Call), annHz)
	untilBody(f, func(b hotline.AgentJoined) bool { return b.Agent == "agent-1" })
	phone.hears(ctx, phoneTone)
	joined := f.seen[len(f.seen)-1]
	untilMedia(f, joined.Call, joined.Media.Duration()+3*time.Second)
	b.do("hangup", "")
	untilBody(f, func(b hotline.CallEnded) bool { return b.Result == hotline.Completed })
	b.wait(ctx, "CALL_CLOSED")
	wantTone(t, "the customer heard the agent", channel(t, b.heard(), 0), annHz)
	var made, returned bool
	for _, ev := range f.seen {
		switch body := ev.Body.(type) {
		case hotline.CallBackMade:
			made = ev.Call == asked.Call && body.Reached && body.Last && body.By == popped.Call
		case hotline.CallStarted:
			returned = body.Returns == asked.Call && body.Direction == "out" && body.To == "4930555"
		}
	}
	if !made || !returned {
		t.Errorf("the journal lacks what came of it: made %v, returned %v", made, returned)
	}
}
