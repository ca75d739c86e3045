package sip

import (
	"context"
	"maps"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"

	"hotline"
	"hotline/media"
	"hotline/media/rtp"
)

// A Leg is one dialog and its audio. It implements call.Leg.
//
// Its methods may be called from any goroutine. Signals is closed when the leg
// is over, after hotline.SigHangup if that was the far end's doing. The media
// ports are given back when the leg is over and its stream does not run.
type Leg struct {
	s        *Server
	info     hotline.LegInfo
	outgoing bool
	ctx      context.Context // ends when the dialog is gone
	cancel   context.CancelFunc
	signals  chan hotline.Signal
	answered chan struct{} // closed when Answer has sent 200
	settled  chan struct{} // closed when the first offer has its answer
	exchange chan struct{} // holds a token: one offer or answer of ours at a time
	creds    credentials

	// Of the INVITE that made an incoming leg.
	req    *sip.Request
	tx     *sip.ServerTx
	invite inviteKey
	first  *pending // of its 200, set before answered is closed

	mu        sync.Mutex
	st        state
	dlg       dialog
	waiting   *pending // a 200 of ours that has no ACK yet
	over      bool     // Signals is closed
	reason    string   // why we hung up before the ACK
	byeReason string
	offer     *description // of the INVITE; nil if we must make one
	session   session
	media     *rtp.Session
	running   int // of stream.Run
}

// session is what the two sides have agreed, and how we describe it.
type session struct {
	agreed
	ours    ours
	offered description // our last offer
	id      uint64
	version uint64
	sdp     []byte // what we said last
}

// describe writes d as ours. The version of o= grows when, and only when,
// something else has changed (RFC 3264 section 8).
func (n *session) describe(d description) []byte {
	d.id, d.version = n.id, n.version
	if b := d.bytes(); string(b) == string(n.sdp) {
		return b
	}
	if n.sdp != nil {
		d.version++
	}
	n.version, n.sdp = d.version, d.bytes()
	return n.sdp
}

// pending is an INVITE whose 200 waits for its ACK.
type pending struct {
	seq  uint32
	res  *sip.Response
	ack  chan *sip.Request // of one
	done chan struct{}     // closed when nobody waits any more
}

func newLeg(s *Server, outgoing bool) *Leg {
	l := &Leg{s: s, outgoing: outgoing, signals: make(chan hotline.Signal, 64), answered: make(chan struct{}),
		settled: make(chan struct{}), exchange: make(chan struct{}, 1)}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.session.id, l.session.version = newSessionID(), 1
	return l
}

// Info says who is on the leg.
func (l *Leg) Info() hotline.LegInfo {
	info := l.info
	info.Headers = maps.Clone(info.Headers)
	return info
}

// Signals carries keys, hold and the far end's hangup, whose Reason is
// hotline.CallerHangup on an incoming leg, hotline.AgentHangup on one that we
// dialled, hotline.NoAck, or "cancelled" before the answer. It is closed when
// the leg is over. A reader that leaves 60 signals unread loses later keys, not
// the end.
func (l *Leg) Signals() <-chan hotline.Signal { return l.signals }

// push hands on a signal of the far end's. It never blocks.
func (l *Leg) push(sig hotline.Signal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over && len(l.signals) < cap(l.signals)-1 {
		l.signals <- sig
	}
}

// move applies ev to the dialog and reports the state before it, and whether it
// did anything.
func (l *Leg) move(ev event) (from state, ok bool) {
	l.mu.Lock()
	from, ok = l.step(ev)
	l.mu.Unlock()
	l.cleanUp()
	return from, ok
}

// end is move for an event that ends the leg for those who use it: with it, and
// not later, Signals ends, after a hangup if reason says that it is the far
// end's doing.
func (l *Leg) end(ev event, reason string) (from state, ok bool) {
	l.mu.Lock()
	from, ok = l.step(ev)
	if ok && !l.over {
		l.over = true
		if reason != "" {
			l.signals <- hotline.Signal{Kind: hotline.SigHangup, Reason: reason} // push has left a place for it
		}
		close(l.signals)
	}
	l.mu.Unlock()
	l.cleanUp()
	return from, ok
}

