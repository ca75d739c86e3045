package rtp

import (
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// memory is a network of sockets that works inside a synctest bubble.
type memory struct {
	mu    sync.Mutex
	socks map[netip.AddrPort]*socket
	// via, if set, may change, delay or drop (false) a packet; p is a copy.
	via func(from, to netip.AddrPort, p []byte) (delay time.Duration, ok bool)
}

type socket struct {
	net  *memory
	addr netip.AddrPort
	in   chan datagram
	wake chan struct{} // closed by SetReadDeadline and Close
	once sync.Once
}

type datagram struct {
	from netip.AddrPort
	b    []byte
}

func newMemory() *memory { return &memory{socks: map[netip.AddrPort]*socket{}} }

func (m *memory) listen(addr netip.AddrPort) *socket {
	s := &socket{net: m, addr: addr, in: make(chan datagram, 1000), wake: make(chan struct{})}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.socks[addr] = s
	return s
}

// session opens a Session on two sockets of the network.
func (m *memory) session(addr string, c Config) *Session {
	a := netip.MustParseAddrPort(addr)
	return newSession(c, a, m.listen(a), m.listen(netip.AddrPortFrom(a.Addr(), a.Port()+1)), func() {})
}

func (s *socket) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case d := <-s.in:
		return copy(b, d.b), d.from, nil
	case <-s.wake:
		return 0, netip.AddrPort{}, os.ErrDeadlineExceeded
	}
}

func (s *socket) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	s.net.mu.Lock()
	dst, via := s.net.socks[to], s.net.via
	s.net.mu.Unlock()
	d := datagram{s.addr, append([]byte(nil), b...)}
	var delay time.Duration
	if via != nil {
		var ok bool
		if delay, ok = via(s.addr, to, d.b); !ok {
			return len(b), nil
		}
	}
	if dst == nil {
		return len(b), nil
	}
	if delay == 0 {
		dst.put(d)
	} else {
		time.AfterFunc(delay, func() { dst.put(d) })
	}
	return len(b), nil
}

func (s *socket) put(d datagram) {
	select {
	case s.in <- d:
	default: // full, as a socket may be
	}
}

func (s *socket) SetReadDeadline(time.Time) error { return s.Close() }

func (s *socket) Close() error {
	s.once.Do(func() { close(s.wake) })
	return nil
}

var _ conn = (*net.UDPConn)(nil)
