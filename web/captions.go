package web

import (
	"cmp"
	"encoding/json"
	"iter"
	"maps"
	"math"
	"net/http"
	"slices"
	"time"

	"hotline"
)

// secretHeader carries the secret by which a customer reads their own call; it
// came in the answer to their offer.
const secretHeader = "Hotline-Secret"

// captionsLife is how long after the end of a call its captions may be read.
const captionsLife = 10 * time.Minute

// A Caption is what a customer is told of an event of their call: what they said
// and heard, and where they are. Nothing that was said or written to staff is in
// it.
type Caption struct {
	Seq      uint64     `json:"seq,omitempty"` // none of what is being said
	Media    hotline.Ms `json:"media_ms"`
	Kind     string     `json:"kind"` // answered, hearing, heard, said, waiting, person, bot, hold, resumed, ended
	Who      string     `json:"who,omitempty"`
	Text     string     `json:"text,omitempty"`
	Language string     `json:"language,omitempty"`
}

// captioner makes captions of the events of one call, in order from the first. It
// knows when the caller hears the staff: what an agent says while the caller
// hears music, the bot, or a queue, is not for them.
type captioner struct {
	caller     hotline.LegID
	people     map[string]bool        // who has the caller: agents, numbers outside
	asked      string                 // somebody whom the agent consults
	holds      map[hotline.LegID]bool // who holds
	consulting bool
	lent       bool // to the bot
	hearing    bool // they were told what staff is saying
	lost       bool // the line to the agent

	apart [][2]hotline.Ms // when the caller did not hear the staff, from and to; the last may be open
}

// open is the end of a time that goes on.
const open = hotline.Ms(math.MaxInt64)

func newCaptioner() *captioner {
	return &captioner{people: map[string]bool{}, holds: map[hotline.LegID]bool{}, apart: [][2]hotline.Ms{{0, open}}}
}

// heard tells whether the caller heard all that staff said in that time.
func (c *captioner) heard(from, to hotline.Ms) bool {
	return !slices.ContainsFunc(c.apart, func(a [2]hotline.Ms) bool { return from < a[1] && to >= a[0] })
}

// mark keeps whether the caller hears the staff from now on.
func (c *captioner) mark(at hotline.Ms) {
	now := len(c.people) == 0 || c.consulting || c.lent || c.lost || len(c.holds) > 0
	last := &c.apart[len(c.apart)-1]
	switch was := last[1] == open; {
	case now && !was:
		if c.apart = append(c.apart, [2]hotline.Ms{at, open}); len(c.apart) > 100 {
			c.apart = slices.Delete(c.apart, 0, 50)
		}
	case !now && was:
		last[1] = at
	}
}

// release forgets the holds of staff.
func (c *captioner) release() {
	maps.DeleteFunc(c.holds, func(l hotline.LegID, _ bool) bool { return l != c.caller })
}

// caption is what the customer is told of ev, if anything.
func (c *captioner) caption(ev hotline.Event) (Caption, bool) {
	defer c.mark(ev.Media)
	to := Caption{Seq: ev.Seq, Media: ev.Media}
	switch b := ev.Body.(type) {
	case hotline.CallStarted:
		c.caller = ev.Leg
		return to, false
	case hotline.CallAnswered:
		to.Kind = "answered"
	case hotline.Partial:
		to.Kind, to.Who, to.Text, to.Language = "hearing", b.Who, b.Text, b.Language
		return c.staffSays(to, b.Start, ev.Media)
	case hotline.Heard:
		to.Kind, to.Who, to.Text, to.Language = "heard", b.Who, b.Text, b.Language
		return c.staffSays(to, b.Start, b.End)
	case hotline.Said:
		to.Kind, to.Who, to.Text, to.Language = "said", "bot", b.Text, b.Language
		return to, b.To == "caller" && b.Text != ""
	case hotline.Queued:
		to.Kind = "waiting"
	case hotline.AgentJoined:
		who := cmp.Or(string(b.Agent), b.Number)
		if b.As == hotline.AsConsulted { // the caller hears music
			c.asked = who
			return to, false
		}
		c.people[who], c.lent, c.lost = true, false, false
		to.Kind = "person"
	case hotline.AgentLeft:
		who := cmp.Or(string(b.Agent), b.Number)
		if who == c.asked {
			c.asked = ""
		}
		if !c.people[who] { // did not have the call: not the caller's business
			return to, false
		}
		delete(c.people, who)
		c.lent, c.lost = false, false
		c.release()
		if b.Still != "" {
			c.people[b.Still] = true
		}
		to.Kind = "bot"
		return to, len(c.people) == 0
	case hotline.AgentLost:
		if to.Kind = "resumed"; !b.Back {
			to.Kind = "hold"
		}
		c.lost = !b.Back
		c.release()
		return to, c.people[string(b.Agent)] && !c.lent
	case hotline.ConsultStarted:
		c.consulting = true
		c.release()
		to.Kind = "hold"
	case hotline.ConsultEnded:
		if c.consulting = false; b.How == hotline.ConsultJoin && c.asked != "" {
			c.people[c.asked] = true
		}
		to.Kind = "resumed"
		return to, len(c.people) > 0
	case hotline.ReturnedToBot:
		c.lent = true
		c.release()
		to.Kind = "bot"
	case hotline.Hold:
		if to.Kind = "resumed"; b.On {
			to.Kind = "hold"
			c.holds[ev.Leg] = true
		} else {
			delete(c.holds, ev.Leg)
		}
		return to, ev.Leg != c.caller // their own hold is no news
	case hotline.CallEnded:
		to.Kind = "ended"
	default:
		return to, false
	}
	return to, true
}

