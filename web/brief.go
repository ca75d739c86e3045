package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"hotline"
)

// Brief is the screen pop with all that an agent may ask next: each statement has
// its second of audio.
type Brief struct {
	hotline.Brief
	Popped    bool               `json:"popped"` // the bot has handed the call over; else it is as far as the call goes
	Tried     []Tried            `json:"tried"`
	Customer  Customer           `json:"customer"`
	Promises  []hotline.Promised `json:"promises"` // in this call, then before it
	Feelings  []Feeling          `json:"emotion_line"`
	Earlier   []hotline.Call     `json:"earlier"` // newest first
	Orders    []Order            `json:"orders"`
	Notes     []Note             `json:"notes"`     // on this call
	Corrected []CorrectedTurn    `json:"corrected"` // turns that somebody put right
}

// Tried is something that the bot did.
type Tried struct {
	Text   string     `json:"text"`
	Action string     `json:"action,omitempty"` // its name; empty: an answer from knowledge
	Failed bool       `json:"failed"`
	At     hotline.Ms `json:"at_ms"`
}

// Feeling is how the caller felt at one moment.
type Feeling struct {
	At    hotline.Ms `json:"at_ms"`
	Name  string     `json:"name"`
	Score float64    `json:"score"`
	Why   []string   `json:"why"`
}

// CorrectedTurn is what a turn really meant.
type CorrectedTurn struct {
	N      uint64            `json:"n"`
	By     string            `json:"by"`
	Intent string            `json:"intent"`
	Slots  map[string]string `json:"slots"`
}

func (s *Server) brief(_ http.ResponseWriter, r *http.Request, c hotline.Call) (any, error) {
	evs, err := s.cfg.Feed.Since(r.Context(), c.ID, 0, maxEvents)
	if err != nil {
		return nil, err
	}
	b := briefOf(c, evs)
	keys := []string{c.Customer, c.Number()}
	contacts, err := s.contacts(r.Context(), "", keys...)
	if err != nil {
		return nil, err
	}
	// Of this customer's calls an agent sees all while they may see this one.
	earlier := slices.DeleteFunc(slices.Clone(contacts), func(e hotline.Call) bool { return e.ID >= c.ID })
	b.Earlier = orEmpty(earlier)
	if b.Customer, err = s.customerOf(r.Context(), cmp.Or(c.Customer, c.Number()), b.Earlier); err != nil {
		return nil, err
	}
	b.Customer.Name, b.Customer.Segment = cmp.Or(c.Name, b.Customer.Name), cmp.Or(c.Segment, b.Customer.Segment)
	b.Customer.Language = cmp.Or(c.Language, b.Customer.Language)
	if n := c.Number(); n != "" && !slices.Contains(b.Customer.Numbers, n) {
		b.Customer.Numbers = append([]string{n}, b.Customer.Numbers...)
	}
	for _, ev := range evs {
		if d, ok := ev.Body.(hotline.ActionDone); ok && d.Caller {
			for k, v := range d.Result {
				b.Customer.Known[k] = v
			}
		}
	}
	b.Promises = append(promised(evs), b.Customer.Promises...)
	return b, nil
}

// briefOf is what the events of the call itself tell.
func briefOf(c hotline.Call, evs []hotline.Event) Brief {
	b := Brief{Brief: hotline.Brief{Call: c.ID, From: c.From, Skill: c.Skill, Language: c.Language, Intent: c.Intent, Emotion: hotline.Emotion{Name: c.Emotion}},
		Tried: []Tried{}, Feelings: []Feeling{}, Notes: []Note{}, Corrected: []CorrectedTurn{}}
	slots := map[string]string{}
	var said []hotline.Line
	for _, ev := range evs {
		switch e := ev.Body.(type) {
		case hotline.Popped:
			b.Brief, b.Popped = e.Brief, true
		case hotline.Heard:
			said = append(said, hotline.Line{Who: e.Who, Text: e.Text, Start: e.Start, End: e.End, Emotion: e.Emotion})
			if e.Who == "caller" {
				b.Feelings = append(b.Feelings, Feeling{e.Start, cmp.Or(e.Emotion.Name, "neutral"), e.Emotion.Score, orEmpty(e.Emotion.Why)})
				for k, v := range e.Slots {
					slots[k] = v
				}
				if !b.Popped {
					b.Emotion = e.Emotion
				}
			}
		case hotline.Said:
			if e.To == "caller" {
				said = append(said, hotline.Line{Who: "bot", Text: e.Text, Start: e.Start, End: e.Start + e.Heard})
			}
		case hotline.ActionDone:
			if !e.Caller {
				b.Tried = append(b.Tried, Tried{tried(e), e.Action, e.Error != "", ev.Media})
			}
		case hotline.AnswerFromKB:
			if len(e.Passages) > 0 {
				b.Tried = append(b.Tried, Tried{Text: e.Passages[0].Text, At: ev.Media})
			}
		case hotline.Noted:
			b.Notes = append(b.Notes, Note{ev.Call, ev.N, e.By, e.Text, ev.At})
		case hotline.Corrected:
			b.Corrected = append(b.Corrected, CorrectedTurn{e.N, e.By, e.Intent, e.Slots})
			for k, v := range e.Slots {
				slots[k] = v
			}
		}
	}
	b.Said = orEmpty(said) // to this moment, not to the pop
	if b.Slots == nil {
		b.Slots = map[string]string{}
	} else {
		b.Slots = cloneMap(b.Slots)
	}
	for k, v := range slots {
		if v == "" {
			delete(b.Slots, k)
		} else if b.Slots[k] == "" || corrected(b.Corrected, k) {
			b.Slots[k] = v
		}
	}
	b.Orders = orders(evs)
	return b
}

func corrected(all []CorrectedTurn, slot string) bool {
	return slices.ContainsFunc(all, func(c CorrectedTurn) bool { _, ok := c.Slots[slot]; return ok })
}

func cloneMap(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// tried is what an action did, in words: the bot's own, or else its name and what
// it was given.
func tried(d hotline.ActionDone) string {
	if d.Tried != "" {
		return d.Tried
	}
	var given []string
	for k, v := range d.Args {
		given = append(given, k+" "+v)
	}
	slices.Sort(given)
	return strings.TrimSpace(d.Action + " " + strings.Join(given, ", "))
}
