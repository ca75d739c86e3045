package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"hotline"
	"hotline/call"
	"hotline/rtc"
	"hotline/web"
)

// This file is about people at the desk: how their browsers and phones come into
// a call, and what they may dial.

// staff dials agents where they are: in the browser if a window of their desk is
// open, else at their phone.
type staff struct {
	phones
	browsers  *rtc.Server
	connected func(hotline.AgentID) bool
}

// Dial implements call.Dialer. A page that is to come again may not be there yet,
// and is waited for until ctx ends.
func (d staff) Dial(ctx context.Context, to call.Callee, from hotline.LegInfo) (call.Leg, error) {
	if !to.Again {
		if to.Agent == "" || !d.connected(to.Agent) {
			return d.phones.Dial(ctx, to, from)
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.ring)
		defer cancel()
	}
	leg, err := d.browsers.Dial(ctx, to.Agent, to.Call)
	if err != nil {
		return nil, err // and not a *rtc.Leg that is nil
	}
	return leg, nil
}

// switchboard gives orders to calls; what they would dial must be allowed.
type switchboard struct {
	*calls
	chats   *chats
	cfg     Config
	address func(hotline.AgentID) (string, bool)
}

// Order implements web.Control.
func (d switchboard) Order(ctx context.Context, id hotline.CallID, by hotline.Person, o hotline.Order) error {
	var err error
	switch o := o.(type) {
	case hotline.HandOver:
		err = d.cfg.mayDial(o.Number)
	case hotline.Consult:
		err = d.cfg.mayDial(o.Number)
	case hotline.Supervise:
		if own, ok := d.address(by.Agent); o.Phone != "" && !(ok && own == o.Phone) {
			err = d.cfg.mayDial(o.Phone)
		}
	}
	if err != nil {
		return err
	}
	if ok, err := d.chats.Order(id, o); ok {
		return err
	}
	return d.calls.Order(ctx, id, by, o)
}

// mayDial says why nobody may have a number dialled.
func (c Config) mayDial(number string) error {
	if _, ok := c.outside(number); number != "" && !ok {
		return &hotline.Error{Op: "dial", Code: hotline.EForbidden, Reason: "not_dialled", Message: "this number may not be dialled: see dial of sip.trunks"}
	}
	return nil
}

// outside is the trunk through which a number may be dialled. Unless a trunk
// says so, none may.
func (c Config) outside(number string) (trunk string, ok bool) {
	if strings.Trim(strings.TrimPrefix(number, "+"), "0123456789") != "" || number == "" {
		return "", false
	}
	for _, t := range c.SIP.Trunks {
		for _, pattern := range t.Dial {
			if before, any := strings.CutSuffix(pattern, "*"); pattern == number || any && strings.HasPrefix(number, before) {
				return t.Name, true
			}
		}
	}
	return "", false
}

// joinHeader, userHeader and sessionHeader carry, within the program, how a
// supervisor joins, who it is, and in which session.
const (
	joinHeader    = "Hotline-Join"
	userHeader    = "Hotline-User"
	sessionHeader = "Hotline-Session"
)

// admitStaff is who comes with answer or join in a WHIP request; ok is false if
// it is a customer.
func (s *server) admitStaff(r *http.Request) (g rtc.Guest, ok bool, err error) {
	by, q := web.PersonOf(web.IdentityOf(r.Context())), r.URL.Query()
	answer, join := hotline.CallID(q.Get("answer")), hotline.CallID(q.Get("join"))
	switch {
	case r.Method != http.MethodPost: // a leg's owner changes it, or hangs it up
		return rtc.Guest{Owner: by.User}, false, nil
	case answer != "" && by.Agent == "":
		return g, true, &hotline.Error{Op: "whip", Code: hotline.EForbidden, Message: "only an agent answers calls"}
	case answer != "":
		return rtc.Guest{Agent: by.Agent, Call: answer, Owner: by.User, From: by.User}, true, nil
	case join != "":
		if !by.Every {
			return g, true, &hotline.Error{Op: "whip", Code: hotline.EForbidden, Message: "only a supervisor joins calls"}
		}
		if _, err := s.calls.session(join); err != nil {
			return g, true, err
		}
		return rtc.Guest{Owner: by.User, From: by.User, Headers: map[string]string{callHeader: string(join), joinHeader: q.Get("mode"), userHeader: by.User, sessionHeader: web.IdentityOf(r.Context()).Session}}, true, nil
	}
	return g, false, nil
}

// acceptSupervisor lets a supervisor's browser into a call, for as long as they
// are there.
func (s *server) acceptSupervisor(ctx context.Context, leg *rtc.Leg, mode string) {
	info := leg.Info()
	sess, err := s.calls.session(hotline.CallID(info.Headers[callHeader]))
	if err == nil {
		stop := s.whileSupervisor(ctx, hotline.Identity{User: info.Headers[userHeader], Session: info.Headers[sessionHeader], Role: hotline.RoleSupervisor}, leg)
		defer stop()
		err = sess.Join(ctx, leg, hotline.Person{User: info.Headers[userHeader], Every: true}, mode)
	}
	if err == nil {
		return
	}
	if e := (*hotline.Error)(nil); !errors.As(err, &e) || e.Code == hotline.EInternal {
		s.log.Error("a supervisor could not join", "err", err)
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = leg.Hangup(end, hotline.ECancelled)
}

// whileSupervisor hangs the leg up when its supervisor is none any more: signed
// out, disabled, of a lower role. stop waits until nobody watches any more.
func (s *server) whileSupervisor(ctx context.Context, i hotline.Identity, leg interface {
	Hangup(ctx context.Context, reason string) error
}) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		again := time.NewTicker(time.Minute) // sessions end by the clock, too
		defer again.Stop()
		for {
			changed := s.people.Changed()
			if ok, err := s.people.Still(ctx, i); err == nil && !ok {
				end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer cancel()
				_ = leg.Hangup(end, hotline.EForbidden)
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-changed:
			case <-again.C:
			}
		}
	}()
	return func() { cancel(); <-done }
}
