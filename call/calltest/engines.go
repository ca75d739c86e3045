package calltest

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/asr"
	"hotline/call/turn"
	"hotline/dialog"
	"hotline/media"
	"hotline/tts"
)

// errBroken is what a broken engine says.
var errBroken = errors.New("broken")

// Rules are turn.Default, moved off the 20 ms grid.
var Rules = func() turn.Rules {
	r := turn.Default
	for _, d := range []*time.Duration{&r.Finished, &r.Unsure, &r.Unfinished, &r.Digits, &r.Number, &r.GiveUp, &r.MinSpeech,
		&r.CarryOn, &r.MaxPause, &r.NoInput, &r.Wait, &r.KeyGap, &r.KeyFree, &r.KeyLast} {
		*d = d.Truncate(media.FrameDur) + 13*time.Millisecond
	}
	return r
}()

// ASR recognises what Phones say: a final Delay after the end of each
// utterance, a partial of the words so far every Partials of it.
type ASR struct {
	Phones   []*Phone
	Delay    time.Duration // 0 is 200 ms
	Partials time.Duration // 0 is none
	Breaks   time.Duration // of the caller's speech, at this media time; 0 is never
}

// String implements fmt.Stringer.
func (ASR) String() string { return "test" }

// jitter keeps what an engine says off the grid of its input.
const jitter = 3 * time.Millisecond

// Recognize implements asr.Engine.
func (a ASR) Recognize(ctx context.Context, audio <-chan media.Frame, _ asr.Options) iter.Seq2[asr.Result, error] {
	if a.Delay == 0 {
		a.Delay = 200 * time.Millisecond
	}
	return func(yield func(asr.Result, error) bool) {
		var now *Utterance // being heard
		var r asr.Result
		var waiting []asr.Result
		say := func(r asr.Result, err error) bool {
			<-time.After(jitter)
			return yield(r, err)
		}
		for {
			var f media.Frame
			var ok bool
			select {
			case f, ok = <-audio:
			case <-ctx.Done():
				yield(asr.Result{}, ctx.Err())
				return
			}
			if !ok {
				return
			}
			u := a.utterance(f.PCM[0])
			if u != nil && a.Breaks > 0 && f.At >= a.Breaks {
				say(asr.Result{}, errBroken)
				return
			}
			if now != nil && u != now {
				r.Text, r.Final = now.Text, true
				waiting = append(waiting, r)
			}
			if u != nil {
				if u != now {
					r = asr.Result{Start: f.At, Confidence: 0.9}
				}
				r.End = f.At + media.FrameDur
				if d := r.End - r.Start; a.Partials > 0 && d%a.Partials == 0 && d < u.For && u.Text != "" {
					p := r
					p.Text = prefix(u.Text, float64(d)/float64(u.For))
					if p.Text != "" && !say(p, nil) {
						return
					}
				}
			}
			now = u
			if len(waiting) > 0 && f.At+media.FrameDur >= waiting[0].End+a.Delay {
				if !say(waiting[0], nil) {
					return
				}
				waiting = waiting[1:]
			}
		}
	}
}

func (a ASR) utterance(mark int16) *Utterance {
	for _, p := range a.Phones {
		if i := int(mark - p.level - 1); i >= 0 && i < len(p.Says) {
			return &p.Says[i]
		}
	}
	return nil
}

// prefix is the words of text up to part of it.
func prefix(text string, part float64) string {
	w := strings.Fields(text)
	return strings.Join(w[:int(float64(len(w))*part)], " ")
}

// NewDetector is for Session.VAD: what the phones say is voice.
func NewDetector() media.Detector { return detector{} }

type detector struct{}

func (detector) Detect(f *media.Frame) media.Voice {
	if f.PCM[0] != 0 {
		return media.Voiced
	}
	return media.NoVoice
}

// TTS says each word in 300 ms, after Delay.
type TTS struct {
	Delay  time.Duration // 0 is 109 ms
	Breaks string        // fails on texts with this in them
	Mute   bool          // fails on all
}

// String implements fmt.Stringer.
func (TTS) String() string { return "test" }

// Synthesize implements tts.Engine.
func (t TTS) Synthesize(ctx context.Context, text string, _ tts.Voice) iter.Seq2[media.Frame, error] {
	if t.Delay == 0 {
		t.Delay = 109 * time.Millisecond
	}
	return func(yield func(media.Frame, error) bool) {
		select {
		case <-time.After(t.Delay):
		case <-ctx.Done():
			yield(media.Frame{}, ctx.Err())
			return
		}
		if t.Mute || t.Breaks != "" && strings.Contains(text, t.Breaks) {
			yield(media.Frame{}, errBroken)
			return
		}
		var f media.Frame
		for i := range f.PCM {
			f.PCM[i] = botLevel
		}
		for range len(strings.Fields(text)) * 15 {
			if !yield(f, nil) {
				return
			}
			f.At += media.FrameDur
		}
	}
}

// Bot answers by a table, after Delay. The key of a turn is its text, or its
// keys after "keys ", or "opening", "no input", "no words", "returned" and the
// reason, "flow" and its name; of words that are not in the table, "*".
type Bot struct {
	Table  map[string][]dialog.Act
	Delay  time.Duration // 0 is 205 ms
	Breaks string        // the key of a turn that fails
	Panics string        // of one that panics
	Hangs  string        // of one that is never answered

	mu    sync.Mutex
	turns []dialog.Turn
}

// Turns are those that were asked so far.
func (b *Bot) Turns() []dialog.Turn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.turns
}

// Directs implements dialog.Director: a flow is there if its key is.
func (b *Bot) Directs(flow, _ string) error {
	if _, ok := b.Table["flow "+flow]; !ok {
		return &hotline.Error{Op: "bot", Code: hotline.EInvalid, Message: "no flow " + flow}
	}
	return nil
}

// Analyse implements dialog.Analyst.
func (*Bot) Analyse(t dialog.Turn, _ bool) dialog.Understood {
	return dialog.Understood{Intent: "said." + t.Text[:1]}
}

// String implements fmt.Stringer.
func (*Bot) String() string { return "test" }

// Respond implements dialog.Manager.
func (b *Bot) Respond(ctx context.Context, t dialog.Turn) iter.Seq2[dialog.Act, error] {
	b.mu.Lock()
	b.turns = append(b.turns, t)
	b.mu.Unlock()
	key := [...]string{"opening", t.Text, "keys " + t.Keys, "no input", "no words", "returned " + t.Reason, "flow " + t.Flow}[t.Kind]
	delay := b.Delay
	if delay == 0 {
		delay = 205 * time.Millisecond
	}
	return func(yield func(dialog.Act, error) bool) {
		if key == b.Hangs {
			<-ctx.Done()
			return
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return
		}
		if key == b.Panics {
			panic("a bug in the dialog")
		}
		if key == b.Breaks {
			yield(nil, errBroken)
			return
		}
		acts, ok := b.Table[key]
		if !ok {
			acts = b.Table["*"]
		}
		if t.Kind == dialog.Words && !yield(dialog.Understood{Intent: strings.Fields(t.Text)[0]}, nil) {
			return
		}
		for _, a := range acts {
			if !yield(a, nil) {
				return
			}
		}
	}
}
