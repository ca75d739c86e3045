package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hotline/web/ui"
)

const password = "four words in a row"

// requirePages wants the pages of web/ui in the program.
func requirePages(t testing.TB) {
	t.Helper()
	switch {
	case ui.Built():
	case os.Getenv("CI") != "":
		t.Fatal("the pages are not built")
	default:
		t.Skip("the pages are not built: run scripts/setup test")
	}
}

// newUser adds a user to the server of the data folder.
func newUser(t testing.TB, data, name string, flags ...string) {
	t.Helper()
	file, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, append([]string{"user", "add", name, "--password-stdin", "--data", data}, flags...)...)
	cmd.Stdin = strings.NewReader(password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("hotline user add: %v\n%s", err, out)
	}
}

// at is what finds the element with the test id.
func at(id string) string { return `[data-testid="` + id + `"]` }

// see waits until what has the test id is there, and has the words.
func (b *browser) see(id, words string) {
	b.t.Helper()
	b.wait(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.toLowerCase().includes(%q))`, at(id), strings.ToLower(words)))
}

// eval is an expression of the page, awaited.
func eval[T any](b *browser, expression string) (v T) {
	b.t.Helper()
	b.run(chromedp.Evaluate(expression, &v, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return v
}

// fill puts text into a field in place of what it holds, as an input method does: keys one by
// one get lost where a page is slow. A page that is still moving may take the focus back.
func (b *browser) fill(field, text string) {
	b.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(%q)].find((e) => e.checkVisibility())`, field)
	for b.wait(find); eval[string](b, find+".value") != text; {
		eval[any](b, fmt.Sprintf(`(e => { e.focus(); e.select(); })(%s)`, find))
		b.run(input.InsertText(text))
	}
}

// list opens the list of a field to choose from, by key, wherever it moves.
func (b *browser) list(field string) {
	b.t.Helper()
	b.appears(field)
	eval[any](b, fmt.Sprintf(`document.querySelector(%q).focus()`, field))
	b.submit()
}

// submit presses Enter.
func (b *browser) submit() { b.t.Helper(); b.run(chromedp.KeyEvent("\r")) }

// enter signs a user in on the sign-in page, and waits for what ready selects.
func (b *browser) enter(user, ready string) {
	b.t.Helper()
	b.fill("#user", user)
	b.fill("#password", password)
	b.click("signin")
	b.run(chromedp.WaitVisible(ready))
}

// accessible runs axe on the page as it is.
func (b *browser) accessible(page string) {
	b.t.Helper()
	axe, err := os.ReadFile("../web/ui/node_modules/axe-core/axe.min.js")
	if err != nil && os.Getenv("CI") == "" {
		return // the pages are not built: scripts/setup test
	}
	if err != nil {
		b.t.Fatal(err)
	}
	var found []string
	b.run(chromedp.Evaluate(string(axe)+";0", nil), chromedp.Evaluate(`Promise.all(document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime < Infinity)
		.map((a) => a.finished.catch(() => {}))).then(() => axe.run(document, {resultTypes: ['violations']})).then((r) => r.violations
		.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => v.impact + ' ' + v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')))`,
		&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	for _, f := range found {
		b.t.Errorf("%s: axe: %s", page, f)
	}
}

// page keeps a picture, runs axe at both widths, and looks that nothing is wider than the
// screen.
func (b *browser) page(name string) {
	b.t.Helper()
	for _, width := range []int64{390, 1280} {
		var overflow bool
		b.run(chromedp.EmulateViewport(width, 800), chromedp.MouseEvent(input.MouseMoved, 2, 2))
		b.wait(`!document.querySelector('.ant-tooltip:not(.ant-tooltip-hidden), .ant-message-notice')`) // those fade
		b.accessible(fmt.Sprintf("%s at %d", name, width))
		b.run(chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &overflow))
		if overflow {
			b.t.Errorf("%s at %d: wider than the screen", name, width)
		}
	}
	b.screen(name)
	b.run(chromedp.EmulateViewport(1280, 800))
}
