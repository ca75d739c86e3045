package mediatest

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// Net is what a network does to packets. The zero Net is perfect.
type Net struct {
	Loss      float64       // share of packets that are lost, 0 to 1
	Duplicate float64       // share that arrive twice
	Delay     time.Duration // of every packet
	Jitter    time.Duration // up to so much more, evenly spread; reorders when over the packet interval
	Seed      uint64        // the same seed does the same to the same packets
}

// A Fate decides about packets one after another.
type Fate struct {
	net Net
	rnd *rand.Rand
}

// Fate starts the network's dice.
func (n Net) Fate() *Fate { return &Fate{n, rand.New(rand.NewPCG(n.Seed, 1))} }

// Next appends the delay of each copy of the next packet that arrives to dst:
// none if it is lost, two if it is doubled.
func (f *Fate) Next(dst []time.Duration) []time.Duration {
	lost, twice := f.rnd.Float64() < f.net.Loss, f.rnd.Float64() < f.net.Duplicate
	delay := func() time.Duration {
		return f.net.Delay + time.Duration(f.rnd.Float64()*float64(f.net.Jitter))
	}
	a, b := delay(), delay()
	switch {
	case lost:
		return dst
	case twice:
		return append(dst, a, b)
	}
	return append(dst, a)
}

// Relay puts the network n between a sender and the UDP address to: what is
// sent to the address it returns comes out at to, and answers go back to the
// last sender, each way with its own dice. It looks like a NAT to both sides. It
// ends with the test, and handles RTP only (no RTCP on the next port).
func Relay(t testing.TB, to netip.AddrPort, n Net) netip.AddrPort {
	t.Helper()
	listen := func() *net.UDPConn {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	near, far := listen(), listen()
	var (
		mu     sync.Mutex
		sender netip.AddrPort
		wg     sync.WaitGroup // readers, and packets on their way
	)
	done := make(chan struct{})
	carry := func(from, out *net.UDPConn, fate *Fate, target func(src netip.AddrPort) netip.AddrPort) {
		buf := make([]byte, 2048)
		var delays []time.Duration
		for {
			k, src, err := from.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			dst := target(src)
			if !dst.IsValid() {
				continue
			}
			delays = fate.Next(delays[:0])
			for _, d := range delays {
				p := append([]byte(nil), buf[:k]...)
				wg.Go(func() {
					if d > 0 {
						timer := time.NewTimer(d)
						defer timer.Stop()
						select {
						case <-timer.C:
						case <-done:
							return
						}
					}
					out.WriteToUDPAddrPort(p, dst) // a packet that cannot be sent is lost
				})
			}
		}
	}
	back := n
	back.Seed++
	wg.Go(func() {
		carry(near, far, n.Fate(), func(src netip.AddrPort) netip.AddrPort {
			mu.Lock()
			defer mu.Unlock()
			sender = src
			return to
		})
	})
	wg.Go(func() {
		carry(far, near, back.Fate(), func(netip.AddrPort) netip.AddrPort {
			mu.Lock()
			defer mu.Unlock()
			return sender
		})
	})
	t.Cleanup(func() {
		close(done)
		near.Close()
		far.Close()
		wg.Wait()
	})
	return near.LocalAddr().(*net.UDPAddr).AddrPort()
}
