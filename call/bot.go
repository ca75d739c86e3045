package call

import (
	"time"

	"hotline"
	"hotline/call/turn"
	"hotline/dialog"
)

// talk is the conversation with the bot: whose turn it is, what the caller has
// said in theirs, and what is left of the bot's.
type talk struct {
	turn   int
	floor  Floor
	listen dialog.Listen  // what the bot expects next
	number *dialog.Number // what the recogniser expects

	// The caller's.
	speaking bool          // they make a sound
	spokeAt  time.Duration // its beginning
	quietAt  time.Duration // the end of the last one
	turnEnd  time.Duration // the end of the sound that made the current turn
	said     utterance
	keys     string
	keyAt    time.Duration
	secret   bool // keys are, until a turn has ended that does not say so
	loud     loudness

	// The bot's.
	kind     dialog.TurnKind // of the turn it answers
	asked    string          // its text
	heard    *hotline.Heard  // the event of that turn, until it is understood
	more     bool            // the dialog may say more
	spoken   bool            // it has said something
	prompts  []Play          // to be played; the first is playing
	held     []Play          // wait to see if the caller takes the floor
	paused   bool            // for a sound that may be an interruption
	pauses   int             // that were none, in this turn
	waitFrom time.Duration   // when it began to wait for what a sound comes to
	brokeIn  time.Duration   // when the sound began that paused or cut the bot
	saying   string          // the prompts of this turn, to know their echo
	lastEnd  time.Duration   // when the bot last fell silent
	then     any             // nil, *dialog.Transfer, back or leave: what follows the prompts
	sure     bool            // then follows whatever the caller does
	returns  int             // times in a row that no person could be had
	heardFor time.Duration   // of the answer
	length   time.Duration   // of the prompts of the answer that are known
	unplayed bool            // a part of the answer was not heard
	timing   timing
}

// timing is when the stages of a turn ended, in media time.
type timing struct {
	quiet, final, end, act time.Duration
	measure                bool // a turn of words whose first frame is still to come
}

// maxPrompts bounds what a bot may say in advance.
const maxPrompts = 32

// talking is the call while the bot has it.
func (m *Machine) talking(in Input) {
	b := &m.bot
	switch in := in.(type) {
	case Speech:
		if !m.onHold {
			m.sound(in)
		}
	case Text:
		if in.From == TheCaller && !m.onHold {
			m.words(in)
		}
	case Key:
		if in.From == TheCaller {
			m.key(in)
		}
	case Hold:
		if in.From == TheCaller {
			m.hold(in)
		}
	case Act:
		if in.Turn == b.turn && b.more {
			m.act(in.Act)
		}
	case Answered:
		if in.Turn != b.turn || !b.more {
			return
		}
		m.noMore()
		if in.Err != nil {
			m.rescue(in.Engine, in.Err, m.phrases().Sorry)
			return
		}
		m.settle()
	case Sounding:
		m.sounding(in)
	case Played:
		m.afterPrompt(in)
	case Deaf:
		if in.From == TheCaller {
			m.deaf = true
			m.rescue(in.Engine, in.Err, m.phrases().Deaf)
		}
	case Up:
		if m.lent && m.person.lost && in.From == m.person.party {
			m.reloaded()
		}
	case Gone:
		if m.lent && in.From == m.person.party {
			m.lentGone(in.Reason)
		}
	case Fired:
		switch {
		case in.Timer == AgentLost && m.lent && m.person.silent:
			m.lentGone(hotline.MediaLost)
		case in.Timer == Reload && m.lent && m.person.lost:
			m.notReloaded()
		default:
			m.fired(in.Timer)
		}
	}
}

