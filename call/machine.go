package call

import (
	"cmp"
	"time"

	"hotline"
	"hotline/call/turn"
	"hotline/dialog"
)

// Phase is where the call is.
type Phase uint8

const (
	Ringing Phase = iota
	Bot
	Waiting // for a person
	Agent   // bridged to one
	Ended
)

// Floor is who holds the floor while the bot has the call.
type Floor uint8

const (
	Nobody Floor = iota
	Caller
	Thinking
	BotTalking
)

// Machine is the whole of a call's control logic. It does no I/O, starts no
// goroutine and reads no clock: Step is a function of the state, the time and
// the input, so a call can be read, tested, fuzzed and replayed.
//
// What happens in each phase is in the file of its name. The zero value of each
// exported field but Call is ready.
type Machine struct {
	Call     hotline.CallID
	Rules    turn.Rules         // zero is turn.Default
	Limits   Limits             // zero fields are DefaultLimits'
	Phrases  map[string]Phrases // by language; nil is DefaultPhrases
	Language string             // before the bot says which; empty is "en"
	Skill    string             // of the person a caller goes to whom the bot has failed
	Final    bool               // the call ends when its agent hangs up; otherwise the bot takes it back
	Segment  string             // of the customer, if it is known before the bot asks
	Earlier  map[string]int     // calls of theirs of late, by intent; "" counts all
	MayKeep  bool               // the caller may hang up and be called when it is their turn
	Return   *Return            // this is such a call; nil: somebody calls us

	phase          Phase
	at             time.Duration // media time of the input being taken
	out            []Command
	early          []Input      // keys and holds of a caller whose leg is not up yet
	bot            talk         // the conversation with the bot
	person         person       // the way to a person, and the person
	second         second       // whom that person asks, or who talks with them
	grab           grab         // of one agent, under way
	plays          int          // prompts so far
	parties        Party        // the last one
	asks           int          // of the desk so far
	cutOff         bool         // the line to the agent is gone, and the caller is being told
	held           bool         // the agent has put the caller on hold
	lent           bool         // the agent has lent the caller to the bot, and waits
	awaited        bool         // the caller is to go back to an agent when the bot is done
	owed           *dialog.Turn // for the bot, when the caller no longer has us on hold
	watchers       []watcher
	routes, wanted []Route  // there are; scratch
	music          []Party  // who hear it
	scene          []member // scratch
	from           string
	lines          []hotline.Line // of the conversation, for the agent
	sayings        []saying
	failed         bool // an engine has: the bot is of no more use
	deaf           bool // the caller's recogniser has
	onHold         bool // the caller has put us on hold
	silent         bool // no packets come from the caller
	playing        int  // prompts that have begun to play, or will at once, and were not reported
	ending         *hotline.Outcome
	told           string // what the caller's phone is told, if not the reason of ending
}

// maxLines bounds the transcript that the agent gets; the newest are kept.
const maxLines = 400

// Phase is where the call is.
func (m *Machine) Phase() Phase { return m.phase }

// Step takes one input, at a media time of the call, and returns what to do
// about it, in order. The slice is good until the next Step.
func (m *Machine) Step(at time.Duration, in Input) []Command {
	m.at, m.out = max(at, m.at), m.out[:0]
	if p, ok := in.(Played); ok && m.phase != Ended {
		m.played(p)
	}
	switch {
	case m.phase == Ended:
		m.ended(in)
	case m.ending != nil:
		m.last(in)
	default:
		m.anywhere(in)
	}
	m.arrange()
	m.tell()
	return m.out
}

// anywhere handles what means the same in every phase, and hands on the rest.
func (m *Machine) anywhere(in Input) {
	if m.watcher(from(in)) != nil {
		return // a supervisor's keys and holds mean nothing to the call
	}
	switch in := in.(type) {
	case Gone:
		switch {
		case in.From == TheCaller:
			m.end(m.gone(in.Reason))
			return
		case m.second.party == in.From:
			m.secondGone(in.Reason)
			return
		case m.watcher(in.From) != nil:
			m.watcherGone(in.From, in.Reason)
			return
		}
	case Up:
		if m.second.party == in.From && in.From != TheCaller {
			m.secondUp(in.Reloads)
			return
		}
		if w := m.watcher(in.From); w != nil {
			m.watches(w)
			return
		}
	case Ordered:
		if err := m.obey(in); err != errLater {
			m.reply(in.N, err)
		}
		return
	case Joined:
		m.reply(in.N, m.watch(in))
		return
	case Stop:
		m.goodbye(hotline.Failed, hotline.Shutdown, m.phrases().Closing)
		return
	case Silent:
		m.silence(in)
		return
	case Failover:
		m.emitAbout(in.From, hotline.EngineFailed{Engine: in.Engine, Error: in.Err.Error(), Now: in.Now})
		return
	case Fired:
		switch in.Timer {
		case CallLimit:
			m.goodbye(hotline.Completed, hotline.TooLong, m.phrases().Closing)
			return
		case ConsultLimit:
			if m.second.asking && !m.second.up {
				m.endSecond("no-answer", hotline.ENoAnswer)
			}
			return
		case Lost:
			if m.silent && !m.onHold {
				m.goodbye(hotline.Failed, hotline.MediaLost, m.phrases().Silence)
			}
			return
		}
	case Got:
		switch {
		case m.grab.on && in.Ask == m.grab.ask:
			m.grabbed(in)
			return
		case m.second.asked && in.Ask == m.second.ask:
			m.secondFound(in)
			return
		case !m.person.asked || in.Ask != m.person.ask: // we have left the queue meanwhile
			m.release(in.Agent, false, hotline.CallerHangup)
			return
		}
	}
	switch m.phase {
	case Ringing:
		m.ringing(in)
	case Bot:
		m.talking(in)
	case Waiting:
		m.waiting(in)
	case Agent:
		m.bridged(in)
	}
}

