package phone

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
	"hotline/media/prompt"
	"hotline/tts"
)

// A Script is what to do in a call, in order. When it is done the phone hangs
// up. A step that fails ends the call. When the far end hangs up, steps that
// only listen are taken as done; anything else left to do is a failure.
type Script []Step

// A Step is one thing to do. The set is closed.
type Step interface {
	do(ctx context.Context, c *call) error
}

// How long steps wait for the far end unless they say otherwise.
const (
	Patience   = 15 * time.Second       // for it to begin
	LongSpeech = 90 * time.Second       // for it to end
	Pausing    = 900 * time.Millisecond // silence after which it has said all
)

type (
	// Say speaks. It returns after the last word.
	Say struct {
		Text  string
		Voice tts.Voice // zero is the phone's
	}
	// Play plays a WAV or MP3 file.
	Play struct{ Path string }
	// Keys presses 0-9 * # A-D, as RFC 4733 events.
	Keys struct{ Keys string }
	// Speech waits until the far end speaks, and fails after Within.
	Speech struct{ Within time.Duration } // 0 is Patience
	// Quiet waits until the far end has been silent for For.
	Quiet struct{ For, Within time.Duration } // 0 is Pausing, LongSpeech
	// Interrupt does What, a Say or a Play, when the far end has spoken for
	// After, and measures how long it goes on.
	Interrupt struct {
		After time.Duration
		What  Step
	}
	// Pause does nothing for a while.
	Pause struct{ For time.Duration }
	// Hold puts the far end on hold, and takes it back after For, or, if that is
	// 0, leaves it there for Resume.
	Hold   struct{ For time.Duration }
	Resume struct{}
	// Tone sends a sine wave for so long; for 0 it goes on while later steps run,
	// until something else is said.
	Tone struct {
		Hz  float64
		For time.Duration
	}
	// ExpectTone waits for a sine wave that lasts For, and fails after Within.
	ExpectTone struct {
		Hz          float64
		For, Within time.Duration // 0 is 300 ms, Patience
	}
	// ExpectKeys waits until the far end has pressed these keys, since the call
	// began.
	ExpectKeys struct {
		Keys   string
		Within time.Duration // 0 is Patience
	}
	// Listen waits until the far end hangs up, and fails after Within.
	Listen struct{ Within time.Duration } // 0 is LongSpeech
	// Hangup says goodbye, before the end of the Script.
	Hangup struct{}
	// Vanish sends no packet any more and no BYE, as a phone whose network is
	// gone, and waits for the far end to notice; it fails after Within.
	Vanish struct{ Within time.Duration } // 0 is LongSpeech
)

// Conversation is the Script of a caller with manners: wait until the greeting
// has ended, take turns, each after the far end has said all, and hang up. An
// Interrupt does not wait, but breaks into what the far end says next; after what
// is no turn of speech or keys, such as a Pause, nothing is expected of it.
func Conversation(turns ...Step) Script {
	s := Script{Speech{}, Quiet{}}
	for _, t := range turns {
		if _, ok := t.(Interrupt); ok && s[len(s)-1] == Step(Quiet{}) {
			s = s[:len(s)-1]
		}
		s = append(s, t)
		switch t.(type) {
		case Say, Play, Keys, Interrupt:
			s = append(s, Speech{}, Quiet{})
		}
	}
	return append(s, Hangup{})
}

// audio is what a Script says, by its Say or Play.
type audio map[Step][]media.Frame

// prepare synthesises and reads what s says.
func prepare(ctx context.Context, s Script, engine tts.Engine, v tts.Voice) (audio, error) {
	a := audio{}
	fail := func(message string, err error) (audio, error) {
		return nil, &hotline.Error{Op: "phone.Script", Code: hotline.EInvalid, Message: message, Err: err}
	}
	for _, st := range s {
		if i, ok := st.(Interrupt); ok {
			if st = i.What; st == nil {
				return fail("an interruption that says nothing", nil)
			}
		}
		if _, there := a[st]; there {
			continue
		}
		var err error
		switch st := st.(type) {
		case Say:
			if engine == nil {
				return fail("nothing to speak with", nil)
			}
			voice := st.Voice
			if voice == (tts.Voice{}) {
				voice = v
			}
			a[st], err = collect(engine.Synthesize(ctx, st.Text, voice))
		case Play:
			a[st], err = collect(prompt.Open(ctx, st.Path))
		}
		if err != nil {
			return fail("what to say", err)
		}
	}
	return a, nil
}

func collect(frames func(func(media.Frame, error) bool)) (fs []media.Frame, err error) {
	for f, err := range frames {
		if err != nil {
			return nil, err
		}
		fs = append(fs, f)
	}
	if len(fs) == 0 {
		return nil, fmt.Errorf("no audio in it")
	}
	return fs, nil
}

