package web

import (
	"context"
	"net/http"
	"time"

	"hotline"
)

// sees tells whether who asks may see the call: supervisors all, an agent those
// that were offered to them.
func (s *Server) sees(_ context.Context, i Identity, c hotline.Call) (bool, error) {
	if i.Role.Allows(supervisor) {
		return true, nil
	}
	return i.Role.Allows(agent) && i.Agent != "" && c.Agent == i.Agent, nil
}

// acts tells whether who asks may act on the call: supervisors on all, an agent on
// the one they are on.
func acts(i Identity, c hotline.Call) bool {
	return i.Role.Allows(supervisor) || i.Role.Allows(agent) && i.Agent != "" && c.Agent == i.Agent
}

// me is the agent in the path of the request: "me" is who is signed in. Others
// than themselves are for supervisors.
func (s *Server) me(r *http.Request) (hotline.AgentID, error) {
	i, id := identity(r), hotline.AgentID(r.PathValue("id"))
	switch {
	case id == "me" && i.Agent == "":
		return "", notFound("agent", "you are no agent at the desk")
	case id == "me":
		return i.Agent, nil
	case id != i.Agent && !i.Role.Allows(supervisor):
		return "", &hotline.Error{Op: "agent", Code: hotline.EForbidden, Message: "this is another agent"}
	}
	return id, nil
}

// A follower is who is told of events as they happen.
type follower struct {
	ctx    context.Context // ends when they leave, may no longer be here, or the server closes
	cancel context.CancelFunc
}

// why is the cause of a follower's end that is not their own going.
type why string

func (w why) Error() string { return string(w) }

const (
	signedOut   = why("signed out")
	closingDown = why("closing down")
)

// following gives f a place among the followers, or answers that there is none.
// It watches that who follows may still do so.
func (s *Server) following(w http.ResponseWriter, r *http.Request, f func(follower)) {
	select {
	case s.follow <- struct{}{}:
		defer func() { <-s.follow }()
	default:
		s.fail(w, r, unavailable("events", "too many followers"))
		return
	}
	ctx, cancel := s.whileSignedIn(r)
	defer cancel(nil)
	f(follower{ctx, func() { cancel(nil) }})
}

// recheck is how often a follower's session is looked at without a change: it is
// in use, and it ends by the clock.
const recheck = 30 * time.Second

// whileSignedIn is a context that ends with the request, with the server, and
// when who sent the request is no longer who they were: signed out, another role,
// the session or token at its end. cancel must be called; it waits for the
// goroutine that watches.
func (s *Server) whileSignedIn(r *http.Request) (context.Context, context.CancelCauseFunc) {
	ctx, end := context.WithCancelCause(r.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		who := identity(r)
		again := time.NewTicker(recheck)
		defer again.Stop()
		for {
			var changed <-chan struct{}
			if s.cfg.Auth != nil && who.User != "" {
				changed = s.cfg.Auth.Changed() // before the look: a change between is told
				if now, err := s.identify(r); ctx.Err() == nil && (err != nil || now != who) {
					end(signedOut)
					return
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-s.closing.Done():
				end(closingDown)
				return
			case <-changed:
			case <-again.C:
			}
		}
	}()
	return ctx, func(cause error) { end(cause); <-done }
}
