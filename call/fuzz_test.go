package call

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hotline"
	"hotline/asr"
	"hotline/dialog"
	"hotline/media"
)

// world is what a machine believes to be there: it keeps the promises that a
// session makes (each prompt that begins is reported once, each question to the
// desk is answered at most once) and checks those that the machine makes.
type world struct {
	t       testing.TB
	m       Machine
	at      time.Duration
	trace   []string
	timers  map[Timer]time.Duration
	playing []Play // that began and were not reported
	queue   map[Party][]Play
	current map[Party]bool // the last of playing to that party was not dropped
	asks    []int          // of the desk, unanswered
	asking  int            // the one in the queue
	takes   []Take         // of the desk, unanswered
	routes  map[Route]bool
	legs    map[Party]bool // called or let in, and not parted
	coming  []Party        // called or let in by this step
	orders  int
	replied map[int]bool
	held    map[hotline.AgentID]int
	agents  int
	offered hotline.AgentID
	party   Party
	thought int
	up      map[Party]bool
	ended   bool
	hungup  bool
	keeps   bool // a place is to be kept, by this step
	kept    int
	told    map[Party]Tell
	toldAt  map[Party]time.Duration
	in      Input // of this step
}

func (w *world) step(in Input) {
	w.trace = append(w.trace, fmt.Sprintf("%v %T%+v", w.at, in, in))
	w.coming, w.in = nil, in
	for _, c := range w.m.Step(w.at, in) {
		w.trace = append(w.trace, fmt.Sprintf("   %T%+v", c, c))
		w.check(c)
	}
	if w.keeps {
		w.keeps = false
		if w.kept++; w.kept%2 == 0 {
			w.step(Kept{errors.New("x")})
		} else {
			w.step(Kept{})
		}
		return
	}
	w.alive()
	w.heard()
}

// heard is what holds of who hears whom, after every step.
func (w *world) heard() {
	m := &w.m
	p, c := &m.person, &m.second
	bridged := m.phase == Agent && !m.held && !c.asking
	for r := range w.routes {
		from, to := m.watcher(r.From), m.watcher(r.To)
		isAgent := func(q Party) bool { return p.there && p.joined && q == p.party }
		isSecond := func(q Party) bool { return c.party != 0 && q == c.party }
		with := func(q Party) bool { return isAgent(q) || isSecond(q) }
		switch {
		case m.ending != nil:
			w.fail("%v while the call ends", r)
		case from != nil && from.mode == hotline.ModeListen:
			w.fail("%v, but they listen", r)
		case from != nil && from.mode == hotline.ModeWhisper && to == nil && !isAgent(r.To):
			w.fail("%v, but they whisper", r)
		case from != nil && r.To == TheCaller && !bridged:
			w.fail("%v, but the caller waits, or has the bot", r)
		case from != nil || to != nil:
		case r.From == TheBot:
			if r.To == TheCaller || m.phase != Agent || !with(r.To) || c.asking {
				w.fail("%v in phase %d", r, m.phase)
			}
		case r.From == TheCaller && (!bridged || !with(r.To)), r.To == TheCaller && (!bridged || !with(r.From)):
			w.fail("%v, but they are not joined", r)
		case r.From != TheCaller && r.To != TheCaller && (m.phase != Agent || !with(r.From) || !with(r.To)):
			w.fail("%v in phase %d", r, m.phase)
		}
	}
	if bridged && m.ending == nil && !(w.routes[Route{TheCaller, p.party, true}] && w.routes[Route{p.party, TheCaller, true}]) {
		w.fail("caller and agent do not hear each other")
	}
	if p.there && c.party != 0 && p.agent != "" && p.agent == c.agent {
		w.fail("%s is twice in the call", p.agent)
	}
}

func (w *world) fail(format string, a ...any) {
	w.t.Helper()
	for _, l := range w.trace[max(0, len(w.trace)-60):] {
		w.t.Log(l)
	}
	w.t.Fatalf(format, a...)
}

