package call

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/mix"
)

// signalWait is how long after the end of a leg's audio its signal may come.
const signalWait = 2 * time.Second

// A side is one party's audio: what they say goes to the others in the room and
// to the ears, what they hear comes from the mouth.
type side struct {
	party  Party
	unread bool // what they say is recognised by nobody: a supervisor
	mouth  mouth
	seat   *mix.Party
	keys   chan rune           // to be sent; nil until the first
	leg    atomic.Pointer[Leg] // once it is up
	cancel context.CancelCauseFunc
}

// side returns a party's side, which it makes at the first call. It is the
// actor's.
func (s *Session) side(p Party) *side {
	sd := s.sides[p]
	if sd == nil {
		sd = &side{party: p, seat: s.room.Join(seat(p)), cancel: func(error) {}}
		sd.mouth.player.Now = s.clock.now
		sd.mouth.others = sd.seat
		if p == TheCaller {
			sd.mouth.heard = s.room.Join(seat(TheBot))
		}
		s.sides[p] = sd
	}
	return sd
}

func seat(p Party) string { return fmt.Sprint("party ", int(p)) }

func (sd *side) id() hotline.LegID {
	if l := sd.leg.Load(); l != nil {
		return (*l).Info().ID
	}
	return ""
}

// answer takes the caller's leg up.
func (s *Session) answer(ctx context.Context) {
	mctx, cancel := context.WithCancel(ctx)
	s.media = cancel
	sd := s.side(TheCaller)
	s.goes.start("caller's signals", func() { s.signals(ctx, TheCaller, s.Caller) })
	s.goes.start("caller's audio", func() {
		stream, err := s.Caller.Answer(mctx)
		if err != nil {
			s.post(ctx, Gone{TheCaller, hotline.ErrorCode(err)})
			return
		}
		if err := s.talk(ctx, mctx, sd, s.Caller, stream); err != nil {
			s.Log.Error("the caller's audio ended", "err", err)
		}
		// The peer is gone, and the leg's signal says why; or should.
		select {
		case <-time.After(signalWait):
			s.post(ctx, Gone{TheCaller, hotline.MediaLost})
		case <-ctx.Done():
		}
	})
}

// talk moves a leg's audio until media ends; the recogniser may take until ctx
// ends.
func (s *Session) talk(ctx, mctx context.Context, sd *side, leg Leg, stream media.Stream) error {
	sd.leg.Store(&leg)
	in, out := media.Sink(sd.seat), media.Source(&sd.mouth)
	if !sd.unread {
		ears := newEars(sd.party, &s.clock, sd.seat)
		s.listen(ctx, ears)
		defer close(ears.frames)
		in, out = s.tap(sd, ears)
	}
	page, ok := leg.(Reloader)
	if !s.post(mctx, Up{sd.party, ok && page.Reloads(), leg}) {
		return nil
	}
	err := stream.Run(mctx, in, out)
	if mctx.Err() != nil {
		return nil
	}
	return err
}

func (s *Session) tap(sd *side, in media.Sink) (media.Sink, media.Source) {
	if sd.party == TheCaller && s.Tape != nil {
		return s.Tape.Tap(in, &sd.mouth)
	}
	return in, &sd.mouth
}

// signals carries a leg's signals in, until it is gone.
func (s *Session) signals(ctx context.Context, from Party, leg Leg) {
	for {
		var sig hotline.Signal
		var ok bool
		select {
		case sig, ok = <-leg.Signals():
		case <-ctx.Done():
			return
		}
		var in Input
		switch {
		case !ok:
			in = Gone{from, hangupOf(from)}
		case sig.Kind == hotline.SigHangup && hungUp(sig.Reason):
			in = Gone{from, hangupOf(from)}
		case sig.Kind == hotline.SigHangup:
			in = Gone{from, sig.Reason}
		case sig.Kind == hotline.SigKey:
			in = Key{from, sig.Key}
		case sig.Kind == hotline.SigHold, sig.Kind == hotline.SigResume:
			in = Hold{from, sig.Kind == hotline.SigHold}
		case sig.Kind == hotline.SigSilent, sig.Kind == hotline.SigAudible:
			in = Silent{from, sig.Kind == hotline.SigSilent}
		default: // a transfer that they ask for; their leg has refused it
			continue
		}
		if !s.post(ctx, in) || !ok {
			return
		}
	}
}

