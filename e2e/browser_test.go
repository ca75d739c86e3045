package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/media"
	"hotline/media/resample"
	"hotline/media/wav"
)

// callerTone is what a browser's microphone hums after its words.
const callerTone = 500

// prepared runs in each page before its own scripts: the microphone as it is, as
// a tone is noise to those who clean speech, and an ear for the far end.
const prepared = `
const devices = navigator.mediaDevices;
if (devices) {
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (want) => window.mic = await ask({audio: {...want.audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
}
window.lags = []; // of events over WebSockets, in ms
window.shown = []; // the same, until they are on the screen
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', (m) => {
      const ev = JSON.parse(m.data).event;
      if (!ev) return;
      const since = () => Date.now() - Date.parse(ev.at);
      window.lags.push(since());
      requestAnimationFrame(() => setTimeout(() => window.shown.push(since())));
    });
  }
};
window.hears = (hz) => new Promise((done) => {
  let ear, source, run = 0;
  const timer = setInterval(() => {
    const far = document.getElementById('far').srcObject;
    if (!far) return;
    if (far !== source) {
      source = far;
      const context = new AudioContext();
      ear = context.createAnalyser();
      ear.fftSize = 4096;
      context.createMediaStreamSource(far).connect(ear);
    }
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    let best = 1;
    for (let i = 2; i < bins.length; i++) if (bins[i] > bins[best]) best = i;
    run = Math.abs(best * ear.context.sampleRate / ear.fftSize - hz) < 25 && bins[best] > -50 ? run + 1 : 0;
    if (run >= 5) { clearInterval(timer); done(true); }
  }, 40);
});
// listen looks at the far end until look says something of which tones are clear, or for half a minute.
const listen = (look) => new Promise((done) => {
  const context = new AudioContext(), ear = context.createAnalyser();
  ear.fftSize = 4096;
  context.createMediaStreamSource(document.getElementById('far').srcObject).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount);
  let left = 750;
  const timer = setInterval(() => {
    ear.getFloatFrequencyData(bins);
    const middle = [...bins.slice(10, 200)].sort((a, b) => a - b)[95];
    const clear = (hz) => Math.max(...bins.slice(hz * 4096 / context.sampleRate - 2, hz * 4096 / context.sampleRate + 3)) > Math.max(-60, middle + 20);
    const said = --left === 0 ? false : look(clear);
    if (said !== undefined) { clearInterval(timer); context.close(); done(said); }
  }, 40);
});
// What both give up on is false: all of the tones for 0.2 s; none of them for a second.
window.hearsAmong = (tones, run = 0) => listen((clear) => (run = tones.every(clear) ? run + 1 : 0) >= 5 || undefined);
window.hearsNone = (tones, run = 0) => listen((clear) => (run = tones.some(clear) ? 0 : run + 1) >= 25 || undefined);`

// A browser is one page of Chromium whose microphone is a WAV file.
type browser struct {
	t   testing.TB
	ctx context.Context

	mu     sync.Mutex
	errors []string // of the page's console
	fine   []string // patterns of errors that belong to the test
}

// expect lets the page's console have errors that match.
func (b *browser) expect(patterns ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fine = append(b.fine, patterns...)
}

// startBrowser opens url. The test fails if the page's console has an error.
func startBrowser(t testing.TB, ctx context.Context, url string, mic ...sound) *browser {
	t.Helper()
	requireTool(t, "chromium")
	path, _ := exec.LookPath("chromium")
	file := filepath.Join(t.TempDir(), "mic.wav") // the profile is in no TempDir: killed browsers write on for a moment
	if err := wav.WriteFile(file, 48000, 1, resample.All(slices.Concat(mic...), media.SampleRate, 48000)); err != nil {
		t.Fatal(err)
	}
	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path),
		chromedp.WSURLReadTimeout(60 * time.Second), chromedp.Flag("use-file-for-fake-audio-capture", file),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("lang", "en"), chromedp.WindowSize(1280, 800)}
	for _, f := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage", "use-fake-ui-for-media-stream",
		"use-fake-device-for-media-stream", "allow-loopback-in-peer-connection"} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	ctx, cancel := chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			b.errors = append(b.errors, ev.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.LevelError && !strings.HasSuffix(ev.Entry.URL, "/favicon.ico") {
				b.errors = append(b.errors, ev.Entry.Text+" "+ev.Entry.URL)
			}
		}
	})
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, e := range b.errors {
			if slices.ContainsFunc(b.fine, func(p string) bool { return regexp.MustCompile(p).MatchString(e) }) {
				continue
			}
			t.Error("the page's console:", e)
		}
	})
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdppage.AddScriptToEvaluateOnNewDocument(prepared).Do(ctx)
		return err
	}), chromedp.Navigate(url))
	return b
}