// check is what holds of every command.
func (w *world) check(c Command) {
	m := &w.m
	_, release := c.(Release)
	if _, reply := c.(Reply); w.hungup && !release && !reply {
		w.fail("%T%v after the hangup", c, c)
	}
	switch c := c.(type) {
	case Emit:
		if w.ended {
			w.fail("%v after call.ended", c)
		}
		switch b := c.Body.(type) {
		case hotline.Heard:
			delete(w.told, c.About)
		case hotline.CallEnded:
			w.ended = true
			if b.Result == "" || b.Reason == "" {
				w.fail("an end without a reason: %v", b)
			}
		case hotline.Popped:
			w.offered = b.Agent
		}
	case Tell:
		was := w.told[c.About].Body.Text
		switch {
		case w.ended, c.Body.Text == was, m.phase == Bot && m.bot.secret && c.Body.Text != "":
			w.fail("%+v is told", c)
		case c.Body.Text != "" && was != "" && w.at-w.toldAt[c.About] < tellEvery:
			w.fail("%+v is told too soon", c)
		}
		w.told[c.About], w.toldAt[c.About] = c, w.at
	case Hangup:
		if !w.ended {
			w.fail("a hangup before call.ended")
		}
		w.hungup = true
	case Set:
		w.timers[c.Timer] = c.At
	case Clear:
		delete(w.timers, c.Timer)
	case Play:
		if c.To == TheCaller && !c.House && (m.bot.floor == Caller || m.phase != Bot || c.Turn != m.bot.turn) {
			w.fail("%v in turn %d, floor %d, phase %d", c, m.bot.turn, m.bot.floor, m.phase)
		}
		w.queue[c.To] = append(w.queue[c.To], c)
		w.next(c.To)
	case Drop:
		w.queue[TheCaller], w.current[TheCaller] = nil, false
	case Think:
		if c.Turn.Number != w.thought+1 && c.Turn.Number <= w.thought {
			w.fail("turn %d after %d", c.Turn.Number, w.thought)
		}
		w.thought = c.Turn.Number
	case Enqueue:
		if w.asking != 0 {
			w.fail("twice in the queue")
		}
		w.asking = c.Ask
		w.asks = append(w.asks, c.Ask)
	case Leave:
		w.asking = 0
	case Keep:
		if w.asking == 0 || m.person.there {
			w.fail("the place of a caller who does not wait is kept")
		}
		w.keeps = true
	case Take:
		w.takes = append(w.takes, c)
	case Dial:
		if c.Whom.Again {
			gone, hungUp := w.in.(Gone)
			if hungUp = hungUp && gone.Reason != hotline.MediaLost; hungUp || w.held[c.Whom.Agent] != 1 || c.Whom.Agent != m.person.agent {
				w.fail("%v after %T%v", c, w.in, w.in)
			}
		} else if c.Whom.Agent != "" && c.Whom.Agent != w.offered || c.Whom.Agent == "" && c.Whom.Number == "" {
			w.fail("%v without a screen pop", c)
		}
		w.comes(c.Party)
	case Admit:
		w.comes(c.Party)
	case Part:
		if !w.legs[c.Party] {
			w.fail("%v, who is not there", c)
		}
		delete(w.legs, c.Party)
	case Route:
		on := Route{c.From, c.To, true}
		if w.routes[on] == c.On {
			w.fail("%v twice", c)
		}
		if c.On && (slices.Contains(w.coming, c.From) || slices.Contains(w.coming, c.To)) {
			w.fail("%v after they were called", c)
		}
		if delete(w.routes, on); c.On {
			w.routes[on] = true
		}
	case Reply:
		if c.N == 0 || c.N > w.orders || w.replied[c.N] {
			w.fail("%v to nobody", c)
		}
		w.replied[c.N] = true
	case Release:
		if w.held[c.Agent]--; w.held[c.Agent] < 0 {
			w.fail("%v twice", c)
		}
	}
}

// comes is a leg that is called or let in.
func (w *world) comes(p Party) {
	if p <= w.party {
		w.fail("party %d after %d", p, w.party)
	}
	w.party = p
	w.legs[p] = true
	w.coming = append(w.coming, p)
}

// next begins the next prompt of a party, as a session does.
func (w *world) next(p Party) {
	if q := w.queue[p]; !w.current[p] && len(q) > 0 {
		w.playing = append(w.playing, q[0])
		w.queue[p], w.current[p] = q[1:], true
	}
}

// report tells of the ith prompt that began.
func (w *world) report(i int, p Played) {
	p.Play = w.playing[i]
	w.playing = append(w.playing[:i:i], w.playing[i+1:]...)
	latest := true
	for _, q := range w.playing[i:] {
		latest = latest && q.To != p.Play.To
	}
	if latest && w.current[p.Play.To] {
		w.current[p.Play.To] = false
		w.next(p.Play.To)
	}
	w.step(p)
}

