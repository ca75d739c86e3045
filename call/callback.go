package call

import (
	"errors"

	"hotline"
	"hotline/dialog"
)

// keepKey is what a waiting caller presses to be called back.
const keepKey = '1'

// A Return is what a call out to somebody is about who would rather be called
// than wait. The caller's leg is theirs.
type Return struct {
	Call  hotline.CallID  // in which they asked for it
	Agent hotline.AgentID // whose turn has come, leased by the desk
	Skill string
	Brief hotline.Brief
}

// instead offers a waiting caller to be called back.
func instead(language string) string {
	if language == "zh" {
		return "如果您希望我们给您回电，请按1，您的位置会保留。"
	}
	return " If you would rather be called back, press 1. You keep your place."
}

// chooses reports whether a caller who waits asks to be called back.
func (m *Machine) chooses(k Key) bool {
	return m.MayKeep && k.From == TheCaller && k.Key == keepKey && m.person.asked && !m.person.there
}

// kept ends the call of a caller who is called back.
func (m *Machine) kept(err error) {
	if err != nil {
		m.house(m.phrases().NotKept)
		return
	}
	p := &m.person
	b := p.brief
	m.complete(&b)
	b.Said = nil // it stands in this call
	m.emit(hotline.CallBackAsked{Skill: p.ticket.Skill, Brief: b})
	m.goodbye(hotline.Completed, hotline.CalledBack, m.phrases().Kept)
}

// giveBack brings somebody who is called back to the agent whose turn has come.
func (m *Machine) giveBack() {
	r := m.Return
	m.await(dialog.Transfer{Skill: r.Skill, Reason: hotline.CalledBack, Brief: r.Brief})
	m.emit(hotline.Queued{Skill: r.Skill, Reason: hotline.CalledBack})
	m.arrange()
	m.do(Set{Still, m.at + m.Limits.Still}, Set{QueueLimit, m.at + m.Limits.Queue})
	m.house(m.phrases().Back)
	m.offer(r.Agent)
}

// keep asks the desk to keep the caller's place. The answer is taken before any
// other input, so nobody is found for them in between.
func (s *Session) keep(c Keep) {
	err := errors.New("the desk keeps no places")
	if k, ok := s.Desk.(Keeper); ok {
		err = k.CallBack(c.Ticket, s.Caller.Info().From)
	}
	s.later = append(s.later, Kept{err})
}
