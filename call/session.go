package call

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"hotline"
	"hotline/asr"
	"hotline/dialog"
	"hotline/dialog/emotion/voice"
	"hotline/media"
	"hotline/media/mix"
	"hotline/tts"
)

// A Session carries out what its Machine decides. One goroutine, Run's, touches
// the machine; every other goroutine belongs to the session, ends with its
// context, and talks to it by posting inputs. A Session runs one call.
type Session struct {
	Machine
	Caller Leg
	Bot    string // name of the bot, for the record
	ASR    asr.Engine
	Hear   asr.Options // for ASR; zero lets it choose the language
	TTS    tts.Engine
	Dialog dialog.Manager // of this call alone
	Desk   Desk           // nil: there are no persons
	Dialer Dialer         // to the agents' phones
	Events Recorder
	Live   Teller // nil: nobody is told what is being said before it is an event

	// Prompt reads a recorded prompt, by the name that the bot gives it. If nil,
	// or if it fails, the text is spoken.
	Prompt    func(ctx context.Context, name string) iter.Seq2[media.Frame, error]
	Music     func() media.Source   // what a caller hears who waits; nil is silence
	VAD       func() media.Detector // one for each party; nil judges by energy
	Tape      Tape                  // nil: the call is not recorded
	Recording string                // where the tape goes, for the record
	Log       *slog.Logger          // nil is slog.Default
	once      sync.Once
	in        chan Input
	over      chan struct{}
	later     []Input // of the actor itself, before the next of in
	clock     clock
	due       map[Timer]time.Duration
	goes      running
	brain     chan struct{} // held by the one who uses Dialog
	room      *mix.Mixer
	sides     map[Party]*side
	meter     *voice.Meter // of the caller's voice
	legs      []Leg        // that were ever up, for their statistics
	turn      context.Context
	drop      context.CancelFunc            // ends turn: thinking and talking
	leave     context.CancelFunc            // leaves the queue
	media     context.CancelFunc            // ends the caller's audio
	unbotted  atomic.Bool                   // nobody else interprets what is said
	number    atomic.Pointer[dialog.Number] // that the caller is asked for

	orders  sync.Mutex
	ordered int                // the number of the last
	replies map[int]chan error // to those that wait
}

// mailbox is how many inputs may wait. A call makes a few hundred a minute.
const mailbox = 256

// Bounds of what the end of a call waits for.
const (
	hangupWait = 5 * time.Second
	aliveAfter = time.Minute
)

func (s *Session) init() {
	s.once.Do(func() {
		s.in = make(chan Input, mailbox)
		s.over = make(chan struct{})
	})
}

// Post hands the call an input from outside, such as Ordered. It may be
// called from any goroutine, before, during and after Run; it reports whether
// the call will see the input.
func (s *Session) Post(in Input) bool {
	s.init()
	select {
	case <-s.over:
		return false
	default:
	}
	select {
	case s.in <- in:
		return true
	case <-s.over:
		return false
	}
}

// Run runs the call to its end. When ctx ends, the caller is told that the call
// must end, and it ends within Limits.Farewell. Run returns only after every
// goroutine that the call started has returned.
func (s *Session) Run(ctx context.Context) {
	s.init()
	if s.Log == nil {
		s.Log = slog.Default()
	}
	s.Log = s.Log.With("call", s.Call)
	stop := ctx.Done()
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.clock.epoch = time.Now()
	s.due = map[Timer]time.Duration{}
	s.brain = make(chan struct{}, 1)
	s.room = mix.New()
	s.meter = voice.NewMeter()
	s.sides = map[Party]*side{}
	s.leave, s.media = func() {}, func() {}
	s.renew(ctx)

	s.step(ctx, Start{s.Caller.Info(), s.Bot})
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	for s.Phase() != Ended {
		if len(s.later) > 0 {
			in := s.later[0]
			s.later = s.later[1:]
			s.step(ctx, in)
			continue
		}
		s.arm(alarm)
		select {
		case in := <-s.in:
			s.step(ctx, in)
		case <-alarm.C:
			s.ring(ctx)
		case <-stop:
			stop = nil
			s.step(ctx, Stop{})
		}
	}

	// call.ended is written and the caller's phone knows why. Now the audio, so
	// that the recognisers see its end; then all the rest.
	close(s.over)
	late := time.AfterFunc(aliveAfter, func() {
		s.Log.Error("a call is alive a minute after its end", "goroutines", s.goes.names())
	})
	defer late.Stop()
	s.media()
	cancel()
	s.goes.wait()
	s.rest(ctx)
	if s.Tape != nil {
		if err := s.Tape.Close(); err != nil {
			s.Log.Error("recording", "err", err)
		}
	}
}

