package call

import (
	"hotline"
	"hotline/dialog"
)

// This file is about a caller whom an agent lends to the bot: "take the
// payment, then come back". The agent stays on the line, and neither hears nor
// is heard. When the bot is done, cannot go on, or wants to hand the caller to a
// person, the two talk again. An agent who does not wait is not called back: the
// caller goes to the next one.

// back is what follows a flow that an agent wanted.
type back struct{}

// lend gives the caller to the bot.
func (m *Machine) lend(o hotline.ToBot) error {
	p := &m.person
	switch {
	case o.Then != hotline.ThenAgent && o.Then != hotline.ThenEnd:
		return &hotline.Error{Op: "bot", Code: hotline.EInvalid, Message: "then must be agent or end"}
	case m.phase != Agent:
		return conflict("nobody_has", "no agent has the caller")
	case m.second.there():
		return conflict("asking", "somebody is asked: end that first")
	case m.failed || m.deaf:
		return conflict("bot_failed", "the bot cannot serve this caller any more")
	case m.onHold:
		return conflict("caller_holds", "the caller has put us on hold")
	}
	m.emitAbout(p.party, hotline.ReturnedToBot{Flow: o.Flow, Step: o.Step, By: p.agent, Then: o.Then}) // slots may be secret
	if len(m.bot.prompts) > 0 {
		m.drop()
	}
	m.held = false
	m.phase = Bot
	m.awaited = o.Then == hotline.ThenAgent
	if m.lent = m.awaited; !m.lent {
		m.agentLeft("returned-to-bot", hotline.AgentHangup)
	}
	m.arrange()
	m.think(dialog.Turn{Kind: dialog.Directed, Flow: o.Flow, Step: o.Step, Slots: o.Slots, Back: m.awaited})
	return nil
}

// lentGone is an agent who left while the bot had the caller: it finishes first,
// and they may be back before that.
func (m *Machine) lentGone(reason string) {
	switch {
	case m.person.lost:
		m.notReloaded()
	case m.mayReload(reason):
		m.keepForAgent()
	default:
		m.agentLeft(reason, reason)
	}
}

// rejoin gives the caller back.
func (m *Machine) rejoin() {
	p := &m.person
	m.awaited = false
	if !m.lent {
		m.enqueue(dialog.Transfer{Skill: p.ticket.Skill, Reason: "the bot is done", Brief: p.brief})
		return
	}
	m.leaveBot()
	if p.lost {
		m.waitForAgent()
		return
	}
	m.lent, m.phase = false, Agent
	m.arrange()
	m.emitAbout(p.party, hotline.AgentJoined{Agent: p.agent, Number: p.number, As: hotline.AsBack})
}
