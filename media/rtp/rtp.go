// Package rtp carries one leg's audio over UDP (RFC 3550, 3551, 4733).
package rtp

import (
	"context"
	"net/netip"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/codec"
)

// Direction is ours, as SDP says it (RFC 3264 section 6.1).
type Direction uint8

const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

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
	// Signal is told of keys (RFC 4733), silence and sound again. It runs on the
	// session's goroutines and must not block.
	Signal func(hotline.Signal)
	// Packet, if set, sees each voiced packet at the wire, for measuring: dir is
	// 's' or 'r'. It must not block or keep the payload.
	Packet func(dir byte, at time.Time, voiced bool)
}

// Ports hands out pairs of UDP sockets: RTP on an even port, RTCP on the next.
type Ports struct{}

// NewPorts uses ports lo to hi, and a port again only after quarantine.
func NewPorts(lo, hi int, quarantine time.Duration) *Ports { panic("todo") }

// Session is one RTP stream each way. It implements media.Stream.
type Session struct{}

// Open binds a pair of ports on ip.
func Open(p *Ports, ip netip.Addr, c Config) (*Session, error) { panic("todo") }

// LocalAddr is where the peer must send.
func (s *Session) LocalAddr() netip.AddrPort { panic("todo") }

// Update takes what signalling agreed; the first call must come before Run.
func (s *Session) Update(p Params) { panic("todo") }

// Run implements media.Stream.
func (s *Session) Run(ctx context.Context, in media.Sink, out media.Source) error { panic("todo") }

// SendKeys sends keys as RFC 4733 events, 100 ms each, in order, in place of audio.
func (s *Session) SendKeys(ctx context.Context, keys string) error { panic("todo") }

// Stats may be called at any time.
func (s *Session) Stats() hotline.MediaStats { panic("todo") }

// Close frees the ports, after a quarantine. Run must have returned.
func (s *Session) Close() error { panic("todo") }
