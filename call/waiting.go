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
	ticket  hotline.Ticket
	brief   hotline.Brief
	ask     int             // number of the question to the desk
	asked   bool            // it is looking for one
	there   bool            // somebody is offered the caller, or has them
	agent   hotline.AgentID // if it is one
	number  string          // if it is one outside
	user    string          // if it is a supervisor who barged in
	party   Party           // theirs
	joined  bool
	offers  int // phones rung for this ticket
	cutOff  int // agents in a row whose line was lost
	silent  bool
	reloads bool // theirs is a browser, which may be back
	lost    bool // it is gone, and called again
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

// who names whoever is offered the caller, or has them.
func (p *person) who() string { return cmp.Or(string(p.agent), p.number, p.user) }

// callerSegment is where a bot keeps what the customer is to the company.
const callerSegment = "caller.segment"

// ticketFor is what the caller brings to a queue.
func (m *Machine) ticketFor(skill string, b hotline.Brief) hotline.Ticket {
	emotion, intent := m.person.emotion, cmp.Or(b.Intent, m.person.intent)
	if b.Emotion.Name != "" {
		emotion = b.Emotion
	}
	return hotline.Ticket{Call: m.Call, Skill: skill, Language: m.Language, Heat: emotion.Heat(),
		Segment: cmp.Or(b.Slots[callerSegment], m.person.slots[callerSegment], m.Segment), Repeats: m.Earlier[intent],
		Priority: min(m.person.cutOff, 3)}
}

// enqueue asks the desk for a person.
func (m *Machine) enqueue(t dialog.Transfer) {
	m.await(t)
	m.emit(hotline.Queued{Skill: t.Skill, Reason: t.Reason})
	m.arrange()
	m.do(Set{Still, m.at + m.Limits.Still}, Set{QueueLimit, m.at + m.Limits.Queue})
	m.ask()
}

// await begins the caller's wait for a person.
func (m *Machine) await(t dialog.Transfer) {
	p := &m.person
	m.leaveBot()
	m.phase, m.cutOff = Waiting, false
	p.offers = 0
	p.ticket = m.ticketFor(t.Skill, t.Brief)
	p.brief = t.Brief
	p.brief.Whisper = cmp.Or(t.Brief.Whisper, t.Brief.Reason, m.phrases().Whisper.Text)
	p.brief.Reason = cmp.Or(t.Brief.Reason, t.Reason)
}

// leaveBot ends the talk with the bot.
func (m *Machine) leaveBot() {
	m.leftover()
	m.bot.floor = Nobody
	m.bot.said, m.bot.keys, m.bot.sure = utterance{}, "", false
	m.do(Clear{NoInput}, Clear{EndOfTurn}, Clear{KeyGap}, Clear{Filler}, Clear{Patience}, Clear{BargeIn}, Clear{CarryOn})
}

func (m *Machine) ask() {
	m.asks++
	m.person.asked, m.person.ask = true, m.asks
	m.do(Enqueue{m.asks, m.person.ticket})
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
		if in.From != p.party || !p.there {
			return
		}
		p.reloads = in.Reloads
		if p.lost {
			m.reloaded()
			return
		}
		if p.brief.Whisper == "" || p.agent == "" { // one outside hears nothing of ours
			m.join()
			return
		}
		m.playing++
		m.plays++
		m.do(Play{N: m.plays, To: p.party, Turn: m.bot.turn, House: true,
			Say: dialog.Say{Text: p.brief.Whisper, Language: p.brief.Language, Prompt: "house.whisper"}})
	case Played:
		if in.Err != nil {
			m.emitAbout(in.Play.To, hotline.EngineFailed{Engine: in.Engine, Error: in.Err.Error(), Now: "a tone"})
		}
		if in.Play.To == p.party && p.there {
			m.join() // the whisper is over
		}
	case Gone:
		switch {
		case in.From != p.party || !p.there:
		case p.lost:
			m.notReloaded()
		default:
			m.missed(in.Reason)
		}
	case Placed:
		if m.idle() {
			m.house(m.stillWaiting(in))
		}
	case Key:
		if m.chooses(in) {
			m.emit(hotline.Key{Key: string(in.Key)})
			m.do(Keep{p.ticket})
			return
		}
		m.meanwhile(in)
	case Kept:
		m.kept(in.Err)
	case Fired:
		switch {
		case in.Timer == QueueLimit:
			m.comeBack(hotline.NoAgent)
		case in.Timer == AgentLost && p.silent && p.there:
			m.missed(hotline.MediaLost)
		case in.Timer == Reload && p.lost:
			m.notReloaded()
		case in.Timer == Still:
			m.do(Set{Still, m.at + m.Limits.Still})
			if m.idle() {
				m.do(Locate{})
			}
		}
	default:
		m.meanwhile(in)
	}
}

