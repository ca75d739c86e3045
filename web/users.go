package web

import (
	"math"
	"net/http"
	"time"

	"hotline"
)

// The routes of administrators: users, tokens, audit. They are not reached
// without Auth, as nobody has the role.

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request) {
	all, err := s.cfg.Auth.Users(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reply(w, map[string]any{"users": all})
}

// withLink is a user with the link by which they set a password. The link is
// part of an address that only the page reads: what is after # is not sent.
type withLink struct {
	hotline.User
	Link string    `json:"link,omitempty"` // "/setup#..."
	Ends time.Time `json:"link_ends,omitzero"`
}

func (l *withLink) take(link hotline.Link) { l.Link, l.Ends = "/setup#"+link.Secret, link.Ends }

func (s *Server) addUser(w http.ResponseWriter, r *http.Request) {
	var to struct {
		ID       string          `json:"id"`
		Name     string          `json:"name"`
		Role     hotline.Role    `json:"role"`
		Agent    hotline.AgentID `json:"agent"`
		Language string          `json:"language"`
		Skills   []string        `json:"skills"`
		Password string          `json:"password"` // empty: a link is made
	}
	err := read(w, r, &to)
	var made withLink
	if err == nil {
		made.User, err = s.cfg.Auth.Add(r.Context(), identity(r), hotline.User{ID: to.ID, Name: to.Name, Role: to.Role, Agent: to.Agent,
			Language: to.Language, Skills: to.Skills}, to.Password)
	}
	if err == nil && to.Password == "" {
		var link hotline.Link
		link, err = s.cfg.Auth.Link(r.Context(), identity(r), made.ID)
		made.take(link)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, made)
}

func (s *Server) changeUser(w http.ResponseWriter, r *http.Request) {
	var to hotline.UserChange
	err := read(w, r, &to)
	var u hotline.User
	if err == nil {
		u, err = s.cfg.Auth.Change(r.Context(), identity(r), r.PathValue("id"), to)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reply(w, u)
}

func (s *Server) removeUser(w http.ResponseWriter, r *http.Request) {
	if err := s.cfg.Auth.Remove(r.Context(), identity(r), r.PathValue("id")); err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// linkUser makes a link for who forgot the password.
func (s *Server) linkUser(w http.ResponseWriter, r *http.Request) {
	link, err := s.cfg.Auth.Link(r.Context(), identity(r), r.PathValue("id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reply(w, map[string]any{"link": "/setup#" + link.Secret, "link_ends": link.Ends})
}

func (s *Server) listTokens(w http.ResponseWriter, r *http.Request) {
	all, err := s.cfg.Auth.Tokens(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reply(w, map[string]any{"tokens": all})
}

func (s *Server) addToken(w http.ResponseWriter, r *http.Request) {
	var to struct {
		Name  string          `json:"name"`
		Role  hotline.Role    `json:"role"`
		Agent hotline.AgentID `json:"agent"`
		Ends  time.Time       `json:"ends"`
	}
	err := read(w, r, &to)
	var t hotline.Token
	if err == nil {
		t, err = s.cfg.Auth.AddToken(r.Context(), identity(r), hotline.Token{Name: to.Name, Role: to.Role, Agent: to.Agent, Ends: to.Ends})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, t)
}

func (s *Server) removeToken(w http.ResponseWriter, r *http.Request) {
	if err := s.cfg.Auth.RemoveToken(r.Context(), identity(r), r.PathValue("id")); err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) audit(w http.ResponseWriter, r *http.Request) {
	before, err := number(r, "before", 0, math.MaxInt64)
	var limit uint64
	if err == nil {
		limit, err = number(r, "limit", defaultPage, maxCalls)
	}
	var all []hotline.AuditEntry
	if err == nil {
		all, err = s.cfg.Auth.Audit(r.Context(), int64(before), int(limit))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reply(w, map[string]any{"entries": all})
}