// from is whose key, hold, silence or text it is; the caller for all the rest.
func from(in Input) Party {
	switch in := in.(type) {
	case Key:
		return in.From
	case Hold:
		return in.From
	case Silent:
		return in.From
	case Text:
		return in.From
	}
	return TheCaller
}

func (m *Machine) do(c ...Command) { m.out = append(m.out, c...) }

// emit records a fact about the caller's leg, and keeps what was said for the
// agent.
func (m *Machine) emit(b hotline.Body) { m.emitAbout(TheCaller, b) }

func (m *Machine) emitAbout(p Party, b hotline.Body) {
	m.do(Emit{p, b})
	var l hotline.Line
	switch b := b.(type) {
	case hotline.Heard:
		m.sayingOf(p).told = "" // the event takes its place
		l = hotline.Line{Who: b.Who, Text: b.Text, Start: b.Start, End: b.End, Emotion: b.Emotion}
	case hotline.Said:
		if b.To != "caller" {
			return
		}
		l = hotline.Line{Who: "bot", Text: b.Text, Start: b.Start, End: b.Start + b.Heard}
	default:
		return
	}
	if len(m.lines) == maxLines {
		m.lines = append(m.lines[:0], m.lines[1:]...)
	}
	m.lines = append(m.lines, l)
}

func (m *Machine) phrases() Phrases {
	all := m.Phrases
	if all == nil {
		all = DefaultPhrases
	}
	if p, ok := all[m.Language]; ok {
		return p
	}
	return all["en"]
}

// play has a prompt spoken to the caller.
func (m *Machine) play(p Play) {
	m.plays++
	p.N, p.Turn = m.plays, m.bot.turn
	p.Say.Language = cmp.Or(p.Say.Language, m.Language)
	if len(m.bot.prompts) == 0 {
		m.playing++
	}
	m.bot.prompts = append(m.bot.prompts, p)
	m.do(p)
}

func (m *Machine) house(say dialog.Say) { m.play(Play{Say: say, House: true}) }

// drop stops all that the bot thinks and says.
func (m *Machine) drop() {
	b := &m.bot
	m.do(Drop{})
	for _, t := range []Timer{BargeIn, CarryOn, NoInput, EndOfTurn, KeyGap, Filler, Patience} {
		m.do(Clear{t})
	}
	b.prompts, b.held, b.then = nil, nil, nil
	b.more, b.paused = false, false
}

// played reports a prompt of any phase, and takes it off the queue.
func (m *Machine) played(p Played) {
	m.playing--
	if q := m.bot.prompts; p.Play.To == TheCaller && len(q) > 0 && q[0] == p.Play {
		if m.bot.prompts = q[1:]; len(q) > 1 {
			m.playing++
		}
	}
	to := "caller"
	if p.Play.To != TheCaller {
		to = "agent"
	}
	if p.Heard > 0 {
		s := hotline.Said{Text: p.Play.Say.Text, Language: p.Play.Say.Language,
			Start: hotline.MsOf(p.Start), Heard: hotline.MsOf(p.Heard), Cut: p.Cut, To: to, Turn: p.Play.Turn,
			Paused: p.Pauses, Prompt: p.Play.Say.Prompt}
		if p.Complete {
			s.Length = hotline.MsOf(p.Length)
		}
		if p.Tone {
			s.Text, s.Prompt = "", "house.tone"
		}
		if (p.Cut || p.Pauses > 0) && to == "caller" && m.bot.brokeIn >= p.Start {
			s.PauseMs = hotline.MsOf(max(0, p.Silent-m.bot.brokeIn))
		}
		m.emitAbout(p.Play.To, s)
	}
	if p.Play.Turn == m.bot.turn && p.Play.To == TheCaller && !p.Play.House {
		m.bot.share(p)
	}
}
