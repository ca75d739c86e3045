package flow

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hotline"
	"hotline/dialog"
)

// maxSteps bounds the steps of one answer, whatever the script says; maxDepth
// the flows inside flows.
const (
	maxSteps = 500
	maxDepth = 6
)

// step is where the flow that runs stands.
func (c *Conversation) step() *Step {
	f := c.now.top()
	return &c.script.Flows[f.flow].Steps[f.at]
}

// numbers are the slots of digits, in the order of their names.
func (c *Conversation) numbers() []*Slot {
	var out []*Slot
	for _, n := range slices.Sorted(maps.Keys(c.script.Slots)) {
		if s := c.script.Slots[n]; s.Kind == Digits {
			out = append(out, s)
		}
	}
	return out
}

// collecting is the step of a flow that asks for a slot, by itself or in a flow
// that it runs; -1 is none.
func (s *Script) collecting(flow, slot string) int { return s.collectingIn(flow, slot, maxDepth) }

func (s *Script) collectingIn(flow, slot string, depth int) int {
	f := s.Flows[flow]
	if f == nil || depth == 0 {
		return -1
	}
	within := -1
	for i := range f.Steps {
		switch st := &f.Steps[i]; {
		case st.Op == OpCollect && st.Slot == slot:
			return i
		case st.Op == OpCall && s.collectingIn(st.Flow, slot, depth-1) >= 0:
			within = i
		}
	}
	return within
}

// push begins a flow.
func (a *answer) push(name string, fills map[string]string) {
	fl := a.script.Flows[name]
	if len(a.now.stack) >= maxDepth { // forget the oldest
		a.now.stack = slices.Delete(a.now.stack, 0, 1)
	}
	f := frame{flow: name, at: fl.Start, filled: map[string]bool{}}
	for i := range fl.Steps { // the same flow anew asks anew
		s := a.script.Slots[fl.Steps[i].Slot]
		if s == nil || a.now.used["flow "+name] == 0 {
			continue
		}
		if s.Same != "" && a.now.vars[s.Name] != "" {
			f.before = s.Name
		} else {
			delete(a.now.vars, s.Name)
		}
	}
	for _, k := range a.script.marks(name) {
		delete(a.now.vars, k)
	}
	for k, v := range fills {
		a.now.vars[k], f.filled[k] = v, true
	}
	a.now.used["flow "+name]++
	a.now.stack = append(a.now.stack, f)
}

// run follows the flow until the caller is waited for.
func (a *answer) run() {
	for !a.stopped {
		f := a.now.top()
		if f == nil {
			a.idle()
			return
		}
		if f.at == Done {
			a.finish()
			if f = a.now.top(); f != nil && f.phase != running {
				a.say("back")
				f.tries = max(f.tries-1, 0) // the question was not answered wrongly, it was left
				a.ask()
				f.tries++
				return
			}
			continue
		}
		if a.steps++; a.steps > maxSteps {
			a.fail(fmt.Errorf("flow %s: more than %d steps without waiting for the caller", f.flow, maxSteps))
			return
		}
		if s := a.step(); !a.do(f, s) {
			return
		}
	}
}

// finish leaves the flow that ended.
func (a *answer) finish() {
	f := a.now.top()
	quiet := a.script.Flows[f.flow].Quiet
	a.now.stack = a.now.stack[:len(a.now.stack)-1]
	if by := a.now.top(); by != nil && f.called { // who ran it may correct its values
		maps.Copy(by.filled, f.filled)
	}
	if !quiet {
		a.now.served = true
	}
	if len(a.now.stack) == 0 && !a.now.directed && a.more() {
		return
	}
	if len(a.now.stack) == 0 && !quiet && !a.now.directed {
		a.say(a.script.Policy.Next)
	}
}

