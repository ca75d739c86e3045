package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"hotline"
	"hotline/media/codec"
	"hotline/media/rtp"
)

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in\n%s", w, text)
		}
	}
}

// params is what l has agreed.
func params(l *Leg) rtp.Params {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.session.params
}

// The 200 is sent again, each time after twice as long, until 64*T1 have
// passed; then BYE.
func TestAckLost(t *testing.T) {
	accept, legs := answering(t)
	s, _ := serve(t, accept)
	p := newPeer(t, s)
	p.send("INVITE", "", p.sdp(1))
	p.response(200, "INVITE")
	began := time.Now()
	var at []time.Duration
	for {
		msg, ok := p.next(patience)
		if !ok {
			t.Fatal("no BYE")
		}
		if req, ok := msg.(*sip.Request); ok {
			if req.Method != sip.BYE {
				t.Errorf("%s", req.StartLine())
			}
			p.reply(req, 200, "", "")
			break
		}
		at = append(at, time.Since(began))
	}
	if took := time.Since(began); took < 60*sip.T1 {
		t.Errorf("BYE after %v", took)
	}
	// 25, 50, 100 ms and then every 200: eleven in 1.6 s.
	if len(at) < 6 || len(at) > 13 || at[2]-at[1] < 2*sip.T1 {
		t.Errorf("200 again after %v", at)
	}
	l := <-legs
	if sig := signal(t, l); sig.Kind != hotline.SigHangup || sig.Reason != hotline.NoAck {
		t.Errorf("signal %+v", sig)
	}
	isOver(t, l)
}

