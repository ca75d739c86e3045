package call

import (
	"cmp"

	"hotline"
	"hotline/dialog"
)

// This file is about an agent whose line is gone, though they have not hung up.
// A browser may be back at once: its page was loaded again, or crashed. So the
// caller is told, hears music, and is kept for the agent for Limits.Reload, with
// the lease of the desk. Whoever talks with the caller already has them instead.

// mayReload reports whether an agent who is gone may be back.
func (m *Machine) mayReload(reason string) bool {
	p, c := &m.person, &m.second
	return reason == hotline.MediaLost && p.reloads && p.agent != "" && (c.asking || !c.up) && m.breaksIn() == nil
}

// keepForAgent calls the agent's browser again. Whom they asked did not talk with
// the caller, and is let go.
func (m *Machine) keepForAgent() {
	p := &m.person
	was, talked := p.party, m.phase == Agent
	if talked {
		m.phase = Waiting
	}
	if m.second.there() {
		m.endSecond(hotline.MediaLost, hotline.MediaLost)
	}
	p.lost, p.silent, p.party = true, false, m.next()
	m.do(Clear{AgentLost})
	m.arrange()
	m.emitAbout(was, hotline.AgentLost{Agent: p.agent})
	m.do(Part{was, hotline.MediaLost}, Set{Reload, m.at + m.Limits.Reload})
	m.do(Dial{Party: p.party, Whom: Callee{Call: m.Call, Agent: p.agent, Again: true}})
	if talked {
		m.waitForAgent()
	}
}

// waitForAgent tells the caller, who hears music until the agent is back.
func (m *Machine) waitForAgent() {
	if len(m.bot.prompts) > 0 {
		m.drop()
	}
	m.phase = Waiting
	m.arrange()
	if !m.onHold { // they would not hear it
		m.house(m.phrases().CutOff)
	}
}

// reloaded is the agent on the line again, as it was: a caller on hold stays so.
func (m *Machine) reloaded() {
	p := &m.person
	p.lost = false
	m.do(Clear{Reload})
	waited := m.phase == Waiting
	if waited {
		m.phase = Agent
		if len(m.bot.prompts) > 0 {
			m.drop()
		}
	}
	m.arrange()
	m.emitAbout(p.party, hotline.AgentLost{Agent: p.agent, Back: true})
	if waited && m.lent {
		m.lent = false
		m.emitAbout(p.party, hotline.AgentJoined{Agent: p.agent, As: hotline.AsBack})
	}
	if m.held {
		m.emitAbout(p.party, hotline.Hold{On: true})
	}
}

// notReloaded gives up on the agent: the caller goes to the next.
func (m *Machine) notReloaded() {
	m.agentLeft(hotline.MediaLost, hotline.MediaLost)
	if m.phase == Waiting {
		m.enqueue(m.afterLost(hotline.MediaLost))
	}
}

// afterLost brings the caller to the next agent, before those who came later.
func (m *Machine) afterLost(reason string) dialog.Transfer {
	p := &m.person
	p.cutOff++
	return dialog.Transfer{Skill: cmp.Or(p.ticket.Skill, m.Skill), Reason: "the agent was cut off: " + reason, Brief: p.brief}
}

// lostAgent tells the caller at once that the line to the agent is gone.
func (m *Machine) lostAgent(reason string) {
	t := m.afterLost(reason)
	if m.onHold { // they would not hear it
		m.enqueue(t)
		return
	}
	m.cutOff = true // music until the words are there, however long that takes
	m.handOver(m.phrases().CutOff, &t)
}
