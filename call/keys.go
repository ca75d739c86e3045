package call

import (
	"time"

	"hotline"
	"hotline/dialog"
)

// maxKeys bounds a number; no menu, account or card needs more.
const maxKeys = 40

// key takes a key in. Keys make a turn together: a number of the expected
// length, or what came before the stop key or a pause.
func (m *Machine) key(in Key) {
	b := &m.bot
	shown := string(in.Key)
	if b.secret || b.listen.Secret {
		shown = "*"
	}
	m.emit(hotline.Key{Key: shown})
	if b.sure {
		return
	}
	stop := b.listen.Stop
	if stop == 0 && b.keys != "" {
		stop = '#' // what callers end a number with, asked or not
	}
	whole := in.Key == stop && b.keys != ""
	if !whole && len(b.keys) < maxKeys {
		b.keys += string(in.Key)
	}
	b.keyAt = m.at
	if whole {
		b.keyAt = 0 // long ago
	}
	if m.must() {
		return // kept for the turn after the prompt
	}
	if b.floor != Caller {
		m.interrupt()
		return
	}
	m.do(Clear{EndOfTurn})
	m.lookAtKeys()
}

// lookAtKeys asks whether those are all the keys.
func (m *Machine) lookAtKeys() {
	b := &m.bot
	if b.keys == "" || b.floor != Caller {
		return
	}
	var wait time.Duration
	switch n := b.listen.Digits; {
	case n == 0:
		wait = m.Rules.KeyFree
	case len(b.keys) >= n:
		wait = m.Rules.KeyLast
	default:
		wait = m.Rules.KeyGap
	}
	if due := b.keyAt + wait; b.keyAt > 0 && m.at+tolerance < due {
		m.do(Set{KeyGap, due})
		return
	}
	if b.said.all() != "" {
		m.hear()
	}
	m.think(dialog.Turn{Kind: dialog.Keys, Keys: b.keys, Text: b.said.all()})
}
