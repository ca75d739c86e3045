package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotline"
	"hotline/bots"
)

// The tones of the tests: what the bot's recorded greeting is, and what the
// phones say.
const (
	botTone   = 1000
	phoneTone = 700
)

func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// beepBots is the shop with a greeting that is recorded: a tone.
func beepBots(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, bots.FS); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "shop", "prompts.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for i, l := range lines {
		if strings.TrimSpace(l) == "greeting:" {
			lines[i+1] = `    en: {text: "Welcome.", audio: audio/tone.wav}`
		}
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "shop", "audio"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(wavFile(t, tone(botTone, 2*time.Second)), filepath.Join(dir, "shop", "audio", "tone.wav")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A real phone calls, is greeted, asks, presses keys, holds and hangs up; both
// sides hear each other's tone.
func TestBaresipCalls(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, 90*time.Second)
			s := startServer(t, "", "bots: "+beepBots(t))
			f := s.feed(ctx)
			// 4 s for the greeting, then a question; a tone after the answer.
			mic := wavFile(t, silence(4*time.Second), speech(t, "Where is my order?"), silence(25*time.Second),
				tone(phoneTone, 2*time.Second), silence(60*time.Second))
			b := startBaresip(t, "alice", mic, "manual", "")
			b.do("dial", s.uri(transport))
			b.wait(ctx, "CALL_ESTABLISHED")

			call, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
			_, answered := untilBody(f, func(hotline.CallAnswered) bool { return true })
			untilBody(f, func(h hotline.Heard) bool { return h.Intent == "order_status" })
			untilBody(f, func(s hotline.Said) bool { return s.Prompt == "ask_order" })
			for _, key := range "4571" {
				b.do("sndcode", string(key))
				untilBody(f, func(k hotline.Key) bool { return k.Key == string(key) })
			}
			b.do("sndcode", "#")
			untilBody(f, func(a hotline.ActionDone) bool { return a.Args["order"] == "4571" && a.Error == "" })

			b.do("hold", "")
			untilBody(f, func(h hotline.Hold) bool { return h.On })
			b.do("resume", "")
			untilBody(f, func(h hotline.Hold) bool { return !h.On })
			// What was to be said while nobody listened is said now.
			untilBody(f, func(s hotline.Said) bool { return s.Prompt == "order_late" && s.Heard > 5000 })
			// The tone must have been said before the phone hangs up.
			untilMedia(f, call.Call, 37*time.Second)
			b.do("hangup", "")
			_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
			if end.Result != hotline.Completed || end.Reason != hotline.CallerHangup {
				t.Errorf("the call ended %+v", end.Outcome)
			}
			b.wait(ctx, "CALL_CLOSED")
			heard := channel(t, b.heard(), 0) // up to the hold: baresip 1.0 stops writing there
			wantTone(t, "the phone heard the bot", heard, botTone)
			wantVoice(t, "the phone heard the bot", heard, 3*time.Second)
			recording := filepath.Join(s.data, answered.Recording)
			wantTone(t, "the recording, left", channel(t, recording, 0), phoneTone)
			wantTone(t, "the recording, right", channel(t, recording, 1), botTone)
			wantVoice(t, "the recording, right", channel(t, recording, 1), 8*time.Second)
		})
	}
}

// untilMedia waits until the call has lasted for d.
func untilMedia(f *feed, call hotline.CallID, d time.Duration) {
	f.t.Helper()
	i := slices.IndexFunc(f.seen, func(e hotline.Event) bool { return e.Call == call })
	started := f.seen[i].At
	select {
	case <-time.After(time.Until(started.Add(d))): // a phone that says its file needs its time
	case <-f.ctx.Done():
		f.t.Fatal("the test ran out of time")
	}
}

// A real phone gives up while it rings.
func TestBaresipCancels(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	s := startServer(t, "", "numbers: [{dial: '*', bot: shop, ring: 20s}]")
	f := s.feed(ctx)
	b := startBaresip(t, "bob", wavFile(t, silence(time.Second)), "manual", "")
	b.do("dial", s.uri("udp"))
	b.wait(ctx, "CALL_RINGING")
	b.do("hangup", "")
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Cancelled {
		t.Errorf("the call ended %+v", end.Outcome)
	}
	for _, e := range f.seen {
		if e.Kind == (hotline.CallAnswered{}).Kind() {
			t.Error("a call that was cancelled was answered")
		}
	}
	if left, _ := filepath.Glob(filepath.Join(s.data, "recordings", "*", "*", "*", "*.wav")); len(left) > 0 {
		t.Errorf("a call that was never answered left a recording: %v", left)
	}
}

// A phone whose network is gone sends no BYE; the call must not live on.
func TestBaresipVanishes(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	s := startServer(t, "", "sip: {listen: ['udp://127.0.0.1:0'], rtp: {timeout: 1s}}\ncalls: {lost: 2s}")
	f := s.feed(ctx)
	b := startBaresip(t, "carol", wavFile(t, silence(30*time.Second)), "manual", "")
	b.do("dial", s.uri("udp"))
	b.wait(ctx, "CALL_ESTABLISHED")
	untilBody(f, func(hotline.CallAnswered) bool { return true })
	b.kill()
	untilBody(f, func(m hotline.Media) bool { return m.Silent })
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	if end.Reason != hotline.MediaLost {
		t.Errorf("the call ended %+v", end.Outcome)
	}
}

