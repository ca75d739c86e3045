package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"hotline"
	"hotline/web/promise"
)

// Customer is who calls, as far as the company and earlier calls tell.
type Customer struct {
	Key      string             `json:"key"` // their id, or their number
	Name     string             `json:"name"`
	Segment  string             `json:"segment"`
	Language string             `json:"language"`
	Numbers  []string           `json:"numbers"`
	Known    map[string]string  `json:"known"` // what the company's system told the bot, the last time
	Contacts []hotline.Call     `json:"contacts"`
	Notes    []Note             `json:"notes"`    // newest first
	Promises []hotline.Promised `json:"promises"` // newest first
}

// A Note is what somebody wrote about a call.
type Note struct {
	Call hotline.CallID `json:"call"`
	N    uint64         `json:"n"` // its event in the call
	By   string         `json:"by"`
	Text string         `json:"text"`
	At   time.Time      `json:"at"`
}

const (
	maxContacts = 100
	readBack    = 10 // contacts whose words are read again
)

func (s *Server) customer(_ http.ResponseWriter, r *http.Request) (any, error) {
	key := r.PathValue("id")
	if key == "" || len(key) > 128 {
		return nil, notFound("customer", "no such customer")
	}
	i := identity(r)
	seenBy := i.Agent
	if i.Role.Allows(supervisor) {
		seenBy = ""
	} else if seenBy == "" {
		return nil, notFound("customer", "you take no calls")
	}
	contacts, err := s.contacts(r.Context(), seenBy, key)
	if err != nil {
		return nil, err
	}
	if len(contacts) == 0 {
		return nil, notFound("customer", "nobody of this id or number has called")
	}
	return s.customerOf(r.Context(), key, contacts)
}

// contacts are the calls of the keys that an agent may see, or all if seenBy is
// empty, newest first.
func (s *Server) contacts(ctx context.Context, seenBy hotline.AgentID, keys ...string) ([]hotline.Call, error) {
	var all []hotline.Call
	for i, key := range keys {
		if key == "" || slices.Contains(keys[:i], key) {
			continue
		}
		calls, err := s.cfg.Calls.Calls(ctx, hotline.CallQuery{Customer: key, SeenBy: seenBy, Limit: maxContacts})
		if err != nil {
			return nil, err
		}
		all = append(all, calls...)
	}
	slices.SortFunc(all, func(a, b hotline.Call) int { return cmp.Compare(b.ID, a.ID) })
	return slices.CompactFunc(all, func(a, b hotline.Call) bool { return a.ID == b.ID }), nil
}

// customerOf is what the contacts, newest first, tell of one customer.
func (s *Server) customerOf(ctx context.Context, key string, contacts []hotline.Call) (Customer, error) {
	c := Customer{Key: key, Contacts: contacts, Numbers: []string{}, Notes: []Note{}, Promises: []hotline.Promised{}, Known: map[string]string{}}
	for i, call := range contacts {
		c.Name, c.Segment, c.Language = cmp.Or(c.Name, call.Name), cmp.Or(c.Segment, call.Segment), cmp.Or(c.Language, call.Language)
		if n := call.Number(); n != "" && !slices.Contains(c.Numbers, n) {
			c.Numbers = append(c.Numbers, n)
		}
		if i >= readBack {
			continue
		}
		evs, err := s.cfg.Feed.Since(ctx, call.ID, 0, maxEvents)
		if err != nil {
			return c, err
		}
		for _, ev := range slices.Backward(evs) {
			switch b := ev.Body.(type) {
			case hotline.Noted:
				c.Notes = append(c.Notes, Note{call.ID, ev.N, b.By, b.Text, ev.At})
			case hotline.ActionDone:
				if b.Caller && len(c.Known) == 0 {
					for k, v := range b.Result {
						c.Known[k] = v
					}
				}
			}
		}
		promises := promised(evs)
		slices.Reverse(promises)
		c.Promises = append(c.Promises, promises...)
	}
	return c, nil
}

// promised is what the bot and agents promised in the events of a call.
func promised(evs []hotline.Event) []hotline.Promised {
	all := []hotline.Promised{}
	for _, ev := range evs {
		p := hotline.Promised{Call: ev.Call, N: ev.N, When: ev.At}
		var said string
		switch b := ev.Body.(type) {
		case hotline.Said:
			if b.To != "caller" || b.Heard == 0 && b.Length > 0 {
				continue
			}
			said, p.By, p.At = b.Text, "bot", b.Start
		case hotline.Heard:
			if b.Who != "agent" {
				continue
			}
			said, p.By, p.At = b.Text, "agent", b.Start
		default:
			continue
		}
		for _, p.Text = range promise.Find(said) {
			all = append(all, p)
		}
	}
	return all
}

// orders are the customer's orders: those that the company's system told of, with
// what the bot found out about each.
func orders(evs []hotline.Event) []Order {
	var ids []string
	facts := map[string]map[string]string{}
	at := map[string]hotline.Ms{}
	for _, ev := range evs {
		b, ok := ev.Body.(hotline.ActionDone)
		if !ok || b.Error != "" {
			continue
		}
		if b.Caller {
			for _, id := range strings.FieldsFunc(b.Result["orders"], func(r rune) bool { return strings.ContainsRune(" ,;[]\"、，", r) }) {
				if !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
			continue
		}
		id := cmp.Or(b.Args["order"], b.Result["order"])
		if id == "" || b.Result["found"] == "no" {
			continue
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		if facts[id] == nil {
			facts[id] = map[string]string{}
		}
		for k, v := range b.Result {
			facts[id][k] = v
		}
		at[id] = ev.Media
	}
	all := []Order{}
	for _, id := range ids {
		if facts[id] == nil {
			facts[id] = map[string]string{}
		}
		all = append(all, Order{id, facts[id], at[id]})
	}
	return all
}

// An Order is one of the customer's.
type Order struct {
	ID    string            `json:"id"`
	Facts map[string]string `json:"facts"` // what the bot found out in this call; nothing if it did not ask
	At    hotline.Ms        `json:"at_ms"` // when
}
