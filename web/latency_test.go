package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
	"hotline/acd"
	"hotline/auth"
	"hotline/journal"
	"hotline/store"
	"hotline/store/sqlite"
	"hotline/web"
)

// BenchmarkEventToBrowser is how long an event takes from Append to an agent's
// browser, over the real journal, database, desk, sign-in and HTTP, while 100
// other calls go on with 5 events a second each, 20 agents are at their desks and
// a wall is watched. The goal is 100 ms for 95 of 100 events.
func BenchmarkEventToBrowser(b *testing.B) {
	const agents, calls = 20, 100
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), store.Database))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	j, err := journal.Open(b.Context(), db, journal.Config{})
	if err != nil {
		b.Fatal(err)
	}
	var people []hotline.Agent
	for i := range agents {
		people = append(people, hotline.Agent{ID: hotline.AgentID(fmt.Sprint("agent-", i)), Skills: []string{"care"}})
	}
	pulse := &web.Pulse{}
	desk, err := acd.New(acd.Config{Agents: people, Changed: pulse.Beat})
	if err != nil {
		b.Fatal(err)
	}
	defer desk.Close()
	users, err := auth.Open(b.Context(), filepath.Join(b.TempDir(), auth.Database), auth.Config{Cost: auth.Cost{Memory: 64, Passes: 1, Threads: 1}})
	if err != nil {
		b.Fatal(err)
	}
	defer users.Close()
	s := web.New(web.Config{Feed: j, Calls: j, Agents: desk, Presence: desk, Pulse: pulse, Remarks: j, Reports: db, Auth: users, Ready: j.Ready})
	ln, err := web.Listen(b.Context(), "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Serve(ctx, ln, 5*time.Second); err != nil {
			b.Error(err)
		}
	})
	wg.Go(func() {
		if err := j.ConsumePages(ctx, sqlite.IndexName, func(page []hotline.Event) (uint64, error) { return db.Index(ctx, page) }); err != nil && ctx.Err() == nil {
			b.Error(err)
		}
	})
	open := func(path string, role hotline.Role, agent hotline.AgentID) *websocket.Conn {
		b.Helper()
		token, err := users.AddToken(b.Context(), hotline.Identity{}, hotline.Token{Name: "test " + string(agent), Role: role, Agent: agent})
		if err != nil {
			b.Fatal(err)
		}
		c, _, err := websocket.DefaultDialer.Dial("ws://"+ln.Addr().String()+"/api/v1/"+path, http.Header{"Authorization": {"Bearer " + token.Secret}})
		if err != nil {
			b.Fatal(err)
		}
		return c
	}
	var socks []*websocket.Conn
	drain := func(c *websocket.Conn) {
		socks = append(socks, c)
		wg.Go(func() {
			for {
				if _, _, err := c.NextReader(); err != nil {
					return
				}
			}
		})
	}
	drain(open("wall", hotline.RoleSupervisor, ""))
	for i := 1; i < agents; i++ {
		drain(open("desk", hotline.RoleAgent, people[i].ID))
	}
	for i := range calls { // each with an agent but our own
		id := hotline.CallID(fmt.Sprint("call-", i))
		j.Append(hotline.Event{Call: id, Body: hotline.CallStarted{Direction: "in", From: fmt.Sprint(i)}})
		j.Append(hotline.Event{Call: id, Body: hotline.AgentJoined{Agent: people[1+i%(agents-1)].ID}})
		wg.Go(func() {
			t := time.NewTicker(200 * time.Millisecond)
			defer t.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-t.C:
					j.Append(hotline.Event{Call: id, Body: hotline.Heard{Who: "caller", Text: "where is my order four five seven one", Language: "en"}})
				}
			}
		})
	}
	mine := open("desk", hotline.RoleAgent, people[0].ID)
	socks = append(socks, mine)
	j.Append(hotline.Event{Call: "mine", Body: hotline.CallStarted{Direction: "in", From: "me"}})
	j.Append(hotline.Event{Call: "mine", Body: hotline.Popped{Agent: people[0].ID}})

	var mu sync.Mutex
	sent := map[uint64]time.Time{}
	var took []time.Duration
	next := func() {
		for {
			var m struct{ Event *json.RawMessage }
			if err := mine.ReadJSON(&m); err != nil {
				b.Fatal(err)
			}
			at := time.Now()
			if m.Event == nil {
				continue
			}
			var ev struct {
				Seq  uint64
				Kind string
			}
			if err := json.Unmarshal(*m.Event, &ev); err != nil {
				b.Fatal(err)
			}
			if ev.Kind != "key" {
				continue
			}
			mu.Lock()
			took = append(took, at.Sub(sent[ev.Seq]))
			mu.Unlock()
			return
		}
	}
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for b.Loop() {
		mu.Lock()
		began := time.Now()
		ev := j.Append(hotline.Event{Call: "mine", Body: hotline.Key{Key: "1"}})
		sent[ev.Seq] = began
		mu.Unlock()
		next()
		<-pace.C
	}
	b.StopTimer()
	stop()
	for _, c := range socks {
		c.Close()
	}
	wg.Wait()
	if err := j.Close(context.Background()); err != nil {
		b.Error(err)
	}
	slices.Sort(took)
	at := func(p int) float64 { return float64(took[(len(took)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(95), "p95-ms")
	b.ReportMetric(at(99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}
