package web

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
)

// Wall is all that goes on, for those who look after it.
type Wall struct {
	At        time.Time             `json:"at"`
	Seq       uint64                `json:"seq"` // of the journal, before it was made
	Calls     []hotline.Call        `json:"calls"`
	Agents    []hotline.AgentStatus `json:"agents"`
	Queues    []WallQueue           `json:"queues"`
	Places    []hotline.Place       `json:"places"`
	CallBacks []hotline.CallBack    `json:"callbacks"`
	Alerts    []Alert               `json:"alerts"`
}

// WallQueue is a skill now and today.
type WallQueue struct {
	hotline.QueueStatus
	ServiceLevel float64 `json:"service_level"` // today; 1 if nobody asked
	Offered      int     `json:"offered"`       // today: callers who asked and are through
	Answered     int     `json:"answered"`
	Abandoned    int     `json:"abandoned"`
}

// An Alert is something that somebody should look at.
type Alert struct {
	Kind string         `json:"kind"` // angry, long-wait, engine-failed, service-level
	Call hotline.CallID `json:"call,omitempty"`
	Text string         `json:"text"` // in English; pages say it in their own words by kind
	At   time.Time      `json:"at"`   // since when

	Skill  string  `json:"skill,omitempty"`
	Value  float64 `json:"value,omitempty"`  // seconds of waiting, or the service level
	Engine string  `json:"engine,omitempty"` // that failed
}

// Kinds of alerts.
const (
	AlertAngry        = "angry"
	AlertLongWait     = "long-wait"
	AlertEngine       = "engine-failed"
	AlertServiceLevel = "service-level"
)

const (
	wallEvery   = 250 * time.Millisecond
	wallAgain   = 5 * time.Second // while times go on
	todayEvery  = time.Second
	engineFor   = 10 * time.Minute // that a failed engine is told of
	maxFailures = 20
)

// wallState is what the wall remembers.
type wallState struct {
	mu     sync.Mutex
	last   Wall
	whole  []byte // as JSON
	still  []byte // without what changes with every moment
	today  []hotline.SkillStats
	asked  time.Time // when today was
	since  map[string]time.Time
	failed []Alert
}

// Observe takes the next event of the journal in, for the alerts.
func (s *Server) Observe(ev hotline.Event) {
	b, ok := ev.Body.(hotline.EngineFailed)
	if !ok {
		return
	}
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	s.board.failed = append(s.board.failed, Alert{Kind: AlertEngine, Call: ev.Call, Text: b.Engine + " failed; now " + b.Now, At: ev.At, Engine: b.Engine})
	if n := len(s.board.failed) - maxFailures; n > 0 {
		s.board.failed = s.board.failed[n:]
	}
}

func (s *Server) wall(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		whole, _, err := s.snapshot(r.Context())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		reply(w, json.RawMessage(whole))
		return
	}
	s.following(w, r, func(f follower) { s.followSocket(f, w, r, s.wallFeed(f.ctx)) })
}

