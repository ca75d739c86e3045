package call

import (
	"context"

	"hotline"
	"hotline/dialog"
)

// Order hands the call an order and returns what the machine says to it: nil if
// it is done, or under way. The error carries hotline.EForbidden if the call is
// not theirs, EConflict if it is not in the state for it, EInvalid, or ENotFound
// if the call is over. It may be called from any goroutine.
func (s *Session) Order(ctx context.Context, by hotline.Person, o hotline.Order) error {
	if b, ok := o.(hotline.ToBot); ok {
		d, ok := s.Dialog.(dialog.Director)
		if !ok {
			return &hotline.Error{Op: "bot", Code: hotline.EConflict, Message: "this bot takes no orders"}
		}
		if err := d.Directs(b.Flow, b.Step); err != nil {
			return err
		}
	}
	return s.ask(ctx, func(n int) Input { return Ordered{n, by, o} })
}

// Join lets a supervisor in whose leg has come by itself, and returns when their
// part is over and the leg is hung up; or at once with an error, which is
// Order's, and the leg is still the caller's.
func (s *Session) Join(ctx context.Context, leg Leg, by hotline.Person, mode string) error {
	a := &arrival{leg, make(chan struct{})}
	if err := s.ask(ctx, func(n int) Input { return Joined{n, by, mode, a} }); err != nil {
		return err
	}
	<-a.over
	return nil
}

// An arrival is a leg that has come by itself.
type arrival struct {
	Leg
	over chan struct{} // closed when the call is done with it
}

// ask posts what make makes of a number, and waits for the Reply with it.
func (s *Session) ask(ctx context.Context, make func(n int) Input) error {
	n, c := s.expect()
	defer s.forget(n)
	gone := &hotline.Error{Op: "order", Code: hotline.ENotFound, Reason: "ended", Message: "no live call has this id"}
	if !s.Post(make(n)) {
		return gone
	}
	select {
	case err := <-c:
		return err
	case <-s.over:
		select {
		case err := <-c: // both at once
			return err
		default:
			return gone
		}
	case <-ctx.Done():
		return &hotline.Error{Op: "order", Code: hotline.ECancelled, Message: "gave up", Err: ctx.Err()}
	}
}

func (s *Session) expect() (n int, c chan error) {
	s.orders.Lock()
	defer s.orders.Unlock()
	if s.replies == nil {
		s.replies = map[int]chan error{}
	}
	s.ordered++
	c = make(chan error, 1)
	s.replies[s.ordered] = c
	return s.ordered, c
}

func (s *Session) forget(n int) {
	s.orders.Lock()
	defer s.orders.Unlock()
	delete(s.replies, n)
}

func (s *Session) reply(c Reply) {
	s.orders.Lock()
	defer s.orders.Unlock()
	if to := s.replies[c.N]; to != nil {
		to <- c.Err // there is one to each, and it has room for it
	}
}
