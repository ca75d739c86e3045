package call

import (
	"hotline"
	"hotline/dialog"
)

// bridged is the call while caller and agent talk. Both are still recognised.
func (m *Machine) bridged(in Input) {
	p := &m.person
	switch in := in.(type) {
	case Gone:
		if in.From == p.party {
			m.agentGone(in.Reason)
		}
	case Hold:
		m.holdBridged(in)
	case Played:
		if in.Err != nil {
			m.emitAbout(in.Play.To, hotline.EngineFailed{Engine: in.Engine, Error: in.Err.Error(), Now: "a tone"})
		}
	case Fired:
		if in.Timer == AgentLost && p.silent {
			m.agentGone(hotline.MediaLost)
		}
	default:
		m.meanwhile(in)
	}
}

// holdBridged plays music to the one who is left waiting.
func (m *Machine) holdBridged(in Hold) {
	switch in.From {
	case TheCaller:
		if m.onHold == in.On {
			return
		}
		m.onHold = in.On
	case m.person.party:
		if m.held == in.On || m.second.asking {
			return
		}
		m.held = in.On
	default:
		return
	}
	m.arrange()
	m.emitAbout(in.From, hotline.Hold{On: in.On})
}

// agentGone is for a caller whose agent has left. One whose agent may be back is
// kept for them; somebody else who talks with the caller has them from now on; one
// whose agent was lost, and has not hung up, goes to the next; the others are taken
// back by the bot.
func (m *Machine) agentGone(reason string) {
	switch {
	case m.mayReload(reason):
		m.keepForAgent()
		return
	case m.second.up:
		m.secondTakes(reason)
		return
	case m.breaksIn() != nil:
		m.watcherTakes(m.breaksIn(), reason)
		return
	}
	m.dropSecond(reason)
	m.agentLeft(reason, reason)
	if len(m.bot.prompts) > 0 {
		m.drop()
	}
	if m.Final && reason == hotline.AgentHangup {
		m.end(hotline.Completed, hotline.AgentHangup)
		return
	}
	m.phase = Bot
	switch {
	case reason != hotline.AgentHangup:
		m.lostAgent(reason)
	case m.failed || m.deaf:
		m.goodbye(hotline.Completed, reason, m.phrases().NoOne)
	default:
		m.giveBot(dialog.Turn{Kind: dialog.Returned, Reason: reason})
	}
}
