package sip

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/textproto"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"hotline"
	"hotline/media/rtp"
)

// Dial calls someone and returns the leg once they have answered. Serve must
// run. An error carries what the far end said: hotline.EBusy (486, 600),
// EDeclined (603, and 3xx: a redirection is not followed), ENoAnswer (408, 480,
// no response at all, or the deadline of ctx), ENotFound (404), EForbidden (401,
// 403, 407), EInvalid (488: no common codec), EUnavailable; ECancelled when ctx
// was cancelled.
//
// When ctx ends, Dial returns at once; behind the scenes it sends CANCEL, as
// soon as that is allowed, and says BYE to an answer that crosses it.
func (s *Server) Dial(ctx context.Context, to Target) (*Leg, error) {
	fail := func(code, message string, err error) (*Leg, error) {
		return nil, &hotline.Error{Op: "sip.Dial", Code: code, Message: message, Err: err}
	}
	if !s.enter() {
		return fail(hotline.EUnavailable, "closed", nil)
	}
	defer s.work.Done()
	l, req, err := s.outgoing(ctx, to)
	if err != nil {
		return nil, err
	}
	for try := 0; ; try++ {
		tx, err := s.ua.TransactionLayer().Request(ctx, req)
		if err != nil {
			l.end(evLost, "")
			return fail(hotline.EUnavailable, "no way to the far end", err)
		}
		res, early, err := s.final(ctx, tx, to.Ringing)
		switch {
		case ctx.Err() != nil && err != nil || errors.Is(err, errClosed):
			s.abandon(l, tx, req, early)
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fail(hotline.ENoAnswer, "not answered in time", nil)
			}
			return fail(hotline.ECancelled, "cancelled", ctx.Err())
		case errors.Is(err, sip.ErrTransactionTimeout):
			l.end(evLost, "")
			return fail(hotline.ENoAnswer, "no response", nil)
		case err != nil:
			l.end(evLost, "")
			return fail(hotline.EUnavailable, "the far end", err)
		case res.IsSuccess():
			if err := l.established(tx, req, res); err != nil {
				_ = l.Hangup(ctx, hotline.EInvalid)
				return fail(hotline.EInvalid, "the answer", err)
			}
			return l, nil
		case (res.StatusCode == 401 || res.StatusCode == 407) && try == 0 && l.creds.username != "":
			if req, err = l.again(req, res); err != nil {
				l.end(evLost, "")
				return fail(hotline.EForbidden, "the challenge", err)
			}
		default:
			l.end(evLost, "")
			return fail(errorCode(res.StatusCode), fmt.Sprintf("%d %s", res.StatusCode, printable(res.Reason, 64)), nil)
		}
	}
}

var errClosed = errors.New("closed")

// final waits for the final response to an INVITE; early is that a provisional
// one came. The first response that says it rings, or rang, calls ringing.
func (s *Server) final(ctx context.Context, tx *sip.ClientTx, ringing func()) (res *sip.Response, early bool, err error) {
	for {
		select {
		case res := <-tx.Responses():
			// An answer may overtake the 180 before it.
			if ringing != nil && res.StatusCode >= 180 && res.StatusCode < 300 {
				ringing()
				ringing = nil
			}
			if !res.IsProvisional() {
				s.count(sip.INVITE, res.StatusCode)
				return res, early, nil
			}
			early = true
		case <-tx.Done():
			return nil, early, tx.Err()
		case <-ctx.Done():
			return nil, early, ctx.Err()
		case <-s.ending:
			return nil, early, errClosed
		}
	}
}

// abandon undoes the INVITE of a leg that nobody waits for: CANCEL, and ACK and
// BYE to a 200 that crosses it.
func (s *Server) abandon(l *Leg, tx *sip.ClientTx, invite *sip.Request, early bool) {
	if !s.enter() {
		tx.Terminate()
		l.end(evLost, "")
		return
	}
	go func() {
		defer s.work.Done()
		if res := s.undo(tx, invite, early); res != nil {
			_ = l.established(tx, invite, res)
			_ = l.Hangup(context.Background(), string(hotline.Cancelled))
		}
		l.end(evLost, "")
	}()
}

