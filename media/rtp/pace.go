package rtp

import (
	"context"
	"net/netip"
	"time"

	"hotline"
	"hotline/media"
)

const (
	catchUp = media.FrameDur / 2 // between ticks, at least
	// So far behind, skip. What is sent later than that comes after its time at
	// a peer with a usual jitter buffer, and is lost with the words in it; and
	// hundreds of calls that catch up at once keep a busy machine behind.
	giveUp = 200 * time.Millisecond
)

// pace ticks until ctx ends. Tick n is due n*FrameDur after the start.
func (s *Session) pace(ctx context.Context, in media.Sink, out media.Source) {
	s.mu.Lock()
	start := s.start
	s.mu.Unlock()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for at := time.Duration(0); ; at += media.FrameDur {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		late := time.Since(start) - at
		switch {
		case late > giveUp:
			n := late / media.FrameDur
			s.lateTicks.Add(uint64(n)) // those that never come are no better
			s.send.pass(int(n))
			s.send.mark = true
			at += n * media.FrameDur
		case late > media.FrameDur:
			s.lateTicks.Add(1)
		}
		s.tick(at, in, out)
		timer.Reset(max(time.Until(start.Add(at+media.FrameDur)), catchUp))
	}
}

// tick moves one frame each way.
func (s *Session) tick(at time.Duration, in media.Sink, out media.Source) {
	f := media.Frame{At: at}
	s.mu.Lock()
	s.jitter.Get(at, &f.PCM)
	p, to := s.params, s.source.dest()
	if !p.Direction.receives() {
		f.PCM = [media.FrameSize]int16{}
	}
	gone := !s.silent && p.Direction.receives() && at-s.heard > s.c.Timeout
	s.silent = s.silent || gone
	sends := p.Direction.sends() && to.IsValid()
	var event [4]byte
	var eventTS uint32
	var mark, typing bool
	if sends && p.KeyPT != 0 {
		event, eventTS, mark, typing = s.typed.Next(s.send.ts, ticksAFrame)
	}
	s.mu.Unlock()

	if gone {
		s.c.Signal(hotline.Signal{Kind: hotline.SigSilent})
	}
	in.WriteFrame(f)
	said, speaks := out.ReadFrame()
	if s.send.pcm = said.PCM; !speaks {
		clear(s.send.pcm[:])
	}
	switch {
	case typing:
		s.write(s.send.key(p.KeyPT, eventTS, mark, event), to)
	case sends:
		s.write(s.send.audio(&p, speaks), to)
		if s.c.Packet != nil {
			s.c.Packet('s', time.Now(), speaks && media.Level(said) > voiced)
		}
	default:
		s.send.mark = true
	}
	s.send.pass(1)
	if at >= s.report.due {
		s.sendRTCP(time.Now(), false)
		s.report.schedule(at)
	}
}

// write sends a packet. One that cannot be sent is lost like any other.
func (s *Session) write(b []byte, to netip.AddrPort) {
	if _, err := s.rtp.WriteToUDPAddrPort(b, to); err == nil {
		s.sent.Add(1)
		s.sentOctets.Add(uint64(len(b) - 12))
	}
}
