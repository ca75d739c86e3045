package rtc

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
)

func (b *browser) patchOffer(direction string) {
	b.t.Helper()
	offer := withDirection(b.offer(nil), "a="+direction)
	res, answer := whip(b.t, "PATCH", b.location, typeSDP, offer)
	if res.StatusCode != 200 {
		b.t.Fatalf("%s: %s", res.Status, answer)
	}
	want := map[string]string{"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}[direction]
	if !strings.Contains(answer, "a="+want+"\r\n") {
		b.t.Errorf("the answer to %s:\n%s", direction, answer)
	}
	b.answer(withDirection(answer, "a=sendrecv"))
}

func TestHoldAndMute(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Silent: 300 * time.Millisecond})
	b := newBrowser(t, "PCMU").call(s.url)
	l := <-s.legs
	ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
	hears(t, ours, 1000)
	for _, held := range []string{"sendonly", "inactive"} {
		b.patchOffer(held)
		next(t, l, hotline.SigHold)
		sent := l.Stats().Sent
		if held == "sendonly" {
			hears(t, ours, 1000)
		} else {
			for from := ours.Frames(); ours.Frames() < from+25; runtime.Gosched() { // time goes on
			}
			if r := mediatest.Hear(ours.Last(200 * time.Millisecond)); r.Level > -90 {
				t.Errorf("inactive, but heard %v", r)
			}
		}
		if n := l.Stats().Sent; n > sent+1 {
			t.Errorf("%s: %d packets sent on hold", held, n-sent)
		}
		b.patchOffer("sendrecv")
		next(t, l, hotline.SigResume)
		hears(t, theirs, 440)
		hears(t, ours, 1000)
	}
	b.patchOffer("recvonly")
	lose(b.Leg, 1) // muted: nothing comes, and nothing is missed
	hears(t, theirs, 440)
	select {
	case sig := <-l.Signals():
		t.Errorf("signal %+v", sig)
	default:
	}
}

func TestICERestart(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{})
	b := newBrowser(t, "PCMU").call(s.url)
	l := <-s.legs
	ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
	hears(t, ours, 1000)
	before := b.pc.RemoteDescription().SDP
	offer := b.offer(&webrtc.OfferOptions{ICERestart: true})
	res, frag := whip(t, "PATCH", b.location, typeFrag, writeFrag(offer), "If-Match", "*")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != typeFrag || res.Header.Get("ETag") == b.etag {
		t.Fatalf("%s %v: %s", res.Status, res.Header, frag)
	}
	f, err := readFrag([]byte(frag))
	if err != nil || f.ufrag == "" || f.ufrag == ufragOf(before) || len(f.candidates) == 0 {
		t.Fatalf("%v:\n%s", err, frag)
	}
	b.answer(restarted(before, f))
	if res, _ := whip(t, "PATCH", b.location, typeFrag, "a=end-of-candidates\r\n", "If-Match", b.etag); res.StatusCode != 412 {
		t.Errorf("the old ETag: %s", res.Status)
	}
	for range 2 {
		hears(t, theirs, 440)
		hears(t, ours, 1000)
	}
}

func TestSilenceThenLost(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Silent: 300 * time.Millisecond, Lost: 500 * time.Millisecond})
	b := newBrowser(t, "PCMU").call(s.url)
	l := <-s.legs
	ours := talk(t, l, 440)
	talk(t, b.Leg, 1000)
	hears(t, ours, 1000)
	lose(b.Leg, 1)
	next(t, l, hotline.SigSilent)
	undo(b.Leg)
	next(t, l, hotline.SigAudible)
	hears(t, ours, 1000)
	start := time.Now()
	lose(b.Leg, 1)
	next(t, l, hotline.SigSilent)
	if sig := next(t, l, hotline.SigHangup); sig.Reason != hotline.MediaLost {
		t.Errorf("%+v", sig)
	}
	if d := time.Since(start); d < 700*time.Millisecond || d > 5*time.Second {
		t.Errorf("given up after %v", d)
	}
}

// undo takes every lossy writer away.
func undo(l *Leg) {
	b := *l.audio.out.bound.Load()
	for w, ok := b.w.(*lossy); ok; w, ok = b.w.(*lossy) {
		b.w = w.TrackLocalWriter
	}
	l.audio.out.bound.Store(&b)
}

