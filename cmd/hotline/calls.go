package main

import (
	"context"
	"sync"
	"time"

	"hotline"
	"hotline/call"
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
	return nil, &hotline.Error{Op: "order", Code: hotline.ENotFound, Reason: "ended", Message: "no live call has this id"}
}

// Order hands an order to a live call.
func (c *calls) Order(ctx context.Context, id hotline.CallID, by hotline.Person, o hotline.Order) error {
	s, err := c.session(id)
	if err != nil {
		return err
	}
	return s.Order(ctx, by, o)
}
