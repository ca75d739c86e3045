package sip

import (
	"context"
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