// The agent has a real phone: the screen pop comes before it rings, and agent
// and caller hear each other, whatever their codecs.
func TestBaresipIsTheAgent(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	agent := startBaresip(t, "agent-1", wavFile(t, silence(4*time.Second), tone(phoneTone, 60*time.Second)), "auto", ";audio_codecs=PCMA/8000/1")
	s := startServer(t, "", fmt.Sprintf("agents: [{id: agent-1, name: Anna, skills: [service, care, en], address: '%s'}]", agent.aor))
	f := s.feed(ctx)
	// Five seconds of greeting, the wish, then a tone for the agent to hear.
	mic := wavFile(t, silence(7*time.Second), speech(t, "I want to speak to an agent, please."), silence(5*time.Second), tone(botTone, 60*time.Second))
	caller := startBaresip(t, "dave", mic, "manual", "")
	caller.do("dial", s.uri("udp"))

	untilBody(f, func(h hotline.Heard) bool { return h.Who == "caller" && h.Intent == "agent" })
	popped, pop := untilBody(f, func(hotline.Popped) bool { return true })
	offered, _ := untilBody(f, func(hotline.Offered) bool { return true })
	if popped.Seq > offered.Seq || pop.Brief.From != "dave" || len(pop.Brief.Said) < 2 || pop.Brief.Whisper == "" {
		t.Errorf("the screen pop: event %d, offered at %d: %+v", popped.Seq, offered.Seq, pop.Brief)
	}
	untilBody(f, func(s hotline.Said) bool { return s.To == "agent" && !s.Cut }) // the whisper
	joined, _ := untilBody(f, func(hotline.AgentJoined) bool { return true })
	untilMedia(f, joined.Call, joined.Media.Duration()+8*time.Second)
	agent.do("hangup", "") // the caller comes back to the bot
	untilBody(f, func(l hotline.AgentLeft) bool { return l.Reason == hotline.AgentHangup })
	caller.do("hangup", "")
	untilBody(f, func(hotline.CallEnded) bool { return true })
	caller.wait(ctx, "CALL_CLOSED")
	wantTone(t, "the caller heard the agent", channel(t, caller.heard(), 0), phoneTone)
	wantTone(t, "the agent heard the caller", channel(t, agent.heard(), 0), botTone)
	wantVoice(t, "the agent heard the whisper", channel(t, agent.heard(), 0)[:3*16000], time.Second)
}

// kill -9 in mid-call: the journal has no gap, the call is closed as
// interrupted at the next start, and the recording plays.
func TestServerKilledInMidCall(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	s := startServer(t, "", "")
	f := s.feed(ctx)
	b := startBaresip(t, "erin", wavFile(t, silence(60*time.Second)), "manual", "")
	b.do("dial", s.uri("udp"))
	call, answered := untilBody(f, func(hotline.CallAnswered) bool { return true })
	untilBody(f, func(s hotline.Said) bool { return s.Prompt == "greeting" })
	untilMedia(f, call.Call, 12*time.Second)
	s.stop(syscall.SIGKILL)

	again := startServer(t, s.data, "")
	g := again.feed(ctx)
	_, end := untilBody(g, func(hotline.CallEnded) bool { return true })
	if end.Result != hotline.Interrupted {
		t.Errorf("the call ended %+v", end.Outcome)
	}
	for i, e := range g.seen {
		if e.Seq != uint64(i+1) || e.N != uint64(i+1) {
			t.Errorf("event %d has seq %d and n %d", i+1, e.Seq, e.N)
		}
	}
	wantVoice(t, "the recording of the call", channel(t, filepath.Join(s.data, answered.Recording), 1), 4*time.Second)
}

// A bot that is broken while the server runs is refused, with file and line,
// and callers get the version before it.
func TestBrokenBotIsRefusedWhileRunning(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	dir := beepBots(t)
	s := startServer(t, "", "bots: "+dir)
	file := filepath.Join(dir, "shop", "prompts.yaml")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(good, "  broken: {fr: Bonjour}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(s.log.String(), "bot refused") {
		select {
		case <-time.After(50 * time.Millisecond): // the server looks at the folder every second
		case <-ctx.Done():
			t.Fatal("the broken bot was not noticed")
		}
	}
	if line := fmt.Sprintf("prompts.yaml:%d:", strings.Count(string(good), "\n")+1); !strings.Contains(s.log.String(), line) {
		t.Errorf("the log does not say %s", line)
	}
	f := s.feed(ctx)
	b := startBaresip(t, "frank", wavFile(t, silence(20*time.Second)), "manual", "")
	b.do("dial", s.uri("udp"))
	untilBody(f, func(s hotline.Said) bool { return s.Prompt == "greeting" })
	b.do("hangup", "")
	untilBody(f, func(e hotline.CallEnded) bool { return e.Result == hotline.Completed })
}
