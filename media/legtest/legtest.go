// Package legtest is what every leg must pass, whatever carries it: a tone each
// way in each codec, keys, hold, packets that stop and come back, a hangup from
// either side. sip and rtc run it on legs of their own that talk to each other.
package legtest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
)

// A Leg is call.Leg, with keys of our own.
type Leg interface {
	Info() hotline.LegInfo
	Answer(ctx context.Context) (media.Stream, error)
	Hangup(ctx context.Context, reason string) error
	Signals() <-chan hotline.Signal
	Stats() hotline.MediaStats
	SendKeys(ctx context.Context, keys string) error
}

// A Pair is a leg, and the far end of it. Nobody reads the signals of either.
type Pair struct {
	Near, Far Leg
	Hold      func(t testing.TB, on bool) // by the far end, of the near one
	Lose      func(on bool)               // the far end's packets
}

// A Link connects a pair that speaks the codec. Silence of the near leg must be
// noticed within a second; what it does about silence for good is its own.
type Link func(t testing.TB, codec string) Pair

// patience is for machines with too much to do.
const patience = 30 * time.Second

const nearHz, farHz = 440, 1000

// Run runs the suite.
func Run(t *testing.T, codecs []string, link Link) {
	for _, name := range codecs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("tones and keys", func(t *testing.T) { t.Parallel(); tones(t, name, link) })
			t.Run("hold", func(t *testing.T) { t.Parallel(); hold(t, name, link) })
			t.Run("silence", func(t *testing.T) { t.Parallel(); silence(t, name, link) })
			t.Run("far hangup", func(t *testing.T) { t.Parallel(); farHangup(t, name, link) })
			t.Run("near hangup", func(t *testing.T) { t.Parallel(); nearHangup(t, name, link) })
			t.Run("end of the stream", func(t *testing.T) { t.Parallel(); endOfStream(t, name, link) })
		})
	}
}

// An end is a leg whose audio runs.
type end struct {
	t      testing.TB
	leg    Leg
	ear    *mediatest.Ear
	cancel context.CancelFunc
	over   chan struct{} // closed when Run has returned
	err    error         // of Run
}

// talk answers a leg and runs its audio.
func talk(t testing.TB, l Leg, hz float64) *end {
	t.Helper()
	stream, err := l.Answer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &end{t: t, leg: l, ear: mediatest.NewEar(), cancel: cancel, over: make(chan struct{})}
	go func() {
		defer close(e.over)
		e.err = stream.Run(ctx, e.ear, &mediatest.Tone{Hz: hz, Level: -17})
	}()
	t.Cleanup(func() {
		cancel()
		<-e.over
		if e.err != nil {
			t.Error("Run:", e.err)
		}
	})
	return e
}

func both(t testing.TB, name string, link Link) (p Pair, near, far *end) {
	t.Helper()
	p = link(t, name)
	near, far = talk(t, p.Near, nearHz), talk(t, p.Far, farHz)
	near.hears(farHz)
	far.hears(nearHz)
	return p, near, far
}

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func (e *end) hears(hz float64) {
	e.t.Helper()
	if err := e.ear.Wait(within(e.t), hz, 300*time.Millisecond); err != nil {
		e.t.Fatal(err)
	}
}

// next waits for a signal of the kind and passes over others.
func (e *end) next(kind hotline.SignalKind) hotline.Signal {
	e.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case sig, ok := <-e.leg.Signals():
			if !ok {
				e.t.Fatalf("Signals is closed; no signal %d", kind)
			}
			if sig.Kind == kind {
				return sig
			}
		case <-limit:
			e.t.Fatalf("no signal %d", kind)
		}
	}
}

// closed waits for the end of the signals.
func (e *end) closed() {
	e.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case _, ok := <-e.leg.Signals():
			if !ok {
				return
			}
		case <-limit:
			e.t.Fatal("Signals is not closed")
		}
	}
}

// ended waits for Run to return by itself.
func (e *end) ended() {
	e.t.Helper()
	select {
	case <-e.over:
	case <-time.After(patience):
		e.t.Fatal("Run does not return")
	}
}

