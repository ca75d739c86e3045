package call

import (
	"cmp"
	"time"

	"hotline"
	"hotline/dialog"
)

// A leave is what follows the last prompt of a call.
type leave struct{ hotline.Outcome }

// gone says what it means that the caller's leg is gone.
func (m *Machine) gone(reason string) (hotline.Result, string) {
	l, leaving := m.bot.then.(leave)
	_, transfer := m.bot.then.(*dialog.Transfer)
	switch {
	case reason != hotline.CallerHangup && reason != hotline.ECancelled && reason != "":
		return hotline.Failed, reason
	case m.phase == Ringing:
		return hotline.Cancelled, hotline.CallerHangup
	case m.phase == Agent:
		return hotline.Completed, hotline.CallerHangup
	case leaving && l.Reason == hotline.CalledBack:
		return l.Result, l.Reason // they need not hear us out
	case leaving:
		return l.Result, hotline.CallerHangup
	case m.phase == Waiting, m.failed, transfer:
		return hotline.Abandoned, hotline.CallerHangup
	}
	return hotline.Completed, hotline.CallerHangup
}

// goodbye says the last words to the caller and ends the call.
func (m *Machine) goodbye(result hotline.Result, reason string, words dialog.Say) {
	if m.phase == Ringing || m.phase == Agent || m.onHold {
		m.end(result, reason)
		return
	}
	m.unqueue(reason)
	m.phase, m.cutOff = Bot, false
	m.flushHeard()
	m.drop()
	m.bot.turn++
	m.bot.floor = BotTalking
	m.house(words)
	m.bot.then, m.bot.sure = leave{hotline.Outcome{Result: result, Reason: reason}}, true
	m.do(Set{Farewell, m.at + m.Limits.Farewell})
}

// end begins the end of the call: what was being said is cut, and once it is
// known how much of it was heard, the call is over.
func (m *Machine) end(result hotline.Result, reason string) {
	m.ending = &hotline.Outcome{Result: result, Reason: reason}
	m.flushHeard()
	m.leftover()
	m.drop()
	if m.phase == Ringing && m.Return != nil {
		m.release(m.Return.Agent, false, reason)
	}
	m.do(Clear{Farewell}, Clear{CallLimit}, Clear{Lost}, Clear{AgentLost}, Clear{Drain})
	m.unqueue(reason)
	for len(m.watchers) > 0 {
		m.watcherGone(m.watchers[0].party, reason)
	}
	m.arrange()
	if m.playing > 0 {
		m.do(Set{LastReported, m.at + 100*time.Millisecond})
		return
	}
	m.finish()
}

// last waits for the report of a cut prompt.
func (m *Machine) last(in Input) {
	switch in := in.(type) {
	case Played:
		if m.playing <= 0 {
			m.do(Clear{LastReported})
			m.finish()
		}
	case Fired:
		if in.Timer == LastReported {
			m.finish()
		}
	default:
		m.ended(in)
	}
}

func (m *Machine) finish() {
	m.phase = Ended
	m.emit(hotline.CallEnded{Outcome: *m.ending, LengthMs: hotline.MsOf(m.at)})
	m.do(Hangup{cmp.Or(m.told, m.ending.Reason)})
}

var errEnding = conflict("ending", "the call is ending")

// ended gives back an agent who came too late.
func (m *Machine) ended(in Input) {
	switch in := in.(type) {
	case Got:
		m.release(in.Agent, false, m.ending.Reason)
		m.unanswered(in.Ask)
	case Ordered:
		m.reply(in.N, errEnding)
	case Joined:
		m.reply(in.N, errEnding)
	}
}

// unanswered replies to an order whose agent came too late.
func (m *Machine) unanswered(ask int) {
	if m.grab.on && ask == m.grab.ask {
		m.reply(m.grab.n, errEnding)
		m.grab = grab{}
	}
}

func (m *Machine) release(a hotline.AgentID, joined bool, reason string) {
	if a != "" {
		m.do(Release{a, joined, reason})
	}
}

// silence counts the time in which no packets come from a party.
func (m *Machine) silence(in Silent) {
	timer := Lost
	if in.From != TheCaller {
		if in.From != m.person.party || !m.person.there {
			return
		}
		timer = AgentLost
		m.person.silent = in.On
	} else {
		m.silent = in.On
	}
	m.emitAbout(in.From, hotline.Media{Silent: in.On})
	if in.On {
		m.do(Set{timer, m.at + m.Limits.Lost})
	} else {
		m.do(Clear{timer})
	}
}
