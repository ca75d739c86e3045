package flow

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/dialog"
	"hotline/dialog/emotion"
)

// patience is how long a caller who asked to wait may be silent.
const patience = 30 * time.Second

// respond answers the turn.
func (a *answer) respond() {
	switch a.turn.Kind {
	case dialog.Opening:
		a.recognise()
		a.say(a.script.Policy.Opening...)
		a.listen()
		return
	case dialog.NoInput:
		a.silence()
		return
	case dialog.NoWords:
		a.now.spoken = true
		a.now.silences = 0
		a.miss("no_words")
		return
	case dialog.Returned:
		a.back()
		return
	case dialog.Directed:
		a.direct()
		return
	}
	r := a.understand(a.turn)
	a.now.lang, a.now.spoken, a.now.silences = r.Language, true, 0
	if a.turn.Kind == dialog.Words {
		a.now.feels = r.Emotion
	}
	if !a.emit(r.Understood) {
		return
	}
	a.take(r)
}

// take makes the move that a reading calls for.
func (a *answer) take(r reading) {
	if r.move != missed && r.move != more && r.move != wrong && r.move != missing && r.move != again && r.move != group && r.move != unproved {
		a.now.failures = 0
	}
	a.regret(r)
	f := a.now.top()
	if a.now.offer != "" && r.move != again && r.move != missed && r.move != hold && r.move != pace {
		a.now.offer = ""
	}
	switch r.move {
	case person:
		a.person()
	case upset:
		a.say("sorry_angry")
		a.transfer("", cause{name: "upset"})
	case fill:
		a.fill(r)
	case more:
		f.partial += r.value
		if s := a.script.Slots[a.step().Slot]; len(f.partial) >= s.Min {
			f.partial = r.value
		}
		if f.partial != "" && len(f.partial) < a.script.Slots[a.step().Slot].Min && f.tries < 2 {
			f.tries++
			a.now.failures++
			a.say("go_on")
			a.listen()
			return
		}
		a.miss("no_match")
	case group:
		f.value, f.from, f.to = r.value, r.from, r.to
		if f.to-f.from == 1 {
			a.say("digit_again")
		} else {
			a.say("group_again")
		}
		a.listen()
	case unproved:
		f.value, f.from, f.to = "", 0, 0
		a.miss("unproved")
	case pace:
		a.changePace(r.Intent)
	case right:
		a.put(f, a.step().Slot, f.value)
		a.run()
	case wrong:
		f.denied = append(slices.Clip(f.denied), f.value)
		f.phase, f.value, f.partial = asking, "", ""
		if f.before != "" { // another one, then
			f.before = ""
			a.ask()
			f.tries++
			return
		}
		a.miss("wrong")
	case yes, no:
		s := a.step()
		f.phase = running
		if f.at = s.Yes; r.move == no {
			f.at = s.No
		}
		a.run()
	case correct:
		a.revise(f, r.value, r.fills[r.value])
		a.run()
	case again:
		a.sayAgain()
	case hold:
		a.say("take_your_time")
		a.listenFor(patience)
	case declined:
		if !a.more() {
			a.say(a.script.Policy.Next)
		}
		a.run()
	case cancel:
		a.now.stack, a.now.also = nil, nil
		a.say("cancelled")
		a.idle()
	case missing:
		a.now.failures++
		if p := a.script.Slots[a.step().Slot].Missing; p != "" && a.now.failures < a.script.Policy.Failures {
			a.say(p)
			a.listen()
			return
		}
		a.giveUp("missing")
	case switchTo:
		a.sayAgain()
	case start:
		if !a.answeredFirst(r) {
			a.begin(r)
		}
	case welcome:
		a.say("how_can_i_help")
		a.idle()
	case nod:
		a.say("nod")
		a.goOn()
	case bye:
		a.goodbye()
	case resume:
		a.run()
	default:
		if a.turn.Heard < .3 && a.turn.Number > 1 && len(a.now.last) > 0 && a.now.failures == 0 {
			a.now.failures++ // they spoke before they could hear: say it once more
			a.sayAgain()
			return
		}
		a.miss("no_match")
	}
}

// regret says, once, that the bot noticed.
func (a *answer) regret(r reading) {
	if r.Emotion.Name == emotion.Frustrated && r.Emotion.Score >= .4 && !a.now.sorry && r.move != person && r.move != upset {
		a.now.sorry = true
		a.say("sorry_frustrated")
	}
}

// fill takes the value of the slot that was asked for; a doubtful one is read
// back first.
func (a *answer) fill(r reading) {
	f := a.now.top()
	s := a.script.Slots[a.step().Slot]
	spoken := a.turn.Kind == dialog.Words
	f.before = ""
	for k, v := range r.fills {
		if k != s.Name {
			a.now.vars[k], f.filled[k] = v, true
		}
	}
	if s.Confirm != "" && spoken && (r.doubt || s.Always) {
		f.phase, f.value, f.own = readback, r.value, r.own
		a.ask()
		return
	}
	a.put(f, s.Name, r.value)
	a.run()
}

func (a *answer) put(f *frame, name, value string) {
	a.now.vars[name], f.filled[name] = value, true
	f.phase, f.value, f.partial, f.before, f.from, f.to, f.at = running, "", "", "", 0, 0, a.step().Next
}