// demands reports whether a call is a failure in which st was not reached.
func demands(st Step) bool {
	switch st.(type) {
	case Speech, Quiet, Pause, Listen, Hangup:
		return false
	}
	return true
}

func or(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

func (s Say) do(ctx context.Context, c *call) error  { return c.say(ctx, s, s.Text) }
func (s Play) do(ctx context.Context, c *call) error { return c.say(ctx, s, s.Path) }

// say says what was prepared for st and expects an answer.
func (c *call) say(ctx context.Context, st Step, what string) error {
	from := c.ear.now()
	clip := mediatest.Clip(slices.Clone(c.audio[st]))
	err := c.mouth.say(ctx, &clip)
	c.ear.expect()
	c.tell(Observation{Kind: Said, Text: what, Start: hotline.MsOf(from), End: hotline.MsOf(c.ear.now())})
	return err
}

func (s Keys) do(ctx context.Context, c *call) error {
	if err := c.leg.SendKeys(ctx, s.Keys); err != nil {
		return err
	}
	c.tell(Observation{Kind: Pressed, Text: s.Keys})
	return nil
}

func (s Speech) do(ctx context.Context, c *call) error {
	return c.await(ctx, or(s.Within, Patience), "the far end says nothing", speaking(0))
}

func (s Quiet) do(ctx context.Context, c *call) error {
	return c.await(ctx, or(s.Within, LongSpeech), "the far end does not stop speaking", quiet(or(s.For, Pausing)))
}

func (s Interrupt) do(ctx context.Context, c *call) error {
	if err := c.await(ctx, Patience, "there is nothing to interrupt", speaking(s.After)); err != nil {
		return err
	}
	from := time.Now()
	if err := s.What.do(ctx, c); err != nil {
		return err
	}
	for deadline := time.Now().Add(Patience); ; {
		if d, ok := c.wire.bargeIn(from, time.Now()); ok {
			c.tell(Observation{Kind: Interrupted, BargeIn: ms(d)})
			return nil
		}
		if time.Now().After(deadline) {
			return &hotline.Error{Op: "phone.Interrupt", Code: hotline.ENoAnswer, Message: "the far end did not stop for the interruption"}
		}
		// The wire is looked at again with every frame that comes.
		if err := c.await(ctx, Patience, "no media", func(*ear) bool { return true }); err != nil {
			return err
		}
	}
}

func (s Pause) do(ctx context.Context, c *call) error {
	end := c.ear.now() + s.For
	return c.await(ctx, s.For+Patience, "no media", func(e *ear) bool { return e.at >= end })
}

func (s Hold) do(ctx context.Context, c *call) error {
	if err := c.leg.Hold(ctx); err != nil {
		return err
	}
	c.tell(Observation{Kind: Held, Text: "by us"})
	if s.For == 0 {
		return nil
	}
	if err := (Pause{s.For}).do(ctx, c); err != nil {
		return err
	}
	return Resume{}.do(ctx, c)
}

func (Resume) do(ctx context.Context, c *call) error {
	if err := c.leg.Resume(ctx); err != nil {
		return err
	}
	c.tell(Observation{Kind: Resumed, Text: "by us"})
	return nil
}

func (s Tone) do(ctx context.Context, c *call) error {
	c.tell(Observation{Kind: ToneSent, Hz: s.Hz})
	t := &mediatest.Tone{Hz: s.Hz, Frames: int(s.For / media.FrameDur)}
	if s.For == 0 {
		c.mouth.start(t)
		return nil
	}
	return c.mouth.say(ctx, t)
}

func (s ExpectTone) do(ctx context.Context, c *call) error {
	d := or(s.For, 300*time.Millisecond)
	within, cancel := context.WithTimeout(ctx, or(s.Within, Patience))
	defer cancel()
	if err := c.tones.Wait(within, s.Hz, d); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return &hotline.Error{Op: "phone.ExpectTone", Code: hotline.ENoAnswer, Message: "the tone did not come", Err: err}
	}
	c.tell(Observation{Kind: ToneHeard, Hz: s.Hz})
	return nil
}

func (s ExpectKeys) do(ctx context.Context, c *call) error {
	return c.await(ctx, or(s.Within, Patience), "the keys did not come", func(*ear) bool {
		return c.pressed(s.Keys)
	})
}

func (s Listen) do(ctx context.Context, c *call) error {
	return c.await(ctx, or(s.Within, LongSpeech), "the far end does not hang up", func(*ear) bool { return false })
}

func (Hangup) do(context.Context, *call) error { return errHangup }

func (s Vanish) do(ctx context.Context, c *call) error {
	c.stopMedia()
	c.tell(Observation{Kind: Vanished})
	return c.await(ctx, or(s.Within, LongSpeech), "the far end does not notice", func(*ear) bool { return false })
}
