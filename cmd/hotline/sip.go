package main

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"hotline/media/rtp"
	"hotline/sip"
)

type SIPConfig struct {
	Listen []string      `yaml:"listen"` // "udp://host:port", "tcp://host:port"
	RTP    RTPConfig     `yaml:"rtp"`
	Trunks []TrunkConfig `yaml:"trunks"`
}

type RTPConfig struct {
	Ports     string   `yaml:"ports"`     // "20000-29999"
	Advertise string   `yaml:"advertise"` // address for SDP, if not the one bound
	Timeout   Duration `yaml:"timeout"`   // without a packet: the far end may be gone
}

// A TrunkConfig is a network that callers come from, and where calls out go.
type TrunkConfig struct {
	Name        string         `yaml:"name"`
	Allow       []netip.Prefix `yaml:"allow"`
	Address     string         `yaml:"address"`
	Username    string         `yaml:"username"`
	PasswordEnv string         `yaml:"password_env"`
	Dial        []string       `yaml:"dial"` // numbers that agents may dial through it: exact, or "+8610*"; empty: none
}

func (c SIPConfig) validate(bad func(string, ...any)) {
	for _, l := range c.Listen {
		u, err := url.Parse(l)
		if err != nil || u.Host == "" || u.Scheme != "udp" && u.Scheme != "tcp" {
			bad("sip.listen: %q: expected udp://host:port or tcp://host:port", l)
		}
	}
	if _, _, err := c.RTP.portRange(); err != nil {
		bad("sip.rtp.ports: %w", err)
	}
	if a := c.RTP.Advertise; a != "" {
		if _, err := netip.ParseAddr(a); err != nil {
			bad("sip.rtp.advertise: %q: expected an IP address", a)
		}
	}
	for _, t := range c.Trunks {
		if t.PasswordEnv != "" && os.Getenv(t.PasswordEnv) == "" {
			bad("sip.trunks: %s: the environment variable %s is empty", t.Name, t.PasswordEnv)
		}
		for _, d := range t.Dial {
			if strings.Trim(strings.TrimPrefix(strings.TrimSuffix(d, "*"), "+"), "0123456789") != "" || d == "" {
				bad("sip.trunks: %s: dial: %q: expected digits, perhaps + before and * after them", t.Name, d)
			}
			if t.Address == "" {
				bad("sip.trunks: %s: dial needs an address", t.Name)
			}
		}
	}
}

// portRange parses "lo-hi".
func (r RTPConfig) portRange() (lo, hi int, err error) {
	a, b, ok := strings.Cut(r.Ports, "-")
	lo, err1 := strconv.Atoi(strings.TrimSpace(a))
	hi, err2 := strconv.Atoi(strings.TrimSpace(b))
	if !ok || cmp.Or(err1, err2) != nil || lo < 1024 || hi > 65535 || hi-lo < 3 {
		return 0, 0, fmt.Errorf("%q: expected a range such as 20000-29999", r.Ports)
	}
	return lo, hi, nil
}

func (s *server) sipConfig() sip.Config {
	c := s.cfg.SIP
	lo, hi, _ := c.RTP.portRange() // validated
	conf := sip.Config{
		Listen: c.Listen, Ports: rtp.NewPorts(lo, hi, portQuarantine), Advertise: c.RTP.Advertise, Max: s.cfg.Calls.Max,
		MediaTimeout: time.Duration(c.RTP.Timeout), Refused: s.refused, Request: s.metrics.SIPRequest, Log: s.log,
		Route: func(to string) bool { _, ok := s.cfg.number(to); return ok },
	}
	for _, t := range c.Trunks {
		conf.Trunks = append(conf.Trunks, sip.Trunk{Name: t.Name, Allow: t.Allow, Address: t.Address, Username: t.Username,
			Password: os.Getenv(t.PasswordEnv)})
	}
	return conf
}

// portQuarantine keeps a media port unused after a call, so that late packets
// of one call are not heard in the next.
const portQuarantine = 5 * time.Second
