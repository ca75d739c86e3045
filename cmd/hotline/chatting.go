package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/slot"
	"hotline/web"
)

// A chatting is one chat. Its mu is held during a turn: there is one at a time.
type chatting struct {
	events  recorder
	call    hotline.CallID
	started time.Time
	host    string    // of the customer
	used    time.Time // the last time; guarded by chats.mu
	other   string    // the number by which a person is reached, if it is configured
	most    int       // turns

	mu       sync.Mutex
	manager  dialog.Manager
	turns    int
	language string
	secret   bool       // what comes next is not to be kept
	last     hotline.Ms // media time of the last event
	over     bool
}

func (s *chatting) emit(b hotline.Body) {
	s.last = s.now()
	s.events.Append(hotline.Event{Call: s.call, Media: s.last, Body: b})
}

// now is media time: that since the chat began.
func (s *chatting) now() hotline.Ms { return hotline.MsOf(time.Since(s.started)) }

func (s *chatting) end(result hotline.Result, reason string) {
	if !s.over {
		s.over = true
		at := s.now()
		if reason == hotline.Idle {
			at = s.last // nobody was there since then
		}
		s.events.Append(hotline.Event{Call: s.call, Media: at, Body: hotline.CallEnded{Outcome: hotline.Outcome{Result: result, Reason: reason}, LengthMs: at}})
	}
}

// turn answers what the customer wrote.
func (s *chatting) turn(ctx context.Context, t web.ChatTurn) ([]web.ChatAct, error) {
	s.turns++
	turn := dialog.Turn{Number: s.turns, Kind: dialog.Words, Text: t.Text, Keys: t.Keys, Heard: 1}
	switch {
	case s.turns == 1:
		turn.Kind = dialog.Opening
	case t.Keys != "":
		turn.Kind = dialog.Keys
	case strings.TrimSpace(t.Text) == "":
		turn.Kind = dialog.NoInput
	}
	heard := s.heard(turn)
	s.secret = false
	var acts []dialog.Act
	var failed error
	for a, err := range s.manager.Respond(ctx, turn) {
		if failed = err; err != nil {
			break
		}
		if u, ok := a.(dialog.Understood); ok {
			s.language = cmp.Or(u.Language, s.language)
			if heard != nil {
				heard.Language, heard.Intent, heard.IntentProb, heard.Emotion, heard.Slots = s.language, u.Intent, u.Confidence, u.Emotion, u.Slots
			}
		}
		acts = append(acts, a)
	}
	if heard != nil {
		s.emit(*heard)
	}
	reply := []web.ChatAct{}
	for _, a := range s.honest(acts) {
		s.keep(a)
		if d, ok := a.(dialog.Did); ok { // whose it is, is for staff
			d.Result = maps.Clone(d.Result)
			delete(d.Result, "customer")
			a = d
		}
		reply = append(reply, chatAct(a))
	}
	switch {
	case failed != nil && ctx.Err() == nil:
		s.emit(hotline.EngineFailed{Engine: "dialog", Error: failed.Error(), Now: "nothing"})
	case s.turns >= s.most:
		s.end(hotline.Completed, hotline.TooLong)
	}
	return reply, failed
}

// heard is the event of what the customer wrote, or nil if that is keys, which are
// events already, or nothing.
func (s *chatting) heard(t dialog.Turn) *hotline.Heard {
	switch t.Kind {
	case dialog.Keys:
		for _, k := range t.Keys {
			if s.secret {
				k = '*'
			}
			s.emit(hotline.Key{Key: string(k)})
		}
	case dialog.Words:
		text := t.Text
		if s.secret {
			text = slot.Conceal(text)
		}
		return &hotline.Heard{Who: "caller", Text: text, Language: s.language, Confidence: 1, Start: s.now(), End: s.now(), Turn: t.Number}
	}
	return nil
}

// keep makes the event of an act of the bot's.
func (s *chatting) keep(a dialog.Act) {
	switch a := a.(type) {
	case dialog.Say:
		s.emit(hotline.Said{Text: a.Text, Language: a.Language, Start: s.now(), To: "caller", Turn: s.turns, Prompt: a.Prompt})
	case dialog.Listen:
		s.secret = a.Secret
	case dialog.Did:
		s.emit(a.ActionDone)
	case dialog.Cited:
		s.emit(a.AnswerFromKB)
	case dialog.Transfer:
		s.emit(hotline.Transferred{To: hotline.ByPhone, Reason: a.Reason})
	case dialog.Hangup:
		reason, result := cmp.Or(a.Reason, hotline.BotHangup), hotline.Completed
		if reason == hotline.NoAgent {
			result = hotline.Failed
		}
		s.end(result, reason)
	}
}

// handOver is the prompt by which bots say that they put somebody through.
const handOver = "transfer"

// honest are the acts without the promise of a person, who cannot come into a
// chat: in its place the customer is told where one is.
func (s *chatting) honest(acts []dialog.Act) (out []dialog.Act) {
	for i, a := range acts {
		if say, ok := a.(dialog.Say); ok && say.Prompt == handOver && i+1 < len(acts) {
			if _, ok := acts[i+1].(dialog.Transfer); ok {
				continue
			}
		}
		if _, ok := a.(dialog.Transfer); ok {
			out = append(out, s.elsewhere())
		}
		out = append(out, a)
	}
	return out
}

// elsewhere is what a customer is told who wants a person: nobody is in the chat.
func (s *chatting) elsewhere() dialog.Say {
	say := dialog.Say{Language: "en", Prompt: "house.elsewhere", Text: "I can't bring a person into this chat. To talk to one, press Call on this page%s, and say 'agent'. Or go on writing to me."}
	number := ", or dial " + s.other
	if s.language == "zh" {
		say.Language, say.Text = "zh", "文字对话里无法转接人工。请点击本页的“呼叫”%s，接通后说“转人工”。您也可以继续在这里写给我。"
		number = "，或拨打" + s.other
	}
	if s.other == "" {
		number = ""
	}
	say.Text = fmt.Sprintf(say.Text, number)
	return say
}

func chatAct(a dialog.Act) web.ChatAct {
	switch a := a.(type) {
	case dialog.Understood:
		return web.ChatAct{Type: "understood", Intent: a.Intent, Confidence: a.Confidence, Emotion: &a.Emotion, Slots: a.Slots, Language: a.Language, Why: a.Why}
	case dialog.Say:
		return web.ChatAct{Type: "say", Text: a.Text, Language: a.Language, Prompt: a.Prompt}
	case dialog.Listen:
		return web.ChatAct{Type: "listen", Digits: a.Digits}
	case dialog.Transfer:
		return web.ChatAct{Type: "transfer", Skill: a.Skill, Reason: a.Reason, Brief: &a.Brief}
	case dialog.Hangup:
		return web.ChatAct{Type: "hangup", Reason: a.Reason}
	case dialog.Did:
		return web.ChatAct{Type: "did", Did: &a.ActionDone}
	case dialog.Cited:
		return web.ChatAct{Type: "cited", Passages: a.Passages}
	}
	panic(fmt.Sprintf("chat: unknown act %T", a))
}
