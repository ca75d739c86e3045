package phone

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
	"hotline/media/record"
)

// leg is what a call needs of a *sip.Leg.
type leg interface {
	Answer(ctx context.Context) (media.Stream, error)
	Hangup(ctx context.Context, reason string) error
	Signals() <-chan hotline.Signal
	Stats() hotline.MediaStats
	SendKeys(ctx context.Context, keys string) error
	Hold(ctx context.Context) error
	Resume(ctx context.Context) error
}

// farewell is how long a BYE may take.
const farewell = 5 * time.Second

var (
	errHangup = errors.New("hang up")          // the Script says so
	errGone   = errors.New("the far end left") // cause of the end of a call's context
)

// A call is one call of a Phone, made or answered. Its Script runs on the
// goroutine of run; the leg's pacer moves the audio; one goroutine reads the
// leg's signals and one tells what happens. run waits for all of them.
type call struct {
	wire   *wire
	audio  audio
	o      Options
	leg    leg
	ear    ear
	tones  *mediatest.Ear
	mouth  mouth
	report *Report

	obs       chan Observation
	told      chan struct{} // closed when the last was told
	stopMedia context.CancelFunc

	mu   sync.Mutex
	keys strings.Builder // that the far end pressed
}

func newCall(w *wire, a audio, o Options, r *Report) *call {
	c := &call{wire: w, audio: a, o: o, report: r, tones: mediatest.NewEar(), obs: make(chan Observation, 256), told: make(chan struct{})}
	c.ear.spoke, c.ear.response = c.heard, w.response
	go func() {
		defer close(c.told)
		for ob := range c.obs {
			r.add(ob)
			if o.Observe != nil {
				o.Observe(ob)
			}
		}
	}()
	return c
}

// tell hands on an observation. It never blocks; an observer that is hundreds
// behind misses some.
func (c *call) tell(ob Observation) {
	ob.Wall, ob.At = time.Now(), hotline.MsOf(c.ear.now())
	select {
	case c.obs <- ob:
	default:
	}
}

func (c *call) heard(s speech) {
	c.tell(Observation{Kind: Heard, Start: hotline.MsOf(s.start), End: hotline.MsOf(s.end), Response: ms(s.response)})
}

func (c *call) answered(after time.Duration) {
	c.report.Answer = ms(after)
	c.tell(Observation{Kind: Answered, Response: ms(after)})
}

// end closes the books on a call. The error that it returns is that of the
// Report.
func (c *call) end(how string, err error) (*Report, error) {
	c.ear.finish()
	c.tell(Observation{Kind: Ended, Text: how})
	close(c.obs)
	<-c.told
	r := c.report
	r.Ended, r.Length, r.Err = how, hotline.MsOf(c.ear.now()), err
	if c.leg != nil {
		r.Media = c.leg.Stats()
	}
	if err != nil {
		r.Error = err.Error()
	}
	return r, err
}

// run answers l, if that is still to do, goes through s and hangs up.
func (c *call) run(ctx context.Context, l leg, s Script) (*Report, error) {
	c.leg = l
	stream, err := l.Answer(ctx)
	if err != nil {
		c.hangup()
		return c.end(Cancelled, err)
	}
	if c.report.Direction == "in" {
		c.tell(Observation{Kind: Answered})
	}
	in, out := media.Tee(&c.ear, c.tones), media.Source(&c.mouth)
	var rec *record.Recorder
	if c.o.Record != "" {
		if rec, err = record.Create(c.o.Record); err != nil {
			c.hangup()
			return c.end(Failed, err)
		}
		in, out = taped(rec, in, out)
	}

	ctx, stop := context.WithCancelCause(ctx)
	mediaCtx, stopMedia := context.WithCancel(context.WithoutCancel(ctx))
	c.stopMedia = stopMedia
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := stream.Run(mediaCtx, in, out); err != nil && mediaCtx.Err() == nil {
			stop(fmt.Errorf("media: %w", err))
		}
	})
	wg.Go(func() {
		for sig := range l.Signals() {
			c.signal(sig)
		}
		stop(errGone)
	})
	how, err := c.script(ctx, s)
	if e := c.hangup(); err == nil {
		err = e
	}
	stopMedia()
	wg.Wait()
	stop(nil)
	if rec != nil {
		err = errors.Join(err, rec.Close())
	}
	return c.end(how, err)
}

// hangup says goodbye, unless the far end is gone.
func (c *call) hangup() error {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	return c.leg.Hangup(ctx, hotline.CallerHangup)
}

// script goes through the steps and says how the call ended.
func (c *call) script(ctx context.Context, s Script) (how string, err error) {
	for i, st := range s {
		if err = st.do(ctx, c); err == nil {
			continue
		}
		_, vanished := st.(Vanish)
		switch {
		case errors.Is(err, errHangup):
			return HungUp, nil
		case ctx.Err() == nil:
			return Failed, err
		case context.Cause(ctx) != errGone:
			return Closed, context.Cause(ctx)
		case vanished:
			return GaveUpOn, nil
		}
		for _, left := range s[i:] {
			if demands(left) {
				return FarEnd, &hotline.Error{Op: "phone.Script", Code: hotline.EUnavailable,
					Message: fmt.Sprintf("the far end hung up before %T", left)}
			}
		}
		return FarEnd, nil
	}
	return HungUp, nil
}

func (c *call) signal(sig hotline.Signal) {
	switch sig.Kind {
	case hotline.SigKey:
		c.mu.Lock()
		c.keys.WriteRune(sig.Key)
		c.mu.Unlock()
		c.tell(Observation{Kind: Key, Text: string(sig.Key)})
	case hotline.SigHold:
		c.tell(Observation{Kind: Held, Text: "by the far end"})
	case hotline.SigResume:
		c.tell(Observation{Kind: Resumed, Text: "by the far end"})
	case hotline.SigSilent:
		c.tell(Observation{Kind: Silent})
	case hotline.SigAudible:
		c.tell(Observation{Kind: Audible})
	case hotline.SigHangup:
		c.tell(Observation{Kind: Left, Text: sig.Reason})
	}
}

func (c *call) pressed(keys string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Contains(c.keys.String(), keys)
}

// await waits for until, and fails with message after within.
func (c *call) await(ctx context.Context, within time.Duration, message string, until func(*ear) bool) error {
	late := &hotline.Error{Op: "phone.Script", Code: hotline.ENoAnswer, Message: message}
	ctx, cancel := context.WithTimeoutCause(ctx, within, late)
	defer cancel()
	return c.ear.wait(ctx, until)
}

// taped records with this phone on the left, as a caller is in a recording of
// the server's. A Recorder has what is written to it there, so it is given what
// we say to write and what we hear to read.
func taped(rec *record.Recorder, in media.Sink, out media.Source) (media.Sink, media.Source) {
	t := &tape{in: in, out: out}
	t.left, t.right = rec.Tap(media.SinkFunc(func(media.Frame) {}), &t.last)
	return media.SinkFunc(t.hear), t
}

type tape struct {
	in    media.Sink
	out   media.Source
	left  media.Sink
	right media.Source
	last  held
}

// held is a Source of the frame in it.
type held media.Frame

func (h *held) ReadFrame() (media.Frame, bool) { return media.Frame(*h), true }

func (t *tape) hear(f media.Frame) {
	t.last = held(f)
	t.right.ReadFrame()
	t.in.WriteFrame(f)
}

func (t *tape) ReadFrame() (media.Frame, bool) {
	f, ok := t.out.ReadFrame()
	t.left.WriteFrame(f)
	return f, ok
}