// revise puts another value into a slot filled before and goes on from there.
func (a *answer) revise(f *frame, name, value string) {
	a.now.vars[name], f.filled[name] = value, true
	f.phase, f.partial, f.tries = running, "", 0
	if i := a.script.collecting(f.flow, name); i >= 0 {
		f.at = i // which goes on at once, or does again what follows in the flow that it runs
	}
}

// begin starts a flow, or goes on with it if it is the one that waits.
func (a *answer) begin(r reading) {
	if r.Intent != Agent && !slices.Contains([]string{"thanks", "greet", "help", Goodbye}, r.Intent) {
		a.now.intent = r.Intent
	}
	if i := slices.IndexFunc(a.now.stack, func(f frame) bool { return f.flow == r.flow }); i >= 0 {
		a.now.stack = a.now.stack[:i+1]
		f := a.now.top()
		for k, v := range r.fills {
			a.revise(f, k, v)
		}
		if len(r.fills) > 0 || f.phase == running {
			a.run()
		} else {
			a.ask()
		}
		return
	}
	if r.instead {
		a.now.stack, a.now.also = nil, nil
	}
	for _, name := range r.another {
		if r.fills[name] == "" {
			delete(a.now.vars, name)
		}
	}
	a.now.also = append(a.now.also, r.also...)
	a.push(r.flow, r.fills)
	a.run()
}

// sayAgain says the last answer again, in the language of now.
func (a *answer) sayAgain() {
	last := slices.Clone(a.now.last)
	for _, n := range last { // in the same words
		if a.now.used[n] > 0 {
			a.now.used[n]--
		}
	}
	a.say(last...)
	a.listen()
}

// heardOut is the share of an answer from which its last question counts as asked.
const heardOut = .95

// goOn says what the caller has not heard of the last answer, from the
// sentence on in which it was cut.
func (a *answer) goOn() {
	heard := 0
	for _, s := range a.now.words {
		heard += len(s.Text)
	}
	heard = int(float64(heard) * a.turn.Heard)
	for _, s := range a.now.words {
		n := len(s.Text)
		if heard < n {
			s.Text = unheardOf(s.Text, heard)
			s.Audio = ""
			a.speak(s)
		}
		heard -= n
	}
	a.listen()
}

// unheardOf is what text has left from the sentence on that byte at is in.
func unheardOf(text string, at int) string {
	from := 0
	for i, r := range text {
		if i >= at && at >= 0 {
			break
		}
		if next := i + utf8.RuneLen(r); strings.ContainsRune(".!?。！？", r) && (r >= 0x80 || next < len(text) && text[next] == ' ') && next < len(text) {
			from = next
		}
	}
	return strings.TrimSpace(text[from:])
}

// miss answers a turn that told nothing: "no_match", "no_words", "no_input", or
// "wrong".
//
// Words that no intent knows may still be a question that knowledge answers.
func (a *answer) miss(kind string) {
	if f := a.now.top(); kind == "no_match" && (f == nil || f.phase == running) && a.answerFromKnowledge(0) {
		a.answered()
		return
	}
	if a.now.failures++; a.now.failures >= a.script.Policy.Failures {
		a.giveUp(kind)
		return
	}
	f := a.now.top()
	switch {
	case f == nil || f.phase == running:
		if kind == "wrong" || kind == "unproved" {
			kind = "no_match"
		}
		if a.now.failures == 1 {
			a.say(kind + "_1")
		} else {
			a.say(kind + "_2")
		}
		a.listen()
	case f.phase == asking:
		f.tries = max(f.tries, 1)
		if kind == "no_words" {
			a.say("no_words_short")
		} else if kind == "wrong" {
			a.say("not_right")
		} else if kind == "unproved" {
			a.say("does_not_check")
		}
		a.ask()
		f.tries++
	default:
		a.say("yes_or_no")
		a.ask()
	}
}

// silence answers a turn in which nothing was said.
func (a *answer) silence() {
	a.now.silences++
	if a.now.top() == nil && a.now.served { // they have what they wanted
		if a.now.silences > 1 {
			a.goodbye()
			return
		}
		a.say("still_there")
		a.listen()
		return
	}
	a.miss("no_input")
}

// giveUp is what the bot does when it fails: a person, or, where nobody was
// there before, a clear goodbye.
func (a *answer) giveUp(kind string) {
	if a.now.returned > 0 {
		a.say("goodbye_sorry")
		a.hangup("no-agent")
		return
	}
	a.say("give_up")
	a.transfer("", cause{name: kind})
}

// person hands over a caller who asked for it.
func (a *answer) person() {
	if a.now.returned >= 3 && a.script.Policy.Returned != "" {
		a.now.stack = nil
		a.push(a.script.Policy.Returned, nil)
		a.run()
		return
	}
	a.transfer("", cause{name: "asked"})
}

// back takes the caller back from an agent who was not there.
func (a *answer) back() {
	a.now.returned++
	a.now.stack, a.now.failures = nil, 0
	a.now.vars["reason"] = a.turn.Reason
	a.push(a.script.Policy.Returned, nil)
	a.run()
}

// goodbye ends the call in the bot's own words.
func (a *answer) goodbye() {
	if name := a.script.Starts[Goodbye]; name != "" {
		a.now.stack = nil
		a.push(name, nil)
		a.run()
		return
	}
	a.say("goodbye")
	a.hangup("done")
}
