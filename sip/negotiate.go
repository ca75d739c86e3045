package sip

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"hotline/media/codec"
	"hotline/media/rtp"
)

// ours is our side of an offer or an answer.
type ours struct {
	addr      netip.AddrPort // where the peer must send
	codecs    []codec.Codec  // by preference
	direction rtp.Direction  // what we want: SendRecv, or SendOnly while we hold the peer
}

// agreed is what an offer and its answer settle (RFC 3264).
type agreed struct {
	params rtp.Params
	held   bool    // the peer does not want to hear us
	media  []mline // of the whole session, which later offers must keep (section 8)
	index  int     // of our line in media
}

// keysPT is our number for telephone-event, and nearly everybody's.
const keysPT = 101

// offer describes us. After a first exchange it keeps what prev settled: the
// m= lines, of which all but our own are refused, the codec, first, and its
// numbers (section 8.3.2).
func (o ours) offer(prev agreed) description {
	line := mline{kind: "audio", proto: "RTP/AVP", port: int(o.addr.Port()), direction: o.direction}
	p, keys := prev.params, uint8(keysPT)
	if p.Codec.Name != "" {
		line.formats = append(line.formats, formatOf(p.Codec, p.RecvPT))
		if p.RecvKeyPT != 0 {
			keys = p.RecvKeyPT
		}
	}
	for _, c := range o.codecs {
		if c != p.Codec {
			line.formats = append(line.formats, formatOf(c, c.PT))
		}
	}
	line.formats = append(line.formats, keyFormat(keys))
	if prev.media == nil {
		return description{addr: o.addr.Addr(), media: []mline{line}}
	}
	media := refuseAll(prev.media)
	line.proto = prev.media[prev.index].proto
	media[prev.index] = line
	return description{addr: o.addr.Addr(), media: media}
}

// answer answers an offer that came from the address from. first tells a first
// offer from a later one: there c=0.0.0.0 is a peer that does not know its
// address yet, later it is the hold of RFC 2543 (RFC 3264 section 8.4).
func (o ours) answer(offer description, from netip.Addr, first bool) (description, agreed, error) {
	i, err := pickMedia(offer.media)
	if err != nil {
		return description{}, agreed{}, err
	}
	theirs := offer.media[i]
	a := agreed{index: i, media: refuseAll(offer.media)}
	line := &a.media[i]
	if theirs.port == 0 {
		if first {
			return description{}, agreed{}, refuse(488, 304, "the audio offered is disabled")
		}
		a.held, a.params.Direction = true, rtp.Inactive
		return description{addr: o.addr.Addr(), media: a.media}, a, nil
	}
	c, f, ok := pickCodec(o.codecs, theirs.formats)
	if !ok {
		return description{}, agreed{}, refuse(488, 305, "no common codec: offered "+names(theirs.formats))
	}
	if theirs.zero && !first {
		theirs.direction = meet(theirs.direction, rtp.SendOnly)
	}
	// The answer uses the offer's numbers both ways (section 6.1).
	a.params = rtp.Params{Remote: mediaAddr(theirs, from, o.addr.Addr()), Codec: c, PT: f.pt, RecvPT: f.pt,
		Direction: meet(o.direction, mirror(theirs.direction))}
	*line = mline{kind: "audio", proto: theirs.proto, port: int(o.addr.Port()),
		direction: a.params.Direction, formats: []format{formatOf(c, f.pt)}}
	if k, ok := pickKeys(theirs.formats, c); ok {
		a.params.KeyPT, a.params.RecvKeyPT = k.pt, k.pt
		line.formats = append(line.formats, keyFormat(k.pt))
	}
	a.held = !receives(theirs.direction)
	return description{addr: o.addr.Addr(), media: a.media}, a, nil
}

// accept takes the peer's answer to what o.offer gave. The peer may have its
// own payload type numbers: we send with theirs and expect ours.
func (o ours) accept(offer, answer description, from netip.Addr) (agreed, error) {
	i := slices.IndexFunc(offer.media, func(m mline) bool { return m.port != 0 })
	if i < 0 || i >= len(answer.media) || answer.media[i].kind != "audio" {
		return agreed{}, refuse(488, 304, "the answer has no audio")
	}
	theirs := answer.media[i]
	if theirs.port == 0 {
		return agreed{}, refuse(488, 304, "the answer refuses the audio")
	}
	for j := range theirs.formats { // a number of ours without rtpmap means what we said
		f := &theirs.formats[j]
		if k := slices.IndexFunc(offer.media[i].formats, func(g format) bool { return g.pt == f.pt }); f.name == "" && k >= 0 {
			f.name, f.rate = offer.media[i].formats[k].name, offer.media[i].formats[k].rate
		}
	}
	mine := offer.media[i].formats
	for _, f := range theirs.formats { // the answer's order is the peer's preference
		c, _, ok := pickCodec(o.codecs, []format{f})
		if !ok {
			continue
		}
		_, our, _ := pickCodec([]codec.Codec{c}, mine)
		a := agreed{index: i, media: offer.media, held: !receives(theirs.direction)}
		a.params = rtp.Params{Remote: mediaAddr(theirs, from, o.addr.Addr()), Codec: c, PT: f.pt, RecvPT: our.pt,
			Direction: meet(o.direction, mirror(theirs.direction))}
		if k, ok := pickKeys(theirs.formats, c); ok {
			our, _ := pickKeys(mine, c)
			a.params.KeyPT, a.params.RecvKeyPT = k.pt, our.pt
		}
		return a, nil
	}
	return agreed{}, refuse(488, 305, "no common codec: answered "+names(theirs.formats))
}

