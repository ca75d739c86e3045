package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/media"
)

// desk is what the desk's page does, without its looks: it signs in, is there,
// and answers with its microphone.
const deskScript = `
window.signIn = async (user, password) => {
  const res = await fetch('/api/v1/session', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({user, password})});
  window.csrf = (await res.json()).csrf;
  return res.status;
};
window.beThere = () => new Promise((there) => {
  const desk = new WebSocket(location.origin.replace('http', 'ws') + '/api/v1/desk?as=ready');
  desk.onmessage = (m) => {
    const {me, event} = JSON.parse(m.data);
    if (me && me.state === 'ready') there(true);
    if (event && event.kind === 'offered') window.offered = event.call;
  };
});
window.answer = async () => {
  const pc = window.pc = new RTCPeerConnection();
  const mic = await navigator.mediaDevices.getUserMedia({audio: true});
  for (const track of mic.getTracks()) pc.addTrack(track, mic);
  pc.ontrack = (ev) => { document.getElementById('far').srcObject = ev.streams[0] || new MediaStream([ev.track]); };
  await pc.setLocalDescription(await pc.createOffer());
  await new Promise((all) => { if (pc.iceGatheringState === 'complete') all(); pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && all(); });
  const res = await fetch('/api/v1/whip?answer=' + window.offered, {method: 'POST',
    headers: {'Content-Type': 'application/sdp', 'X-CSRF-Token': window.csrf}, body: pc.localDescription.sdp});
  const sdp = await res.text();
  if (res.status === 201) await pc.setRemoteDescription({type: 'answer', sdp});
  return res.status + (res.status === 201 ? '' : ' ' + sdp);
};`

// An agent's browser dies in mid-call: within five seconds the caller is told, and
// the next agent is asked.
func TestAgentsBrowserDies(t *testing.T) {
	t.Parallel()
	ctx := within(t, 120*time.Second)
	s := startServer(t, "", "bots: "+beepBots(t)+strings.ReplaceAll(twoAgents, "billing", "service"))
	newUser(t, s.data, "ann", "--role", "agent", "--agent", "agent-1")
	f := s.feed(ctx)
	b := startBrowser(t, ctx, s.HTTP+"/call", tone(annHz, 60*time.Second))
	b.run(chromedp.Evaluate(deskScript, nil))
	if status := eval[int](b, `signIn('ann', '`+password+`')`); status != 200 {
		t.Fatalf("signing in: %d", status)
	}
	eval[any](b, `beThere()`)
	boss := newToken(t, s.data, "--role", "supervisor")

	caller := startSIP(t, s, callerHz)
	started, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	caller.hears(ctx, botTone)
	s.order(t, boss, started.Call, "transfer", members{"skill": "service"})
	b.wait(`window.offered`)
	if answered := eval[string](b, `answer()`); answered != "201" {
		t.Fatalf("answering: %s", answered)
	}
	untilBody(f, func(a hotline.AgentJoined) bool { return a.Agent == "agent-1" })
	caller.hears(ctx, annHz)
	b.hears(callerHz)

	ben := openDesk(t, s, "agent-2")
	killed := time.Now()
	b.kill()
	// First nothing, then the house: music, and its words.
	for _, sounds := range []bool{false, true} {
		for loud(caller.ear.Last(200*time.Millisecond)) != sounds {
			if time.Since(killed) > 20*time.Second {
				t.Fatalf("the caller hears something: %v; expected %v\n%s", !sounds, sounds, f)
			}
			<-time.After(media.FrameDur) // of more audio
		}
	}
	told := time.Since(killed)
	left, why := untilBody(f, func(a hotline.AgentLeft) bool { return a.Agent == "agent-1" })
	if why.Reason != hotline.MediaLost || told > 15*time.Second {
		t.Errorf("left as %s; the caller was told after %v", why.Reason, told)
	}
	t.Logf("given up %v after the end of the browser, the caller told after %v", left.At.Sub(killed).Round(time.Millisecond), told.Round(time.Millisecond))
	ben.until(ctx, "offered")
	phone, _ := startWHIP(t, s, ben.token, fmt.Sprint("answer=", started.Call), benHz)
	caller.hears(ctx, benHz)
	phone.hears(ctx, callerHz)
}
