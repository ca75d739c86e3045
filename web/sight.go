package web

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"time"

	"hotline"
)

// sees tells whether who asks may see the call: supervisors all, an agent those
// that came to them, and earlier ones of the same customers.
func (s *Server) sees(ctx context.Context, i Identity, c hotline.Call) (bool, error) {
	switch {
	case i.Role.Allows(supervisor):
		return true, nil
	case !i.Role.Allows(agent) || i.Agent == "":
		return false, nil
	case slices.Contains(c.Agents, i.Agent):
		return true, nil
	}
	found, err := s.cfg.Calls.Calls(ctx, hotline.CallQuery{SeenBy: i.Agent, ID: c.ID, Limit: 1})
	return len(found) > 0, err
}

// seesID is sees of the call of that id; one that is not is not seen.
func (s *Server) seesID(r *http.Request, id hotline.CallID) (bool, error) {
	if identity(r).Role.Allows(supervisor) {
		return true, nil
	}
	c, err := s.cfg.Calls.Call(r.Context(), id)
	if hotline.ErrorCode(err) == hotline.ENotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.sees(r.Context(), identity(r), c)
}

// acts tells whether who asks may act on the call: supervisors on all, an agent on
// the one they are on, or have lent to the bot.
func acts(i Identity, c hotline.Call) bool {
	if i.Role.Allows(supervisor) {
		return true
	}
	return i.Role.Allows(agent) && i.Agent != "" && (slices.Contains(c.On, i.Agent) || c.Agent == i.Agent && c.Phase != hotline.PhaseWaiting)
}

// agentsPast is how many events back an agent may read those of all calls: each
// is looked at, though few may be theirs.
const agentsPast = 50_000

// An eye picks the events that somebody may see. Not safe for use by many
// goroutines.
type eye struct {
	s   *Server
	who Identity
	may map[hotline.CallID]bool // calls that were looked at

	openly map[hotline.CallID]map[string]bool // supervisors who take part in a call so that the agent hears them
}

func (s *Server) eyeOf(i Identity) *eye {
	return &eye{s: s, who: i, may: map[hotline.CallID]bool{}, openly: map[hotline.CallID]map[string]bool{}}
}

// tooFarBack is the error of an agent who would read too many events of others.
func (s *Server) tooFarBack(i Identity, since uint64) error {
	if i.Role.Allows(supervisor) || s.cfg.Feed.Head() <= since+agentsPast {
		return nil
	}
	return &hotline.Error{Op: "events", Code: hotline.EConflict, Message: "since is too far back; read the events of your calls one by one"}
}

// beyond is the error of who would follow events from one that there is not.
func (s *Server) beyond(since uint64) error {
	if since <= s.cfg.Feed.Head() {
		return nil
	}
	return &hotline.Error{Op: "events", Code: hotline.EConflict, Message: "the journal ends before since: a crash lost those events; follow from an earlier one"}
}

// see is the event as they may see it, if they may.
func (e *eye) see(ctx context.Context, ev hotline.Event) (hotline.Event, bool, error) {
	ok, err := e.sees(ctx, ev)
	if b, is := ev.Body.(hotline.Supervised); is && ok && !e.who.Role.Allows(supervisor) {
		ev.Body, ok = e.supervised(ev.Call, b)
	}
	if _, over := ev.Body.(hotline.CallEnded); over {
		delete(e.openly, ev.Call)
	}
	return ev, ok, err
}

// supervised is what an agent is told of a supervisor: that they whisper or speak,
// and that they do so no more; never that they listen.
func (e *eye) supervised(id hotline.CallID, b hotline.Supervised) (hotline.Supervised, bool) {
	speaks := b.On && b.Mode != hotline.ModeListen
	switch was := e.openly[id][b.User]; {
	case speaks && e.openly[id] == nil:
		e.openly[id] = map[string]bool{b.User: true}
	case speaks:
		e.openly[id][b.User] = true
	case was:
		delete(e.openly[id], b.User)
		b.On = false
		if b.Mode == hotline.ModeListen {
			b.Mode = hotline.ModeWhisper
		}
	default:
		return b, false
	}
	return b, true
}

// live tells whether they are told what is being said in the call: supervisors in
// all, an agent in those that came to them. Safe for many goroutines.
func (e *eye) live(c hotline.Call) bool {
	return e.who.Role.Allows(supervisor) || e.who.Role.Allows(agent) && e.who.Agent != "" && slices.Contains(c.Agents, e.who.Agent)
}

// sees tells whether they may see events of the call of ev.
func (e *eye) sees(ctx context.Context, ev hotline.Event) (bool, error) {
	if e.who.Role.Allows(supervisor) {
		return true, nil
	}
	var came hotline.AgentID
	switch b := ev.Body.(type) {
	case hotline.Popped:
		came = b.Agent
	case hotline.Offered:
		came = b.Agent
	case hotline.AgentJoined:
		came = b.Agent
	}
	if came != "" && came == e.who.Agent {
		e.may[ev.Call] = true
	}
	may, known := e.may[ev.Call]
	if !known {
		c, err := e.s.cfg.Calls.Call(ctx, ev.Call)
		if err == nil {
			may, err = e.s.sees(ctx, e.who, c)
		}
		if err != nil {
			return false, err
		}
		if len(e.may) >= 1000 {
			clear(e.may)
		}
		e.may[ev.Call] = may
	}
	return may, nil
}

// only is the events of the feed that who follows may see.
func (e *eye) only(ctx context.Context, feed iter.Seq2[hotline.Event, error]) iter.Seq2[hotline.Event, error] {
	return func(yield func(hotline.Event, error) bool) {
		for ev, err := range feed {
			ok := false
			if err == nil {
				ev, ok, err = e.see(ctx, ev)
			}
			if (ok || err != nil) && !yield(ev, err) || err != nil {
				return
			}
		}
	}
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
