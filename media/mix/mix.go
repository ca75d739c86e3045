// Package mix lets the parties of a call hear each other: every party hears the
// sum of those who are routed to it, and never itself.
//
// Each Party is the Sink for what it says and the Source of what it hears, and
// runs on the pacer of its own leg. Pacers tick at the same rate but not at the
// same moment, so between every two parties there is a short queue. It begins
// to play with two frames in it, which absorbs a tick that comes early or late,
// and it never grows: what would make a party hear another more than 80 ms
// late, or more than 40 ms late for a whole second, is dropped. Nothing here
// blocks on another party, starts a goroutine or allocates for a frame.
//
// Who hears whom is set by name, before or after the parties join, so that
// nobody ever hears a word that they should not:
//
//	m := mix.New()
//	m.Route("whisper", "agent", true) // for the agent's ear only
//	agent, whisper := m.Join("agent"), m.Join("whisper")
//	...
//	m.Route("caller", "agent", true)
//	m.Route("agent", "caller", true)
//	caller := m.Join("caller")
package mix

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"hotline/media"
)

// A Mixer joins any number of parties. Its methods, and those of its parties,
// may be called from any goroutine.
type Mixer struct {
	mu      sync.Mutex // held for no longer than it takes to copy a frame to each listener
	routes  map[[2]string]bool
	parties []*Party
}

// New returns a Mixer in which nobody hears anybody.
func New() *Mixer { return &Mixer{routes: map[[2]string]bool{}} }

// Route lets party to hear party from, or no longer. Neither need have joined.
// What was on its way when a route is taken away is not heard.
func (m *Mixer) Route(from, to string, on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if on {
		m.routes[[2]string{from, to}] = true
	} else {
		delete(m.routes, [2]string{from, to})
	}
	m.connect()
}

// Join adds a party. It panics if the name is taken: names are the program's,
// not the callers'.
func (m *Mixer) Join(name string) *Party {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.parties, func(p *Party) bool { return p.name == name }) {
		panic(fmt.Sprintf("mix: there is a party %q already", name))
	}
	p := &Party{m: m, name: name}
	m.parties = append(m.parties, p)
	m.connect()
	return p
}

// connect gives every party the queues that the routes ask for, keeping those
// that it has.
func (m *Mixer) connect() {
	for _, to := range m.parties {
		hears := make([]*queue, 0, len(m.parties))
		for _, from := range m.parties {
			if from == to || !m.routes[[2]string{from.name, to.name}] {
				continue
			}
			i := slices.IndexFunc(to.hears, func(q *queue) bool { return q.from == from })
			if i >= 0 {
				hears = append(hears, to.hears[i])
			} else {
				hears = append(hears, &queue{from: from, to: to})
			}
		}
		to.hears = hears
	}
	for _, from := range m.parties {
		from.heardBy = from.heardBy[:0]
		for _, to := range m.parties {
			for _, q := range to.hears {
				if q.from == from {
					from.heardBy = append(from.heardBy, q)
				}
			}
		}
	}
}

// A Party is a member of a Mixer.
type Party struct {
	m       *Mixer
	name    string
	hears   []*queue
	heardBy []*queue
	at      time.Duration // of the next read
	dropped int
}

// WriteFrame gives f to all who hear p. It implements media.Sink.
func (p *Party) WriteFrame(f media.Frame) {
	p.m.mu.Lock()
	defer p.m.mu.Unlock()
	for _, q := range p.heardBy {
		q.push(&f)
	}
}

// ReadFrame returns the saturated sum of what p hears; false if that is
// nothing. Its media time counts the reads. It implements media.Source.
func (p *Party) ReadFrame() (media.Frame, bool) {
	f := media.Frame{}
	p.m.mu.Lock()
	defer p.m.mu.Unlock()
	f.At = p.at
	p.at += media.FrameDur
	heard := 0
	for _, q := range p.hears {
		if g := q.pop(); g != nil {
			if heard++; heard == 1 {
				f.PCM = g.PCM
			} else {
				Add(&f, g)
			}
		}
	}
	return f, heard > 0
}

// Leave takes p out: nobody hears it any more, nor it anybody. Its frames go
// nowhere from then on. The routes of its name stay, for one who joins with the
// same name later.
func (p *Party) Leave() {
	m := p.m
	m.mu.Lock()
	defer m.mu.Unlock()
	m.parties = slices.DeleteFunc(m.parties, func(q *Party) bool { return q == p })
	p.hears, p.heardBy = nil, nil
	m.connect()
}

// Dropped is how many frames p did not hear because its pacer, or another's,
// was late.
func (p *Party) Dropped() int {
	p.m.mu.Lock()
	defer p.m.mu.Unlock()
	return p.dropped
}
