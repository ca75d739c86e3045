package call

import (
	"errors"
	"fmt"
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
	waiting bool           // the machine is in the queue
	held    map[hotline.AgentID]int
	agents  int
	offered hotline.AgentID
	party   Party
	joined  Party
	thought int
	up      map[Party]bool
	ended   bool
	hungup  bool
}

func (w *world) step(in Input) {
	w.trace = append(w.trace, fmt.Sprintf("%v %T%+v", w.at, in, in))
	for _, c := range w.m.Step(w.at, in) {
		w.trace = append(w.trace, fmt.Sprintf("   %T%+v", c, c))
		w.check(c)
	}
	w.alive()
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
	if _, release := c.(Release); w.hungup && !release {
		w.fail("%T%v after the hangup", c, c)
	}
	switch c := c.(type) {
	case Emit:
		if w.ended {
			w.fail("%v after call.ended", c)
		}
		switch b := c.Body.(type) {
		case hotline.CallEnded:
			w.ended = true
			if b.Result == "" || b.Reason == "" {
				w.fail("an end without a reason: %v", b)
			}
		case hotline.Popped:
			w.offered = b.Agent
		}
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
		if w.waiting {
			w.fail("twice in the queue")
		}
		w.waiting = true
		w.asks = append(w.asks, c.Ask)
	case Leave:
		w.waiting = false
	case Dial:
		if c.Agent != w.offered || c.Party != w.party+1 {
			w.fail("%v without a screen pop", c)
		}
		w.party = c.Party
	case Bridge:
		if c.On == (w.joined != 0) {
			w.fail("%v while %d is joined", c, w.joined)
		}
		w.joined = 0
		if c.On {
			w.joined = c.Party
		}
	case Release:
		if w.held[c.Agent]--; w.held[c.Agent] < 0 {
			w.fail("%v twice", c)
		}
	}
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
	_, leaving := b.then.(leave)
	switch {
	case m.phase == Waiting:
		if !w.waiting && m.person.agent == "" {
			w.fail("waiting for nothing")
		}
	case m.phase == Agent:
		if w.joined == 0 {
			w.fail("nobody is joined")
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
	texts := []string{"", "where is my order", "uh-huh", "hold on", "um", "five", "and"}
	switch b % 24 {
	case 0:
		w.at += ms(int(arg) * 7)
	case 1:
		w.step(Speech{On: true, At: w.at - ms(int(arg&31))})
	case 2:
		w.step(Speech{At: w.at - ms(int(arg&63)), Level: -20})
	case 3, 4:
		end := w.at - ms(int(arg))
		w.step(Text{From: from, Result: asr.Result{Text: texts[int(arg>>1)%len(texts)], Final: b%24 == 3, Start: end - ms(300), End: end}})
	case 5:
		w.step(Act{turn, dialog.Say{Text: "so it is", Must: arg&1 > 0}})
	case 6:
		w.step(Act{turn, dialog.Transfer{Skill: "x"}})
	case 7:
		w.step(Act{turn, dialog.Hangup{}})
	case 8:
		w.step(Act{turn, dialog.Understood{Intent: "x"}})
	case 9:
		w.step(Act{turn, dialog.Listen{Digits: int(arg & 7), Stop: '#'}})
	case 10:
		w.step(Answered{Turn: turn})
	case 11:
		w.step(Answered{Turn: turn, Err: errors.New("x")})
	case 12, 13:
		if n := len(w.playing); n > 0 {
			p := Played{Playback: media.Playback{Heard: ms(int(arg) * 10), Length: ms(2000), Complete: b%24 == 12, Cut: b%24 == 13}}
			if b%24 == 12 && arg&3 == 3 {
				p.Err = errors.New("x")
			}
			w.report(int(arg>>2)%n, p)
		}
	case 14:
		if n := len(w.asks); n > 0 {
			ask := w.asks[0]
			w.asks = w.asks[1:]
			w.waiting = w.waiting && ask != w.m.person.ask
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
			w.step(Up{From: from})
		}
	case 16:
		w.step(Gone{Party(arg & 7), []string{hotline.CallerHangup, "busy"}[arg>>7]})
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
			w.step(OperatorHangup{})
		case 2:
			w.step(OperatorTransfer{Skill: "y"})
		default:
			if ts := []Timer{EndOfTurn, BargeIn, CarryOn, NoInput, KeyGap, Filler, Still, QueueLimit, AgentLost, Lost, Patience}; w.timers[ts[int(arg)%len(ts)]] == 0 {
				w.step(Fired{ts[int(arg)%len(ts)]}) // just before it was cleared
			}
		}
	}
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, timers: map[Timer]time.Duration{}, queue: map[Party][]Play{}, current: map[Party]bool{}, held: map[hotline.AgentID]int{}, up: map[Party]bool{}}
	w.step(Start{Info: hotline.LegInfo{From: "+100"}})
	return w
}

// FuzzMachine: whatever happens in whatever order, a call ends once and nothing
// follows the end; it is never stuck before it; the bot never talks over a
// caller who has the floor, nor in a turn that has passed; an agent's phone
// rings after their screen pop; and every agent is given back.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{15, 0, 5, 0, 10, 0, 12, 60})
	f.Add([]byte{15, 0, 5, 0, 10, 0, 12, 60, 1, 0, 0, 100, 2, 0, 3, 2, 17, 0, 5, 0, 1, 0, 17, 0, 4, 2, 12, 0, 17, 0})
	f.Add([]byte{15, 0, 6, 0, 10, 0, 14, 1, 15, 1, 12, 60, 16, 1, 5, 0, 10, 0, 17, 0})
	f.Add([]byte{15, 0, 22, 0, 12, 60, 14, 0, 12, 60, 17, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		w := newWorld(t)
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
		if !w.hungup {
			w.fail("the call has not ended")
		}
		for a, n := range w.held {
			if n != 0 {
				w.fail("%s was not given back", a)
			}
		}
	})
}