func (m *Machine) fired(t Timer) {
	b := &m.bot
	switch t {
	case BargeIn:
		m.perhapsInterrupt()
	case CarryOn:
		m.perhapsNothing()
	case EndOfTurn:
		m.look()
	case KeyGap:
		m.lookAtKeys()
	case NoInput:
		if b.floor == Nobody && !b.speaking && !m.onHold {
			m.think(dialog.Turn{Kind: dialog.NoInput})
		}
	case Filler:
		if b.floor == Thinking && b.more && !b.spoken && !b.speaking {
			m.house(m.phrases().Moment)
		}
	case Patience:
		if b.more && len(b.prompts) == 0 && len(b.held) == 0 {
			m.noMore()
			m.rescue("dialog", errSlow, m.phrases().Sorry)
		}
	case Farewell, Drain:
		if l, ok := b.then.(leave); ok {
			m.end(l.Result, l.Reason)
		}
	}
}

// noMore is the end of the dialog's answer.
func (m *Machine) noMore() {
	m.bot.more = false
	m.do(Clear{Filler}, Clear{Patience})
}

// think hands a turn to the dialog.
func (m *Machine) think(t dialog.Turn) {
	b := &m.bot
	t.Heard = b.heardShare()
	if b.kind == dialog.Words && b.turn > 0 && b.heardFor < m.Rules.Unheard && b.unanswered() && t.Kind == dialog.Words {
		t.Alternatives = turn.Readings(nil, b.asked, t.Text, t.Alternatives, false)
		t.Text = turn.Join(b.asked, t.Text)
	}
	if t.Kind == dialog.Words || t.Kind == dialog.Keys {
		b.returns = 0
	}
	b.turn++
	t.Number = b.turn
	b.floor, b.kind, b.asked = Thinking, t.Kind, t.Text
	b.said, b.keys, b.listen = utterance{}, "", dialog.Listen{}
	b.more, b.spoken, b.then, b.sure, b.pauses = true, false, nil, false, 0
	b.prompts, b.held, b.paused, b.saying = nil, nil, false, ""
	b.heardFor, b.length, b.unplayed = 0, 0, false
	m.cutOff = false
	b.timing = timing{quiet: b.quietAt, final: max(b.timing.final, b.quietAt), end: m.at, measure: t.Kind == dialog.Words}
	b.turnEnd = b.quietAt
	m.do(Clear{NoInput}, Clear{EndOfTurn}, Clear{KeyGap}, Think{t},
		Set{Filler, m.at + m.Limits.Filler}, Set{Patience, m.at + m.Limits.Patience})
}

// act does one thing that the dialog answers.
func (m *Machine) act(a dialog.Act) {
	b := &m.bot
	if b.timing.act == 0 {
		b.timing.act = m.at
	}
	m.do(Set{Patience, m.at + m.Limits.Patience})
	if u, ok := a.(dialog.Understood); ok {
		m.understood(u)
		return
	}
	m.flushHeard()
	switch a := a.(type) {
	case dialog.Say:
		if len(b.prompts)+len(b.held) >= maxPrompts {
			return
		}
		m.do(Clear{Filler})
		b.spoken = true
		b.saying = turn.Join(b.saying, a.Text)
		if b.floor == Thinking && b.speaking || len(b.held) > 0 {
			if len(b.held) == 0 {
				b.waitFrom = m.at
				m.do(Set{CarryOn, m.at + m.Rules.MaxPause})
			}
			b.held = append(b.held, Play{Say: a})
			return
		}
		b.floor = BotTalking
		m.play(Play{Say: a})
	case dialog.Listen:
		b.listen = a
		if a.Number != b.number {
			b.number = a.Number
			m.do(Expect{a.Number})
		}
	case dialog.Did:
		m.emit(a.ActionDone)
	case dialog.Cited:
		m.emit(a.AnswerFromKB)
	case dialog.Transfer:
		b.then = &a
	case dialog.Finished:
		if b.then == nil && m.awaited {
			b.then = back{}
		}
	case dialog.Hangup:
		reason := a.Reason
		if reason == "" {
			reason = hotline.BotHangup
		}
		result := hotline.Completed
		if reason == hotline.NoAgent { // the caller wanted a person and got none
			result = hotline.Failed
		}
		b.then = leave{hotline.Outcome{Result: result, Reason: reason}}
	}
	m.settle()
}

