package rtp

import (
	"context"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pion/rtp"

	"hotline/media"
	"hotline/media/codec"
	"hotline/media/mediatest"
)

// one is a Source of the same frame for ever: making tones is not measured.
type one struct{ f media.Frame }

func (o *one) ReadFrame() (media.Frame, bool) { return o.f, true }

func newOne() *one {
	f, _ := (&mediatest.Tone{Hz: 440}).ReadFrame()
	return &one{f}
}

var nobody = media.SinkFunc(func(media.Frame) {})

// null is a socket that swallows.
type null struct{ conn }

func (null) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) { return len(b), nil }

// stream makes the bytes of packets as a peer sends them.
type stream struct {
	p   rtp.Packet
	buf []byte
}

func newStream(c codec.Codec) *stream {
	payload := c.NewEncoder().Encode(nil, newOne().f.PCM[:])
	return &stream{rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: c.PT, SSRC: 1}, Payload: payload}, make([]byte, 200)}
}

func (s *stream) next(t testing.TB) []byte {
	s.p.SequenceNumber++
	s.p.Timestamp += 160
	n, err := s.p.MarshalTo(s.buf)
	if err != nil {
		t.Fatal(err)
	}
	return s.buf[:n]
}

// TestAllocs: a packet in, a tick, a packet out.
func TestAllocs(t *testing.T) {
	for _, c := range codec.All {
		s := newSession(Config{Packet: func(byte, time.Time, bool) {}}, netip.MustParseAddrPort(alice), null{}, null{}, func() {})
		s.Update(params(bob, c))
		s.start, s.report.due = time.Now(), time.Hour
		from, in, at, src := netip.MustParseAddrPort(bob), newStream(c), time.Duration(0), newOne()
		if n := testing.AllocsPerRun(500, func() {
			s.start = time.Now().Add(-at) // the clock of a real call
			s.receive(from, in.next(t))
			s.tick(at, nobody, src)
			at += media.FrameDur
		}); n != 0 {
			t.Errorf("%s: %v allocations a tick", c.Name, n)
		}
		if st := s.Stats(); st.Received < 500 || st.Sent < 500 || st.Discarded != 0 {
			t.Errorf("%s: %+v", c.Name, st)
		}
	}
}

// BenchmarkTick is a packet in, a tick and a packet out, without the sockets.
func BenchmarkTick(b *testing.B) {
	for _, c := range codec.All {
		b.Run(c.Name, func(b *testing.B) {
			s := newSession(Config{}, netip.MustParseAddrPort(alice), null{}, null{}, func() {})
			s.Update(params(bob, c))
			s.report.due = 1 << 62
			from, in, at, src := netip.MustParseAddrPort(bob), newStream(c), time.Duration(0), newOne()
			b.ReportAllocs()
			for b.Loop() {
				s.start = time.Now().Add(-at)
				s.receive(from, in.next(b))
				s.tick(at, nobody, src)
				at += media.FrameDur
			}
		})
	}
}

// BenchmarkSessions runs 200 sessions in pairs over loopback sockets for two
// seconds of real time and reports the processor time of a tick of one session,
// system calls included, and how late ticks were.
func BenchmarkSessions(b *testing.B) {
	const n, d = 200, 2 * time.Second
	for _, c := range codec.All {
		b.Run(c.Name, func(b *testing.B) {
			for b.Loop() {
				ports := NewPorts(24000, 25999, 0)
				var ss []*Session
				for range n {
					s, err := Open(ports, loopback, Config{})
					if err != nil {
						b.Fatal(err)
					}
					ss = append(ss, s)
				}
				for i, s := range ss {
					s.Update(params(ss[i^1].LocalAddr().String(), c))
				}
				before := cpu(b)
				ctx, cancel := context.WithTimeout(b.Context(), d)
				var wg sync.WaitGroup
				for _, s := range ss {
					wg.Go(func() {
						if err := s.Run(ctx, nobody, newOne()); err != nil {
							b.Error(err)
						}
						s.Close()
					})
				}
				wg.Wait()
				cancel()
				var late, ticks uint64
				for _, s := range ss {
					st := s.Stats()
					late += st.LateTicks
					ticks += st.Sent
				}
				b.ReportMetric(float64(cpu(b)-before)/float64(ticks)/1000, "µs-cpu/tick")
				b.ReportMetric(float64(late)/float64(ticks)*100, "%late")
			}
		})
	}
}

// cpu is the processor time of this process so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