// alive is what holds after every step: the call is never stuck.
func (w *world) alive() {
	m, b := &w.m, &w.m.bot
	set := func(t ...Timer) bool {
		for _, t := range t {
			if _, ok := w.timers[t]; ok {
				return true
			}
		}
		return false
	}
	if m.phase == Ringing || m.phase == Ended {
		return
	}
	if m.playing != len(w.playing) {
		w.fail("%d prompts are believed to play, %d do", m.playing, len(w.playing))
	}
	if m.ending != nil {
		if !set(LastReported) {
			w.fail("an end that does not come")
		}
		return
	}
	if !set(CallLimit) && b.then == nil {
		w.fail("no limit")
	}
	if m.person.lost && (!set(Reload) || !m.person.there || m.phase != Waiting && !m.lent) {
		w.fail("an agent is waited for, for good")
	}
	_, leaving := b.then.(leave)
	switch {
	case m.phase == Waiting:
		if w.asking == 0 && !m.person.there {
			w.fail("waiting for nothing")
		}
	case m.phase == Agent:
		if !m.person.joined || !m.person.there {
			w.fail("nobody is joined")
		}
		if m.second.asking && m.second.party == 0 && !set(ConsultLimit) {
			w.fail("looking for somebody for good")
		}
	case leaving && (set(Farewell, Drain) || len(b.prompts) > 0):
	case m.onHold || b.speaking:
	case b.floor == Nobody && !set(NoInput):
		w.fail("nobody has the floor, for good")
	case b.floor == Caller && !set(EndOfTurn, KeyGap):
		w.fail("the caller has the floor, for good")
	case b.floor == Thinking && len(b.prompts) == 0 && !set(Patience, CarryOn):
		w.fail("thinking for good")
	case b.floor == BotTalking && len(w.playing) == 0 && !set(Drain, Farewell, Patience, CarryOn):
		w.fail("talking for good")
	case b.paused && !set(CarryOn):
		w.fail("paused for good")
	}
}

