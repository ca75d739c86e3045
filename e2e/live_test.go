package e2e

import (
	"fmt"
	"math"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/media"
)

// A growth is what a page showed somebody saying at a moment, and how many lines
// there were of theirs by then.
type growth struct {
	At    int64 // ms since 1970
	Text  string
	Lines int
}

// watchesGrowth has the page keep what the selector now shows in window.grown,
// and counts the lines of what is said.
func (b *browser) watchesGrowth(now, said string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(fmt.Sprintf(`window.grown = [];
		const look = () => {
			const Text = (document.querySelector(%q)?.textContent || '').replace(/^You: /, ''), Lines = document.querySelectorAll(%q).length, last = window.grown.at(-1);
			if (!last || last.Text !== Text || last.Lines !== Lines) window.grown.push({At: Date.now(), Text, Lines});
		};
		look();
		new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true})`, now, said), nil))
}

// grows waits until what is being said has grown on the page before the turn was
// over, and a line has taken its place; and returns all that it showed.
func (b *browser) grows() []growth {
	b.t.Helper()
	b.wait(`window.grown.some((c, k) => !c.Text && window.grown.slice(0, k).some((y, j) => y.Text && y.Lines === c.Lines - 1 &&
		window.grown.slice(0, j).some((x) => x.Text && x.Lines === y.Lines && x.Text.length < y.Text.length)))`)
	return eval[[]growth](b, `window.grown`)
}

// What a customer says is on their page, at the agent's desk and at the
// supervisor's console while they say it, and its line takes its place.
func TestCaptionsGrow(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 400*time.Second)
	data := t.TempDir()
	newUser(t, data, "anna", "--role", "agent", "--agent", "agent-1")
	newUser(t, data, "sam", "--role", "supervisor")
	s := startServer(t, data, fmt.Sprintf("bots: %s\nagents: [{id: agent-1, name: Anna, skills: [service, care, en]}]", beepBots(t)))
	f := s.feed(ctx)
	days := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	var week sound
	var ends []time.Duration // of the words, in week
	for _, day := range days {
		word := speech(t, day)
		voiced := len(word)
		for voiced > 0 && max(word[voiced-1], -word[voiced-1]) < 300 {
			voiced--
		}
		week = slices.Concat(week, word[:voiced])
		ends = append(ends, time.Duration(len(week))*time.Second/media.SampleRate)
		week = slices.Concat(week, silence(60*time.Millisecond))
	}
	caller := startBrowser(t, ctx, s.HTTP+"/call", silence(5*time.Second), speech(t, "I want to speak to an agent, please."), silence(5*time.Second), week, silence(2*time.Second))
	caller.watchesGrowth("#now .you", "#captions .you")
	desk := deskOf(t, ctx, s, "anna", silence(time.Second))
	caller.click("call")
	call, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
	untilBody(f, func(hotline.Offered) bool { return true })
	desk.appears(".callbar.ringing")
	desk.click("answer")
	untilBody(f, func(j hotline.AgentJoined) bool { return j.Agent == "agent-1" })
	const now, said = "[data-saying=caller] .text", "[data-testid=transcript] [data-who=caller]"
	desk.watchesGrowth(now, said)
	console := startBrowser(t, ctx, fmt.Sprintf("%s/console/calls/%s", s.HTTP, call.Call), silence(time.Second))
	console.enter("sam", at("call"))
	console.watchesGrowth(now, said)
	console.wait(`document.querySelector('[data-saying]')`)
	console.page("console-saying")
	console.grows()
	shown := map[string][]growth{"the desk": desk.grows(), "the customer's page": caller.grows()}
	caller.wait(`document.querySelector('#now li')`)
	caller.page("call-saying")
	last, _ := untilBody(f, func(h hotline.Heard) bool { return strings.Contains(h.Text, "day") })
	untilMedia(f, call.Call, last.Media.Duration()+time.Second)
	caller.click("call")
	untilBody(f, func(hotline.CallEnded) bool { return true })
	desk.wait(`!document.querySelector('[data-saying]')`)
	caller.wait(`!document.querySelector('#now li')`)

	files, err := filepath.Glob(filepath.Join(s.data, "recordings", "*", "*", "*", string(call.Call)+".wav"))
	if err != nil || len(files) != 1 {
		t.Logf("the recording: %v %v", files, err)
		return
	}
	epoch := last.At.Add(-last.Media.Duration())
	var starts []time.Time
	for _, at := range occurrences(channel(t, files[0], 0), week) {
		starts = append(starts, epoch.Add(at))
	}
	for page, all := range shown {
		took := delays(all, days, ends, starts)
		if len(took) == 0 {
			t.Logf("%s: no word was found again in %+v", page, all)
			continue
		}
		t.Logf("%s: a word is shown after it has been said, of %d: half within %v, 95 %% within %v", page, len(took), took[len(took)/2], took[len(took)*95/100])
	}
}

