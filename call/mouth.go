package call

import (
	"context"
	"iter"
	"math"
	"sync/atomic"
	"time"

	"hotline/media"
	"hotline/tts"
)

// A mouth is what one party hears: a prompt before anything else, then music,
// then the others. All but ReadFrame is the actor's.
type mouth struct {
	player media.Player
	others media.Source
	heard  media.Sink // what is said to the caller, for those who hear the bot; nil for others
	music  atomic.Pointer[media.Source]

	queue  []Play
	serial int  // of the prompt that was begun last
	busy   bool // it plays
}

// ReadFrame implements media.Source, on the leg's pacer.
func (m *mouth) ReadFrame() (media.Frame, bool) {
	others, ok := m.others.ReadFrame() // in any case, so that nothing piles up
	music := m.music.Load()            // as it is while the prompt plays, not when it has ended
	if f, ok := m.player.ReadFrame(); ok {
		if m.heard != nil {
			m.heard.WriteFrame(f)
		}
		return f, true
	}
	if music != nil {
		return (*music).ReadFrame()
	}
	return others, ok
}

// play turns music on or off.
func (m *mouth) play(music func() media.Source, on bool) {
	switch {
	case !on || music == nil:
		m.music.Store(nil)
	case m.music.Load() == nil:
		src := music()
		m.music.Store(&src)
	}
}

// hush cuts the prompt that plays and forgets those that wait.
func (m *mouth) hush() {
	m.queue, m.busy = nil, false
	m.player.Cut()
}

// speak queues a prompt.
func (s *Session) speak(ctx context.Context, p Play) {
	m := &s.side(p.To).mouth
	m.queue = append(m.queue, p)
	s.next(ctx, m)
}

// spoke goes on after a prompt. One that was cut has gone on already.
func (s *Session) spoke(ctx context.Context, p Played) {
	m := &s.side(p.Play.To).mouth
	if m.busy && p.serial == m.serial {
		m.busy = false
		s.next(ctx, m)
	}
}

// next begins the first prompt of the queue, if none plays.
func (s *Session) next(ctx context.Context, m *mouth) {
	if m.busy || len(m.queue) == 0 {
		return
	}
	p := m.queue[0]
	m.queue, m.busy = m.queue[1:], true
	m.serial++
	serial, turn := m.serial, s.turn
	if p.To != TheCaller {
		turn = ctx
	}
	s.goes.start("prompt", func() {
		played := s.say(turn, m, p)
		played.serial = serial
		s.post(ctx, played)
	})
}

// say speaks one prompt and reports what became of it.
func (s *Session) say(ctx context.Context, m *mouth, p Play) Played {
	began := func(at time.Duration) {
		if p.To == TheCaller {
			s.meter.BotTalks(true)
		}
		select {
		case s.in <- Sounding{p, at}:
		default: // on the pacer; a measurement is lost
		}
	}
	if p.To == TheCaller {
		defer s.meter.BotTalks(false)
	}
	pb, err := m.player.Play(ctx, s.voice(ctx, p), began)
	if ctx.Err() != nil {
		err = nil
	}
	if err != nil && p.House && pb.Heard == 0 && !pb.Cut {
		pb, _ = m.player.Play(ctx, sorry, began)
		return Played{Play: p, Playback: pb, Engine: engine("tts", s.TTS), Err: err, Tone: true}
	}
	return Played{Play: p, Playback: pb, Engine: engine("tts", s.TTS), Err: err}
}

// sorry is the tone in place of words that nobody can speak: three short beeps
// of 425 Hz, the busy tone of ITU-T E.180.
func sorry(yield func(media.Frame, error) bool) {
	for i := range 60 {
		var f media.Frame
		if i%20 < 10 {
			for j := range f.PCM {
				f.PCM[j] = int16(6000 * math.Sin(2*math.Pi*425*float64(i*media.FrameSize+j)/media.SampleRate))
			}
		}
		if !yield(f, nil) {
			return
		}
	}
}

// voice is the audio of a prompt: its recording, or its text spoken.
func (s *Session) voice(ctx context.Context, p Play) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		if p.Say.Audio != "" && s.Prompt != nil {
			began := false
			for f, err := range s.Prompt(ctx, p.Say.Audio) {
				if err != nil {
					if ctx.Err() == nil {
						s.Log.Warn("a recorded prompt", "prompt", p.Say.Audio, "err", err)
					}
					break
				}
				began = true
				if !yield(f, nil) {
					return
				}
			}
			if began {
				return
			}
		}
		ctx := tts.Reporting(ctx, func(engine string, err error, now string) {
			s.post(ctx, Failover{p.To, "tts " + engine, err, "tts " + now})
		})
		for f, err := range s.TTS.Synthesize(ctx, p.Say.Text, tts.Voice{Language: p.Say.Language, Rate: p.Say.Rate}) {
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}
