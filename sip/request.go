package sip

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"hotline"
)

// handle is where every request arrives, each on a goroutine of sipgo's. What
// no transaction of ours answers finally it terminates.
func (s *Server) handle(req *sip.Request, tx *sip.ServerTx) {
	if !s.enter() {
		tx.Terminate()
		return
	}
	defer s.work.Done()
	if bad := check(req); bad != nil {
		s.reject(req, tx, bad)
		return
	}
	if addr, err := netip.ParseAddrPort(req.Source()); err == nil && !s.known(req) { // over TCP; a gate keeps the datagrams out
		if _, ok := s.trunkOf(addr.Addr()); !ok {
			s.reject(req, tx, refuse(403, 0, "from no network of a trunk"))
			return
		}
	}
	l := s.leg(legKey{string(*req.CallID()), tagOf(req.To().Params)})
	if l != nil && !l.ours(req) {
		l = nil
	}
	inDialog := tagOf(req.To().Params) != ""
	switch {
	case req.Method == sip.ACK:
		if l != nil {
			l.ack(req)
		}
		tx.Terminate()
	case req.Method == sip.CANCEL: // sipgo answers those that match an INVITE
		s.respond(req, tx, 481)
	case l == nil && inDialog && allowed(req.Method):
		s.respond(req, tx, 481)
	case req.Method == sip.OPTIONS:
		s.options(req, tx)
	case !allowed(req.Method):
		s.reject(req, tx, refuse(methodCode(req.Method), 0, "method "+methodName(req.Method)))
	case l == nil && req.Method == sip.INVITE:
		s.invite(req, tx)
	case l == nil:
		s.respond(req, tx, 481)
	case !l.inOrder(req):
		s.respond(req, tx, 500)
	case req.Method == sip.INVITE || req.Method == sip.UPDATE:
		l.reoffered(req, tx)
	case req.Method == sip.BYE:
		l.bye(req, tx)
	case req.Method == sip.INFO:
		l.infoKeys(req, tx)
	}
}

func methodCode(m sip.RequestMethod) int {
	if methodName(m) == "OTHER" {
		return 501
	}
	return 405
}

// ours reports whether req comes from the other half of l's dialog.
func (l *Leg) ours(req *sip.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dlg.remoteTag == tagOf(req.From().Params)
}

// inOrder reports whether req is newer than the last request of the peer's
// (RFC 3261 12.2.2), and notes it.
func (l *Leg) inOrder(req *sip.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	seq := req.CSeq().SeqNo
	if l.dlg.remoteSeq != 0 && seq <= l.dlg.remoteSeq {
		return false
	}
	l.dlg.remoteSeq = seq
	return true
}

// options says what an INVITE would get (section 11.2); trunks ask to know
// whether we live.
func (s *Server) options(req *sip.Request, tx *sip.ServerTx) {
	if tagOf(req.To().Params) == "" {
		s.mu.Lock()
		r := s.room()
		s.mu.Unlock()
		if r != nil {
			s.respond(req, tx, r.code)
			return
		}
	}
	s.respond(req, tx, 200)
}

// room is nil if there is place for one more incoming leg. The caller holds mu.
func (s *Server) room() *refusal {
	switch {
	case s.draining:
		return refuse(503, 0, "shutting down")
	case s.c.Max > 0 && s.incoming >= s.c.Max:
		return refuse(503, 0, fmt.Sprintf("%d calls already", s.incoming))
	}
	return nil
}

// reject refuses req and, if it was a call, says so.
func (s *Server) reject(req *sip.Request, tx *sip.ServerTx, r *refusal) {
	if req.IsAck() {
		tx.Terminate()
		return
	}
	var extra []sip.Header
	if r.warning != 0 {
		extra = append(extra, sip.NewHeader("Warning", fmt.Sprintf("%d hotline %q", r.warning, r.reason)))
	}
	s.refused(req, r)
	s.respond(req, tx, r.code, extra...)
}

// refused tells of an INVITE that becomes no leg.
func (s *Server) refused(req *sip.Request, r *refusal) {
	if s.c.Refused == nil || !req.IsInvite() || req.To() != nil && tagOf(req.To().Params) != "" {
		return
	}
	s.c.Refused(Refusal{From: caller(req), To: callee(req), Remote: strings.ToLower(req.Transport()) + " " + req.Source(),
		Code: r.code, Reason: r.reason})
}

// respond answers req with a status that has no session.
func (s *Server) respond(req *sip.Request, tx *sip.ServerTx, code int, extra ...sip.Header) {
	res := s.response(req, code, extra...)
	_ = tx.Respond(res) // there is nobody else to tell
	s.count(req.Method, code)
}

func (s *Server) count(m sip.RequestMethod, code int) {
	if s.c.Request != nil && code >= 200 {
		s.c.Request(methodName(m), code)
	}
}

// response builds an answer with the header fields that its status asks for.
func (s *Server) response(req *sip.Request, code int, extra ...sip.Header) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, phrases[code], nil)
	res.SipVersion = "SIP/2.0"
	add := func(name, value string) { res.AppendHeader(sip.NewHeader(name, value)) }
	for _, h := range extra {
		res.AppendHeader(h)
	}
	switch {
	case code == 405, code == 501, code == 200 && (req.Method == sip.OPTIONS || req.Method == sip.INVITE):
		add("Allow", allow)
	case code == 420:
		add("Unsupported", unsupported(req))
	case code == 503:
		add("Retry-After", strconv.Itoa(5+rand.IntN(10)))
	case code == 500:
		add("Retry-After", strconv.Itoa(rand.IntN(10)))
	}
	if code == 415 || code == 406 || code == 200 && req.Method == sip.OPTIONS {
		if req.Method == sip.INFO {
			add("Accept", "application/dtmf-relay, application/dtmf")
		} else {
			add("Accept", "application/sdp, multipart/mixed")
		}
		add("Accept-Encoding", "identity")
	}
	add("Server", s.c.UserAgent)
	return res
}

// infoKeys takes the keys of SIP INFO: application/dtmf-relay has
// "Signal=5", application/dtmf just "5".
func (l *Leg) infoKeys(req *sip.Request, tx *sip.ServerTx) {
	kind := ""
	if h := req.ContentType(); h != nil {
		kind, _, _ = strings.Cut(strings.ToLower(h.Value()), ";")
	}
	code := 200
	switch strings.TrimSpace(kind) {
	case "application/dtmf-relay", "application/dtmf":
		if key, ok := parseKey(req.Body()); ok {
			l.push(hotline.Signal{Kind: hotline.SigKey, Key: key})
		} else {
			code = 400
		}
	case "":
	default:
		code = 415
	}
	l.s.respond(req, tx, code)
}

func parseKey(body []byte) (rune, bool) {
	for line := range strings.Lines(string(body[:min(len(body), 256)])) {
		name, v, ok := strings.Cut(line, "=")
		if !ok {
			v = name
		} else if !strings.EqualFold(strings.TrimSpace(name), "signal") {
			continue
		}
		v = strings.ToUpper(strings.TrimSpace(v))
		switch v {
		case "10", "11": // the event numbers of RFC 4733
			v = map[string]string{"10": "*", "11": "#"}[v]
		}
		if len(v) == 1 && strings.Contains("0123456789*#ABCD", v) {
			return rune(v[0]), true
		}
		return 0, false
	}
	return 0, false
}
