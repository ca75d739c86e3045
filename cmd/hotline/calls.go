package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/call"
	"hotline/media"
	"hotline/sip"
)

// calls are the live calls by id: what the API acts on, and what a shutdown
// waits for.
type calls struct {
	mu   sync.Mutex
	live map[hotline.CallID]*call.Session
	idle chan struct{} // closed while no call is live, if somebody asked
}

func (c *calls) run(ctx context.Context, s *call.Session) {
	c.mu.Lock()
	if c.live == nil {
		c.live = map[hotline.CallID]*call.Session{}
	}
	c.live[s.Call] = s
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.live, s.Call)
		if len(c.live) == 0 && c.idle != nil {
			close(c.idle)
			c.idle = nil
		}
	}()
	s.Run(ctx)
}

// wait returns when no call is live, at the latest after d; it reports how many
// are.
func (c *calls) wait(d time.Duration) int {
	c.mu.Lock()
	n := len(c.live)
	if n == 0 {
		c.mu.Unlock()
		return 0
	}
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	c.mu.Unlock()
	select {
	case <-idle:
		return 0
	case <-time.After(d):
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.live)
	}
}

// session is a live call.
func (c *calls) session(id hotline.CallID) (*call.Session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.live[id]; s != nil {
		return s, nil
	}
	return nil, &hotline.Error{Op: "order", Code: hotline.ENotFound, Message: "no live call has this id"}
}

// Order hands an order to a live call.
func (c *calls) Order(ctx context.Context, id hotline.CallID, by hotline.Person, o hotline.Order) error {
	s, err := c.session(id)
	if err != nil {
		return err
	}
	return s.Order(ctx, by, o)
}

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
			return nil, &hotline.Error{Op: "dial", Code: hotline.EForbidden, Message: "no trunk may dial this number"}
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

// ringing is a leg that rings for a while before it is answered.
type ringing struct {
	call.Leg
	after time.Duration
}

// Answer waits, unless the caller gives up before.
func (r ringing) Answer(ctx context.Context) (media.Stream, error) {
	select {
	case <-time.After(r.after):
		return r.Leg.Answer(ctx)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// recordingFile is where a recording lies: path is under the data folder.
func recordingFile(data, path string) string { return filepath.Join(data, filepath.FromSlash(path)) }

// lately is how far back a caller's earlier calls are about the same trouble.
const lately = 72 * time.Hour

// earlier counts the calls of a caller of late by their intent, "" counting all,
// and has the segment of customers that the last of them knew.
func (s *server) earlier(ctx context.Context, from string) (calls map[string]int, segment string) {
	if (&hotline.Call{From: from}).Number() == "" { // nobody in particular
		return nil, ""
	}
	before, err := s.journal.Calls(ctx, hotline.CallQuery{Customer: from, From: time.Now().Add(-lately), Limit: 50})
	if err != nil {
		s.log.Error("a caller's earlier calls", "err", err)
		return nil, ""
	}
	calls = map[string]int{}
	for _, c := range before {
		if segment == "" {
			segment = c.Segment
		}
		if c.Answered.IsZero() {
			continue
		}
		calls[""]++
		if c.Intent != "" {
			calls[c.Intent]++
		}
	}
	return calls, segment
}