// do takes one step; it reports whether to go on with the next.
func (a *answer) do(f *frame, s *Step) bool {
	next := s.Next
	switch s.Op {
	case OpSay:
		a.say(s.Prompts...)
	case OpCollect:
		if f.slot != s.Slot {
			f.slot, f.tries = s.Slot, 0
		}
		if v, have := a.now.vars[s.Slot]; have && f.before == s.Slot && !f.filled[s.Slot] {
			f.phase, f.value = readback, v
			a.ask()
			return false
		} else if have {
			f.filled[s.Slot] = true
			break
		}
		if f.tries >= a.script.Policy.Failures {
			a.giveUp("no_match")
			return false
		}
		f.phase, f.partial, f.from, f.to = asking, "", 0, 0
		a.ask()
		f.tries++
		return false
	case OpConfirm:
		f.phase = choosing
		a.ask()
		return false
	case OpDecide:
		for _, cs := range s.Cases {
			if a.holds(cs) {
				next = cs.To
				break
			}
		}
	case OpSet:
		for _, k := range slices.Sorted(maps.Keys(s.With)) {
			if v, _ := s.With[k].render(a.value); v == "" {
				delete(a.now.vars, k)
			} else {
				a.now.vars[k] = v
				f.filled[k] = a.script.Slots[k] != nil
			}
		}
	case OpAct:
		ok, err := a.act(s)
		switch {
		case a.stopped:
			return false // the turn was cut: the step is done again
		case !ok && s.No != Done:
			next = s.No
		case !ok:
			a.say("action_failed")
			a.transfer("", cause{name: "failed", detail: err})
			return false
		}
	case OpAnswer:
		if !a.answerFromKnowledge(0) {
			next = s.No
		}
	case OpCall:
		f.at = next
		fills := map[string]string{}
		for k := range f.filled {
			if v := a.now.vars[k]; v != "" {
				fills[k] = v
			}
		}
		a.push(s.Flow, fills)
		a.now.top().called = true
		return true
	case OpTransfer:
		a.say(s.Prompts...)
		a.transfer(s.Skill, cause{lines: s.Reason})
		return false
	case OpHangup:
		a.say(s.Prompts...)
		a.hangup("done")
		return false
	}
	if a.stopped {
		return false
	}
	f.at = next
	return true
}

func (a *answer) holds(cs Case) bool {
	for _, w := range cs.When {
		v, _ := a.value(w.Var)
		if !slices.ContainsFunc(w.Values, func(want string) bool { return want == v || want == "*" && v != "" }) {
			return false
		}
	}
	return true
}

// ask asks what the flow waits for, and listens.
func (a *answer) ask() {
	f := a.now.top()
	s := a.step()
	switch f.phase {
	case asking:
		sl := a.script.Slots[s.Slot]
		prompt := sl.Ask
		if len(s.Prompts) > 0 {
			prompt = s.Prompts[0]
		}
		if f.tries > 0 && len(sl.Again) > 0 {
			prompt = sl.Again[min(f.tries, len(sl.Again))-1]
		}
		a.say(prompt)
	case readback:
		switch sl := a.script.Slots[s.Slot]; {
		case f.before == s.Slot:
			a.say(sl.Same)
		case f.own && sl.Own != "":
			a.say(sl.Own)
		default:
			a.say(sl.Confirm)
		}
	case choosing:
		a.say(s.Prompts...)
	}
	a.listen()
}

// listen tells the session what to expect.
func (a *answer) listen() { a.listenFor(a.script.Policy.Silence) }

func (a *answer) listenFor(silence time.Duration) {
	l := dialog.Listen{NoInput: silence, Languages: a.script.Languages}
	switch f := a.now.top(); {
	case f == nil:
	case f.phase == asking:
		s := a.script.Slots[a.step().Slot]
		l.Hints, l.Secret, l.Number = s.Hints[a.now.lang], s.Secret, a.expected(s)
		if s.Kind == Digits {
			l.Digits, l.Stop = s.Max, '#'
			if f.to > 0 {
				l.Digits = f.to - f.from
			}
		} else if s.Kind == Phone {
			l.Digits, l.Stop = 15, '#'
		} else if s.Kind == ID {
			l.Digits, l.Stop = 18, '#'
		}
		for _, o := range s.Options {
			l.Hints = append(l.Hints[:len(l.Hints):len(l.Hints)], o.Words[a.now.lang]...)
		}
	case f.phase == readback, f.phase == choosing:
		l.Hints = map[string][]string{"en": {"yes", "no"}, "zh": {"是", "不是"}}[a.now.lang]
	}
	a.emit(l)
}