// occurrences is where in s something like piece is, by its loudness.
func occurrences(s, piece sound) (all []time.Duration) {
	const step = media.SampleRate / 100
	envelope := func(s sound) (e []float64) {
		for ; len(s) >= step; s = s[step:] {
			sum := 0.0
			for _, v := range s[:step] {
				sum += math.Abs(float64(v))
			}
			e = append(e, sum/step-200) // silence counts against it
		}
		return e
	}
	long, short := envelope(s), envelope(piece)
	var scores []float64
	for i := 0; i+len(short) <= len(long); i++ {
		score := 0.0
		for j, v := range short {
			score += v * long[i+j]
		}
		scores = append(scores, score)
	}
	if len(scores) == 0 {
		return nil
	}
	best := slices.Max(scores)
	for {
		i := slices.Index(scores, slices.Max(scores))
		if scores[i] < best*0.8 {
			return all
		}
		all = append(all, time.Duration(i)*10*time.Millisecond)
		for j := max(0, i-len(short)); j < min(len(scores), i+len(short)); j++ {
			scores[j] = math.Inf(-1)
		}
	}
}

// delays is how long after the end of each word it was shown, shortest first.
func delays(shown []growth, words []string, ends []time.Duration, starts []time.Time) (took []time.Duration) {
	for _, start := range starts {
		for i, w := range words {
			end, has := start.Add(ends[i]), regexp.MustCompile(`(?i)\b`+w)
			for _, g := range shown {
				at := time.UnixMilli(g.At)
				if at.After(start) && at.Sub(end) < 5*time.Second && has.MatchString(g.Text) {
					took = append(took, at.Sub(end).Round(time.Millisecond))
					break
				}
			}
		}
	}
	slices.Sort(took)
	return took
}

// A customer who writes is a contact like one who calls: the chat is in the list
// while it goes on and afterwards, is found by its words and counted as what it
// is. Nobody is promised a person who cannot come into a chat.
func TestChatIsAContact(t *testing.T) {
	t.Parallel()
	requirePages(t)
	ctx := within(t, 400*time.Second)
	data := t.TempDir()
	newUser(t, data, "sam", "--role", "supervisor")
	s := startServer(t, data, "numbers: [{dial: '+4930123456', bot: shop}, {dial: '*', bot: shop}]")
	f := s.feed(ctx)
	b := startBrowser(t, ctx, s.HTTP+"/call?to=shop", silence(time.Second))
	says := func(text string) {
		t.Helper()
		b.fill("#text", text)
		b.submit()
	}
	says("This is ridiculous, where is my order?")
	begun, _ := untilBody(f, func(c hotline.CallStarted) bool { return c.Channel() == hotline.ByChat && c.To == "shop" })
	untilBody(f, func(h hotline.Heard) bool { return h.Intent == "order_status" && h.Emotion.Name != "neutral" })
	b.wait(`document.querySelectorAll('#captions .bot').length >= 2`)
	console := startBrowser(t, ctx, s.HTTP+"/console", silence(time.Second))
	console.enter("sam", `[data-testid="wall"]`)
	console.see("live-calls", "in writing")
	console.click("live-call")
	console.see("transcript", "where is my order")
	console.wait(`document.querySelector('[data-testid=end-call]') && !document.querySelector('[data-testid=listen]')`)
	console.page("console-chat")

	b.wait(`document.getElementById('text').value === ''`)
	says("I want to speak to an agent")
	untilBody(f, func(m hotline.Transferred) bool { return m.To == hotline.ByPhone })
	b.wait(`/press Call on this page, or dial \+4930123456/.test(document.getElementById('captions').textContent)`)
	b.wait(`!/hold the line/.test(document.getElementById('captions').textContent)`)
	b.page("call-chat")
	b.run(chromedp.Navigate("about:blank"))
	ended, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Completed || end.Reason != hotline.CallerHangup || ended.Call != begun.Call {
		t.Errorf("the chat ended %+v", end.Outcome)
	}
	console.wait(`document.querySelector('[data-testid="call"]').dataset.phase === 'ended'`)
	console.click("nav-calls")
	console.see("calls", "in writing")
	console.fill(`input[aria-label="Words that were said"]`, "ridiculous")
	console.submit()
	console.run(chromedp.WaitVisible(at("open-call")))
	var stats hotline.Stats
	s.until(t, ctx, "the chat to be counted", func() bool {
		s.api(t, "GET", "/api/v1/stats", "", http.StatusOK, &stats)
		return stats.Totals.Calls == 1
	})
	if o := stats.Totals; o.Contained != 0 || o.Queued != 0 || o.AnswerP50 != 0 || o.ServiceLevel != 1 || !slices.Equal(stats.Channels, []hotline.ChannelStats{{Channel: hotline.ByChat, Calls: 1}}) {
		t.Errorf("the chat is counted as %+v, %+v", stats.Totals, stats.Channels)
	}
}
