package sip

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"

	"hotline/media/codec"
	"hotline/media/rtp"
)

var us = ours{addr: netip.MustParseAddrPort("192.0.2.10:20000"), codecs: []codec.Codec{codec.G722, codec.PCMU, codec.PCMA}}

func lines(l ...string) string { return strings.Join(l, "\r\n") + "\r\n" }

// head is a session with an address of the test network.
const head = "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"

func TestAnswer(t *testing.T) {
	peer := netip.MustParseAddr("198.51.100.7")
	for _, c := range []struct {
		name, offer string
		later       bool // not the first offer
		hold        bool // we hold the peer
		want        rtp.Params
		held        bool
		in          string // lines that the answer must have, "|" between
		code, warn  int
	}{
		{name: "static types without rtpmap", offer: head + lines("m=audio 4000 RTP/AVP 0 8"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}, in: "m=audio 20000 RTP/AVP 0|a=sendrecv"},
		{name: "our preference among theirs", offer: head + lines("m=audio 4000 RTP/AVP 8 0 9 101", "a=rtpmap:9 G722/8000", "a=rtpmap:101 telephone-event/8000"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.G722, PT: 9, RecvPT: 9, KeyPT: 101, RecvKeyPT: 101}, in: "m=audio 20000 RTP/AVP 9 101|a=fmtp:101 0-15"},
		{name: "their dynamic numbers", offer: head + lines("m=audio 4000 RTP/AVP 118 96", "a=rtpmap:118 PCMA/8000/1", "a=rtpmap:96 telephone-event/8000"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMA, PT: 118, RecvPT: 118, KeyPT: 96, RecvKeyPT: 96}, in: "a=rtpmap:118 PCMA/8000"},
		{name: "a static number that means something else", offer: head + lines("m=audio 4000 RTP/AVP 0", "a=rtpmap:0 opus/48000/2"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}},
		{name: "G.722 announced at 16000", offer: head + lines("m=audio 4000 RTP/AVP 9", "a=rtpmap:9 G722/16000"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.G722, PT: 9, RecvPT: 9}},
		{name: "keys at the codec's clock only", offer: head + lines("m=audio 4000 RTP/AVP 0 100 101", "a=rtpmap:100 telephone-event/16000", "a=rtpmap:101 telephone-event/8000"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU, KeyPT: 101, RecvKeyPT: 101}},
		{name: "keys at another clock", offer: head + lines("m=audio 4000 RTP/AVP 0 100", "a=rtpmap:100 telephone-event/48000"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}},
		{name: "no c= at all", offer: lines("v=0", "o=- 1 1 IN IP4 x", "s=-", "t=0 0", "m=audio 4000 RTP/AVP 0"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}},
		{name: "c= after a=, of the line", offer: lines("v=0", "m=audio 4000 RTP/AVP 0", "a=sendrecv", "c=IN IP4 198.51.100.9"),
			want: rtp.Params{Remote: at("198.51.100.9:4000"), Codec: codec.PCMU}},
		{name: "a name in c=", offer: lines("v=0", "c=IN IP4 phone.example.com", "m=audio 4000 RTP/AVP 0"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}},
		{name: "a private address from outside", offer: lines("v=0", "c=IN IP4 192.168.1.5", "m=audio 4000 RTP/AVP 0"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}},
		{name: "IPv6 to us, who have none", offer: lines("v=0", "c=IN IP6 2001:db8::5", "m=audio 4000 RTP/AVP 0"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}},
		{name: "c=0.0.0.0 at first: not known yet", offer: lines("v=0", "c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0"),
			want: rtp.Params{Codec: codec.PCMU}, in: "a=sendrecv"},
		{name: "c=0.0.0.0 later: the old hold", later: true, offer: lines("v=0", "c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0"),
			want: rtp.Params{Codec: codec.PCMU, Direction: rtp.RecvOnly}, held: true, in: "a=recvonly"},
		{name: "sendonly", offer: head + lines("m=audio 4000 RTP/AVP 0", "a=sendonly"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU, Direction: rtp.RecvOnly}, held: true, in: "a=recvonly"},
		{name: "recvonly is no hold", offer: head + lines("m=audio 4000 RTP/AVP 0", "a=recvonly"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU, Direction: rtp.SendOnly}, in: "a=sendonly"},
		{name: "inactive for the session", offer: head + lines("a=inactive", "m=audio 4000 RTP/AVP 0"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU, Direction: rtp.Inactive}, held: true, in: "a=inactive"},
		{name: "both hold", hold: true, offer: head + lines("m=audio 4000 RTP/AVP 0", "a=sendonly"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU, Direction: rtp.Inactive}, held: true, in: "a=inactive"},
		{name: "several lines", offer: head + lines("m=video 4002 RTP/AVP 96", "a=rtpmap:96 H264/90000", "m=audio 4000 RTP/AVP 0", "m=audio 4004 RTP/AVP 8", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU},
			in:   "m=video 0 RTP/AVP 96|m=audio 20000 RTP/AVP 0|m=audio 0 RTP/AVP 8|m=application 0 UDP/DTLS/SCTP webrtc-datachannel"},
		{name: "SRTP first, RTP second", offer: head + lines("m=audio 4000 RTP/SAVP 0", "m=audio 4002 RTP/AVP 0"),
			want: rtp.Params{Remote: at("198.51.100.7:4002"), Codec: codec.PCMU}, in: "m=audio 0 RTP/SAVP 0|m=audio 20000 RTP/AVP 0"},
		{name: "what we do not do stays out of the answer", offer: head + lines("m=audio 4000 RTP/AVP 0", "a=rtcp-mux", "a=rtcp:4001", "a=ptime:30", "a=maxptime:60", "a=candidate:1 1 UDP 1 1.2.3.4 5 typ host"),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU}, in: "a=ptime:20"},
		{name: "audio switched off later", later: true, offer: head + lines("m=audio 0 RTP/AVP 0"),
			want: rtp.Params{Direction: rtp.Inactive}, held: true, in: "m=audio 0 RTP/AVP 0"},
		{name: "line ends of LF", offer: strings.ReplaceAll(head+lines("m=audio 4000 RTP/AVP 8"), "\r", ""),
			want: rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMA, PT: 8, RecvPT: 8}},
		{name: "no common codec", offer: head + lines("m=audio 4000 RTP/AVP 18 96", "a=rtpmap:96 opus/48000/2"), code: 488, warn: 305},
		{name: "no audio", offer: head + lines("m=video 4000 RTP/AVP 96"), code: 488, warn: 304},
		{name: "SRTP only", offer: head + lines("m=audio 4000 RTP/SAVP 0"), code: 488, warn: 302},
		{name: "audio disabled at first", offer: head + lines("m=audio 0 RTP/AVP 0"), code: 488, warn: 304},
	} {
		t.Run(c.name, func(t *testing.T) {
			offer, err := parseSDP([]byte(c.offer))
			if err != nil {
				t.Fatal(err)
			}
			o := us
			if c.hold {
				o.direction = rtp.SendOnly
			}
			d, a, err := o.answer(offer, peer, !c.later)
			if c.code != 0 {
				var r *refusal
				if !errors.As(err, &r) || r.code != c.code || r.warning != c.warn {
					t.Fatalf("got %+v, want %d with warning %d", err, c.code, c.warn)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.name == "a static number that means something else" {
				if d.media[0].formats[0].name != "PCMU" { // opus/48000/2 is not read: the number stands for itself
					t.Errorf("formats %v", d.media[0].formats)
				}
			}
			if a.params != c.want || a.held != c.held {
				t.Errorf("agreed\n%+v held %v, want\n%+v held %v", a.params, a.held, c.want, c.held)
			}
			body := wellFormed(t, d)
			for want := range strings.SplitSeq(c.in, "|") {
				if !strings.Contains(body, want) {
					t.Errorf("no %q in\n%s", want, body)
				}
			}
			for _, no := range []string{"rtcp", "candidate", "a=ptime:30"} {
				if strings.Contains(body, no) {
					t.Errorf("%q in\n%s", no, body)
				}
			}
			if len(d.media) != len(offer.media) {
				t.Errorf("%d lines answer %d", len(d.media), len(offer.media))
			}
		})
	}
}

// wellFormed has another implementation read what we write.
func wellFormed(t *testing.T, d description) string {
	t.Helper()
	b := d.bytes()
	var other sdp.SessionDescription
	if err := other.Unmarshal(b); err != nil {
		t.Errorf("%v in\n%s", err, b)
	}
	return string(b)
}

func at(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func TestAccept(t *testing.T) {
	offer := us.offer(agreed{})
	body := wellFormed(t, offer)
	if !strings.Contains(body, "m=audio 20000 RTP/AVP 9 0 8 101") {
		t.Fatalf("offer\n%s", body)
	}
	for _, c := range []struct {
		name, answer string
		want         rtp.Params
		code         int
	}{
		{"as offered", lines("m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000"),
			rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMA, PT: 8, RecvPT: 8, KeyPT: 101, RecvKeyPT: 101}, 0},
		{"other numbers: send theirs, expect ours", lines("m=audio 4000 RTP/AVP 118 96", "a=rtpmap:118 G722/8000", "a=rtpmap:96 telephone-event/8000"),
			rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.G722, PT: 118, RecvPT: 9, KeyPT: 96, RecvKeyPT: 101}, 0},
		{"our number without its rtpmap", lines("m=audio 4000 RTP/AVP 0 101"),
			rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMU, KeyPT: 101, RecvKeyPT: 101}, 0},
		{"their order counts", lines("m=audio 4000 RTP/AVP 8 0 9"),
			rtp.Params{Remote: at("198.51.100.7:4000"), Codec: codec.PCMA, PT: 8, RecvPT: 8}, 0},
		{"refused", lines("m=audio 0 RTP/AVP 0"), rtp.Params{}, 488},
		{"something else", lines("m=audio 4000 RTP/AVP 18"), rtp.Params{}, 488},
		{"another line", lines("m=video 4000 RTP/AVP 96"), rtp.Params{}, 488},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, err := parseSDP([]byte(head + c.answer))
			if err != nil {
				t.Fatal(err)
			}
			a, err := us.accept(offer, answer, netip.MustParseAddr("198.51.100.7"))
			var r *refusal
			if errors.As(err, &r) != (c.code != 0) || r != nil && r.code != c.code {
				t.Fatal(err)
			}
			if a.params != c.want {
				t.Errorf("agreed\n%+v, want\n%+v", a.params, c.want)
			}
		})
	}
}

