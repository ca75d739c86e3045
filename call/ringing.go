package call

import (
	"hotline"
	"hotline/call/turn"
	"hotline/dialog"
)

// ringing is the call until the caller's leg is up.
func (m *Machine) ringing(in Input) {
	switch in := in.(type) {
	case Start:
		if m.Rules == (turn.Rules{}) {
			m.Rules = turn.Default
		}
		m.Limits.fill()
		if m.Language == "" {
			m.Language = "en"
		}
		m.from = in.Info.From
		started := hotline.CallStarted{Direction: "in", From: in.Info.From, To: in.Info.To, Remote: in.Info.Remote, Bot: in.Bot}
		if r := m.Return; r != nil {
			started.Direction, started.Returns, m.from = "out", r.Call, in.Info.To
		}
		m.emit(started)
		m.do(Answer{})
	case Key, Hold: // they know that they are answered before we do
		if len(m.early) < maxKeys {
			m.early = append(m.early, in)
		}
	case Up:
		m.phase = Bot
		m.emit(hotline.CallAnswered{})
		m.do(Set{CallLimit, m.at + m.Limits.Call})
		if m.Return != nil {
			m.giveBack()
		} else {
			m.think(dialog.Turn{Kind: dialog.Opening})
		}
		for _, in := range m.early {
			if m.ending == nil {
				m.anywhere(in)
			}
		}
		m.early = nil
	}
}
