package e2e

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
)

// supervisorTone is what a supervisor's microphone hums.
const supervisorTone = 900

// A supervisor sees a call on the wall, opens it, listens to both sides, whispers
// to the agent, which the caller does not hear, and afterwards plays the call with
// its transcript, finds it by its words, and sees it counted.
func TestConsoleCalls(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 300*time.Second)
	data := t.TempDir()
	newUser(t, data, "sam", "--role", "supervisor", "--name", "Sam")
	agent := startBaresip(t, "agent-1", wavFile(t, tone(phoneTone, 120*time.Second)), "auto", "")
	s := startServer(t, data, fmt.Sprintf("bots: %s\nagents: [{id: agent-1, name: Anna, skills: [service, care, en], address: '%s'}]", beepBots(t), agent.aor))
	f := s.feed(ctx)
	b := startBrowser(t, ctx, s.HTTP+"/", tone(supervisorTone, 120*time.Second))
	b.enter("sam", `[data-testid="wall"]`)

	caller := startBaresip(t, "alice", wavFile(t, silence(5*time.Second), speech(t, "I want to speak to an agent, please."), silence(5*time.Second), tone(callerTone, 120*time.Second)), "manual", "")
	caller.do("dial", s.uri("udp"))
	call, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	b.see("tile-bot", "1")
	_, heard := untilBody(f, func(h hotline.Heard) bool { return h.Intent == "agent" })
	untilBody(f, func(hotline.AgentJoined) bool { return true })
	b.see("tile-agent", "1")
	b.page("console-wall")

	b.click("live-call")
	b.see("transcript", heard.Text)
	b.click("listen")
	untilBody(f, func(v hotline.Supervised) bool { return v.On && v.User == "sam" && v.Mode == "listen" })
	b.wait(`document.querySelector('[data-testid="supervise"]').dataset.leg === 'connected'`)
	b.hearsAmong(callerTone, phoneTone)
	b.page("console-live")
	b.click("whisper")
	untilBody(f, func(v hotline.Supervised) bool { return v.On && v.Mode == "whisper" })
	untilMedia(f, call.Call, time.Since(call.At)+3*time.Second) // the agent's phone writes what it hears
	b.click("leave")
	untilBody(f, func(v hotline.Supervised) bool { return !v.On })
	caller.do("hangup", "")
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Reason != hotline.CallerHangup {
		t.Errorf("the call ended %+v", end.Outcome)
	}
	caller.wait(ctx, "CALL_CLOSED")
	agent.wait(ctx, "CALL_CLOSED")
	wantTone(t, "the agent heard the caller", channel(t, agent.heard(), 0), callerTone)
	wantTonePart(t, "the agent heard the whisper", channel(t, agent.heard(), 0), supervisorTone, true)
	wantTonePart(t, "the caller heard the whisper", channel(t, caller.heard(), 0), supervisorTone, false)

	b.wait(`document.querySelector('[data-testid="call"]').dataset.phase === 'ended'`)
	b.run(chromedp.WaitVisible(`[data-testid="waveform"] button`))
	b.wait(`/0:00 \/ [^0]|0:00 \/ 0:[1-9]/.test(document.querySelector('[data-testid="waveform"]').textContent)`)
	eval[any](b, fmt.Sprintf(`[...document.querySelectorAll('[data-testid=transcript] li')].find((l) => l.textContent.includes(%q)).querySelector('button.time').click()`, heard.Text))
	b.wait(fmt.Sprintf(`document.querySelector('[data-testid="transcript"] .now')?.textContent.includes(%q)`, heard.Text)) // it follows
	b.page("console-call")

	b.click("nav-calls")
	b.see("calls", "alice")
	b.fill(`input[aria-label="Words that were said"]`, "zebra")
	b.submit()
	b.wait(`!document.querySelector('[data-testid="open-call"]')`)
	b.fill(`input[aria-label="Words that were said"]`, heard.Text)
	b.submit()
	b.run(chromedp.WaitVisible(`[data-testid="open-call"]`))
	b.page("console-calls")

	b.click("nav-numbers")
	b.see("figure-calls", "1")
	b.see("figure-transferred", "100 %")
	b.run(chromedp.WaitVisible(`.charts svg`))
	b.page("console-statistics")
}

