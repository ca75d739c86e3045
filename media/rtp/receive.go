package rtp

import (
	"net/netip"
	"slices"
	"time"

	"github.com/pion/rtp"

	"hotline"
	"hotline/media/codec"
	"hotline/media/jitter"
)

// comfortNoise is the static payload type of RFC 3389.
const comfortNoise = 13

// voiced is the mean absolute amplitude over which a packet is not silence:
// -46 dB or so.
const voiced = 130

// what a payload type stands for.
type what uint8

const (
	unknown what = iota
	audio
	key
	noise
)

// classify reads a payload type. Ours comes first; the peer's own number for
// the same thing is accepted too (answers that change numbers are often
// misread), and any codec by its static number, because whoever offered
// several may send each of them (RFC 3264 section 7).
func (p *Params) classify(pt uint8) (what, codec.Codec) {
	switch {
	case pt == p.RecvPT:
		return audio, p.Codec
	case pt == p.RecvKeyPT && pt != 0:
		return key, codec.Codec{}
	case pt == p.PT:
		return audio, p.Codec
	case pt == p.KeyPT && pt != 0:
		return key, codec.Codec{}
	case pt == comfortNoise:
		return noise, codec.Codec{}
	}
	if c, ok := codec.ByPT(pt); ok {
		return audio, c
	}
	return unknown, codec.Codec{}
}

// receive takes a packet from the RTP port.
func (s *Session) receive(from netip.AddrPort, data []byte) {
	now := time.Now()
	if len(data) >= 2 && data[1] >= 192 && data[1] <= 223 { // RFC 5761 section 4
		s.receiveRTCP(from, data)
		return
	}
	if len(data) < 12 || data[0]>>6 != 2 {
		s.discarded.Add(1)
		return
	}
	p := &s.packet
	if err := p.Unmarshal(data); err != nil {
		s.discarded.Add(1)
		return
	}
	pressed, back, level := s.take(now, from, p)
	if back {
		s.c.Signal(hotline.Signal{Kind: hotline.SigAudible})
	}
	if pressed != 0 {
		s.c.Signal(hotline.Signal{Kind: hotline.SigKey, Key: pressed})
	}
	if s.c.Packet != nil && level >= 0 {
		s.c.Packet('r', now, level > voiced)
	}
}

// take gives a packet to the one it is for: a key that it begins, whether the
// peer is back from silence, and the level of its audio, -1 if it has none.
func (s *Session) take(now time.Time, from netip.AddrPort, p *rtp.Packet) (pressed rune, back bool, level int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := now.Sub(s.start)
	kind, c := s.params.classify(p.PayloadType)
	if kind == unknown {
		s.discarded.Add(1)
		return 0, false, -1
	}
	switch s.source.judge(at, from, p.SSRC, p.SequenceNumber) {
	case refused:
		s.discarded.Add(1)
		return 0, false, -1
	case acceptedNew:
		s.jitter.Reset()
		s.keys = keysIn{}
		s.report.newSource()
	}
	back, s.silent, s.heard = s.silent, false, at
	level = -1
	if kind == key {
		pressed, _ = s.keys.packet(at, p.Timestamp, p.Marker, p.Payload)
	}
	if kind == audio && s.c.Packet != nil {
		level = s.meter(c)(p.Payload)
	}
	if kind == key || !s.params.Direction.receives() || len(p.Payload) == 0 {
		s.jitter.Note(p.SequenceNumber)
		return pressed, back, level
	}
	jp := jitter.Packet{Seq: p.SequenceNumber, Timestamp: p.Timestamp, Payload: p.Payload}
	if kind == audio {
		jp.Decoder = s.decoder(c)
	}
	s.jitter.Put(at, jp)
	return pressed, back, level
}

func (s *Session) decoder(c codec.Codec) codec.Decoder {
	d := &s.decoders[slices.Index(codec.All, c)]
	if *d == nil {
		*d = c.NewDecoder()
	}
	return *d
}

func (s *Session) meter(c codec.Codec) func([]byte) int {
	m := &s.meters[slices.Index(codec.All, c)]
	if *m == nil {
		*m = c.NewMeter()
	}
	return *m
}
