package rtp

import (
	"net/netip"
	"time"
)

// source decides whose packets are the peer's. The rules, strictest last:
//
//   - The signalled address is believed at its first packet, and may take the
//     stream back at any time with three in a row.
//   - While the signalled address has sent nothing (for 200 ms, if there is one),
//     three packets in a row of one SSRC from anywhere are: a NAT.
//   - A new SSRC from the accepted address needs two in a row (RFC 3550 section
//     6.2.1 calls it probation), because one may be a late packet.
//   - Any other address needs the accepted one to have been silent for a second, and
//     five in a row. Later than ten seconds after signalling, it must also be a
//     host that we know: a NAT may change a port, but a stranger stays one.
//
// Two candidates are followed, one for the known addresses and one for the rest, so
// that a stranger's flood cannot keep the peer from being heard.
type source struct {
	signalled netip.AddrPort
	since     time.Duration // when it was signalled

	on   bool // somebody is accepted:
	addr netip.AddrPort
	ssrc uint32
	last time.Duration // their last packet

	known, stranger candidate
}

type candidate struct {
	addr netip.AddrPort
	ssrc uint32
	seq  uint16
	n    int // packets in a row
}

// verdict on a packet.
type verdict uint8

const (
	refused verdict = iota
	accepted
	acceptedNew // the first of a new stream
)

const (
	natWindow  = 200 * time.Millisecond
	takeOver   = time.Second
	openWindow = 10 * time.Second
)

// signal sets a new address; what is accepted begins anew.
func (s *source) signal(at time.Duration, addr netip.AddrPort) {
	*s = source{signalled: addr, since: at}
}

// dest is where to send; invalid if not known yet.
func (s *source) dest() netip.AddrPort {
	if s.on {
		return s.addr
	}
	return s.signalled
}

// judge decides about one packet.
func (s *source) judge(at time.Duration, from netip.AddrPort, ssrc uint32, seq uint16) verdict {
	if s.on && from == s.addr && ssrc == s.ssrc {
		s.last = at
		return accepted
	}
	c := &s.stranger
	if from == s.signalled || s.on && from == s.addr {
		c = &s.known
	}
	if c.addr == from && c.ssrc == ssrc && seq-c.seq == 1 {
		c.n++
	} else {
		c.n = 1
	}
	c.addr, c.ssrc, c.seq = from, ssrc, seq

	var need int
	switch {
	case !s.on && from == s.signalled:
		need = 1
	case s.on && from == s.addr:
		need = 2
	case from == s.signalled:
		need = 3
	case !s.on && s.signalled.IsValid() && at-s.since < natWindow:
		return refused
	case !s.on:
		need = 3
	case at-s.last < takeOver:
		return refused
	case at-s.since > openWindow && from.Addr() != s.addr.Addr() && from.Addr() != s.signalled.Addr():
		return refused
	default:
		need = 5
	}
	if c.n < need {
		return refused
	}
	s.on, s.addr, s.ssrc, s.last = true, from, ssrc, at
	s.known, s.stranger = candidate{}, candidate{}
	return acceptedNew
}