// idle listens between flows.
func (a *answer) idle() {
	a.now.offered = true
	a.listen()
}

func (a *answer) hangup(reason string) {
	if a.stopped {
		return
	}
	a.now.stack = nil
	a.emit(dialog.Hangup{Reason: reason})
}

// slowAction is how long an action may run before the caller is told.
const slowAction = 900 * time.Millisecond

// sayMore is how long it may run on before they are told again.
const sayMore = 7 * time.Second

// defaultTimeout bounds an action that names no timeout of its own.
const defaultTimeout = 5 * time.Second

// act does the action of a step and keeps its results under As.
func (a *answer) act(s *Step) (ok bool, problem string) {
	args := map[string]string{}
	for k, t := range s.With {
		args[k], _ = t.render(a.value)
	}
	key := s.Action
	for _, k := range slices.Sorted(maps.Keys(args)) {
		key += "\x00" + k + "=" + args[k]
	}
	result, had := a.done[key]
	if !had {
		var err error
		var took time.Duration
		result, took, err = a.doAction(s, args)
		if a.stopped || a.ctx.Err() != nil {
			a.stopped = true
			return false, ""
		}
		shown := map[string]string{}
		for k, v := range args {
			shown[k] = a.hidden(v)
		}
		did := hotline.ActionDone{Action: s.Action, Args: shown, Result: result, TookMs: hotline.MsOf(took)}
		if err != nil {
			did.Error, problem = err.Error(), err.Error()
		}
		if err == nil {
			a.done[key] = result
			did.Tried = a.keep(s, result)
		}
		if !a.emit(dialog.Did{ActionDone: did}) {
			return false, ""
		}
		if err != nil {
			return false, problem
		}
	}
	if had {
		a.keep(s, result)
	}
	return true, ""
}

// keep puts the results of a step where the flow finds them, and notes what was
// done for whoever takes the call over; it returns that note.
func (a *answer) keep(s *Step, result map[string]string) string {
	for k := range a.now.vars { // of an earlier time
		if strings.HasPrefix(k, s.As+".") {
			delete(a.now.vars, k)
		}
	}
	for k, v := range result {
		a.now.vars[s.As+"."+k] = v
	}
	t := s.Tried.first(a.agentLanguage(), a.forAgents)
	if t != "" && !slices.Contains(a.now.tried, t) {
		a.now.tried = append(a.now.tried, t)
	}
	return t
}

// hidden masks v if it is the value of a secret slot.
func (c *Conversation) hidden(v string) string {
	for _, s := range c.script.Slots {
		if s.Secret && v != "" && c.now.vars[s.Name] == v {
			return c.mask(s.Name, v)
		}
	}
	return v
}

// doAction waits for an action; one that is slow is spoken about.
func (a *answer) doAction(s *Step, args map[string]string) (result map[string]string, took time.Duration, err error) {
	act := a.script.Actions[s.Action]
	if act == nil {
		return nil, 0, fmt.Errorf("no action %s", s.Action)
	}
	timeout := s.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	ctx, stop := context.WithTimeout(a.ctx, timeout)
	defer stop()
	req := dialog.Request{Call: a.opt.Call, From: a.opt.From, Language: a.now.lang, Args: args,
		Key: fmt.Sprintf("%s-%d-%s", a.opt.Call, a.turn.Number, s.Action)}
	start := time.Now()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		result, err = act.Do(ctx, req)
	}()
	slow := time.NewTimer(slowAction)
	defer slow.Stop()
	waiting := s.Waiting
	if len(waiting) == 0 {
		waiting = []string{"one_moment", "still_working"}
	}
	for i := 0; ; i++ {
		select {
		case <-finished:
			return result, time.Since(start), err
		case <-slow.C:
		}
		if i < len(waiting) {
			a.say(waiting[i])
			slow.Reset(sayMore)
		}
		if a.stopped {
			stop()
		}
	}
}
