package sip

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"hotline"
	"hotline/media/rtp"
)

// reoffered handles a re-INVITE or UPDATE of the far end's: hold and its end, a
// new address or codec, a refresh (RFC 3261 section 14, RFC 3311). The session
// stays as it is when it is refused.
func (l *Leg) reoffered(req *sip.Request, tx *sip.ServerTx) {
	offer, err := describe(req)
	var bad *refusal
	if errors.As(err, &bad) {
		l.s.reject(req, tx, bad)
		return
	}
	l.mu.Lock()
	st := l.st
	if p := l.waiting; p != nil && len(l.exchange) == 0 {
		p.give(req) // who offers again has seen our 200, whatever became of the ACK
	}
	l.mu.Unlock()
	switch st {
	case accepted, confirmed:
	case leaving, gone:
		l.s.respond(req, tx, 481)
		return
	default:
		l.s.respond(req, tx, 491)
		return
	}
	select {
	case l.exchange <- struct{}{}:
	default: // an offer of ours is on its way, section 14.2
		l.s.respond(req, tx, 491)
		return
	}
	release := sync.OnceFunc(func() { <-l.exchange })
	defer release()

	l.mu.Lock()
	l.dlg.follow(req.Contact())
	l.dlg.source = req.Source()
	l.mu.Unlock()
	if offer == nil && req.Method == sip.UPDATE {
		release()
		l.s.respond(req, tx, 200, l.dlg.path.contact())
		return
	}
	body, a, err := l.nextBody(offer, req)
	if errors.As(err, &bad) {
		release() // before the response: the peer may offer again at once
		l.s.reject(req, tx, bad)
		return
	}
	if offer != nil {
		l.settle(a)
	}
	var p *pending
	if req.IsInvite() {
		p = l.expectAck(req)
	}
	if offer != nil {
		release() // the exchange is complete; the ACK is only awaited
	}
	if err := l.respondSDP(req, tx, body); err != nil || p == nil {
		return
	}
	ack := l.awaitAck(p, tx)
	if ack != nil && offer == nil {
		err = l.takeAnswer(ack)
	}
	if ack == nil || err != nil {
		if from, ok := l.end(evHangup, hotline.NoAck); ok && from == confirmed {
			_ = l.farewell(context.Background(), hotline.NoAck)
		}
	}
}

// nextBody is our answer to a later offer, or a new offer of ours.
func (l *Leg) nextBody(offer *description, req *sip.Request) ([]byte, agreed, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := &l.session
	if offer == nil {
		n.offered = n.ours.offer(n.agreed)
		return n.describe(n.offered), agreed{}, nil
	}
	d, a, err := n.ours.answer(*offer, sourceOf(req), false)
	if err != nil {
		return nil, a, err
	}
	return n.describe(d), a, nil
}

// Hold tells the far end that we do not listen (a=sendonly): it may still hear
// what the stream sends. Resume takes it back. Both return when the far end has
// agreed; two that offer at once (491) try again as RFC 3261 14.1 says.
func (l *Leg) Hold(ctx context.Context) error { return l.reoffer(ctx, rtp.SendOnly) }

// Resume ends a Hold.
func (l *Leg) Resume(ctx context.Context) error { return l.reoffer(ctx, rtp.SendRecv) }

func (l *Leg) reoffer(ctx context.Context, d rtp.Direction) error {
	fail := func(code, message string, err error) error {
		return &hotline.Error{Op: "sip.reoffer", Code: code, Message: message, Err: err}
	}
	if !l.s.enter() {
		return fail(hotline.EUnavailable, "closed", nil)
	}
	defer l.s.work.Done()
	for {
		if err := l.turn(ctx); err != nil {
			return fail(hotline.ECancelled, "waiting for the far end", err)
		}
		res, err := l.reinvite(ctx, d)
		switch {
		case err != nil:
			return fail(hotline.EUnavailable, "re-INVITE", err)
		case res.IsSuccess():
			return nil
		case res.StatusCode == 481 || res.StatusCode == 408:
			l.lost()
			return fail(hotline.ENotFound, "the far end does not know the call", nil)
		case res.StatusCode != 491:
			return fail(errorCode(res.StatusCode), fmt.Sprintf("re-INVITE: %d", res.StatusCode), nil)
		}
		// Who made the Call-ID waits longer, so that one of the two comes through.
		wait := rand.N(4*sip.T1) + sip.T1/50
		if l.outgoing {
			wait = 4*sip.T1 + sip.T1/5 + rand.N(4*sip.T1)
		}
		select {
		case <-time.After(wait):
		case <-l.ctx.Done():
			return fail(hotline.ECancelled, "the leg is over", nil)
		case <-ctx.Done():
			return fail(hotline.ECancelled, "both sides offer at once", ctx.Err())
		}
	}
}

// turn waits until no offer and no INVITE is under way in either direction, and
// takes the exchange.
func (l *Leg) turn(ctx context.Context) error {
	for {
		select {
		case l.exchange <- struct{}{}:
		case <-l.ctx.Done():
			return errors.New("the leg is over")
		case <-ctx.Done():
			return ctx.Err()
		}
		l.mu.Lock()
		p, st := l.waiting, l.st
		l.mu.Unlock()
		if p == nil {
			if st != confirmed {
				<-l.exchange
				return errors.New("the leg is not up")
			}
			return nil
		}
		<-l.exchange
		select {
		case <-p.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// reinvite makes one offer with the direction d, and gives the exchange back
// when that is settled: behind the scenes, if ctx ends before.
func (l *Leg) reinvite(ctx context.Context, d rtp.Direction) (*sip.Response, error) {
	l.mu.Lock()
	n := &l.session
	was := n.ours.direction
	n.ours.direction = d
	n.offered = n.ours.offer(n.agreed)
	body := n.describe(n.offered)
	l.mu.Unlock()
	req := l.next(sip.INVITE)
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(body)

	settled := func(tx *sip.ClientTx, res *sip.Response) (err error) {
		if res != nil && res.IsSuccess() {
			l.mu.Lock()
			l.dlg.follow(res.Contact())
			l.mu.Unlock()
			l.confirm(tx, req, res)
			err = l.takeAnswer(res)
		}
		if res == nil || !res.IsSuccess() || err != nil {
			l.mu.Lock()
			n.ours.direction = was
			l.mu.Unlock()
		}
		<-l.exchange
		return err
	}
	for try := 0; ; try++ {
		tx, err := l.s.ua.TransactionLayer().Request(ctx, req)
		if err != nil {
			_ = settled(nil, nil)
			return nil, err
		}
		res, early, err := l.s.final(ctx, tx, nil)
		if err != nil {
			if !l.s.enter() {
				return nil, err
			}
			go func() {
				defer l.s.work.Done()
				_ = settled(tx, l.s.undo(tx, req, early)) // the far end may have agreed all the same
			}()
			return nil, err
		}
		if (res.StatusCode == 401 || res.StatusCode == 407) && try == 0 && l.creds.username != "" {
			if retry, err := l.again(req, res); err == nil {
				req = retry
				continue
			}
		}
		return res, settled(tx, res)
	}
}
