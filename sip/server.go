package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"golang.org/x/net/netutil"

	"hotline"
	"hotline/media/codec"
)

const (
	maxMessage     = 32 << 10 // bytes of a SIP message
	maxConnections = 1024     // per TCP listener
	farewell       = 2 * time.Second
)

func init() {
	// sipgo refuses to send what may not fit an Ethernet frame. A response to a
	// request with many Via and Record-Route must go out whatever its size.
	sip.UDPMTUSize = maxMessage
	// Its own 100 Trying would read the request while we do. Ours goes out at once.
	sip.Timer_1xx = time.Hour
	// It logs whole messages that it cannot read, and with them who called whom.
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
}

// Server has the sockets, the dialogs and the rules of who may call.
type Server struct {
	c         Config
	log       *slog.Logger
	advertise netip.Addr
	ua        *sipgo.UserAgent
	parser    *sip.Parser
	sockets   []socket
	accept    func(context.Context, *Leg)
	ctx       context.Context // of the accept functions
	ending    chan struct{}   // closed when dialling should be cancelled
	done      chan struct{}   // closed when what still waits for a peer should give up
	calls     sync.WaitGroup  // accept functions
	work      sync.WaitGroup  // requests being handled, dials being undone

	mu       sync.Mutex
	legs     map[legKey]*Leg
	invites  map[inviteKey]bool // to recognise merged requests
	incoming int
	serving  bool
	draining bool
	closed   bool // no more work

	shut atomic.Bool // closed, for the gates
}

type socket struct {
	network string // "UDP", "TCP"
	addr    netip.AddrPort
	udp     *gate
	tcp     net.Listener
}

func (k socket) close() error {
	if k.udp != nil {
		return k.udp.Close()
	}
	return k.tcp.Close()
}

