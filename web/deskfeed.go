package web

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
)

// Messages of the desk's socket: each has one member.
type (
	eventMessage struct {
		Event hotline.Event `json:"event"`
	}
	meMessage struct {
		Me hotline.AgentStatus `json:"me"`
	}
	placesMessage struct {
		Places []hotline.Place `json:"places"`
	}
	suggestMessage struct {
		Suggest Suggestion `json:"suggest"`
	}
)

const (
	deskEvery   = 100 * time.Millisecond // of the agent's own state, at most
	placesEvery = 250 * time.Millisecond
	placesAgain = 5 * time.Second // while somebody waits: their times go on
)

// desk is the presence of an agent: while the socket is open they are there. It
// carries the events of their calls and what is being said in them, their own
// state, who waits, and what may answer the caller.
func (s *Server) desk(w http.ResponseWriter, r *http.Request) {
	who := identity(r)
	as := hotline.AgentState(r.URL.Query().Get("as"))
	since, err := number(r, "since", s.cfg.Feed.Head(), math.MaxInt64)
	switch {
	case err != nil:
	case s.cfg.Presence == nil:
		err = errNoDesk
	case who.Agent == "":
		err = &hotline.Error{Op: "desk", Code: hotline.EForbidden, Message: "you are no agent at the desk"}
	default:
		err = cmp.Or(s.beyond(since), s.tooFarBack(Identity{}, since))
	}
	if err == nil && !websocket.IsWebSocketUpgrade(r) {
		err = invalid("desk", "this address answers a WebSocket only")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.following(w, r, func(f follower) {
		gone, err := s.cfg.Presence.Connect(who.Agent, as)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		defer gone()
		s.followSocket(f, w, r, s.deskFeed(f.ctx, who, since))
	})
}

// deskFeed is what an agent's desk is told.
func (s *Server) deskFeed(ctx context.Context, who Identity, since uint64) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		d := &deskView{s: s, who: who, said: map[hotline.CallID][]string{}, suggested: make(chan Suggestion, 1)}
		defer d.wg.Wait()
		defer stop()
		type next struct {
			ev  hotline.Event
			err error
		}
		events := make(chan next)
		eye := s.eyeOf(Identity{User: who.User, Role: agent, Agent: who.Agent}) // whatever else they may be
		d.wg.Go(func() {
			defer close(events)
			for ev, err := range eye.only(ctx, s.cfg.Feed.Watch(ctx, "", since, eye.live)) {
				select {
				case events <- next{ev, err}:
				case <-ctx.Done():
					return
				}
			}
		})
		changed := s.cfg.Pulse.wait()
		if !d.state(yield) || !d.places(yield) {
			return
		}
		rest := time.NewTicker(placesEvery)
		defer rest.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case n, ok := <-events:
				if !ok {
					return
				}
				if n.err != nil {
					yield(nil, n.err)
					return
				}
				var m any = eventMessage{n.ev}
				if p, ok := partialOf(n.ev); ok {
					m = p
				}
				if !yield(m, nil) {
					return
				}
				d.suggest(ctx, n.ev)
			case <-changed:
				changed, d.stale = s.cfg.Pulse.wait(), true
				if time.Since(d.stated) >= deskEvery && !d.state(yield) { // else at the next tick
					return
				}
			case <-rest.C:
				if d.stale && !d.state(yield) || !d.places(yield) {
					return
				}
			case g := <-d.suggested:
				if d.busy = false; len(g.Passages) > 0 && !yield(suggestMessage{g}, nil) {
					return
				}
				d.answer(ctx, d.late)
			}
		}
	}
}

// deskView is what one desk has been told.
type deskView struct {
	s   *Server
	who Identity
	wg  sync.WaitGroup

	me     []byte // the last state told
	stated time.Time
	stale  bool // there may be another

	waiting string // the last places told, without their times
	placed  time.Time

	said      map[hotline.CallID][]string // the last turns of the agent's callers
	suggested chan Suggestion
	busy      bool          // one is under way
	late      hotline.Event // the last turn that came meanwhile; without a body there is none
}

// state tells the agent's own state if it is another.
func (d *deskView) state(yield func(any, error) bool) bool {
	d.stated, d.stale = time.Now(), false
	for _, a := range d.s.cfg.Agents.Agents() {
		if a.ID != d.who.Agent {
			continue
		}
		a.Skills = orEmpty(a.Skills)
		now, err := json.Marshal(a)
		if err != nil || string(now) == string(d.me) {
			return true
		}
		d.me = now
		return yield(meMessage{a}, nil)
	}
	return true
}

// places tells who waits if that is another, and the times now and then.
func (d *deskView) places(yield func(any, error) bool) bool {
	all, still := d.s.queue.now(d.s.cfg.Presence)
	if still == d.waiting && (len(all) == 0 || time.Since(d.placed) < placesAgain) {
		return true
	}
	d.waiting, d.placed = still, time.Now()
	return yield(placesMessage{all}, nil)
}

// queueView is who waits, looked up once for all desks.
type queueView struct {
	mu    sync.Mutex
	at    time.Time
	all   []hotline.Place
	still string // as JSON, without what changes with every moment
}

func (q *queueView) now(p Presence) (all []hotline.Place, still string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if time.Since(q.at) >= placesEvery*9/10 {
		q.all, q.at = orEmpty(p.Places()), time.Now()
		text, _ := json.Marshal(timeless(q.all)) // numbers and strings: it cannot fail
		q.still = string(text)
	}
	return q.all, q.still
}

// timeless are the places without what changes with every moment.
func timeless(all []hotline.Place) []hotline.Place {
	out := make([]hotline.Place, len(all))
	for i, p := range all {
		p.WaitedMs, p.Estimate, p.Terms = 0, hotline.Estimate{}, nil
		out[i] = p
	}
	return out
}