// A supervisor writes an article, sees what changed, publishes it, and has it
// answer; finds what nothing answers; and brings the version before back.
func TestConsoleKnowledge(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 300*time.Second)
	data := t.TempDir()
	newUser(t, data, "sam", "--role", "supervisor", "--name", "Sam")
	s := startServer(t, data, "")
	b := startBrowser(t, ctx, s.HTTP+"/console/knowledge", silence(time.Second))
	b.enter("sam", at("articles"))
	b.see("articles", "Open on public holidays")
	b.page("console-knowledge")

	b.run(chromedp.Click(`//a[text()="Open on public holidays"]`, chromedp.BySearch), chromedp.WaitVisible(at("editor")))
	b.fill("#spoken", "We are open on Christmas from now on.")
	b.see("hear", "on Christmas")
	b.click("save-draft")
	b.see("diff", "+spoken: We are open on Christmas from now on.")
	b.page("console-article")
	b.click("nav-knowledge")
	b.run(chromedp.Click(`//div[@role="tab" and text()="Drafts"]`, chromedp.BySearch))
	b.see("drafts", "Open on public holidays")
	b.see("diff", "+spoken: We are open on Christmas from now on.")
	b.page("console-drafts")
	b.click("publish")
	b.wait(`!document.querySelector('[data-testid="drafts"]')`)

	b.run(chromedp.Click(`//div[@role="tab" and text()="Articles"]`, chromedp.BySearch))
	b.fill(`input[aria-label="Try a question"]`, "When are you open?")
	b.submit()
	b.see("tried", "We are open on Christmas from now on.")
	b.page("console-knowledge-try")

	var chat struct{ Session string }
	s.api(t, "POST", "/api/v1/chat", `{"lang":"en","text":""}`, 200, &chat)
	s.api(t, "POST", "/api/v1/chat", fmt.Sprintf(`{"session":%q,"text":"Do you sell carnivorous plants for the terrarium?"}`, chat.Session), 200, nil)
	b.run(chromedp.Click(`//div[@role="tab" and text()="Open questions"]`, chromedp.BySearch))
	b.see("questions", "carnivorous plants")
	b.page("console-questions")
	b.tap(at("questions")+" button", "Answer it") // an article that answers it
	b.wait(`document.querySelector('#questions')?.value.includes('carnivorous plants')`)
	b.fill("#id", "carnivorous")
	b.fill("#body", "We sell sundews and flytraps, and they live in any terrarium.")
	b.page("console-article-new")
	b.tap("button", "Save and publish")
	b.press(".ant-popconfirm .ant-btn-primary")
	b.see("history", "Published")
	b.click("nav-knowledge")
	b.fill(`input[aria-label="Try a question"]`, "Do you sell carnivorous plants?")
	b.submit()
	b.see("tried", "sundews and flytraps")
	b.tap("[role=tab]", "Open questions")
	b.tap(at("questions")+" button", "Done")
	b.wait(`!document.querySelector('[data-testid=questions]')`)
	b.tap("[role=tab]", "Sites")
	b.page("console-sites")

	b.run(chromedp.Navigate(s.HTTP+"/console/knowledge/article?key=holidays/en"), chromedp.WaitVisible(at("history")),
		chromedp.Click(`//button[.="Back to this version"]`, chromedp.BySearch))
	b.press(".ant-popconfirm .ant-btn-primary")
	b.see("history", "Rolled back to Version 1")
}

