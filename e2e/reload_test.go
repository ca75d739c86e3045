package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/media"
	"hotline/phone"
)

// kept gives a desk as long to be back as a busy machine needs.
const kept = "\ncalls: {reload: 60s}"

// leaves says yes whenever the page asks whether to leave it.
func (b *browser) leaves() {
	chromedp.ListenTarget(b.ctx, func(ev any) {
		if _, asks := ev.(*cdppage.EventJavascriptDialogOpening); asks {
			go func() { _ = chromedp.Run(b.ctx, cdppage.HandleJavaScriptDialog(true)) }()
		}
	})
}

// joined waits until the desk's page is in the call.
func (b *browser) joined() {
	b.t.Helper()
	b.wait(`document.querySelector('[data-testid=leg]')?.dataset.leg === 'connected'`)
}

// lost and back wait for what the call says of the agent's line.
func lost(f *feed) hotline.Event {
	f.t.Helper()
	ev, _ := untilBody(f, func(l hotline.AgentLost) bool { return l.Agent == "agent-1" && !l.Back })
	return ev
}

func back(f *feed) hotline.Event {
	f.t.Helper()
	ev, _ := untilBody(f, func(l hotline.AgentLost) bool { return l.Agent == "agent-1" && l.Back })
	return ev
}

// atDesk is a caller on the phone whom Anna has at her desk; each hears the other.
func atDesk(t *testing.T, ctx context.Context) (s *server, f *feed, caller *party, desk *browser) {
	t.Helper()
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	s = startServer(t, data, "bots: "+beepBots(t)+strings.ReplaceAll(twoAgents, "billing", "service")+kept)
	desk = deskOf(t, ctx, s, "anna", tone(annHz, 60*time.Second))
	desk.leaves()
	f = s.feed(ctx)
	caller = startSIP(t, s, callerHz)
	started, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	caller.hears(ctx, botTone)
	s.order(t, s.token, started.Call, "transfer", members{"skill": "service"})
	desk.appears(".callbar.ringing")
	desk.click("answer")
	untilBody(f, func(a hotline.AgentJoined) bool { return a.Agent == "agent-1" })
	caller.hears(ctx, annHz)
	desk.hears(callerHz)
	return s, f, caller, desk
}

// An agent loads the page again in mid-call: the caller is told, the page joins by
// itself, and all that was said is on it. A second time the caller is on hold and
// the microphone muted, and both stay so.
func TestDeskIsLoadedAgainInACall(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 300*time.Second)
	_, f, caller, desk := atDesk(t, ctx)
	pressed := time.Now()
	desk.run(chromedp.Reload())
	gone := lost(f)
	again := back(f)
	t.Logf("the line was lost %v after the key, and there again %v later", gone.At.Sub(pressed).Round(time.Millisecond), again.At.Sub(gone.At))
	_, said := untilBody(f, func(w hotline.Said) bool { return w.Prompt == "house.cut-off" })
	if told := said.Start - gone.Media; told > 5000 {
		t.Errorf("the caller was told %d ms after the line was lost", told)
	}
	caller.hears(ctx, annHz)
	desk.joined()
	desk.hears(callerHz)
	for _, ev := range f.seen { // all that was said, before and meanwhile
		if w, ok := ev.Body.(hotline.Said); ok {
			desk.see("transcript", w.Text)
		}
	}

	desk.click("mute")
	desk.click("hold")
	untilBody(f, func(h hotline.Hold) bool { return h.On })
	desk.run(chromedp.Reload())
	lost(f)
	back(f)
	desk.joined()
	desk.see("stage", "On hold")
	desk.wait(`document.querySelector('[data-testid=mute]').getAttribute('aria-pressed') === 'true'`)
	desk.click("hold")
	untilBody(f, func(h hotline.Hold) bool { return !h.On })
	desk.hears(callerHz)
	caller.hearsNone(ctx, annHz)
	desk.click("mute")
	caller.hears(ctx, annHz)
	desk.click("hangup")
	untilBody(f, func(e hotline.CallEnded) bool { return e.Reason == hotline.AgentHangup })
	desk.wait(`document.querySelector('[data-testid=state]').dataset.state === 'wrap-up'`)
}

