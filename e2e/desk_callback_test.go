package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hotline"
)

// A call-back is found at the desk, forgotten and promised again; the agent
// changes their own password.
func TestDeskPromisesACallBack(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 60*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "supervisor", "--agent", "agent-1", "--name", "Anna")
	s := startServer(t, data, fmt.Sprintf("bots: %s\nagents: [{id: agent-1, name: Anna, skills: [service, en]}]", beepBots(t)))
	f := s.feed(ctx)
	startSIP(t, s, callerHz)
	started, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	s.api(t, "POST", "/api/v1/callbacks", fmt.Sprintf(`{"call":%q,"skill":"service","number":"4930555"}`, started.Call), 200, nil)
	desk := startBrowser(t, ctx, s.HTTP+"/desk", silence(time.Second))
	desk.run(chromedp.WaitVisible("#user"))
	desk.signIn("anna")
	desk.see("callbacks", "4930555")
	desk.run(chromedp.Click(`[data-testid=callbacks] button.plain`))
	desk.see("promised", "4930555")
	desk.click("forget")
	desk.run(chromedp.WaitVisible(`[data-testid=forget-sure]`))
	desk.click("forget-sure")
	desk.run(chromedp.WaitNotPresent(`[data-testid=promised]`))
	desk.click("callBack")
	desk.run(chromedp.WaitVisible(`#callback-number`), chromedp.SetValue(`#callback-number`, ""), chromedp.SendKeys(`#callback-number`, "4930556"))
	desk.run(chromedp.Click(`#callback-skill`), chromedp.WaitVisible(`.ant-select-item-option[title=service]`), chromedp.Click(`.ant-select-item-option[title=service]`))
	desk.page("desk-callback")
	desk.click("callback-go")
	desk.see("promised", "4930556")
	desk.click("account")
	desk.run(chromedp.WaitVisible(`[data-menu-id$="-password"]`), chromedp.Click(`[data-menu-id$="-password"]`), chromedp.WaitVisible("#old"))
	desk.page("desk-password")
	change := func(old string) {
		desk.run(chromedp.SetValue("#old", ""), chromedp.SendKeys("#old", old))
		desk.click("password-save")
	}
	desk.run(chromedp.SendKeys("#next", "five other words in line"), chromedp.SendKeys("#again", "five other words in line"))
	change("not the password")
	desk.run(chromedp.WaitVisible(`.ant-modal [role=alert]`))
	change(password)
	desk.run(chromedp.WaitNotPresent("#old"))
	var status int
	desk.run(chromedp.Evaluate(deskScript, nil))
	if desk.eval(`signIn('anna', 'five other words in line')`, &status); status != 200 {
		t.Errorf("signing in with the new password: %d", status)
	}
}
