package sip

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"

	"hotline"
)

// awaitAck sends the 200 again until its ACK comes: after T1, doubling up to
// T2, for 64*T1 in all, over TCP too (RFC 3261 13.3.1.4). Nil is that it never
// came, or that the leg is gone.
func (l *Leg) awaitAck(p *pending, tx *sip.ServerTx) *sip.Request {
	defer func() {
		l.mu.Lock()
		if l.waiting == p {
			l.waiting = nil
		}
		l.mu.Unlock()
		close(p.done)
	}()
	limit, again, interval := time.NewTimer(64*sip.T1), time.NewTimer(sip.T1), sip.T1
	defer limit.Stop()
	defer again.Stop()
	for {
		select {
		case ack := <-p.ack:
			return ack
		case ack := <-tx.Acks(): // of a peer that gives it the branch of its INVITE
			return ack
		case <-again.C:
			_ = tx.Respond(p.res)
			interval = min(2*interval, sip.T2)
			again.Reset(interval)
		case <-limit.C:
			return nil
		case <-l.ctx.Done():
			return nil
		case <-l.s.done:
			return nil
		}
	}
}

// ack hands an ACK to who waits for it.
func (l *Leg) ack(req *sip.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.waiting; p != nil && p.seq == req.CSeq().SeqNo {
		p.give(req)
	}
}

func (p *pending) give(req *sip.Request) {
	select {
	case p.ack <- req:
	default: // it has one
	}
}

// acknowledged sees the first 200 through to its ACK, and takes the answer in
// it if the offer was ours. A leg that was hung up meanwhile, or whose ACK never
// came, gets its BYE here: none may be sent before (section 15).
func (l *Leg) acknowledged() {
	ack := l.awaitAck(l.first, l.tx)
	reason := hotline.NoAck
	if ack != nil && l.offer == nil {
		if err := l.takeAnswer(ack); err != nil {
			l.s.log.Warn("sip: the answer in an ACK", "leg", l.info.ID, "error", err)
			ack, reason = nil, hotline.EInvalid
		} else {
			close(l.settled)
		}
		<-l.exchange
	}
	if ack != nil {
		if from, _ := l.move(evAck); from != leaving {
			return
		}
	} else if from, ok := l.end(evNoAck, reason); !ok && from != leaving {
		return
	}
	l.mu.Lock()
	if l.reason != "" {
		reason = l.reason
	}
	l.mu.Unlock()
	_ = l.farewell(context.Background(), reason)
}

// takeAnswer settles our last offer with the answer in an ACK or a response.
func (l *Leg) takeAnswer(msg interface {
	sip.Message
	ContentType() *sip.ContentTypeHeader
}) error {
	answer, err := describe(msg)
	if err != nil {
		return err
	}
	if answer == nil {
		return refuse(488, 0, "no answer")
	}
	l.mu.Lock()
	a, err := l.session.ours.accept(l.session.offered, *answer, sourceOf(msg))
	l.mu.Unlock()
	if err != nil {
		return err
	}
	l.settle(a)
	return nil
}
