package call

import (
	"cmp"

	"hotline"
)

// second is whom the agent asks while the caller hears music, and who may then
// have the caller, or talk with both.
type second struct {
	asking bool // the caller hears music
	asked  bool // the desk looks for one
	ask    int
	party  Party // 0 until somebody is called
	agent  hotline.AgentID
	number string
	up     bool
	page   bool // theirs may be back if it is lost
}

func (c *second) there() bool { return c.asking || c.party != 0 }

// consult asks the desk for somebody, or calls them.
func (m *Machine) consult(in Ordered, w hotline.Whom) error {
	switch {
	case m.phase != Agent:
		return conflict("nobody_has", "no agent has the caller")
	case m.second.there():
		return conflict("asking", "somebody is asked already")
	}
	if w.Agent != "" {
		return m.seize(in, w.Agent, "")
	}
	m.consulting(w)
	if w.Number != "" {
		m.callSecond(second{number: w.Number})
		return nil
	}
	m.asks++
	m.second.asked, m.second.ask = true, m.asks
	t := m.ticketFor(w.Skill, hotline.Brief{})
	m.do(Set{ConsultLimit, m.at + m.Limits.Consult}, Enqueue{m.asks, t})
	return nil
}

// consulting begins it: the caller hears music.
func (m *Machine) consulting(w hotline.Whom) {
	m.second = second{asking: true}
	m.held = false
	m.arrange()
	m.emitAbout(m.person.party, hotline.ConsultStarted{By: m.person.agent, Skill: w.Skill, Agent: w.Agent, Number: w.Number})
}

// secondFound is the desk's answer.
func (m *Machine) secondFound(in Got) {
	m.second.asked = false
	m.do(Clear{ConsultLimit})
	if in.Err != nil {
		m.endSecond(hotline.NoAgent, "")
		return
	}
	m.callSecond(second{agent: in.Agent})
}

// callSecond calls them. They and the agent may hear each other once they are
// there.
func (m *Machine) callSecond(c second) {
	c.asking, c.party = true, m.next()
	m.second = c
	m.arrange()
	if c.agent != "" {
		m.pop(c.party, c.agent)
	} else {
		m.emitAbout(c.party, hotline.Offered{Number: c.number})
	}
	m.do(Dial{Party: c.party, Whom: Callee{Call: m.Call, Agent: c.agent, Number: c.number}})
}

func (m *Machine) secondUp(page bool) {
	m.second.up, m.second.page = true, page
	m.emitAbout(m.second.party, hotline.AgentJoined{Agent: m.second.agent, Number: m.second.number, As: hotline.AsConsulted})
}

// isSecond reports whether a person is whom the agent asks, or who talks with both.
func (m *Machine) isSecond(by hotline.Person) bool {
	return m.second.up && by.Agent != "" && by.Agent == m.second.agent
}

// secondGone gives the agent the caller back, if they do not talk already.
func (m *Machine) secondGone(reason string) {
	if m.second.asking {
		m.endSecond(reason, reason)
		return
	}
	m.dropSecond(reason)
}

// endSecond ends the consultation; how is told.
func (m *Machine) endSecond(how, reason string) {
	m.dropSecond(reason)
	m.arrange()
	m.emitAbout(m.person.party, hotline.ConsultEnded{How: how})
}

// dropSecond lets go of the second party, if there is one.
func (m *Machine) dropSecond(reason string) {
	c := m.second
	if !c.there() {
		return
	}
	if c.asked {
		m.do(Leave{}, Clear{ConsultLimit})
	}
	m.second = second{}
	if c.party == 0 {
		return
	}
	m.arrange()
	m.emitAbout(c.party, hotline.AgentLeft{Agent: c.agent, Number: c.number, Reason: reason, Still: m.person.who()})
	m.do(Part{c.party, reason})
	m.release(c.agent, c.up, reason)
}

// endConsult does what the agent wants after it, or after all three have talked:
// then one of the two who are not the caller goes.
func (m *Machine) endConsult(how string) error {
	switch {
	case !m.second.there(), how == hotline.ConsultJoin && !m.second.asking:
		return conflict("nobody_asked", "nobody is asked")
	case how == hotline.ConsultCancel && m.second.asking:
		m.endSecond(how, hotline.ECancelled)
		return nil
	case how == hotline.ConsultCancel:
		m.dropSecond(hotline.ECancelled)
		return nil
	case !m.second.up:
		return conflict("not_yet", "whom you ask has not answered yet")
	case how == hotline.ConsultJoin:
		m.second.asking = false
		m.arrange()
		m.emitAbout(m.person.party, hotline.ConsultEnded{How: how})
		return nil
	case how == hotline.ConsultComplete:
		m.secondTakes("transferred")
		return nil
	}
	return &hotline.Error{Op: "consult", Code: hotline.EInvalid, Message: "how must be complete, cancel or join"}
}

// secondTakes gives the second party the caller, and lets the agent go, who may
// have gone already.
func (m *Machine) secondTakes(reason string) {
	c, asking := m.second, m.second.asking
	to := cmp.Or(string(c.agent), c.number)
	m.emitAbout(m.person.party, hotline.Transferred{To: to, Reason: "consult"})
	m.second = second{}
	m.handTo(person{agent: c.agent, number: c.number, party: c.party, reloads: c.page}, reason)
	if asking {
		m.emitAbout(c.party, hotline.ConsultEnded{How: hotline.ConsultComplete})
	}
}

// handTo gives the caller to one who is on the call, in the place of the agent.
func (m *Machine) handTo(to person, reason string) {
	p := &m.person
	was := *p
	p.there, p.joined, p.silent, p.cutOff = true, true, false, 0
	p.agent, p.number, p.user, p.party, p.reloads = to.agent, to.number, to.user, to.party, to.reloads
	m.held = false
	m.do(Clear{AgentLost})
	m.arrange()
	m.emitAbout(was.party, hotline.AgentLeft{Agent: was.agent, Number: cmp.Or(was.number, was.user), Reason: reason, Still: p.who()})
	m.do(Part{was.party, reason})
	m.release(was.agent, true, reason)
}
