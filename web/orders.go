package web

import (
	"cmp"
	"net/http"

	"hotline"
)

// PersonOf is who somebody is to a call.
func PersonOf(i Identity) hotline.Person {
	return hotline.Person{User: i.User, Agent: i.Agent, Every: i.Role.Allows(supervisor)}
}

// order is the handler of an order whose members are the body.
func order[O hotline.Order](s *Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var o O
		if c, ok := s.find(w, r); ok {
			if err := read(w, r, &o); err != nil {
				s.fail(w, r, err)
				return
			}
			s.give(w, r, c, o)
		}
	}
}

// hangup and decline may have a body with a reason, or none.
func (s *Server) hangup(w http.ResponseWriter, r *http.Request) {
	s.because(w, r, func(reason string) hotline.Order {
		return hotline.HangUp{Reason: cmp.Or(reason, hotline.ByOperator)}
	})
}

func (s *Server) decline(w http.ResponseWriter, r *http.Request) {
	s.because(w, r, func(reason string) hotline.Order { return hotline.Decline{Reason: reason} })
}

func (s *Server) because(w http.ResponseWriter, r *http.Request, o func(reason string) hotline.Order) {
	c, ok := s.find(w, r)
	if !ok {
		return
	}
	var why struct {
		Reason string `json:"reason"`
	}
	if r.ContentLength != 0 {
		if err := read(w, r, &why); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.give(w, r, c, o(why.Reason))
}

func (s *Server) endConsult(how string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if c, ok := s.find(w, r); ok {
			s.give(w, r, c, hotline.EndConsult{How: how})
		}
	}
}

// give hands an order to a live call; it is done when the events say so.
func (s *Server) give(w http.ResponseWriter, r *http.Request, c hotline.Call, o hotline.Order) {
	err := unavailable("call", "calls cannot be controlled here")
	_, declines := o.(hotline.Decline) // what they are only offered
	switch {
	case !declines && !acts(identity(r), c):
		err = &hotline.Error{Op: "call", Code: hotline.EForbidden, Reason: "not_yours", Message: "you are not on this call"}
	case c.Phase == hotline.PhaseEnded:
		err = &hotline.Error{Op: "call", Code: hotline.EConflict, Reason: "ended", Message: "the call has ended"}
	case s.cfg.Control != nil:
		err = s.cfg.Control.Order(r.Context(), c.ID, PersonOf(identity(r)), o)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusAccepted, map[string]hotline.CallID{"call": c.ID})
}
