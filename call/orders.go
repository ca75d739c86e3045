package call

import (
	"cmp"
	"errors"
	"strings"
	"unicode"

	"hotline"
	"hotline/dialog"
)

// errLater is that the reply to an order follows.
var errLater = errors.New("later")

func conflict(reason, message string) error {
	return &hotline.Error{Op: "order", Code: hotline.EConflict, Reason: reason, Message: message}
}

func (m *Machine) reply(n int, err error) {
	if n != 0 {
		m.do(Reply{n, err})
	}
}

// obey does what an order says, or says why not.
func (m *Machine) obey(in Ordered) error {
	if err := m.may(in.By, in.Order); err != nil {
		return err
	}
	if _, hangup := in.Order.(hotline.HangUp); m.phase == Ringing && !hangup {
		return conflict("unanswered", "the call is not answered yet")
	}
	switch o := in.Order.(type) {
	case hotline.HangUp:
		if !in.By.Every && m.isSecond(in.By) { // the call is not theirs to end
			m.secondGone(hotline.AgentHangup)
			return nil
		}
		reason := hotline.ByOperator
		if m.has(in.By) {
			reason = hotline.AgentHangup
		}
		m.told = o.Reason
		m.end(hotline.Completed, reason)
	case hotline.HandOver:
		return m.transfer(in, o)
	case hotline.HoldCaller:
		return m.holdCaller(o.On)
	case hotline.Consult:
		if err := o.Check(); err != nil {
			return err
		}
		return m.consult(in, o.Whom)
	case hotline.EndConsult:
		return m.endConsult(o.How)
	case hotline.ToBot:
		return m.lend(o)
	case hotline.ReadOut:
		return m.readOut(o.Text)
	case hotline.Supervise:
		return m.supervise(in.By, o)
	case hotline.Decline:
		return m.decline(in.By)
	}
	return nil
}

// has reports whether a person has the caller.
func (m *Machine) has(by hotline.Person) bool {
	p := &m.person
	return p.joined && (by.Agent != "" && by.Agent == p.agent || p.user != "" && by.User == p.user)
}

// may says why a person may not give an order.
func (m *Machine) may(by hotline.Person, o hotline.Order) error {
	_, declines := o.(hotline.Decline)
	_, leaves := o.(hotline.HangUp)
	if declines || by.Every || m.has(by) || leaves && m.isSecond(by) {
		return nil
	}
	return &hotline.Error{Op: "order", Code: hotline.EForbidden, Reason: "not_yours", Message: "you do not have this call"}
}

// decline is an agent who does not want the call that they are offered.
func (m *Machine) decline(by hotline.Person) error {
	p, c := &m.person, &m.second
	switch {
	case by.Agent == "":
	case c.party != 0 && !c.up && c.agent == by.Agent:
		m.endSecond(hotline.EDeclined, hotline.EDeclined)
		return nil
	case m.phase == Waiting && p.there && !p.joined && p.agent == by.Agent:
		m.missed(hotline.EDeclined)
		return nil
	}
	return conflict("not_offered", "you are not offered this call")
}

// transfer sends the caller to somebody else. What it needs to know first, it
// asks the desk.
func (m *Machine) transfer(in Ordered, o hotline.HandOver) error {
	if o.Whom != (hotline.Whom{}) { // nobody in particular is whoever comes
		if err := o.Check(); err != nil {
			return err
		}
	}
	if _, leaving := m.bot.then.(leave); leaving {
		return conflict("ending", "the call is about to end")
	}
	reason := cmp.Or(o.Reason, hotline.ByOperator)
	p := &m.person
	switch {
	case o.Agent != "":
		return m.seize(in, o.Agent, reason)
	case o.Number != "":
		m.emit(hotline.Transferred{To: o.Number, Reason: reason})
		m.letGo(in.By)
		m.awaitOne(reason)
		m.dial(o.Number)
	case m.phase == Waiting && o.Skill == p.ticket.Skill && p.who() == "":
		return conflict("waits_already", "the caller waits for "+o.Skill+" already")
	case m.phase == Waiting && o.Skill == p.ticket.Skill:
		return conflict("called_already", p.who()+" is being called already")
	case m.phase == Bot && !m.onHold:
		m.emit(hotline.Transferred{To: o.Skill, Reason: reason})
		m.letGo(in.By) // who had lent them
		m.handOver(m.phrases().Connect, &dialog.Transfer{Skill: o.Skill, Reason: reason})
	default:
		m.emit(hotline.Transferred{To: o.Skill, Reason: reason})
		m.letGo(in.By)
		m.enqueue(dialog.Transfer{Skill: o.Skill, Reason: reason, Brief: p.brief})
	}
	return nil
}

