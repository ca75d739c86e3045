package call

import (
	"errors"

	"hotline"
	"hotline/dialog"
)

var errSlow = errors.New("no answer in time")

// rescue is for a caller whom the bot cannot serve any more: they hear so and
// go to a person. If that has been tried, they hear a clear goodbye.
func (m *Machine) rescue(engine string, err error, words dialog.Say) {
	b := &m.bot
	_, leaving := b.then.(leave)
	_, going := b.then.(*dialog.Transfer)
	m.flushHeard()
	ev := hotline.EngineFailed{Engine: engine, Error: err.Error(), Now: "a person"}
	switch {
	case leaving, m.failed && going: // the end is near already
		ev.Now = "nothing"
		m.emit(ev)
		m.noMore() // nobody waits for what else the dialog may say
		m.settle()
	case m.failed:
		ev.Now = "goodbye"
		m.emit(ev)
		m.goodbye(hotline.Failed, hotline.NoAgent, m.phrases().NoOne)
	default:
		m.failed = true
		m.emit(ev)
		t := &dialog.Transfer{Skill: m.Skill, Reason: engine + " failed"}
		if going {
			t = b.then.(*dialog.Transfer)
		}
		m.handOver(words, t)
	}
}

// handOver leaves the dialog, says why and goes on to a person.
func (m *Machine) handOver(words dialog.Say, t *dialog.Transfer) {
	b := &m.bot
	m.flushHeard()
	m.leftover()
	b.said, b.keys = utterance{}, ""
	m.drop()
	b.turn++
	b.floor = BotTalking
	m.house(words)
	b.then, b.sure = t, true
}
