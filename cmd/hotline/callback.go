package main

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hotline"
	"hotline/acd"
	"hotline/call"
	"hotline/journal"
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

// promises are the call-backs of a desk as people promise them, and take them
// back: in the journal too, so that the next server knows.
type promises struct {
	desk    *acd.Desk
	journal *journal.Journal
	may     func(number string) error // what keeps us from calling it
	mu      sync.Mutex                // no promise is kept before it is written
}

// CallBack implements web.Promises.
func (p *promises) CallBack(ctx context.Context, t hotline.Ticket, asked hotline.CallBackAsked) error {
	if err := p.may(asked.Number); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.desk.CallBack(t, asked.Number); err != nil {
		return err
	}
	_, err := p.journal.Remark(ctx, t.Call, asked)
	if err != nil {
		_ = p.desk.CancelCallBack(t.Call) // else an agent is held already: makeCallBack finds that nothing is owed
	}
	return err
}

// CancelCallBack implements web.Promises.
func (p *promises) CancelCallBack(ctx context.Context, call hotline.CallID, by string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.desk.CallBacks()
	if err := p.desk.CancelCallBack(call); err != nil {
		return err
	}
	_, err := p.journal.Remark(ctx, call, hotline.CallBackForgotten{By: by})
	if i := slices.IndexFunc(all, func(b hotline.CallBack) bool { return b.Call == call }); err != nil && i >= 0 {
		_ = p.desk.CallBack(all[i].Ticket, all[i].Number) // it fails only if it is there
	}
	return err
}

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

// remember gives those a place again who were promised a call and had none. What
// was promised too long ago is forgotten.
func (s *server) remember(ctx context.Context) {
	open, err := s.journal.Calls(ctx, hotline.CallQuery{Owed: true, Limit: maxOwed})
	if err != nil {
		s.log.Error("call-backs of before", "err", err)
		return
	}
	for _, c := range slices.Backward(open) { // the oldest first
		at, asked, err := s.promise(ctx, c)
		switch {
		case err != nil:
		case time.Since(at) > promiseLife:
			s.settle(ctx, c.ID, hotline.CallBackForgotten{})
			continue
		default:
			t := hotline.Ticket{Call: c.ID, Skill: asked.Skill, Language: asked.Brief.Language, Heat: asked.Brief.Emotion.Heat(), Segment: c.Segment}
			err = s.desk.CallBack(t, cmp.Or(asked.Number, c.Number()))
		}
		if err != nil {
			s.log.Warn("a call-back of before", "call", c.ID, "err", err)
		}
	}
}

// promise is what was asked for in a call that is owed one, and when.
func (s *server) promise(ctx context.Context, c hotline.Call) (at time.Time, asked hotline.CallBackAsked, err error) {
	evs, err := s.journal.Since(ctx, c.ID, c.Owed-1, 1)
	for _, ev := range evs {
		at = ev.At
		asked, _ = ev.Body.(hotline.CallBackAsked)
	}
	return at, asked, err
}

// maxOwed is how many promises of before are kept.
const maxOwed = 1000

// makeCallBack calls one customer for the agent who is held for them.
func (s *server) makeCallBack(ctx, life context.Context, b hotline.CallBack, agent hotline.AgentID) {
	s.promises.mu.Lock()
	before, err := s.journal.Call(life, b.Call)
	s.promises.mu.Unlock()
	var asked hotline.CallBackAsked
	if err == nil && before.Phase == hotline.PhaseEnded && before.Owed > 0 {
		_, asked, err = s.promise(life, before)
	}
	switch {
	case err != nil:
		s.log.Error("a call to be returned", "call", b.Call, "err", err)
		s.desk.Release(agent, false, acd.Unreached)
		s.callBackLater(ctx, b)
		return
	case before.Phase != hotline.PhaseEnded: // promised while they still talk
		s.desk.Release(agent, false, acd.Unreached)
		s.afterCall(ctx, b, before.Seq)
		return
	case before.Owed == 0: // taken back meanwhile
		s.desk.Release(agent, false, acd.Unreached)
		return
	}
	back := &call.Return{Call: b.Call, Agent: agent, Skill: b.Skill, Brief: asked.Brief}
	number, id := cmp.Or(asked.Number, b.Number), store.NewCallID(time.Now())
	log := s.log.With("call", id)
	dialling, cancel := context.WithTimeout(ctx, answersIn)
	defer cancel()
	phones := s.phones()
	phones.ring = answersIn
	leg, err := phones.Dial(dialling, call.Callee{Call: id, Number: number}, hotline.LegInfo{From: before.To})
	if err != nil {
		s.desk.Release(agent, false, acd.Unreached)
		s.journal.Append(hotline.Event{Call: id, Body: hotline.CallStarted{Direction: "out", From: before.To, To: number, Bot: before.Bot, Returns: b.Call}})
		s.journal.Append(hotline.Event{Call: id, Body: hotline.CallEnded{
			Outcome: hotline.Outcome{Result: hotline.Refused, Reason: hotline.ErrorCode(err)}}})
		if ctx.Err() != nil { // the next server tries
			return
		}
		last := before.Tries+1 >= triesBack || hotline.ErrorCode(err) == hotline.EForbidden
		s.settle(life, b.Call, hotline.CallBackMade{By: id, Last: last})
		if last {
			log.Warn("a customer could not be called back", "for", b.Call, "err", err)
			return
		}
		s.callBackLater(ctx, b)
		return
	}
	s.settle(life, b.Call, hotline.CallBackMade{By: id, Reached: true, Last: true})
	s.converse(life, id, leg, before.To, number, back)
}

// afterCall gives a customer a place once more when the call has ended in which
// they were promised one.
func (s *server) afterCall(ctx context.Context, b hotline.CallBack, since uint64) {
	for _, err := range s.journal.Follow(ctx, b.Call, since) {
		if err != nil {
			s.log.Error("the end of a call to be returned", "call", b.Call, "err", err)
			s.callBackLater(ctx, b)
			return
		}
	}
	s.callBackAgain(ctx, b)
}

// callBackLater gives a customer a place once more after a while.
func (s *server) callBackLater(ctx context.Context, b hotline.CallBack) {
	select {
	case <-time.After(againAfter):
		s.callBackAgain(ctx, b)
	case <-ctx.Done():
	}
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

func (s *server) settle(ctx context.Context, id hotline.CallID, how hotline.Body) {
	if _, err := s.journal.Remark(ctx, id, how); err != nil {
		s.log.Error("what came of a call-back", "call", id, "err", err)
	}
}
