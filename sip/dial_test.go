package sip

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"hotline"
	"hotline/media/rtp"
)

func (p *peer) dialledBy(s *Server, change ...func(*Target)) <-chan error {
	to := Target{URI: fmt.Sprintf("sip:peer@127.0.0.1:%d", p.port())}
	for _, f := range change {
		f(&to)
	}
	done := make(chan error, 1)
	ctx := within(p.t)
	go func() {
		l, err := s.Dial(ctx, to)
		if err == nil {
			err = l.Hangup(ctx, hotline.BotHangup)
		}
		done <- err
	}()
	return done
}

func TestDialled(t *testing.T) {
	s, _ := serve(t, nil)
	for code, want := range map[int]string{486: hotline.EBusy, 600: hotline.EBusy, 603: hotline.EDeclined, 408: hotline.ENoAnswer,
		480: hotline.ENoAnswer, 302: hotline.EDeclined, 404: hotline.ENotFound, 488: hotline.EInvalid, 500: hotline.EUnavailable, 401: hotline.EForbidden} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			p := newPeer(t, s)
			done := p.dialledBy(s)
			req := p.request(sip.INVITE)
			p.reply(req, code, "", "")
			if ack := p.request(sip.ACK); ack.Via().String() != req.Via().String() {
				t.Error("ACK of another transaction")
			}
			if err := <-done; hotline.ErrorCode(err) != want {
				t.Errorf("%v is %s, want %s", err, hotline.ErrorCode(err), want)
			}
		})
	}
	t.Run("a repeated 200", func(t *testing.T) {
		p := newPeer(t, s)
		done := p.dialledBy(s)
		req := p.request(sip.INVITE)
		p.reply(req, 200, "", p.sdp(1))
		p.request(sip.ACK)
		p.reply(req, 200, "", p.sdp(1))
		p.request(sip.ACK)
		p.reply(p.request(sip.BYE), 200, "", "")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("another phone answers too", func(t *testing.T) {
		p := newPeer(t, s)
		done := p.dialledBy(s)
		req := p.request(sip.INVITE)
		p.reply(req, 200, "", p.sdp(1))
		p.request(sip.ACK)
		bye := p.request(sip.BYE)
		req.To().Params.Add("tag", "second")
		p.reply(req, 200, "", p.sdp(1))
		if second := p.request(sip.BYE); tagOf(second.To().Params) != "second" {
			t.Error("BYE for", second.To())
		}
		p.reply(bye, 200, "", "")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("a bad answer", func(t *testing.T) {
		p := newPeer(t, s)
		done := p.dialledBy(s)
		p.reply(p.request(sip.INVITE), 200, "", lines("v=0", "c=IN IP4 127.0.0.1", "m=audio 4000 RTP/AVP 18"))
		p.request(sip.ACK)
		p.reply(p.request(sip.BYE), 200, "", "")
		if err := <-done; hotline.ErrorCode(err) != hotline.EInvalid {
			t.Error(err)
		}
	})
	t.Run("by way of proxies", func(t *testing.T) {
		p := newPeer(t, s)
		done := p.dialledBy(s)
		route := func(user string) string { return fmt.Sprintf("<sip:%s@127.0.0.1:%d;lr>", user, p.port()) }
		p.reply(p.request(sip.INVITE), 200, "Record-Route: "+route("far")+"\r\nRecord-Route: "+route("near")+"\r\n", p.sdp(1))
		for _, req := range []*sip.Request{p.request(sip.ACK), p.request(sip.BYE)} {
			hs := req.GetHeaders("Route")
			if len(hs) != 2 || hs[0].Value() != route("near") || hs[1].Value() != route("far") || req.Recipient.User != "peer" {
				t.Errorf("routes %v", hs)
			}
			if req.Method == sip.BYE {
				p.reply(req, 200, "", "")
			}
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A 200 that crosses the CANCEL is acknowledged and hung up; before a
// provisional response there is no CANCEL.
func TestCancelCrosses(t *testing.T) {
	s, _ := serve(t, nil)
	p := newPeer(t, s)
	ctx, cancel := context.WithCancel(within(t))
	done := make(chan error, 1)
	go func() {
		_, err := s.Dial(ctx, Target{URI: fmt.Sprintf("sip:peer@127.0.0.1:%d", p.port())})
		done <- err
	}()
	invite := p.request(sip.INVITE)
	cancel()
	if err := <-done; hotline.ErrorCode(err) != hotline.ECancelled {
		t.Error(err)
	}
	if again := p.request(sip.INVITE); again.CSeq().SeqNo != invite.CSeq().SeqNo { // still asking
		t.Error("another INVITE")
	}
	p.reply(invite, 180, "", "")
	c := p.request(sip.CANCEL)
	if c.Via().String() != invite.Via().String() || c.CSeq().SeqNo != invite.CSeq().SeqNo {
		t.Error("CANCEL of another transaction")
	}
	p.reply(invite, 200, "", p.sdp(1))
	p.reply(c, 200, "", "")
	p.request(sip.ACK)
	p.reply(p.request(sip.BYE), 200, "", "")
}

// A caller who gives up and leaves at once, as a phone that is switched off, does
// not leave the far end ringing.
func TestCancelBeforeTheEnd(t *testing.T) {
	for _, first := range []string{"the dial", "the server"} {
		t.Run(first+" ends first", func(t *testing.T) {
			s, err := Listen(Config{Listen: []string{"udp://127.0.0.1:0"}, Ports: rtp.NewPorts(23000, 23099, 0)})
			if err != nil {
				t.Fatal(err)
			}
			serving, stop := context.WithCancel(context.Background())
			served := make(chan error, 1)
			go func() { served <- s.Serve(serving, nil) }()
			p := newPeer(t, s)
			ctx, cancel := context.WithCancel(within(t))
			defer cancel()
			done := make(chan error, 1)
			go func() {
				_, err := s.Dial(ctx, Target{URI: fmt.Sprintf("sip:peer@127.0.0.1:%d", p.port())})
				done <- err
			}()
			invite := p.request(sip.INVITE)
			if first == "the dial" {
				cancel()
				if err := <-done; hotline.ErrorCode(err) != hotline.ECancelled {
					t.Error(err)
				}
			}
			stop()
			p.reply(invite, 180, "", "")
			p.reply(p.request(sip.CANCEL), 200, "", "")
			p.reply(invite, 487, "", "")
			p.request(sip.ACK)
			if err := <-served; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDigest(t *testing.T) {
	password := "s3cret"
	p := newPeer(t, func() *Server { s, _ := serve(t, nil); return s }())
	s, _ := serve(t, nil, func(c *Config) {
		c.Trunks = append(c.Trunks, Trunk{Name: "carrier", Address: fmt.Sprintf("127.0.0.1:%d", p.port()), Username: "hot", Password: password})
	})
	p.server = strings.TrimPrefix(s.Addrs()[0], "udp://")
	for code, names := range map[int][2]string{401: {"WWW-Authenticate", "Authorization"}, 407: {"Proxy-Authenticate", "Proxy-Authorization"}} {
		for _, offered := range []string{`Digest realm="x", nonce="n", qop="auth", algorithm=MD5`, `Digest realm="x", nonce="n", algorithm=SHA-256`, `Digest realm="x", nonce="n"`} {
			t.Run(fmt.Sprint(code, offered), func(t *testing.T) {
				done := p.dialledBy(s, func(to *Target) { to.URI, to.Trunk = "tel:+49-30-55", "carrier" })
				first := p.request(sip.INVITE)
				if first.Recipient.User != "+493055" {
					t.Errorf("dialled %s", first.Recipient.String())
				}
				p.reply(first, code, names[0]+": "+offered+"\r\n", "")
				p.request(sip.ACK)
				second := p.request(sip.INVITE)
				if second.CSeq().SeqNo != first.CSeq().SeqNo+1 || second.Via().String() == first.Via().String() {
					t.Error("no new transaction")
				}
				cred, err := digest.ParseCredentials(second.GetHeader(names[1]).Value())
				if err != nil {
					t.Fatal(err)
				}
				chal, _ := digest.ParseChallenge(offered)
				want, err := digest.Digest(chal, digest.Options{Method: "INVITE", URI: second.Recipient.String(), Username: "hot", Password: password, Count: cred.Nc, Cnonce: cred.Cnonce})
				if err != nil || cred.Response != want.Response || cred.Username != "hot" {
					t.Errorf("credentials %+v, %v", cred, err)
				}
				p.reply(second, 200, "", p.sdp(1))
				p.request(sip.ACK)
				p.reply(p.request(sip.BYE), 200, "", "")
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		}
	}
	t.Run("wrong", func(t *testing.T) {
		done := p.dialledBy(s, func(to *Target) { to.URI, to.Trunk = "5", "carrier" })
		for range 2 {
			p.reply(p.request(sip.INVITE), 401, `WWW-Authenticate: Digest realm="x", nonce="n"`+"\r\n", "")
			p.request(sip.ACK)
		}
		if err := <-done; hotline.ErrorCode(err) != hotline.EForbidden {
			t.Error(err)
		}
	})
}

func TestBadTargets(t *testing.T) {
	s, _ := serve(t, nil)
	for _, to := range []Target{{URI: ""}, {URI: "sip:"}, {URI: "sip:x@127.0.0.1;transport=sctp"}, {URI: "5", Trunk: "none"}, {URI: "sip:a b@c"},
		{URI: "sip:x@127.0.0.1", Headers: map[string]string{"X-A": "1\r\nX-B: 2"}}, {URI: "sip:x@127.0.0.1", Headers: map[string]string{"Via": "x"}}} {
		if _, err := s.Dial(within(t), to); hotline.ErrorCode(err) != hotline.EInvalid {
			t.Errorf("%+v: %v", to, err)
		}
	}
	for _, c := range []Config{{}, {Listen: []string{"udp://127.0.0.1:0"}}, {Listen: []string{"sctp://127.0.0.1:0"}, Ports: ports}, {Listen: []string{"udp://127.0.0.1:0"}, Ports: ports, Advertise: "example.com"}} {
		if s, err := Listen(c); err == nil {
			s.close()
			t.Errorf("listens on %+v", c)
		}
	}
	busy, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	if _, err := Listen(Config{Listen: []string{"udp://" + busy.LocalAddr().String()}, Ports: ports}); hotline.ErrorCode(err) != hotline.EUnavailable {
		t.Error(err)
	}
}
