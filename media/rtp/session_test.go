package rtp

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"

	"hotline"
	"hotline/media"
	"hotline/media/codec"
	"hotline/media/mediatest"
)

const (
	alice = "10.0.0.1:4000"
	bob   = "10.0.0.2:5000"
)

// params for a call to the given address.
func params(to string, c codec.Codec) Params {
	return Params{Remote: netip.MustParseAddrPort(to), Codec: c, PT: c.PT, RecvPT: c.PT, KeyPT: 101, RecvKeyPT: 96}
}

// end is one side of a call in a test.
type end struct {
	*Session
	ear     *mediatest.Ear
	mu      sync.Mutex
	signals []hotline.Signal
	stop    func()
}

func (e *end) signal(s hotline.Signal) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.signals = append(e.signals, s)
}

func (e *end) took() []hotline.Signal {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.signals)
}

// run starts a Session that says a tone; stop ends it.
func run(t *testing.T, e *end, hz float64) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx, e.ear, &mediatest.Tone{Hz: hz}) }()
	e.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		e.Close()
	})
}

// call connects two Sessions over a network in memory.
func call(t *testing.T, m *memory, c codec.Codec) (a, b *end) {
	a, b = &end{ear: mediatest.NewEar()}, &end{ear: mediatest.NewEar()}
	a.Session, b.Session = m.session(alice, Config{Signal: a.signal}), m.session(bob, Config{Signal: b.signal})
	pa, pb := params(bob, c), params(alice, c)
	pb.KeyPT, pb.RecvKeyPT = pa.RecvKeyPT, pa.KeyPT
	a.Update(pa)
	b.Update(pb)
	run(t, a, 440)
	run(t, b, 1000)
	return a, b
}

func (e *end) hears(t *testing.T, hz float64) {
	t.Helper()
	r := mediatest.Hear(e.ear.Last(400 * time.Millisecond))
	if r.Hz < hz-3 || r.Hz > hz+3 || r.Purity < 0.85 || r.Level < -22 {
		t.Errorf("%v hears %v, want %g Hz", e.LocalAddr(), r, hz)
	}
}

func (e *end) hearsNothing(t *testing.T) {
	t.Helper()
	if r := mediatest.Hear(e.ear.Last(400 * time.Millisecond)); r.Level > -70 {
		t.Errorf("%v hears %v, want nothing", e.LocalAddr(), r)
	}
}

// TestTones: a tone each way is found again through a bad network, with each
// codec, and both sides agree on what happened.
func TestTones(t *testing.T) {
	for _, c := range codec.All {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				fates := map[netip.AddrPort]*mediatest.Fate{}
				m.via = func(from, to netip.AddrPort, p []byte) (time.Duration, bool) {
					m.mu.Lock()
					defer m.mu.Unlock()
					if fates[from] == nil {
						fates[from] = mediatest.Net{Loss: 0.03, Delay: 15 * time.Millisecond, Jitter: 30 * time.Millisecond, Seed: uint64(from.Port())}.Fate()
					}
					d := fates[from].Next(nil)
					if len(d) == 0 {
						return 0, false
					}
					return d[0], true
				}
				a, b := call(t, m, c)
				time.Sleep(30 * time.Second)
				a.hears(t, 1000)
				b.hears(t, 440)
				if n := a.ear.Frames(); n < 1500 || n > 1501 {
					t.Errorf("%d frames in 30 s", n)
				}
				for _, e := range []*end{a, b} {
					s := e.Stats()
					if s.Codec != c.Name || s.Sent != 1501 || s.Lost < 20 || s.Lost > 80 || s.Received+s.Lost < 1490 || s.Discarded > 10 ||
						s.JitterMs < 2 || s.JitterMs > 20 || s.RTTMs < 30 || s.RTTMs > 90 || s.RemoteLost < 0.01 || s.RemoteLost > 0.06 || s.LateTicks != 0 {
						t.Errorf("%+v", s)
					}
				}
				a.stop()
				b.stop()
			})
		})
	}
}

