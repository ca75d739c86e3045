package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/phone"
	"hotline/tts/flite"
)

// Scenarios of an agent's phone.
var (
	rung = `<recv request="INVITE" rrs="true"><action><ereg regexp=".*" search_in="hdr" header="From:" assign_to="1"/>` +
		`<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="2"/><log message="[$1] [$2]"/></action></recv>`
	acked  = `<recv request="ACK"></recv>`
	pickup = rung + send(again, answered("200 OK", ";tag=sipp[call_number]", sdp{}.body(1))) + acked
)

func refuses(status string) string {
	return rung + send(again, answered(status, ";tag=sipp[call_number]", noBody)) + acked
}

// ringsOut rings until the caller gives up.
func ringsOut() string {
	return rung + send("", answered("180 Ringing", ";tag=sipp[call_number]", noBody)) +
		`<recv request="CANCEL"></recv>` + send("", answered("200 OK", ";tag=sipp[call_number]", noBody)) +
		send(again, strings.Replace(answered("487 Request Terminated", ";tag=sipp[call_number]", noBody), "[last_CSeq:]", "CSeq: [$2] INVITE", 1)) + acked
}

// leaves hangs up on the caller.
func leaves() string {
	return send(again, `BYE [next_url] SIP/2.0
`+newVia+`
From: <sip:[me]@[local_ip]:[local_port]>;tag=sipp[call_number]
To: [$1]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
`+noBody) + recv(200)
}

// startCaller has a phone call the server.
func startCaller(t *testing.T, s *server, name string, script phone.Script) (ended chan *phone.Report) {
	t.Helper()
	requireTool(t, "flite")
	voice, err := flite.New("slt")
	if err != nil {
		t.Fatal(err)
	}
	p, err := phone.New(t.Context(), phone.Config{Name: name, Speech: voice})
	if err != nil {
		t.Fatal(err)
	}
	ended = make(chan *phone.Report, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r, _ := p.Call(t.Context(), s.uri("udp"), script, phone.Options{})
		ended <- r
	}()
	t.Cleanup(func() { // t.Context has ended: the phone hangs up
		<-done
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return ended
}

// Agents who do not answer, each in another way: the next one is tried, and
// after the third the caller is back with the bot.
func TestSippAgentsWhoDoNotAnswer(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	config := "sip: {listen: ['udp://127.0.0.1:0']}\ncalls: {ring: 2s}\nagents:\n"
	var agents []*sipp
	for i, scenario := range []string{refuses("486 Busy Here"), refuses("603 Decline"), ringsOut(), refuses("408 Request Timeout")} {
		a := startSipp(t, fmt.Sprintf("agent-%d", i+1), "", scenario)
		agents = append(agents, a)
		config += fmt.Sprintf("- {id: agent-%d, name: A, skills: [%s], address: 'sip:agent-%[1]d@%[3]s'}\n",
			i+1, []string{"service", "service", "service", "billing"}[i], a.addr)
	}
	s := startServer(t, "", config)
	f := s.call(t, ctx, "caller")
	ended := startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Keys{Keys: "0"}, phone.Listen{}})
	untilBody(f, func(b hotline.Said) bool { return b.Prompt == "nobody_free" })
	var why []string
	for _, l := range seen[hotline.AgentLeft](f) {
		why = append(why, string(l.Agent)+" "+l.Reason)
	}
	if want := []string{"agent-1 busy", "agent-2 declined", "agent-3 no-answer"}; !slices.Equal(why, want) {
		t.Errorf("agents left: %v, expected %v", why, want)
	}
	if len(seen[hotline.AgentJoined](f)) > 0 {
		t.Error("an agent joined")
	}
	// Back with the bot, an operator sends the caller to one more.
	s.api(t, "POST", "/api/v1/calls/"+string(f.seen[0].Call)+"/transfer", `{"skill":"billing","reason":"test"}`, http.StatusAccepted, nil)
	untilBody(f, func(l hotline.AgentLeft) bool { return l.Agent == "agent-4" && l.Reason == "no-answer" })
	s.hangup(f)
	f.end()
	if r := <-ended; r.Ended != phone.FarEnd {
		t.Errorf("the caller's phone: %s, %v", r.Ended, r.Err)
	}
	for _, a := range agents {
		a.wait(ctx)
	}
}

// An agent who answers is heard by the caller, and when they hang up the caller
// is back with the bot.
func TestSippIsTheAgent(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	agent := startSipp(t, "agent-1", "", pickup, speak(t, true, tone(phoneTone, time.Second)), pause(10*time.Second), leaves())
	s := startServer(t, "", fmt.Sprintf("sip: {listen: ['udp://127.0.0.1:0']}\nagents: [{id: agent-1, name: Anna, skills: [service, en], address: 'sip:agent-1@%s'}]", agent.addr))
	f := s.call(t, ctx, "caller")
	ended := startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Keys{Keys: "0"}, phone.ExpectTone{Hz: phoneTone, For: time.Second, Within: time.Minute}, phone.Listen{}})
	untilBody(f, func(hotline.AgentJoined) bool { return true })
	untilBody(f, func(l hotline.AgentLeft) bool { return l.Reason == hotline.AgentHangup })
	agent.wait(ctx)
	untilBody(f, func(b hotline.Said) bool { return b.To == "caller" })
	var c hotline.Call
	s.api(t, "GET", "/api/v1/calls/"+string(f.seen[0].Call), "", http.StatusOK, &c)
	if c.Phase != hotline.PhaseBot {
		t.Errorf("without the agent the call is in phase %s", c.Phase)
	}
	s.hangup(f)
	f.end()
	if r := <-ended; r.Err != nil || !r.Saw(phone.ToneHeard) {
		t.Errorf("the caller's phone: %s, %v", r.Ended, r.Err)
	}
}
