// Package rtp carries one leg's audio over UDP (RFC 3550, 3551, 3389, 4733).
//
// A Session is one stream each way between a pair of UDP ports and a peer. Open
// binds the ports, so that signalling can offer them; Update tells what signalling
// has agreed, at first and again at every change; Run moves the audio; Close gives
// the ports back.
//
// Run has one goroutine for time, the caller's own: every 20 ms it takes a frame
// out of the jitter buffer for the Sink and sends one from the Source. Ticks lie on
// a fixed grid, so neither side drifts; after a hold-up they come twice as
// fast until the lost time is made up, and a hold-up over 200 ms is skipped: Frame.At
// and the timestamps jump. Two more goroutines read the sockets. Signal and
// Packet are called on all three, so they must expect two calls at once.
//
// Where the peer sends from is learnt (symmetric RTP), because signalled
// addresses behind a NAT are wrong; source.go has the rules that keep strangers
// out. SSRC, sequence numbers and timestamps go on unbroken through
// every Update.
package rtp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"hotline"
	"hotline/media"
	"hotline/media/codec"
	"hotline/media/jitter"
	"hotline/media/keys"
)

// Direction is ours, as SDP says it (RFC 3264 section 6.1).
type Direction uint8

const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

func (d Direction) sends() bool    { return d == SendRecv || d == SendOnly }
func (d Direction) receives() bool { return d == SendRecv || d == RecvOnly }

// Params is what signalling has agreed for the stream. They may change in
// mid-call (re-INVITE).
type Params struct {
	Remote    netip.AddrPort // where to send; an invalid address means: wait and learn it from the first packets
	Codec     codec.Codec
	PT        uint8 // payload type that we send: the peer's number for Codec
	RecvPT    uint8 // payload type that we expect: our own number for Codec
	KeyPT     uint8 // telephone-event that we send; 0 if not agreed
	RecvKeyPT uint8
	Direction Direction
}

// Config is what an application decides about its streams.
type Config struct {
	Timeout time.Duration // no packet for so long is SigSilent; 0 is 10 s
	// Signal is told of keys (RFC 4733), silence and sound again. It must not
	// block.
	Signal func(hotline.Signal)
	// Packet, if set, sees each audio packet at the wire, for measuring: dir is
	// 's' or 'r', and voiced is false for silence. It must not block.
	Packet func(dir byte, at time.Time, voiced bool)
}

// Session is one RTP stream each way. It implements media.Stream. All methods
// may be called at the same time.
type Session struct {
	c         Config
	local     netip.AddrPort
	rtp, rtcp conn
	release   func() // gives the ports back
	closed    sync.Once
	ran       atomic.Bool
	ended     chan struct{} // closed by end
	end       func()        // Run has returned or never will

	send   sender     // Run's goroutine only
	packet rtp.Packet // the reader's only

	sent, sentOctets, discarded, lateTicks atomic.Uint64

	mu       sync.Mutex
	start    time.Time // of Run; zero before
	params   Params
	set      bool // params were
	source   source
	jitter   *jitter.Buffer
	decoders [3]codec.Decoder            // of codec.All, made when needed
	meters   [3]func(payload []byte) int // likewise
	keys     keysIn
	typed    keys.Sender
	heard    time.Duration // when the peer last sent anything
	silent   bool          // SigSilent was sent
	report   report
}

// conn is what a Session needs of a *net.UDPConn.
type conn interface {
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error)
	SetReadDeadline(t time.Time) error
	Close() error
}

// Open binds a pair of ports on ip. The error has the code EUnavailable when
// there is none left.
func Open(p *Ports, ip netip.Addr, c Config) (*Session, error) {
	data, control, local, err := p.open(ip)
	if err != nil {
		return nil, err
	}
	return newSession(c, local, data, control, func() { p.release(local.Port()) }), nil
}