// do feeds the machine what b says.
func (w *world) do(b, arg byte) {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	turn := max(0, w.m.bot.turn-int(arg>>6))
	from := Party(int(w.m.person.party) * int(arg&1))
	somebody := func(i int) Party {
		ps := []Party{w.m.person.party, w.m.second.party}
		for _, x := range w.m.watchers {
			ps = append(ps, x.party)
		}
		return ps[i%len(ps)]
	}
	texts := []string{"", "where is my order", "uh-huh", "hold on", "um", "five", "and"}
	switch b % 28 {
	case 0:
		w.at += ms(int(arg) * 7)
	case 1:
		w.step(Speech{On: true, At: w.at - ms(int(arg&31))})
	case 2:
		w.step(Speech{At: w.at - ms(int(arg&63)), Level: -20})
	case 3, 4:
		end := w.at - ms(int(arg))
		w.step(Text{From: from, Result: asr.Result{Text: texts[int(arg>>1)%len(texts)], Final: b%28 == 3, Start: end - ms(300), End: end}})
	case 5:
		w.step(Act{turn, dialog.Say{Text: "so it is", Must: arg&1 > 0}})
	case 6:
		w.step(Act{turn, dialog.Transfer{Skill: "x"}})
	case 7:
		w.step(Act{turn, dialog.Hangup{}})
	case 8:
		w.step(Act{turn, dialog.Understood{Intent: "x"}})
	case 9:
		w.step(Act{turn, dialog.Listen{Digits: int(arg & 7), Stop: '#', Secret: arg&8 > 0}})
	case 10:
		w.step(Answered{Turn: turn})
	case 11:
		w.step(Answered{Turn: turn, Err: errors.New("x")})
	case 12, 13:
		if n := len(w.playing); n > 0 {
			p := Played{Playback: media.Playback{Heard: ms(int(arg) * 10), Length: ms(2000), Complete: b%28 == 12, Cut: b%28 == 13}}
			if b%28 == 12 && arg&3 == 3 {
				p.Err = errors.New("x")
			}
			w.report(int(arg>>2)%n, p)
		}
	case 14:
		if n := len(w.asks); n > 0 {
			ask := w.asks[0]
			w.asks = w.asks[1:]
			if ask == w.asking {
				w.asking = 0
			}
			if arg&3 == 0 {
				w.step(Got{Ask: ask, Err: errors.New("x")})
				return
			}
			w.agents++
			a := hotline.AgentID(fmt.Sprint("agent-", w.agents))
			w.held[a]++
			w.step(Got{Ask: ask, Agent: a})
		}
	case 15:
		if !w.up[from] {
			w.up[from] = true
			w.step(Up{From: from, Reloads: arg&2 == 0})
		}
	case 16:
		w.step(Gone{Party(arg & 7), []string{hotline.CallerHangup, "busy", hotline.AgentHangup, hotline.MediaLost}[arg>>6]})
	case 17, 18: // the next timer
		var first Timer
		for t, at := range w.timers {
			if first == "" || at < w.timers[first] || at == w.timers[first] && t < first {
				first = t
			}
		}
		if first != "" {
			w.at = max(w.at, w.timers[first])
			delete(w.timers, first)
			w.step(Fired{first})
		}
	case 19:
		w.step(Key{from, rune("0123456789*#"[arg%12])})
	case 20:
		w.step(Hold{from, arg&2 > 0})
	case 21:
		w.step(Silent{from, arg&2 > 0})
	case 22:
		w.step(Deaf{From: from, Engine: "asr", Err: errors.New("x")})
	case 23:
		switch arg & 15 {
		case 0:
			w.step(Stop{})
		case 1:
			w.step(Ordered{By: hotline.Person{Every: true}, Order: hotline.HangUp{}})
		case 2:
			w.order(hotline.HandOver{Whom: hotline.Whom{Skill: "y"}}, true)
		default:
			if ts := []Timer{EndOfTurn, BargeIn, CarryOn, NoInput, KeyGap, Filler, Still, QueueLimit, AgentLost, Lost, Patience, Reload}; w.timers[ts[int(arg)%len(ts)]] == 0 {
				w.step(Fired{ts[int(arg)%len(ts)]}) // just before it was cleared
			}
		}
	case 24: // the desk has, or has not, the agent who is wanted
		if len(w.takes) > 0 {
			t := w.takes[0]
			w.takes = w.takes[1:]
			if arg&3 == 0 || w.held[t.Agent] > 0 {
				w.step(Got{Ask: t.Ask, Err: errors.New("busy")})
				return
			}
			w.held[t.Agent]++
			w.step(Got{Ask: t.Ask, Agent: t.Agent})
		} else {
			w.step(Placed{Place: hotline.Place{Position: int(arg & 3)}})
		}
	case 25: // somebody else comes up, or goes
		if p := somebody(int(arg >> 1)); p != 0 {
			if arg&1 > 0 {
				w.step(Gone{p, []string{hotline.AgentHangup, hotline.MediaLost}[arg>>7]})
			} else if !w.up[p] {
				w.up[p] = true
				w.step(Up{From: p, Reloads: arg>>7 == 0})
			}
		}
	case 26:
		w.orders++
		w.step(Joined{N: w.orders, By: hotline.Person{User: fmt.Sprint("user-", arg&1), Every: arg&64 == 0},
			Mode: []string{hotline.ModeListen, hotline.ModeWhisper, hotline.ModeBarge, "sing"}[arg>>1&3]})
	case 27:
		whom := []hotline.Whom{{Skill: "y"}, {Agent: "anna"}, {Number: "+86"}, {Agent: "ben"}}[arg>>4&3]
		w.order([]hotline.Order{hotline.Consult{Whom: whom}, hotline.EndConsult{How: hotline.ConsultComplete},
			hotline.EndConsult{How: hotline.ConsultCancel}, hotline.EndConsult{How: hotline.ConsultJoin},
			hotline.HandOver{Whom: whom}, hotline.HoldCaller{On: arg&16 > 0}, hotline.ToBot{Flow: "pay", Then: hotline.ThenAgent},
			hotline.ToBot{Flow: "pay", Then: hotline.ThenEnd}, hotline.ReadOut{Text: "so it is"},
			hotline.Supervise{Mode: hotline.ModeBarge}, hotline.Supervise{Mode: hotline.ModeListen, Phone: "sip:x"},
			hotline.Supervise{Mode: hotline.ModeWhisper}, hotline.Supervise{Mode: hotline.ModeLeave}, hotline.Decline{},
			hotline.HoldCaller{}, hotline.Consult{Whom: whom}}[arg&15], arg&64 == 0)
	}
}

// order is one from a supervisor, or from who has the call.
func (w *world) order(o hotline.Order, every bool) {
	w.orders++
	by := hotline.Person{User: "user-0", Agent: w.m.person.agent, Every: every}
	if _, ok := o.(hotline.Decline); ok && w.m.second.agent != "" {
		by.Agent = w.m.second.agent
	}
	w.step(Ordered{N: w.orders, By: by, Order: o})
}

// returning is a world in which we call somebody back.
func returning(t testing.TB) *world {
	w := emptyWorld(t)
	w.held["back"], w.offered = 1, "back"
	w.m.Return = &Return{Call: "earlier", Agent: "back", Skill: "x"}
	w.step(Start{Info: hotline.LegInfo{To: "+100"}})
	return w
}

