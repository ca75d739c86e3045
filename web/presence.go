package web

import (
	"context"
	"encoding/json"
	"iter"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
)

// Presence is the desk as agents work at it. Errors carry hotline.ENotFound and
// hotline.EInvalid.
type Presence interface {
	// Connect is one more browser window of an agent, who becomes as if they were
	// offline; gone is called when it is gone.
	Connect(id hotline.AgentID, as hotline.AgentState) (gone func(), err error)
	SetAway(id hotline.AgentID, why string) (hotline.AgentStatus, error)
	// WrapUp gives an agent who writes up a call more time, or none: with
	// hotline.EConflict if they write nothing up.
	WrapUp(id hotline.AgentID, more time.Duration) (hotline.AgentStatus, error)
	Places() []hotline.Place
	CallBacks() []hotline.CallBack
}

// Promises are call-backs as people promise them, and take them back; both outlive
// the server. Errors carry hotline.ENotFound, EInvalid and EUnavailable.
type Promises interface {
	// CallBack promises that asked.Number is called when it is the turn of t.
	CallBack(ctx context.Context, t hotline.Ticket, asked hotline.CallBackAsked) error
	CancelCallBack(ctx context.Context, call hotline.CallID, by string) error
}

// A Pulse tells those who watch that something has changed. Safe for many
// goroutines; the zero Pulse is ready.
type Pulse struct {
	mu   sync.Mutex
	next chan struct{}
}

// Beat tells of a change. It does not block.
func (p *Pulse) Beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next != nil {
		close(p.next)
		p.next = nil
	}
}

// wait is closed at the next change.
func (p *Pulse) wait() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == nil {
		p.next = make(chan struct{})
	}
	return p.next
}

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

// A Suggestion is what may answer what the caller has just said.
type Suggestion struct {
	Call     hotline.CallID `json:"call"`
	N        uint64         `json:"n"` // the event in which they said it
	Passages []KBPassage    `json:"passages"`
}

const (
	deskEvery    = 100 * time.Millisecond // of the agent's own state, at most
	placesEvery  = 250 * time.Millisecond
	placesAgain  = 5 * time.Second // while somebody waits: their times go on
	suggestIn    = 2 * time.Second
	suggestions  = 3
	contextTurns = 3 // before the question: they may name what it is about
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
		err = unavailable("desk", "there is no desk here")
	case who.Agent == "":
		err = &hotline.Error{Op: "desk", Code: hotline.EForbidden, Message: "you are no agent at the desk"}
	case since > s.cfg.Feed.Head():
		err = &hotline.Error{Op: "desk", Code: hotline.EConflict, Message: "the journal ends before since: a crash lost those events; follow from an earlier one"}
	case s.tooFarBack(Identity{}, since) != nil:
		err = s.tooFarBack(Identity{}, since)
	case !websocket.IsWebSocketUpgrade(r):
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
		var wg sync.WaitGroup
		defer wg.Wait()
		defer stop()
		eye := s.eyeOf(Identity{User: who.User, Role: agent, Agent: who.Agent})
		type next struct {
			ev  hotline.Event
			err error
		}
		events := make(chan next)
		wg.Go(func() {
			defer close(events)
			for ev, err := range s.cfg.Feed.Watch(ctx, "", since, eye.live) {
				select {
				case events <- next{ev, err}:
				case <-ctx.Done():
					return
				}
			}
		})
		d := &deskView{s: s, who: who, eye: eye, said: map[hotline.CallID][]string{}, suggested: make(chan Suggestion, 1)}
		changed := s.cfg.Pulse.wait()
		if !d.state(yield) || !d.places(yield) {
			return
		}
		rest := time.NewTicker(placesEvery)
		defer rest.Stop()
		var dirty bool
		var told time.Time
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
				ev, mine, err := d.eye.see(ctx, n.ev)
				if err != nil {
					yield(nil, err)
					return
				}
				var m any = eventMessage{ev}
				if p, ok := partialOf(ev); ok {
					m = p
				}
				if mine && !yield(m, nil) {
					return
				}
				if mine {
					d.suggest(ctx, &wg, ev)
				}
			case <-changed:
				changed = s.cfg.Pulse.wait()
				if dirty = true; time.Since(told) < deskEvery {
					continue // the ticker does it
				}
				if told, dirty = time.Now(), false; !d.state(yield) {
					return
				}
			case <-rest.C:
				if dirty {
					if told, dirty = time.Now(), false; !d.state(yield) {
						return
					}
				}
				if !d.places(yield) {
					return
				}
			case g := <-d.suggested:
				if d.busy = false; len(g.Passages) > 0 && !yield(suggestMessage{g}, nil) {
					return
				}
				d.answer(ctx, &wg, d.late)
			}
		}
	}
}

// deskView is what one desk has been told.
type deskView struct {
	s         *Server
	who       Identity
	eye       *eye   // of an agent, whatever else they may be
	me        []byte // the last state told
	waiting   string // the last places told, without their times
	at        time.Time
	told      bool
	said      map[hotline.CallID][]string // the last turns of the agent's callers
	suggested chan Suggestion
	busy      bool          // one is under way
	late      hotline.Event // the last turn that came meanwhile; without a body there is none
}