func newSession(c Config, local netip.AddrPort, data, control conn, release func()) *Session {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Signal == nil {
		c.Signal = func(hotline.Signal) {}
	}
	s := &Session{c: c, local: local, rtp: data, rtcp: control, release: release,
		ended: make(chan struct{}), jitter: jitter.New()}
	s.end = sync.OnceFunc(func() { close(s.ended) })
	s.send.init()
	s.report.cname = fmt.Sprintf("%016x", rand.Uint64())
	return s
}

// LocalAddr is where the peer must send.
func (s *Session) LocalAddr() netip.AddrPort { return s.local }

// Update takes what signalling agreed; the first call must come before Run.
func (s *Session) Update(p Params) {
	if p.Remote.Addr().IsUnspecified() {
		p.Remote = netip.AddrPort{}
	}
	p.Remote = netip.AddrPortFrom(p.Remote.Addr().Unmap(), p.Remote.Port())
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if !s.set || p.Remote != s.params.Remote {
		s.source.signal(now, p.Remote)
		s.report.peer = netip.AddrPort{}
	}
	if !s.params.Direction.receives() {
		s.heard = now // the time-out begins anew
	}
	s.params, s.set = p, true
}

// now is the media time; the caller has the lock.
func (s *Session) now() time.Duration {
	if s.start.IsZero() {
		return 0
	}
	return time.Since(s.start)
}

// Run implements media.Stream. It may be called once. It returns nil when ctx
// ends, and the error when a socket fails. At the end it sends an RTCP BYE.
func (s *Session) Run(ctx context.Context, in media.Sink, out media.Source) error {
	s.mu.Lock()
	set := s.set
	s.mu.Unlock()
	if !set || s.ran.Swap(true) {
		return &hotline.Error{Op: "rtp.Run", Code: hotline.EInvalid, Message: "no Update before, or the second Run"}
	}
	defer s.end()
	s.mu.Lock()
	s.start = time.Now()
	s.mu.Unlock()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var readers sync.WaitGroup
	for _, r := range []struct {
		conn
		take func(from netip.AddrPort, data []byte)
	}{{s.rtp, s.receive}, {s.rtcp, s.receiveRTCP}} {
		readers.Go(func() {
			if err := read(ctx, r.conn, r.take); err != nil {
				cancel(err)
			}
		})
	}
	s.pace(ctx, in, out)
	s.sendRTCP(time.Now(), true)
	cancel(nil)
	s.rtp.SetReadDeadline(time.Unix(1, 0)) // wakes the readers; if it fails, they are awake
	s.rtcp.SetReadDeadline(time.Unix(1, 0))
	readers.Wait()
	if err := context.Cause(ctx); errors.Is(err, errSocket) {
		return err
	}
	return nil
}

var errSocket = errors.New("rtp: socket")

// read hands each packet to take until ctx ends or the socket fails.
func read(ctx context.Context, c conn, take func(netip.AddrPort, []byte)) error {
	buf := make([]byte, 2048)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("%w: %w", errSocket, err)
		}
		take(netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), buf[:n])
	}
}

// Stats may be called at any time.
func (s *Session) Stats() hotline.MediaStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.jitter.Stats()
	inMs := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return hotline.MediaStats{
		Codec: s.params.Codec.Name,
		Sent:  s.sent.Load(), Received: j.Received,
		Lost: j.Lost, Late: j.Late, Reordered: j.Reordered, Duplicate: j.Duplicate, Concealed: j.Concealed,
		Discarded: s.discarded.Load(),
		JitterMs:  inMs(j.Jitter), DepthMs: inMs(j.Depth), RTTMs: inMs(s.report.rtt),
		LateTicks:  s.lateTicks.Load(),
		RemoteLost: s.report.remoteLost,
	}
}

// Close frees the ports, after a quarantine. Run must have returned, or never
// been called. Closing again does nothing.
func (s *Session) Close() error {
	var err error
	s.closed.Do(func() {
		s.end()
		err = errors.Join(s.rtp.Close(), s.rtcp.Close())
		s.release()
	})
	return err
}