// Who hangs up before the ACK says BYE only after it.
func TestHangupBeforeAck(t *testing.T) {
	done := make(chan error, 1)
	s, _ := serve(t, func(ctx context.Context, l *Leg) {
		if _, err := l.Answer(ctx); err != nil {
			t.Error(err)
		}
		done <- l.Hangup(ctx, hotline.BotHangup)
	})
	p := newPeer(t, s)
	p.send("INVITE", "", p.sdp(1))
	p.response(200, "INVITE")
	p.response(200, "INVITE") // again, and no BYE between: response would have skipped it
	p.send("ACK", "", "")
	bye := p.request(sip.BYE)
	contains(t, bye.String(), `text="bot-hangup"`)
	p.reply(bye, 200, "", "")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestInviteWithoutOffer(t *testing.T) {
	t.Run("answer in the ACK", func(t *testing.T) {
		accept, legs := answering(t)
		s, _ := serve(t, accept)
		p := newPeer(t, s)
		p.send("INVITE", "", "")
		contains(t, string(p.response(200, "INVITE").Body()), "RTP/AVP 9 0 8 101", "a=sendrecv")
		p.send("ACK", "", lines("v=0", "c=IN IP4 127.0.0.1", "m=audio 4000 RTP/AVP 118", "a=rtpmap:118 PCMA/8000"))
		l := <-legs // Answer has returned
		want := rtp.Params{Remote: at("127.0.0.1:4000"), Codec: codec.PCMA, PT: 118, RecvPT: 8}
		if params(l) != want {
			t.Errorf("agreed %+v", params(l))
		}
		p.send("BYE", "", "")
		p.response(200, "BYE")
	})
	t.Run("an ACK without", func(t *testing.T) {
		failed := make(chan error, 1)
		s, _ := serve(t, func(ctx context.Context, l *Leg) {
			_, err := l.Answer(ctx)
			failed <- err
		})
		p := newPeer(t, s)
		p.send("INVITE", "", "")
		p.response(200, "INVITE")
		p.send("ACK", "", "")
		p.reply(p.request(sip.BYE), 200, "", "")
		if err := <-failed; hotline.ErrorCode(err) != hotline.ECancelled {
			t.Error(err)
		}
	})
}

func TestReInvite(t *testing.T) {
	accept, legs := answering(t)
	s, _ := serve(t, accept)
	p := newPeer(t, s)
	p.call()
	l := <-legs
	first := l.LocalSDP()
	again := func(sdp string) string {
		t.Helper()
		p.send("INVITE", "", sdp)
		body := string(p.response(200, "INVITE").Body())
		p.send("ACK", "", "")
		return body
	}
	kind := func(want hotline.SignalKind) {
		t.Helper()
		if sig := signal(t, l); sig.Kind != want {
			t.Errorf("signal %+v, want %d", sig, want)
		}
	}
	if refresh := again(p.sdp(1)); refresh != first {
		t.Errorf("a refresh is answered\n%s\nnot\n%s", refresh, first)
	}
	contains(t, again(p.sdp(2, "a=sendonly")), "a=recvonly")
	kind(hotline.SigHold)
	contains(t, again(p.sdp(3)), "a=sendrecv")
	kind(hotline.SigResume)
	contains(t, again(p.sdp(4, "a=inactive")), "a=inactive")
	kind(hotline.SigHold)
	contains(t, again(p.sdp(5, "a=recvonly")), "a=sendonly")
	kind(hotline.SigResume)
	contains(t, again(strings.Replace(p.sdp(6), "c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", 1)), "a=recvonly")
	kind(hotline.SigHold)
	contains(t, again(lines("v=0", "o=- 5 7 IN IP4 127.0.0.2", "s=-", "c=IN IP4 127.0.0.2", "t=0 0", "m=audio 4100 RTP/AVP 8")), "RTP/AVP 8", "a=sendrecv")
	kind(hotline.SigResume)
	if want := (rtp.Params{Remote: at("127.0.0.2:4100"), Codec: codec.PCMA, PT: 8, RecvPT: 8}); params(l) != want {
		t.Errorf("agreed %+v", params(l))
	}

	p.send("INVITE", "", lines("v=0", "c=IN IP4 127.0.0.1", "m=audio 4000 RTP/AVP 18")) // nothing in common: nothing changes
	contains(t, p.response(488, "INVITE").String(), "Warning: 305 ")
	p.send("ACK", "", "")
	if params(l).Codec != codec.PCMA {
		t.Errorf("agreed %+v", params(l))
	}

	p.send("INVITE", "", "") // our offer
	contains(t, string(p.response(200, "INVITE").Body()), "RTP/AVP 8 9 0 ")
	p.send("ACK", "", p.sdp(8))
	p.send("UPDATE", "", p.sdp(9, "a=sendonly"))
	for p.t.Failed() == false { // the ACK may be handled after the UPDATE, which then gets 491
		msg, ok := p.next(patience)
		if !ok {
			t.Fatal("no answer to UPDATE")
		}
		res, ok := msg.(*sip.Response)
		if !ok || res.CSeq().MethodName != sip.UPDATE {
			continue
		}
		if res.StatusCode == 491 {
			p.send("UPDATE", "", p.sdp(9, "a=sendonly"))
			continue
		}
		contains(t, string(res.Body()), "a=recvonly")
		break
	}
	kind(hotline.SigHold)
	p.send("UPDATE", "", "")
	p.response(200, "UPDATE")

	p.seq -= 3 // older than the last
	p.send("INVITE", "", p.sdp(10))
	contains(t, p.response(500, "INVITE").String(), "Retry-After: ")
	p.send("ACK", "", "")
	p.seq += 3
	p.send("BYE", "", "")
	p.response(200, "BYE")
	kind(hotline.SigHangup)
	p.send("BYE", "", "")
	p.response(481, "BYE")
}

// An offer that meets one of ours gets 491, and ours, refused so, comes again.
func TestGlare(t *testing.T) {
	accept, legs := answering(t)
	s, _ := serve(t, accept)
	p := newPeer(t, s)
	p.call()
	l := <-legs
	held := make(chan error, 1)
	go func() { held <- l.Hold(within(t)) }()
	offer := p.request(sip.INVITE)
	contains(t, string(offer.Body()), "a=sendonly")
	p.send("INVITE", "", p.sdp(2))
	p.response(491, "INVITE")
	p.send("ACK", "", "")
	p.reply(offer, 491, "", "")
	if second := p.request(sip.INVITE); second.CSeq().SeqNo == offer.CSeq().SeqNo { // a repetition from before our answer
		offer = p.request(sip.INVITE)
	} else {
		offer = second
	}
	p.reply(offer, 200, "", p.sdp(2, "a=recvonly"))
	p.request(sip.ACK)
	if err := <-held; err != nil {
		t.Error(err)
	}
	go func() { held <- l.Resume(within(t)) }()
	p.reply(p.request(sip.INVITE), 481, "", "")
	if err := <-held; hotline.ErrorCode(err) != hotline.ENotFound {
		t.Error(err)
	}
	if sig := signal(t, l); sig.Kind != hotline.SigHangup {
		t.Errorf("signal %+v", sig)
	}
}

func TestInfoKeys(t *testing.T) {
	accept, legs := answering(t)
	s, _ := serve(t, accept)
	p := newPeer(t, s)
	p.call()
	l := <-legs
	for _, c := range []struct {
		kind, body string
		code       int
		key        rune
	}{
		{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", 200, '5'},
		{"application/dtmf-relay;x=1", "Duration=160\nSignal= *\n", 200, '*'},
		{"application/dtmf-relay", "Signal=11\r\n", 200, '#'},
		{"application/dtmf", "d", 200, 'D'},
		{"application/dtmf-relay", "Signal=x\r\n", 400, 0},
		{"application/xml", "<a/>", 415, 0},
	} {
		p.send("INFO", "Content-Type: "+c.kind+"\r\n", c.body)
		p.response(c.code, "INFO")
		if c.key != 0 {
			if sig := signal(t, l); sig.Kind != hotline.SigKey || sig.Key != c.key {
				t.Errorf("signal %+v for %q", sig, c.body)
			}
		}
	}
	p.send("INFO", "", "")
	p.response(200, "INFO")
	p.send("BYE", "", "")
	p.response(200, "BYE")
}

func TestRefusals(t *testing.T) {
	accept, legs := answering(t)
	s, n := serve(t, accept, func(c *Config) {
		c.Route = func(to string) bool { return to == "100" }
		c.Max = 1
	})
	for _, c := range []struct {
		name, method, extra, body, target string
		code                              int
		in                                string // of the response
		reason                            string // told
	}{
		{name: "codec", method: "INVITE", body: lines("v=0", "c=IN IP4 127.0.0.1", "m=audio 4000 RTP/AVP 18"), code: 488, in: `Warning: 305 hotline "no common codec: offered 18"`, reason: "no common codec: offered 18"},
		{name: "video", method: "INVITE", body: lines("v=0", "c=IN IP4 127.0.0.1", "m=video 4000 RTP/AVP 96"), code: 488, in: "Warning: 304 ", reason: "no audio offered"},
		{name: "number", method: "INVITE", body: "x", target: "sip:999@127.0.0.1", code: 404, reason: "no such number"},
		{name: "malformed SDP", method: "INVITE", body: "v=0\r\n", code: 400, reason: "malformed SDP"},
		{name: "another body", method: "INVITE", extra: "Content-Type: text/plain\r\n", body: "hello", code: 415, in: "Accept: application/sdp", reason: "content type text/plain"},
		{name: "encoded", method: "INVITE", extra: "Content-Encoding: gzip\r\n", body: "x", code: 415, in: "Accept-Encoding: identity", reason: "content encoding"},
		{name: "extension", method: "INVITE", extra: "Require: 100rel, nothing\r\n", body: "x", code: 420, in: "Unsupported: 100rel, nothing", reason: "an extension is required"},
		{name: "not acceptable", method: "INVITE", extra: "Accept: text/plain\r\n", body: "x", code: 406, reason: "the answer would be SDP"},
		{name: "scheme", method: "INVITE", target: "http:x", code: 416, reason: "URI scheme"},
		{name: "two Call-IDs", method: "INVITE", extra: "Call-ID: x\r\n", code: 400, reason: "more than one Call-ID"},
		{name: "REGISTER", method: "REGISTER", code: 405, in: "Allow: INVITE, "},
		{name: "SUBSCRIBE", method: "SUBSCRIBE", code: 405},
		{name: "REFER", method: "REFER", code: 405},
		{name: "MESSAGE", method: "MESSAGE", code: 405},
		{name: "PUBLISH", method: "PUBLISH", code: 405},
		{name: "PRACK", method: "PRACK", code: 405},
		{name: "unheard of", method: "NEWMETHOD", code: 501, in: "Allow: INVITE, "},
		{name: "OPTIONS", method: "OPTIONS", code: 200, in: "Accept: application/sdp"},
		{name: "BYE of nothing", method: "BYE", code: 481},
		{name: "INFO of nothing", method: "INFO", code: 481},
		{name: "CANCEL of nothing", method: "CANCEL", code: 481},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, s)
			if c.target != "" {
				p.target = c.target
			}
			p.send(c.method, c.extra, c.body)
			res := p.response(c.code, c.method)
			contains(t, res.String(), c.in)
			if c.method == "INVITE" {
				p.send("ACK", "", "")
			}
			if c.reason != "" {
				r := n.last()
				if r.Code != c.code || !strings.HasPrefix(r.Reason, c.reason) || r.From != "4711" || r.Remote != fmt.Sprintf("udp 127.0.0.1:%d", p.port()) {
					t.Errorf("told %+v", r)
				}
			}
		})
	}
	t.Run("one call too many", func(t *testing.T) {
		first, second := newPeer(t, s), newPeer(t, s)
		first.call()
		second.send("INVITE", "", second.sdp(1))
		contains(t, second.response(503, "INVITE").String(), "Retry-After: ")
		second.send("ACK", "", "")
		if r := n.last(); r.Code != 503 || r.Reason != "1 calls already" {
			t.Errorf("told %+v", r)
		}
		second.send("OPTIONS", "", "")
		second.response(503, "OPTIONS")
		l := <-legs
		first.send("BYE", "", "")
		first.response(200, "BYE")
		signal(t, l)
	})
	t.Run("draining", func(t *testing.T) {
		s.Drain()
		p := newPeer(t, s)
		p.send("INVITE", "", p.sdp(1))
		contains(t, p.response(503, "INVITE").String(), "Retry-After: ")
		if r := n.last(); r.Code != 503 || r.Reason != "shutting down" {
			t.Errorf("told %+v", r)
		}
	})
}