func (l *Leg) step(ev event) (from state, ok bool) {
	from = l.st
	to, ok := from.next(ev)
	if ok {
		l.st = to
	}
	return from, ok
}

// cleanUp takes a leg that is gone off the server's books, and gives back the
// media of one that is over unless its stream runs.
func (l *Leg) cleanUp() {
	l.mu.Lock()
	isGone, media := l.st == gone, l.releasable()
	l.mu.Unlock()
	if isGone {
		l.cancel()
		l.s.forget(l)
	}
	if media != nil {
		_ = media.Close()
	}
}

// Stats is what happened to the leg's packets so far.
func (l *Leg) Stats() hotline.MediaStats {
	l.mu.Lock()
	m := l.media
	l.mu.Unlock()
	if m == nil {
		return hotline.MediaStats{}
	}
	return m.Stats()
}

// LocalSDP is the session description that we sent last, for tests.
func (l *Leg) LocalSDP() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.session.sdp)
}

// ByeReason is what the far end gave as its reason (RFC 3326) in its BYE.
func (l *Leg) ByeReason() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byeReason
}

// SendKeys sends keys 0-9 * # A-D as RFC 4733 events, in order, in place of
// audio. The stream must run.
func (l *Leg) SendKeys(ctx context.Context, keys string) error {
	l.mu.Lock()
	m, can := l.media, l.session.params.KeyPT != 0
	l.mu.Unlock()
	if m == nil || !can {
		return &hotline.Error{Op: "sip.SendKeys", Code: hotline.EUnavailable, Message: "the peer takes no telephone-event"}
	}
	return m.SendKeys(ctx, keys)
}

// openMedia binds the leg's media ports on its path. It does so once.
func (l *Leg) openMedia() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.media != nil {
		return nil
	}
	m, err := rtp.Open(l.s.c.Ports, l.dlg.path.local, rtp.Config{Timeout: l.s.c.MediaTimeout, Signal: l.push, Packet: l.s.c.Packet})
	if err != nil {
		return &hotline.Error{Op: "sip.media", Code: hotline.EUnavailable, Message: "no media port", Err: err}
	}
	l.media = m
	l.session.ours.addr = netip.AddrPortFrom(l.dlg.path.host, m.LocalAddr().Port())
	return nil
}

// settle takes the outcome of an offer and its answer into use and tells of
// hold and its end.
func (l *Leg) settle(a agreed) {
	l.mu.Lock()
	was := l.session.agreed
	if a.params.Codec.Name == "" { // the audio line is switched off: the rest stays
		a.params = was.params
		a.params.Direction = rtp.Inactive
	}
	l.session.agreed = a
	if a.params != was.params && !l.over {
		l.media.Update(a.params)
	}
	l.mu.Unlock()
	switch {
	case a.held && !was.held:
		l.push(hotline.Signal{Kind: hotline.SigHold})
	case !a.held && was.held:
		l.push(hotline.Signal{Kind: hotline.SigResume})
	}
}

// stream is a leg's audio. It stops running when the dialog is gone.
type stream struct{ l *Leg }

var _ media.Stream = stream{}

// Run implements media.Stream. It may be called once.
func (t stream) Run(ctx context.Context, in media.Sink, out media.Source) error {
	l := t.l
	l.mu.Lock()
	if l.over {
		l.mu.Unlock()
		return &hotline.Error{Op: "sip.Run", Code: hotline.ECancelled, Message: "the leg is over"}
	}
	l.running++
	m := l.media
	l.mu.Unlock()

	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(l.ctx, cancel)
	err := m.Run(ctx, in, out)
	stop()
	cancel()

	l.mu.Lock()
	l.running--
	l.mu.Unlock()
	l.cleanUp()
	return err
}
