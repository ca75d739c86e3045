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
	other := m.person.party
	switch in.From {
	case TheCaller:
		if m.onHold == in.On {
			return
		}
		m.onHold = in.On
	case m.person.party:
		other = TheCaller
	default:
		return
	}
	m.emitAbout(in.From, hotline.Hold{On: in.On})
	m.do(Music{other, in.On})
}

// agentGone takes the caller back when the agent has left.
func (m *Machine) agentGone(reason string) {
	m.do(Music{TheCaller, false})
	m.agentLeft(reason, reason)
	if m.Final && reason == hotline.AgentHangup {
		m.end(hotline.Completed, hotline.AgentHangup)
		return
	}
	m.phase = Bot
	if m.failed || m.deaf {
		m.goodbye(hotline.Completed, reason, m.phrases().NoOne)
		return
	}
	m.think(dialog.Turn{Kind: dialog.Returned, Reason: reason})
}