// TestKeys: both ways, under numbers that differ, in place of audio.
func TestKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		drop := 0
		m.via = func(from, to netip.AddrPort, p []byte) (time.Duration, bool) {
			m.mu.Lock()
			defer m.mu.Unlock()
			if pt := p[1] & 0x7f; pt == 101 || pt == 96 {
				drop++ // half of the packets of keys are lost
				return 0, drop%2 == 0
			}
			return 0, true
		}
		a, b := call(t, m, codec.PCMU)
		time.Sleep(time.Second)
		if err := a.SendKeys(t.Context(), "12#"); err != nil {
			t.Error(err)
		}
		if err := b.SendKeys(t.Context(), "a*"); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		var got [2]string
		for i, e := range []*end{b, a} {
			for _, s := range e.took() {
				if s.Kind == hotline.SigKey {
					got[i] += string(s.Key)
				}
			}
		}
		if got != [2]string{"12#", "A*"} {
			t.Errorf("heard keys %q", got)
		}
		a.hears(t, 1000)
		b.hears(t, 440)

		if err := a.SendKeys(t.Context(), "1x"); hotline.ErrorCode(err) != hotline.EInvalid {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := a.SendKeys(ctx, "11111111"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(time.Second)
		if n := len(b.took()); n != 3+2 {
			t.Errorf("%d keys after the deadline, want 2 more", n-3)
		}
		p := params(bob, codec.PCMU)
		p.KeyPT = 0
		a.Update(p)
		if err := a.SendKeys(t.Context(), "1"); hotline.ErrorCode(err) != hotline.EInvalid {
			t.Error(err)
		}
		a.stop()
		b.stop()
		if err := b.SendKeys(t.Context(), "1"); hotline.ErrorCode(err) != hotline.EUnavailable {
			t.Error(err)
		}
	})
}

// TestWire looks at the packets themselves: one stream through changes of codec,
// direction and address, without a gap in its numbers.
func TestWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		type sent struct {
			at time.Duration
			to netip.AddrPort
			rtp.Packet
		}
		var ps []sent
		start := time.Now()
		m.via = func(from, to netip.AddrPort, p []byte) (time.Duration, bool) {
			if from == netip.MustParseAddrPort(alice) {
				s := sent{at: time.Since(start), to: to}
				if err := s.Unmarshal(p); err != nil {
					t.Error(err)
				}
				m.mu.Lock()
				ps = append(ps, s)
				m.mu.Unlock()
			}
			return 0, true
		}
		a, b := call(t, m, codec.PCMU)
		step := func(p Params, d time.Duration) {
			a.Update(p)
			time.Sleep(d)
		}
		time.Sleep(time.Second - time.Millisecond)
		step(params(bob, codec.G722), time.Second)
		held := params(bob, codec.G722)
		held.Direction = RecvOnly
		step(held, time.Second)
		b.stop()
		step(params("10.0.0.3:6000", codec.PCMA), time.Second)
		a.stop()

		if len(ps) != 150 {
			t.Fatalf("%d packets, want 50 before each change but for the one that sends none", len(ps))
		}
		for i, p := range ps[1:] {
			last := ps[i]
			if p.SSRC != last.SSRC || p.SequenceNumber != last.SequenceNumber+1 {
				t.Errorf("packet %d: SSRC or sequence number is broken", i)
			}
			if ticks := time.Duration(p.Timestamp-last.Timestamp) * time.Second / 8000; ticks != p.at-last.at {
				t.Errorf("packet %d: timestamps are %v apart, packets %v", i, ticks, p.at-last.at)
			}
			if len(p.Payload) != 160 {
				t.Errorf("packet %d has %d bytes", i, len(p.Payload))
			}
		}
		for i, want := range []struct {
			pt uint8
			to string
		}{{0, bob}, {9, bob}, {8, "10.0.0.3:6000"}} {
			for k, p := range ps[50*i : 50*i+50] {
				if p.PayloadType != want.pt || p.to.String() != want.to {
					t.Errorf("packet %d has type %d to %v", 50*i+k, p.PayloadType, p.to)
				}
				if p.Marker != (k == 0 && i != 1) {
					t.Errorf("packet %d: marker %v", 50*i+k, p.Marker)
				}
			}
		}
	})
}

