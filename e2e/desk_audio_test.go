package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hotline"
)

// The keyboard alone answers, mutes, holds, presses keys and hangs up. Who is muted
// is not heard, with another microphone neither, and is heard again from it; who
// is held hears music. The time to write the call up is made longer, and ended.
func TestDeskMutesHoldsAndChangesDevices(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	s := startServer(t, data, fmt.Sprintf("bots: %s\ncalls: {ring: 100s}\ndesk: {wrap_up: 60s}\nagents: [{id: agent-1, name: Anna, skills: [service, en]}]", beepBots(t)))
	f := s.feed(ctx)
	desk := deskOf(t, ctx, s, "anna", tone(deskTone, 20*time.Second))
	caller := s.dials(t, ctx, f, desk)
	mute := func(on bool) {
		t.Helper()
		desk.alt("m")
		desk.wait(fmt.Sprintf(`document.querySelector('[data-testid=mute]').ariaPressed === '%v'`, on))
	}
	hold := func(on bool) {
		t.Helper()
		desk.alt("h")
		untilBody(f, func(h hotline.Hold) bool { return h.On == on })
		desk.wait(fmt.Sprintf(`document.querySelector('[data-testid=hold]').ariaPressed === '%v'`, on))
	}
	mic := func() string {
		t.Helper()
		return eval[string](desk, `mic.getAudioTracks()[0].getSettings().deviceId`)
	}

	mute(true)
	silent := caller.without(ctx, absent, deskTone)
	desk.hears(callerHz) // still
	silent()
	mute(false)
	caller.hears(ctx, deskTone)

	hold(true)
	silent = caller.without(ctx, inMusic, deskTone)
	desk.see("stage", "On hold")
	desk.hearsNone(callerHz)
	if silent(); !loud(caller.ear.Last(time.Second)) {
		t.Error("who is held hears no music")
	}
	hold(false)
	caller.hears(ctx, deskTone)
	desk.hears(callerHz)

	// Another microphone, while muted and after; another speaker.
	desk.click("devices")
	mute(true)
	silent = caller.without(ctx, absent, deskTone)
	before := mic()
	other := desk.device("input")
	desk.wait(fmt.Sprintf(`mic.getAudioTracks()[0].getSettings().deviceId === %q`, other))
	if before == other {
		t.Errorf("the microphone is the same: %s", other)
	}
	silent()
	mute(false)
	caller.hears(ctx, deskTone)
	speaker := desk.device("output")
	desk.wait(fmt.Sprintf(`document.getElementById('far').sinkId === %q`, speaker))
	desk.page("desk-devices")
	desk.click("devices")
	desk.hears(callerHz)
	caller.hears(ctx, deskTone)

	desk.alt("k")
	desk.appears(".keypad input:focus")
	desk.run(chromedp.KeyEvent("4"), chromedp.KeyEvent("#"))
	desk.wait(`document.querySelector('.keypad input').value === '4#'`)
	for _, key := range []string{"4", "#"} {
		untilBody(f, func(k hotline.Key) bool { return k.Key == key })
	}
	desk.page("desk-keypad")
	desk.alt("k")

	desk.alt("l")
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Completed || end.Reason != hotline.AgentHangup {
		t.Errorf("the call ended %+v", end.Outcome)
	}
	<-caller.gone
	desk.state("wrap-up")
	if eval[string](desk, `mic.getAudioTracks()[0].readyState`) != "ended" {
		t.Error("the microphone listens on after the call")
	}
	desk.click("extend")
	desk.wait(`/[12]:[0-9]{2} left/.test(document.querySelector('[data-testid=wrap-left]').textContent)`)
	desk.click("done-away")
	desk.state("away")
}

// device chooses another microphone ("input") or speaker ("output") than the
// system's own.
func (b *browser) device(kind string) (id string) {
	b.t.Helper()
	b.list("#device-" + kind)
	b.press(".ant-select-dropdown:has(#device-" + kind + "_list) .ant-select-item-option[title$=' 2']")
	b.wait(fmt.Sprintf(`JSON.parse(localStorage.devices ?? '{}').%s && !document.querySelector('.ant-select-dropdown:not(.ant-select-dropdown-hidden)')`, kind))
	return eval[string](b, fmt.Sprintf(`JSON.parse(localStorage.devices).%s`, kind))
}
