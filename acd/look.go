package acd

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"hotline"
)

func (a *agent) status() hotline.AgentStatus {
	s := a.AgentStatus
	s.Skills, s.Levels = slices.Clone(s.Skills), maps.Clone(s.Levels)
	return s
}

// Agents is every agent as they are now, as configured.
func (d *Desk) Agents() (all []hotline.AgentStatus) {
	d.look(func(r *room, _ time.Time) {
		for _, a := range r.agents {
			all = append(all, a.status())
		}
	})
	return all
}

// Address is where the phone of an agent is.
func (d *Desk) Address(id hotline.AgentID) (string, bool) {
	a, ok := d.room.byID[id] // never changes
	if !ok {
		return "", false
	}
	return a.Address, true
}

// Queues is every skill that an agent has or a caller waits for, by name.
func (d *Desk) Queues() (all []hotline.QueueStatus) {
	at := func(skill string) *hotline.QueueStatus {
		i := slices.IndexFunc(all, func(q hotline.QueueStatus) bool { return q.Skill == skill })
		if i < 0 {
			all = append(all, hotline.QueueStatus{Skill: skill})
			i = len(all) - 1
		}
		return &all[i]
	}
	d.look(func(r *room, now time.Time) {
		for _, a := range r.agents {
			for _, s := range a.Skills {
				q := at(s)
				if a.State == hotline.AgentReady {
					q.Ready++
				}
				if a.State != hotline.AgentOffline {
					q.Staffed++
				}
			}
		}
		for _, c := range r.waiting {
			q := at(c.Skill)
			q.Waiting++
			q.LongestMs = max(q.LongestMs, hotline.MsOf(now.Sub(c.since)))
		}
	})
	slices.SortFunc(all, func(a, b hotline.QueueStatus) int { return cmp.Compare(a.Skill, b.Skill) })
	return all
}

// Places are the places of all who wait, the next first.
func (d *Desk) Places() (all []hotline.Place) {
	d.look(func(r *room, now time.Time) { all = r.waiters(now, len(r.waiting)) })
	return all
}

// Place is that of one call. Once an agent is offered it has them, position 0
// and the terms that led there. It fails with hotline.ENotFound.
func (d *Desk) Place(call hotline.CallID) (p hotline.Place, err error) {
	err = &hotline.Error{Op: "place", Code: hotline.ENotFound, Message: "the call is in no queue"}
	d.look(func(r *room, now time.Time) {
		if i := slices.IndexFunc(r.waiting, func(c *caller) bool { return c.Call == call }); i >= 0 {
			p, err = r.waiters(now, i+1)[i], nil
			return
		}
		for _, a := range r.agents {
			if l := a.lease; l != nil && l.Call == call && !l.over {
				p, err = r.place(l.caller, l.began), nil
				p.Agent, p.Estimate = a.ID, hotline.Estimate{Known: true, How: "an agent is found"}
			}
		}
	})
	return p, err
}

// Explain is why a call stands where it does, or why it came to its agent when
// it did: Place's terms.
func (d *Desk) Explain(call hotline.CallID) ([]hotline.Term, error) {
	p, err := d.Place(call)
	return p.Terms, err
}

// waiters are the places of the first n of the queue.
func (r *room) waiters(now time.Time, n int) []hotline.Place {
	outlooks, position := r.forecast(now, n), map[string]int{}
	all := make([]hotline.Place, n)
	for i, c := range r.waiting[:n] {
		position[c.Skill]++
		all[i] = r.place(c, now)
		all[i].Position, all[i].Estimate = position[c.Skill], outlooks[i].estimate()
	}
	return all
}

func (r *room) place(c *caller, now time.Time) hotline.Place {
	waited := now.Sub(c.since)
	return hotline.Place{Call: c.Call, Skill: c.Skill, WaitedMs: hotline.MsOf(waited), CallBack: c.number != "",
		Terms: r.cfg.Weights.Explain(c.Ticket, waited)}
}
