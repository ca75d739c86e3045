package rtc

import (
	"errors"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"hotline"
)

// read takes the packets of a track until it ends.
func (t *stream) read(from *webrtc.TrackRemote) {
	buf := make([]byte, maxRTP)
	var p rtp.Packet
	for {
		n, _, err := from.Read(buf)
		unknown := errors.Is(err, webrtc.ErrCodecNotFound)
		if err != nil && !unknown {
			return
		}
		if unknown || p.Unmarshal(buf[:n]) != nil {
			t.mu.Lock()
			t.in.discarded++
			t.mu.Unlock()
			continue
		}
		t.take(time.Now(), from.Codec().MimeType, &p)
	}
}

// take gives a packet to the one it is for.
func (t *stream) take(now time.Time, mime string, p *rtp.Packet) {
	var pressed rune
	t.mu.Lock()
	if !t.start.IsZero() {
		at := now.Sub(t.start)
		t.heard = at
		if mime == mimeKeys {
			pressed, _ = t.in.note(p)
		} else {
			t.in.put(at, nameOf(mime), p)
		}
	}
	t.mu.Unlock()
	t.l.quiet(false)
	if pressed != 0 {
		t.l.push(hotline.Signal{Kind: hotline.SigKey, Key: pressed})
	}
}

// reports is what the browser says of our packets (RFC 3550 section 6.4).
type reports struct {
	rtt        time.Duration
	totalLost  uint32
	recentLoss float64 // share, since its report before; -1 is unknown
}

// lost is the share of the packets sent that the browser lost.
func (r *reports) lost(sent uint64) float64 {
	if sent == 0 {
		return 0
	}
	return min(float64(r.totalLost)/float64(sent), 1)
}

// ntpEpoch is 1900 in Unix time.
const ntpEpoch = 2208988800

// ntp is the middle of t in the 64-bit format of RFC 3550 section 4.
func ntp(t time.Time) uint32 {
	return uint32((uint64(t.Unix()+ntpEpoch)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)) >> 16)
}

// readReports reads RTCP until it ends, and tells of each block about us.
func readReports(read func() ([]rtcp.Packet, interceptor.Attributes, error), tell func(reports)) {
	for {
		ps, _, err := read()
		if err != nil {
			return
		}
		now := time.Now()
		for _, p := range ps {
			var blocks []rtcp.ReceptionReport
			switch p := p.(type) {
			case *rtcp.SenderReport:
				blocks = p.Reports
			case *rtcp.ReceiverReport:
				blocks = p.Reports
			}
			for _, b := range blocks {
				r := reports{totalLost: b.TotalLost, recentLoss: float64(b.FractionLost) / 256}
				if b.LastSenderReport != 0 {
					units := ntp(now) - b.LastSenderReport - b.Delay
					r.rtt = time.Duration(units) * time.Second / 65536
				}
				tell(r)
			}
		}
	}
}

// reported keeps the newest report.
func (t *stream) reported(r reports) {
	t.mu.Lock()
	if r.rtt == 0 || r.rtt > 10*time.Second {
		r.rtt = t.seen.rtt
	}
	t.seen = r
	t.mu.Unlock()
}