// letGo takes the caller from whoever has them, or is called for them.
func (m *Machine) letGo(by hotline.Person) {
	reason := hotline.ByOperator
	if m.has(by) {
		reason = "transferred"
	}
	m.awaited = false
	m.unqueue(reason)
	if len(m.bot.prompts) > 0 || m.phase == Bot {
		m.drop()
	}
}

// awaitOne has the caller wait for one whom we call without the desk.
func (m *Machine) awaitOne(reason string) {
	m.await(dialog.Transfer{Skill: cmp.Or(m.person.ticket.Skill, m.Skill), Reason: reason, Brief: m.person.brief})
	m.arrange()
	m.do(Set{Still, m.at + m.Limits.Still}, Set{QueueLimit, m.at + m.Limits.Queue})
}

// A grab is a question to the desk for one agent.
type grab struct {
	on      bool
	n       int // of the order
	ask     int
	by      hotline.Person
	reason  string // of a transfer; a consultation has none
	consult bool
}

// seize asks the desk for an agent: to be consulted, or to have the caller.
func (m *Machine) seize(in Ordered, a hotline.AgentID, reason string) error {
	switch {
	case m.grab.on:
		return conflict("looking", "an agent is being looked for")
	case m.person.there && a == m.person.agent:
		return conflict("has_it", string(a)+" has this call already")
	case m.second.there() && a == m.second.agent:
		return conflict("asking", string(a)+" is asked already")
	}
	m.asks++
	m.grab = grab{on: true, n: in.N, ask: m.asks, by: in.By, reason: reason, consult: reason == ""}
	m.do(Take{m.asks, a, m.ticketFor(cmp.Or(m.person.ticket.Skill, m.Skill), hotline.Brief{})})
	return errLater
}

// grabbed is the desk's answer.
func (m *Machine) grabbed(in Got) {
	g := m.grab
	m.grab = grab{}
	_, leaving := m.bot.then.(leave)
	if in.Err == nil && (leaving || g.consult && (m.phase != Agent || m.second.there())) {
		in.Err = conflict("moved_on", "the call has gone on meanwhile")
		m.release(in.Agent, false, hotline.ECancelled)
	}
	if in.Err != nil {
		m.reply(g.n, in.Err)
		return
	}
	if g.consult {
		m.consulting(hotline.Whom{Agent: in.Agent})
		m.callSecond(second{agent: in.Agent})
	} else {
		m.emit(hotline.Transferred{To: string(in.Agent), Reason: g.reason})
		m.letGo(g.by)
		m.awaitOne(g.reason)
		m.offer(in.Agent)
	}
	m.reply(g.n, nil)
}

// holdCaller plays music to the caller, or takes them back.
func (m *Machine) holdCaller(on bool) error {
	switch {
	case m.lent && !on && m.phase == Bot:
		m.drop()
		m.rejoin()
		return nil
	case m.phase != Agent:
		return conflict("nobody_has", "no agent has the caller")
	case m.second.asking:
		return conflict("asking", "the caller waits while somebody is asked: end that first")
	case m.held == on:
		return nil
	}
	m.held = on
	m.arrange()
	m.emitAbout(m.person.party, hotline.Hold{On: on})
	return nil
}

// Bounds of a text that the bot reads out, and of how many may wait.
const (
	maxReadOut = 2000 // bytes
	maxReading = 4
)

// readOut has the bot's voice read to the caller; the agent hears it too.
func (m *Machine) readOut(text string) error {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || len(text) > maxReadOut:
		return &hotline.Error{Op: "say", Code: hotline.EInvalid, Message: "text must have 1 to 2000 bytes"}
	case m.phase != Agent:
		return conflict("nobody_has", "no agent has the caller")
	case len(m.bot.prompts) >= maxReading:
		return &hotline.Error{Op: "say", Code: hotline.EUnavailable, Reason: "still_reading", Message: "the bot is still reading what came before"}
	}
	m.house(dialog.Say{Text: text, Language: m.languageOf(text), Prompt: "desk"})
	return nil
}

// languageOf is the language to read a text in: what is written with Chinese
// characters is Chinese.
func (m *Machine) languageOf(text string) string {
	switch {
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return "zh"
	case m.Language == "zh":
		return "en"
	}
	return m.Language
}