// undo sends CANCEL, once a provisional response allows it (RFC 3261 9.1), and
// waits for the final response. It returns the 200 that came nevertheless.
func (s *Server) undo(tx *sip.ClientTx, invite *sip.Request, early bool) *sip.Response {
	var cancel *sip.ClientTx
	var replies <-chan *sip.Response
	defer func() {
		if cancel != nil {
			cancel.Terminate()
		}
	}()
	limit := time.NewTimer(64 * sip.T1)
	defer limit.Stop()
	for {
		if early && cancel == nil {
			if c, err := s.ua.TransactionLayer().Request(context.Background(), cancelOf(invite)); err == nil {
				cancel, replies = c, c.Responses()
			}
		}
		select {
		case res := <-tx.Responses():
			switch {
			case res.IsProvisional():
				early = true
			case res.IsSuccess():
				return res
			default: // sipgo acknowledges it
				return nil
			}
		case <-replies:
		case <-tx.Done():
			return nil
		case <-limit.C:
			tx.Terminate()
			return nil
		case <-s.done:
			tx.Terminate()
			return nil
		}
	}
}

// cancelOf is the CANCEL of an INVITE: the same branch, number and way.
func cancelOf(invite *sip.Request) *sip.Request {
	c := sip.NewRequest(sip.CANCEL, invite.Recipient)
	c.AppendHeader(sip.HeaderClone(invite.Via()))
	sip.CopyHeaders("Route", invite, c)
	for _, h := range []sip.Header{invite.From(), invite.To(), invite.CallID()} {
		c.AppendHeader(sip.HeaderClone(h))
	}
	hops := sip.MaxForwardsHeader(70)
	c.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	c.AppendHeader(&hops)
	c.SetBody(nil)
	c.SetTransport(invite.Transport())
	c.SetDestination(invite.Destination())
	c.Laddr = invite.Laddr
	return c
}

// established makes a dialog of a 200 to our INVITE, acknowledges it and takes
// the answer in it.
func (l *Leg) established(tx *sip.ClientTx, invite *sip.Request, res *sip.Response) error {
	l.mu.Lock()
	if res.To() != nil {
		l.dlg.remoteTag = tagOf(res.To().Params)
	}
	l.dlg.routes = routeSet(res, true)
	l.dlg.source = res.Source()
	l.dlg.follow(res.Contact())
	l.mu.Unlock()
	l.move(evAnswer)
	l.confirm(tx, invite, res)
	return l.takeAnswer(res)
}

// confirm acknowledges a 200, now and whenever it is repeated. A 200 of another
// phone that a proxy has rung too is acknowledged and hung up (section 13.2.2.4).
func (l *Leg) confirm(tx *sip.ClientTx, invite *sip.Request, res *sip.Response) {
	l.mu.Lock()
	d := l.dlg
	ack := l.routed(d.request(sip.ACK, invite.CSeq().SeqNo))
	l.mu.Unlock()
	sip.CopyHeaders("Authorization", invite, ack)
	sip.CopyHeaders("Proxy-Authorization", invite, ack)
	write := l.s.ua.TransportLayer().WriteMsg
	tx.OnRetransmission(func(r *sip.Response) {
		if !l.s.enter() {
			return
		}
		defer l.s.work.Done()
		if r.To() == nil || tagOf(r.To().Params) == d.remoteTag {
			_ = write(ack.Clone())
			return
		}
		other := d
		other.remoteTag, other.routes = tagOf(r.To().Params), routeSet(r, true)
		other.follow(r.Contact())
		_ = write(other.request(sip.ACK, invite.CSeq().SeqNo))
		_ = write(other.request(sip.BYE, invite.CSeq().SeqNo+1)) // again with the next 200, if it is lost
	})
	_ = write(ack.Clone())
}

