package rtc

import (
	"context"

	"hotline"
)

// A seat is where an agent's browser and a call for that agent meet. One of the
// two is there first.
type seat struct {
	leg    *Leg           // parked
	wanted chan arrival   // of a Dial that waits; buffered
	call   hotline.CallID // for which it waits
}

// takes reports whether a Dial waits that a guest answers.
func (st *seat) takes(g Guest) bool {
	return st != nil && st.wanted != nil && (g.Call == "" || g.Call == st.call)
}

// wants reports whether a Dial waits for a guest who answers a call.
func (s *Server) wants(g Guest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.desk[g.Agent].takes(g)
}

// arrival ends a Dial's wait.
type arrival struct {
	leg  *Leg
	code string // why there is none
}

// park makes the leg of an agent's browser ready for Dial. It takes the place of
// one that the agent parked before.
func (s *Server) park(l *Leg) {
	s.mu.Lock()
	st := s.seat(l.guest.Agent)
	var old *Leg
	switch {
	case st.takes(l.guest):
		st.wanted <- arrival{leg: l}
		st.wanted = nil
	case l.guest.Call != "": // somebody gave up meanwhile
		old = l
		s.leave(l.guest.Agent)
	default:
		old, st.leg = st.leg, l
	}
	s.mu.Unlock()
	if old != nil {
		old.end("")
	}
}

// unpark forgets a leg that is over.
func (s *Server) unpark(l *Leg) {
	s.mu.Lock()
	if st := s.desk[l.guest.Agent]; st != nil && st.leg == l {
		st.leg = nil
		s.leave(l.guest.Agent)
	}
	s.mu.Unlock()
}

// seat finds or makes one; the caller has the lock.
func (s *Server) seat(a hotline.AgentID) *seat {
	if s.desk[a] == nil {
		s.desk[a] = &seat{}
	}
	return s.desk[a]
}

// leave drops a seat that nobody uses; the caller has the lock.
func (s *Server) leave(a hotline.AgentID) {
	if st := s.desk[a]; st != nil && st.leg == nil && st.wanted == nil {
		delete(s.desk, a)
	}
}

// Parked reports whether an agent's browser is connected and free.
func (s *Server) Parked(a hotline.AgentID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.desk[a] != nil && s.desk[a].leg != nil
}

// Dial returns the leg of an agent's browser for a call: the one that is parked,
// at once, or the next that the agent's page posts, so that a page may also make its leg
// only when the agent presses the button. An error has the code ENoAnswer when
// ctx has passed its deadline, ECancelled when it was cancelled, EDeclined after
// Decline, EBusy while another Dial waits for the same agent, EUnavailable while
// draining. A leg is for one call: hung up, it is gone, and the page parks the
// next.
func (s *Server) Dial(ctx context.Context, to hotline.AgentID, call hotline.CallID) (*Leg, error) {
	fail := func(code, message string) (*Leg, error) {
		return nil, &hotline.Error{Op: "rtc.Dial", Code: code, Message: message}
	}
	s.mu.Lock()
	if s.closed || !s.serving {
		s.mu.Unlock()
		return fail(hotline.EUnavailable, "closed")
	}
	st := s.seat(to)
	switch {
	case st.wanted != nil:
		s.mu.Unlock()
		return fail(hotline.EBusy, "another call waits for the agent")
	case st.leg != nil:
		l := st.leg
		st.leg = nil
		s.leave(to)
		s.mu.Unlock()
		return s.attach(ctx, l)
	}
	wanted := make(chan arrival, 1)
	st.wanted, st.call = wanted, call
	s.mu.Unlock()

	select {
	case a := <-wanted:
		return s.arrived(ctx, a)
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	s.mu.Lock()
	if st.wanted == wanted {
		st.wanted = nil
		s.leave(to)
	}
	s.mu.Unlock()
	select {
	case a := <-wanted: // both at once
		return s.arrived(ctx, a)
	default:
	}
	switch ctx.Err() {
	case context.DeadlineExceeded:
		return fail(hotline.ENoAnswer, "not answered in time")
	case nil:
		return fail(hotline.EUnavailable, "closed")
	}
	return fail(hotline.ECancelled, "cancelled")
}

func (s *Server) arrived(ctx context.Context, a arrival) (*Leg, error) {
	if a.leg == nil {
		return nil, &hotline.Error{Op: "rtc.Dial", Code: a.code, Message: "the agent said no"}
	}
	s.mu.Lock()
	s.leave(a.leg.guest.Agent)
	s.mu.Unlock()
	return s.attach(ctx, a.leg)
}

// attach waits until the leg is connected.
func (s *Server) attach(ctx context.Context, l *Leg) (*Leg, error) {
	if _, err := l.Answer(ctx); err != nil {
		l.end("")
		return nil, &hotline.Error{Op: "rtc.Dial", Code: hotline.ENoAnswer, Message: "the browser does not connect", Err: err}
	}
	return l, nil
}

// Decline ends the wait of a Dial for an agent, with hotline.EDeclined, and
// reports whether there was one.
func (s *Server) Decline(a hotline.AgentID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.desk[a]
	if st == nil || st.wanted == nil {
		return false
	}
	st.wanted <- arrival{code: hotline.EDeclined}
	st.wanted = nil
	s.leave(a)
	return true
}
