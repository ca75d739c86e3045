package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"hotline"
)

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