// staffSays is the caption of what is heard in that time, if the caller hears it.
// What staff was saying before the caller ceased to hear them is taken back.
func (c *captioner) staffSays(to Caption, from, until hotline.Ms) (Caption, bool) {
	if to.Who == "caller" {
		return to, to.Text != "" || to.Kind == "hearing"
	}
	if to.Who != "agent" {
		return to, false
	}
	was := c.hearing
	if to.Text == "" || !c.heard(from, until) {
		c.hearing = false
		to.Kind, to.Text = "hearing", ""
		return to, was
	}
	c.hearing = to.Kind == "hearing"
	return to, true
}

// captions sends a customer the captions of their own call after since, one JSON
// object a line, and with follow=1 those to come; with partials=1 also what is
// being said.
func (s *Server) captions(w http.ResponseWriter, r *http.Request) {
	id, err := callID(r)
	if err == nil && (s.cfg.Auth == nil || !s.cfg.Auth.OwnsCall(id, r.Header.Get(secretHeader))) {
		err = notFound("captions", "no such call") // nor whether there is
	}
	var c hotline.Call
	if err == nil {
		c, err = s.cfg.Calls.Call(r.Context(), id)
	}
	if err == nil && c.Phase == hotline.PhaseEnded && time.Since(c.Ended) > captionsLife {
		err = notFound("captions", "no such call")
	}
	var since, follow, partials uint64
	if err == nil {
		since, err = number(r, "since", 0, math.MaxInt64)
	}
	if err == nil {
		follow, err = number(r, "follow", 0, 1)
	}
	if err == nil {
		partials, err = number(r, "partials", 0, 1)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if follow == 1 {
		live := func(hotline.Call) bool { return partials == 1 } // it is their own
		s.following(w, r, func(f follower) {
			s.followLines(w, captionsOf(s.cfg.Feed.Watch(f.ctx, id, 0, live), since))
		})
		return
	}
	evs, err := s.cfg.Feed.Since(r.Context(), id, 0, maxEvents)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	enc := json.NewEncoder(w)
	for line := range captionsOf(func(yield func(hotline.Event, error) bool) {
		for _, ev := range evs {
			if !yield(ev, nil) {
				return
			}
		}
	}, since) {
		if enc.Encode(line) != nil {
			return // the client left
		}
	}
}

// captionsOf is the captions after since of the events of one call.
func captionsOf(events iter.Seq2[hotline.Event, error], since uint64) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		c := newCaptioner()
		for ev, err := range events {
			if err != nil {
				yield(nil, err)
				return
			}
			if line, ok := c.caption(ev); ok && (line.Seq == 0 || line.Seq > since) && !yield(line, nil) {
				return
			}
		}
	}
}

// A Waiting is what a customer is told of their place in the queue: not why it
// is that.
type Waiting struct {
	Position int              `json:"position"` // from 1; 0 once somebody is called for them
	Estimate hotline.Estimate `json:"estimate"` // of the wait from now
}

// place tells a customer how long their own call may have to wait.
func (s *Server) place(_ http.ResponseWriter, r *http.Request) (any, error) {
	id, err := callID(r)
	if err != nil || s.cfg.Auth == nil || !s.cfg.Auth.OwnsCall(id, r.Header.Get(secretHeader)) {
		return nil, notFound("place", "no such call")
	}
	if s.cfg.Presence != nil {
		for _, p := range s.cfg.Presence.Places() {
			if p.Call == id && !p.CallBack {
				return Waiting{p.Position, p.Estimate}, nil
			}
		}
	}
	return nil, nil // null: the call does not wait, which is no error
}
