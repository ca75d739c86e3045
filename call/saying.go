package call

import (
	"cmp"
	"slices"
	"time"

	"hotline"
)

// This file tells those who watch the call what is being said, before it is an
// event. It is worked out anew after every input, and what has changed is told.

// A saying is what one party says at the moment, as far as it is recognised.
type saying struct {
	party    Party
	text     string // while no bot listens to them
	language string
	start    hotline.Ms
	told     string // of it; empty: nothing, or it has become an event
	toldAt   time.Duration
}

// tellEvery is the least time between two partial results of a party.
const tellEvery = 200 * time.Millisecond

// sayingOf is the saying of a party, which is made at the first call.
func (m *Machine) sayingOf(p Party) *saying {
	for i := range m.sayings {
		if m.sayings[i].party == p {
			return &m.sayings[i]
		}
	}
	m.sayings = append(m.sayings, saying{party: p})
	return &m.sayings[len(m.sayings)-1]
}

// says takes in what a party says while no bot listens.
func (m *Machine) says(in Text) {
	s := m.sayingOf(in.From)
	s.text, s.language, s.start = in.Text, in.Language, hotline.MsOf(in.Start)
	if in.Final {
		s.text = ""
	}
}

// tell brings what was told up to what is being said.
func (m *Machine) tell() {
	switch {
	case m.ending != nil || m.phase == Ended:
		return // that is the end of all that is said
	case m.phase == Bot:
		m.saysToBot()
	}
	for i := range m.sayings {
		s := &m.sayings[i]
		if s.party != TheCaller && s.party != m.person.party && s.party != m.second.party {
			s.text = ""
		}
		if s.text == s.told || s.text != "" && s.told != "" && m.at-s.toldAt < tellEvery {
			continue
		}
		s.told, s.toldAt = s.text, m.at
		m.do(Tell{s.party, hotline.Partial{Who: whoIs(s.party), Text: s.text, Language: cmp.Or(s.language, m.Language), Start: s.start}})
	}
	m.sayings = slices.DeleteFunc(m.sayings, func(s saying) bool { return s.text == "" && s.told == "" && m.at-s.toldAt >= tellEvery })
}

// saysToBot is what the caller says to the bot: all of their turn, until it is an
// event. Nothing is told while they are asked for a secret.
func (m *Machine) saysToBot() {
	b := &m.bot
	s := m.sayingOf(TheCaller)
	switch {
	case b.secret || b.listen.Secret:
		s.text = ""
	case b.said.all() != "":
		s.text, s.language, s.start = b.said.all(), b.said.language, hotline.MsOf(b.said.start)
	case b.heard != nil: // not yet understood
		s.text, s.language, s.start = b.heard.Text, b.heard.Language, b.heard.Start
	default:
		s.text = ""
	}
}

func whoIs(p Party) string {
	if p == TheCaller {
		return "caller"
	}
	return "agent"
}
