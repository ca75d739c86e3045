package call

import (
	"time"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/slot"
)

// This file keeps account of what was heard: by the recogniser of the caller,
// and by the caller of the bot.

// understood reports the caller's turn as the dialog read it.
func (m *Machine) understood(u dialog.Understood) {
	if u.Language != "" {
		m.Language = u.Language
	}
	if h := m.bot.heard; h != nil {
		h.Intent, h.IntentProb, h.Emotion, h.Slots = u.Intent, u.Confidence, u.Emotion, u.Slots
		if h.Language == "" {
			h.Language = m.Language
		}
	}
	m.person.understood(u)
	m.flushHeard()
}

// flushHeard reports the caller's turn, understood or not.
func (m *Machine) flushHeard() {
	if h := m.bot.heard; h != nil {
		m.bot.heard = nil
		m.emit(*h)
	}
}

// leftover reports what the caller said and nobody will answer.
func (m *Machine) leftover() {
	if m.phase != Bot || m.bot.said.all() == "" {
		return
	}
	m.hear()
	m.flushHeard()
}

// hear makes the event of what the caller has said, without the numbers in it
// while they are asked for a secret.
func (m *Machine) hear() {
	b := &m.bot
	m.flushHeard()
	text := b.said.all()
	if b.secret || b.listen.Secret {
		text = slot.Conceal(text)
	}
	b.heard = &hotline.Heard{Who: "caller", Text: text, Language: b.said.language, Confidence: b.said.confidence,
		Start: hotline.MsOf(b.said.start), End: hotline.MsOf(max(b.said.start, b.quietAt)), Turn: b.turn + 1}
}

// hears makes the event of what was said while no bot is listening.
func (m *Machine) hears(in Text) {
	if in.From != TheCaller && in.From != m.person.party && in.From != m.second.party {
		return
	}
	if m.says(in); !in.Final || in.Text == "" {
		return
	}
	lang := in.Language
	if lang == "" {
		lang = m.Language
	}
	u := in.Meaning
	m.emitAbout(in.From, hotline.Heard{Who: whoIs(in.From), Text: in.Text, Language: lang, Confidence: in.Confidence,
		Start: hotline.MsOf(in.Start), End: hotline.MsOf(in.End), Turn: m.bot.turn,
		Intent: u.Intent, IntentProb: u.Confidence, Emotion: u.Emotion, Slots: u.Slots})
}

// share adds a prompt to what was heard of the answer.
func (b *talk) share(p Played) {
	b.heardFor += p.Heard
	b.length += p.Length
	if p.Cut || !p.Complete {
		b.unplayed = true
		if full := spoken(p.Play.Say.Text); full > p.Length {
			b.length += full - p.Length
		}
	}
}

// heardShare is how much of the last answer was heard, 0 to 1.
func (b *talk) heardShare() float64 {
	if b.length <= 0 {
		return 0
	}
	return min(1, float64(b.heardFor)/float64(b.length))
}

// unanswered reports whether the last turn was interrupted before its answer
// was over.
func (b *talk) unanswered() bool { return b.unplayed || b.heardFor == 0 }

// spoken estimates how long text takes to say.
func spoken(text string) time.Duration {
	var d time.Duration
	for _, r := range text {
		if r < 0x2E80 {
			d += 65 * time.Millisecond
		} else {
			d += 220 * time.Millisecond
		}
	}
	return d
}
