package rtp

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/pion/rtcp"

	"hotline"
)

// report is what RTCP remembers (RFC 3550 section 6). All but due is under the
// session's lock.
type report struct {
	cname string
	due   time.Duration  // of the next report, media time; Run's goroutine only
	peer  netip.AddrPort // where RTCP comes from, if it came

	lastSR   uint32    // middle of the NTP time in the peer's last sender report
	lastSRAt time.Time // when that came

	expected, received uint64 // at our last report, for the fraction lost

	rtt        time.Duration
	remoteLost float64 // share of our packets that the peer lost
}

// newSource forgets what concerns the peer's old stream.
func (r *report) newSource() { r.lastSR, r.expected, r.received = 0, 0, 0 }

const rtcpInterval = 5 * time.Second

// schedule sets the time of the next report: 5 s, times 0.5 to 1.5 lest all
// sessions report at once (RFC 3550 section 6.2).
func (r *report) schedule(at time.Duration) {
	r.due = at + rtcpInterval/2 + time.Duration(rand.Int64N(int64(rtcpInterval)))
}

// ntpEpoch is 1900 in Unix time.
const ntpEpoch = 2208988800

// ntp is t in the 64-bit format of RFC 3550 section 4.
func ntp(t time.Time) uint64 {
	return uint64(t.Unix()+ntpEpoch)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// sendRTCP sends a report, and says goodbye with it.
func (s *Session) sendRTCP(now time.Time, bye bool) {
	s.mu.Lock()
	to := s.report.peer
	if !to.IsValid() {
		to = s.source.dest()
		to = netip.AddrPortFrom(to.Addr(), to.Port()+1)
	}
	var blocks []rtcp.ReceptionReport
	if s.source.on {
		blocks = append(blocks, s.reception(now))
	}
	s.mu.Unlock()
	if !to.Addr().IsValid() {
		return
	}
	ssrc := s.send.header.SSRC
	var ps []rtcp.Packet
	if sent := s.sent.Load(); sent > 0 {
		ps = append(ps, &rtcp.SenderReport{SSRC: ssrc, NTPTime: ntp(now), RTPTime: s.send.ts,
			PacketCount: uint32(sent), OctetCount: uint32(s.sentOctets.Load()), Reports: blocks})
	} else {
		ps = append(ps, &rtcp.ReceiverReport{SSRC: ssrc, Reports: blocks})
	}
	ps = append(ps, rtcp.NewCNAMESourceDescription(ssrc, s.report.cname))
	if bye {
		ps = append(ps, &rtcp.Goodbye{Sources: []uint32{ssrc}})
	}
	b, err := rtcp.Marshal(ps)
	if err != nil {
		return // a report less
	}
	s.rtcp.WriteToUDPAddrPort(b, to) // the next one tells as much
}

// reception describes what we received; the caller has the lock.
func (s *Session) reception(now time.Time) rtcp.ReceptionReport {
	j := s.jitter.Stats()
	r := &s.report
	got := j.Received - j.Duplicate
	expected := got + j.Lost
	b := rtcp.ReceptionReport{
		SSRC: s.source.ssrc, LastSequenceNumber: s.jitter.Highest(), TotalLost: uint32(min(j.Lost, 0x7fffff)),
		Jitter: uint32(j.Jitter * 8000 / time.Second),
	}
	if e := expected - r.expected; expected > r.expected && e > got-r.received {
		b.FractionLost = uint8(min((e-(got-r.received))<<8/e, 255))
	}
	r.expected, r.received = expected, got
	if r.lastSR != 0 {
		b.LastSenderReport = r.lastSR
		b.Delay = uint32(now.Sub(r.lastSRAt) * 65536 / time.Second)
	}
	return b
}

// receiveRTCP takes a packet from the RTCP port. It must come from the host
// that the audio comes from.
func (s *Session) receiveRTCP(from netip.AddrPort, data []byte) {
	now := time.Now()
	s.mu.Lock()
	known := from.Addr() == s.source.dest().Addr()
	s.mu.Unlock()
	if !known {
		s.discarded.Add(1)
		return
	}
	ps, err := rtcp.Unmarshal(data)
	if err != nil {
		s.discarded.Add(1)
		return
	}
	if s.takeRTCP(now, from, ps) {
		s.c.Signal(hotline.Signal{Kind: hotline.SigAudible})
	}
}

// takeRTCP reads reports, and reports whether the peer is back from silence.
func (s *Session) takeRTCP(now time.Time, from netip.AddrPort, ps []rtcp.Packet) (back bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &s.report
	blocks := func(ssrc uint32, bs []rtcp.ReceptionReport) {
		if s.source.on && ssrc == s.source.ssrc {
			r.peer = from
			back, s.silent, s.heard = back || s.silent, false, now.Sub(s.start)
		}
		for _, b := range bs {
			if b.SSRC != s.send.header.SSRC {
				continue
			}
			if sent := s.sent.Load(); sent > 0 {
				r.remoteLost = min(float64(b.TotalLost)/float64(sent), 1)
			}
			if b.LastSenderReport == 0 {
				continue
			}
			units := uint32(ntp(now)>>16) - b.LastSenderReport - b.Delay
			if rtt := time.Duration(units) * time.Second / 65536; rtt < 10*time.Second {
				r.rtt = rtt
			}
		}
	}
	for _, p := range ps {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			if s.source.on && p.SSRC == s.source.ssrc {
				r.lastSR, r.lastSRAt = uint32(p.NTPTime>>16), now
			}
			blocks(p.SSRC, p.Reports)
		case *rtcp.ReceiverReport:
			blocks(p.SSRC, p.Reports)
		}
	}
	return back
}
