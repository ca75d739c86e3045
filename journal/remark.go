package journal

import (
	"context"
	"time"

	"hotline"
)

// Remark appends what somebody says about a call, one of hotline.IsRemark, to a
// call that may have ended. Unlike Append it may wait for the store, to know the
// call. The media time is that of the call: now, or its end. The error carries
// hotline.EInvalid for any other body, hotline.ENotFound for a call that never
// was, hotline.EUnavailable if the event could not be taken.
func (j *Journal) Remark(ctx context.Context, id hotline.CallID, b hotline.Body) (hotline.Event, error) {
	if b == nil || !hotline.IsRemark(b) {
		return hotline.Event{}, &hotline.Error{Op: "remark", Code: hotline.EInvalid, Message: "not a remark on a call"}
	}
	body, err := clone(b)
	if err != nil {
		return hotline.Event{}, &hotline.Error{Op: "remark", Code: hotline.EInvalid, Message: "cannot be kept", Err: err}
	}
	j.remarks.Lock() // so that nobody else makes the next event of a call that has ended
	defer j.remarks.Unlock()
	for {
		c, err := j.Call(ctx, id)
		if err != nil {
			return hotline.Event{}, err
		}
		j.mu.Lock()
		now, inMemory := j.inMemory(id)
		if inMemory {
			c = now
		} else if c.Phase != hotline.PhaseEnded { // it ended, and was kept, since we looked
			j.mu.Unlock()
			continue
		}
		ev, err := j.remark(&c, body)
		j.mu.Unlock()
		return ev, err
	}
}

// inMemory is a call of which not everything is kept; j.mu is held.
func (j *Journal) inMemory(id hotline.CallID) (c hotline.Call, ok bool) {
	if l := j.live[id]; l != nil {
		return *l, true
	}
	if c, ok = j.changed[id]; !ok {
		c, ok = j.writing[id]
	}
	return c, ok
}

// remark appends to c; j.mu is held.
func (j *Journal) remark(c *hotline.Call, body hotline.Body) (hotline.Event, error) {
	switch {
	case j.closed:
		return hotline.Event{}, &hotline.Error{Op: "remark", Code: hotline.EUnavailable, Message: "closing down"}
	case len(j.tail) >= j.cfg.Queue:
		j.stats.Lost++
		return hotline.Event{}, &hotline.Error{Op: "remark", Code: hotline.EUnavailable, Message: "events are not being kept", Err: j.failing}
	}
	j.seq++
	ev := hotline.Event{Seq: j.seq, N: c.N + 1, Call: c.ID, At: time.Now().UTC().Truncate(time.Millisecond), Media: c.LengthMs, Kind: body.Kind(), Body: body}
	if c.Phase != hotline.PhaseEnded && !c.Answered.IsZero() {
		ev.Media = max(ev.Media, hotline.MsOf(ev.At.Sub(c.Answered)))
	}
	c.Apply(ev)
	if l := j.live[c.ID]; l != nil {
		*l = *c
	}
	j.tail = append(j.tail, ev)
	j.changed[c.ID] = *c
	signal(j.wake)
	j.handOn(ev)
	return ev, nil
}
