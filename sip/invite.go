package sip

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"hotline"
	"hotline/media"
	"hotline/media/rtp"
)

// inviteKey tells one call from another that came by two ways (RFC 3261
// 8.2.2.2): the second is refused with 482.
type inviteKey struct {
	callID, fromTag string
	seq             uint32
}

func newSessionID() uint64 { return rand.Uint64N(1 << 62) }

// invite handles a new INVITE, on the goroutine of its message, until the leg
// has been answered and acknowledged or is gone.
func (s *Server) invite(req *sip.Request, tx *sip.ServerTx) {
	l, bad := s.admit(req, tx)
	if bad != nil {
		s.reject(req, tx, bad)
		return
	}
	// sipgo answers a CANCEL that comes before our final response, and the INVITE with
	// 487. The callback runs inside the transaction and must not use it. The 487
	// gets our tag if it is there before the 100, which allows the CANCEL.
	trying := s.response(req, 100)
	req.To().Params.Add("tag", l.dlg.localTag)
	if !tx.OnCancel(func(*sip.Request) { l.cancelled() }) {
		l.cancelled()
	}
	_ = tx.Respond(trying)
	_ = tx.Respond(s.response(req, 180, l.dlg.path.contact()))
	go func() {
		defer s.leave()
		s.accept(s.ctx, l)
		ctx, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = l.Hangup(ctx, hotline.BotHangup)
	}()

	limit := time.NewTimer(s.c.RingTimeout)
	defer limit.Stop()
	select {
	case <-l.answered:
		l.acknowledged()
	case <-l.ctx.Done():
	case <-limit.C:
		if !l.refuse(480, hotline.ENoAnswer) { // somebody was quicker
			select {
			case <-l.answered:
				l.acknowledged()
			case <-l.ctx.Done():
			}
		}
	}
}

// admit makes a leg of an INVITE, or says why not. On success the leg is on the
// books.
func (s *Server) admit(req *sip.Request, tx *sip.ServerTx) (*Leg, *refusal) {
	to := callee(req)
	if s.c.Route != nil && !s.c.Route(to) {
		return nil, refuse(404, 0, "no such number")
	}
	offer, err := describe(req)
	l := newLeg(s, false)
	if err == nil {
		err = l.incoming(req, tx, offer)
	}
	var bad *refusal
	if errors.As(err, &bad) {
		return nil, bad
	} else if err != nil {
		return nil, refuse(500, 0, "no way to the caller")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.invites[l.invite] {
		return nil, refuse(482, 0, "the same call by another way")
	}
	if r := s.room(); r != nil {
		return nil, r
	}
	s.incoming++
	s.calls.Add(1)
	s.legs[l.dlg.legKey], s.invites[l.invite] = l, true
	return l, nil
}

// incoming fills l from its INVITE and checks that an answer can be had, so
// that an offer without a codec of ours is refused before anybody is told.
func (l *Leg) incoming(req *sip.Request, tx *sip.ServerTx, offer *description) error {
	s := l.s
	source, _ := netip.ParseAddrPort(req.Source())
	network := sip.NetworkToUpper(req.Transport())
	p, err := s.pathFor(context.Background(), network, addrPort(tx.Connection().LocalAddr()), req.Source())
	if err != nil {
		return err
	}
	l.req, l.tx, l.offer, l.st = req, tx, offer, ringing
	l.dlg = dialog{
		legKey:    legKey{string(*req.CallID()), sip.GenerateTagN(16)},
		remoteTag: tagOf(req.From().Params),
		local:     *req.To().Address.Clone(),
		remote:    *req.From().Address.Clone(),
		routes:    routeSet(req, false),
		seq:       rand.Uint32N(1 << 16),
		remoteSeq: req.CSeq().SeqNo,
		path:      p,
		source:    req.Source(),
		userAgent: s.c.UserAgent,
	}
	l.invite = inviteKey{l.dlg.callID, l.dlg.remoteTag, l.dlg.remoteSeq}
	l.dlg.follow(req.Contact())
	l.info = hotline.LegInfo{ID: hotline.LegID(l.dlg.localTag), From: caller(req), To: callee(req),
		Remote: strings.ToLower(network) + " " + req.Source(), Headers: headersOf(req)}
	l.session.ours = ours{addr: netip.AddrPortFrom(p.host, 9), codecs: s.c.Codecs, direction: rtp.SendRecv}
	if offer == nil {
		return nil
	}
	_, _, err = l.session.ours.answer(*offer, source.Addr(), true)
	return err
}

// releasable is the media that nobody uses any more. The caller holds mu and
// closes it without.
func (l *Leg) releasable() *rtp.Session {
	if !l.over || l.running > 0 {
		return nil
	}
	return l.media
}

// leave takes an incoming leg off the count.
func (s *Server) leave() {
	s.mu.Lock()
	s.incoming--
	s.mu.Unlock()
	s.calls.Done()
}

// forget takes a leg that is gone off the books.
func (s *Server) forget(l *Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.legs, l.dlg.legKey)
	delete(s.invites, l.invite)
}