// TestHold: on hold nothing is heard, but time goes on.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := call(t, newMemory(), codec.PCMU)
		time.Sleep(time.Second + time.Millisecond) // off the grid
		for _, d := range []Direction{SendOnly, Inactive, RecvOnly, SendRecv} {
			before := b.Stats().Sent
			p := params(alice, codec.PCMU)
			p.KeyPT, p.RecvKeyPT, p.Direction = 96, 101, d
			b.Update(p)
			frames := b.ear.Frames()
			time.Sleep(20 * time.Second)
			if n := b.ear.Frames() - frames; n != 1000 {
				t.Errorf("%v: %d frames in 20 s", d, n)
			}
			if n := b.Stats().Sent - before; d.sends() != (n == 1000) || !d.sends() != (n == 0) {
				t.Errorf("%v: sent %d packets", d, n)
			}
			if d.receives() {
				b.hears(t, 440)
			} else {
				b.hearsNothing(t)
			}
			if d.sends() {
				a.hears(t, 1000)
			} else {
				a.hearsNothing(t)
			}
		}
		if s := b.Stats(); s.Lost+s.Late != 0 {
			t.Errorf("%+v", s)
		}
		// b was told to hear nothing for 40 s: no fault of a's. a was.
		if got := b.took(); len(got) != 0 {
			t.Errorf("b: %v", got)
		}
		a.stop()
		b.stop()
	})
}

// TestSilence: a peer that is gone is reported once, and when it is back.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		cut := false
		m.via = func(from, to netip.AddrPort, p []byte) (time.Duration, bool) {
			m.mu.Lock()
			defer m.mu.Unlock()
			return 0, !cut || from != netip.MustParseAddrPort(alice)
		}
		a, b := call(t, m, codec.G722)
		set := func(v bool) { m.mu.Lock(); cut = v; m.mu.Unlock() }
		time.Sleep(5 * time.Second)
		a.stop() // no packet, no report
		time.Sleep(9900 * time.Millisecond)
		if got := b.took(); len(got) != 0 {
			t.Errorf("too early: %v", got)
		}
		time.Sleep(30 * time.Second)
		if got := b.took(); len(got) != 1 || got[0].Kind != hotline.SigSilent {
			t.Errorf("gone: %v", got)
		}
		a = &end{Session: m.session(alice, Config{}), ear: mediatest.NewEar()}
		a.Update(params(bob, codec.G722))
		set(true)
		run(t, a, 700)
		time.Sleep(time.Second)
		if got := b.took(); len(got) != 1 {
			t.Errorf("cut: %v", got)
		}
		set(false)
		time.Sleep(time.Second)
		if got := b.took(); len(got) != 2 || got[1].Kind != hotline.SigAudible {
			t.Errorf("back: %v", got)
		}
		b.hears(t, 700)
		a.stop()
		b.stop()
	})
}

// TestNoisyNeighbours: packets that are not the peer's are counted and not heard.
func TestNoisyNeighbours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a, b := call(t, m, codec.PCMA)
		stranger := m.listen(netip.MustParseAddrPort("10.9.9.9:9999"))
		to := netip.MustParseAddrPort(alice)
		enc, tone := codec.PCMA.NewEncoder(), &mediatest.Tone{Hz: 2000, Level: -10}
		for i := range 500 {
			f, _ := tone.ReadFrame()
			h := rtp.Header{Version: 2, PayloadType: 8, SequenceNumber: uint16(i), Timestamp: uint32(i * 160), SSRC: 7}
			buf, _ := (&rtp.Packet{Header: h, Payload: enc.Encode(nil, f.PCM[:])}).Marshal()
			stranger.WriteToUDPAddrPort(buf, to)
			stranger.WriteToUDPAddrPort([]byte("not RTP at all"), to)
			stranger.WriteToUDPAddrPort([]byte{0x80}, to)
			time.Sleep(20 * time.Millisecond)
		}
		a.hears(t, 1000)
		if s := a.Stats(); s.Discarded != 1500 || s.Lost != 0 {
			t.Errorf("%+v", s)
		}
		a.stop()
		b.stop()
	})
}

