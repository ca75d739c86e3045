package sip

import (
	"log/slog"
	"net/netip"
	"time"

	"hotline/media/codec"
	"hotline/media/rtp"
)

// Config says where a Server listens, whom it believes, and what it offers.
// Listen and Ports are required.
type Config struct {
	// Listen has the addresses to bind, "udp://127.0.0.1:5060", "tcp://[::1]:5060".
	// Port 0 takes a free one; Server.Addrs tells which.
	Listen []string
	Ports  *rtp.Ports // where media ports come from
	// Advertise is the address written into SDP, Contact and Via, for a server
	// behind a NAT. Empty is the local address towards each peer.
	Advertise string
	// Trunks are the networks that may call. With none, nobody may: a Server
	// can then only dial.
	Trunks []Trunk
	// Codecs in order of preference, which decides among those of an offer.
	// Nil is G722, PCMU, PCMA: wide-band speech is understood better, and those
	// who cannot do it do not offer it.
	Codecs []codec.Codec
	// Max is the number of incoming legs at once; one more is refused with 503
	// and Retry-After. 0 is no limit.
	Max       int
	UserAgent string // of the User-Agent and Server header fields; "" is "hotline"
	// MediaTimeout is how long no packet may come before hotline.SigSilent; 0 is
	// the default of package rtp.
	MediaTimeout time.Duration
	// RingTimeout is how long an incoming leg may stay unanswered before it is
	// refused with 480; 0 is three minutes, the least that RFC 3261 16.6 (timer
	// C) has proxies wait.
	RingTimeout time.Duration

	// Route reports whether a dialled number is known; the others get 404. Nil
	// knows every number.
	Route func(to string) bool
	// Refused is told of each INVITE that did not become a leg. Like Request and
	// Packet it runs on the goroutine of the message and must not block.
	Refused func(Refusal)
	// Request is told of each request that was answered, by us or by a peer, for
	// the metrics; the method of an unknown one is "OTHER".
	Request func(method string, code int)
	// Packet sees each packet of every leg at the wire; see rtp.Config.
	Packet func(dir byte, at time.Time, voiced bool)
	Log    *slog.Logger // nil is slog.Default
}

// A Trunk is a carrier or a PBX: who may call us, and how to dial through it.
type Trunk struct {
	Name  string
	Allow []netip.Prefix // source addresses that may call
	// Address is "host", "host:port" or a SIP URI: where Target.Trunk sends.
	Address            string
	Username, Password string // answer to a 401 or 407
}

// A Refusal is an INVITE that did not become a leg.
type Refusal struct {
	From, To string // user parts
	Remote   string // transport and address, "udp 127.0.0.1:5062"
	Code     int    // SIP status sent; 0 if the message was dropped
	Reason   string // why, in words
}

// A Target is whom to dial.
type Target struct {
	// URI is "sip:agent-1@10.0.0.5:5070;transport=tcp", or with a Trunk also
	// "tel:+861012345678" or a bare number.
	URI     string
	From    string            // user part of our From; "" is "hotline"
	Headers map[string]string // added to the INVITE
	Trunk   string            // name of the trunk to go through; "" is straight to URI
	// Username and Password answer a 401 or 407 in place of the trunk's.
	Username, Password string
	Codecs             []codec.Codec // to offer; nil is Config.Codecs
	// Ringing, if set, is called once, at the first response that says that it
	// rings, or has. It must not block.
	Ringing func()
}
