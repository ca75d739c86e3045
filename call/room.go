package call

import (
	"slices"

	"hotline"
)

// This file is the routing matrix: who hears whom. It is worked out anew from
// the state of the call and handed to the session as changes, before a leg
// joins and before anything is told of it, so that nobody ever hears a word
// that they should not.

// A spot is where a member of the call is. Those at the same one talk.
type spot uint8

const (
	apart spot = iota // hears nobody
	line              // where the caller is
	aside             // where the agent asks somebody else
)

// A member is a party as the matrix sees them.
type member struct {
	party Party
	spot  spot
	mode  string // of a supervisor; empty for the others
	holds bool   // the agent: whispers are for them
}

// hears reports whether one member hears another.
func hears(to, from member) bool {
	switch {
	case to.party == from.party, to.party == TheBot:
		return false
	case to.party == TheCaller && from.party == TheBot: // from their own mouth
		return false
	case from.mode == hotline.ModeListen:
		return false
	case to.mode != "":
		return true
	case from.mode == hotline.ModeWhisper:
		return to.holds
	case from.mode == hotline.ModeBarge:
		return to.spot != apart
	}
	return from.spot != apart && from.spot == to.spot
}

// members are all who may be heard or hear, as the call is now.
func (m *Machine) members() []member {
	ms := m.scene[:0]
	if m.ending != nil || m.phase == Ringing || m.phase == Ended {
		return ms
	}
	p, c := &m.person, &m.second
	caller := member{party: TheCaller}
	if m.phase == Bot || m.phase == Agent && !m.held && !c.asking {
		caller.spot = line
	}
	ms = append(ms, caller, member{party: TheBot, spot: line})
	if p.there {
		a := member{party: p.party, holds: p.joined}
		switch {
		case !p.joined, m.phase != Agent: // rings, or has lent the caller
		case c.asking:
			a.spot = aside
		default:
			a.spot = line
		}
		ms = append(ms, a)
	}
	if c.party != 0 {
		a := member{party: c.party, spot: aside}
		if !c.asking {
			a.spot = line
		}
		ms = append(ms, a)
	}
	for _, w := range m.watchers {
		mode := w.mode
		if mode == hotline.ModeBarge && m.phase != Agent { // nobody breaks in on the bot
			mode = hotline.ModeListen
		}
		ms = append(ms, member{party: w.party, mode: mode})
	}
	m.scene = ms
	return ms
}

// arrange brings the routes and the music to what they should be now: first
// what must no longer be heard, then what may.
func (m *Machine) arrange() {
	ms := m.members()
	wanted := m.wanted[:0]
	for _, to := range ms {
		for _, from := range ms {
			if hears(to, from) {
				wanted = append(wanted, Route{From: from.party, To: to.party, On: true})
			}
		}
	}
	for _, r := range m.routes {
		if !slices.Contains(wanted, r) {
			m.do(Route{From: r.From, To: r.To})
		}
	}
	music := m.musical()
	for _, p := range m.music {
		if !slices.Contains(music, p) {
			m.do(Music{p, false})
		}
	}
	for _, p := range music {
		if !slices.Contains(m.music, p) {
			m.do(Music{p, true})
		}
	}
	for _, r := range wanted {
		if !slices.Contains(m.routes, r) {
			m.do(r)
		}
	}
	m.routes, m.wanted, m.music = wanted, m.routes, music
}

// musical are those who wait and hear music.
func (m *Machine) musical() []Party {
	var ps []Party
	if m.ending != nil {
		return nil
	}
	if m.phase == Waiting || m.phase == Bot && m.cutOff || m.phase == Agent && (m.held || m.second.asking) {
		ps = append(ps, TheCaller)
	}
	if m.phase == Agent && m.onHold && !m.second.there() {
		ps = append(ps, m.person.party)
	}
	return ps
}

// forward records a key, and sends it on to those outside who hear the one who
// pressed it: a machine there may have asked for it. What they asked for is theirs
// to know.
func (m *Machine) forward(in Key) {
	shown := string(in.Key)
	for _, o := range []struct {
		party   Party
		outside bool
	}{{m.person.party, m.person.joined && m.person.number != ""}, {m.second.party, m.second.up && m.second.number != ""}} {
		if o.outside && o.party != in.From && slices.Contains(m.routes, Route{in.From, o.party, true}) {
			shown = "*"
			m.do(Press{o.party, in.Key})
		}
	}
	m.emitAbout(in.From, hotline.Key{Key: shown})
}