// outgoing makes a leg and its INVITE. The leg is on the books.
func (s *Server) outgoing(ctx context.Context, to Target) (*Leg, *sip.Request, error) {
	fail := func(code, message string, err error) (*Leg, *sip.Request, error) {
		return nil, nil, &hotline.Error{Op: "sip.Dial", Code: code, Message: message, Err: err}
	}
	trunk, err := s.trunkNamed(to.Trunk)
	if err != nil {
		return fail(hotline.EInvalid, err.Error(), nil)
	}
	uri, hop, err := target(to.URI, trunk.Address)
	if err != nil {
		return fail(hotline.EInvalid, "whom to dial", err)
	}
	network := "UDP"
	if tp := hop.UriParams.GetOr("transport", ""); strings.EqualFold(tp, "tcp") {
		network = "TCP"
	} else if tp != "" && !strings.EqualFold(tp, "udp") {
		return fail(hotline.EInvalid, "transport "+tp, nil)
	}
	k, ok := s.socketFor(network)
	if !ok {
		return fail(hotline.EInvalid, "no listening socket for "+network, nil)
	}
	if k.udp != nil {
		select {
		case <-k.udp.ready:
		case <-ctx.Done():
			return fail(hotline.ECancelled, "not serving", ctx.Err())
		case <-s.done:
			return fail(hotline.EUnavailable, "closed", nil)
		}
	}
	p, err := s.pathFor(ctx, network, k.addr, hostPort(&hop, network))
	if err != nil {
		return fail(hotline.EUnavailable, "no way to the far end", err)
	}
	from := sip.Uri{Scheme: "sip", User: to.From, Host: p.host.String()}
	if from.User == "" {
		from.User = "hotline"
	}
	if to.Trunk != "" {
		from.Host = hop.Host // carriers want their own domain
	}
	l := newLeg(s, true)
	l.st = calling
	l.creds = credentials{trunk.Username, trunk.Password}
	if to.Username != "" {
		l.creds = credentials{to.Username, to.Password}
	}
	l.dlg = dialog{
		legKey: legKey{sip.GenerateTagN(24), sip.GenerateTagN(16)},
		local:  from, remote: plain(uri), target: uri,
		seq: rand.Uint32N(1<<16) + 1, path: p, userAgent: s.c.UserAgent,
	}
	l.session.ours = ours{codecs: to.Codecs, direction: rtp.SendRecv}
	if to.Codecs == nil {
		l.session.ours.codecs = s.c.Codecs
	}
	if err := l.openMedia(); err != nil {
		return nil, nil, err
	}
	l.session.offered = l.session.ours.offer(agreed{})
	req := l.dlg.request(sip.INVITE, l.dlg.seq)
	req.SetDestination(hostPort(&hop, network))
	l.info = hotline.LegInfo{ID: hotline.LegID(l.dlg.localTag), From: from.User, To: number(&uri),
		Remote: strings.ToLower(network) + " " + req.Destination(), Headers: map[string]string{}}
	for name, v := range to.Headers {
		if err := addHeader(req, name, v); err != nil {
			l.end(evLost, "")
			return fail(hotline.EInvalid, "header "+name, err)
		}
		l.info.Headers[textproto.CanonicalMIMEHeaderKey(name)] = v
	}
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(l.session.describe(l.session.offered))
	s.mu.Lock()
	s.legs[l.dlg.legKey] = l
	s.mu.Unlock()
	return l, req, nil
}

func (s *Server) trunkNamed(name string) (Trunk, error) {
	if name == "" {
		return Trunk{}, nil
	}
	for _, t := range s.c.Trunks {
		if t.Name == name && t.Address != "" {
			return t, nil
		}
	}
	return Trunk{}, fmt.Errorf("no trunk %q with an address", name)
}

// target reads whom to call, and what the INVITE is sent to: that, or the trunk.
func target(uri, trunk string) (to, hop sip.Uri, err error) {
	parse := func(s string) (u sip.Uri, err error) {
		if i := strings.IndexByte(s, ':'); i < 0 || !strings.EqualFold(s[:i], "sip") {
			s = "sip:" + s
		}
		if strings.ContainsAny(s, "\r\n <>\"") {
			return u, errors.New("malformed URI")
		}
		if err = sip.ParseUri(s, &u); err == nil && u.Host == "" {
			err = errors.New("URI without host")
		}
		return u, err
	}
	if trunk == "" {
		to, err = parse(uri)
		return to, to, err
	}
	if hop, err = parse(trunk); err != nil {
		return to, hop, err
	}
	if strings.HasPrefix(strings.ToLower(uri), "sip:") && strings.Contains(uri, "@") {
		to, err = parse(uri)
		return to, hop, err
	}
	u := sip.Uri{User: uri}
	if i := strings.IndexByte(uri, ':'); i >= 0 {
		u.User = uri[i+1:]
	}
	to = *hop.Clone()
	if to.User = number(&u); to.User == "" {
		return to, hop, errors.New("no number")
	}
	return to, hop, nil
}

// plain is u as it may stand in From and To (RFC 3261 19.1.1).
func plain(u sip.Uri) sip.Uri {
	return sip.Uri{Scheme: "sip", User: u.User, Host: u.Host}
}

// addHeader adds an application's header field, which must not be one of ours
// nor smuggle in a second.
func addHeader(req *sip.Request, name, value string) error {
	if name == "" || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(name) > 64 ||
		printable(value, maxHeaderValue) != value {
		return errors.New("malformed")
	}
	if len(req.GetHeaders(name)) > 0 || strings.HasPrefix(strings.ToLower(name), "content-") || len(name) == 1 {
		return errors.New("not yours to set")
	}
	req.AppendHeader(sip.NewHeader(name, value))
	return nil
}