// Listen binds the sockets. Nothing is read from them before Serve.
func Listen(c Config) (*Server, error) {
	if c.Codecs == nil {
		c.Codecs = []codec.Codec{codec.G722, codec.PCMU, codec.PCMA}
	}
	if c.UserAgent == "" {
		c.UserAgent = "hotline"
	}
	if c.RingTimeout <= 0 {
		c.RingTimeout = 3 * time.Minute
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	s := &Server{c: c, log: c.Log, ending: make(chan struct{}), done: make(chan struct{}), legs: map[legKey]*Leg{}, invites: map[inviteKey]bool{}}
	bad := func(format string, args ...any) error {
		return &hotline.Error{Op: "sip.Listen", Code: hotline.EInvalid, Message: fmt.Sprintf(format, args...)}
	}
	if c.Ports == nil || len(c.Listen) == 0 {
		return nil, bad("no media ports or no address to listen on")
	}
	if c.Advertise != "" {
		a, err := netip.ParseAddr(c.Advertise)
		if err != nil {
			return nil, bad("advertise must be an IP address: %q", c.Advertise)
		}
		s.advertise = a.Unmap()
	}
	discard := slog.New(slog.DiscardHandler)
	s.parser = sip.NewParser()
	s.parser.MaxMessageLength = maxMessage
	ua, err := sipgo.NewUA(sipgo.WithUserAgent(c.UserAgent), sipgo.WithUserAgentParser(s.parser),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(discard)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(discard),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		return nil, &hotline.Error{Op: "sip.Listen", Code: hotline.EInternal, Message: "user agent", Err: err}
	}
	s.ua = ua
	ua.TransactionLayer().OnRequest(s.handle)
	for _, l := range c.Listen {
		k, err := s.bind(l)
		if err != nil {
			s.close()
			return nil, &hotline.Error{Op: "sip.Listen", Code: hotline.EUnavailable, Message: l, Err: err}
		}
		s.sockets = append(s.sockets, k)
	}
	return s, nil
}

func (s *Server) bind(addr string) (socket, error) {
	network, hostport, ok := strings.Cut(addr, "://")
	switch {
	case ok && network == "udp":
		pc, err := net.ListenPacket("udp", hostport)
		if err != nil {
			return socket{}, err
		}
		return socket{network: "UDP", addr: addrPort(pc.LocalAddr()), udp: &gate{PacketConn: pc, s: s, ready: make(chan struct{})}}, nil
	case ok && network == "tcp":
		l, err := net.Listen("tcp", hostport)
		if err != nil {
			return socket{}, err
		}
		return socket{network: "TCP", addr: addrPort(l.Addr()),
			tcp: &door{Listener: netutil.LimitListener(l, maxConnections), s: s}}, nil
	}
	return socket{}, fmt.Errorf("not udp://HOST:PORT or tcp://HOST:PORT")
}

func addrPort(a net.Addr) netip.AddrPort {
	var p netip.AddrPort
	switch a := a.(type) {
	case *net.UDPAddr:
		p = a.AddrPort()
	case *net.TCPAddr:
		p = a.AddrPort()
	}
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

// Addrs are the bound addresses in the form and order of Config.Listen.
func (s *Server) Addrs() []string {
	var out []string
	for _, k := range s.sockets {
		out = append(out, strings.ToLower(k.network)+"://"+k.addr.String())
	}
	return out
}

// Drain refuses new incoming legs from now on, with 503 and Retry-After. Those
// there are, and dialling, go on.
func (s *Server) Drain() {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
}

// Serve answers requests until ctx ends. Each incoming leg has accept run for
// it, on its own goroutine, after the caller was told 180; when accept returns
// a leg that is still there is hung up. The context of accept ends with ctx.
//
// When ctx has ended Serve refuses new legs, waits for every accept, hangs up
// what is left and returns after everything that it started has ended. Call it
// once.
func (s *Server) Serve(ctx context.Context, accept func(context.Context, *Leg)) error {
	s.mu.Lock()
	if s.serving {
		s.mu.Unlock()
		return &hotline.Error{Op: "sip.Serve", Code: hotline.EConflict, Message: "serving already"}
	}
	s.serving, s.accept = true, accept
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.ctx = ctx

	var readers sync.WaitGroup
	failed := make(chan error, len(s.sockets))
	for _, k := range s.sockets {
		readers.Go(func() {
			var err error
			if k.udp != nil {
				err = s.ua.TransportLayer().ServeUDP(k.udp)
			} else {
				err = s.ua.TransportLayer().ServeTCP(k.tcp)
			}
			failed <- fmt.Errorf("%s: the socket is gone: %w", k.addr, errors.Join(err, net.ErrClosed))
		})
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		cancel()
	}
	s.Drain()
	s.calls.Wait()
	close(s.ending)
	s.hangupAll()
	close(s.done)
	s.shut.Store(true)
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.work.Wait()
	s.close()
	readers.Wait()
	if err != nil {
		return &hotline.Error{Op: "sip.Serve", Code: hotline.EUnavailable, Message: "listening", Err: err}
	}
	return nil
}

// hangupAll ends the legs that nobody ended, and waits for those that are being
// cancelled, all at once and for farewell at most.
func (s *Server) hangupAll() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	s.mu.Lock()
	var wg sync.WaitGroup
	for _, l := range s.legs {
		wg.Go(func() { _ = l.Hangup(ctx, hotline.Shutdown) })
	}
	s.mu.Unlock()
	wg.Wait()
}

func (s *Server) close() {
	_ = s.ua.Close()
	for _, k := range s.sockets {
		_ = k.close()
	}
}

// enter counts one more piece of work that Serve waits for; false if it is too
// late for any.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.work.Add(1)
	return true
}

func (s *Server) leg(k legKey) *Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[k]
}

// pathFor is how to reach peer, "host:port", from the socket bound at an
// address.
func (s *Server) pathFor(ctx context.Context, network string, bound netip.AddrPort, peer string) (path, error) {
	p := path{network: network, bound: bound, local: bound.Addr()}
	if p.local.IsUnspecified() {
		c, err := new(net.Dialer).DialContext(ctx, "udp", peer) // sends nothing: it asks the routing table
		if err != nil {
			return p, err
		}
		p.local = addrPort(c.LocalAddr()).Addr()
		_ = c.Close()
	}
	p.host = p.local
	if s.advertise.IsValid() {
		p.host = s.advertise
	}
	return p, nil
}

// socketFor is the first socket of a network.
func (s *Server) socketFor(network string) (socket, bool) {
	for _, k := range s.sockets {
		if k.network == network {
			return k, true
		}
	}
	return socket{}, false
}
