package web

import (
	"net/http"

	"hotline"
)

// Bots tells what bots understand and can do. Errors carry hotline.ENotFound.
type Bots interface {
	About(bot string) (hotline.BotAbout, error)
}

func (s *Server) bot(_ http.ResponseWriter, r *http.Request) (any, error) {
	if s.cfg.Bots == nil {
		return nil, unavailable("bots", "there are no bots here")
	}
	return s.cfg.Bots.About(r.PathValue("id"))
}
