package call

import (
	"math"
	"time"

	"hotline/call/turn"
	"hotline/dialog"
)

// An utterance is what the caller has said since they took the floor, or since
// they began to make sounds while the bot has it.
type utterance struct {
	text       string        // final
	partial    string        // after it
	start      time.Duration // of the first sound
	upTo       time.Duration // end of what is final
	voiced     time.Duration // length of the sounds
	confidence float64
	language   string
	emotion    string
	voice      dialog.Tone // of the most angry piece; zero if nothing was measured
	others     []string    // what else text may be, best first
}

func (u *utterance) all() string { return turn.Join(u.text, u.partial) }

// tolerance is how early a timer may seem to fire: the media clock follows the
// pacer, which is early or late by so much.
const tolerance = 5 * time.Millisecond

// sameStart is how far apart the beginnings of the same speech are, as the call
// and the recogniser see it.
const sameStart = 300 * time.Millisecond

// sound is an edge of the caller's voice.
func (m *Machine) sound(in Speech) {
	b := &m.bot
	if in.On == b.speaking {
		return
	}
	b.speaking = in.On
	if in.On {
		b.spokeAt = in.At
		if b.said.voiced == 0 && b.said.all() == "" {
			b.said.start = in.At
		}
		switch {
		case b.floor == Nobody:
			b.floor = Caller
			m.do(Clear{NoInput})
		case b.floor == Caller:
			m.do(Clear{EndOfTurn})
		case b.floor == BotTalking && !m.must() && b.pauses < m.Rules.MaxFalse:
			m.do(Set{BargeIn, in.At + m.Rules.MinSpeech})
		}
		return
	}
	b.quietAt = max(in.At, b.spokeAt)
	long := b.quietAt - b.spokeAt
	b.said.voiced += long
	b.loud.add(in.Level, long)
	switch {
	case b.floor == Caller:
		m.look()
	case b.floor > Caller:
		m.do(Clear{BargeIn})
		if long < m.Rules.Blip && b.said.all() == "" {
			m.carryOn()
		} else if b.undecided() {
			m.decide(false)
		}
	}
}

// undecided reports whether the bot waits to see what a sound of the caller's
// comes to.
func (b *talk) undecided() bool { return b.paused || len(b.held) > 0 }

// must reports whether the bot may not be interrupted now.
func (m *Machine) must() bool {
	p := m.bot.prompts
	return m.bot.sure || len(p) > 0 && p[0].Say.Must
}

// words is a result of the caller's recogniser.
func (m *Machine) words(in Text) {
	b := &m.bot
	if b.floor > Caller && !m.fresh(in) {
		if !in.Final || b.kind != dialog.NoWords || in.Text == "" || m.must() {
			return
		}
		// The words of the turn came after all.
		b.said.start = in.Start
		b.take(in, m.at)
		m.interrupt()
		return
	}
	if m.isEcho(in) {
		in.Text = ""
	}
	if b.floor == Nobody {
		if in.Text == "" || in.End > 0 && in.End <= b.turnEnd {
			return
		}
		// Words in a sound too faint to be taken for speech.
		b.floor = Caller
		b.said.start, b.quietAt = in.Start, max(b.quietAt, in.End)
		m.do(Clear{NoInput})
	}
	b.take(in, m.at)
	if b.floor == Caller {
		m.look()
	} else {
		m.decide(in.Final)
	}
}

// fresh reports whether a result is of speech after the one that made the
// current turn.
func (m *Machine) fresh(in Text) bool {
	b := &m.bot
	if in.End == 0 {
		return b.spokeAt > b.turnEnd
	}
	return in.End > b.turnEnd+m.Rules.Slack || b.spokeAt > b.turnEnd && in.End > b.spokeAt
}

// isEcho reports whether a result is the bot's own voice, come back.
func (m *Machine) isEcho(in Text) bool {
	b := &m.bot
	return (b.floor == BotTalking || in.Start < b.lastEnd+m.Rules.EchoTail) && turn.Echo(in.Text, b.saying)
}

// take adds a result to what was said.
func (b *talk) take(in Text, at time.Duration) {
	u := &b.said
	if !in.Final {
		u.partial = in.Text
		return
	}
	u.others = turn.Readings(u.others, u.text, in.Text, in.Alternatives, u.text == "" || in.Since >= u.start-sameStart && in.Since <= u.start+sameStart)
	u.text, u.partial = turn.Join(u.text, in.Text), ""
	u.upTo = in.End
	if in.End == 0 {
		u.upTo = at
	}
	b.timing.final = at
	u.confidence = in.Confidence
	if in.Language != "" {
		u.language = in.Language
	}
	if in.Emotion != "" {
		u.emotion = in.Emotion
	}
	if u.voice == (dialog.Tone{}) || in.Voice.Anger > u.voice.Anger {
		u.voice = in.Voice
	}
}

// perhapsInterrupt pauses the bot for a voice: its words, if it has any, will
// tell whether it interrupts.
func (m *Machine) perhapsInterrupt() {
	b := &m.bot
	if !b.speaking || b.floor != BotTalking || b.paused || m.must() || m.onHold {
		return
	}
	b.paused, b.brokeIn, b.waitFrom = true, b.spokeAt, m.at
	m.do(Pause{}, Set{CarryOn, m.at + m.Rules.MaxPause})
}