// hungUp reports whether a leg's far end has hung up. The leg knows who called,
// not who they are: a customer who is called back is on one that we made.
func hungUp(reason string) bool {
	return reason == "" || reason == hotline.CallerHangup || reason == hotline.AgentHangup
}

func hangupOf(p Party) string {
	if p == TheCaller {
		return hotline.CallerHangup
	}
	return hotline.AgentHangup
}

// keyDepth is how many keys may wait to be sent: more than anybody presses ahead.
const keyDepth = 64

// press sends keys on, one after another.
func (s *Session) press(ctx context.Context, c Press) {
	sd := s.side(c.To)
	if sd.keys == nil {
		sd.keys = make(chan rune, keyDepth)
		s.goes.start("keys", func() {
			for {
				select {
				case key := <-sd.keys:
					sd.send(ctx, key)
				case <-ctx.Done():
					return
				}
			}
		})
	}
	select {
	case sd.keys <- c.Key:
	default: // somebody leans on the keypad
	}
}

// keyTime bounds the sending of one key.
const keyTime = 2 * time.Second

func (sd *side) send(ctx context.Context, key rune) {
	l := sd.leg.Load()
	if l == nil {
		return
	}
	if k, ok := (*l).(Keyer); ok {
		ctx, cancel := context.WithTimeout(ctx, keyTime)
		defer cancel()
		_ = k.SendKeys(ctx, string(key)) // a leg that is gone, or has no keys, does not take it
	}
}

// dial calls somebody. One goroutine has their leg from its first ring to its
// hangup, so no leg is ever left behind.
func (s *Session) dial(ctx context.Context, c Dial) {
	sd := s.side(c.Party)
	sd.unread = c.Watches
	actx, cancel := context.WithCancelCause(ctx)
	sd.cancel = cancel
	s.goes.start("agent", func() {
		defer cancel(nil)
		s.post(ctx, Gone{c.Party, s.call(ctx, actx, sd, c.Whom)})
	})
}

// admit is dial for a leg that has come by itself.
func (s *Session) admit(ctx context.Context, c Admit) {
	sd := s.side(c.Party)
	sd.unread = true
	actx, cancel := context.WithCancelCause(ctx)
	sd.cancel = cancel
	s.goes.start("agent", func() {
		defer cancel(nil)
		if a, ok := c.leg.(*arrival); ok {
			defer close(a.over)
		}
		s.post(ctx, Gone{c.Party, s.agent(ctx, actx, sd, c.leg)})
	})
}

func (s *Session) call(ctx, actx context.Context, sd *side, to Callee) (reason string) {
	if s.Dialer == nil {
		return "unreachable"
	}
	leg, err := s.Dialer.Dial(actx, to, s.Caller.Info())
	if err != nil {
		return dialled(err)
	}
	return s.agent(ctx, actx, sd, leg)
}

// agent is the life of a leg that is up.
func (s *Session) agent(ctx, actx context.Context, sd *side, leg Leg) (reason string) {
	defer func() {
		hctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hangupWait)
		defer cancel()
		why := reason
		var p parted
		if errors.As(context.Cause(actx), &p) {
			why = string(p)
		}
		if err := leg.Hangup(hctx, why); err != nil {
			s.Log.Warn("agent's hangup", "err", err)
		}
	}()
	stream, err := leg.Answer(actx)
	if err != nil {
		return dialled(err)
	}
	told := make(chan struct{})
	s.goes.start("agent's signals", func() {
		defer close(told)
		s.signals(actx, sd.party, leg)
	})
	if err := s.talk(ctx, actx, sd, leg, stream); err != nil {
		s.Log.Error("the agent's audio ended", "err", err)
	}
	select { // the signal says why it ended; or should
	case <-told:
	case <-time.After(signalWait):
	}
	return hotline.AgentHangup
}

// dialled says why an agent was not reached.
func dialled(err error) string {
	switch code := hotline.ErrorCode(err); code {
	case hotline.ENoAnswer:
		return "no-answer"
	case hotline.EBusy, hotline.EDeclined:
		return code
	}
	return "unreachable"
}

// parted is why the session ended an agent's part in the call.
type parted string

func (p parted) Error() string { return string(p) }

// part ends an agent's leg or its ringing; its goroutine hangs up.
func (s *Session) part(c Part) {
	if sd := s.sides[c.Party]; sd != nil {
		sd.cancel(parted(c.Reason))
		sd.mouth.hush()
		sd.seat.Leave()
	}
}
