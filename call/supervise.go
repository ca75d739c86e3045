package call

import (
	"slices"

	"hotline"
)

// A watcher is a supervisor on the call.
type watcher struct {
	party Party
	user  string
	mode  string
	up    bool
}

// maxWatchers bounds the supervisors of one call.
const maxWatchers = 8

func (m *Machine) watcher(p Party) *watcher {
	for i := range m.watchers {
		if m.watchers[i].party == p {
			return &m.watchers[i]
		}
	}
	return nil
}

func (m *Machine) watcherOf(user string) *watcher {
	for i := range m.watchers {
		if m.watchers[i].user == user {
			return &m.watchers[i]
		}
	}
	return nil
}

// breaksIn is a supervisor whom the caller hears; nil if there is none.
func (m *Machine) breaksIn() *watcher {
	for i := range m.watchers {
		if w := &m.watchers[i]; w.up && w.mode == hotline.ModeBarge {
			return w
		}
	}
	return nil
}

// mayWatch says why one may not take part like that.
func (m *Machine) mayWatch(by hotline.Person, mode string) error {
	switch {
	case !by.Every:
		return &hotline.Error{Op: "supervise", Code: hotline.EForbidden, Message: "only a supervisor may join a call"}
	case mode != hotline.ModeListen && mode != hotline.ModeWhisper && mode != hotline.ModeBarge:
		return &hotline.Error{Op: "supervise", Code: hotline.EInvalid, Message: "mode must be listen, whisper or barge"}
	case m.phase == Ringing:
		return conflict("unanswered", "the call is not answered yet")
	case mode == hotline.ModeBarge && m.phase != Agent:
		return conflict("nobody_to_join", "no agent has the caller: transfer them instead")
	}
	return nil
}

// watch lets a supervisor in whose browser is there. One who is on the call
// already, in another window, is put out.
func (m *Machine) watch(in Joined) error {
	if err := m.mayWatch(in.By, in.Mode); err != nil {
		return err
	}
	if w := m.watcherOf(in.By.User); w != nil {
		m.watcherGone(w.party, "elsewhere")
	}
	w, err := m.newWatcher(in.By, in.Mode)
	if err == nil {
		m.do(Admit{w.party, in.leg})
	}
	return err
}

// newWatcher is one who is to come. Who hears them is settled before they do.
func (m *Machine) newWatcher(by hotline.Person, mode string) (*watcher, error) {
	if len(m.watchers) >= maxWatchers {
		return nil, conflict("too_many", "too many supervisors are on the call")
	}
	m.watchers = append(m.watchers, watcher{party: m.next(), user: by.User, mode: mode})
	m.arrange()
	return &m.watchers[len(m.watchers)-1], nil
}

// supervise changes how one takes part, or calls their phone.
func (m *Machine) supervise(by hotline.Person, o hotline.Supervise) error {
	w := m.watcherOf(by.User)
	if w != nil && o.Mode == hotline.ModeLeave {
		m.watcherGone(w.party, o.Mode)
		return nil
	}
	if err := m.mayWatch(by, o.Mode); err != nil {
		return err
	}
	switch {
	case w != nil && o.Phone != "":
		return conflict("there_already", "you are on the call already")
	case w != nil:
		if w.mode != o.Mode {
			w.mode = o.Mode
			if m.arrange(); w.up {
				m.watches(w)
			}
		}
		return nil
	case o.Phone == "":
		return conflict("not_there", "you are not on the call: join it first, or give a phone")
	}
	w, err := m.newWatcher(by, o.Mode)
	if err == nil {
		m.do(Dial{Party: w.party, Whom: Callee{Call: m.Call, Number: o.Phone}, Watches: true})
	}
	return err
}

func (m *Machine) watches(w *watcher) {
	w.up = true
	m.emitAbout(w.party, hotline.Supervised{User: w.user, Mode: w.mode, On: true})
}

func (m *Machine) watcherGone(p Party, reason string) {
	w := *m.watcher(p)
	m.watchers = slices.DeleteFunc(m.watchers, func(w watcher) bool { return w.party == p })
	m.arrange()
	if w.up {
		m.emitAbout(p, hotline.Supervised{User: w.user, Mode: w.mode})
	}
	m.do(Part{p, reason})
}

// watcherTakes gives the caller to a supervisor who talks with them, as their
// agent has left.
func (m *Machine) watcherTakes(w *watcher, reason string) {
	to := person{user: w.user, party: w.party}
	m.watchers = slices.DeleteFunc(m.watchers, func(w watcher) bool { return w.party == to.party })
	m.dropSecond(reason)
	m.handTo(to, reason)
	m.emitAbout(to.party, hotline.AgentJoined{Number: to.user, As: hotline.AsSupervisor})
}
