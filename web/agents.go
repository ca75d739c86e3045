package web

import (
	"net/http"

	"hotline"
)

func (s *Server) listAgents(w http.ResponseWriter, _ *http.Request) {
	all := s.cfg.Agents.Agents()
	for i := range all {
		if all[i].Skills == nil {
			all[i].Skills = []string{}
		}
	}
	reply(w, map[string]any{"agents": append([]hotline.AgentStatus{}, all...)})
}

func (s *Server) agentState(w http.ResponseWriter, r *http.Request) {
	var to struct {
		State  hotline.AgentState `json:"state"`
		Reason string             `json:"reason"` // to be away
	}
	if err := read(w, r, &to); err != nil {
		s.fail(w, r, err)
		return
	}
	id, err := s.me(r)
	var a hotline.AgentStatus
	if err == nil {
		if to.State == hotline.AgentAway && to.Reason != "" && s.cfg.Presence != nil {
			a, err = s.cfg.Presence.SetAway(id, to.Reason)
		} else {
			a, err = s.cfg.Agents.SetState(id, to.State)
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if a.Skills == nil {
		a.Skills = []string{}
	}
	reply(w, a)
}

func (s *Server) listQueues(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{"queues": append([]hotline.QueueStatus{}, s.cfg.Agents.Queues()...)})
}