// Strangers get no leg and no dialog, whatever they send; phones that we have
// dialled are none.
func TestStrangers(t *testing.T) {
	none := func(context.Context, *Leg) { t.Error("a stranger has a leg") }
	nobody := func(c *Config) {
		c.Trunks = []Trunk{{Name: "far", Allow: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}}
	}
	s, n := serve(t, none, nobody)
	p := newPeer(t, s)
	p.send("INVITE", "", p.sdp(1))
	p.response(403, "INVITE")
	if r := n.last(); r.Code != 403 || r.From != "4711" || r.To != "100" {
		t.Errorf("told %+v", r)
	}
	p.send("OPTIONS", "", "")
	p.response(403, "OPTIONS")

	t.Run("tcp", func(t *testing.T) {
		a, _ := serve(t, nil)
		if _, err := a.Dial(within(t), Target{URI: uri(s, "100", "tcp")}); hotline.ErrorCode(err) != hotline.EForbidden {
			t.Error(err)
		}
		if r := n.last(); r.Code != 403 || !strings.HasPrefix(r.Remote, "tcp ") {
			t.Errorf("told %+v", r)
		}
	})
	for _, network := range []string{"udp", "tcp"} {
		t.Run("dialled over "+network, func(t *testing.T) {
			accept, legs := answering(t)
			b, _ := serve(t, accept)
			out, err := s.Dial(within(t), Target{URI: uri(b, "x", network)})
			if err != nil {
				t.Fatal(err)
			}
			in := <-legs
			if err := in.Hold(within(t)); err != nil {
				t.Error(err)
			}
			if err := in.Hangup(within(t), ""); err != nil {
				t.Error(err)
			}
			if sig := signal(t, out); sig.Kind != hotline.SigHold {
				t.Errorf("signal %+v", sig)
			}
			if sig := signal(t, out); sig.Reason != hotline.AgentHangup {
				t.Errorf("signal %+v", sig)
			}
		})
	}
	t.Run("a flood keeps no phone out that we dialled", func(t *testing.T) {
		accept, legs := answering(t)
		b, _ := serve(t, accept)
		out, err := s.Dial(within(t), Target{URI: uri(b, "x", "udp")})
		if err != nil {
			t.Fatal(err)
		}
		<-legs                          // our ACK is there, before a BYE that could overtake it
		defer out.Hangup(within(t), "") //nolint:errcheck // the test is over
		g := s.sockets[0].udp
		g.second.Store(time.Now().Unix())
		g.answers.Store(10 * maxStrangers)
		message := func(tag string) []byte {
			return fmt.Appendf(nil, "INFO sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"+
				"To: <sip:x@b>;tag=%s\r\nCall-ID: %s\r\nCSeq: 1 INFO\r\nContent-Length: 0\r\n\r\n", tag, out.dlg.callID)
		}
		from := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}
		if !g.pass(message(out.dlg.localTag), from) {
			t.Error("a message of the dialog was dropped")
		}
		if g.pass(message("stranger"), from) {
			t.Error("a stranger's message came through")
		}
	})
	t.Run("a flood", func(t *testing.T) {
		p := newPeer(t, s)
		for range 4 * maxStrangers {
			p.send("INVITE", "", "")
		}
		answers := 0
		for {
			if _, ok := p.next(200 * time.Millisecond); !ok {
				break
			}
			answers++
		}
		if answers > 3*maxStrangers { // two seconds may have begun
			t.Errorf("%d answers", answers)
		}
	})
}

