package e2e

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/phone"
)

// deskTone is what an agent's microphone hums.
const deskTone = 900

// signIn signs in on the page, and waits for the desk.
func (b *browser) signIn(name string) {
	b.t.Helper()
	b.enter(name, at("state"))
	b.wait(`document.querySelector('[data-testid=link]').dataset.link === 'live'`)
}

// deskOf opens a desk in a browser of its own, with the agent ready.
func deskOf(t testing.TB, ctx context.Context, s *server, name string, mic ...sound) *browser {
	t.Helper()
	b := startBrowser(t, ctx, s.HTTP+"/desk", mic...)
	b.signIn(name)
	b.click("ready")
	b.state("ready")
	return b
}

// state waits until the desk shows the agent in the state.
func (b *browser) state(want hotline.AgentState) {
	b.t.Helper()
	b.wait(fmt.Sprintf(`document.querySelector('[data-testid=state]')?.dataset.state === %q`, want))
}

// appears waits until what the selector finds is to be seen.
func (b *browser) appears(selector string) {
	b.t.Helper()
	b.wait(fmt.Sprintf(`document.querySelector(%q)?.checkVisibility()`, selector))
}

// alt presses Alt and a key.
func (b *browser) alt(key string) {
	b.t.Helper()
	b.run(chromedp.KeyEvent(key, chromedp.KeyModifiers(input.ModifierAlt)))
}