// An administrator adds a user, who gets a link; makes a token, which is shown
// once; and finds both in the audit, in Chinese too. A supervisor sees none of it.
func TestConsoleAdmin(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 300*time.Second)
	data := t.TempDir()
	newUser(t, data, "root", "--role", "admin", "--name", "Rita")
	newUser(t, data, "sam", "--role", "supervisor", "--name", "Sam")
	s := startServer(t, data, "")
	b := startBrowser(t, ctx, s.HTTP+"/console/users", silence(time.Second))
	b.enter("root", at("users"))
	b.see("users", "sam")
	b.click("add-user")
	b.fill("#id", "lena")
	b.fill("#name", "Lena")
	b.confirm()
	b.wait(fmt.Sprintf(`document.querySelector('[data-testid="secret"]')?.value.startsWith(%q)`, s.HTTP+"/setup#"))
	b.page("console-user-link")
	b.shut()
	b.see("users", "lena")
	b.page("console-users")

	b.click("nav-tokens")
	b.click("add-token")
	b.fill("#name", "the monitor")
	b.confirm()
	b.wait(`document.querySelector('[data-testid="secret"]')?.value.length > 20`)
	b.shut()
	b.see("tokens", "the monitor")
	b.page("console-tokens")
	b.click("nav-audit")
	b.see("audit", "lena")
	b.page("console-audit")
	b.run(chromedp.Click(`//div[@title="中文"]`, chromedp.BySearch))
	b.wait(`document.querySelector('h1').textContent === '审计'`)
	b.click("nav-wall")
	b.see("wall", "队列")
	b.page("console-wall-zh")

	b.click("signout")
	b.enter("sam", at("wall"))
	if n := eval[int](b, `document.querySelectorAll('[data-testid="nav-users"]').length`); n != 0 {
		t.Error("a supervisor is led to the users")
	}
	b.run(chromedp.Navigate(s.HTTP + "/console/users"))
	b.wait(`document.querySelector('#content')?.textContent.includes('管理员')`)
}

// confirm and shut press the buttons of the dialog that is open; their pages move.
func (b *browser) confirm() { b.t.Helper(); b.press(".ant-modal-footer .ant-btn-primary") }

func (b *browser) shut() {
	b.t.Helper()
	b.press(".ant-modal-footer .ant-btn")
	b.wait(`![...document.querySelectorAll('.ant-modal')].some((m) => m.checkVisibility())`)
}

// press clicks the last that the selector finds, wherever it moves.
func (b *browser) press(selector string) {
	b.t.Helper()
	b.run(chromedp.WaitVisible(selector))
	eval[any](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].filter((e) => e.checkVisibility()).at(-1).click()`, selector))
}

// tap clicks the last that the selector finds with the words in it, wherever it moves.
func (b *browser) tap(selector, words string) {
	b.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(%q)].findLast((e) => e.checkVisibility() && e.textContent.includes(%q))`, selector, words)
	b.wait(find)
	eval[any](b, find+".click()")
}

// hearsAmong returns once the page plays all of the tones together.
func (b *browser) hearsAmong(hz ...int) { b.t.Helper(); b.listens("hearsAmong", hz) }

// hearsNone returns once the page has played none of the tones for a second.
func (b *browser) hearsNone(hz ...int) { b.t.Helper(); b.listens("hearsNone", hz) }

func (b *browser) listens(how string, hz []int) {
	b.t.Helper()
	tones, _ := json.Marshal(hz)
	if !eval[bool](b, fmt.Sprintf("%s(%s)", how, tones)) {
		b.t.Fatalf("the page: not %s(%s)", how, tones)
	}
}

// wantTonePart fails the test unless a tone is among what s has, or is not.
func wantTonePart(t testing.TB, what string, s sound, hz float64, want bool) {
	t.Helper()
	const window = media.SampleRate * 3 / 10
	best := -100.0
	for i := 0; i+window <= len(s); i += window / 3 {
		level, _ := mediatest.Goertzel(s[i:i+window], hz)
		best = max(best, level)
	}
	if got := best > -35; got != want {
		t.Errorf("%s: %v, the tone of %g Hz is at %.0f dB", what, got, hz, best)
	}
}