// Answer accepts an incoming leg with 200 and returns its audio; of a leg that
// is answered already it only returns the audio. It waits for nobody, except
// when the INVITE had no offer: then for the answer in the ACK. The ACK of an
// ordinary answer is awaited behind the scenes; if it never comes the leg ends
// with hotline.NoAck.
//
// A leg that the caller has cancelled gives hotline.ECancelled.
func (l *Leg) Answer(ctx context.Context) (media.Stream, error) {
	fail := func(code, message string, err error) (media.Stream, error) {
		return nil, &hotline.Error{Op: "sip.Answer", Code: code, Message: message, Err: err}
	}
	l.mu.Lock()
	st := l.st
	l.mu.Unlock()
	if st == accepted || st == confirmed {
		return stream{l}, nil
	}
	if st != ringing {
		return fail(hotline.ECancelled, "the leg is over", nil)
	}
	if err := l.openMedia(); err != nil {
		l.refuse(503, "")
		return nil, err
	}
	body, a, err := l.firstBody()
	if err != nil {
		l.refuse(488, "")
		return fail(hotline.EInvalid, "no common codec", err)
	}
	if l.offer != nil {
		l.settle(a)
		close(l.settled)
	}
	if _, ok := l.move(evAnswer); !ok {
		return fail(hotline.ECancelled, "cancelled", nil)
	}
	l.first = l.expectAck(l.req)
	if err := l.respondSDP(l.req, l.tx, body); err != nil {
		// A CANCEL came between. sipgo sends again what it was given last: that must
		// be the 487 that it sent, not this 200.
		_ = l.tx.Respond(l.s.response(l.req, 487))
		l.end(evLost, string(hotline.Cancelled))
		return fail(hotline.ECancelled, "cancelled", err)
	}
	close(l.answered)
	select {
	case <-l.settled:
		return stream{l}, nil
	case <-l.ctx.Done():
		return fail(hotline.ECancelled, "no answer to our offer", nil)
	case <-ctx.Done():
		return fail(hotline.ECancelled, "no answer to our offer", ctx.Err())
	}
}

// firstBody is our answer to the INVITE's offer, or our offer if it had none.
func (l *Leg) firstBody() ([]byte, agreed, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := &l.session
	if l.offer == nil {
		l.exchange <- struct{}{} // until the ACK
		n.offered = n.ours.offer(agreed{})
		return n.describe(n.offered), agreed{}, nil
	}
	d, a, err := n.ours.answer(*l.offer, sourceOf(l.req), true)
	if err != nil {
		return nil, a, err
	}
	return n.describe(d), a, nil
}

func sourceOf(msg sip.Message) netip.Addr {
	a, _ := netip.ParseAddrPort(msg.Source())
	return a.Addr()
}

// expectAck is to be called before the 200 to an INVITE goes out.
func (l *Leg) expectAck(req *sip.Request) *pending {
	p := &pending{seq: req.CSeq().SeqNo, ack: make(chan *sip.Request, 1), done: make(chan struct{})}
	l.mu.Lock()
	l.waiting = p
	l.mu.Unlock()
	return p
}

// respondSDP sends 200 with a session description.
func (l *Leg) respondSDP(req *sip.Request, tx *sip.ServerTx, body []byte) error {
	res := l.s.response(req, 200, l.dlg.path.contact(), sip.NewHeader("Content-Type", "application/sdp"))
	res.SetBody(body)
	l.mu.Lock()
	if p := l.waiting; p != nil && req.IsInvite() {
		p.res = res
	}
	l.mu.Unlock()
	err := tx.Respond(res)
	if err == nil {
		l.s.count(req.Method, 200)
	}
	return err
}

// cancelled is the end of a leg by CANCEL.
func (l *Leg) cancelled() {
	if _, ok := l.end(evCancel, string(hotline.Cancelled)); ok {
		l.s.count(sip.INVITE, 487)
	}
}

// refuse ends a ringing leg with a final response; false if it is not ringing.
// The reason is for Signals, as in end.
func (l *Leg) refuse(code int, reason string) bool {
	_, ok := l.end(evRefuse, reason)
	if ok {
		l.s.respond(l.req, l.tx, code)
	}
	return ok
}
