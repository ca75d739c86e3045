package sip

import (
	"context"
	"errors"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"hotline"
)

// credentials answer a challenge; the zero value has none.
type credentials struct{ username, password string }

// authorize adds to req the answer to the challenge in res, a 401 or 407
// (RFC 3261 section 22).
func (c credentials) authorize(req *sip.Request, res *sip.Response) error {
	ask, reply := "WWW-Authenticate", "Authorization"
	if res.StatusCode == 407 {
		ask, reply = "Proxy-Authenticate", "Proxy-Authorization"
	}
	if c.username == "" {
		return errors.New("credentials are asked for and there are none")
	}
	err := errors.New("no challenge")
	for _, h := range res.GetHeaders(ask) { // several: the first that we can do
		var chal *digest.Challenge
		if chal, err = digest.ParseChallenge(h.Value()); err != nil {
			continue
		}
		var cred *digest.Credentials
		cred, err = digest.Digest(chal, digest.Options{Method: string(req.Method), URI: req.Recipient.String(),
			Username: c.username, Password: c.password})
		if err == nil {
			req.RemoveHeader(reply)
			req.AppendHeader(sip.NewHeader(reply, cred.String()))
			return nil
		}
	}
	return err
}

// next builds the next request of the leg's dialog.
func (l *Leg) next(method sip.RequestMethod) *sip.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dlg.seq++
	return l.routed(l.dlg.request(method, l.dlg.seq))
}

// routed has req go by the TCP connection that the peer's messages come by, if
// it is still there: its Contact may be an address that nobody can connect to.
func (l *Leg) routed(req *sip.Request) *sip.Request {
	if l.dlg.path.network == "TCP" && len(l.dlg.routes) == 0 && l.dlg.source != "" {
		if c, err := l.s.ua.TransportLayer().GetConnection("TCP", l.dlg.source); err == nil {
			_, _ = c.TryClose() // gives back the reference
			req.SetDestination(l.dlg.source)
		}
	}
	return req
}

// again makes req, that was challenged by res, the next request of the dialog.
func (l *Leg) again(req *sip.Request, res *sip.Response) (*sip.Request, error) {
	retry := req.Clone()
	l.mu.Lock()
	l.dlg.seq++
	retry.CSeq().SeqNo = l.dlg.seq
	l.dlg.fresh(retry)
	l.mu.Unlock()
	return retry, l.creds.authorize(retry, res)
}

// do sends a request that is no INVITE in the dialog and waits for its final
// response. 481 and 408 mean that the peer knows the dialog no more: the leg is
// lost then (section 12.2.1.2).
func (l *Leg) do(ctx context.Context, method sip.RequestMethod, fill func(*sip.Request)) (*sip.Response, error) {
	req := l.next(method)
	if fill != nil {
		fill(req)
	}
	res, err := l.s.roundTrip(ctx, req)
	if err == nil && (res.StatusCode == 401 || res.StatusCode == 407) && l.creds.username != "" {
		if req, err = l.again(req, res); err == nil {
			res, err = l.s.roundTrip(ctx, req)
		}
	}
	if err != nil {
		return nil, err
	}
	if res.StatusCode == 481 || res.StatusCode == 408 {
		l.lost()
	}
	return res, nil
}

// lost ends a leg whose far end does not know it.
func (l *Leg) lost() { l.end(evLost, hotline.MediaLost) }

// roundTrip sends a request in a transaction of its own and waits for the final
// response.
func (s *Server) roundTrip(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.work.Done()
	tx, err := s.ua.TransactionLayer().Request(ctx, req)
	if err != nil {
		return nil, err
	}
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				s.count(req.Method, res.StatusCode)
				return res, nil
			}
		case <-tx.Done():
			return nil, tx.Err()
		case <-ctx.Done():
			tx.Terminate()
			return nil, ctx.Err()
		case <-s.done:
			tx.Terminate()
			return nil, errClosed
		}
	}
}
