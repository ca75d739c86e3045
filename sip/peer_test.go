package sip

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A peer is a phone of which each message is written by hand. It speaks UDP.
type peer struct {
	t      *testing.T
	conn   *net.UDPConn
	server string // host:port
	seq    int
	branch int
	callID string
	target string // the server's Contact
	toTag  string
	route  string // added to requests, with CRLF
}

func newPeer(t *testing.T, s *Server) *peer {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	server := strings.TrimPrefix(s.Addrs()[0], "udp://")
	return &peer{t: t, conn: conn, server: server, callID: fmt.Sprintf("call-%s", conn.LocalAddr()), target: "sip:100@" + server}
}

func (p *peer) port() int { return p.conn.LocalAddr().(*net.UDPAddr).Port }

func (p *peer) raw(text string) {
	p.t.Helper()
	to, err := net.ResolveUDPAddr("udp", p.server)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.conn.WriteToUDP([]byte(text), to); err != nil {
		p.t.Fatal(err)
	}
}

// send writes a request. extra has whole header lines; a body is SDP unless
// extra says otherwise. It returns what was sent.
func (p *peer) send(method, extra, body string) string {
	p.t.Helper()
	if method != "ACK" && method != "CANCEL" {
		p.seq++
		p.branch++
	} else if method == "ACK" {
		p.branch++
	}
	to := "<sip:100@" + p.server + ">"
	if p.toTag != "" {
		to += ";tag=" + p.toTag
	}
	if body != "" && !strings.Contains(extra, "Content-Type") {
		extra += "Content-Type: application/sdp\r\n"
	}
	text := fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK-%s-%d\r\nMax-Forwards: 70\r\n"+
		"From: <sip:4711@127.0.0.1>;tag=p\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:4711@127.0.0.1:%d>\r\n%s%sContent-Length: %d\r\n\r\n%s",
		method, p.target, p.port(), p.callID, p.branch, to, p.callID, p.seq, method, p.port(), p.route, extra, len(body), body)
	p.raw(text)
	return text
}

// next reads one message.
func (p *peer) next(patience time.Duration) (sip.Message, bool) {
	p.t.Helper()
	buf := make([]byte, 1<<16)
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	n, err := p.conn.Read(buf)
	if err != nil {
		return nil, false
	}
	msg, err := sip.ParseMessage(buf[:n])
	if err != nil {
		p.t.Fatalf("%v in\n%s", err, buf[:n])
	}
	return msg, true
}

// response reads until the response with that status to our last request of
// that method.
func (p *peer) response(code int, method string) *sip.Response {
	p.t.Helper()
	var seen []string
	for end := time.Now().Add(patience); ; {
		msg, ok := p.next(time.Until(end))
		if !ok {
			p.t.Fatalf("no %d to %s; there were %q", code, method, seen)
		}
		res, ok := msg.(*sip.Response)
		if !ok {
			seen = append(seen, msg.(*sip.Request).StartLine())
			continue
		}
		if int(res.CSeq().SeqNo) == p.seq && string(res.CSeq().MethodName) == method {
			if c := res.Contact(); c != nil && res.StatusCode == 200 {
				p.target, p.toTag = c.Address.String(), tagOf(res.To().Params)
			}
			if res.StatusCode == code {
				return res
			}
			if res.StatusCode >= 200 {
				p.t.Fatalf("%s instead of %d to %s", res.StartLine(), code, method)
			}
		}
		seen = append(seen, res.StartLine())
	}
}

// request reads until a request of that method.
func (p *peer) request(method sip.RequestMethod) *sip.Request {
	p.t.Helper()
	var seen []string
	for end := time.Now().Add(patience); ; {
		msg, ok := p.next(time.Until(end))
		if !ok {
			p.t.Fatalf("no %s; there were %q", method, seen)
		}
		if req, ok := msg.(*sip.Request); ok && req.Method == method {
			return req
		} else if ok {
			seen = append(seen, req.StartLine())
		}
	}
}

// reply answers a request of the server's. extra and body are as in send.
func (p *peer) reply(req *sip.Request, code int, extra, body string) {
	p.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d Whatever\r\n", code)
	for _, h := range req.GetHeaders("Via") {
		b.WriteString(h.String() + "\r\n")
	}
	to := req.To().String()
	if !strings.Contains(to, "tag=") && code > 100 {
		to += ";tag=peer"
	}
	if body != "" {
		extra += "Content-Type: application/sdp\r\n"
	}
	fmt.Fprintf(&b, "%s\r\n%s\r\n%s\r\n%s\r\nContact: <sip:peer@127.0.0.1:%d>\r\n%sContent-Length: %d\r\n\r\n%s",
		req.From().String(), to, req.CallID().String(), req.CSeq().String(), p.port(), extra, len(body), body)
	p.raw(b.String())
}

// sdp offers or answers PCMU; attributes are whole lines.
func (p *peer) sdp(version int, attributes ...string) string {
	return lines(append([]string{"v=0", "o=- 5 " + strconv.Itoa(version) + " IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
		"m=audio 4000 RTP/AVP 0 8"}, attributes...)...)
}

// call brings a dialog up.
func (p *peer) call() {
	p.t.Helper()
	p.send("INVITE", "", p.sdp(1))
	p.response(200, "INVITE")
	p.send("ACK", "", "")
}
