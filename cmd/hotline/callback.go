package main

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"hotline"
	"hotline/acd"
	"hotline/call"
	"hotline/store"
)

// This file calls back those who would rather be called than wait.

// A customer who is not reached is tried again, triesBack times in all.
const (
	triesBack   = 3
	againAfter  = 5 * time.Minute
	answersIn   = 30 * time.Second // about six rings
	promiseLife = 24 * time.Hour   // of a call-back that a stopped server left open
)

// callBack calls those back whose turn has come, until ctx ends; the calls go on
// until life does. Promises of a server before this one are kept.
func (s *server) callBack(ctx, life context.Context) {
	s.remember(ctx)
	var calls errgroup.Group
	for {
		b, agent, err := s.desk.NextCallBack(ctx)
		if err != nil { // stopping
			break
		}
		calls.Go(func() error { s.makeCallBack(ctx, life, b, agent); return nil })
	}
	_ = calls.Wait()
}

// remember gives those a place again who were promised a call and had none.
func (s *server) remember(ctx context.Context) {
	open, err := s.journal.Calls(ctx, hotline.CallQuery{From: time.Now().Add(-promiseLife), Reason: hotline.CalledBack, Limit: 1000})
	if err != nil {
		s.log.Error("call-backs of before", "err", err)
		return
	}
	for i := len(open) - 1; i >= 0; i-- { // the oldest first
		asked, last, _ := s.promise(ctx, open[i].ID)
		if asked == nil || last {
			continue
		}
		t := hotline.Ticket{Call: open[i].ID, Skill: asked.Skill, Language: asked.Brief.Language, Heat: asked.Brief.Emotion.Heat()}
		if err := s.desk.CallBack(t, open[i].From); err != nil {
			s.log.Warn("a call-back of before", "call", open[i].ID, "err", err)
		}
	}
}

// promise is what a call says about calling back: what was asked, whether it is
// settled, and how often it was tried in vain.
func (s *server) promise(ctx context.Context, id hotline.CallID) (asked *hotline.CallBackAsked, settled bool, tries int) {
	evs, err := s.journal.Since(ctx, id, 0, maxPromise)
	if err != nil {
		s.log.Error("what was promised", "call", id, "err", err)
	}
	for _, ev := range evs {
		switch b := ev.Body.(type) {
		case hotline.CallBackAsked:
			asked = &b
		case hotline.CallBackMade:
			settled = settled || b.Last
			tries++
		}
	}
	return asked, settled, tries
}

// maxPromise is how many events of a call are read for a promise in it.
const maxPromise = 10_000

// makeCallBack calls one customer for the agent who is held for them.
func (s *server) makeCallBack(ctx, life context.Context, b hotline.CallBack, agent hotline.AgentID) {
	before, err := s.journal.Call(life, b.Call)
	if err != nil {
		s.log.Error("a call to be returned", "call", b.Call, "err", err)
	}
	if before.Phase != hotline.PhaseEnded && err == nil { // promised while they still talk
		s.desk.Release(agent, false, acd.Unreached)
		for range s.journal.Follow(ctx, b.Call, before.Seq) { // to its end
		}
		s.callBackAgain(ctx, b)
		return
	}
	asked, _, tries := s.promise(life, b.Call)
	back := &call.Return{Call: b.Call, Agent: agent, Skill: b.Skill, Brief: hotline.Brief{Language: b.Ticket.Language}}
	if asked != nil {
		back.Brief = asked.Brief
	}
	id := store.NewCallID(time.Now())
	log := s.log.With("call", id)
	dialling, cancel := context.WithTimeout(ctx, answersIn)
	defer cancel()
	phones := s.phones()
	phones.ring = answersIn
	leg, err := phones.Dial(dialling, call.Callee{Call: id, Number: b.Number}, hotline.LegInfo{From: before.To})
	if err != nil {
		s.desk.Release(agent, false, acd.Unreached)
		s.journal.Append(hotline.Event{Call: id, Body: hotline.CallStarted{Direction: "out", From: before.To, To: b.Number, Bot: before.Bot, Returns: b.Call}})
		s.journal.Append(hotline.Event{Call: id, Body: hotline.CallEnded{
			Outcome: hotline.Outcome{Result: hotline.Refused, Reason: hotline.ErrorCode(err)}}})
		if ctx.Err() != nil { // the next server tries
			return
		}
		last := tries+1 >= triesBack || hotline.ErrorCode(err) == hotline.EForbidden
		s.settle(life, b.Call, hotline.CallBackMade{By: id, Last: last})
		if last {
			log.Warn("a customer could not be called back", "for", b.Call, "err", err)
			return
		}
		select {
		case <-time.After(againAfter):
			s.callBackAgain(ctx, b)
		case <-ctx.Done():
		}
		return
	}
	s.settle(life, b.Call, hotline.CallBackMade{By: id, Reached: true, Last: true})
	s.converse(life, id, leg, before.To, b.Number, back)
}

// callBackAgain gives a customer a place once more.
func (s *server) callBackAgain(ctx context.Context, b hotline.CallBack) {
	if ctx.Err() != nil {
		return
	}
	if err := s.desk.CallBack(b.Ticket, b.Number); err != nil {
		s.log.Warn("a call-back", "for", b.Call, "err", err)
	}
}

func (s *server) settle(ctx context.Context, id hotline.CallID, made hotline.CallBackMade) {
	if _, err := s.journal.Remark(ctx, id, made); err != nil {
		s.log.Error("what came of a call-back", "call", id, "err", err)
	}
}