// tones: both hear each other, purely and as loud as they were; keys come in
// order, each once, and the audio goes on behind them.
func tones(t *testing.T, name string, link Link) {
	p, near, far := both(t, name, link)
	if r := mediatest.Hear(near.ear.Last(300 * time.Millisecond)); r.Purity < 0.9 || r.Level < -20 || r.Level > -14 {
		t.Errorf("heard %v", r)
	}
	for from, to := range map[*end]*end{far: near, near: far} {
		if err := from.leg.SendKeys(within(t), "1#1"); err != nil {
			t.Fatal(err)
		}
		for _, want := range "1#1" {
			if sig := to.next(hotline.SigKey); sig.Key != want {
				t.Errorf("key %c, want %c", sig.Key, want)
			}
		}
	}
	near.hears(farHz)
	far.hears(nearHz)
	if err := p.Near.SendKeys(within(t), "x"); hotline.ErrorCode(err) != hotline.EInvalid {
		t.Errorf("the key x: %v", err)
	}
	if p.Near.Info().ID == "" || p.Near.Info().Remote == "" {
		t.Errorf("%+v", p.Near.Info())
	}
	s := p.Near.Stats()
	if !strings.EqualFold(s.Codec, name) || s.Sent == 0 || s.Received == 0 || s.Lost > 0 || s.Discarded > 0 {
		t.Errorf("%+v", s)
	}
}

// hold: who is held is told, hears nothing that was not meant for them, and both
// hear each other afterwards.
func hold(t *testing.T, name string, link Link) {
	p, near, far := both(t, name, link)
	for range 2 {
		p.Hold(t, true)
		near.next(hotline.SigHold)
		p.Hold(t, false)
		near.next(hotline.SigResume)
		near.hears(farHz)
		far.hears(nearHz)
	}
}

// silence: frames go on at their pace when no packets come, the other way is
// unharmed, and what was noticed is unnoticed.
func silence(t *testing.T, name string, link Link) {
	p, near, far := both(t, name, link)
	p.Lose(true)
	near.next(hotline.SigSilent)
	from, at := near.ear.Frames(), time.Now()
	far.hears(nearHz)
	for near.ear.Frames() < from+25 {
		if time.Since(at) > patience {
			t.Fatal("time stands still")
		}
		<-time.After(media.FrameDur)
	}
	if r := mediatest.Hear(near.ear.Last(200 * time.Millisecond)); r.Level > -50 {
		t.Errorf("out of nothing: %v", r)
	}
	p.Lose(false)
	near.next(hotline.SigAudible)
	near.hears(farHz)
}

// farHangup: the near end is told why, last; its stream ends by itself.
func farHangup(t *testing.T, name string, link Link) {
	p, near, _ := both(t, name, link)
	if err := p.Far.Hangup(within(t), hotline.BotHangup); err != nil {
		t.Fatal(err)
	}
	switch sig := near.next(hotline.SigHangup); sig.Reason {
	case "", hotline.CallerHangup, hotline.AgentHangup:
	default:
		t.Errorf("%+v", sig)
	}
	near.closed()
	near.ended()
	if err := p.Near.Hangup(within(t), ""); err != nil {
		t.Errorf("hanging up what is over: %v", err)
	}
}

// nearHangup: the far end notices; hanging up again, by many, is no error; the
// statistics stay.
func nearHangup(t *testing.T, name string, link Link) {
	p, near, far := both(t, name, link)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := p.Near.Hangup(within(t), hotline.BotHangup); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	far.next(hotline.SigHangup)
	near.closed()
	near.ended()
	if s := p.Near.Stats(); s.Sent == 0 || s.Received == 0 {
		t.Errorf("%+v", s)
	}
}

// endOfStream: the audio ends with its context while the leg is there.
func endOfStream(t *testing.T, name string, link Link) {
	p, near, _ := both(t, name, link)
	near.cancel()
	near.ended()
	select {
	case sig, ok := <-p.Near.Signals():
		t.Errorf("the leg ended with its audio: %+v %v", sig, ok)
	default:
	}
	if err := p.Near.Hangup(within(t), ""); err != nil {
		t.Error(err)
	}
	near.closed()
}
