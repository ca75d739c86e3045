// Package calltest scripts the callers, agents, engines and desk of a call, so
// that a whole call runs in a test with no network, no model and no real time.
//
// Everything here belongs in a synctest bubble: its clock stands in for ours,
// and what a call did is asserted as text, to the millisecond. The pacers of
// the phones tick every 20 ms from the answer on; synctest fixes the time but
// not the order of two things at one instant, so delays elsewhere are kept off
// that grid (see Rules).
package calltest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/media"
)

// Levels of the sounds there are, by which a Phone tells what it hears.
const (
	callerLevel = 4000
	agentLevel  = 3000
	botLevel    = 2000
	musicLevel  = 1000
	toneLevel   = 5000
	bothLevel   = callerLevel + agentLevel
	secondLevel = 8000
	bossLevel   = 16000
	step        = 500
)

// An Utterance is something said on a phone from At for For. One without a text
// is a sound that no recogniser finds words in.
type Utterance struct {
	At, For time.Duration
	Text    string
}

// A Deed is a key pressed, a hold, a hangup: anything that is not said.
type Deed struct {
	At     time.Duration
	Signal hotline.Signal
}

// A Phone is a leg that follows a script. Its times count from its answer.
type Phone struct {
	Name    string // id of the leg
	Answers time.Duration
	Says    []Utterance
	Does    []Deed
	HangsUp time.Duration // 0: it waits for the other side to
	NoReply error         // instead of an answer
	Page    bool          // it is one in a browser

	level int16
	sig   chan hotline.Signal
	mu    sync.Mutex
	hears []span
	bye   string
	keys  string
}

type span struct {
	what     string
	from, to time.Duration
}

// NewCaller returns the phone of a caller, NewAgent that of an agent.
// Both must be called in the bubble.
func NewCaller(p *Phone) *Phone { return p.init("caller", callerLevel) }
func NewAgent(p *Phone) *Phone  { return p.init("agent", agentLevel) }

// NewSecond is the phone of one whom an agent asks, NewBoss a supervisor's. What
// they say can be told apart in a conference. They answer off the others' grid.
func NewSecond(p *Phone) *Phone { return p.init("second", secondLevel).later(4 * time.Millisecond) }
func NewBoss(p *Phone) *Phone   { return p.init("boss", bossLevel).later(5 * time.Millisecond) }

func (p *Phone) later(d time.Duration) *Phone {
	p.Answers += d
	return p
}

func (p *Phone) init(name string, level int16) *Phone {
	if p.Name == "" {
		p.Name = name
	}
	if p.Answers == 0 {
		p.Answers = 100 * time.Millisecond
	}
	p.level = level
	p.sig = make(chan hotline.Signal, 16)
	return p
}

// Press is a row of keys, one every 200 ms.
func Press(at time.Duration, keys string) []Deed {
	var d []Deed
	for i, k := range keys {
		d = append(d, Deed{at + time.Duration(i)*200*time.Millisecond, hotline.Signal{Kind: hotline.SigKey, Key: k}})
	}
	return d
}

// Info implements call.Leg.
func (p *Phone) Info() hotline.LegInfo {
	return hotline.LegInfo{ID: hotline.LegID(p.Name), From: "+100", To: "200", Remote: "test"}
}

// Reloads implements call.Reloader.
func (p *Phone) Reloads() bool { return p.Page }

// Signals implements call.Leg.
func (p *Phone) Signals() <-chan hotline.Signal { return p.sig }

// Stats implements call.Leg.
func (p *Phone) Stats() hotline.MediaStats { return hotline.MediaStats{Codec: "PCMU"} }

// Hangup implements call.Leg.
func (p *Phone) Hangup(_ context.Context, reason string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bye = reason
	return nil
}

// Bye is why the other side hung up; empty if it did not.
func (p *Phone) Bye() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bye
}

// SendKeys implements call.Keyer.
func (p *Phone) SendKeys(_ context.Context, keys string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys += keys
	return nil
}

// Keys are those that were sent to the phone.
func (p *Phone) Keys() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys
}

// Answer implements call.Leg.
func (p *Phone) Answer(ctx context.Context) (media.Stream, error) {
	select {
	case <-time.After(p.Answers):
		return p, p.NoReply
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Run plays the script against a 20 ms clock. It implements media.Stream.
func (p *Phone) Run(ctx context.Context, in media.Sink, out media.Source) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	deeds := p.Does
	if p.HangsUp > 0 {
		deeds = append(deeds, Deed{p.HangsUp, hotline.Signal{Kind: hotline.SigHangup}})
	}
	for _, d := range deeds {
		wg.Go(func() {
			select {
			case <-time.After(d.At):
				p.sig <- d.Signal
			case <-ctx.Done():
			}
		})
	}
	tick := time.NewTicker(media.FrameDur)
	defer tick.Stop()
	for at := time.Duration(0); ; at += media.FrameDur {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		f := media.Frame{At: at}
		for i, u := range p.Says {
			if at >= u.At && at < u.At+u.For {
				for j := range f.PCM {
					f.PCM[j] = p.level
				}
				f.PCM[0] = p.mark(i)
			}
		}
		in.WriteFrame(f)
		g, ok := out.ReadFrame()
		p.hear(at, &g, ok)
	}
}

// mark is the first sample of the ith utterance, by which ASR knows it.
func (p *Phone) mark(i int) int16 { return p.level + int16(i) + 1 }

func (p *Phone) hear(at time.Duration, f *media.Frame, ok bool) {
	what := "silence"
	var peak int16
	for _, v := range f.PCM {
		peak = max(peak, v)
	}
	if ok && peak > 0 {
		what = sounds(peak)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.hears); n > 0 && p.hears[n-1].what == what {
		p.hears[n-1].to = at + media.FrameDur
		return
	}
	p.hears = append(p.hears, span{what, at, at + media.FrameDur})
}

// sounds names what is in a frame by its loudest sample.
func sounds(peak int16) string {
	var all []string
	for _, s := range []struct {
		level int16
		name  string
	}{{bossLevel, "boss"}, {secondLevel, "second"}} {
		if peak > s.level-step {
			all = append(all, s.name)
			peak -= s.level
		}
	}
	switch {
	case peak < step:
	case peak > bothLevel-step:
		all = append(all, "caller", "agent")
	case peak > toneLevel:
		all = append(all, "tone")
	case peak > callerLevel-step:
		all = append(all, "caller")
	case peak > agentLevel-step:
		all = append(all, "agent")
	case peak > botLevel-step:
		all = append(all, "bot")
	default:
		all = append(all, "music")
	}
	return strings.Join(all, " and ")
}

// Heard is what the phone heard from its answer on, in order, with times of its
// own: "bot 120ms-3.1s, music 3.1s-4s". Silences are left out.
func (p *Phone) Heard() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, s := range p.hears {
		if s.what != "silence" {
			out = append(out, fmt.Sprintf("%s %v-%v", s.what, s.from, s.to))
		}
	}
	return strings.Join(out, ", ")
}

// Music is a Source of music on hold.
type Music struct{}

// ReadFrame implements media.Source.
func (Music) ReadFrame() (f media.Frame, ok bool) {
	for i := range f.PCM {
		f.PCM[i] = musicLevel
	}
	return f, true
}

// NewMusic is for Session.Music.
func NewMusic() media.Source { return Music{} }
