package acd

import (
	"time"

	"hotline"
)

// WrapUp gives an agent who writes up a call more time; with none, they are done
// and ready for the next. The error carries hotline.ENotFound, hotline.EInvalid
// for a time that is negative, or hotline.EConflict for an agent who is not in
// wrap-up.
func (d *Desk) WrapUp(id hotline.AgentID, more time.Duration) (st hotline.AgentStatus, err error) {
	if more < 0 {
		return st, &hotline.Error{Op: "wrap-up", Code: hotline.EInvalid, Message: "the time is negative"}
	}
	d.do(func(r *room, now time.Time) {
		switch a := r.byID[id]; {
		case a == nil:
			err = errAgent
		case a.State != hotline.AgentWrapUp:
			err = &hotline.Error{Op: "wrap-up", Code: hotline.EConflict, Reason: "no_wrap_up", Message: "the agent is not in wrap-up"}
		case more == 0:
			r.enter(a, hotline.AgentReady, now)
		default:
			a.Until = a.Until.Add(more)
		}
	})
	if err != nil {
		return st, err
	}
	d.look(func(r *room, _ time.Time) { st = r.byID[id].status() }) // after the match
	return st, nil
}