func (b *browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// kill ends the browser as a crash does.
func (b *browser) kill() {
	b.t.Helper()
	if err := chromedp.FromContext(b.ctx).Browser.Process().Kill(); err != nil {
		b.t.Fatal(err)
	}
}

// click presses what has the test id.
func (b *browser) click(id string) {
	b.t.Helper()
	b.run(chromedp.Click(`[data-testid="`+id+`"]`, chromedp.ByQuery, chromedp.NodeVisible))
}

// wait returns when the expression is true in the page, or in the one that comes after it.
func (b *browser) wait(expression string) {
	b.t.Helper()
	for {
		err := chromedp.Run(b.ctx, chromedp.Poll("!!("+expression+")", nil, chromedp.WithPollingTimeout(40*time.Second)))
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "-32000") { // the page is another one
			var text string
			_ = chromedp.Run(b.ctx, chromedp.Evaluate(`document.body.innerText`, &text))
			b.t.Fatalf("%s: %v; the page says:\n%s", expression, err, text)
		}
	}
}

// hears returns once the page plays the tone.
func (b *browser) hears(hz float64) {
	b.t.Helper()
	eval[any](b, fmt.Sprintf("hears(%g)", hz))
}

// screen keeps pictures of the page at both widths if HOTLINE_SCREENS names a
// folder.
func (b *browser) screen(name string) {
	b.t.Helper()
	dir := os.Getenv("HOTLINE_SCREENS")
	if dir == "" {
		return
	}
	for _, width := range []int64{1280, 390} {
		var png []byte
		b.run(chromedp.EmulateViewport(width, 800), chromedp.CaptureScreenshot(&png))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)), png, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// A customer calls from the page, is greeted, asks for a person in words, and
// talks to one who has a SIP phone; both hear each other's tone.
func TestBrowserCalls(t *testing.T) {
	t.Parallel()
	ctx := within(t, 180*time.Second)
	agent := startBaresip(t, "agent-1", wavFile(t, silence(4*time.Second), tone(phoneTone, 60*time.Second)), "auto", "")
	s := startServer(t, "", fmt.Sprintf("bots: %s\nagents: [{id: agent-1, name: Anna, skills: [service, care, en], address: '%s'}]", beepBots(t), agent.aor))
	f := s.feed(ctx)
	b := startBrowser(t, ctx, s.HTTP+"/call",
		silence(6*time.Second), speech(t, "I want to speak to an agent, please."), silence(5*time.Second), tone(callerTone, 90*time.Second))
	b.page("call")
	b.click("call")
	b.hears(botTone)
	call, _ := untilBody(f, func(c hotline.CallStarted) bool { return c.From == "web" })
	_, heard := untilBody(f, func(h hotline.Heard) bool { return h.Who == "caller" && h.Intent == "agent" })
	b.wait(fmt.Sprintf(`document.getElementById('captions').textContent.includes(%q)`, heard.Text))
	untilBody(f, func(a hotline.AgentJoined) bool { return true })
	b.wait(`document.getElementById('status').textContent === 'A person is on the line.'`)
	b.hears(phoneTone)
	b.page("call-agent")
	eval[any](b, `dispatchEvent(new Event('online'))`)                                               // another network: ICE begins anew
	b.wait(`performance.getEntriesByType('resource').some((e) => e.name.includes('/api/v1/whip/'))`) // the offer of it was answered
	b.wait(`document.getElementById('status').textContent === 'A person is on the line.'`)
	b.hears(phoneTone)
	b.click("pad")
	b.run(chromedp.Click(`//div[@id="keys"]/button[text()="5"]`, chromedp.BySearch))
	key, _ := untilBody(f, func(k hotline.Key) bool { return k.Key == "5" })
	untilMedia(f, call.Call, key.Media.Duration()+6*time.Second) // the agent's phone writes what it hears
	b.click("call")
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Completed || end.Reason != hotline.CallerHangup {
		t.Errorf("the call ended %+v", end.Outcome)
	}
	agent.wait(ctx, "CALL_CLOSED")
	wantTone(t, "the agent heard the browser", channel(t, agent.heard(), 0), callerTone)
}

// A page that is closed in mid-call is a caller who hung up, at once.
func TestBrowserCloses(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	s := startServer(t, "", "bots: "+beepBots(t))
	f := s.feed(ctx)
	b := startBrowser(t, ctx, s.HTTP+"/call", silence(10*time.Second))
	b.click("call")
	b.hears(botTone)
	closed := time.Now()
	b.run(chromedp.Navigate("about:blank"))
	ended, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Completed || end.Reason != hotline.CallerHangup {
		t.Errorf("the call ended %+v", end.Outcome)
	}
	t.Logf("the call ended %v after the page", ended.At.Sub(closed).Round(time.Millisecond))
}

