package acd

import (
	"fmt"
	"testing"
	"time"

	"hotline"
)

// crowd is a room with callers waiting and agents coming back all at once.
func crowd(callers, agents int) (*room, time.Time) {
	cfg := Config{}
	skills := []string{"billing", "sales", "repair", "orders", "returns", "technical", "legal", "other"}
	for i := range agents {
		cfg.Agents = append(cfg.Agents, hotline.Agent{ID: hotline.AgentID(fmt.Sprint(i)), Skills: []string{skills[i%8], skills[i*3%8], "en"}})
	}
	cfg.Start = hotline.AgentAway
	cfg.fill()
	now := time.Unix(0, 0)
	r, err := newRoom(cfg, now)
	if err != nil {
		panic(err)
	}
	for i := range callers {
		r.join(hotline.Ticket{Call: hotline.CallID(fmt.Sprint(i)), Skill: skills[i*7%8], Language: "en", Priority: i % 3, Heat: float64(i%10) / 10}, now)
	}
	for i, a := range r.agents {
		a.Hot = i % 5
		r.wish(a, hotline.AgentReady, "", now)
	}
	return r, now
}

// BenchmarkMatch is 200 agents who are ready at the same moment, and 1,000 who
// wait for them.
func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		r, now := crowd(1000, 200)
		b.StartTimer()
		r.match(now)
		b.StopTimer()
		if len(r.waiting) != 800 {
			b.Fatal(len(r.waiting), "wait")
		}
		b.StartTimer()
	}
}

// BenchmarkNext is one agent who takes the next of 1,000, 199 others at work:
// what each end of a call costs.
func BenchmarkNext(b *testing.B) {
	b.ReportAllocs()
	r, now := crowd(1000, 200)
	r.match(now)
	i := 0
	for b.Loop() {
		a := r.agents[i%len(r.agents)]
		i++
		c := a.lease.caller
		r.release(a, true, "", now)
		r.insert(r.caller(c.Ticket, now))
		r.tick(now)
		r.match(now)
		r.next()
	}
}

func BenchmarkForecast(b *testing.B) {
	r, now := crowd(1000, 200)
	r.match(now)
	for range enough {
		r.sample(anySkill, time.Minute)
	}
	for b.Loop() {
		r.forecast(now, len(r.waiting))
	}
}
