package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hotline/media/codec"
)

// The parts of scenarios, in the XML of sipp. [words] are filled in by sipp; [me]
// is the name given to startSipp.

// An sdp is a session description; empty fields take the value given here.
type sdp struct {
	address   string // [media_ip]
	formats   string // 0 96: sipp presses keys as payload type 96
	direction string // sendrecv
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (d sdp) body(version int) string {
	return fmt.Sprintf(`Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 %d IN IP4 [local_ip]
s=-
c=IN IP4 %s
t=0 0
m=audio [media_port] RTP/AVP %s
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=%s
`, version, or(d.address, "[media_ip]"), or(d.formats, "0 96"), or(d.direction, "sendrecv"))
}

const noBody = "Content-Length: 0\n\n"

// send is a message. what is ` retrans="500"` for all that is repeated until it
// is answered.
func send(what, text string) string {
	return "<send" + what + "><![CDATA[\n" + text + "]]></send>"
}

const again = ` retrans="500"`

// head is the header of a request of the caller's.
func head(method, uri, via, to string, cseq int) string {
	return fmt.Sprintf(`%s %s SIP/2.0
%s
From: <sip:[me]@[local_ip]:[local_port]>;tag=sipp[call_number]
%s
Call-ID: [call_id]
CSeq: %d %[1]s
Contact: <sip:[me]@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
`, method, uri, via, to, cseq)
}

const newVia = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]"

func number(to string) string { return "sip:" + to + "@[remote_ip]:[remote_port]" }

// dial calls a number.
func dial(to string, d sdp) string {
	return send(again, head("INVITE", number(to), newVia, "To: <"+number(to)+">", 1)+d.body(1))
}

// recv takes a response whose body, or header field, matches a regular
// expression; provisional ones need not come.
func recv(code int, checks ...string) string {
	attrs := ` rrs="true"`
	if code < 180 {
		attrs = ` optional="true"`
	}
	var actions string
	for _, check := range checks {
		actions += fmt.Sprintf(`<ereg regexp="%s" search_in="msg" check_it="true" assign_to="1"/><log message="[$1]"/>`, check)
	}
	if actions != "" {
		actions = "<action>" + actions + "</action>"
	}
	return fmt.Sprintf(`<recv response="%d"%s>%s</recv>`, code, attrs, actions)
}

// inside is a request within the dialog.
func inside(method string, cseq int, rest string) string {
	what := again
	if method == "ACK" {
		what = ""
	}
	return send(what, head(method, "[next_url]", newVia, "[last_To:]", cseq)+rest)
}

// call is a call that is answered.
func call(to string) string {
	return dial(to, sdp{}) + recv(100) + recv(180) + recv(200) + inside("ACK", 1, noBody)
}

// refused is a call that is not.
func refused(to string, d sdp, code int, checks ...string) string {
	return dial(to, d) + recv(100) + recv(code, checks...) +
		send("", head("ACK", number(to), "[last_Via:]", "[last_To:]", 1)+noBody)
}

// cancel gives up while it rings.
func cancel(to string) string {
	return dial(to, sdp{}) + recv(100) + recv(180) +
		send(again, head("CANCEL", number(to), "[last_Via:]", "To: <"+number(to)+">", 1)+noBody) + recv(200) + recv(487) +
		send("", head("ACK", number(to), "[last_Via:]", "[last_To:]", 1)+noBody)
}

// reinvite offers anew and wants an answer that matches.
func reinvite(cseq int, d sdp, answer string) string {
	return inside("INVITE", cseq, d.body(cseq)) + recv(100) + recv(200, answer) + inside("ACK", cseq, noBody)
}

// info presses a key over SIP INFO.
func info(cseq int, key string) string {
	return inside("INFO", cseq, "Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal="+key+"\nDuration=160\n") + recv(200)
}

func bye(cseq int) string { return inside("BYE", cseq, noBody) + recv(200) }

// answered is the reply to the last request.
func answered(status, to, rest string) string {
	return fmt.Sprintf("SIP/2.0 %s\n[last_Via:]\n[last_From:]\n[last_To:]%s\n[last_Call-ID:]\n[last_CSeq:]\nContact: <sip:[me]@[local_ip]:[local_port]>\n%s", status, to, rest)
}

// hungUp waits for BYE.
const hungUp = `<recv request="BYE"></recv>` + "\n"

var goodbye = hungUp + send("", answered("200 OK", "", noBody))

// keys presses keys as RFC 4733 events, and takes its time.
func keys(s string) string {
	return fmt.Sprintf(`<nop><action><exec play_dtmf="%s"/></action></nop>`, s) + pause(time.Duration(len(s)+1)*500*time.Millisecond)
}

func pause(d time.Duration) string {
	return fmt.Sprintf(`<pause milliseconds="%d"/>`, d.Milliseconds())
}

// speak begins to say sounds, and does not wait until they are said; forever
// says them over and over.
func speak(t *testing.T, forever bool, sounds ...sound) string {
	t.Helper()
	var payload []byte
	enc := codec.PCMU.NewEncoder()
	for _, s := range sounds {
		payload = enc.Encode(payload, s[:len(s)&^1])
	}
	file := filepath.Join(t.TempDir(), "sound.raw")
	if err := os.WriteFile(file, payload, 0o600); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`<nop><action><exec rtp_stream="%s,%d,0,PCMU/8000"/></action></nop>`, file, map[bool]int{true: -1, false: 1}[forever])
}