// A customer in a browser asks for a person; the agent's page shows who and why
// before it rings, answers, both hear each other, and the rest of a call's work
// is done at the desk.
func TestDeskTakesACallFromABrowser(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 400*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1", "--name", "Anna")
	s := startServer(t, data, fmt.Sprintf("bots: %s\ncalls: {ring: 100s}\ndesk: {wrap_up: 60s}\nagents: [{id: agent-1, name: Anna, skills: [service, care, billing, en]}]", beepBots(t)))
	f := s.feed(ctx)
	desk := startBrowser(t, ctx, s.HTTP+"/desk", tone(deskTone, 12*time.Second), silence(time.Second), speech(t, "Your refund takes three working days."), silence(3*time.Second), tone(deskTone, 90*time.Second))
	desk.run(chromedp.WaitVisible("#user"))
	desk.page("signin")
	desk.signIn("anna")
	desk.page("desk-empty")
	desk.click("ready")
	desk.state("ready")
	desk.run(chromedp.Evaluate(`new MutationObserver(() => {
		const bar = document.querySelector('[data-testid=callbar]');
		if (bar) window.popAt ??= Date.now();
		if (bar?.classList.contains('ringing')) window.rangAt ??= Date.now();
	}).observe(document.body, {childList: true, subtree: true, attributes: true})`, nil))

	caller := startBrowser(t, ctx, s.HTTP+"/call", silence(6*time.Second), speech(t, "I want to speak to an agent, please."), silence(5*time.Second),
		tone(callerTone, 25*time.Second), silence(3*time.Second), speech(t, "Where is my order?"), silence(5*time.Second), tone(callerTone, 120*time.Second))
	caller.click("call")
	caller.hears(botTone)
	queued, _ := untilBody(f, func(hotline.Queued) bool { return true })
	popped, _ := untilBody(f, func(p hotline.Popped) bool { return p.Agent == "agent-1" })
	offered, _ := untilBody(f, func(o hotline.Offered) bool { return o.Agent == "agent-1" })
	if popped.Seq > offered.Seq {
		t.Error("it rang before the pop")
	}
	desk.wait(`window.rangAt`)
	pop, ring := eval[int64](desk, `window.popAt`), eval[int64](desk, `window.rangAt`)
	t.Logf("the caller was handed over; popped after %v, on the screen after %v, rang after %v", popped.At.Sub(queued.At), time.UnixMilli(pop).Sub(queued.At), time.UnixMilli(ring).Sub(queued.At))
	if took := time.UnixMilli(pop).Sub(queued.At); pop > ring || took > 15*time.Second {
		t.Errorf("the pop was on the screen %v after the caller was handed over, %d ms before it rang", took, ring-pop)
	}
	desk.see("transcript", "agent")
	desk.page("desk-ringing")

	desk.click("answer")
	untilBody(f, func(j hotline.AgentJoined) bool { return j.Agent == "agent-1" })
	desk.hears(callerTone)
	caller.hears(deskTone)
	desk.state("talking")
	untilBody(f, func(h hotline.Heard) bool { return h.Who == "agent" })
	desk.wait(`document.querySelector('[data-testid=transcript] [data-who=agent]')`) // both sides, as they speak
	desk.wait(`[...document.querySelectorAll('[data-testid=transcript] [data-who=caller]')].some((l) => /order/i.test(l.textContent))`)
	desk.see("knowledge", "order") // an answer before it is asked for
	desk.page("desk-call")
	desk.hears(callerTone)

	desk.alt("k")
	desk.press(at("key-7"))
	desk.wait(`document.querySelector('.keypad input').value === '7'`)
	untilBody(f, func(k hotline.Key) bool { return k.Key == "7" })
	desk.alt("k")
	desk.click("hold")
	untilBody(f, func(h hotline.Hold) bool { return h.On })
	desk.see("stage", "On hold")
	desk.click("hold")
	untilBody(f, func(h hotline.Hold) bool { return !h.On })
	desk.fill(at("say-text"), "One moment, please.")
	desk.submit()
	untilBody(f, func(s hotline.Said) bool { return s.To == "caller" && s.Text == "One moment, please." })
	desk.alt("n")
	desk.run(chromedp.WaitVisible("#note:focus"))
	desk.fill("#note", "Wants a refund; told three days.")
	desk.click("keep-note")
	untilBody(f, func(n hotline.Noted) bool { return strings.HasPrefix(n.Text, "Wants a refund") })
	desk.see("notes", "three days")

	desk.alt("l")
	untilBody(f, func(hotline.CallEnded) bool { return true })
	caller.wait(`/ended/.test(document.getElementById('status').textContent)`)
	desk.state("wrap-up")
	desk.see("wrap-left", "left")
	desk.alt("o")
	desk.run(chromedp.WaitVisible("#disposition:focus"), chromedp.KeyEvent("\r"))
	desk.wait(`document.querySelector('.ant-select-item-option-active')`)
	desk.submit()
	untilBody(f, func(d hotline.Disposed) bool { return d.Code != "" })
	desk.press("[data-who=agent] .tool")
	desk.appears("#learn-a")
	desk.confirm()
	untilBody(f, func(l hotline.Learned) bool {
		return strings.Contains(l.Answer, "three working days") && l.Article != ""
	})
	desk.press("[data-who=caller] button.tool")
	desk.appears(".ant-popover input")
	desk.fill(".ant-popover input", "refund")
	desk.appears(".ant-popover .ant-select-open")
	desk.submit()
	desk.press(".ant-popover .ant-btn-primary")
	untilBody(f, func(c hotline.Corrected) bool { return c.Intent == "refund" })
	desk.see("brief", "refund")
	desk.page("desk-wrapup")
	desk.click("done")
	desk.state("ready")
	desk.run(chromedp.Click(at("my-calls")+" button.plain", chromedp.ByQuery))
	desk.see("stage", "Past call")
	desk.see("notes", "three days")
	desk.page("desk-past")
	lags := eval[[]float64](desk, `window.lags`)
	slices.Sort(lags)
	if len(lags) < 10 {
		t.Fatalf("the desk had %d events", len(lags))
	}
	t.Logf("%d events reached the page: half within %g ms, 95 %% within %g ms", len(lags), lags[len(lags)/2], lags[len(lags)*95/100])
}