// idle reports whether a caller waits and hears nothing but music.
func (m *Machine) idle() bool { return !m.person.there && len(m.bot.prompts) == 0 && !m.onHold }

// stillWaiting is what a waiting caller is told: where they stand, how long it
// will take if that is known, and what they may do instead.
func (m *Machine) stillWaiting(in Placed) dialog.Say {
	still := m.phrases().Still
	if in.Err == nil && in.Place.Position >= 1 {
		still.Text, still.Prompt, still.Audio = placeWords(still.Language, in.Place), "house.place", ""
	}
	if m.MayKeep {
		still.Text, still.Audio = still.Text+instead(still.Language), ""
	}
	return still
}

// missed goes on after an agent whom the caller has not reached: to the next, or
// back to the bot after as many as a caller is made to wait for.
func (m *Machine) missed(reason string) {
	outside := m.person.agent == ""
	m.agentLeft(reason, reason)
	if m.person.offers >= m.Limits.Offers || outside {
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
		m.forward(in)
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
	}
}

// next is the party of one who is called, or has come.
func (m *Machine) next() Party {
	m.parties++
	return m.parties
}

// offer shows the agent who is calling, then rings their phone.
func (m *Machine) offer(a hotline.AgentID) {
	p := &m.person
	p.there, p.agent, p.number, p.user, p.joined, p.silent = true, a, "", "", false, false
	p.party = m.next()
	p.offers++
	m.arrange()
	m.pop(p.party, a)
	m.do(Dial{Party: p.party, Whom: Callee{Call: m.Call, Agent: a}})
}

// dial offers the caller to a number outside.
func (m *Machine) dial(number string) {
	p := &m.person
	p.there, p.agent, p.number, p.user, p.joined, p.silent = true, "", number, "", false, false
	p.party = m.next()
	m.arrange()
	m.emitAbout(p.party, hotline.Offered{Number: number})
	m.do(Dial{Party: p.party, Whom: Callee{Call: m.Call, Number: number}})
}

// pop shows an agent all that they must know before their phone rings.
func (m *Machine) pop(to Party, a hotline.AgentID) {
	m.complete(&m.person.brief)
	m.emitAbout(to, hotline.Popped{Agent: a, Brief: m.person.brief})
	m.emitAbout(to, hotline.Offered{Agent: a})
}

// complete fills in what the call knows by now.
func (m *Machine) complete(b *hotline.Brief) {
	p := &m.person
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
}

// join lets the two hear each other.
func (m *Machine) join() {
	p := &m.person
	m.phase = Agent
	p.joined, p.cutOff = true, 0
	m.held = false
	if len(m.bot.prompts) > 0 {
		m.drop()
	}
	m.do(Clear{Still}, Clear{QueueLimit})
	m.arrange()
	m.emitAbout(p.party, hotline.AgentJoined{Agent: p.agent, Number: p.number})
}

// agentLeft is the end of an agent's part in the call. hangup is what their
// phone is told, if it is still there.
func (m *Machine) agentLeft(reason, hangup string) { m.agentLeftTo("", reason, hangup) }

// agentLeftTo is agentLeft, and somebody else has the caller.
func (m *Machine) agentLeftTo(still, reason, hangup string) {
	p := m.person
	m.person.there, m.person.agent, m.person.number, m.person.user, m.person.joined, m.person.lost = false, "", "", "", false, false
	m.held, m.lent = false, false
	m.do(Clear{AgentLost}, Clear{Reload})
	m.arrange()
	m.emitAbout(p.party, hotline.AgentLeft{Agent: p.agent, Number: cmp.Or(p.number, p.user), Reason: reason, Still: still})
	m.do(Part{p.party, hangup})
	m.release(p.agent, p.joined, reason)
}

// unqueue gives up waiting, and lets go of the agent if there is one.
func (m *Machine) unqueue(reason string) {
	p := &m.person
	if m.phase == Waiting {
		m.do(Clear{Still}, Clear{QueueLimit})
		m.arrange()
		if len(m.bot.prompts) > 0 {
			m.drop()
		}
	}
	if p.asked {
		p.asked = false
		m.do(Leave{})
	}
	m.dropSecond(reason)
	if p.there {
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
	m.giveBot(dialog.Turn{Kind: dialog.Returned, Reason: reason})
}

// giveBot gives the bot a turn that is none of the caller's. It waits for a
// caller who has us on hold: they would not hear the answer.
func (m *Machine) giveBot(t dialog.Turn) {
	if m.onHold {
		m.bot.floor, m.owed = Nobody, &t
		return
	}
	m.think(t)
}