func newWorld(t testing.TB) *world {
	w := emptyWorld(t)
	w.m.MayKeep = true
	w.step(Start{Info: hotline.LegInfo{From: "+100"}})
	return w
}

func emptyWorld(t testing.TB) *world {
	return &world{t: t, timers: map[Timer]time.Duration{}, queue: map[Party][]Play{}, current: map[Party]bool{}, held: map[hotline.AgentID]int{}, up: map[Party]bool{},
		routes: map[Route]bool{}, legs: map[Party]bool{}, replied: map[int]bool{},
		told: map[Party]Tell{}, toldAt: map[Party]time.Duration{}}
}

// FuzzMachine: whatever happens in whatever order, a call ends once and nothing
// follows the end; it is never stuck before it; the bot never talks over a
// caller who has the floor, nor in a turn that has passed; an agent's phone
// rings after their screen pop; and every agent is given back; one whose browser was lost is called again, for a
// while, and one who hung up is not. A supervisor who
// listens is heard by nobody, one who whispers by the agent alone; nobody hears
// anybody before they are joined, and routes stand before a leg comes; every
// order has one reply, and no leg is left.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{15, 0, 5, 0, 10, 0, 12, 60})
	f.Add([]byte{15, 0, 5, 0, 10, 0, 12, 60, 1, 0, 0, 100, 2, 0, 3, 2, 17, 0, 5, 0, 1, 0, 17, 0, 4, 2, 12, 0, 17, 0})
	f.Add([]byte{15, 0, 6, 0, 10, 0, 14, 1, 15, 1, 12, 60, 16, 1, 5, 0, 10, 0, 17, 0})
	f.Add([]byte{15, 0, 22, 0, 12, 60, 14, 0, 12, 60, 17, 0})
	bridged := []byte{15, 0, 6, 0, 10, 0, 14, 1, 15, 1, 12, 60}
	f.Add(append(bridged, 27, 0, 14, 1, 25, 2, 27, 1, 25, 1))
	f.Add(append(bridged, 26, 0, 25, 4, 27, 11, 27, 9, 25, 1, 27, 6, 10, 0))
	f.Add(append(bridged, 27, 6, 5, 0, 10, 0, 12, 60, 27, 14, 27, 16, 24, 1, 25, 2, 27, 3, 25, 129))
	f.Add(append(bridged, 25, 129, 15, 1, 25, 129, 17, 0, 17, 0)) // lost, back, lost and not back
	f.Add(append(bridged, 27, 6, 25, 129, 10, 0, 15, 1, 25, 1))   // lost while the bot has the caller
	f.Add([]byte{15, 0, 6, 0, 10, 0, 19, 1, 12, 60, 17, 0})       // to be called back
	f.Fuzz(func(t *testing.T, script []byte) {
		newWorld(t).live(script)
		returning(t).live(script)
	})
}

// TestLongCalls plays calls that a fuzzer takes long to find: with a person from
// the start, and orders from the desk.
func TestLongCalls(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 22))
	for range 3000 {
		script := []byte{15, 0, 6, 0, 10, 0, 14, 1, 15, 1, 12, 60}
		for range rng.IntN(80) {
			what := byte(rng.IntN(28))
			if rng.IntN(2) == 0 {
				what = []byte{24, 25, 25, 26, 27, 27, 27, 14, 15, 12, 10}[rng.IntN(11)]
			}
			script = append(script, what, byte(rng.Uint32()))
		}
		newWorld(t).live(script)
		returning(t).live(script)
	}
}

// live plays a call to its end.
func (w *world) live(script []byte) {
	for i := 0; i+1 < len(script); i += 2 {
		w.do(script[i], script[i+1])
	}
	// The caller hangs up, and all that is under way comes to its end.
	w.step(Gone{TheCaller, hotline.CallerHangup})
	for len(w.playing) > 0 {
		w.report(0, Played{Playback: media.Playback{Cut: true}})
	}
	for len(w.asks) > 0 {
		w.do(14, 1)
	}
	for len(w.takes) > 0 {
		w.do(24, 1)
	}
	if len(w.legs) > 0 || len(w.routes) > 0 {
		w.fail("legs %v and routes %v are left", w.legs, w.routes)
	}
	if len(w.replied) != w.orders {
		w.fail("%d replies to %d orders", len(w.replied), w.orders)
	}
	if !w.hungup {
		w.fail("the call has not ended")
	}
	for a, n := range w.held {
		if n != 0 {
			w.fail("%s was not given back", a)
		}
	}
}
