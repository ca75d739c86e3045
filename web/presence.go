package web

import (
	"net/http"
	"sync"
	"time"

	"hotline"
)

// Presence is the desk as agents work at it. Errors carry hotline.ENotFound and
// hotline.EInvalid.
type Presence interface {
	// Connect is one more browser window of an agent, who becomes as if they were
	// offline; gone is called when it is gone.
	Connect(id hotline.AgentID, as hotline.AgentState) (gone func(), err error)
	SetAway(id hotline.AgentID, why string) (hotline.AgentStatus, error)
	// WrapUp gives an agent who writes up a call more time, or none: with
	// hotline.EConflict if they write nothing up.
	WrapUp(id hotline.AgentID, more time.Duration) (hotline.AgentStatus, error)
	Places() []hotline.Place
	CallBacks() []hotline.CallBack
}

var errNoDesk = unavailable("desk", "there is no desk here")

// ofDesk is answering with a desk.
func (s *Server) ofDesk(f func(w http.ResponseWriter, r *http.Request) (any, error)) http.HandlerFunc {
	return s.answering(func(w http.ResponseWriter, r *http.Request) (any, error) {
		if s.cfg.Presence == nil {
			return nil, errNoDesk
		}
		return f(w, r)
	})
}

// A Pulse tells those who watch that something has changed. Safe for many
// goroutines; the zero Pulse is ready.
type Pulse struct {
	mu   sync.Mutex
	next chan struct{}
}

// Beat tells of a change. It does not block.
func (p *Pulse) Beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next != nil {
		close(p.next)
		p.next = nil
	}
}

// wait is closed at the next change.
func (p *Pulse) wait() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == nil {
		p.next = make(chan struct{})
	}
	return p.next
}
