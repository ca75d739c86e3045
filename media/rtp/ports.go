package rtp

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"hotline"
)

// Ports hands out pairs of UDP sockets: RTP on an even port, RTCP on the next.
// It starts at a random pair and goes round, so that a port rests as long as
// possible. Its methods may be called at the same time.
type Ports struct {
	lo, hi     int
	quarantine time.Duration

	mu    sync.Mutex
	pairs []pair
	next  int // where to look first
	inUse int
}

type pair struct {
	taken bool
	rests time.Time // until then
}

// NewPorts uses ports lo to hi, and a port again only after quarantine: late
// packets of one call must not end up in another.
func NewPorts(lo, hi int, quarantine time.Duration) *Ports {
	p := &Ports{lo: lo + lo%2, hi: hi, quarantine: quarantine}
	if n := (hi - p.lo + 1) / 2; n > 0 {
		p.pairs = make([]pair, n)
		p.next = rand.IntN(n)
	}
	return p
}

// InUse is how many pairs are open.
func (p *Ports) InUse() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inUse
}

// open tries each pair at most once; those that another program has are
// skipped.
func (p *Ports) open(ip netip.Addr) (rtp, rtcp *net.UDPConn, local netip.AddrPort, err error) {
	var last error
	for range p.pairs {
		port, ok := p.take()
		if !ok {
			break
		}
		local = netip.AddrPortFrom(ip.Unmap(), port)
		rtp, last = net.ListenUDP("udp", net.UDPAddrFromAddrPort(local))
		if last == nil {
			rtcp, last = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip.Unmap(), port+1)))
			if last == nil {
				return rtp, rtcp, local, nil
			}
			rtp.Close()
		}
		p.giveBack(port, 0)
	}
	return nil, nil, local, &hotline.Error{Op: "rtp.Open", Code: hotline.EUnavailable,
		Message: fmt.Sprintf("no free pair of RTP ports in %d-%d on %v", p.lo, p.hi, ip), Err: last}
}

// take reserves the next free pair.
func (p *Ports) take() (port uint16, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for range p.pairs {
		i := p.next
		p.next = (i + 1) % len(p.pairs)
		if !p.pairs[i].taken && !now.Before(p.pairs[i].rests) {
			p.pairs[i].taken = true
			p.inUse++
			return uint16(p.lo + 2*i), true
		}
	}
	return 0, false
}

func (p *Ports) release(port uint16) { p.giveBack(port, p.quarantine) }

func (p *Ports) giveBack(port uint16, rest time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pairs[(int(port)-p.lo)/2] = pair{rests: time.Now().Add(rest)}
	p.inUse--
}