// A phone reaches the desk too; the agent answers and hangs up by keyboard, and
// declines the second time.
func TestDeskTakesACallFromAPhone(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1", "--language", "zh")
	s := startServer(t, data, "sip: {listen: ['udp://127.0.0.1:0']}\ncalls: {ring: 100s}\nagents: [{id: agent-1, name: Anna, skills: [service, en]}]")
	desk := deskOf(t, ctx, s, "anna", tone(deskTone, 120*time.Second))
	f := s.call(t, ctx, "caller")
	ended := startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Keys{Keys: "4571#"}, phone.Speech{}, phone.Keys{Keys: "0"}, phone.Tone{Hz: phoneTone}, phone.ExpectTone{Hz: deskTone, For: time.Second, Within: time.Minute}, phone.Listen{}})
	untilBody(f, func(o hotline.Offered) bool { return true })
	desk.appears(".callbar.ringing")
	desk.page("desk-ringing-zh")
	desk.alt("a")
	untilBody(f, func(j hotline.AgentJoined) bool { return true })
	desk.hears(phoneTone)
	desk.page("desk-call-zh")
	desk.press(at("brief") + ` [aria-label^="更正"]`) // nothing was heard: it was entered
	desk.fill(at("brief")+" .ant-input", "4572")
	desk.submit()
	untilBody(f, func(c hotline.Corrected) bool { return c.Slots["order"] == "4572" })
	desk.see("brief", "4572")
	eval[any](desk, `dispatchEvent(new Event('online'))`) // another network: ICE begins anew
	desk.wait(`document.querySelector('[data-testid=leg]').dataset.leg === 'reconnecting'`)
	desk.wait(`document.querySelector('[data-testid=leg]').dataset.leg === 'connected'`)
	desk.hears(phoneTone)
	desk.alt("l")
	if r := <-ended; r.Err != nil || !r.Saw(phone.ToneHeard) {
		t.Errorf("the caller's phone: %s, %v", r.Ended, r.Err)
	}
	f.end()
	desk.alt("w")
	desk.state("ready")

	f = s.call(t, ctx, "again")
	ended = startCaller(t, s, "again", phone.Script{phone.Speech{}, phone.Keys{Keys: "0"}, phone.Listen{}})
	untilBody(f, func(o hotline.Offered) bool { return true })
	desk.appears(".callbar.ringing")
	desk.alt("x")
	untilBody(f, func(l hotline.AgentLeft) bool { return l.Reason == hotline.EDeclined })
	desk.run(chromedp.WaitVisible(at("missed")))
	s.hangup(f)
	f.end()
	<-ended
}