// TestLearnsAddress: without a signalled address the peer is found by its
// packets.
func TestLearnsAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a := &end{Session: m.session(alice, Config{}), ear: mediatest.NewEar()}
		b := &end{Session: m.session(bob, Config{}), ear: mediatest.NewEar()}
		p := params("0.0.0.0:0", codec.PCMU)
		a.Update(p)
		b.Update(params(alice, codec.PCMU))
		run(t, a, 440)
		time.Sleep(time.Second)
		if n := a.Stats().Sent; n != 0 {
			t.Errorf("sent %d packets to nowhere", n)
		}
		run(t, b, 1000)
		time.Sleep(time.Second)
		a.hears(t, 1000)
		b.hears(t, 440)
		a.stop()
		b.stop()
	})
}

// stall is a Source that holds the pacer up once.
type stall struct {
	mediatest.Tone
	n, at int
	d     time.Duration
}

func (s *stall) ReadFrame() (media.Frame, bool) {
	if s.n++; s.n == s.at {
		time.Sleep(s.d)
	}
	return s.Tone.ReadFrame()
}

// TestCatchUp: after a hold-up the grid is kept. Lost time is made up at twice the
// rate, not in a burst; if it is too long it is skipped, so that nothing is sent that
// comes too late to be played.
func TestCatchUp(t *testing.T) {
	for _, d := range []time.Duration{50 * time.Millisecond, 190 * time.Millisecond, 310 * time.Millisecond, 5010 * time.Millisecond} {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				var sent []time.Time
				var stamps []uint32
				m.via = func(from, to netip.AddrPort, p []byte) (time.Duration, bool) {
					if to == netip.MustParseAddrPort(bob) {
						var h rtp.Header
						h.Unmarshal(p)
						sent, stamps = append(sent, time.Now()), append(stamps, h.Timestamp)
					}
					return 0, true
				}
				a := m.session(alice, Config{})
				a.Update(params(bob, codec.PCMU))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second-time.Millisecond)
				defer cancel()
				start := time.Now()
				var last time.Duration
				if err := a.Run(ctx, media.SinkFunc(func(f media.Frame) { last = f.At }), &stall{at: 100, d: d, Tone: mediatest.Tone{Hz: 440}}); err != nil {
					t.Fatal(err)
				}
				a.Close()
				want := 500
				if d > giveUp {
					want -= int(d / media.FrameDur)
				}
				if len(sent) != want && len(sent) != want+1 {
					t.Errorf("%d packets, want %d", len(sent), want)
				}
				for i := 1; i < len(sent); i++ {
					if gap := sent[i].Sub(sent[i-1]); gap < catchUp {
						t.Errorf("packet %d comes %v after the one before", i, gap)
					}
					due := start.Add(time.Duration(stamps[i]-stamps[0]) * time.Second / 8000)
					if late := sent[i].Sub(due); late > giveUp && i != 99 { // the one that was held up itself
						t.Errorf("packet %d is sent %v after its time", i, late)
					}
				}
				if off := sent[len(sent)-1].Sub(start) - last; off != 0 || last != 9980*time.Millisecond {
					t.Errorf("the last tick is %v, %v off", last, off)
				}
				if ts := stamps[len(stamps)-1] - stamps[0]; ts != 499*160 {
					t.Errorf("timestamps went on by %d, want %d", ts, 499*160)
				}
				if n := a.Stats().LateTicks; n < uint64(500-want) || n == 0 || n > uint64(d/catchUp) {
					t.Errorf("%d late ticks", n)
				}
			})
		})
	}
}

