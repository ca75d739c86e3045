package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline"
)

// sipp calls one server in every way there is of behaving, at the same time.
func TestSippCalls(t *testing.T) {
	t.Parallel()
	s := startServer(t, "", "bots: "+beepBots(t)+"\nnumbers: [{dial: shop, bot: shop}, {dial: slow, bot: shop, ring: 20s}]")
	for _, c := range []struct {
		name string
		test func(t *testing.T, s *server, me, to string)
		tcp  bool // too
	}{
		{"no-ack", sippNeverAcknowledges, false},
		{"speaks", sippSpeaks, false},
		{"keys", sippPressesKeys, false},
		{"info", sippPressesKeysOverInfo, true},
		{"holds", sippHolds, true},
		{"cancels", sippCancels, true},
		{"is-hung-up-on", sippIsHungUpOn, true},
	} {
		for _, network := range []string{"udp", "tcp"} {
			if network == "tcp" && !c.tcp {
				continue
			}
			me := c.name + "-" + network
			t.Run(me, func(t *testing.T) {
				t.Parallel()
				c.test(t, s, me, s.host(network))
			})
		}
	}
}

// What is said is understood and answered, and both sides are on the recording.
func sippSpeaks(t *testing.T, s *server, me, to string) {
	ctx := within(t, 60*time.Second)
	f := s.call(t, ctx, me)
	p := startSipp(t, me, to, call("shop"), pause(3*time.Second),
		speak(t, false, speech(t, "Are you open on Saturday?"), silence(8*time.Second), tone(phoneTone, time.Second)), goodbye)
	_, a := untilBody(f, func(hotline.CallAnswered) bool { return true })
	_, h := untilBody(f, func(h hotline.Heard) bool { return h.Intent == "opening_hours" })
	if h.Who != "caller" || h.End <= h.Start || h.Start < 2500 {
		t.Errorf("heard %+v", h)
	}
	_, said := untilBody(f, func(s hotline.Said) bool { return s.Prompt == "opening_hours" })
	if !strings.Contains(said.Text, "nine to six") || said.Cut || said.Start < h.End {
		t.Errorf("said %+v", said)
	}
	untilMedia(f, f.seen[0].Call, 15*time.Second) // the tone is said
	s.hangup(f)
	f.wantEnd(hotline.Completed, hotline.ByOperator)
	p.wait(ctx)
	recording := filepath.Join(s.data, a.Recording)
	left, right := channel(t, recording, 0), channel(t, recording, 1)
	at := func(s sound, from, to hotline.Ms) sound { return s[min(int(from)*16, len(s)):min(int(to)*16, len(s))] }
	wantVoice(t, "the recording, left, while the caller spoke", at(left, h.Start, h.End), time.Second)
	wantVoice(t, "the recording, right, while the bot spoke", at(right, said.Start, said.Start+said.Heard), 3*time.Second)
	wantTone(t, "the recording, left", left, phoneTone)
	wantTone(t, "the recording, right", right, botTone)
}

// Each key is one event, though it is a dozen packets, three of them its last.
func sippPressesKeys(t *testing.T, s *server, me, to string) {
	if !rawSockets() {
		t.Skip("sipp presses keys through a raw socket, which takes root")
	}
	ctx := within(t, 60*time.Second)
	f := s.call(t, ctx, me)
	p := startSipp(t, me, to, call("shop"), pause(time.Second), keys("4407#*"), bye(2))
	f.wantEnd(hotline.Completed, hotline.CallerHangup)
	p.wait(ctx)
	wantKeys(t, f, "4407#*")
}

func sippPressesKeysOverInfo(t *testing.T, s *server, me, to string) {
	ctx := within(t, 60*time.Second)
	f := s.call(t, ctx, me)
	p := startSipp(t, me, to, call("shop"), info(2, "4"), info(3, "4"), info(4, "0"), info(5, "#"), bye(6))
	f.wantEnd(hotline.Completed, hotline.CallerHangup)
	p.wait(ctx)
	wantKeys(t, f, "440#")
}

func wantKeys(t *testing.T, f *feed, want string) {
	t.Helper()
	var got string
	for _, k := range seen[hotline.Key](f) {
		got += k.Key
	}
	if got != want {
		t.Errorf("keys %q, expected %q", got, want)
	}
}

// Hold in each of its spellings is answered in kind and told once.
func sippHolds(t *testing.T, s *server, me, to string) {
	ctx := within(t, 60*time.Second)
	f := s.call(t, ctx, me)
	p := startSipp(t, me, to, call("shop"), speak(t, true, silence(time.Second)),
		reinvite(2, sdp{direction: "sendonly"}, "a=recvonly"), reinvite(3, sdp{}, "a=sendrecv"),
		reinvite(4, sdp{direction: "inactive"}, "a=inactive"), reinvite(5, sdp{}, "a=sendrecv"),
		reinvite(6, sdp{address: "0.0.0.0"}, "a=(recvonly|inactive)"), reinvite(7, sdp{}, "a=sendrecv"),
		goodbye)
	for range 3 {
		untilBody(f, func(h hotline.Hold) bool { return h.On })
		untilBody(f, func(h hotline.Hold) bool { return !h.On })
	}
	untilBody(f, func(s hotline.Said) bool { return s.Prompt == "greeting" && !s.Cut }) // the bot goes on
	s.hangup(f)
	f.wantEnd(hotline.Completed, hotline.ByOperator)
	p.wait(ctx)
	if n := len(seen[hotline.Hold](f)); n != 6 {
		t.Errorf("%d events of hold, expected 6", n)
	}
}

func sippCancels(t *testing.T, s *server, me, to string) {
	ctx := within(t, 60*time.Second)
	f := s.call(t, ctx, me)
	p := startSipp(t, me, to, cancel("slow"))
	f.wantEnd(hotline.Cancelled, hotline.CallerHangup)
	p.wait(ctx)
	if len(seen[hotline.CallAnswered](f)) > 0 {
		t.Error("a call that was cancelled was answered")
	}
}

// An answer that is never acknowledged is repeated, and after 32 s the call is
// over.
func sippNeverAcknowledges(t *testing.T, s *server, me, to string) {
	ctx := within(t, 90*time.Second)
	f := s.call(t, ctx, me)
	p := startSipp(t, me, to, dial("shop", sdp{}), recv(100), recv(180), recv(200), goodbye)
	f.wantEnd(hotline.Failed, hotline.NoAck)
	p.wait(ctx)
	if n := strings.Count(p.messages(), "SIP/2.0 200 OK"); n < 8 { // 0.5, 1, 2, 4, 4... s apart
		t.Errorf("the answer was sent %d times", n)
	}
}

func sippIsHungUpOn(t *testing.T, s *server, me, to string) {
	ctx := within(t, 60*time.Second)
	f := s.call(t, ctx, me)
	p := startSipp(t, me, to, call("shop"), goodbye)
	untilBody(f, func(hotline.CallAnswered) bool { return true })
	s.hangup(f)
	f.wantEnd(hotline.Completed, hotline.ByOperator)
	p.wait(ctx)
}
