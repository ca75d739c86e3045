package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hotline"
	"hotline/call"
	"hotline/sip"
)

// phones dials phones: the agents', and numbers outside through a trunk.
type phones struct {
	server  *sip.Server
	address func(hotline.AgentID) (string, bool)
	trunk   func(number string) (name string, ok bool)
	ring    time.Duration
}

func (s *server) phones() phones {
	return phones{s.sip, s.desk.Address, s.cfg.outside, time.Duration(s.cfg.Calls.Ring)}
}

// unreachable is how long a phone may give no sign of life.
const unreachable = 4 * time.Second

var errNoSign = errors.New("no sign of life")

// Dial implements call.Dialer. A phone that does not even ring is given up soon:
// the caller is waiting.
func (p phones) Dial(ctx context.Context, to call.Callee, from hotline.LegInfo) (call.Leg, error) {
	target := sip.Target{URI: to.Number, From: from.From}
	if to.Agent != "" {
		uri, ok := p.address(to.Agent)
		if !ok || uri == "" {
			return nil, &hotline.Error{Op: "dial", Code: hotline.ENotFound, Message: fmt.Sprintf("agent %s has no phone", to.Agent)}
		}
		target.URI = uri
	} else if !strings.HasPrefix(to.Number, "sip:") {
		trunk, ok := p.trunk(to.Number)
		if !ok {
			return nil, &hotline.Error{Op: "dial", Code: hotline.EForbidden, Reason: "not_dialled", Message: "no trunk may dial this number"}
		}
		target.Trunk = trunk
	}
	ctx, cancel := context.WithTimeout(ctx, p.ring)
	defer cancel()
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	silent := time.AfterFunc(unreachable, func() { giveUp(errNoSign) })
	defer silent.Stop()
	target.Ringing = func() { silent.Stop() }
	leg, err := p.server.Dial(ctx, target)
	if err != nil && context.Cause(ctx) == errNoSign {
		err = &hotline.Error{Op: "dial", Code: hotline.ENoAnswer, Message: "the phone is not there", Err: err}
	}
	if err != nil {
		return nil, err // and not a *sip.Leg that is nil
	}
	return leg, nil
}
