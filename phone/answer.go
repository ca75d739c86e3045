package phone

import (
	"context"
	"net/url"
	"strings"
	"time"

	"hotline"
	"hotline/sip"
)

// Answer is what a Phone does with an incoming call. A second call while one is
// on gets 486.
type Answer struct {
	After  time.Duration // how long to let it ring first
	Refuse string        // refuse it then: hotline.EBusy, hotline.EDeclined, hotline.ENoAnswer; "" answers it
	Never  bool          // ring until the caller gives up
	Script Script        // what to do once it is answered; after it the phone hangs up
	Options
	// Done is told of each call, refused ones included, when it is over. It runs
	// on the call's goroutine.
	Done func(*Report)
}

// incoming runs on the goroutine of its leg.
func (p *Phone) incoming(ctx context.Context, l *sip.Leg) {
	a := p.c.Answer
	if a == nil {
		_ = l.Hangup(ctx, hotline.EDeclined)
		return
	}
	info := l.Info()
	if !p.take() {
		r := &Report{Direction: "in", From: info.From, To: info.To, Started: time.Now(), Ended: Refused}
		if r.Err = l.Hangup(ctx, hotline.EBusy); r.Err != nil {
			r.Error = r.Err.Error()
		}
		if a.Done != nil {
			a.Done(r)
		}
		return
	}
	defer p.release()
	c := newCall(&p.wire, p.answers, a.Options, &Report{Direction: "in", From: info.From, To: info.To, Started: time.Now()})
	c.tell(Observation{Kind: Ringing})
	r, _ := p.answer(ctx, c, l, a)
	if a.Done != nil {
		a.Done(r)
	}
}

func (p *Phone) answer(ctx context.Context, c *call, l leg, a *Answer) (*Report, error) {
	if why := c.ring(ctx, l, a); why != "" {
		return c.end(why, nil)
	}
	if a.Refuse != "" {
		return c.end(Refused, l.Hangup(ctx, a.Refuse))
	}
	return c.run(ctx, l, a.Script)
}

// ring waits as long as a wants, and says why the call was over before.
func (c *call) ring(ctx context.Context, l leg, a *Answer) (over string) {
	after := time.After(a.After)
	if a.Never {
		after = nil
	}
	for {
		select {
		case _, ok := <-l.Signals():
			if !ok {
				return Cancelled
			}
		case <-after:
			return ""
		case <-ctx.Done():
			return Closed
		}
	}
}

// uri is the SIP URI of a user at an address as sip.Server.Addrs gives it.
func uri(user, addr string) string {
	network, host, _ := strings.Cut(addr, "://")
	s := "sip:" + url.PathEscape(user) + "@" + host
	if network != "udp" {
		s += ";transport=" + network
	}
	return s
}