// A later offer keeps the lines of the session, the codec and its numbers, and
// o= counts what has changed.
func TestLaterOffer(t *testing.T) {
	theirs, err := parseSDP([]byte(head + lines("m=video 4002 RTP/AVP 96", "m=audio 4000 RTP/AVP 118 97", "a=rtpmap:118 PCMA/8000", "a=rtpmap:97 telephone-event/8000")))
	if err != nil {
		t.Fatal(err)
	}
	n := session{id: 7, version: 1, ours: us}
	d, a, err := us.answer(theirs, netip.Addr{}, true)
	if err != nil {
		t.Fatal(err)
	}
	first := string(n.describe(d))
	if again := string(n.describe(d)); again != first {
		t.Errorf("the same description became\n%s", again)
	}
	n.agreed, n.ours.direction = a, rtp.SendOnly
	hold := string(n.describe(n.ours.offer(n.agreed)))
	for _, want := range []string{"o=- 7 2 IN", "m=video 0 ", "m=audio 20000 RTP/AVP 118 9 0 97\r\n", "a=rtpmap:118 PCMA/8000", "a=sendonly"} {
		if !strings.Contains(hold, want) {
			t.Errorf("no %q in\n%s", want, hold)
		}
	}
}

func TestParseSDPRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":          "",
		"no media":         head,
		"not SDP":          "<xml/>",
		"another version":  "v=1\r\nm=audio 4000 RTP/AVP 0\r\n",
		"begins otherwise": "o=- 1 1 IN IP4 1.2.3.4\r\nv=0\r\nm=audio 4000 RTP/AVP 0\r\n",
		"a port too large": head + "m=audio 70000 RTP/AVP 0\r\n",
		"a type too large": head + "m=audio 4000 RTP/AVP 200\r\n",
		"no types":         head + "m=audio 4000 RTP/AVP\r\n",
		"too much":         head + strings.Repeat("a=x\r\n", maxSDP/5),
		"too many lines":   head + strings.Repeat("m=audio 4000 RTP/AVP 0\r\n", maxMedia+1),
		"too many types":   head + "m=audio 4000 RTP/AVP" + strings.Repeat(" 0", maxFormats+1) + "\r\n",
	} {
		if _, err := parseSDP([]byte(body)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// FuzzNegotiate: whatever a peer says, there is an answer with as many lines
// that another implementation can read, or a refusal with a status; and what we
// agreed is something we have.
func FuzzNegotiate(f *testing.F) {
	f.Add(head+lines("m=audio 4000 RTP/AVP 0 8 9 101", "a=rtpmap:101 telephone-event/8000"), true)
	f.Add(lines("v=0", "c=IN IP4 0.0.0.0", "m=audio 4000/2 RTP/AVPF 118", "a=rtpmap:118 PCMA/8000/1", "a=inactive"), false)
	f.Add(head+lines("m=video 1 X 96", "m=audio 0 RTP/AVP 0"), false)
	f.Fuzz(func(t *testing.T, body string, first bool) {
		d, err := parseSDP([]byte(body))
		if err != nil {
			return
		}
		answer, a, err := us.answer(d, netip.MustParseAddr("198.51.100.7"), first)
		if err != nil {
			var r *refusal
			if !errors.As(err, &r) || phrases[r.code] == "" {
				t.Fatal(err)
			}
			return
		}
		if len(answer.media) != len(d.media) {
			t.Fatalf("%d lines answer %d", len(answer.media), len(d.media))
		}
		if _, err := parseSDP(answer.bytes()); err != nil {
			t.Fatalf("%v in our own\n%s", err, answer.bytes())
		}
		if _, _, ok := pickCodec(us.codecs, answer.media[a.index].formats); !ok && answer.media[a.index].port != 0 {
			t.Fatalf("agreed on nothing: %+v", a.params)
		}
		if _, err := us.accept(us.offer(a), d, netip.Addr{}); err != nil {
			var r *refusal
			if !errors.As(err, &r) {
				t.Fatal(err)
			}
		}
	})
}
