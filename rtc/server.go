package rtc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"hotline"
)

const (
	farewell  = 2 * time.Second
	keepAlive = time.Second // between ICE checks; all that comes from a browser that is muted

	keepAliveStaff = 500 * time.Millisecond
)

// Server has the legs and the rules of who may make one. It is an http.Handler.
type Server struct {
	c        Config
	settings webrtc.SettingEngine
	mux      ice.UDPMux // nil: a port for each leg
	rtc      webrtc.Configuration
	accept   func(context.Context, *Leg)
	ctx      context.Context // of the accept functions
	calls    sync.WaitGroup  // accept functions
	work     sync.WaitGroup  // legs

	mu       sync.Mutex
	legs     map[string]*Leg // by the last part of their URL
	desk     map[hotline.AgentID]*seat
	serving  bool
	draining bool
	closed   bool // no more legs
}

// New binds the media port, if there is to be one. Close gives it back if Serve
// is never called.
func New(c Config) (*Server, error) {
	c.defaults()
	s := &Server{c: c, legs: map[string]*Leg{}, desk: map[hotline.AgentID]*seat{}}
	fail := func(code, message string, err error) (*Server, error) {
		return nil, &hotline.Error{Op: "rtc.New", Code: code, Message: message, Err: err}
	}
	e := &s.settings
	e.LoggerFactory = quiet
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled) // we neither ask the local network for names nor hide behind one
	networks := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	e.SetIncludeLoopbackCandidate(c.Loopback)
	e.SetIPFilter(filter(c.keeps))
	e.SetRemoteIPFilter(filter(c.believes))
	e.SetICETimeouts(max(c.Silent, 3*keepAlive), c.Lost, keepAlive)
	e.SetFireOnTrackBeforeFirstRTP(true)
	e.DisableActiveTCP(true)
	e.SetReceiveMTU(maxRTP)
	e.SetSTUNGatherTimeout(gatherTimeout)
	if c.Advertise != "" {
		a, err := netip.ParseAddr(c.Advertise)
		if err != nil {
			return fail(hotline.EInvalid, "advertise must be an IP address", err)
		}
		if err := e.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{External: []string{a.String()},
			AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace}); err != nil {
			return fail(hotline.EInvalid, "advertise", err)
		}
		if networks = networks[:1]; a.Unmap().Is6() { // the other family would tell our own
			networks[0] = webrtc.NetworkTypeUDP6
		}
	}
	e.SetNetworkTypes(networks)
	for _, r := range c.Relays {
		s.rtc.ICEServers = append(s.rtc.ICEServers, webrtc.ICEServer{URLs: r.URLs, Username: r.Username, Credential: r.Credential})
	}
	s.rtc.BundlePolicy = webrtc.BundlePolicyMaxBundle
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fail(hotline.EInternal, "key", err)
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return fail(hotline.EInternal, "certificate", err)
	}
	s.rtc.Certificates = []webrtc.Certificate{*cert}
	if c.Listen != "" {
		if s.mux, err = listen(&c); err != nil {
			return fail(hotline.EUnavailable, c.Listen, err)
		}
		e.SetICEUDPMux(s.mux)
	}
	return s, nil
}

func filter(keep func(netip.Addr) bool) func(net.IP) bool {
	return func(ip net.IP) bool {
		a, ok := netip.AddrFromSlice(ip)
		return ok && keep(a)
	}
}

// listen binds the one media port. On an unspecified address it is bound on each
// address that we tell, so that answers leave from the one that was asked.
func listen(c *Config) (ice.UDPMux, error) {
	addr, err := net.ResolveUDPAddr("udp", c.Listen)
	if err != nil {
		return nil, err
	}
	log := quiet.NewLogger("ice")
	if addr.IP == nil || addr.IP.IsUnspecified() {
		opts := []ice.UDPMuxFromPortOption{ice.UDPMuxFromPortWithIPFilter(filter(c.keeps)), ice.UDPMuxFromPortWithLogger(log)}
		if c.Loopback {
			opts = append(opts, ice.UDPMuxFromPortWithLoopback())
		}
		return ice.NewMultiUDPMuxFromPort(addr.Port, opts...)
	}
	conn, err := net.ListenUDP("udp", addr)
	if err != nil {
		return nil, err
	}
	return webrtc.NewICEUDPMux(log, conn), nil
}

// Drain refuses new legs from now on, with 503 and Retry-After. Those there are
// go on.
func (s *Server) Drain() {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
}

// Serve lets offers in until ctx ends; before it they get 503. Each leg that is
// not an agent's has accept run for it, on its own goroutine, once the browser has
// the answer; when accept returns, a leg that is still there is hung up. The
// context of accept ends with ctx.
//
// When ctx has ended Serve refuses new legs, waits for every accept, hangs up
// what is left and returns after everything that it started has ended. Call it
// once.
func (s *Server) Serve(ctx context.Context, accept func(context.Context, *Leg)) error {
	s.mu.Lock()
	if s.serving || s.closed {
		s.mu.Unlock()
		return &hotline.Error{Op: "rtc.Serve", Code: hotline.EConflict, Message: "serving already, or closed"}
	}
	s.serving, s.accept, s.ctx = true, accept, ctx
	s.mu.Unlock()
	<-ctx.Done()
	s.Drain()
	s.calls.Wait()
	return s.Close()
}

// Close hangs up every leg, waits for all that belongs to them, and gives the
// media port back. Serve does it; closing again does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed, s.draining = true, true
	mux := s.mux
	s.mux = nil
	left := make([]*Leg, 0, len(s.legs))
	for _, l := range s.legs {
		left = append(left, l)
	}
	s.mu.Unlock()
	for _, l := range left {
		l.end("")
	}
	s.work.Wait()
	if mux != nil {
		return mux.Close()
	}
	return nil
}

// enter takes a place for a leg; Leg.shut gives it back.
func (s *Server) enter(l *Leg) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.serving || s.draining:
		return refuse(503, "not taking calls")
	case len(s.legs) >= s.c.Max:
		return refuse(503, "too many calls")
	}
	s.legs[l.id] = l
	s.work.Add(1)
	return nil
}

func (s *Server) forget(l *Leg) {
	s.mu.Lock()
	delete(s.legs, l.id)
	s.mu.Unlock()
	s.work.Done()
}

func (s *Server) find(id string) *Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[id]
}

// begin gives a leg to whom it is for.
func (s *Server) begin(l *Leg) {
	if l.guest.Agent != "" {
		s.park(l)
		return
	}
	s.mu.Lock()
	draining := s.draining
	if !draining {
		s.calls.Go(func() {
			s.accept(s.ctx, l)
			ctx, cancel := context.WithTimeout(context.Background(), farewell)
			defer cancel()
			_ = l.Hangup(ctx, hotline.BotHangup)
		})
	}
	s.mu.Unlock()
	if draining {
		l.end("")
	}
}
