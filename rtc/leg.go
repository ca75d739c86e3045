package rtc

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"hotline"
	"hotline/media"
)

// A Leg is one browser and its audio. It implements call.Leg.
//
// Its methods may be called from any goroutine. Signals is closed when the leg
// is over, after hotline.SigHangup if that was the browser's doing.
type Leg struct {
	s       *Server
	id      string // the last part of its URL: who knows it may hang up
	guest   Guest
	info    hotline.LegInfo
	pc      *webrtc.PeerConnection
	audio   *stream
	ctx     context.Context // ends when the leg is over
	cancel  context.CancelFunc
	signals chan hotline.Signal
	up      chan struct{} // closed at the first connection
	gone    chan struct{} // closed when everything of the leg has ended
	readers sync.WaitGroup

	silence, lost time.Duration // of Config, for this guest

	exchange   sync.Mutex // one offer or candidate at a time
	etag       string     // of the ICE session; changes when it restarts
	candidates int        // that the browser has told us

	mu        sync.Mutex
	connected bool // once
	over      bool // Signals is closed
	silent    bool // SigSilent was the last word
	held      bool
}

// newLeg makes a leg that has not seen its offer, and starts the clock by which
// it must connect.
func (s *Server) newLeg(g Guest, remote string) (*Leg, error) {
	l := &Leg{s: s, id: random(16), guest: g, signals: make(chan hotline.Signal, 64),
		up: make(chan struct{}), gone: make(chan struct{}), etag: quoted(random(8))}
	l.info = hotline.LegInfo{ID: hotline.LegID(random(8)), From: g.From, To: g.To, Remote: remote, Headers: maps.Clone(g.Headers)}
	if g.Agent != "" {
		l.info.To = string(g.Agent) // we dial them
	}
	l.lost = s.c.Lost
	if l.silence = s.c.Silent; g.staff() {
		l.silence, l.lost = s.c.StaffSilent, s.c.StaffLost
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.audio = newStream(l)
	api, err := s.engine(g)
	if err != nil {
		return nil, err
	}
	if l.pc, err = api.NewPeerConnection(s.rtc); err != nil {
		return nil, err
	}
	if err := s.enter(l); err != nil {
		_ = l.pc.GracefulClose()
		return nil, err
	}
	l.pc.OnConnectionStateChange(l.state)
	l.pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		l.reader(func() { l.audio.read(t) })
		l.reader(func() { readReports(r.ReadRTCP, func(reports) {}) }) // the interceptors look on
	})
	timer := time.AfterFunc(s.c.ConnectTimeout, func() {
		l.mu.Lock()
		late := !l.connected
		l.mu.Unlock()
		if late {
			l.end(hotline.MediaLost)
		}
	})
	context.AfterFunc(l.ctx, func() { timer.Stop() })
	return l, nil
}

