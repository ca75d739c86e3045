package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
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
	ctx := within(t, 180*time.Second)
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
	untilBody(f, func(hotline.AgentJoined) bool { return true })
	b.see("tile-agent", "1")
	b.page("console-wall")

	b.click("live-call")
	b.see("transcript", "speak to an agent")
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
	b.run(chromedp.Click(`//ol[@data-testid="transcript"]/li[contains(., "speak to an agent")]//button[contains(@class, "time")]`, chromedp.BySearch))
	b.wait(`/speak to an agent/.test(document.querySelector('[data-testid="transcript"] .now')?.textContent)`) // it follows
	b.page("console-call")

	b.click("nav-calls")
	b.see("calls", "alice")
	b.run(chromedp.SendKeys(`[data-testid="search"] input, input[data-testid="search"]`, "zebra\r"))
	b.wait(`!document.querySelector('[data-testid="open-call"]')`)
	b.run(chromedp.SetValue(`[data-testid="search"] input, input[data-testid="search"]`, ""), chromedp.SendKeys(`[data-testid="search"] input, input[data-testid="search"]`, "speak agent\r"))
	b.run(chromedp.WaitVisible(`[data-testid="open-call"]`))
	b.page("console-calls")

	b.click("nav-numbers")
	b.see("figure-calls", "1")
	b.see("figure-transferred", "100 %")
	b.run(chromedp.WaitVisible(`.charts svg`))
	b.page("console-statistics")
}

// enter signs a user in on the sign-in page, and waits for what ready selects.
func (b *browser) enter(user, ready string) {
	b.t.Helper()
	b.run(chromedp.WaitVisible("#user"), chromedp.SendKeys("#user", user), chromedp.SendKeys("#password", password))
	b.click("signin")
	b.run(chromedp.WaitVisible(ready))
}

// see waits until what has the test id is there, and holds the text.
func (b *browser) see(id, text string) {
	b.t.Helper()
	b.wait(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, at(id), text))
}

// eval is an expression of the page, awaited.
func eval[T any](b *browser, expression string) (v T) {
	b.t.Helper()
	b.run(chromedp.Evaluate(expression, &v, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return v
}

// hearsAmong returns once the page plays all of the tones together.
func (b *browser) hearsAmong(hz ...float64) {
	b.t.Helper()
	list := strings.Trim(strings.ReplaceAll(fmt.Sprint(hz), " ", ","), "[]")
	if !eval[bool](b, fmt.Sprintf(`new Promise((done) => {
		const context = new AudioContext(), ear = context.createAnalyser();
		ear.fftSize = 4096;
		context.createMediaStreamSource(document.getElementById('far').srcObject).connect(ear);
		const bins = new Float32Array(ear.frequencyBinCount);
		let run = 0, left = 750;
		const timer = setInterval(() => {
			ear.getFloatFrequencyData(bins);
			const middle = [...bins.slice(10, 200)].sort((a, b) => a - b)[95];
			const clear = (hz) => Math.max(...bins.slice(hz * 4096 / context.sampleRate - 2, hz * 4096 / context.sampleRate + 3)) > Math.max(-60, middle + 20);
			run = [%s].every(clear) ? run + 1 : 0;
			if (run >= 5 || --left === 0) { clearInterval(timer); done(run >= 5); }
		}, 40);
	})`, list)) {
		b.t.Fatalf("the page does not play %v Hz", hz)
	}
}

// wantTonePart fails the test unless a tone is among what s has, or is not.
func wantTonePart(t *testing.T, what string, s sound, hz float64, want bool) {
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
