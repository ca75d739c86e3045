package sip

import (
	"bytes"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// trunkOf is the trunk that addr belongs to. Nobody else may call.
func (s *Server) trunkOf(addr netip.Addr) (Trunk, bool) {
	addr = addr.Unmap().WithZone("")
	for _, t := range s.c.Trunks {
		for _, p := range t.Allow {
			if p.Contains(addr) {
				return t, true
			}
		}
	}
	return Trunk{}, false
}

// known reports whether msg belongs to a dialog of ours. The phones that we
// dial are on no trunk: they are known by the tag that we gave them.
func (s *Server) known(msg sip.Message) bool {
	if msg.CallID() == nil {
		return false
	}
	k := legKey{callID: string(*msg.CallID())}
	if _, ok := msg.(*sip.Response); ok {
		if from := msg.From(); from != nil {
			k.localTag = tagOf(from.Params)
		}
	} else if to := msg.To(); to != nil {
		k.localTag = tagOf(to.Params)
	}
	return s.leg(k) != nil
}

// A gate is a UDP socket that gives sipgo no datagram of strangers and none
// that is malformed. It answers those itself and keeps no state for them: a
// transaction, and an entry of sipgo's connection pool, for every address that
// somebody forges would grow without bound.
type gate struct {
	net.PacketConn
	s       *Server
	once    sync.Once
	ready   chan struct{} // closed when sipgo reads, and so may send by it
	second  atomic.Int64  // the one that answered counts
	answers atomic.Int64
}

// maxStrangers is how many strangers a second get an answer and a line in the
// journal, per socket.
const maxStrangers = 50

func (g *gate) ReadFrom(b []byte) (int, net.Addr, error) {
	g.once.Do(func() { close(g.ready) })
	for {
		n, addr, err := g.PacketConn.ReadFrom(b)
		if err != nil || g.pass(b[:n], addr) {
			return n, addr, err
		}
	}
}

func (g *gate) pass(data []byte, addr net.Addr) bool {
	udp, ok := addr.(*net.UDPAddr)
	if !ok || g.s.shut.Load() || len(bytes.Trim(data, "\r\n\x00")) == 0 { // a keep-alive
		return false
	}
	_, trusted := g.s.trunkOf(udp.AddrPort().Addr())
	msg, err := g.s.parser.ParseSIP(data)
	if err == nil && (trusted || g.s.known(msg)) {
		return true // a phone that we dialled too, however many strangers there are
	}
	if !trusted && g.over() {
		return false
	}
	req, ok := msg.(*sip.Request)
	if !ok || req == nil || req.IsAck() {
		return false
	}
	req.SetTransport("UDP")
	req.SetSource(udp.AddrPort().String())
	r := refuse(403, 0, "from no network of a trunk")
	if err != nil {
		r = refuse(400, 0, "malformed message")
	} else if bad := check(req); bad != nil && bad.code == 400 {
		r = bad
	}
	g.s.refused(req, r)
	if req.Via() != nil && req.CSeq() != nil && req.From() != nil && req.To() != nil {
		_, _ = g.WriteTo([]byte(g.s.response(req, r.code).String()), addr) // the peer repeats itself if it is lost
	}
	return false
}

// over reports whether enough strangers were answered this second.
func (g *gate) over() bool {
	if now := time.Now().Unix(); g.second.Swap(now) != now {
		g.answers.Store(0)
	}
	return g.answers.Add(1) > maxStrangers
}

// A door is a TCP listener on which a stranger's connection lives for the time
// of one transaction: a phone that we dialled may open one to say BYE.
type door struct {
	net.Listener
	s *Server
}

func (d *door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		if _, trusted := d.s.trunkOf(a.AddrPort().Addr()); !trusted {
			_ = c.SetDeadline(time.Now().Add(64 * sip.T1))
		}
	}
	return c, nil
}