// decide looks at the words said while the bot has the floor.
func (m *Machine) decide(final bool) {
	b := &m.bot
	text := b.said.all()
	switch {
	case m.must():
	case text == "" && final && !b.speaking, text != "" && !b.speaking && turn.Backchannel(text, turn.Asks(b.saying)):
		m.carryOn()
	case text == "" || turn.Backchannel(text, turn.Asks(b.saying)),
		!final && b.speaking && turn.Quotes(text, b.saying):
		if !b.speaking && b.undecided() {
			m.do(Set{CarryOn, b.quietAt + m.Rules.CarryOn})
		}
	default:
		m.interrupt()
	}
}

// perhapsNothing goes on talking if no words came of a sound.
func (m *Machine) perhapsNothing() {
	b := &m.bot
	if b.floor <= Caller || !b.undecided() {
		return
	}
	due := b.quietAt + m.Rules.CarryOn
	if b.speaking {
		due = b.waitFrom + m.Rules.MaxPause
	}
	if m.at+tolerance < due {
		m.do(Set{CarryOn, due})
		return
	}
	if b.said.all() != "" && !turn.Backchannel(b.said.all(), turn.Asks(b.saying)) {
		m.interrupt()
		return
	}
	m.carryOn()
}

// carryOn has the bot go on where it was: the sound was no interruption.
func (m *Machine) carryOn() {
	b := &m.bot
	m.do(Clear{CarryOn})
	b.said = utterance{}
	if b.paused {
		b.paused = false
		b.pauses++
		m.do(Resume{})
	}
	held := b.held
	b.held = nil
	for _, p := range held {
		b.floor = BotTalking
		m.play(p)
	}
	m.settle()
}

// interrupt gives the floor to the caller: the rest of the answer is dropped.
func (m *Machine) interrupt() {
	b := &m.bot
	if !b.paused {
		b.brokeIn = max(b.spokeAt, b.keyAt)
	}
	if b.more || len(b.prompts) > 0 || len(b.held) > 0 {
		b.unplayed = true
		for _, p := range append(b.held, b.prompts[min(1, len(b.prompts)):]...) {
			b.length += spoken(p.Say.Text)
		}
	}
	m.flushHeard()
	m.drop()
	b.floor = Caller
	m.look()
}

// look asks whether the caller's turn is over.
func (m *Machine) look() {
	b := &m.bot
	if b.keys != "" {
		m.lookAtKeys()
		return
	}
	if b.floor != Caller || b.speaking || m.onHold {
		return
	}
	text := b.said.all()
	silence := m.Rules.Silence(text, b.listen.Digits)
	if b.listen.Digits > 0 && len(b.said.others) > 0 && b.said.partial == "" { // a number that was misheard may be whole
		silence = min(silence, m.Rules.Silence(b.said.others[0], b.listen.Digits))
	}
	due := b.quietAt + silence
	if b.said.upTo+m.Rules.Slack < b.quietAt || b.said.upTo == 0 { // the recogniser has more to say
		due = max(due, b.quietAt+m.Rules.GiveUp)
	}
	if m.at+tolerance < due {
		m.do(Set{EndOfTurn, due})
		return
	}
	m.do(Clear{EndOfTurn})
	switch {
	case text == "" && b.said.voiced < m.Rules.Noise, text != "" && turn.Hesitation(text):
		m.listenOn(m.noInput())
	case text == "":
		m.think(dialog.Turn{Kind: dialog.NoWords, Voice: b.tone()})
	case turn.Complete(text) == turn.Wait:
		m.hear()
		m.flushHeard()
		m.listenOn(max(m.Rules.Wait, m.noInput()))
	default:
		m.hear()
		m.think(dialog.Turn{Kind: dialog.Words, Text: text, Alternatives: b.said.others, Language: b.said.language, Voice: b.tone()})
	}
}

// isTurn reports whether what was said while the bot had the floor is more than
// a sign of listening.
func (m *Machine) isTurn() bool {
	b := &m.bot
	text := b.said.all()
	return b.keys != "" || text != "" && !turn.Backchannel(text, turn.Asks(b.saying))
}

// loudness compares a caller's voice with its own beginning, in dBFS.
type loudness struct {
	base, now power
}

type power struct {
	sum  float64 // of energy times seconds
	time float64
}

// beginning is how much speech makes the base.
const beginning = 2.0 // seconds

func (l *loudness) add(level float64, d time.Duration) {
	if level == 0 {
		return
	}
	s := d.Seconds()
	e := math.Pow(10, level/10) * s
	if l.base.time < beginning {
		l.base.sum += e
		l.base.time += s
	}
	l.now.sum += e
	l.now.time += s
}

// tone is what the voice of this turn says.
func (b *talk) tone() dialog.Tone {
	t := b.said.voice
	t.Emotion = b.said.emotion
	if l := b.loud; t.Louder == 0 && l.now.time > 0 && l.base.time > 0 { // too little for the meter
		t.Louder = 10 * math.Log10((l.now.sum/l.now.time)/(l.base.sum/l.base.time))
	}
	b.loud.now = power{}
	return t
}
