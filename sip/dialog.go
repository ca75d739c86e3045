package sip

import (
	"net"
	"net/netip"
	"strconv"

	"github.com/emiago/sipgo/sip"
)

// legKey names a dialog by the half of it that nobody can guess: our tag.
type legKey struct{ callID, localTag string }

// A path is how our messages of a dialog leave: the socket, and what we call
// ourselves towards that peer.
type path struct {
	network string         // "UDP", "TCP"
	bound   netip.AddrPort // of the listening socket
	local   netip.Addr     // our address towards the peer, where media is bound
	host    netip.Addr     // the advertised address, or local
}

// dialog is the state of RFC 3261 section 12 and what it takes to build a
// request in it. sipgo's own dialogs are not used: they send no re-INVITE, know
// no glare, and back off a lost ACK with other times than section 13.3.1.4.
type dialog struct {
	legKey
	remoteTag     string
	local, remote sip.Uri // of From and To
	target        sip.Uri // the peer's Contact
	routes        []sip.Uri
	seq           uint32 // of our last request
	remoteSeq     uint32 // of the peer's
	path          path
	source        string // where the peer's messages come from
	userAgent     string
}

// request builds the next request of the dialog. An ACK takes the number of its
// INVITE, seq.
func (d *dialog) request(method sip.RequestMethod, seq uint32) *sip.Request {
	target, routes := d.target, d.routes
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") { // a strict router, section 12.2.1.1
		routes = append(append([]sip.Uri{}, routes[1:]...), target)
		target = d.routes[0]
	}
	req := sip.NewRequest(method, target)
	req.AppendHeader(d.path.via())
	for _, r := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	from := &sip.FromHeader{Address: d.local, Params: sip.NewParams()}
	from.Params.Add("tag", d.localTag)
	to := &sip.ToHeader{Address: d.remote, Params: sip.NewParams()}
	if d.remoteTag != "" {
		to.Params.Add("tag", d.remoteTag)
	}
	callID, hops := sip.CallIDHeader(d.callID), sip.MaxForwardsHeader(70)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&hops)
	req.AppendHeader(d.path.contact())
	req.AppendHeader(sip.NewHeader("User-Agent", d.userAgent))
	if method == sip.INVITE || method == sip.UPDATE {
		req.AppendHeader(sip.NewHeader("Allow", allow))
	}
	req.SetBody(nil)
	d.aim(req)
	return req
}

// aim says where req goes: to the first route, or the target, or, for a peer
// whose Contact cannot be reached from here, where its messages come from.
func (d *dialog) aim(req *sip.Request) {
	next := &d.target
	if len(d.routes) > 0 {
		next = &d.routes[0]
	}
	dest := hostPort(next, d.path.network)
	if source, err := netip.ParseAddrPort(d.source); err == nil && len(d.routes) == 0 {
		ip, err := netip.ParseAddr(next.Host)
		if err == nil && ip.Unmap() != source.Addr().Unmap() && ip.IsPrivate() && !source.Addr().IsPrivate() {
			dest = d.source
		}
	}
	req.SetTransport(d.path.network)
	req.SetDestination(dest)
	d.path.bind(req)
}

// fresh makes req a new transaction: another branch.
func (d *dialog) fresh(req *sip.Request) {
	req.RemoveHeader("Via")
	req.PrependHeader(d.path.via())
}

// follow takes what a request or response of the peer's changes in d: a target
// refresh (section 12.2).
func (d *dialog) follow(c *sip.ContactHeader) {
	if c != nil && c.Address.Host != "" {
		d.target = *c.Address.Clone()
	}
}

func (p path) via() *sip.ViaHeader {
	v := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: p.network,
		Host: p.host.String(), Port: int(p.bound.Port()), Params: sip.NewParams()}
	v.Params.Add("branch", sip.GenerateBranch())
	v.Params.Add("rport", "")
	return v
}

func (p path) contact() *sip.ContactHeader {
	c := &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "hotline", Host: p.host.String(), Port: int(p.bound.Port())}}
	if p.network == "TCP" {
		c.Address.UriParams = sip.NewParams()
		c.Address.UriParams.Add("transport", "tcp")
	}
	return c
}

// bind has a datagram leave from the listening socket. A TCP request takes the
// connection that there is to its destination, or a new one.
func (p path) bind(req *sip.Request) {
	if p.network == "UDP" {
		req.Laddr = sip.Addr{IP: net.IP(p.bound.Addr().AsSlice()), Port: int(p.bound.Port())}
	}
}

func hostPort(u *sip.Uri, network string) string {
	port := u.Port
	if port == 0 {
		port = sip.DefaultPort(network)
	}
	return net.JoinHostPort(u.Host, strconv.Itoa(port))
}

// routeSet reads Record-Route: in order for the one who was called, in reverse
// for the caller (section 12.1).
func routeSet(msg sip.Message, caller bool) []sip.Uri {
	var routes []sip.Uri
	for _, h := range msg.GetHeaders("Record-Route") {
		if r, ok := h.(*sip.RecordRouteHeader); ok && len(routes) < 32 {
			routes = append(routes, *r.Address.Clone())
		}
	}
	if caller {
		for i, j := 0, len(routes)-1; i < j; i, j = i+1, j-1 {
			routes[i], routes[j] = routes[j], routes[i]
		}
	}
	return routes
}

func tagOf(p sip.HeaderParams) string { return p.GetOr("tag", "") }