// wallFeed is a snapshot whenever it has changed, at most one each wallEvery.
func (s *Server) wallFeed(ctx context.Context) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		tick := time.NewTicker(wallEvery)
		defer tick.Stop()
		var told []byte
		var at time.Time
		for {
			whole, still, err := s.snapshot(ctx)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if told == nil || string(still) != string(told) || time.Since(at) >= wallAgain {
				if told, at = still, time.Now(); !yield(json.RawMessage(whole), nil) {
					return
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

// snapshot is the wall now, made once for all who look within wallEvery; still is
// the same without what changes with every moment.
func (s *Server) snapshot(ctx context.Context) (whole, still []byte, err error) {
	b := &s.board
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.whole != nil && now.Sub(b.last.At) < wallEvery*9/10 {
		return b.whole, b.still, nil
	}
	v := Wall{At: now, Seq: s.cfg.Feed.Head(), Agents: orEmpty(s.cfg.Agents.Agents()), Places: []hotline.Place{}, CallBacks: []hotline.CallBack{}, Queues: []WallQueue{}}
	calls, err := s.cfg.Calls.Calls(ctx, hotline.CallQuery{State: "live", Limit: maxCalls})
	if err != nil {
		return nil, nil, err
	}
	v.Calls = orEmpty(calls)
	for i := range v.Agents {
		v.Agents[i].Skills = orEmpty(v.Agents[i].Skills)
	}
	if s.cfg.Presence != nil {
		v.Places, v.CallBacks = orEmpty(s.cfg.Presence.Places()), orEmpty(s.cfg.Presence.CallBacks())
	}
	if s.cfg.Reports != nil && now.Sub(b.asked) >= todayEvery {
		y, m, d := now.Date()
		if b.today, err = s.cfg.Reports.Skills(ctx, time.Date(y, m, d, 0, 0, 0, 0, now.Location()), s.cfg.ServiceLevel.Within); err != nil {
			return nil, nil, err
		}
		b.asked = now
	}
	v.Queues = queuesOf(s.cfg.Agents.Queues(), b.today)
	v.Alerts = b.alerts(&v, s.cfg.ServiceLevel.Goal, s.cfg.LongWait)
	whole, err = json.Marshal(v)
	if err != nil {
		return nil, nil, err
	}
	quiet := v
	quiet.At, quiet.Seq, quiet.Places = time.Time{}, 0, timeless(v.Places)
	quiet.Queues = slices.Clone(v.Queues)
	for i := range quiet.Queues {
		quiet.Queues[i].LongestMs = 0
	}
	quiet.Alerts = slices.Clone(v.Alerts)
	for i := range quiet.Alerts {
		quiet.Alerts[i].Value, quiet.Alerts[i].Text = 0, ""
	}
	if still, err = json.Marshal(quiet); err != nil {
		return nil, nil, err
	}
	b.last, b.whole, b.still = v, whole, still
	return whole, still, nil
}

// queuesOf joins what goes on with what was today, by name.
func queuesOf(now []hotline.QueueStatus, today []hotline.SkillStats) []WallQueue {
	all := []WallQueue{}
	for _, q := range now {
		all = append(all, WallQueue{QueueStatus: q, ServiceLevel: 1})
	}
	for _, t := range today {
		i := slices.IndexFunc(all, func(q WallQueue) bool { return q.Skill == t.Skill })
		if i < 0 {
			all = append(all, WallQueue{QueueStatus: hotline.QueueStatus{Skill: t.Skill}})
			i = len(all) - 1
		}
		all[i].ServiceLevel, all[i].Offered, all[i].Answered, all[i].Abandoned = t.ServiceLevel, t.Offered, t.Answered, t.Abandoned
	}
	return all
}

// alerts is what somebody should look at, the longest standing first. b.mu is
// held.
func (b *wallState) alerts(v *Wall, goal float64, longWait time.Duration) []Alert {
	all := []Alert{}
	now := map[string]time.Time{}
	add := func(key string, at time.Time, a Alert) {
		if was, ok := b.since[key]; ok {
			at = was
		}
		now[key], a.At = at, at
		all = append(all, a)
	}
	for _, c := range v.Calls {
		if (hotline.Emotion{Name: c.Emotion, Score: 1}).Heat() == 1 {
			add(AlertAngry+string(c.ID), v.At, Alert{Kind: AlertAngry, Call: c.ID, Text: "the caller is " + c.Emotion})
		}
	}
	for _, p := range v.Places {
		if waited := p.WaitedMs.Duration(); p.Agent == "" && !p.CallBack && waited >= longWait {
			add(AlertLongWait+string(p.Call), v.At, Alert{Kind: AlertLongWait, Call: p.Call, Skill: p.Skill, Value: waited.Round(time.Second).Seconds(),
				Text: fmt.Sprintf("waits for %s for %s", p.Skill, waited.Round(time.Second))})
		}
	}
	for _, q := range v.Queues {
		if q.Offered > 0 && q.ServiceLevel < goal {
			add(AlertServiceLevel+q.Skill, v.At, Alert{Kind: AlertServiceLevel, Skill: q.Skill, Value: q.ServiceLevel,
				Text: fmt.Sprintf("service level of %s is %.0f %%, below %.0f %%", q.Skill, 100*q.ServiceLevel, 100*goal)})
		}
	}
	for _, f := range b.failed {
		if v.At.Sub(f.At) < engineFor {
			all = append(all, f)
		}
	}
	b.since = now
	slices.SortStableFunc(all, func(x, y Alert) int { return x.At.Compare(y.At) })
	return all
}
