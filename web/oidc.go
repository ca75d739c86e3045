package web

import (
	"crypto/subtle"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hotline"
)

// errandCookie is what a browser keeps while it is at the OpenID provider.
const (
	errandCookie = "hotline_oidc"
	errandPath   = "/api/v1/oidc"
	errandLife   = 10 * time.Minute
)

// oidcLogin sends a browser to the OpenID provider. What it must bring back is in
// a cookie; SameSite=Lax, as it comes back from another site.
func (s *Server) oidcLogin(w http.ResponseWriter, r *http.Request) {
	a, ok := s.auth(w, r)
	if !ok {
		return
	}
	e, err := a.BeginOIDC(r.Context())
	if err != nil {
		s.refuseErrand(w, r, err)
		return
	}
	keep := url.Values{"state": {e.State}, "nonce": {e.Nonce}, "verifier": {e.Verifier}, "to": {ownPath(r.URL.Query().Get("to"))}}
	http.SetCookie(w, &http.Cookie{Name: errandCookie, Value: keep.Encode(), Path: errandPath, MaxAge: int(errandLife / time.Second),
		HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, e.URL, http.StatusSeeOther)
}

// ownPath is a path of this server; anything else is "/".
func ownPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}

// oidcCallback is where the provider sends the browser back to.
func (s *Server) oidcCallback(w http.ResponseWriter, r *http.Request) {
	a, ok := s.auth(w, r)
	if !ok {
		return
	}
	var kept url.Values
	if c, err := r.Cookie(errandCookie); err == nil {
		kept, _ = url.ParseQuery(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: errandCookie, Path: errandPath, MaxAge: -1, HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode})
	q := r.URL.Query()
	state := kept.Get("state")
	if state == "" || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1 {
		s.refuseErrand(w, r, &hotline.Error{Op: "oidc", Code: hotline.EInvalid, Message: "this sign-in was begun elsewhere, or too long ago"})
		return
	}
	if q.Get("code") == "" { // RFC 6749 section 4.1.2.1
		s.refuseErrand(w, r, &hotline.Error{Op: "oidc", Code: hotline.EForbidden, Message: "the sign-in of your company did not let you in"})
		return
	}
	e := hotline.Errand{State: state, Nonce: kept.Get("nonce"), Verifier: kept.Get("verifier")}
	session, err := a.FinishOIDC(r.Context(), e, q.Get("code"), s.attempt(r, "", ""))
	if err != nil {
		s.refuseErrand(w, r, err)
		return
	}
	s.setCookies(w, r, session)
	// A redirect would be a step of the way from the other site, and a Strict cookie
	// is not sent on such a way; a page of ours that goes on is not.
	to := html.EscapeString(ownPath(kept.Get("to")))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(`<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=` + to + `"><title>hotline</title><p><a href="` + to + `">On</a></p></html>`))
}

// refuseErrand sends the browser to the page of the sign-in, which says why.
func (s *Server) refuseErrand(w http.ResponseWriter, r *http.Request, err error) {
	code := hotline.ErrorCode(err)
	s.cfg.Log.Warn("web: sign-in by the OpenID provider failed", "code", code, "err", err)
	if code == hotline.EInternal {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/signin?error="+url.QueryEscape(code), http.StatusSeeOther)
}
