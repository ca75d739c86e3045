package web

import (
	"net/http"

	"hotline"
)

// Bots tells what bots understand and can do. Errors carry hotline.ENotFound.
type Bots interface {
	About(bot string) (hotline.BotAbout, error)
	// All tells of each that answers a number.
	All() []hotline.BotAbout
}

func (s *Server) bots(http.ResponseWriter, *http.Request) (any, error) {
	if s.cfg.Bots == nil {
		return nil, unavailable("bots", "there are no bots here")
	}
	return map[string]any{"bots": s.cfg.Bots.All()}, nil
}

func (s *Server) bot(_ http.ResponseWriter, r *http.Request) (any, error) {
	if s.cfg.Bots == nil {
		return nil, unavailable("bots", "there are no bots here")
	}
	return s.cfg.Bots.About(r.PathValue("id"))
}
