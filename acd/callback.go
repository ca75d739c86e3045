package acd

import (
	"context"
	"slices"
	"time"

	"hotline"
)

// maxCallBacks bounds what is kept for callers who hung up.
const maxCallBacks = 10_000

// dialer is somebody who can call back.
type dialer struct {
	caller  *caller
	settled chan struct{} // closed when caller is set, or the desk is closed
}

// CallBack keeps the place of a caller who would rather be called than wait: of
// t.Call, if it waits or did within Config.Keep, or else at the end of the queue.
// Its Assign, if there is one, fails with hotline.ECancelled. Once more with the
// same call changes the number. A call-back waits until NextCallBack has it or
// CancelCallBack; it does not outlive the process.
//
// The error carries hotline.EInvalid without a call or a usable number,
// hotline.EUnavailable when no agent has the skill or there are too many.
func (d *Desk) CallBack(t hotline.Ticket, number string) (err error) {
	if t.Call == "" || number == "" || len(number) > 128 {
		return &hotline.Error{Op: "call back", Code: hotline.EInvalid, Message: "a call and a number are needed"}
	}
	d.do(func(r *room, now time.Time) { err = r.callBack(t, number, now) })
	return err
}

func (r *room) callBack(t hotline.Ticket, number string, now time.Time) error {
	n := 0
	var was *caller
	for _, c := range r.waiting {
		if c.Call == t.Call && c.Skill == t.Skill {
			was = c
		} else if c.number != "" {
			n++
		}
	}
	switch {
	case r.closed:
		return &hotline.Error{Op: "call back", Code: hotline.EUnavailable, Message: "closing down"}
	case n >= maxCallBacks:
		return &hotline.Error{Op: "call back", Code: hotline.EUnavailable, Reason: "too_many_backs", Message: "too many are to be called back"}
	case !r.served(t.Skill):
		return &hotline.Error{Op: "call back", Code: hotline.EUnavailable, Reason: "no_skill", Message: "no agent has the skill " + t.Skill}
	}
	if was != nil {
		r.leave(was, now)
		was.settle(nil, hotline.ECancelled, "will be called back")
	}
	c := r.caller(t, now)
	c.number = number
	r.insert(c)
	return nil
}

// CancelCallBack forgets a call-back that has not begun, or fails with
// hotline.ENotFound.
func (d *Desk) CancelCallBack(call hotline.CallID) error {
	found := false
	d.do(func(r *room, now time.Time) {
		if i := slices.IndexFunc(r.waiting, func(c *caller) bool { return c.Call == call && c.number != "" }); i >= 0 {
			r.leave(r.waiting[i], now)
			found = true
		}
	})
	if !found {
		return &hotline.Error{Op: "call back", Code: hotline.ENotFound, Reason: "no_back", Message: "nobody is to be called back for this call"}
	}
	return nil
}

// CallBacks are those who wait to be called, the next first.
func (d *Desk) CallBacks() (all []hotline.CallBack) {
	d.look(func(r *room, _ time.Time) {
		for _, c := range r.waiting {
			if c.number != "" {
				all = append(all, c.callBack())
			}
		}
	})
	return all
}

func (c *caller) callBack() hotline.CallBack {
	return hotline.CallBack{Ticket: c.Ticket, Call: c.Call, Skill: c.Skill, Number: c.number, Since: c.since}
}

// NextCallBack waits until an agent is leased to somebody who is to be called
// back; only while it waits are they offered to agents. The lease is ended by
// Release as any other: with Unreached if the customer did not answer, which is
// no miss of the agent's and leaves the place to another CallBack.
func (d *Desk) NextCallBack(ctx context.Context) (hotline.CallBack, hotline.AgentID, error) {
	if err := ctx.Err(); err != nil {
		return hotline.CallBack{}, "", err
	}
	dl := &dialer{settled: make(chan struct{})}
	d.do(func(r *room, _ time.Time) {
		if r.closed {
			close(dl.settled)
			return
		}
		r.dialers = append(r.dialers, dl)
	})
	select {
	case <-dl.settled:
	case <-ctx.Done():
		d.do(func(r *room, now time.Time) {
			r.dialers = slices.DeleteFunc(r.dialers, func(x *dialer) bool { return x == dl })
			if c := dl.caller; c != nil { // both at once: back into the queue
				r.release(c.got, false, hotline.ECancelled, now)
				_ = r.callBack(c.Ticket, c.number, now) // fails only if it was there already
			}
		})
		return hotline.CallBack{}, "", ctx.Err()
	}
	if dl.caller == nil {
		return hotline.CallBack{}, "", &hotline.Error{Op: "call back", Code: hotline.EUnavailable, Message: "closing down"}
	}
	return dl.caller.callBack(), dl.caller.got.ID, nil
}
