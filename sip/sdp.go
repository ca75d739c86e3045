package sip

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"hotline/media/rtp"
)

// Bounds on what a peer may describe. The largest offers of real phones (video,
// ICE, a dozen codecs) are under 6 KiB.
const (
	maxSDP     = 16 << 10
	maxMedia   = 16
	maxFormats = 64
)

// A description is an SDP message (RFC 8866), as much of it as an audio call
// needs. Reading is forgiving about the order of lines, line ends and missing
// s= and t=, because phones are not careful; what is written is strict.
type description struct {
	id, version uint64     // of o=, written only
	addr        netip.Addr // of the o= and c= lines written; when read, the session's c=
	media       []mline
}

// An mline is one media description, m= and what belongs to it.
type mline struct {
	kind, proto string // "audio", "RTP/AVP"
	port        int    // 0: disabled or refused
	addr        netip.Addr
	zero        bool // c=0.0.0.0, an unspecified address: send nothing
	direction   rtp.Direction
	formats     []format
}

// A format is one payload type of an m= line.
type format struct {
	fmt  string // as in the m= line; a number for RTP
	pt   uint8
	name string // of a=rtpmap; "" if there is none
	rate int
	fmtp string
}

var directions = map[string]rtp.Direction{
	"sendrecv": rtp.SendRecv, "sendonly": rtp.SendOnly, "recvonly": rtp.RecvOnly, "inactive": rtp.Inactive,
}

func directionName(d rtp.Direction) string {
	for name, v := range directions {
		if v == d {
			return name
		}
	}
	return "inactive"
}

// parseSDP reads a description. An error means that it cannot be one.
func parseSDP(body []byte) (description, error) {
	var d description
	if len(body) > maxSDP {
		return d, fmt.Errorf("session description of %d bytes", len(body))
	}
	var m *mline // nil at session level
	var session mline
	for i, line := range strings.FieldsFunc(string(body), func(r rune) bool { return r == '\r' || r == '\n' }) {
		key, value, ok := strings.Cut(line, "=")
		if key = strings.TrimSpace(key); !ok || len(key) != 1 {
			return d, fmt.Errorf("line %d is not SDP", i+1)
		}
		at := &session
		if m != nil {
			at = m
		}
		switch value = strings.TrimSpace(value); key {
		case "v":
			if value != "0" {
				return d, fmt.Errorf("SDP version %q", value)
			}
		case "c":
			at.connection(value)
		case "a":
			at.attribute(value)
		case "m":
			if len(d.media) == maxMedia {
				return d, fmt.Errorf("more than %d media descriptions", maxMedia)
			}
			next, err := parseMedia(value)
			if err != nil {
				return d, err
			}
			next.addr, next.zero, next.direction = session.addr, session.zero, session.direction
			d.media = append(d.media, next)
			m = &d.media[len(d.media)-1]
		}
		if i == 0 && key != "v" {
			return d, fmt.Errorf("SDP does not begin with v=")
		}
	}
	if len(d.media) == 0 {
		return d, fmt.Errorf("SDP without media")
	}
	d.addr = session.addr
	return d, nil
}

// parseMedia reads "audio 49170/2 RTP/AVP 0 8 101".
func parseMedia(value string) (mline, error) {
	f := strings.Fields(value)
	if len(f) < 4 || len(f) > 3+maxFormats {
		return mline{}, fmt.Errorf("media description of %d fields", len(f))
	}
	number, _, _ := strings.Cut(f[1], "/")
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return mline{}, fmt.Errorf("media port %q", f[1])
	}
	m := mline{kind: strings.ToLower(f[0]), port: int(port), proto: strings.ToUpper(f[2])}
	for _, s := range f[3:] {
		pt, err := strconv.ParseUint(s, 10, 7)
		if err != nil && m.kind == "audio" {
			return mline{}, fmt.Errorf("payload type %q", s)
		}
		m.formats = append(m.formats, format{fmt: s, pt: uint8(pt)})
	}
	return m, nil
}

// connection reads "IN IP4 192.0.2.1/127". A name instead of an address leaves
// it unknown: nothing is looked up for a peer.
func (m *mline) connection(value string) {
	f := strings.Fields(value)
	if len(f) < 3 {
		return
	}
	s, _, _ := strings.Cut(f[2], "/")
	a, err := netip.ParseAddr(s)
	if err != nil {
		m.addr, m.zero = netip.Addr{}, false
		return
	}
	if a = a.Unmap().WithZone(""); a.IsUnspecified() {
		m.addr, m.zero = netip.Addr{}, true
		return
	}
	m.addr, m.zero = a, false
}

func (m *mline) attribute(value string) {
	name, value, _ := strings.Cut(value, ":")
	if d, ok := directions[name]; ok {
		m.direction = d
		return
	}
	if name != "rtpmap" && name != "fmtp" {
		return
	}
	number, value, _ := strings.Cut(strings.TrimSpace(value), " ")
	for i := range m.formats {
		f := &m.formats[i]
		switch {
		case f.fmt != number:
		case name == "fmtp":
			f.fmtp = strings.TrimSpace(value)
		case f.name == "": // the first one counts
			part := strings.Split(strings.TrimSpace(value), "/")
			if len(part) < 2 || len(part) > 2 && part[2] != "1" {
				continue // no rate, or more than one channel
			}
			if rate, err := strconv.ParseUint(part[1], 10, 31); err == nil {
				f.name, f.rate = part[0], int(rate)
			}
		}
	}
}

// bytes writes d in the order of RFC 8866 section 5.
func (d description) bytes() []byte {
	var b strings.Builder
	family := "IP4"
	if d.addr.Is6() {
		family = "IP6"
	}
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n", d.id, d.version, family, d.addr, family, d.addr)
	for _, m := range d.media {
		fmt.Fprintf(&b, "m=%s %d %s", m.kind, m.port, m.proto)
		for _, f := range m.formats {
			b.WriteString(" " + f.fmt)
		}
		b.WriteString("\r\n")
		if m.port == 0 {
			continue
		}
		for _, f := range m.formats {
			fmt.Fprintf(&b, "a=rtpmap:%d %s/%d\r\n", f.pt, f.name, f.rate)
			if f.fmtp != "" {
				fmt.Fprintf(&b, "a=fmtp:%d %s\r\n", f.pt, f.fmtp)
			}
		}
		fmt.Fprintf(&b, "a=ptime:20\r\na=%s\r\n", directionName(m.direction))
	}
	return []byte(b.String())
}
