package rtp

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

var loopback = netip.MustParseAddr("127.0.0.1")

func TestPorts(t *testing.T) {
	p := NewPorts(23001, 23010, time.Hour) // 23002, 23004, 23006, 23008
	seen := map[uint16]*Session{}
	for range 4 {
		s, err := Open(p, loopback, Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		port := s.LocalAddr().Port()
		if port%2 != 0 || port < 23002 || port > 23008 || seen[port] != nil {
			t.Errorf("port %d", port)
		}
		seen[port] = s
	}
	_, err := Open(p, loopback, Config{})
	if hotline.ErrorCode(err) != hotline.EUnavailable || !strings.Contains(err.Error(), "23002-23010") {
		t.Errorf("%v", err)
	}
	for _, s := range seen {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if n := p.InUse(); n != 0 {
		t.Errorf("%d in use", n)
	}
	if _, err := Open(p, loopback, Config{}); hotline.ErrorCode(err) != hotline.EUnavailable {
		t.Errorf("in quarantine: %v", err)
	}
}

// TestPortsOfOthers: a pair of which another program has one port is passed over.
func TestPortsOfOthers(t *testing.T) {
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 23023})
	if err != nil {
		t.Skip(err)
	}
	defer c.Close()
	p := NewPorts(23020, 23025, 0)
	for range 2 {
		s, err := Open(p, loopback, Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if s.LocalAddr().Port() == 23022 {
			t.Error("got the pair of 23023")
		}
	}
	if _, err := Open(p, loopback, Config{}); err == nil {
		t.Error("no error")
	}
}

func TestQuarantine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPorts(30000, 30003, time.Minute)
		a, _ := p.take()
		p.release(a)
		if b, ok := p.take(); !ok || b == a {
			t.Errorf("%d after %d", b, a)
		}
		if _, ok := p.take(); ok {
			t.Error("quarantine is not kept")
		}
		time.Sleep(time.Minute)
		if b, ok := p.take(); !ok || b != a {
			t.Errorf("%d, %v after the quarantine", b, ok)
		}
	})
}

func TestNoPorts(t *testing.T) {
	if _, err := Open(NewPorts(5, 5, 0), loopback, Config{}); hotline.ErrorCode(err) != hotline.EUnavailable {
		t.Errorf("%v", err)
	}
}
