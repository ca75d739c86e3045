package acd

import (
	"fmt"
	"slices"
	"time"

	"hotline"
)

// room is the state of the desk. Its methods are what may happen to it, at the
// time they are given; times never go back. match follows each change.
type room struct {
	cfg      Config
	skills   map[string]int // by name; anySkill is ""
	agents   []*agent       // as configured
	byID     map[hotline.AgentID]*agent
	waiting  []*caller // by turn
	places   map[hotline.CallID]*place
	arrivals int
	dialers  []*dialer
	handled  map[int]*recent // of each skill, and of anySkill for all
	closed   bool

	ready           []*agent // scratch of match
	readyOf, onDuty []int    // agents of each skill: scratch of match
}

const anySkill = 0 // everybody has it

// caller is one wait of a call. It ends, once, with settled.
type caller struct {
	hotline.Ticket
	*place
	skill, language int
	hot             bool
	reach           []int      // skills that serve them by now
	over            []overflow // those to come
	patience        time.Time  // fails then, as nobody could come
	number          string     // of a call-back
	got             *agent
	err             error
	settled         chan struct{} // closed when got or err is set; nil for a call-back
}

type overflow struct {
	at    time.Time
	skill int
}

// place outlives the wait: a caller whose agent missed the call has it back.
type place struct {
	in      string // skill
	arrival int    // number of
	since   time.Time
	turn    time.Time // since, less the head start: the earliest is next
	tried   []*agent  // who missed this call
	until   time.Time // kept; unused while in the queue
}

func newRoom(cfg Config, now time.Time) (*room, error) {
	r := &room{cfg: cfg, skills: map[string]int{"": anySkill}, byID: map[hotline.AgentID]*agent{},
		places: map[hotline.CallID]*place{}, handled: map[int]*recent{anySkill: {}}}
	for _, a := range cfg.Agents {
		for _, s := range a.Skills {
			if _, ok := r.skills[s]; !ok {
				r.skills[s] = len(r.skills)
			}
		}
	}
	for _, a := range cfg.Agents {
		if a.ID == "" || r.byID[a.ID] != nil {
			return nil, fmt.Errorf("acd: agent id %q is empty or twice there", a.ID)
		}
		ag := &agent{AgentStatus: hotline.AgentStatus{Agent: a, State: cfg.Start, Since: now}, free: now, levels: make([]uint8, len(r.skills))}
		ag.levels[anySkill] = hotline.MidLevel
		for _, s := range a.Skills {
			ag.levels[r.skills[s]] = hotline.MidLevel
		}
		for s, level := range a.Levels {
			if id, ok := r.skills[s]; !ok || ag.levels[id] == 0 || level < 1 || level > hotline.MaxLevel {
				return nil, fmt.Errorf("acd: agent %s: level %d of %q must be 1 to %d and of a skill they have", a.ID, level, s, hotline.MaxLevel)
			}
			ag.levels[r.skills[s]] = uint8(level)
		}
		r.agents = append(r.agents, ag)
		r.byID[a.ID] = ag
	}
	for _, o := range cfg.Overflow {
		if _, ok := r.skills[o.To]; !ok || o.From == o.To || o.After <= 0 {
			return nil, fmt.Errorf("acd: overflow from %q to %q after %v: no agent has the skill, or there is no wait", o.From, o.To, o.After)
		}
	}
	r.readyOf, r.onDuty = make([]int, len(r.skills)), make([]int, len(r.skills))
	return r, nil
}

// join puts a caller in the queue; in their old place, if they had one.
func (r *room) join(t hotline.Ticket, now time.Time) *caller {
	c := r.caller(t, now)
	c.settled = make(chan struct{})
	switch {
	case r.closed:
		c.fail("closing down")
	case !r.served(t.Skill):
		c.fail("no agent has the skill " + t.Skill)
	default:
		r.insert(c)
	}
	return c
}

func (r *room) caller(t hotline.Ticket, now time.Time) *caller {
	c := &caller{Ticket: t, place: r.places[t.Call], skill: -1, language: -1, hot: hot(t)}
	delete(r.places, t.Call)
	if c.place == nil || c.in != t.Skill || !now.Before(c.until) {
		r.arrivals++
		c.place = &place{in: t.Skill, arrival: r.arrivals, since: now}
	}
	c.turn = c.since.Add(-r.cfg.Weights.headStart(t))
	if id, ok := r.skills[t.Skill]; ok {
		c.skill = id
		c.reach = []int{id}
	}
	if id, ok := r.skills[t.Language]; ok && id != anySkill {
		c.language = id
	}
	for _, o := range r.cfg.Overflow {
		if o.From == t.Skill {
			c.over = append(c.over, overflow{c.since.Add(o.After), r.skills[o.To]})
		}
	}
	slices.SortStableFunc(c.over, func(a, b overflow) int { return a.at.Compare(b.at) })
	return c
}

// served tells whether any agent could ever serve a skill.
func (r *room) served(skill string) bool {
	_, ok := r.skills[skill]
	return ok && len(r.agents) > 0 || slices.ContainsFunc(r.cfg.Overflow, func(o Overflow) bool { return o.From == skill })
}

func (r *room) insert(c *caller) {
	at, _ := slices.BinarySearchFunc(r.waiting, c, func(w, c *caller) int {
		if by := w.turn.Compare(c.turn); by != 0 {
			return by
		}
		return w.arrival - c.arrival
	})
	r.waiting = slices.Insert(r.waiting, at, c)
}

// leave takes a caller out of the queue, who may be back for the place.
func (r *room) leave(c *caller, now time.Time) {
	if i := slices.Index(r.waiting, c); i >= 0 {
		r.waiting = slices.Delete(r.waiting, i, i+1)
		r.keep(c, now)
	}
}

func (r *room) keep(c *caller, now time.Time) {
	for call, p := range r.places {
		if !now.Before(p.until) {
			delete(r.places, call)
		}
	}
	if c.Call != "" {
		c.until = now.Add(r.cfg.Keep)
		r.places[c.Call] = c.place
	}
}

func (c *caller) fail(why string) { c.settle(nil, hotline.EUnavailable, why) }

func (c *caller) settle(a *agent, code, why string) {
	if c.got = a; a == nil {
		c.err = &hotline.Error{Op: "assign", Code: code, Message: why}
	}
	if c.settled != nil {
		close(c.settled)
	}
}

func (c *caller) done() bool { return c.got != nil || c.err != nil }

// tick ends what has run out by now.
func (r *room) tick(now time.Time) {
	for _, a := range r.agents {
		r.expire(a, now)
	}
	r.waiting = slices.DeleteFunc(r.waiting, func(c *caller) bool {
		if c.patience.IsZero() || now.Before(c.patience) {
			return false
		}
		r.keep(c, now)
		c.fail("every agent with the skill " + c.Skill + " is offline")
		return true
	})
}

// next is when tick has something to do, if nothing happens until then.
func (r *room) next() (at time.Time, ok bool) {
	sooner := func(t time.Time) {
		if !t.IsZero() && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	if r.closed {
		return at, false
	}
	for _, a := range r.agents {
		sooner(a.Until)
		sooner(a.goneAt)
	}
	for _, c := range r.waiting {
		sooner(c.patience)
		if len(c.over) > 0 {
			sooner(c.over[0].at)
		}
	}
	return at, ok
}

func (r *room) close(now time.Time) {
	if r.closed {
		return
	}
	r.closed = true
	for _, c := range r.waiting {
		c.fail("closing down")
	}
	for _, d := range r.dialers {
		close(d.settled)
	}
	r.waiting, r.dialers = nil, nil
}