// An agent asks another, hands the caller over, the other has the bot say
// something to the caller, takes them back, and sends them to the queue.
func TestDeskConsultsLendsAndTransfers(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 400*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	newUser(t, data, "bo", "--role", "agent", "--agent", "agent-2")
	s := startServer(t, data, "desk: {wrap_up: 60s}\nagents: [{id: agent-1, name: Anna, skills: [service, en]}, {id: agent-2, name: Bo, skills: [service, en]}]")
	anna := deskOf(t, ctx, s, "anna", tone(deskTone, 240*time.Second))
	f := s.call(t, ctx, "caller")
	startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Keys{Keys: "0"}, phone.Tone{Hz: phoneTone}, phone.Listen{}})
	untilBody(f, func(o hotline.Offered) bool { return o.Agent == "agent-1" })
	anna.appears(".callbar.ringing")
	anna.alt("a")
	anna.hears(phoneTone)
	bo := deskOf(t, ctx, s, "bo", tone(callerTone, 240*time.Second))

	anna.alt("c")
	anna.tap(".ant-modal label", "Bo")
	anna.page("desk-consult")
	anna.confirm()
	untilBody(f, func(c hotline.ConsultStarted) bool { return c.Agent == "agent-2" })
	bo.appears(".callbar.ringing")
	bo.alt("a")
	anna.see("consulting", "on the line")
	anna.hears(callerTone)
	bo.hears(deskTone)
	bo.see("callbar", "does not hear you")
	anna.run(chromedp.Click(at("consulting")+" .ant-btn-primary", chromedp.ByQuery))
	untilBody(f, func(c hotline.ConsultEnded) bool { return c.How == hotline.ConsultComplete })
	bo.hears(phoneTone)
	anna.state("wrap-up")
	anna.click("done")
	anna.state("ready")

	bo.alt("b")
	bo.appears("#bot-flow")
	bo.fill("#bot-flow", "opening hours")
	bo.appears(".ant-select-item-option-active")
	bo.submit()
	bo.confirm()
	untilBody(f, func(r hotline.ReturnedToBot) bool { return r.Flow == "opening_hours" && r.By == "agent-2" })
	bo.see("stage", "bot has the caller")
	untilBody(f, func(s hotline.Said) bool { return s.To == "caller" })
	untilBody(f, func(j hotline.AgentJoined) bool { return j.Agent == "agent-2" && j.As == hotline.AsBack })
	bo.see("stage", "in call")
	bo.hears(phoneTone)

	bo.alt("t")
	bo.tap(".ant-modal label", "Queue")
	bo.tap(".ant-modal label", "service")
	bo.confirm()
	untilBody(f, func(l hotline.AgentLeft) bool { return l.Agent == "agent-2" })
	bo.state("wrap-up")
	untilBody(f, func(o hotline.Offered) bool { return o.Agent == "agent-1" })
	anna.appears(".callbar.ringing")
	s.hangup(f)
	f.end()
}

// The server is started again: the agent is back, ready, and has touched
// nothing.
func TestDeskComesBackAfterARestart(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 120*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	config := fmt.Sprintf("http: {listen: '127.0.0.1:%d'}\nagents: [{id: agent-1, name: Anna, skills: [service, en]}]", freePort(t, "tcp"))
	s := startServer(t, data, config)
	desk := deskOf(t, ctx, s, "anna", silence(time.Second))
	desk.expect(`ERR_CONNECTION_REFUSED`, `WebSocket connection to .* failed`, `503`)
	s.stop(syscall.SIGTERM)
	desk.run(chromedp.WaitVisible(at("link-lost")))
	began := time.Now()
	s = startServer(t, data, config)
	desk.wait(`document.querySelector('[data-testid=link]').dataset.link === 'live'`)
	desk.state("ready")
	t.Logf("back %v after the server was started", time.Since(began).Round(100*time.Millisecond))
	var all struct{ Agents []hotline.AgentStatus }
	s.api(t, "GET", "/api/v1/agents", "", http.StatusOK, &all)
	if len(all.Agents) != 1 || all.Agents[0].State != hotline.AgentReady {
		t.Errorf("the agents are %+v", all.Agents)
	}
	f := s.call(t, ctx, "caller")
	startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Keys{Keys: "0"}, phone.Listen{}})
	untilBody(f, func(hotline.Offered) bool { return true })
	desk.appears(".callbar.ringing")
	s.hangup(f)
	f.end()
}

// The link that the first start prints makes an administrator, once.
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 90*time.Second)
	s := startServer(t, "", "")
	var link string
	s.until(t, ctx, "the link of the first start", func() bool {
		link = regexp.MustCompile(`http\S+/setup#\S+`).FindString(s.log.String())
		return link != ""
	})
	b := startBrowser(t, ctx, link, silence(time.Second))
	b.run(chromedp.WaitVisible("#user"))
	b.page("setup")
	for field, text := range map[string]string{"#user": "root", "#name": "Root", "#password": password, "#again": password} {
		b.fill(field, text)
	}
	b.submit()
	b.run(chromedp.WaitNotPresent("#again"), chromedp.WaitVisible("main"))
	b.wait(`location.pathname.startsWith('/console')`)
	again := startBrowser(t, ctx, link, silence(time.Second))
	again.expect(`status of 40[0-9]`)
	again.run(chromedp.WaitVisible(`[role=alert]`))
}
