package rtc

import (
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"hotline"
)

// Config says where browsers reach a Server and whom it lets in. The zero Config
// is usable: any media port, every address of the machine but loopback, anyone
// from the same site.
type Config struct {
	// Path is where the Server is mounted, "/api/v1/whip", which is its default.
	// Sessions are below it.
	Path string
	// Listen is one UDP address for the media of all legs, "0.0.0.0:7882"; port 0
	// takes a free one. Empty is a port of its own for each leg.
	Listen string
	// Advertise is the address told to browsers in place of the machine's own,
	// for a server behind a NAT. It keeps the inner addresses to ourselves.
	Advertise string
	// Networks are those of the machine's addresses that browsers are told of.
	// Nil is all but loopback and link-local.
	Networks []netip.Prefix
	// Loopback offers loopback addresses and believes those of browsers, for
	// tests and for trying out on one machine.
	Loopback bool
	// ICEServers are told to browsers (STUN and TURN), for those who do not see
	// us directly.
	ICEServers []ICEServer
	// Relays are the ICE servers that we use ourselves. A server whose address is
	// reachable, or told with Advertise, needs none; each delays the answer.
	Relays []ICEServer
	// Origins of pages on other sites that may call, "https://shop.example"; "*"
	// is any. Pages on our own may anyway.
	Origins []string
	// Admit says who makes a request. An error with hotline.EForbidden is 401, or
	// 403 for those who gave credentials, EUnavailable is 503. It runs for each
	// request of a leg's life but preflights, and must not block for long.
	// Nil admits everyone as nobody in particular.
	Admit func(*http.Request) (Guest, error)
	// Max is the number of legs at once, parked ones included; one more gets 503.
	// 0 is 200.
	Max int
	// ConnectTimeout is how long a browser may take from the answer to a
	// connection; 0 is 15 s.
	ConnectTimeout time.Duration
	// Silent is how long nothing may come before hotline.SigSilent; 0 is 3 s.
	// Lost is how much longer until the leg is given up; 0 is 12 s, time enough
	// for a phone that changes networks to come back.
	Silent, Lost time.Duration
	// StaffSilent and StaffLost are those of people at the desk, whose callers must
	// not be left with nobody; 0 is 2 s and 1.5 s.
	StaffSilent, StaffLost time.Duration

	// Refused is told of each offer that did not become a leg. It must not block.
	Refused func(Refusal)
	Log     *slog.Logger // nil is slog.Default
}

// An ICEServer is a STUN or TURN server (RFC 7064, 7065).
type ICEServer struct {
	URLs                 []string // "stun:stun.example.net", "turn:turn.example.net?transport=udp"
	Username, Credential string   // for TURN
}

// A Guest is who posts an offer.
type Guest struct {
	// Agent is set for an agent at the desk: the leg waits for Dial. With a Call it
	// answers the Dial for that call and no other, and is refused if there is none.
	Agent hotline.AgentID
	Call  hotline.CallID
	// Owner is set for people at the desk: nobody else may change their leg or hang
	// it up. Empty is Agent; of a customer's leg, whoever knows its URL may.
	Owner    string
	From, To string            // as in hotline.LegInfo
	Headers  map[string]string // likewise
}

// A Refusal is an offer that did not become a leg.
type Refusal struct {
	Remote string     // "https 127.0.0.1:51312"
	Code   int        // HTTP status
	Reason string     // why, in words
	Query  url.Values // of its URL
}

func (c *Config) defaults() {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&c.ConnectTimeout, 15*time.Second)
	set(&c.Silent, 3*time.Second)
	set(&c.Lost, 12*time.Second)
	set(&c.StaffSilent, 2*time.Second)
	set(&c.StaffLost, 1500*time.Millisecond)
	if c.Path == "" {
		c.Path = "/api/v1/whip"
	}
	if c.Max <= 0 {
		c.Max = 200
	}
	if c.Admit == nil {
		c.Admit = func(*http.Request) (Guest, error) { return Guest{}, nil }
	}
	if c.Refused == nil {
		c.Refused = func(Refusal) {}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
}

// keeps reports whether one of our addresses may be told.
func (c *Config) keeps(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsLoopback() {
		return c.Loopback
	}
	if c.Networks == nil {
		return a.IsGlobalUnicast() // private ones are, link-local ones are not
	}
	for _, n := range c.Networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// believes reports whether we may send to an address that a browser claims.
func (c *Config) believes(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() || a.IsLoopback() && c.Loopback
}

// opusFormat is what we take, and thereby what browsers send (RFC 7587 section
// 6.1): wideband is all that we can use.
const opusFormat = "minptime=10;useinbandfec=1;maxplaybackrate=16000;maxaveragebitrate=32000"

// engine is pion set up for one leg: a MediaEngine keeps what one has negotiated.
func (s *Server) engine(g Guest) (*webrtc.API, error) {
	var m webrtc.MediaEngine
	for _, f := range []struct {
		mime     string
		rate     uint32
		channels uint16
		fmtp     string
		pt       webrtc.PayloadType
	}{
		{webrtc.MimeTypeOpus, 48000, 2, opusFormat, 111},
		{webrtc.MimeTypeG722, 8000, 0, "", 9},
		{webrtc.MimeTypePCMU, 8000, 0, "", 0},
		{webrtc.MimeTypePCMA, 8000, 0, "", 8},
		{mimeKeys, 48000, 0, "0-15", 110},
		{mimeKeys, 8000, 0, "0-15", 126},
	} {
		err := m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: f.pt, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: f.mime, ClockRate: f.rate, Channels: f.channels, SDPFmtpLine: f.fmtp}}, webrtc.RTPCodecTypeAudio)
		if err != nil {
			return nil, err
		}
	}
	var chain interceptor.Registry
	receiver, err := report.NewReceiverInterceptor()
	if err != nil {
		return nil, err
	}
	sender, err := report.NewSenderInterceptor()
	if err != nil {
		return nil, err
	}
	chain.Add(receiver)
	chain.Add(sender)
	settings := s.settings
	if g.staff() {
		settings.SetICETimeouts(max(s.c.StaffSilent, 3*keepAliveStaff), s.c.StaffLost, keepAliveStaff)
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithInterceptorRegistry(&chain), webrtc.WithSettingEngine(settings)), nil
}

// owner is who may change the leg; empty is anybody who knows its URL.
func (g Guest) owner() string { return cmp.Or(g.Owner, string(g.Agent)) }

func (g Guest) staff() bool { return g.owner() != "" }

// quiet is pion's logging: none, because it has addresses in it.
var quiet = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
