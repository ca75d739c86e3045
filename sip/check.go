package sip

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// allow lists what we do; everything else in known is refused with 405, and
// what is in neither with 501 (RFC 3261 8.2.1, 21.5.2).
const allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"

var known = []sip.RequestMethod{sip.REGISTER, sip.SUBSCRIBE, sip.NOTIFY, sip.REFER, sip.MESSAGE, sip.PRACK, sip.PUBLISH}

// methodName is m for a metric: what a stranger makes up must not become one.
func methodName(m sip.RequestMethod) string {
	if allowed(m) || slices.Contains(known, m) {
		return string(m)
	}
	return "OTHER"
}

func allowed(m sip.RequestMethod) bool {
	return slices.Contains(strings.Split(allow, ", "), string(m))
}

// check finds what is wrong with a request before anything is done for it
// (RFC 3261 section 8.2; RFC 4475 has the reasons). Nil is nothing.
func check(req *sip.Request) *refusal {
	if len(req.Headers()) > maxHeaders {
		return refuse(400, 0, "too many header fields")
	}
	for _, name := range []string{"From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type"} {
		if len(req.GetHeaders(name)) > 1 {
			return refuse(400, 0, "more than one "+name)
		}
	}
	cseq := req.CSeq()
	switch {
	case req.Via() == nil:
		return refuse(400, 0, "no valid Via")
	case req.From() == nil:
		return refuse(400, 0, "no valid From")
	case req.To() == nil:
		return refuse(400, 0, "no valid To")
	case req.CallID() == nil || *req.CallID() == "" || len(*req.CallID()) > 256:
		return refuse(400, 0, "no valid Call-ID")
	case cseq == nil || cseq.SeqNo >= 1<<31:
		return refuse(400, 0, "no valid CSeq")
	case !strings.EqualFold(string(cseq.MethodName), string(req.Method)): // sipgo has folded one of them
		return refuse(400, 0, "CSeq of another method")
	case req.SipVersion != "SIP/2.0":
		return refuse(505, 0, "SIP version")
	}
	if len(req.Recipient.Headers) > 0 || strings.ContainsAny(req.Recipient.String(), "<> \t") { // section 19.1.1
		return refuse(400, 0, "malformed Request-URI")
	}
	if s := strings.ToLower(req.Recipient.Scheme); s != "sip" && s != "tel" {
		return refuse(416, 0, "URI scheme "+printable(s, 16))
	}
	if req.Method == sip.ACK || req.Method == sip.CANCEL {
		return nil // what comes now is not for these (section 8.2.2.3)
	}
	if len(req.GetHeaders("Require")) > 0 { // we offer no extension that may be required
		return refuse(420, 0, "an extension is required: "+unsupported(req))
	}
	if req.Method != sip.INVITE && req.Method != sip.UPDATE {
		return nil
	}
	for _, h := range req.GetHeaders("Content-Encoding") {
		if !strings.EqualFold(h.Value(), "identity") {
			return refuse(415, 0, "content encoding")
		}
	}
	if !accepts(req) {
		return refuse(406, 0, "the answer would be SDP")
	}
	if req.Contact() == nil || req.Contact().Address.Host == "" {
		return refuse(400, 0, "no valid Contact")
	}
	return nil
}

func unsupported(req *sip.Request) string {
	var tags []string
	for _, h := range req.GetHeaders("Require") {
		tags = append(tags, h.Value())
	}
	return printable(strings.Join(tags, ", "), 256)
}

// accepts reports whether the caller may be answered with SDP; no Accept means
// yes (section 20.1).
func accepts(req *sip.Request) bool {
	hs := req.GetHeaders("Accept")
	for _, h := range hs {
		for v := range strings.SplitSeq(h.Value(), ",") {
			v, _, _ = strings.Cut(strings.TrimSpace(v), ";")
			if slices.Contains([]string{"application/sdp", "application/*", "*/*"}, strings.ToLower(strings.TrimSpace(v))) {
				return true
			}
		}
	}
	return len(hs) == 0
}

// sdpOf finds the session description in a body, which may be one part of
// several (a trunk may carry ISUP beside it). Nil and nil is no body at all.
func sdpOf(msg interface {
	Body() []byte
	ContentType() *sip.ContentTypeHeader
}) ([]byte, *refusal) {
	body := msg.Body()
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	if msg.ContentType() == nil {
		return nil, refuse(415, 0, "a body without Content-Type")
	}
	kind, params, err := mime.ParseMediaType(msg.ContentType().Value())
	switch {
	case err != nil:
		return nil, refuse(400, 0, "malformed Content-Type")
	case kind == "application/sdp":
		return body, nil
	case kind != "multipart/mixed" && kind != "multipart/alternative":
		return nil, refuse(415, 0, "content type "+printable(kind, 64))
	}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for range 8 {
		p, err := r.NextPart()
		if err != nil {
			break
		}
		if kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); kind == "application/sdp" {
			b, err := io.ReadAll(io.LimitReader(p, maxSDP+1))
			if err == nil {
				return b, nil
			}
		}
	}
	return nil, refuse(415, 0, "no SDP among the parts")
}

// describe reads the session description of msg, if there is one.
func describe(msg interface {
	Body() []byte
	ContentType() *sip.ContentTypeHeader
}) (*description, error) {
	body, r := sdpOf(msg)
	if r != nil {
		return nil, r
	}
	if body == nil {
		return nil, nil
	}
	d, err := parseSDP(body)
	if err != nil {
		return nil, refuse(400, 0, "malformed SDP: "+printable(err.Error(), 128))
	}
	return &d, nil
}