func TestOnePort(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Listen: "127.0.0.1:0"})
	var ports []string
	for range 3 {
		b := newBrowser(t, "PCMU").call(s.url)
		l := <-s.legs
		ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
		hears(t, ours, 1000)
		hears(t, theirs, 440)
		for line := range strings.Lines(l.pc.LocalDescription().SDP) {
			if f := strings.Fields(line); strings.HasPrefix(line, "a=candidate:") {
				ports = append(ports, net.JoinHostPort(f[4], f[5]))
			}
		}
	}
	for _, p := range ports {
		if p != ports[0] || !strings.HasPrefix(p, "127.0.0.1:") {
			t.Errorf("candidates at %v", ports)
		}
	}
}

func TestRunOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{})
	b := newBrowser(t, "PCMU").call(s.url)
	l := <-s.legs
	talk(t, b.Leg, 1000)
	hears(t, talk(t, l, 440), 1000)
	if err := l.audio.Run(within(t), nil, nil); hotline.ErrorCode(err) != hotline.ECancelled {
		t.Error(err)
	}
	if err := l.Hangup(within(t), ""); err != nil {
		t.Error(err)
	}
	if err := l.Hangup(within(t), ""); err != nil {
		t.Error(err)
	}
}

func TestAgents(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Admit: func(r *http.Request) (Guest, error) {
		return Guest{Agent: hotline.AgentID(r.Header.Get("Agent"))}, nil
	}})
	as := func(id string) []string { return []string{"Agent", id} }

	// Parked first, dialled then.
	b := newBrowser(t, "PCMU").call(s.url, as("ann")...)
	for !s.Parked("ann") {
		runtime.Gosched()
	}
	l, err := s.Dial(within(t), "ann", "")
	if err != nil {
		t.Fatal(err)
	}
	if l.Agent() != "ann" || l.Info().To != "ann" || s.Parked("ann") {
		t.Errorf("%+v", l.Info())
	}
	ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
	hears(t, ours, 1000)
	hears(t, theirs, 440)
	if res, _ := whip(t, "DELETE", b.location, "", "", as("bob")...); res.StatusCode != 404 {
		t.Errorf("another agent hangs up: %s", res.Status)
	}
	if res, _ := whip(t, "DELETE", b.location, "", "", as("ann")...); res.StatusCode != 200 {
		t.Error(res.Status)
	}
	if sig := next(t, l, hotline.SigHangup); sig.Reason != hotline.AgentHangup {
		t.Errorf("%+v", sig)
	}

	// Dialled first: the page answers by posting.
	type dialled struct {
		leg *Leg
		err error
	}
	dial := func(ctx context.Context, id hotline.AgentID) chan dialled {
		c := make(chan dialled, 1)
		go func() {
			l, err := s.Dial(ctx, id, "")
			c <- dialled{l, err}
		}()
		for waiting := false; !waiting; runtime.Gosched() {
			s.mu.Lock()
			waiting = s.desk[id] != nil && s.desk[id].wanted != nil
			s.mu.Unlock()
		}
		return c
	}
	c := dial(within(t), "ann")
	if _, err := s.Dial(within(t), "ann", ""); hotline.ErrorCode(err) != hotline.EBusy {
		t.Error(err)
	}
	newBrowser(t, "PCMU").call(s.url, as("ann")...)
	if d := <-c; d.err != nil || d.leg.Agent() != "ann" {
		t.Errorf("%+v", d)
	}

	c = dial(within(t), "ann")
	if s.Decline("bob") || !s.Decline("ann") {
		t.Error("Decline")
	}
	if d := <-c; hotline.ErrorCode(d.err) != hotline.EDeclined {
		t.Error(d.err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c = dial(ctx, "ann")
	cancel()
	if d := <-c; hotline.ErrorCode(d.err) != hotline.ECancelled {
		t.Error(d.err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.Dial(ctx, "ann", ""); hotline.ErrorCode(err) != hotline.ENoAnswer {
		t.Error(err)
	}

	// A second page takes the place of the first; a page that goes is gone.
	first := newBrowser(t, "PCMU").call(s.url, as("cat")...)
	for !s.Parked("cat") {
		runtime.Gosched()
	}
	second := newBrowser(t, "PCMU").call(s.url, as("cat")...)
	next(t, first.Leg, hotline.SigHangup)
	if res, _ := whip(t, "DELETE", second.location, "", "", as("cat")...); res.StatusCode != 200 {
		t.Error(res.Status)
	}
	for s.Parked("cat") {
		runtime.Gosched()
	}
	c = dial(within(t), "dan")
	s.stop()
	if d := <-c; hotline.ErrorCode(d.err) != hotline.EUnavailable {
		t.Error(d.err)
	}
	if len(s.desk) != 0 {
		t.Errorf("%d seats are left", len(s.desk))
	}
}

// An agent answers the call that they are offered, and no other; the leg is
// theirs alone, and its loss is noticed soon.
func TestAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{StaffSilent: 200 * time.Millisecond, StaffLost: 200 * time.Millisecond, Admit: func(r *http.Request) (Guest, error) {
		agent, call, _ := strings.Cut(r.Header.Get("Agent"), " ")
		return Guest{Agent: hotline.AgentID(agent), Call: hotline.CallID(call), Owner: r.Header.Get("User")}, nil
	}})
	c := make(chan *Leg, 1)
	go func() {
		l, err := s.Dial(within(t), "ann", "c1")
		if err != nil {
			t.Error(err)
		}
		c <- l
	}()
	for !s.wants(Guest{Agent: "ann", Call: "c1"}) {
		runtime.Gosched()
	}
	offer := newBrowser(t, "PCMU").offer(nil)
	for _, agent := range []string{"ann c2", "bob c1"} {
		if res, _ := whip(t, "POST", s.url, typeSDP, offer, "Agent", agent, "User", "u"); res.StatusCode != 409 {
			t.Errorf("%s: %s", agent, res.Status)
		}
	}
	b := newBrowser(t, "PCMU").call(s.url, "Agent", "ann c1", "User", "u1")
	l := <-c
	if l == nil {
		return
	}
	ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
	hears(t, ours, 1000)
	hears(t, theirs, 440)
	if res, _ := whip(t, "DELETE", b.location, "", "", "User", "u2"); res.StatusCode != 404 {
		t.Errorf("somebody else hangs up: %s", res.Status)
	}
	lose(b.Leg, 1)
	start := time.Now()
	next(t, l, hotline.SigSilent)
	if sig := next(t, l, hotline.SigHangup); sig.Reason != hotline.MediaLost {
		t.Errorf("%+v", sig)
	}
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("noticed after %v", d)
	}

	// A page that is closed has not hung up.
	go func() {
		l, err := s.Dial(within(t), "ann", "c3")
		if err != nil {
			t.Error(err)
		}
		c <- l
	}()
	for !s.wants(Guest{Agent: "ann", Call: "c3"}) {
		runtime.Gosched()
	}
	b = newBrowser(t, "PCMU").call(s.url, "Agent", "ann c3", "User", "u1")
	if l = <-c; l == nil {
		return
	}
	talk(t, l, 440)
	_ = b.Hangup(within(t), "")
	if sig := next(t, l, hotline.SigHangup); sig.Reason != hotline.MediaLost {
		t.Errorf("%+v", sig)
	}
}

