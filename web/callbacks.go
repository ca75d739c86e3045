package web

import (
	"cmp"
	"context"
	"net/http"

	"hotline"
)

// Promises are call-backs as people promise them, and take them back; both outlive
// the server. Errors carry hotline.ENotFound, EInvalid and EUnavailable.
type Promises interface {
	// CallBack promises that asked.Number is called when it is the turn of t.
	CallBack(ctx context.Context, t hotline.Ticket, asked hotline.CallBackAsked) error
	CancelCallBack(ctx context.Context, call hotline.CallID, by string) error
}

// callBacks are who waits to be called, of the calls that who asks may see.
func (s *Server) callBacks(_ http.ResponseWriter, r *http.Request) (any, error) {
	mine := []hotline.CallBack{}
	for _, b := range s.cfg.Presence.CallBacks() {
		ok, err := s.seesID(r, b.Call)
		if err != nil {
			return nil, err
		}
		if ok {
			mine = append(mine, b)
		}
	}
	return map[string]any{"callbacks": mine}, nil
}

func (s *Server) addCallBack(w http.ResponseWriter, r *http.Request) (any, error) {
	var in struct {
		Number string         `json:"number"`
		Skill  string         `json:"skill"`
		Call   hotline.CallID `json:"call"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	c, err := s.seen(r, in.Call)
	if err != nil {
		return nil, err
	}
	skill := cmp.Or(in.Skill, c.Skill)
	t := hotline.Ticket{Call: c.ID, Skill: skill, Language: c.Language, Segment: c.Segment}
	asked := hotline.CallBackAsked{Skill: skill, By: by(r), Number: cmp.Or(in.Number, c.Number()),
		Brief: hotline.Brief{Call: c.ID, From: c.From, Skill: skill, Language: c.Language, Intent: c.Intent}}
	if err := s.cfg.Promises.CallBack(r.Context(), t, asked); err != nil {
		return nil, err
	}
	return s.callBacks(w, r)
}

func (s *Server) removeCallBack(w http.ResponseWriter, r *http.Request) (any, error) {
	id, err := callID(r)
	if err != nil {
		return nil, err
	}
	if ok, err := s.seesID(r, id); err != nil {
		return nil, err
	} else if !ok {
		return nil, notFound("call", "no such call")
	}
	if err := s.cfg.Promises.CancelCallBack(r.Context(), id, by(r)); err != nil {
		return nil, err
	}
	return s.callBacks(w, r)
}