// rest takes the inputs that came too late, for an agent may be among them.
func (s *Session) rest(ctx context.Context) {
	for {
		select {
		case in := <-s.in:
			s.step(ctx, in)
		default:
			return
		}
	}
}

// post hands the actor an input, or gives up when ctx ends.
func (s *Session) post(ctx context.Context, in Input) bool {
	select {
	case s.in <- in:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *Session) step(ctx context.Context, in Input) {
	switch in := in.(type) {
	case Played:
		if s.Phase() != Ended {
			s.spoke(ctx, in)
		}
	case Up:
		s.legs = append(s.legs, in.leg)
	}
	for _, c := range s.Step(s.clock.now(), in) {
		s.do(ctx, c)
	}
	s.unbotted.Store(s.Phase() == Waiting || s.Phase() == Agent)
}

// do carries out one command. Only Hangup may take time, and it is the last.
func (s *Session) do(ctx context.Context, c Command) {
	switch c := c.(type) {
	case Emit:
		s.emit(c)
	case Tell:
		if s.Live != nil {
			s.Live.Tell(s.event(c.About, c.Body))
		}
	case Expect:
		s.number.Store(c.Number)
	case Set:
		s.due[c.Timer] = c.At
	case Clear:
		delete(s.due, c.Timer)
	case Answer:
		s.answer(ctx)
	case Think:
		s.renew(ctx)
		turn := s.turn
		s.goes.start("dialog", func() { s.think(turn, c.Turn) })
	case Drop:
		s.renew(ctx)
		s.side(TheCaller).mouth.hush()
	case Play:
		s.speak(ctx, c)
	case Pause:
		s.side(TheCaller).mouth.player.Pause()
		s.meter.BotTalks(false)
	case Resume:
		s.side(TheCaller).mouth.player.Resume()
		s.meter.BotTalks(true)
	case Music:
		s.side(c.To).mouth.play(s.Music, c.On)
	case Enqueue:
		s.enqueue(ctx, c)
	case Leave:
		s.leave()
	case Take:
		s.take(c)
	case Locate:
		s.locate()
	case Keep:
		s.keep(c)
	case Dial:
		s.dial(ctx, c)
	case Admit:
		s.admit(ctx, c)
	case Route:
		s.room.Route(seat(c.From), seat(c.To), c.On)
	case Reply:
		s.reply(c)
	case Press:
		s.press(ctx, c)
	case Part:
		s.part(c)
	case Release:
		s.Desk.Release(c.Agent, c.Joined, c.Reason)
	case Hangup:
		hctx, cancel := context.WithTimeout(ctx, hangupWait)
		defer cancel()
		if err := s.Caller.Hangup(hctx, c.Reason); err != nil {
			s.Log.Warn("hangup", "err", err)
		}
	default:
		panic(fmt.Sprintf("call: unknown command %T", c))
	}
}

// renew ends what is thought and said, and begins anew.
func (s *Session) renew(ctx context.Context) {
	if s.drop != nil {
		s.drop()
	}
	s.turn, s.drop = context.WithCancel(ctx)
}

// emit records an event, with what only the session knows.
func (s *Session) emit(c Emit) {
	ev := s.event(c.About, c.Body)
	switch b := c.Body.(type) {
	case hotline.CallAnswered:
		b.Codec, b.Recording = s.Caller.Stats().Codec, s.Recording
		ev.Body = b
	case hotline.CallEnded:
		b.Stats = map[hotline.LegID]hotline.MediaStats{}
		for _, l := range s.legs {
			b.Stats[l.Info().ID] = l.Stats()
		}
		ev.Body = b
	}
	s.Events.Append(ev)
}

// event is b about a party, now.
func (s *Session) event(about Party, b hotline.Body) hotline.Event {
	ev := hotline.Event{Call: s.Call, Media: hotline.MsOf(s.clock.now()), Body: b}
	if about == TheCaller {
		ev.Leg = s.Caller.Info().ID
	} else if sd := s.sides[about]; sd != nil {
		ev.Leg = sd.id()
	}
	return ev
}

// arm sets the alarm to the first timer that is due.
func (s *Session) arm(alarm *time.Timer) {
	wait := time.Hour
	now := s.clock.now()
	for _, at := range s.due {
		wait = min(wait, at-now)
	}
	alarm.Reset(max(0, wait))
}

// ring fires the timers that are due, in the order of their times.
func (s *Session) ring(ctx context.Context) {
	for {
		var first Timer
		for t, at := range s.due {
			if at <= s.clock.now()+time.Millisecond && (first == "" || at < s.due[first] || at == s.due[first] && t < first) {
				first = t
			}
		}
		if first == "" {
			return
		}
		delete(s.due, first)
		s.step(ctx, Fired{first})
	}
}

// think asks the dialog for the turn's acts.
func (s *Session) think(ctx context.Context, t dialog.Turn) {
	select {
	case s.brain <- struct{}{}:
		defer func() { <-s.brain }()
	case <-ctx.Done():
		return
	}
	// A bot that panics must not take the other calls with it: its caller goes to
	// a person, as after any failure.
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("the dialog panicked", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			s.post(ctx, Answered{Turn: t.Number, Engine: engine("dialog", s.Dialog), Err: fmt.Errorf("panic: %v", p)})
		}
	}()
	for a, err := range s.Dialog.Respond(ctx, t) {
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.post(ctx, Answered{Turn: t.Number, Engine: engine("dialog", s.Dialog), Err: err})
			return
		}
		if !s.post(ctx, Act{t.Number, a}) {
			return
		}
	}
	s.post(ctx, Answered{Turn: t.Number})
}

