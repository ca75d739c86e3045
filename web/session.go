package web

import (
	"net/http"
	"time"

	"hotline"
)

const deviceCookie = "hotline_device"

// auth is who knows people; without it nobody signs in.
func (s *Server) auth(w http.ResponseWriter, r *http.Request) (Auth, bool) {
	if s.cfg.Auth == nil {
		s.fail(w, r, unavailable("session", "this server has no users"))
	}
	return s.cfg.Auth, s.cfg.Auth != nil
}

// attempt is who tries to sign in with the request.
func (s *Server) attempt(r *http.Request, user, password string) hotline.SignIn {
	t := hotline.SignIn{User: user, Password: password, From: s.clientAddr(r)}
	if c, err := r.Cookie(deviceCookie); err == nil {
		t.Device = c.Value
	}
	if c, err := r.Cookie(sessionCookie); err == nil {
		t.Old = c.Value
	}
	return t
}

// begun tells the browser of a session that has begun, and answers with it.
func (s *Server) begun(w http.ResponseWriter, r *http.Request, session hotline.Session) {
	s.setCookies(w, r, session)
	reply(w, session)
}

func (s *Server) setCookies(w http.ResponseWriter, r *http.Request, session hotline.Session) {
	cookie := http.Cookie{Name: sessionCookie, Value: session.Secret, Path: "/", Expires: session.Ends,
		HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteStrictMode}
	http.SetCookie(w, &cookie)
	if session.Device != "" {
		cookie.Name, cookie.Value, cookie.Path, cookie.Expires = deviceCookie, session.Device, "/api/v1/session", time.Now().AddDate(1, 0, 0)
		http.SetCookie(w, &cookie)
	}
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	a, ok := s.auth(w, r)
	if !ok {
		return
	}
	var who struct {
		User     string `json:"user"`
		Password string `json:"password"`
	}
	if err := read(w, r, &who); err != nil {
		s.fail(w, r, err)
		return
	}
	session, err := a.SignIn(r.Context(), s.attempt(r, who.User, who.Password))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.begun(w, r, session)
}

// session is the session that the request is sent in; a token has none.
func (s *Server) session(w http.ResponseWriter, r *http.Request) (session hotline.Session, secret string, ok bool) {
	if _, token := bearer(r); token {
		s.fail(w, r, notFound("session", "a token has no session"))
		return session, "", false
	}
	c, err := r.Cookie(sessionCookie)
	if err == nil {
		secret = c.Value
		session, err = s.cfg.Auth.Session(r.Context(), secret)
	}
	if err != nil {
		s.fail(w, r, err)
	}
	return session, secret, err == nil
}

func (s *Server) getSession(w http.ResponseWriter, r *http.Request) {
	if session, _, ok := s.session(w, r); ok {
		reply(w, session)
	}
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	_, secret, ok := s.session(w, r)
	if !ok {
		return
	}
	if err := s.cfg.Auth.SignOut(r.Context(), secret); err != nil {
		s.fail(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteStrictMode})
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) setPassword(w http.ResponseWriter, r *http.Request) {
	_, secret, ok := s.session(w, r)
	if !ok {
		return
	}
	var to struct {
		Old string `json:"old"`
		New string `json:"new"`
	}
	err := read(w, r, &to)
	if err == nil {
		err = s.cfg.Auth.SetPassword(r.Context(), secret, to.Old, to.New, s.clientAddr(r))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ways is how people may sign in.
func (s *Server) ways(w http.ResponseWriter, _ *http.Request) {
	all := map[string]any{"password": s.cfg.Auth != nil, "oidc": nil}
	if s.cfg.Auth != nil {
		if name, ok := s.cfg.Auth.Provider(); ok {
			all["oidc"] = map[string]string{"name": name}
		}
	}
	reply(w, all)
}

// setup lets in by a one-time link: it sets a password and begins a session.
func (s *Server) setup(w http.ResponseWriter, r *http.Request) {
	a, ok := s.auth(w, r)
	if !ok {
		return
	}
	var to struct {
		Token    string `json:"token"`
		User     string `json:"user"`
		Name     string `json:"name"`
		Password string `json:"password"`
	}
	if err := read(w, r, &to); err != nil {
		s.fail(w, r, err)
		return
	}
	session, err := a.UseLink(r.Context(), to.Token, to.User, to.Name, to.Password, s.attempt(r, "", ""))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.begun(w, r, session)
}

// checkSetup is whom a one-time link is for; user is null for the first
// administrator, who chooses who they are.
func (s *Server) checkSetup(w http.ResponseWriter, r *http.Request) {
	a, ok := s.auth(w, r)
	if !ok {
		return
	}
	var to struct {
		Token string `json:"token"`
	}
	var u hotline.User
	err := read(w, r, &to)
	if err == nil {
		u, err = a.CheckLink(r.Context(), to.Token)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := map[string]any{"user": nil}
	if u.ID != "" {
		answer["user"] = u
	}
	reply(w, answer)
}
