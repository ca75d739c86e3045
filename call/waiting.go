package call

import (
	"cmp"
	"maps"
	"slices"

	"hotline"
	"hotline/dialog"
)

// person is the way to a person, and the person.
type person struct {
	ticket hotline.Ticket
	brief  hotline.Brief
	ask    int             // how often the desk was asked
	asked  bool            // it is looking for one
	agent  hotline.AgentID // offered, or joined
	party  Party           // theirs
	joined bool
	offers int // phones rung for this ticket
	silent bool
	// What the bot has understood so far, for the brief.
	intent  string
	emotion hotline.Emotion
	slots   map[string]string
}

// understood keeps what an agent should know.
func (p *person) understood(u dialog.Understood) {
	p.intent = cmp.Or(u.Intent, p.intent)
	if u.Emotion.Name != "" {
		p.emotion = u.Emotion
	}
	if len(u.Slots) > 0 {
		if p.slots == nil {
			p.slots = map[string]string{}
		}
		maps.Copy(p.slots, u.Slots)
	}
}

// enqueue asks the desk for a person.
func (m *Machine) enqueue(t dialog.Transfer) {
	p := &m.person
	m.leftover()
	m.bot.floor = Nobody
	m.bot.said, m.bot.keys, m.bot.sure = utterance{}, "", false
	m.do(Clear{NoInput}, Clear{EndOfTurn}, Clear{KeyGap}, Clear{Filler}, Clear{Patience}, Clear{BargeIn}, Clear{CarryOn})
	m.phase = Waiting
	p.offers = 0
	emotion := p.emotion
	if t.Brief.Emotion.Name != "" {
		emotion = t.Brief.Emotion
	}
	p.ticket = hotline.Ticket{Call: m.Call, Skill: t.Skill, Language: m.Language, Heat: emotion.Heat()}
	p.brief = t.Brief
	p.brief.Whisper = cmp.Or(t.Brief.Whisper, t.Brief.Reason, m.phrases().Whisper.Text)
	p.brief.Reason = cmp.Or(t.Brief.Reason, t.Reason)
	m.emit(hotline.Queued{Skill: t.Skill, Reason: t.Reason})
	m.do(Music{TheCaller, true}, Set{Still, m.at + m.Limits.Still}, Set{QueueLimit, m.at + m.Limits.Queue})
	m.ask()
}

func (m *Machine) ask() {
	p := &m.person
	p.asked = true
	p.ask++
	m.do(Enqueue{p.ask, p.ticket})
}

// waiting is the call in a queue, and while an agent's phone rings.
func (m *Machine) waiting(in Input) {
	p := &m.person
	switch in := in.(type) {
	case Got:
		p.asked = false
		if in.Err != nil {
			m.comeBack(hotline.NoAgent)
			return
		}
		m.offer(in.Agent)
	case Up:
		if in.From != p.party || p.agent == "" {
			return
		}
		if p.brief.Whisper == "" {
			m.join()
			return
		}
		m.playing++
		m.do(Play{To: p.party, Turn: m.bot.turn, House: true,
			Say: dialog.Say{Text: p.brief.Whisper, Language: p.brief.Language, Prompt: "house.whisper"}})
	case Played:
		if in.Err != nil {
			m.emitAbout(in.Play.To, hotline.EngineFailed{Engine: in.Engine, Error: in.Err.Error(), Now: "a tone"})
		}
		if in.Play.To == p.party && p.agent != "" {
			m.join() // the whisper is over
		}
	case Gone:
		if in.From == p.party && p.agent != "" {
			m.missed(in.Reason)
		}
	case Fired:
		switch {
		case in.Timer == QueueLimit:
			m.comeBack(hotline.NoAgent)
		case in.Timer == AgentLost && p.silent && p.agent != "":
			m.missed(hotline.MediaLost)
		case in.Timer == Still:
			m.do(Set{Still, m.at + m.Limits.Still})
			if p.agent == "" && len(m.bot.prompts) == 0 && !m.onHold {
				m.house(m.phrases().Still)
			}
		}
	default:
		m.meanwhile(in)
	}
}

// missed goes on after an agent whom the caller has not reached: to the next, or
// back to the bot after as many as a caller is made to wait for.
func (m *Machine) missed(reason string) {
	m.agentLeft(reason, reason)
	if m.person.offers >= m.Limits.Offers {
		m.comeBack(hotline.NoAgent)
		return
	}
	m.ask()
}