// state tells the agent's own state if it is another.
func (d *deskView) state(yield func(any, error) bool) bool {
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
	if still == d.waiting && d.told && (len(all) == 0 || time.Since(d.at) < placesAgain) {
		return true
	}
	d.waiting, d.at, d.told = still, time.Now(), true
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

// suggest looks for an answer to what the agent's caller has just said.
func (d *deskView) suggest(ctx context.Context, wg *sync.WaitGroup, ev hotline.Event) {
	if _, over := ev.Body.(hotline.CallEnded); over {
		delete(d.said, ev.Call)
	}
	h, ok := ev.Body.(hotline.Heard)
	if !ok || h.Who != "caller" || h.Text == "" || d.s.cfg.KB == nil {
		return
	}
	before := d.said[ev.Call]
	d.said[ev.Call] = append(slices.Clone(before[max(0, len(before)-contextTurns):]), h.Text)
	d.answer(ctx, wg, ev)
}

// answer looks for an answer to one turn at a time, and then to the last that came
// meanwhile.
func (d *deskView) answer(ctx context.Context, wg *sync.WaitGroup, ev hotline.Event) {
	if d.late = ev; d.busy {
		return
	}
	d.late = hotline.Event{}
	h, ok := ev.Body.(hotline.Heard)
	said := d.said[ev.Call]
	if !ok || len(said) == 0 {
		return
	}
	before := said[:len(said)-1]
	c, err := d.s.cfg.Calls.Call(ctx, ev.Call)
	if err != nil || c.Phase != hotline.PhaseAgent || c.Agent != d.who.Agent {
		return
	}
	d.busy = true
	wg.Go(func() {
		g := Suggestion{Call: ev.Call, N: ev.N}
		defer func() { d.suggested <- g }() // has room: one is under way
		ctx, stop := context.WithTimeout(ctx, suggestIn)
		defer stop()
		found, err := d.s.cfg.KB.Search(ctx, KBQuery{Bot: c.Bot, Text: h.Text, Context: before, Language: h.Language, Segment: c.Segment, N: suggestions})
		if err != nil && ctx.Err() == nil && hotline.ErrorCode(err) != hotline.ENotFound {
			d.s.cfg.Log.Error("web: suggestions", "call", ev.Call, "err", err)
		}
		for _, p := range found {
			if p.Score >= suggestFrom {
				g.Passages = append(g.Passages, p)
			}
		}
	})
}

// suggestFrom is the probability from which an answer is suggested: people choose,
// so it is less than the bot needs to give one.
const suggestFrom = 0.2

func (s *Server) places(http.ResponseWriter, *http.Request) (any, error) {
	if s.cfg.Presence == nil {
		return nil, unavailable("places", "there is no desk here")
	}
	return map[string]any{"places": orEmpty(s.cfg.Presence.Places())}, nil
}

func (s *Server) callBacks(_ http.ResponseWriter, r *http.Request) (any, error) {
	if s.cfg.Presence == nil {
		return nil, unavailable("callbacks", "there is no desk here")
	}
	return s.callBacksOf(r)
}

// callBacksOf is who waits to be called, of the calls that who asks may see.
func (s *Server) callBacksOf(r *http.Request) (any, error) {
	mine := []hotline.CallBack{}
	for _, b := range s.cfg.Presence.CallBacks() {
		ok, err := s.seesID(r, b.Call)
		if err != nil {
			return nil, err
		}
		if ok {
			mine = append(mine, b)
		}
	}
	return map[string]any{"callbacks": mine}, nil
}

func (s *Server) addCallBack(w http.ResponseWriter, r *http.Request) (any, error) {
	var in struct {
		Number string         `json:"number"`
		Skill  string         `json:"skill"`
		Call   hotline.CallID `json:"call"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if s.cfg.Presence == nil || s.cfg.Promises == nil {
		return nil, unavailable("callbacks", "there is no desk here")
	}
	c, err := s.cfg.Calls.Call(r.Context(), in.Call)
	if err != nil {
		return nil, err
	}
	if ok, err := s.sees(r.Context(), identity(r), c); err != nil {
		return nil, err
	} else if !ok {
		return nil, notFound("call", "no such call")
	}
	t := hotline.Ticket{Call: c.ID, Skill: in.Skill, Language: c.Language, Segment: c.Segment}
	if t.Skill == "" {
		t.Skill = c.Skill
	}
	asked := hotline.CallBackAsked{Skill: t.Skill, By: by(r), Number: in.Number,
		Brief: hotline.Brief{Call: c.ID, From: c.From, Skill: t.Skill, Language: c.Language, Intent: c.Intent}}
	if asked.Number == "" {
		asked.Number = c.Number()
	}
	if err := s.cfg.Promises.CallBack(r.Context(), t, asked); err != nil {
		return nil, err
	}
	return s.callBacksOf(r)
}

func (s *Server) removeCallBack(_ http.ResponseWriter, r *http.Request) (any, error) {
	id, err := callID(r)
	if err == nil && (s.cfg.Presence == nil || s.cfg.Promises == nil) {
		err = unavailable("callbacks", "there is no desk here")
	}
	if err == nil {
		var ok bool
		if ok, err = s.seesID(r, id); err == nil && !ok {
			err = notFound("call", "no such call")
		}
	}
	if err == nil {
		err = s.cfg.Promises.CancelCallBack(r.Context(), id, by(r))
	}
	if err != nil {
		return nil, err
	}
	return s.callBacksOf(r)
}

// maxWrapUp is the longest that a wrap-up may be made at once.
const maxWrapUp = time.Hour

func (s *Server) wrapUp(w http.ResponseWriter, r *http.Request) (any, error) {
	var in struct {
		ExtendS int  `json:"extend_s"`
		Done    bool `json:"done"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	more := time.Duration(in.ExtendS) * time.Second
	switch {
	case s.cfg.Presence == nil:
		return nil, unavailable("agents", "there is no desk here")
	case in.Done:
		more = 0
	case in.ExtendS <= 0 || more > maxWrapUp:
		return nil, invalid("wrap-up", "done, or extend_s from 1 to 3600")
	}
	id, err := s.me(r)
	if err != nil {
		return nil, err
	}
	a, err := s.cfg.Presence.WrapUp(id, more)
	a.Skills = orEmpty(a.Skills)
	return a, err
}