// analyse asks what something means that is not said to the bot. A dialog that
// is busy is not waited for long.
func (s *Session) analyse(ctx context.Context, t dialog.Turn, caller bool) dialog.Understood {
	a, ok := s.Dialog.(dialog.Analyst)
	if !ok {
		return dialog.Understood{}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	select {
	case s.brain <- struct{}{}:
		defer func() { <-s.brain }()
		return a.Analyse(t, caller)
	case <-ctx.Done():
		return dialog.Understood{}
	}
}

// enqueue waits for an agent.
func (s *Session) enqueue(ctx context.Context, c Enqueue) {
	if s.Desk == nil || s.Dialer == nil {
		s.later = append(s.later, Got{Ask: c.Ask, Err: errors.New("there are no agents")})
		return
	}
	qctx, cancel := context.WithCancel(ctx)
	s.leave = cancel
	s.goes.start("queue", func() {
		defer cancel()
		a, err := s.Desk.Assign(qctx, c.Ticket)
		if !s.post(ctx, Got{c.Ask, a, err}) && err == nil {
			s.Desk.Release(a, false, hotline.CallerHangup)
		}
	})
}

// take asks the desk for one agent.
func (s *Session) take(c Take) {
	got := Got{Ask: c.Ask, Agent: c.Agent}
	switch {
	case s.Desk == nil || s.Dialer == nil:
		got.Err = errors.New("there are no agents")
	default:
		got.Err = s.Desk.Take(c.Agent, c.Ticket)
	}
	if got.Err != nil {
		got.Agent = ""
	}
	s.later = append(s.later, got)
}

// locate asks the desk where the caller stands.
func (s *Session) locate() {
	placed := Placed{Err: errors.New("the desk does not say")}
	if p, ok := s.Desk.(Placer); ok {
		placed.Place, placed.Err = p.Place(s.Call)
	}
	s.later = append(s.later, placed)
}

// engine names an engine in an event.
func engine(kind string, e any) string {
	if n, ok := e.(fmt.Stringer); ok {
		return kind + " " + n.String()
	}
	return kind
}
