package web

import (
	"encoding/json"
	"iter"
	"math"
	"net/http"
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
	Seq      uint64     `json:"seq"`
	Media    hotline.Ms `json:"media_ms"`
	Kind     string     `json:"kind"` // answered, heard, said, waiting, person, bot, hold, resumed, ended
	Who      string     `json:"who,omitempty"`
	Text     string     `json:"text,omitempty"`
	Language string     `json:"language,omitempty"`
}

// captioner makes captions of the events of one call, in order from the first.
type captioner struct {
	agents map[hotline.AgentID]bool // on the line
	held   bool                     // the caller hears music
}

// caption is what the customer is told of ev, if anything.
func (c *captioner) caption(ev hotline.Event) (Caption, bool) {
	to := Caption{Seq: ev.Seq, Media: ev.Media}
	switch b := ev.Body.(type) {
	case hotline.CallAnswered:
		to.Kind = "answered"
	case hotline.Heard:
		to.Kind, to.Text, to.Language = "heard", b.Text, b.Language
		switch {
		case b.Text == "":
			return to, false
		case b.Who == "caller":
			to.Who = "caller"
		case b.Who == "agent" && len(c.agents) > 0 && !c.held: // the caller heard it, too
			to.Who = "agent"
		default:
			return to, false
		}
	case hotline.Said:
		if b.To != "caller" || b.Text == "" {
			return to, false
		}
		to.Kind, to.Who, to.Text, to.Language = "said", "bot", b.Text, b.Language
	case hotline.Queued:
		to.Kind = "waiting"
	case hotline.AgentJoined:
		c.agents[b.Agent] = true
		to.Kind = "person"
	case hotline.AgentLeft:
		if !c.agents[b.Agent] { // did not take the call: not the caller's business
			return to, false
		}
		delete(c.agents, b.Agent)
		if to.Kind = "bot"; len(c.agents) > 0 {
			return to, false
		}
		c.held = false
	case hotline.Hold:
		c.held = b.On
		if to.Kind = "resumed"; b.On {
			to.Kind = "hold"
		}
	case hotline.CallEnded:
		to.Kind = "ended"
	default:
		return to, false
	}
	return to, true
}

// captions sends a customer the captions of their own call after since, one JSON
// object a line, and with follow=1 those to come.
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
	var since, follow uint64
	if err == nil {
		since, err = number(r, "since", 0, math.MaxInt64)
	}
	if err == nil {
		follow, err = number(r, "follow", 0, 1)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if follow == 1 {
		s.following(w, r, func(f follower) { s.followLines(w, captionsOf(s.cfg.Feed.Follow(f.ctx, id, 0), since)) })
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
		c := captioner{agents: map[hotline.AgentID]bool{}}
		for ev, err := range events {
			if err != nil {
				yield(nil, err)
				return
			}
			if line, ok := c.caption(ev); ok && line.Seq > since && !yield(line, nil) {
				return
			}
		}
	}
}
