package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"hotline"
	"hotline/call"
	"hotline/call/turn"
	"hotline/dialog/bot"
	"hotline/media"
	"hotline/media/prompt"
	"hotline/media/record"
	"hotline/sip"
	"hotline/store"
)

// accept is a call's life: it returns when the call is over.
func (s *server) accept(ctx context.Context, id hotline.CallID, leg call.Leg) {
	s.converse(ctx, id, leg, leg.Info().To, leg.Info().From, nil)
}

// converse is the life of a call with a customer who dialled us, or whom we call
// back; then dialled is what they dialled before.
func (s *server) converse(ctx context.Context, id hotline.CallID, leg call.Leg, dialled, customer string, back *call.Return) {
	number, _ := s.cfg.number(dialled)
	b := s.bots.Get(number.Bot)
	asks := s.asks(leg.Info(), b.Languages())
	if back != nil && slices.Contains(b.Languages(), back.Brief.Language) {
		asks = back.Brief.Language
	}
	path := store.RecordingPath(id)
	log := s.log.With("call", id)
	sess := &call.Session{
		Machine: call.Machine{Call: id, Rules: turn.Default, Language: cmp.Or(asks, b.Languages()[0]), Skill: b.Skill(), Limits: call.Limits{
			Call: time.Duration(s.cfg.Calls.Length), Queue: time.Duration(s.cfg.Calls.QueueWait), Lost: time.Duration(s.cfg.Calls.Lost),
			Reload: time.Duration(s.cfg.Calls.Reload)}},
		Caller: leg, Bot: number.Bot, ASR: s.ears.engine, Hear: hear(b), TTS: s.voice.engine,
		Dialog: b.NewConversation(bot.ConversationOptions{Call: id, From: customer, Language: asks}),
		Desk:   s.desk,
		Dialer: staff{s.phones(), s.rtc, s.desk.Connected},
		Events: s.journal, Live: s.journal, Prompt: recorded(b), VAD: s.ears.detector, Log: s.log,
		Music: func() media.Source { return s.music.Play() },
	}
	sess.Earlier, sess.Segment = s.earlier(ctx, customer)
	sess.Return = back
	_, sess.MayKeep = s.cfg.outside(customer)
	if number.Ring > 0 && back == nil {
		sess.Caller = ringing{leg, time.Duration(number.Ring)}
	}
	file := recordingFile(s.cfg.Data, path)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		log.Error("recording", "err", err)
	}
	tape, err := record.Create(file)
	if err != nil {
		log.Error("recording", "err", err) // the call goes on without
	} else {
		sess.Tape, sess.Recording = tape, path
	}
	s.calls.run(ctx, sess)
	if tape != nil && tape.Position() == 0 { // never answered
		_ = os.Remove(file)
	}
}

// refused journals an INVITE, or a browser's offer, that did not become a call.
func (s *server) refused(r sip.Refusal) {
	id := store.NewCallID(time.Now())
	s.journal.Append(hotline.Event{Call: id, Body: hotline.CallStarted{Direction: "in", From: r.From, To: r.To, Remote: r.Remote}})
	s.journal.Append(hotline.Event{Call: id, Body: hotline.CallEnded{
		Outcome: hotline.Outcome{Result: hotline.Refused, Reason: r.Reason}, Code: r.Code}})
}

// ringing is a leg that rings for a while before it is answered.
type ringing struct {
	call.Leg
	after time.Duration
}

// Answer waits, unless the caller gives up before.
func (r ringing) Answer(ctx context.Context) (media.Stream, error) {
	select {
	case <-time.After(r.after):
		return r.Leg.Answer(ctx)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// recordingFile is where a recording lies: path is under the data folder.
func recordingFile(data, path string) string { return filepath.Join(data, filepath.FromSlash(path)) }

// lately is how far back a caller's earlier calls are about the same trouble.
const lately = 72 * time.Hour

// earlier counts the calls of a caller of late by their intent, "" counting all,
// and has the segment of customers that the last of them knew.
func (s *server) earlier(ctx context.Context, from string) (calls map[string]int, segment string) {
	if (&hotline.Call{From: from}).Number() == "" { // nobody in particular
		return nil, ""
	}
	before, err := s.journal.Calls(ctx, hotline.CallQuery{Customer: from, From: time.Now().Add(-lately), Limit: 50})
	if err != nil {
		s.log.Error("a caller's earlier calls", "err", err)
		return nil, ""
	}
	calls = map[string]int{}
	for _, c := range before {
		if segment == "" {
			segment = c.Segment
		}
		if c.Answered.IsZero() {
			continue
		}
		calls[""]++
		if c.Intent != "" {
			calls[c.Intent]++
		}
	}
	return calls, segment
}

func openMusic(c Config) (*prompt.Music, error) {
	if c.Calls.Music == "" {
		return prompt.HoldMusic(), nil
	}
	return prompt.LoadMusic(c.Calls.Music)
}
