package main

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"time"

	"hotline"
	"hotline/rtc"
	"hotline/sip"
	"hotline/store"
)

// RTCConfig is for callers in browsers.
type RTCConfig struct {
	Listen     string            `yaml:"listen"`      // one UDP address for all media; empty: a port for each call
	Advertise  string            `yaml:"advertise"`   // IP address told to browsers, behind a NAT
	ICEServers []ICEServerConfig `yaml:"ice_servers"` // told to browsers
}

// An ICEServerConfig is a STUN or TURN server.
type ICEServerConfig struct {
	URLs          []string `yaml:"urls"` // "stun:stun.example.net"
	Username      string   `yaml:"username"`
	CredentialEnv string   `yaml:"credential_env"`
}

func (c RTCConfig) validate(bad func(string, ...any)) {
	if c.Listen != "" {
		if _, err := netip.ParseAddrPort(c.Listen); err != nil {
			bad("rtc.listen: %q: expected address:port, such as 0.0.0.0:7882", c.Listen)
		}
	}
	if c.Advertise != "" {
		if _, err := netip.ParseAddr(c.Advertise); err != nil {
			bad("rtc.advertise: %q: expected an IP address", c.Advertise)
		}
	}
	for _, s := range c.ICEServers {
		for _, raw := range s.URLs {
			switch u, err := url.Parse(raw); {
			case err != nil, u.Scheme != "stun" && u.Scheme != "stuns" && u.Scheme != "turn" && u.Scheme != "turns":
				bad("rtc.ice_servers: %q: expected stun:host or turn:host", raw)
			}
		}
		if s.CredentialEnv != "" && os.Getenv(s.CredentialEnv) == "" {
			bad("rtc.ice_servers: the environment variable %s is empty", s.CredentialEnv)
		}
	}
}

// callHeader tells a browser the id of its call. Within the program it carries
// the id from the request to the leg: whip sets it, whatever the client sent.
const callHeader = "Hotline-Call"

// secretHeader gives a customer what they read the captions of their call with.
const secretHeader = "Hotline-Secret"

// languageHeader carries, within the program, the language of a customer's page;
// a telephone system may send it in its INVITE.
const languageHeader = "Hotline-Language"

// asks is the language that a caller asks to begin in, if the bot speaks it and it
// would be understood; else empty.
func (s *server) asks(leg hotline.LegInfo, speaks []string) string {
	if l := leg.Headers[languageHeader]; slices.Contains(speaks, l) && s.cfg.ASR.hears(l) {
		return l
	}
	return ""
}

// openBrowsers makes the server of browsers: customers', and those of people at
// the desk. Their media comes from loopback only where the API does.
func (s *server) openBrowsers() (*rtc.Server, error) {
	c := s.cfg.RTC
	conf := rtc.Config{Listen: c.Listen, Advertise: c.Advertise, Loopback: !s.cfg.HTTP.door().Open(), Max: s.cfg.Calls.Max, Log: s.log,
		Admit: func(r *http.Request) (rtc.Guest, error) {
			if g, staff, err := s.admitStaff(r); staff || err != nil || g.Owner != "" {
				return g, err
			}
			to := r.URL.Query().Get("to")
			if _, ok := s.cfg.number(to); !ok && r.Method == http.MethodPost {
				return rtc.Guest{}, &hotline.Error{Op: "whip", Code: hotline.EForbidden, Message: "no bot answers this number"}
			}
			return rtc.Guest{From: "web", To: to, Headers: map[string]string{
				callHeader: r.Header.Get(callHeader), languageHeader: r.URL.Query().Get("lang")}}, nil
		},
		Refused: func(r rtc.Refusal) {
			if q := r.Query; q.Has("answer") || q.Has("join") {
				return // no call
			}
			s.refused(sip.Refusal{From: "web", Remote: r.Remote, Code: r.Code, Reason: r.Reason})
		},
	}
	for _, i := range c.ICEServers {
		conf.ICEServers = append(conf.ICEServers, rtc.ICEServer{URLs: i.URLs, Username: i.Username, Credential: os.Getenv(i.CredentialEnv)})
	}
	return rtc.New(conf)
}

// whip gives each new call of a browser its id and tells the page.
func (s *server) whip(w http.ResponseWriter, r *http.Request) {
	r.Header.Del(callHeader)
	if q := r.URL.Query(); r.Method == http.MethodPost && (q.Has("answer") || q.Has("join")) {
		w.Header().Set(callHeader, cmp.Or(q.Get("answer"), q.Get("join")))
	} else if r.Method == http.MethodPost {
		id := string(store.NewCallID(time.Now()))
		r.Header.Set(callHeader, id)
		w.Header().Set(callHeader, id)
		w.Header().Set(secretHeader, s.people.CallSecret(hotline.CallID(id)))
	}
	s.rtc.ServeHTTP(w, r)
}

// acceptBrowser is the life of a browser's call.
func (s *server) acceptBrowser(ctx context.Context, leg *rtc.Leg) {
	h := leg.Info().Headers
	if mode, joins := h[joinHeader]; joins {
		s.acceptSupervisor(ctx, leg, mode)
		return
	}
	s.accept(ctx, hotline.CallID(h[callHeader]), leg)
}