func random(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// Info says who is on the leg.
func (l *Leg) Info() hotline.LegInfo {
	info := l.info
	info.Headers = maps.Clone(info.Headers)
	return info
}

// Agent is whose leg it is; empty for a caller's.
func (l *Leg) Agent() hotline.AgentID { return l.guest.Agent }

// Reloads reports whether it is an agent's page, which may be loaded again and
// come back for its call.
func (l *Leg) Reloads() bool { return l.guest.Agent != "" }

// Answer returns the audio once the browser is connected. WHIP has no ringing: a
// browser takes itself for answered from the start, and hears silence until
// Stream.Run.
func (l *Leg) Answer(ctx context.Context) (media.Stream, error) {
	select {
	case <-l.up:
	case <-l.ctx.Done():
	case <-ctx.Done():
		return nil, &hotline.Error{Op: "rtc.Answer", Code: hotline.ECancelled, Message: "not connected", Err: ctx.Err()}
	}
	if l.ctx.Err() != nil {
		return nil, &hotline.Error{Op: "rtc.Answer", Code: hotline.ECancelled, Message: "the leg is over"}
	}
	return l.audio, nil
}

// Hangup closes the connection, which the browser notices at once (DTLS
// close_notify), and returns when all of the leg has ended, or ctx ends. What
// has been sent is played, but for what the browser's jitter buffer still holds. A
// leg that is over already is no error.
func (l *Leg) Hangup(ctx context.Context, reason string) error {
	l.end("")
	select {
	case <-l.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Signals carries keys, hold, silence and the browser's hangup, whose Reason is
// hotline.CallerHangup, hotline.AgentHangup on the leg of one at the desk (who has sent DELETE), or
// hotline.MediaLost. It is closed when the leg is over. A reader that leaves 60
// signals unread loses later keys, not the end.
func (l *Leg) Signals() <-chan hotline.Signal { return l.signals }

// Stats is what happened to the leg's packets so far.
func (l *Leg) Stats() hotline.MediaStats { return l.audio.stats() }

// SendKeys sends keys 0-9 * # A-D as RFC 4733 events, in order, in place of
// audio. The stream must run.
func (l *Leg) SendKeys(ctx context.Context, keys string) error { return l.audio.sendKeys(ctx, keys) }

// push hands on a signal of the browser's. It never blocks.
func (l *Leg) push(sig hotline.Signal) {
	l.mu.Lock()
	l.tell(sig)
	l.mu.Unlock()
}

// tell is push with the lock.
func (l *Leg) tell(sig hotline.Signal) {
	if !l.over && len(l.signals) < cap(l.signals)-1 {
		l.signals <- sig
	}
}

// quiet tells whether the browser can be heard, when that changes.
func (l *Leg) quiet(on bool) {
	l.turn(&l.silent, on, hotline.SigSilent, hotline.SigAudible)
}

// hold tells whether the browser wants to hear us, when that changes.
func (l *Leg) hold(on bool) {
	l.turn(&l.held, on, hotline.SigHold, hotline.SigResume)
}

// turn sets what is to on, and tells the one or the other if that is a change.
func (l *Leg) turn(what *bool, on bool, begins, ends hotline.SignalKind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if on == *what {
		return
	}
	*what = on
	kind := ends
	if on {
		kind = begins
	}
	l.tell(hotline.Signal{Kind: kind})
}

// state follows the connection. pion calls it from its own goroutines.
func (l *Leg) state(to webrtc.PeerConnectionState) {
	switch to {
	case webrtc.PeerConnectionStateConnected:
		l.mu.Lock()
		first := !l.connected
		l.connected = true
		l.mu.Unlock()
		if first {
			close(l.up)
		}
		if !l.audio.expects() { // else the first packet tells
			l.quiet(false)
		}
	case webrtc.PeerConnectionStateDisconnected:
		l.quiet(true)
	case webrtc.PeerConnectionStateFailed:
		l.end(hotline.MediaLost)
	case webrtc.PeerConnectionStateClosed: // by the browser, or by us, who have told already
		reason := l.farHangup()
		if l.guest.staff() { // who hang up with DELETE: their page has crashed, or was loaded again
			reason = hotline.MediaLost
		}
		l.end(reason)
	}
}

// farHangup is the reason when the browser ends the leg.
func (l *Leg) farHangup() string {
	if l.guest.staff() {
		return hotline.AgentHangup
	}
	return hotline.CallerHangup
}

// reader starts a goroutine that ends when the connection is closed.
func (l *Leg) reader(read func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over { // else shut may have ceased to wait
		l.readers.Go(read)
	}
}

// end is the end of the leg for those who use it; reason says that it is the
// browser's doing. The rest is cleared away behind the scenes.
func (l *Leg) end(reason string) {
	l.mu.Lock()
	if l.over {
		l.mu.Unlock()
		return
	}
	l.over = true
	if reason != "" {
		l.signals <- hotline.Signal{Kind: hotline.SigHangup, Reason: reason} // tell has left a place for it
	}
	close(l.signals)
	l.mu.Unlock()
	l.cancel()
	go l.shut() // counted by Server.work
}

// shutLimit bounds the end of a leg: a transport that does not end must not hold
// up the server's.
const shutLimit = 10 * time.Second

// shut gives everything back.
func (l *Leg) shut() {
	l.s.unpark(l)
	l.audio.wait()
	ended := make(chan struct{})
	go func() {
		_ = l.pc.GracefulClose()
		l.readers.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(shutLimit):
		l.s.c.Log.Error("the transport of a leg did not end", "leg", l.Info().ID)
	}
	close(l.gone)
	l.s.forget(l)
}