// TestPacketHook: what is voiced at the wire, both ways.
func TestPacketHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var mu sync.Mutex
		count := map[string]int{}
		hook := func(dir byte, at time.Time, voiced bool) {
			mu.Lock()
			defer mu.Unlock()
			count[fmt.Sprintf("%c %v", dir, voiced)]++
		}
		a, b := m.session(alice, Config{Packet: hook}), m.session(bob, Config{})
		a.Update(params(bob, codec.G722))
		b.Update(params(alice, codec.G722))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second-time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		nobody := media.SinkFunc(func(media.Frame) {})
		wg.Go(func() { a.Run(ctx, nobody, &mediatest.Tone{Hz: 440, Frames: 30}) })
		wg.Go(func() { b.Run(ctx, nobody, &mediatest.Tone{Hz: 440, Frames: 60}) })
		wg.Wait()
		for k, want := range map[string]int{"s true": 30, "s false": 70, "r true": 60, "r false": 40} {
			if n := count[k]; n < want-2 || n > want+2 {
				t.Errorf("%s: %d packets, want %d", k, n, want)
			}
		}
		a.Close()
		b.Close()
	})
}

func TestRunNeedsUpdate(t *testing.T) {
	s := newMemory().session(alice, Config{})
	if err := s.Run(t.Context(), nil, nil); hotline.ErrorCode(err) != hotline.EInvalid {
		t.Error(err)
	}
}

// TestLoopback is the real thing: sockets, real time, a bad network between.
func TestLoopback(t *testing.T) {
	ports := NewPorts(23100, 23199, 0)
	for _, c := range codec.All {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			var ends [2]*end
			for i := range ends {
				e := &end{ear: mediatest.NewEar()}
				var err error
				if e.Session, err = Open(ports, loopback, Config{Signal: e.signal}); err != nil {
					t.Fatal(err)
				}
				ends[i] = e
			}
			a, b := ends[0], ends[1]
			relay := mediatest.Relay(t, b.LocalAddr(), mediatest.Net{Loss: 0.02, Jitter: 15 * time.Millisecond, Delay: 5 * time.Millisecond})
			a.Update(params(relay.String(), c))
			p := params("127.0.0.1:9", c) // wrong, as behind a NAT: b must learn it
			p.KeyPT, p.RecvKeyPT = 96, 101
			b.Update(p)
			run(t, a, 440)
			run(t, b, 1000)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := a.ear.Wait(ctx, 1000, 300*time.Millisecond); err != nil {
				t.Error(err)
			}
			if err := b.ear.Wait(ctx, 440, 300*time.Millisecond); err != nil {
				t.Error(err)
			}
			if err := a.SendKeys(ctx, "7"); err != nil {
				t.Error(err)
			}
			if err := b.ear.Wait(ctx, 440, 100*time.Millisecond); err != nil {
				t.Error(err)
			}
			if got := b.took(); len(got) != 1 || got[0].Key != '7' {
				t.Errorf("signals %v", got)
			}
			a.stop()
			b.stop()
			if s := a.Stats(); s.Sent == 0 || s.Received == 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestSocketFails: Run ends with the error of the socket.
func TestSocketFails(t *testing.T) {
	s, err := Open(NewPorts(23200, 23299, 0), loopback, Config{})
	if err != nil {
		t.Fatal(err)
	}
	s.Update(params("127.0.0.1:9", codec.PCMU))
	first := sync.OnceFunc(func() { s.rtp.Close() })
	err = s.Run(t.Context(), media.SinkFunc(func(media.Frame) { first() }), &mediatest.Tone{Hz: 440})
	if err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("%v", err)
	}
	s.Close()
}