// The browser crashes and is started again: the caller is told in time, nobody
// else is asked, and the call is there after signing in.
func TestDeskIsBackAfterACrash(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 300*time.Second)
	s, f, caller, desk := atDesk(t, ctx)
	openDesk(t, s, "agent-2") // ready, and not asked
	killed := time.Now()
	desk.kill()
	gone := lost(f)
	for !loud(caller.ear.Last(200 * time.Millisecond)) { // the house
		select {
		case <-ctx.Done():
			t.Fatal("the caller is told nothing")
		case <-time.After(media.FrameDur): // of more audio
		}
	}
	t.Logf("noticed %v after the crash, the caller told after %v", gone.At.Sub(killed).Round(time.Millisecond), time.Since(killed).Round(time.Millisecond))
	desk = startBrowser(t, ctx, s.HTTP+"/desk", tone(annHz, 60*time.Second))
	desk.signIn("anna")
	again := back(f)
	t.Logf("back %v after that", again.At.Sub(gone.At))
	caller.hears(ctx, annHz)
	desk.joined()
	desk.hears(callerHz)
	desk.state("talking")
	for _, ev := range f.seen {
		if o, ok := ev.Body.(hotline.Offered); ok && o.Agent != "agent-1" {
			t.Errorf("%s was asked", o.Agent)
		}
	}
}

// Who hangs up on purpose, with DELETE, does not get the call again: the bot has
// the caller.
func TestDeskThatHungUpIsNotBack(t *testing.T) {
	t.Parallel()
	ctx := within(t, 120*time.Second)
	s := startServer(t, "", "bots: "+beepBots(t)+twoAgents+kept)
	newUser(t, s.data, "ann", "--role", "agent", "--agent", "agent-1")
	f := s.feed(ctx)
	b := startBrowser(t, ctx, s.HTTP+"/call", tone(annHz, 60*time.Second))
	b.expect("status of 409")
	b.run(chromedp.Evaluate(deskScript, nil), chromedp.Evaluate(`const fetched = window.fetch;
		window.fetch = async (...what) => { const r = await fetched(...what); window.leg = r.headers.get('Location') || window.leg; return r; }; 0`, nil))
	eval[any](b, fmt.Sprintf(`signIn("ann", %q)`, password))
	eval[any](b, `beThere()`)
	caller := startSIP(t, s, callerHz)
	started, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	caller.hears(ctx, botTone)
	s.order(t, s.token, started.Call, "transfer", members{"skill": "service"})
	b.wait(`window.offered`)
	if answered := eval[string](b, `answer()`); answered != "201" {
		t.Fatalf("answering: %s", answered)
	}
	untilBody(f, func(a hotline.AgentJoined) bool { return a.Agent == "agent-1" })
	caller.hears(ctx, annHz)
	if status := eval[int](b, `fetch(leg, {method: 'DELETE', headers: {'X-CSRF-Token': csrf}}).then((r) => r.status)`); status != 200 {
		t.Fatalf("DELETE: %d", status)
	}
	if _, left := untilBody(f, func(hotline.AgentLeft) bool { return true }); left.Reason != hotline.AgentHangup {
		t.Errorf("left as %s", left.Reason)
	}
	if answered := eval[string](b, `answer()`); !strings.HasPrefix(answered, "409") {
		t.Errorf("answering again: %s", answered)
	}
	said, _ := untilBody(f, func(w hotline.Said) bool { return w.To == "caller" })
	for _, ev := range f.seen {
		if ev.Kind == (hotline.AgentLost{}).Kind() {
			t.Errorf("%s before event %d", ev.Kind, said.Seq)
		}
	}
}

// A Chinese desk names what an English caller told the bot in Chinese.
func TestDeskNamesWhatIsKnown(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1", "--language", "zh")
	s := startServer(t, data, "agents: [{id: agent-1, name: Anna, skills: [service, care, en]}]")
	desk := deskOf(t, ctx, s, "anna", silence(time.Second))
	f := s.call(t, ctx, "caller")
	startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Quiet{}, phone.Keys{Keys: "1"}, phone.Speech{}, phone.Quiet{},
		phone.Keys{Keys: "4571#"}, phone.Speech{}, phone.Quiet{}, phone.Keys{Keys: "0"}, phone.Listen{}})
	untilBody(f, func(o hotline.Offered) bool { return true })
	for _, words := range []string{"订单号", "4571", "订单状态", "已延误", "预计送达"} {
		desk.see("brief", words)
	}
	s.hangup(f)
	f.end()
}
