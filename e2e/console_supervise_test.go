package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/phone"
)

// A supervisor has their phone rung to listen, then comes in by the browser: they
// are heard by nobody, by the agent alone, by both; they leave, come again, and end
// the call. Then they find it by what was understood, by agent and by day, play it
// while the transcript follows, and see it counted.
func TestConsoleSupervises(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "sam", "--role", "supervisor", "--name", "Sam")
	boss := startBaresip(t, "4930999", wavFile(t, tone(supervisorTone, 240*time.Second)), "auto", "")
	carrier, _, _ := strings.Cut(strings.TrimPrefix(boss.aor, "sip:4930999@"), ";")
	s := startServer(t, data, fmt.Sprintf(`bots: %s
calls: {ring: 100s}
sip:
  listen: ['udp://127.0.0.1:0']
  trunks: [{name: carrier, allow: [127.0.0.0/8], address: '%s', dial: ["4930*"]}]
agents: [{id: agent-1, name: Ann, skills: [service, en]}, {id: agent-2, name: Ben, skills: [billing, en]}]
`, beepBots(t), carrier))
	f := s.feed(ctx)
	ann := openDesk(t, s, "agent-1")
	caller := startSIP(t, s, callerHz)
	started, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	untilBody(f, func(hotline.CallAnswered) bool { return true })
	s.order(t, s.token, started.Call, "transfer", members{"skill": "service", "reason": "asked for a person"})
	ann.until(ctx, "offered")
	agent, _ := startWHIP(t, s, ann.token, "answer="+string(started.Call), annHz)
	untilBody(f, func(hotline.AgentJoined) bool { return true })

	b := startBrowser(t, ctx, s.HTTP+"/console/calls/"+string(started.Call), tone(supervisorTone, 20*time.Second))
	b.enter("sam", at("supervise"))
	byPhone := func(number string) {
		t.Helper()
		b.tap("button", "By phone")
		b.fill(`input[aria-label="Your phone"]`, number)
		b.submit()
	}
	b.expect(`status of 403`)
	byPhone("4940999")
	b.wait(`/This number may not be called from here/.test(document.body.textContent)`)
	b.page("console-by-phone")
	b.fill(`input[aria-label="Your phone"]`, "4930999")
	b.submit()
	joined, _ := untilBody(f, func(v hotline.Supervised) bool { return v.On && v.Mode == "listen" && v.User == "sam" })
	callerIsNot, agentIsNot := caller.without(ctx, absent, supervisorTone), agent.without(ctx, absent, supervisorTone) // told of them
	boss.wait(ctx, "CALL_ESTABLISHED")
	untilMedia(f, started.Call, joined.Media.Duration()+5*time.Second) // the phone writes what it hears
	boss.do("hangup", "")
	untilBody(f, func(v hotline.Supervised) bool { return !v.On })
	boss.wait(ctx, "CALL_CLOSED")
	heard := channel(t, boss.heard(), 0)
	wantTonePart(t, "the supervisor's phone heard the caller", heard, callerHz, true)
	wantTonePart(t, "the supervisor's phone heard the agent", heard, annHz, true)

	enter := func(mode string) {
		t.Helper()
		b.click(mode)
		untilBody(f, func(v hotline.Supervised) bool { return v.On && v.Mode == mode })
		b.wait(fmt.Sprintf(`(s => s.leg === 'connected' && s.mode === %q)(document.querySelector('[data-testid=supervise]').dataset)`, mode))
	}
	enter("listen")
	b.hearsAmong(callerHz, annHz)
	agentIsNot()
	enter("whisper")
	agent.hears(ctx, supervisorTone)
	b.hearsAmong(callerHz, annHz)
	callerIsNot()
	enter("barge")
	caller.hears(ctx, supervisorTone)
	agent.hears(ctx, supervisorTone)
	b.hearsAmong(callerHz, annHz)
	b.page("console-barge")
	b.click("leave")
	untilBody(f, func(v hotline.Supervised) bool { return !v.On })
	callerIsNot, agentIsNot = caller.without(ctx, absent, supervisorTone), agent.without(ctx, absent, supervisorTone)
	caller.hears(ctx, annHz)
	agent.hears(ctx, callerHz)
	callerIsNot()
	agentIsNot()
	enter("barge")
	caller.hears(ctx, supervisorTone)
	b.click("end-call")
	b.press(".ant-popconfirm .ant-btn-primary")
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Completed || end.Reason != hotline.ByOperator {
		t.Errorf("the call ended %+v", end.Outcome)
	}
	<-caller.gone
	<-agent.gone
	b.wait(`document.querySelector('[data-testid=call]').dataset.phase === 'ended'`)
}

