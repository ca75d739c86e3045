package rtc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

const (
	maxOffer      = 64 << 10 // bytes
	maxFrag       = 16 << 10
	maxCandidates = 64 // of a browser, in all
)

// an offer of a browser's, looked at before pion gets it. What pion gets says
// sendrecv whatever the browser said, and its answer is put right by answerFor: pion
// answers some changes of direction wrongly and stops for good at others, and
// whether there is something to send or to expect is the stream's affair.
type offer struct {
	sdp      string
	receives bool // they send
	sends    bool // they listen
	ufrag    string
}

// directions are those of RFC 8866 section 6.7, as lines.
var directions = []string{"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}

// withDirection is an SDP with every direction replaced.
func withDirection(sdp, direction string) string {
	var b strings.Builder
	for line := range strings.Lines(sdp) {
		if slices.Contains(directions, strings.TrimRight(line, "\r\n")) {
			line = direction + "\r\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// answerFor is pion's answer with the direction that answers o (RFC 3264
// section 6.1).
func (o offer) answerFor(sdp string) string {
	direction := "a=inactive"
	switch {
	case o.sends && o.receives:
		direction = "a=sendrecv"
	case o.sends:
		direction = "a=sendonly"
	case o.receives:
		direction = "a=recvonly"
	}
	return withDirection(sdp, direction)
}

// readOffer checks an offer: it must have one audio section that is in use, and
// nothing else that is.
func readOffer(body []byte) (offer, error) {
	var d sdp.SessionDescription
	if err := d.Unmarshal(body); err != nil {
		return offer{}, refuse(400, "not an SDP offer")
	}
	var audio *sdp.MediaDescription
	for _, m := range d.MediaDescriptions {
		if m.MediaName.Port.Value == 0 && !bundleOnly(m) {
			continue
		}
		if m.MediaName.Media != "audio" || audio != nil {
			return offer{}, refuse(422, "one audio section, and nothing else, is understood")
		}
		audio = m
	}
	if audio == nil {
		return offer{}, refuse(422, "no audio offered")
	}
	o := offer{sdp: withDirection(string(body), "a=sendrecv"), receives: true, sends: true}
	get := func(key string) string {
		if v, ok := audio.Attribute(key); ok {
			return v
		}
		v, _ := d.Attribute(key)
		return v
	}
	if o.ufrag = get("ice-ufrag"); o.ufrag == "" || get("ice-pwd") == "" || get("fingerprint") == "" {
		return offer{}, refuse(400, "an offer without ICE or DTLS")
	}
	if strings.Count(o.sdp, "a=candidate:") > maxCandidates {
		return offer{}, refuse(400, "too many candidates")
	}
	has := func(key string) bool {
		_, media := audio.Attribute(key)
		_, session := d.Attribute(key)
		return media || session
	}
	switch {
	case has("sendonly"):
		o.sends = false
	case has("recvonly"):
		o.receives = false
	case has("inactive"):
		o.sends, o.receives = false, false
	}
	return o, nil
}

func bundleOnly(m *sdp.MediaDescription) bool {
	_, ok := m.Attribute("bundle-only")
	return ok
}

// A frag is the body of a PATCH (RFC 8840 section 9): candidates of one ICE
// session.
type frag struct {
	ufrag, pwd string
	candidates []webrtc.ICECandidateInit
}

// readFrag reads one. It is no whole SDP: the lines that matter are picked out.
func readFrag(body []byte) (frag, error) {
	var f frag
	mid := ""
	for line := range strings.Lines(string(body)) {
		line = strings.TrimRight(line, "\r\n")
		switch key, value, _ := strings.Cut(line, ":"); key {
		case "a=ice-ufrag":
			f.ufrag = value
		case "a=ice-pwd":
			f.pwd = value
		case "a=mid":
			mid = value
		case "a=candidate":
			m, u := mid, f.ufrag
			c := webrtc.ICECandidateInit{Candidate: "candidate:" + value, SDPMid: &m}
			if u != "" {
				c.UsernameFragment = &u
			}
			f.candidates = append(f.candidates, c)
		default:
			if len(line) > 0 && (len(line) < 2 || line[1] != '=') {
				return f, refuse(400, "not an SDP fragment")
			}
		}
	}
	if (f.ufrag == "") != (f.pwd == "") || len(f.candidates) > maxCandidates {
		return f, refuse(400, "not an SDP fragment")
	}
	if f.ufrag != "" && (!iceChars(f.ufrag, 4) || !iceChars(f.pwd, 22)) {
		return f, refuse(400, "malformed ICE credentials")
	}
	return f, nil
}

// iceChars reports whether s may be an ufrag or a password (RFC 8839 section 5.4).
func iceChars(s string, least int) bool {
	return len(s) >= least && len(s) <= 256 &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/") == ""
}

// restarted is the offer that a frag with new credentials stands for: the
// one before, with them and with its candidates in place of the old.
func restarted(before string, f frag) string {
	var b strings.Builder
	audio, put := false, false
	candidates := func() {
		if audio && !put {
			for _, c := range f.candidates {
				fmt.Fprintf(&b, "a=%s\r\n", c.Candidate)
			}
			put = true
		}
	}
	for line := range strings.Lines(before) {
		line = strings.TrimRight(line, "\r\n")
		switch key, _, _ := strings.Cut(line, ":"); key {
		case "a=ice-ufrag":
			line = "a=ice-ufrag:" + f.ufrag
		case "a=ice-pwd":
			line = "a=ice-pwd:" + f.pwd
		case "a=candidate", "a=end-of-candidates":
			continue
		}
		if strings.HasPrefix(line, "m=") {
			candidates()
			audio = strings.HasPrefix(line, "m=audio ") && !strings.HasPrefix(line, "m=audio 0 ")
		}
		b.WriteString(line + "\r\n")
	}
	candidates()
	return b.String()
}

// writeFrag is our side of a restart: the credentials and candidates of an
// answer.
func writeFrag(answer string) string {
	var head, section strings.Builder
	audio, credentials := false, false
	for line := range strings.Lines(answer) {
		line = strings.TrimRight(line, "\r\n")
		switch key, _, _ := strings.Cut(line, ":"); {
		case strings.HasPrefix(line, "m="):
			if audio = strings.HasPrefix(line, "m=audio ") && section.Len() == 0; audio {
				section.WriteString(line + "\r\n")
			}
		case (key == "a=ice-ufrag" || key == "a=ice-pwd") && !credentials:
			head.WriteString(line + "\r\n")
			credentials = key == "a=ice-pwd"
		case audio && (key == "a=mid" || key == "a=candidate" || key == "a=end-of-candidates"):
			section.WriteString(line + "\r\n")
		}
	}
	return head.String() + section.String()
}