// sounding measures the turn when its first frame goes out.
func (m *Machine) sounding(in Sounding) {
	b := &m.bot
	t := b.timing
	if in.Play.House || in.Play.Turn != b.turn || !t.measure {
		return
	}
	b.timing.measure = false
	ms := func(from, to time.Duration) hotline.Ms { return hotline.MsOf(max(0, to-from)) }
	m.emit(hotline.Turn{Turn: b.turn, Endpoint: ms(t.quiet, t.end), ASR: ms(t.quiet, t.final),
		Dialog: ms(t.end, t.act), TTS: ms(t.act, in.At), Total: ms(t.quiet, in.At)})
}

// afterPrompt goes on after a prompt, which played has taken off the queue.
func (m *Machine) afterPrompt(in Played) {
	b := &m.bot
	if in.Play.To != TheCaller {
		return
	}
	b.lastEnd = m.at
	if in.Play.Turn != b.turn {
		return
	}
	if in.Err != nil && !in.Play.House && !in.Cut {
		m.rescue(in.Engine, in.Err, m.phrases().Sorry)
		return
	}
	if in.Play.Say.Must && b.then == nil && b.floor == BotTalking && m.isTurn() {
		m.interrupt() // what they said while it could not be interrupted
		return
	}
	if b.more && len(b.prompts) == 0 {
		m.do(Set{Patience, m.at + m.Limits.Patience})
	}
	m.settle()
}

// settle ends the turn once its prompts are played and the dialog has no more
// to say.
func (m *Machine) settle() {
	b := &m.bot
	if b.more || len(b.prompts) > 0 || len(b.held) > 0 || b.floor == Caller || m.ending != nil {
		return
	}
	m.flushHeard()
	b.secret = b.listen.Secret
	switch then := b.then.(type) {
	case *dialog.Transfer:
		b.then = nil
		if m.awaited { // the person who has lent them
			m.rejoin()
			return
		}
		m.enqueue(*then)
	case back:
		b.then = nil
		m.rejoin()
	case leave:
		m.do(Set{Drain, m.at + drain})
	default:
		switch {
		case b.keys != "":
			b.floor = Caller
			m.lookAtKeys()
		case b.speaking || m.isTurn():
			b.floor = Caller
			m.look()
		default:
			m.listenOn(m.noInput())
		}
	}
}

// listenOn gives the floor to nobody.
func (m *Machine) listenOn(patience time.Duration) {
	m.bot.floor, m.bot.said = Nobody, utterance{}
	if !m.onHold {
		m.do(Set{NoInput, m.at + patience})
	}
}

func (m *Machine) noInput() time.Duration {
	if d := m.bot.listen.NoInput; d > 0 {
		return d
	}
	return m.Rules.NoInput
}

// hold: a caller who puts us on hold hears nothing of what is said, and what we
// hear is not the caller.
func (m *Machine) hold(in Hold) {
	b := &m.bot
	if in.On == m.onHold {
		return
	}
	m.onHold = in.On
	m.emit(hotline.Hold{On: in.On})
	if in.On {
		b.speaking, b.paused = false, false
		m.do(Pause{}, Clear{NoInput}, Clear{CarryOn}, Clear{BargeIn})
		return
	}
	m.do(Resume{})
	if m.silent {
		m.do(Set{Lost, m.at + m.Limits.Lost})
	}
	if t := m.owed; t != nil {
		m.owed = nil
		m.drop() // of what the caller may have pressed keys for, on hold
		m.think(*t)
		return
	}
	switch {
	case b.floor == Nobody:
		m.do(Set{NoInput, m.at + m.noInput()})
	case len(b.held) > 0:
		m.carryOn()
	default:
		m.look()
	}
}
