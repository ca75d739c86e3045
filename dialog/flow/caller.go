package flow

import (
	"context"
	"errors"
	"strconv"
	"time"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/action"
)

// recogniseFor bounds how long the greeting waits for who the caller is.
const recogniseFor = 700 * time.Millisecond

// recognise asks who calls, before the first word. Not to know is no failure.
func (a *answer) recognise() {
	act := a.script.Actions[a.script.Policy.Caller]
	if act == nil || a.opt.From == "" {
		return
	}
	ctx, stop := context.WithTimeout(a.ctx, recogniseFor)
	defer stop()
	start := time.Now()
	result, err := act.Do(ctx, dialog.Request{Call: a.opt.Call, From: a.opt.From, Language: a.now.lang, Key: string(a.opt.Call) + "-caller", Args: map[string]string{"from": a.opt.From}})
	if errors.Is(err, action.ErrUnconfigured) {
		return
	}
	did := hotline.ActionDone{Action: a.script.Policy.Caller, Result: result, TookMs: hotline.MsOf(time.Since(start)), Caller: true}
	if err != nil {
		did.Error = err.Error()
	}
	for k, v := range result {
		a.now.vars["caller."+k] = v
	}
	if l := result["language"]; a.opt.Language == "" && a.hasLanguage(l) {
		a.now.lang = l
	}
	a.emit(dialog.Did{ActionDone: did})
}

// segment of the caller, for variants of prompts.
func (c *Conversation) segment() string {
	if v := c.now.vars["segment"]; v != "" {
		return v
	}
	return c.now.vars["caller.segment"]
}

// Rates of speech: what is asked for step by step, and the ends.
const (
	slowest = .6
	fastest = 1.4
	oneStep = .2
)

// rate is how fast the bot speaks to this caller; 0 is the voice's own.
func (c *Conversation) rate() float64 {
	v, err := strconv.ParseFloat(c.now.vars["caller.rate"], 64)
	if err != nil || v == 1 {
		return 0
	}
	return min(max(v, slowest), fastest)
}

// changePace speaks slower or faster from now on, remembers it for the caller,
// and says the last answer again.
func (a *answer) changePace(intent string) {
	r := a.rate()
	if r == 0 {
		r = 1
	}
	if intent == Slower {
		r = max(r-oneStep, slowest)
	} else {
		r = min(r+oneStep, fastest)
	}
	a.now.vars["caller.rate"] = strconv.FormatFloat(r, 'f', 1, 64)
	last := a.now.last
	a.say("pace")
	for _, n := range last { // in the same words
		if a.now.used[n] > 0 {
			a.now.used[n]--
		}
	}
	a.say(last...)
	a.remember()
	a.listen()
}

// remember keeps what the caller prefers for their next calls.
func (a *answer) remember() {
	act := a.script.Actions[a.script.Policy.Remember]
	if act == nil || a.stopped {
		return
	}
	args := map[string]string{"from": a.opt.From, "rate": a.now.vars["caller.rate"], "language": a.now.lang}
	result, took, err := a.doAction(&Step{Action: a.script.Policy.Remember, Timeout: 2 * time.Second}, args)
	if errors.Is(err, action.ErrUnconfigured) {
		return
	}
	did := hotline.ActionDone{Action: a.script.Policy.Remember, Args: args, Result: result, TookMs: hotline.MsOf(took)}
	if err != nil {
		did.Error = err.Error()
	}
	a.emit(dialog.Did{ActionDone: did})
}
