package acd

import (
	"time"

	"hotline"
)

// Take leases one agent to a call that wants them and nobody else, at once:
// whoever waits for them longer, waits on. As after Assign, a Release must
// follow. The error carries hotline.ENotFound, or hotline.EBusy if they are not
// ready.
func (d *Desk) Take(id hotline.AgentID, t hotline.Ticket) error {
	var err error
	d.do(func(r *room, now time.Time) { err = r.take(id, t, now) })
	return err
}

func (r *room) take(id hotline.AgentID, t hotline.Ticket, now time.Time) error {
	a := r.byID[id]
	switch {
	case a == nil:
		return errAgent
	case r.closed:
		return &hotline.Error{Op: "take", Code: hotline.EUnavailable, Message: "closing down"}
	case a.State != hotline.AgentReady:
		return &hotline.Error{Op: "take", Code: hotline.EBusy, Reason: "not_ready", Message: string(id) + " is " + string(a.State)}
	}
	r.ready = r.ready[:0] // scratch of match, which grant keeps
	r.grant(r.caller(t, now), a, now)
	return nil
}

// Connected reports whether an agent has a window open.
func (d *Desk) Connected(id hotline.AgentID) (yes bool) {
	d.look(func(r *room, _ time.Time) {
		a := r.byID[id]
		yes = a != nil && a.windows > 0
	})
	return yes
}
