package sip

import (
	"context"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"

	"hotline"
)

// Hangup ends the leg and returns when the far end knows it, or ctx ends. An
// unanswered leg is refused, with the status that reason stands for: an error
// code of package hotline ("busy" is 486), hotline.Shutdown (503), else 480. An
// answered one gets BYE, after the ACK of our 200. A leg that is over already is
// no error.
func (l *Leg) Hangup(ctx context.Context, reason string) error {
	if l.refuse(refusalCode(reason), "") {
		return nil
	}
	l.mu.Lock()
	if l.st == accepted {
		l.reason = reason
	}
	l.mu.Unlock()
	from, ok := l.end(evHangup, "")
	if ok && from == confirmed {
		return l.farewell(ctx, reason)
	}
	select { // its CANCEL, its ACK, or another Hangup, is under way
	case <-l.ctx.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// farewell sends BYE. The leg is gone when it is answered, when nobody answers,
// or when ctx ends.
func (l *Leg) farewell(ctx context.Context, reason string) error {
	_, err := l.do(ctx, sip.BYE, func(req *sip.Request) {
		req.AppendHeader(sip.NewHeader("Reason", fmt.Sprintf("SIP;cause=200;text=%q", printable(reason, 64))))
	})
	l.move(evDone)
	return err
}

// bye is the far end's.
func (l *Leg) bye(req *sip.Request, tx *sip.ServerTx) {
	l.mu.Lock()
	for _, h := range req.GetHeaders("Reason") {
		if _, text, ok := strings.Cut(h.Value(), "text="); ok {
			l.byeReason = strings.Trim(printable(text, 128), `" `)
		}
	}
	l.mu.Unlock()
	reason := hotline.CallerHangup
	if l.outgoing {
		reason = hotline.AgentHangup
	}
	from, ok := l.end(evBye, reason)
	l.s.respond(req, tx, 200)
	if ok && from == ringing { // a caller may leave with BYE before the answer (section 15)
		l.s.respond(l.req, l.tx, 487)
	}
}