// While nobody is there the page tells the caller their place, and no wait that
// is not known.
func TestBrowserWaits(t *testing.T) {
	t.Parallel()
	ctx := within(t, 120*time.Second)
	agent := startBaresip(t, "agent-1", wavFile(t, silence(time.Second)), "manual", "") // rings, and nobody answers
	s := startServer(t, "", fmt.Sprintf("bots: %s\ncalls: {ring: 2s}\nagents: [{id: agent-1, name: Anna, skills: [service, care, en], address: '%s'}]", beepBots(t), agent.aor))
	f := s.feed(ctx)
	b := startBrowser(t, ctx, s.HTTP+"/call", silence(10*time.Second))
	b.click("call")
	b.hears(botTone)
	b.click("pad")
	b.run(chromedp.Click(`//div[@id="keys"]/button[text()="0"]`, chromedp.BySearch))
	untilBody(f, func(hotline.Queued) bool { return true })
	b.wait(`/number 1 in the queue.*cannot say yet/.test(document.getElementById('place').textContent)`)
	b.page("call-waiting")
	b.click("call")
	untilBody(f, func(e hotline.CallEnded) bool { return e.Result == hotline.Abandoned })
	b.wait(`document.getElementById('place').hidden`)
}

// Without a microphone the same bot answers in text.
func TestBrowserChats(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	s := startServer(t, "", "")
	b := startBrowser(t, ctx, s.HTTP+"/call", silence(time.Second))
	b.run(chromedp.Click(`[data-lang=zh]`))
	b.fill("#text", "你们几点开门？")
	b.submit()
	b.wait(`document.querySelectorAll('#captions li').length >= 3`) // greeting, question, answer
	b.wait(`[...document.querySelectorAll('#captions li')].slice(2).some((l) => l.lang === 'zh' && /[0-9一二三四五六七八九十]/.test(l.textContent))`)
	b.page("call-chat-zh")
}

// One line on a page of another site puts the customer's page there, as its
// server allows that site; the call goes on while the panel is closed.
func TestBrowserEmbeds(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	var line string
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,"><h1>Lamps</h1>%s`, line)
	}))
	defer shop.Close()
	s := startServer(t, "", fmt.Sprintf("bots: %s\nhttp: {listen: '127.0.0.1:0', embed: ['%s']}", beepBots(t), shop.URL))
	line = fmt.Sprintf(`<script src="%s/embed.js" data-to="shop" data-lang="zh"></script>`, s.HTTP)
	f := s.feed(ctx)
	b := startBrowser(t, ctx, shop.URL, silence(10*time.Second))
	frame := b.frames(s.HTTP)
	const root = `document.querySelector('body > div').shadowRoot`
	press := func() { b.t.Helper(); eval[any](b, root+`.querySelector('.open').click()`) }
	b.wait(root + `.querySelector('.open').textContent === '联系我们'`)
	press()
	in := func(expression string, got any) {
		b.t.Helper()
		b.run(chromedp.Evaluate(expression, got, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
			return p.WithAwaitPromise(true).WithContextID(frame())
		}))
	}
	in(`new Promise((done) => { const t = setInterval(() => { if (document.title === '联系我们') { clearInterval(t); done(true); } }, 20); })`, nil)
	b.screen("call-embedded")
	in(`document.getElementById('call').click()`, nil)
	in(fmt.Sprintf("hears(%d)", botTone), nil)
	_, call := untilBody(f, func(hotline.CallStarted) bool { return true })
	if call.To != "shop" {
		t.Errorf("it called %q", call.To)
	}
	b.wait(root + `.querySelector('.open').textContent === '返回通话'`)
	press() // closed
	b.wait(root + `.querySelector('.panel').hidden`)
	in(fmt.Sprintf("hears(%d)", botTone), nil)
	in(`document.getElementById('call').click()`, nil)
	untilBody(f, func(e hotline.CallEnded) bool { return e.Reason == hotline.CallerHangup })
	b.wait(root + `.querySelector('.open').textContent === '联系我们'`)
}

// frames is where scripts run in the frame of the site, once it is there.
func (b *browser) frames(site string) func() runtime.ExecutionContextID {
	found := make(chan runtime.ExecutionContextID, 1)
	chromedp.ListenTarget(b.ctx, func(ev any) {
		if c, ok := ev.(*runtime.EventExecutionContextCreated); ok && c.Context.Origin == site {
			select {
			case found <- c.Context.ID:
			default:
			}
		}
	})
	return sync.OnceValue(func() runtime.ExecutionContextID {
		b.t.Helper()
		select {
		case id := <-found:
			return id
		case <-b.ctx.Done():
			b.t.Fatal("no frame of ", site)
			return 0
		}
	})
}