// Two calls, one of which a person took, are found by what was understood, by agent,
// outcome and day; one is played, and its transcript follows; both are counted.
func TestConsoleFindsAndCounts(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "sam", "--role", "supervisor", "--name", "Sam")
	s := startServer(t, data, "sip: {listen: ['udp://127.0.0.1:0']}"+twoAgents)
	ann := openDesk(t, s, "agent-1")

	asks := s.call(t, ctx, "4930111")
	ended := startCaller(t, s, "4930111", phone.Script{phone.Speech{}, phone.Quiet{}, phone.Say{Text: "When are you open?"}, phone.Speech{}, phone.Quiet{}, phone.Hangup{}})
	_, heard := untilBody(asks, func(h hotline.Heard) bool { return h.Intent != "" }) // "opening_hours", unless the machine is too slow for speech
	asks.end()
	<-ended
	talks := s.call(t, ctx, "4930222")
	ended = startCaller(t, s, "4930222", phone.Script{phone.Speech{}, phone.Keys{Keys: "0"}, phone.Tone{Hz: phoneTone}, phone.ExpectTone{Hz: annHz + 200, Within: 2 * time.Minute}, phone.Hangup{}})
	ann.until(ctx, "offered")
	agent, _ := startWHIP(t, s, ann.token, "answer="+string(talks.until("its start", func(hotline.Event) bool { return true }).Call), annHz+200)
	agent.hears(ctx, phoneTone)
	talks.end()
	if r := <-ended; !r.Saw(phone.ToneHeard) {
		t.Errorf("the caller's phone: %s, %v", r.Ended, r.Err)
	}

	b := startBrowser(t, ctx, s.HTTP+"/console/calls", silence(time.Second))
	b.enter("sam", at("calls"))
	finds := func(what string, froms ...string) {
		t.Helper()
		b.wait(fmt.Sprintf(`(want => JSON.stringify([...document.querySelectorAll('[data-testid=calls] tbody tr.ant-table-row')].map((r) => r.cells[1].textContent)) === want)(%q)`, list(froms)))
		t.Log("found by", what, froms)
	}
	clear := func() {
		t.Helper()
		b.tap("button", "Clear")
		finds("nothing", "4930222", "4930111")
	}
	finds("nothing", "4930222", "4930111")
	b.fill(`input[aria-label="Intent"]`, heard.Intent)
	b.submit()
	finds("intent", "4930111")
	clear()
	choose := func(field, option string) {
		t.Helper()
		b.list(`input[aria-label="` + field + `"]`)
		b.press(`.ant-select-dropdown .ant-select-item-option[title="` + option + `"]`)
	}
	choose("Agent", "Ann")
	finds("agent", "4930222")
	clear()
	choose("Agent", "Ben")
	finds("another agent")
	clear()
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	days := func(from, to int) {
		t.Helper()
		for i, n := range []int{from, to} {
			field := fmt.Sprintf(`.ant-picker-input:nth-of-type(%d) input`, 1+2*i)
			b.run(chromedp.Click(field, chromedp.NodeVisible))
			b.fill(field, day(n))
			b.submit()
		}
	}
	days(-1, 1)
	finds("the days around", "4930222", "4930111")
	b.wait(`/from=.*to=/.test(location.search)`)
	clear()
	days(-3, -2)
	finds("days before")
	clear()

	b.press(`tr[data-row-key="` + string(asks.seen[0].Call) + `"] ` + at("open-call"))
	b.wait(`/0:00 \/ 0:[0-9]*[1-9]/.test(document.querySelector('[data-testid=waveform]')?.textContent)`)
	b.click("play")
	b.wait(`/^0:0[1-9] \//.test(document.querySelector('[data-testid=waveform] .num').textContent)`) // it moves
	now := func(words string) string {
		return fmt.Sprintf(`document.querySelector('[data-testid=transcript] .now')?.textContent.toLowerCase().includes(%q)`, words)
	}
	b.wait(now("lantern"))                   // the greeting
	b.wait(now(strings.ToLower(heard.Text))) // and then what was asked
	b.click("play")
	b.page("console-playing")

	b.click("nav-numbers")
	b.see("figure-calls", "2")
	b.see("figure-transferred", "50 %")
	b.see("figure-abandoned", "0 %")
	b.wait(`[...document.querySelectorAll('tr.ant-table-row')].some((r) => r.cells[0].textContent === 'agent-1' && r.cells[1].textContent === '1')`)
	var bot hotline.BotAbout
	s.api(t, "GET", "/api/v1/bots/shop", "", 200, &bot)
	title := strings.ReplaceAll(heard.Intent, "_", " ")
	for _, i := range bot.Intents {
		if i.Name == heard.Intent && i.Title["en"] != "" {
			title = i.Title["en"]
		}
	}
	b.appears(fmt.Sprintf(`[aria-label*="%s 1"]`, title))
}

// list is strings as JSON.
func list(all []string) string {
	if all == nil {
		all = []string{}
	}
	text, _ := json.Marshal(all)
	return string(text)
}