// Nothing is left of twenty connections, however they end. It also found that pion/webrtc 4.2.25 and .26
// never close a connection that ends while its receivers are being started.
func TestNothingIsLeft(t *testing.T) {
	s := newSite(t, Config{})
	round := func(n int) {
		b := newBrowser(t, "PCMU").call(s.url)
		l := <-s.legs
		for _, side := range []*Leg{l, b.Leg} { // a side that is not connected cannot say goodbye
			if _, err := side.Answer(within(t)); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		heard := make(chan struct{}, 1)
		go func() {
			_ = l.audio.Run(ctx, media.SinkFunc(func(media.Frame) {
				select {
				case heard <- struct{}{}:
				default:
				}
			}), &mediatest.Tone{Hz: 440})
			close(done)
		}()
		<-heard
		switch n % 4 {
		case 0:
			_ = l.Hangup(within(t), hotline.BotHangup)
		case 1:
			whip(t, "DELETE", b.location, "", "")
		case 2:
			_ = b.pc.GracefulClose()
		case 3:
			cancel()
			_ = l.Hangup(within(t), hotline.BotHangup)
		}
		<-done
		<-l.gone
		cancel()
		b.Leg.end("")
		<-b.Leg.gone
	}
	round(0)
	goroutines := func() int {
		http.DefaultClient.CloseIdleConnections()
		return runtime.NumGoroutine()
	}
	before := goroutines()
	for n := range 20 {
		round(n)
	}
	deadline := time.Now().Add(10 * time.Second)
	for goroutines() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := goroutines(); after > before {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines, %d before:\n%s", after, before, buf[:runtime.Stack(buf, true)])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.legs) > 0 {
		t.Errorf("%d legs are left", len(s.legs))
	}
}
