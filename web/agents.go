package web

import (
	"net/http"
	"time"

	"hotline"
)

func (s *Server) agents(http.ResponseWriter, *http.Request) (any, error) {
	all := orEmpty(s.cfg.Agents.Agents())
	for i := range all {
		all[i].Skills = orEmpty(all[i].Skills)
	}
	return map[string]any{"agents": all}, nil
}

func (s *Server) agentState(w http.ResponseWriter, r *http.Request) (any, error) {
	var to struct {
		State  hotline.AgentState `json:"state"`
		Reason string             `json:"reason"` // to be away
	}
	if err := read(w, r, &to); err != nil {
		return nil, err
	}
	id, err := s.me(r)
	if err != nil {
		return nil, err
	}
	var a hotline.AgentStatus
	if to.State == hotline.AgentAway && to.Reason != "" && s.cfg.Presence != nil {
		a, err = s.cfg.Presence.SetAway(id, to.Reason)
	} else {
		a, err = s.cfg.Agents.SetState(id, to.State)
	}
	a.Skills = orEmpty(a.Skills)
	return a, err
}

// maxWrapUp is the longest that a wrap-up may be made at once.
const maxWrapUp = time.Hour

func (s *Server) wrapUp(w http.ResponseWriter, r *http.Request) (any, error) {
	var in struct {
		ExtendS int  `json:"extend_s"`
		Done    bool `json:"done"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	more := time.Duration(in.ExtendS) * time.Second
	switch {
	case in.Done:
		more = 0
	case in.ExtendS <= 0 || more > maxWrapUp:
		return nil, invalid("wrap-up", "done, or extend_s from 1 to 3600")
	}
	id, err := s.me(r)
	if err != nil {
		return nil, err
	}
	a, err := s.cfg.Presence.WrapUp(id, more)
	a.Skills = orEmpty(a.Skills)
	return a, err
}

func (s *Server) queues(http.ResponseWriter, *http.Request) (any, error) {
	return map[string]any{"queues": orEmpty(s.cfg.Agents.Queues())}, nil
}

func (s *Server) places(http.ResponseWriter, *http.Request) (any, error) {
	return map[string]any{"places": orEmpty(s.cfg.Presence.Places())}, nil
}
