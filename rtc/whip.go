package rtc

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"hotline"
)

// refusal is an answer to a request that asked for something else.
type refusal struct {
	code   int
	reason string
}

func (r *refusal) Error() string { return r.reason }

func refuse(code int, reason string) error { return &refusal{code, reason} }

// legHeader tells a browser the id of its leg, as events have it.
const legHeader = "Hotline-Leg"

const (
	typeSDP  = "application/sdp"
	typeFrag = "application/trickle-ice-sdpfrag"
)

// ServeHTTP answers WHIP requests (RFC 9725) at Config.Path and below.
//
//	POST Path       offer    -> 201, answer, Location, ETag, Link
//	PATCH Location  frag     -> 204; for an ICE restart 200 and our frag
//	PATCH Location  offer    -> 200, answer: hold, mute, or all anew
//	DELETE Location          -> 200, hangs up
//	OPTIONS                  -> 204: CORS, Accept-Post, and Link for those admitted
//
// PATCH with a whole offer is an addition to the RFC, which knows no
// renegotiation.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, ok := strings.CutPrefix(r.URL.Path, s.c.Path)
	if id = strings.TrimPrefix(id, "/"); !ok || strings.Contains(id, "/") {
		http.NotFound(w, r)
		return
	}
	if err := s.cors(w, r); err != nil {
		s.refused(w, r, err)
		return
	}
	if err := s.serve(w, r, id); err != nil {
		s.refused(w, r, err)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, id string) error {
	preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	var guest Guest
	if !preflight {
		var err error
		if guest, err = s.c.Admit(r); err != nil {
			return err
		}
	}
	allow := "POST, OPTIONS"
	if id != "" {
		allow = "PATCH, DELETE, OPTIONS"
	}
	switch {
	case r.Method == http.MethodOptions:
		h := w.Header()
		h.Set("Allow", allow)
		if id == "" {
			h.Set("Accept-Post", typeSDP)
		} else {
			h.Set("Accept-Patch", typeFrag+", "+typeSDP)
		}
		if !preflight {
			s.links(h)
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	case id == "" && r.Method == http.MethodPost:
		return s.post(w, r, guest)
	case id != "" && (r.Method == http.MethodPatch || r.Method == http.MethodDelete):
		l := s.find(id)
		if l == nil || l.ctx.Err() != nil || l.guest.staff() && l.guest.owner() != guest.owner() {
			return refuse(404, "no such session")
		}
		if r.Method == http.MethodPatch {
			return l.patch(w, r)
		}
		l.end(l.farHangup())
		w.WriteHeader(http.StatusOK)
		return nil
	}
	w.Header().Set("Allow", allow)
	return refuse(405, "method not allowed")
}

// post makes a leg.
func (s *Server) post(w http.ResponseWriter, r *http.Request, guest Guest) error {
	if kind(r) != typeSDP {
		return refuse(415, "an offer is "+typeSDP)
	}
	body, err := read(w, r, maxOffer)
	if err != nil {
		return err
	}
	if _, err := readOffer(body); err != nil { // before anything is made for it
		return err
	}
	if guest.Call != "" && guest.Agent != "" && !s.wants(guest) {
		return refuse(409, "the call is not offered to you, or no longer")
	}
	l, err := s.newLeg(guest, remote(r))
	if err != nil {
		return err
	}
	answer, err := l.offered(r.Context(), body)
	if err != nil {
		l.end("")
		return err
	}
	h := w.Header()
	h.Set("Location", s.c.Path+"/"+l.id)
	h.Set(legHeader, string(l.info.ID))
	h.Set("ETag", l.tag())
	h.Set("Accept-Patch", typeFrag+", "+typeSDP)
	h.Set("Content-Type", typeSDP)
	s.links(h)
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, answer) // a browser that is gone does not connect either
	s.begin(l)
	return nil
}

// patch takes candidates, an ICE restart or a new offer.
func (l *Leg) patch(w http.ResponseWriter, r *http.Request) error {
	var ours, as string
	switch as = kind(r); as {
	case typeFrag:
		body, err := read(w, r, maxFrag)
		if err != nil {
			return err
		}
		if ours, err = l.trickled(r.Context(), body, r.Header.Get("If-Match")); err != nil {
			return err
		}
	case typeSDP:
		body, err := read(w, r, maxOffer)
		if err != nil {
			return err
		}
		if ours, err = l.offered(r.Context(), body); err != nil {
			return err
		}
	default:
		w.Header().Set("Accept-Patch", typeFrag+", "+typeSDP)
		return refuse(415, "a PATCH is "+typeFrag+" or "+typeSDP)
	}
	if ours == "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	w.Header().Set("ETag", l.tag())
	w.Header().Set("Content-Type", as)
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, ours)
	return nil
}

func kind(r *http.Request) string {
	t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return t
}

func read(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return nil, refuse(413, "too long")
	case err != nil:
		return nil, refuse(400, "the body did not come")
	}
	return b, nil
}

func remote(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + " " + r.RemoteAddr
}

// links tells of the ICE servers (RFC 9725 section 4.6).
func (s *Server) links(h http.Header) {
	for _, e := range s.c.ICEServers {
		for _, u := range e.URLs {
			v := fmt.Sprintf(`<%s>; rel="ice-server"`, u)
			if e.Username != "" {
				v += fmt.Sprintf(`; username=%s; credential=%s; credential-type="password"`, quoted(e.Username), quoted(e.Credential))
			}
			h.Add("Link", v)
		}
	}
}

// quoted is a quoted-string (RFC 9110 section 5.6.4).
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// cors lets pages of Config.Origins in, and refuses those of other sites but our
// own.
func (s *Server) cors(w http.ResponseWriter, r *http.Request) error {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	if u, err := url.Parse(origin); err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host) {
		return nil
	}
	any := slices.Contains(s.c.Origins, "*")
	if !any && !slices.Contains(s.c.Origins, origin) {
		return refuse(403, "not from this site")
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "Location, ETag, Link, Accept-Patch, Hotline-Call, Hotline-Leg, Hotline-Secret")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "POST, PATCH, DELETE, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
		h.Set("Access-Control-Max-Age", "600")
	}
	return nil
}

// refused answers with a refusal in place of what was asked for.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, err error) {
	ref, ok := err.(*refusal)
	if !ok {
		ref = &refusal{statusOf(hotline.ErrorCode(err)), "not admitted"}
	}
	if ref.code == 403 && !ok && r.Header.Get("Authorization") == "" && r.Header.Get("Cookie") == "" {
		ref.code = 401
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if ref.code == 503 {
		w.Header().Set("Retry-After", "5")
	}
	if r.Method == http.MethodPost {
		s.c.Refused(Refusal{Remote: remote(r), Code: ref.code, Reason: ref.reason, Query: r.URL.Query()})
	}
	http.Error(w, ref.reason, ref.code)
}

func statusOf(code string) int {
	switch code {
	case hotline.EInvalid:
		return 400
	case hotline.EForbidden:
		return 403
	case hotline.ENotFound:
		return 404
	case hotline.EConflict:
		return 409
	case hotline.EUnavailable:
		return 503
	}
	return 500
}