// The same INVITE again is the same call; by another way it is refused.
func TestRepeatedInvite(t *testing.T) {
	accept, legs := answering(t)
	s, _ := serve(t, accept)
	p := newPeer(t, s)
	text := p.send("INVITE", "", p.sdp(1))
	p.raw(text)
	p.raw(strings.Replace(text, "branch=z9hG4bK", "branch=z9hG4bKother", 1))
	l := <-legs
	codes := map[int]bool{}
	for !codes[200] || !codes[482] {
		msg, ok := p.next(patience)
		if !ok {
			t.Fatalf("only %v", codes)
		}
		if res, ok := msg.(*sip.Response); ok {
			codes[res.StatusCode] = true
			if res.StatusCode == 200 {
				p.target, p.toTag = res.Contact().Address.String(), tagOf(res.To().Params)
			}
		}
	}
	p.send("ACK", "", "")
	p.send("BYE", "", "")
	p.response(200, "BYE")
	signal(t, l)
	if len(legs) != 0 {
		t.Error("two legs")
	}
}

// BYE before the answer is a hangup too.
func TestEarlyBye(t *testing.T) {
	s, _ := serve(t, func(ctx context.Context, l *Leg) {
		if sig := signal(t, l); sig.Reason != hotline.CallerHangup {
			t.Errorf("signal %+v", sig)
		}
	})
	p := newPeer(t, s)
	p.send("INVITE", "", p.sdp(1))
	ringing := p.response(180, "INVITE")
	p.toTag = tagOf(ringing.To().Params)
	p.send("BYE", "", "")
	p.response(200, "BYE")
	p.seq--
	p.response(487, "INVITE")
}