// meanwhile is what a caller may do while no bot listens.
func (m *Machine) meanwhile(in Input) {
	switch in := in.(type) {
	case Text:
		m.hears(in)
	case Speech:
		m.bot.speaking = in.On
		if in.On {
			m.bot.spokeAt = in.At
		} else {
			m.bot.quietAt = in.At
		}
	case Key:
		m.emitAbout(in.From, hotline.Key{Key: string(in.Key)})
	case Deaf:
		if in.From == TheCaller {
			m.deaf = true
		}
		m.emitAbout(in.From, hotline.EngineFailed{Engine: in.Engine, Error: in.Err.Error(), Now: "no transcript"})
	case Hold:
		if in.From == TheCaller && in.On != m.onHold {
			m.onHold = in.On
			m.emit(hotline.Hold{On: in.On})
		}
	case OperatorTransfer:
		if in.Skill == m.person.ticket.Skill {
			return
		}
		reason := cmp.Or(in.Reason, hotline.ByOperator)
		m.emit(hotline.Transferred{To: in.Skill, Reason: reason})
		m.unqueue(hotline.ByOperator)
		m.enqueue(dialog.Transfer{Skill: in.Skill, Reason: reason, Brief: m.person.brief})
	}
}

// offer shows the agent who is calling, then rings their phone.
func (m *Machine) offer(a hotline.AgentID) {
	p := &m.person
	p.agent, p.joined, p.silent = a, false, false
	p.party++
	p.offers++
	b := &p.brief
	b.Call, b.From, b.Skill = m.Call, m.from, p.ticket.Skill
	b.Language = cmp.Or(b.Language, m.Language)
	b.Intent = cmp.Or(b.Intent, p.intent)
	if b.Emotion.Name == "" {
		b.Emotion = p.emotion
	}
	if len(p.slots) > 0 {
		slots := maps.Clone(p.slots)
		maps.Copy(slots, b.Slots)
		b.Slots = slots
	}
	b.Said = slices.Clone(m.lines)
	m.emitAbout(p.party, hotline.Popped{Agent: a, Brief: *b})
	m.emitAbout(p.party, hotline.Offered{Agent: a})
	m.do(Dial{p.party, a})
}

// join lets the two hear each other.
func (m *Machine) join() {
	p := &m.person
	m.phase = Agent
	p.joined = true
	if len(m.bot.prompts) > 0 {
		m.drop()
	}
	m.do(Clear{Still}, Clear{QueueLimit}, Music{TheCaller, false}, Bridge{p.party, true})
	m.emitAbout(p.party, hotline.AgentJoined{Agent: p.agent})
}

// agentLeft is the end of an agent's part in the call. hangup is what their
// phone is told, if it is still there.
func (m *Machine) agentLeft(reason, hangup string) {
	p := &m.person
	a, joined := p.agent, p.joined
	p.agent, p.joined = "", false
	m.do(Clear{AgentLost})
	if joined {
		m.do(Bridge{p.party, false})
	}
	m.emitAbout(p.party, hotline.AgentLeft{Agent: a, Reason: reason})
	m.do(Part{p.party, hangup})
	m.release(a, joined, reason)
}

// unqueue gives up waiting, and lets go of the agent if there is one.
func (m *Machine) unqueue(reason string) {
	p := &m.person
	if m.phase == Waiting {
		m.do(Clear{Still}, Clear{QueueLimit}, Music{TheCaller, false})
		if len(m.bot.prompts) > 0 {
			m.drop()
		}
	}
	if p.asked {
		p.asked = false
		m.do(Leave{})
	}
	if p.agent != "" {
		m.agentLeft(reason, reason)
	}
}

// comeBack returns the caller to the bot, who says why. A bot that can only
// send them back again, or has failed, is spared them.
func (m *Machine) comeBack(reason string) {
	m.unqueue(reason)
	m.phase = Bot
	m.bot.returns++
	if m.failed || m.deaf || m.bot.returns > m.Limits.Returns {
		m.goodbye(hotline.Failed, reason, m.phrases().NoOne)
		return
	}
	m.think(dialog.Turn{Kind: dialog.Returned, Reason: reason})
}