// pickMedia chooses the audio that we take. If there is none that is enabled it
// is one that is not: to switch the audio off is a thing a peer may do.
func pickMedia(media []mline) (int, error) {
	off, why := -1, refuse(488, 304, "no audio offered")
	for i, m := range media {
		switch {
		case m.kind != "audio":
		case m.proto != "RTP/AVP" && m.proto != "RTP/AVPF":
			why = refuse(488, 302, "audio over "+m.proto)
		case m.port != 0:
			return i, nil
		case off < 0:
			off = i
		}
	}
	if off < 0 {
		return 0, why
	}
	return off, nil
}

// pickCodec finds the first of our codecs among theirs.
func pickCodec(ours []codec.Codec, theirs []format) (codec.Codec, format, bool) {
	for _, c := range ours {
		for _, f := range theirs {
			if f.is(c) {
				return c, f, true
			}
		}
	}
	return codec.Codec{}, format{}, false
}

// is reports whether f is c, by its rtpmap or, without one, by its static
// number (RFC 3551 section 6). G.722 is announced at 16000 by some, which is
// its sampling rate and not its clock rate (section 4.5.2).
func (f format) is(c codec.Codec) bool {
	if f.name == "" {
		return f.pt == c.PT && c.PT < 96
	}
	return strings.EqualFold(f.name, c.Name) && (f.rate == c.ClockRate || f.rate == c.SampleRate)
}

// pickKeys finds telephone-event at the codec's clock rate, the only one that
// may share its stream (RFC 4733 section 2.1).
func pickKeys(formats []format, c codec.Codec) (format, bool) {
	for _, f := range formats {
		if strings.EqualFold(f.name, "telephone-event") && f.rate == c.ClockRate {
			return f, true
		}
	}
	return format{}, false
}

// mediaAddr is where to send. An address that is missing, of another family
// than ours, multicast, or private while the peer is not, cannot be meant: the
// best guess is then where its signalling comes from, until its packets tell.
// Invalid means: do not guess.
func mediaAddr(m mline, from, local netip.Addr) netip.AddrPort {
	addr, from := m.addr, from.Unmap()
	if m.zero {
		return netip.AddrPort{}
	}
	inside := func(a netip.Addr) bool { return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() }
	if !addr.IsValid() || addr.IsMulticast() || addr.Is4() != local.Is4() || inside(addr) && !inside(from) {
		addr = from
	}
	if !addr.IsValid() || addr.Is4() != local.Is4() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(addr, uint16(m.port))
}

// refuseAll answers every line with port 0 (RFC 3264 section 6).
func refuseAll(media []mline) []mline {
	out := make([]mline, len(media))
	for i, m := range media {
		out[i] = mline{kind: m.kind, proto: m.proto, formats: m.formats}
	}
	return out
}

func sends(d rtp.Direction) bool    { return d == rtp.SendRecv || d == rtp.SendOnly }
func receives(d rtp.Direction) bool { return d == rtp.SendRecv || d == rtp.RecvOnly }

// mirror is a direction seen from the other side.
func mirror(d rtp.Direction) rtp.Direction { return directionOf(receives(d), sends(d)) }

// meet is what both allow.
func meet(a, b rtp.Direction) rtp.Direction {
	return directionOf(sends(a) && sends(b), receives(a) && receives(b))
}

func directionOf(send, receive bool) rtp.Direction {
	switch {
	case send && receive:
		return rtp.SendRecv
	case send:
		return rtp.SendOnly
	case receive:
		return rtp.RecvOnly
	}
	return rtp.Inactive
}

func formatOf(c codec.Codec, pt uint8) format {
	return format{fmt: strconv.Itoa(int(pt)), pt: pt, name: c.Name, rate: c.ClockRate}
}

func keyFormat(pt uint8) format {
	return format{fmt: strconv.Itoa(int(pt)), pt: pt, name: "telephone-event", rate: 8000, fmtp: "0-15"}
}

func names(formats []format) string {
	var s []string
	for _, f := range formats {
		if f.name == "" {
			s = append(s, f.fmt)
		} else {
			s = append(s, fmt.Sprintf("%.32s/%d", f.name, f.rate))
		}
	}
	return strings.Join(s, " ")
}

// A refusal is an error with the response it becomes.
type refusal struct {
	code    int // SIP status
	warning int // of the Warning header field (RFC 3261 20.43); 0 is none
	reason  string
}

func refuse(code, warning int, reason string) *refusal { return &refusal{code, warning, reason} }

func (r *refusal) Error() string { return r.reason }
