package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/phone"
)

// The agent puts right what the bot understood, says what an answer was worth, and
// after the call promises the customer a call-back, forgets it and promises it
// again. Their new password is the only one. It runs by itself: a number must be
// understood, and a starved machine spoils speech.
func TestDeskCorrectsAndPromises(t *testing.T) {
	requirePages(t)
	ctx := within(t, 180*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	s := startServer(t, data, `calls: {ring: 100s}
desk: {wrap_up: 300s}
sip:
  listen: ['udp://127.0.0.1:0']
  trunks: [{name: carrier, allow: [127.0.0.0/8], address: '127.0.0.1:9', dial: ["4930*"]}]
agents: [{id: agent-1, name: Anna, skills: [service, care, billing, en]}]`)
	desk := deskOf(t, ctx, s, "anna", tone(deskTone, 20*time.Second))
	f := s.call(t, ctx, "4930777")
	ended := startCaller(t, s, "4930777", phone.Script{phone.Speech{}, phone.Quiet{}, phone.Say{Text: "Where is my order?"}, phone.Speech{}, phone.Quiet{},
		phone.Say{Text: "four five seven one"}, phone.Speech{}, phone.Keys{Keys: "0"}, phone.ExpectTone{Hz: deskTone, Within: 2 * time.Minute}, phone.Listen{Within: 4 * time.Minute}})
	untilBody(f, func(h hotline.Heard) bool { return h.Intent == "order_status" })
	untilBody(f, func(h hotline.Heard) bool { return len(h.Slots) > 0 })
	untilBody(f, func(o hotline.Offered) bool { return true })
	desk.answer()
	untilBody(f, func(hotline.AgentJoined) bool { return true })

	desk.see("brief", "4571")
	desk.press(at("brief") + ` button[aria-label^="Correct"]`)
	desk.fill(at("brief")+" .ant-input", "4572")
	desk.submit()
	untilBody(f, func(c hotline.Corrected) bool { return c.Slots["order"] == "4572" })
	desk.see("brief", "4572")
	desk.wait(`!document.querySelector('[data-testid=brief] .ant-input')`)

	desk.fill("#kb-search", "When are you open?")
	desk.wait(`document.querySelector('[data-testid=knowledge] .hits [aria-label="It helped"]')`)
	desk.see("knowledge", "On: When are you open?")
	var found struct{ Passages []struct{ Article string } }
	s.api(t, "GET", "/api/v1/kb/search?language=en&q="+url.QueryEscape("When are you open?"), "", 200, &found)
	desk.press(`[data-testid=knowledge] .hits li:first-child [aria-label="It helped"]`)
	desk.wait(`document.querySelectorAll('[data-testid=knowledge] .hits li:first-child [aria-label="It helped"]').length === 0`)
	var article struct{ History []struct{ What string } }
	s.api(t, "GET", "/api/v1/kb/articles/"+url.PathEscape(found.Passages[0].Article), "", 200, &article)
	if !slices.ContainsFunc(article.History, func(h struct{ What string }) bool { return h.What == "feedback" }) {
		t.Errorf("the history of %s has no feedback: %+v", found.Passages[0].Article, article.History)
	}
	desk.alt("1") // the bot says the first answer
	untilBody(f, func(s hotline.Said) bool { return s.To == "caller" && s.Prompt == "desk" })
	desk.alt("l")
	f.end()
	if r := <-ended; r.Err != nil || !r.Saw(phone.ToneHeard) {
		t.Errorf("the caller's phone: %s, %v", r.Ended, r.Err)
	}

	desk.state("wrap-up")
	promise := func(number string) {
		t.Helper()
		desk.alt("p")
		desk.fill("#callback-number", number)
		desk.press(at("callback-go"))
		desk.see("promised", number)
	}
	desk.alt("p")
	desk.wait(`document.querySelector('#callback-number')?.value === '4930777'`) // whom they called from
	desk.page("desk-callback")
	desk.fill("#callback-number", "4940777")
	desk.expect(`status of 403`)
	desk.press(at("callback-go"))
	desk.wait(`/may not be called from here/.test(document.querySelector('.ant-modal [role=alert]')?.textContent)`)
	desk.tap(".ant-modal-footer button", "Cancel")
	promise("4930778")
	desk.page("desk-promised")
	desk.click("forget")
	desk.press(at("forget-sure"))
	desk.wait(`!document.querySelector('[data-testid=promised]')`)
	promise("4930779")
	desk.click("done-away")
	desk.see("callbacks", "4930779")
	var all struct {
		Callbacks []struct{ Call, Number string }
	}
	s.api(t, "GET", "/api/v1/callbacks", "", 200, &all)
	if len(all.Callbacks) != 1 || all.Callbacks[0].Number != "4930779" || all.Callbacks[0].Call != string(f.seen[0].Call) {
		t.Errorf("to be called back: %+v", all.Callbacks)
	}

	const next = "five other words in line"
	desk.click("account")
	desk.press(`[data-menu-id$="-password"]`)
	desk.fill("#next", next)
	desk.fill("#again", next)
	desk.fill("#old", "not the password")
	desk.press(at("password-save"))
	desk.appears(`.ant-modal [role=alert]`)
	desk.page("desk-password")
	desk.fill("#old", password)
	desk.press(at("password-save"))
	desk.wait(`!document.querySelector('#old')?.checkVisibility()`)
	for secret, status := range map[string]int{password: 401, next: 200} {
		s.signsIn(t, "anna", secret, status)
	}
	desk.run(chromedp.Reload())
	desk.state("away") // and this window is signed in still
	if strings.Contains(s.log.String(), next) {
		t.Error("the password is in the log")
	}
}

// signsIn signs a user in over the API, or is refused.
func (s *server) signsIn(t *testing.T, user, secret string, status int) {
	t.Helper()
	(&signedIn{}).ask(t, "POST", s.HTTP+"/api/v1/session", fmt.Sprintf(`{"user":%q,"password":%q}`, user, secret), status, nil)
}
