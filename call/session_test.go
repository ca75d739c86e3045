package call_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
	"hotline/asr"
	"hotline/call"
	"hotline/call/calltest"
	"hotline/dialog"
	"hotline/tts"
)

var update = flag.Bool("update", false, "write what happened to testdata")

const (
	ms = time.Millisecond
	s  = time.Second
)

// say is a prompt of the bot's; listen and transfer are what they say.
func say(text string) dialog.Act { return dialog.Say{Text: text} }

// boss watches all calls.
var boss = hotline.Person{User: "boss", Every: true}

var person = dialog.Transfer{Skill: "billing", Reason: "asked for a person", Brief: hotline.Brief{Whisper: "A caller about billing"}}

// table is the bot of these tests. Each word takes 300 ms to say.
var table = map[string][]dialog.Act{
	"opening":           {say("Welcome to Acme how can I help you today")},
	"where is my order": {say("Your order left us on Friday and comes on Monday")},
	"a number":          {say("Please tell me your number"), dialog.Listen{Digits: 6, Stop: '#'}},
	"a secret":          {say("Please key in your code"), dialog.Listen{Digits: 4, Secret: true}},
	"a question":        {say("Is that number right?")},
	"the law":           {dialog.Say{Text: "This call is recorded", Must: true}, say("So how can I help you")},
	"goodbye":           {say("Thank you and goodbye"), dialog.Hangup{}},
	"a person please":   {say("One moment please"), person},
	"returned no-agent": {say("Nobody is free can I help you"), dialog.Listen{NoInput: 20 * s}},
	"no input":          {say("Are you still there")},
	"no words":          {say("Sorry I did not get that")},
	"*":                 {say("Fine")},
}

func TestSession(t *testing.T) {
	at := func(at, dur time.Duration, text string) calltest.Utterance {
		return calltest.Utterance{At: at, For: dur, Text: text}
	}
	sig := func(at time.Duration, k hotline.SignalKind) calltest.Deed {
		return calltest.Deed{At: at, Signal: hotline.Signal{Kind: k}}
	}
	order := at(4000*ms, s, "where is my order") // after the greeting; the answer runs from 5.8 to 9.0 or so
	wantPerson := at(4000*ms, s, "a person please")
	refuse := func(code string) error { return &hotline.Error{Op: "dial", Code: code, Message: code} }
	type agents map[hotline.AgentID]*calltest.Phone
	tests := []struct {
		name   string
		caller *calltest.Phone
		agents agents
		set    func(*call.Session, *calltest.Bot)
		post   map[time.Duration]call.Input
		stop   time.Duration // of the server
	}{
		{name: "a question and an answer", caller: &calltest.Phone{Says: []calltest.Utterance{order}, HangsUp: 12003 * ms}},
		{name: "barge-in cuts", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{order, at(6800*ms, 1200*ms, "that is not what I asked")}}},
		{name: "a cough resumes", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{order, at(6800*ms, 300*ms, "")}}},
		{name: "a click hardly interrupts", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{order, at(6800*ms, 80*ms, "")}}},
		{name: "uh-huh resumes", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{order, at(6800*ms, 400*ms, "Uh-huh.")}}},
		{name: "en resumes", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{order, at(6800*ms, 400*ms, "嗯。")}}},
		{name: "a yes in a question is an answer", caller: &calltest.Phone{HangsUp: 10003 * ms,
			Says: []calltest.Utterance{at(4000*ms, s, "a question"), at(6400*ms, 400*ms, "yes")}}},
		{name: "an unfinished sentence waits", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{at(4000*ms, s, "I want to"), at(5960*ms, 800*ms, "cancel my order")}}},
		{name: "an unfinished sentence in Chinese waits", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{at(4000*ms, s, "请问我昨天下的订单什么时候可以"), at(5960*ms, 800*ms, "送到我家")}}},
		{name: "wait a moment", caller: &calltest.Phone{HangsUp: 14003 * ms,
			Says: []calltest.Utterance{at(4000*ms, s, "hold on"), at(10000*ms, s, "where is my order")}}},
		{name: "digits", caller: &calltest.Phone{HangsUp: 14003 * ms,
			Says: []calltest.Utterance{at(4000*ms, s, "a number"), at(8000*ms, 800*ms, "one two three"), at(9800*ms, 800*ms, "four five six")}}},
		{name: "keys", caller: &calltest.Phone{HangsUp: 14003 * ms, Does: append(calltest.Press(6803*ms, "123456"), calltest.Press(10503*ms, "12#")...),
			Says: []calltest.Utterance{at(4000*ms, s, "a number")}}},
		{name: "secret keys", caller: &calltest.Phone{HangsUp: 10003 * ms, Does: append(calltest.Press(7803*ms, "1234"), calltest.Press(9403*ms, "5")...),
			Says: []calltest.Utterance{at(4000*ms, s, "a secret")}}},
		{name: "a prompt that must be heard", caller: &calltest.Phone{HangsUp: 11003 * ms,
			Says: []calltest.Utterance{at(4000*ms, s, "the law"), at(6100*ms, 600*ms, "yes where is it")}}},
		{name: "an echo is no turn", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{order, at(6000*ms, 1400*ms, "order left us on Friday and")}}},
		{name: "a choice from the prompt is one", caller: &calltest.Phone{HangsUp: 10003 * ms,
			Says: []calltest.Utterance{order, at(6800*ms, 600*ms, "on Friday")}}},
		{name: "text whose answer was not heard is joined", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Says: []calltest.Utterance{at(4000*ms, s, "where is my order"), at(5780*ms, s, "of last week")}}},
		{name: "no input and no words", caller: &calltest.Phone{HangsUp: 18003 * ms,
			Says: []calltest.Utterance{at(13500*ms, 1500*ms, "")}}},
		{name: "a cough in a silence is no turn", caller: &calltest.Phone{HangsUp: 9003 * ms,
			Says: []calltest.Utterance{at(5000*ms, 200*ms, "")}}},
		{name: "goodbye", caller: &calltest.Phone{Says: []calltest.Utterance{at(4000*ms, s, "goodbye")}}},
		{name: "the caller cancels", caller: &calltest.Phone{Answers: s, NoReply: refuse(hotline.ECancelled)}},
		{name: "the caller hangs up in a prompt", caller: &calltest.Phone{HangsUp: 1003 * ms}},
		{name: "the caller hangs up in their turn", caller: &calltest.Phone{HangsUp: 5303 * ms,
			Says: []calltest.Utterance{order}}},
		{name: "an agent", caller: &calltest.Phone{HangsUp: 16003 * ms,
			Says: []calltest.Utterance{wantPerson, at(13*s, s, "my bill is wrong")}},
			agents: agents{"agent-1": {Says: []calltest.Utterance{at(4000*ms, s, "hello this is Ann")}}}},
		{name: "busy and declined then an agent", caller: &calltest.Phone{HangsUp: 16003 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {NoReply: refuse(hotline.EBusy)}, "agent-2": {NoReply: refuse(hotline.EDeclined)}, "agent-3": {}}},
		{name: "no agent then the bot then goodbye", caller: &calltest.Phone{
			Says: []calltest.Utterance{wantPerson, at(13*s, s, "goodbye")}},
			agents: agents{"agent-1": {NoReply: refuse(hotline.ENoAnswer)}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.Desk.(*calltest.Desk).Refuse = refuse(hotline.EUnavailable)
			}},
		{name: "nobody ever", caller: &calltest.Phone{HangsUp: 60003 * ms, Says: []calltest.Utterance{wantPerson}},
			set: func(c *call.Session, b *calltest.Bot) {
				c.Desk = nil
				b.Table = map[string][]dialog.Act{"opening": table["opening"], "*": {person}}
			}},
		{name: "the queue is too long", caller: &calltest.Phone{HangsUp: 25003 * ms, Says: []calltest.Utterance{wantPerson}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.Limits = call.Limits{Queue: 9507 * ms, Still: 5013 * ms}
			}},
		{name: "a caller is told their place", caller: &calltest.Phone{HangsUp: 25003 * ms, Says: []calltest.Utterance{wantPerson}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.Limits.Still = 5013 * ms
				c.Desk.(*calltest.Desk).Places = []hotline.Place{
					{Position: 3, Estimate: hotline.Estimate{Known: true, WaitMs: 130_000}}, {Position: 2}, {Position: 1, Estimate: hotline.Estimate{Known: true, WaitMs: 20_000}}}
			}},
		{name: "a caller will be called back", caller: &calltest.Phone{Does: calltest.Press(17003*ms, "1"), Says: []calltest.Utterance{wantPerson}},
			set: func(c *call.Session, _ *calltest.Bot) { c.MayKeep, c.Limits.Still = true, 5013*ms }},
		{name: "a caller who is called back hangs up first", caller: &calltest.Phone{HangsUp: 9003 * ms, Does: calltest.Press(8003*ms, "1"), Says: []calltest.Utterance{wantPerson}},
			set: func(c *call.Session, _ *calltest.Bot) { c.MayKeep = true }},
		{name: "a place cannot be kept", caller: &calltest.Phone{HangsUp: 16003 * ms, Does: calltest.Press(8003*ms, "1"), Says: []calltest.Utterance{wantPerson}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.MayKeep, c.Desk.(*calltest.Desk).NoKeep = true, refuse(hotline.EUnavailable)
			}},
		{name: "one without a number cannot be called back", caller: &calltest.Phone{HangsUp: 9003 * ms, Does: calltest.Press(8003*ms, "1"), Says: []calltest.Utterance{wantPerson}}},
		{name: "called back", caller: &calltest.Phone{HangsUp: 16003 * ms, Says: []calltest.Utterance{at(11*s, s, "my bill is wrong")}},
			agents: agents{"agent-7": {Answers: 2 * s}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.Return = &call.Return{Call: "c0", Agent: "agent-7", Skill: "billing", Brief: hotline.Brief{Reason: "about a bill", Whisper: "A caller about billing"}}
			}},
		{name: "called back and the agent does not answer", caller: &calltest.Phone{HangsUp: 30003 * ms},
			agents: agents{"agent-7": {NoReply: refuse(hotline.ENoAnswer)}, "agent-1": {}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.Return = &call.Return{Call: "c0", Agent: "agent-7", Skill: "billing"}
			}},
		{name: "abandoned in the queue", caller: &calltest.Phone{HangsUp: 9003 * ms, Says: []calltest.Utterance{wantPerson}}},
		{name: "abandoned while ringing", caller: &calltest.Phone{HangsUp: 7503 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {Answers: 9 * s}}},
		{name: "abandoned during the whisper", caller: &calltest.Phone{HangsUp: 8503 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {}}},
		{name: "the agent leaves", caller: &calltest.Phone{HangsUp: 18003 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {HangsUp: 5003 * ms}}},
		{name: "the agent ends the call", caller: &calltest.Phone{Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {HangsUp: 5003 * ms}},
			set:    func(c *call.Session, _ *calltest.Bot) { c.Final = true }},
		{name: "the agent leaves during the whisper", caller: &calltest.Phone{HangsUp: 12003 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {HangsUp: 503 * ms}}},
		{name: "hold", caller: &calltest.Phone{HangsUp: 18003 * ms, Says: []calltest.Utterance{wantPerson, at(12*s, 4*s, "are you there")},
			Does: []calltest.Deed{sig(14011*ms, hotline.SigHold), sig(15011*ms, hotline.SigResume)}},
			agents: agents{"agent-1": {Says: []calltest.Utterance{at(3*s, 6*s, "let me look")},
				Does: []calltest.Deed{sig(4011*ms, hotline.SigHold), sig(5011*ms, hotline.SigResume)}}}},
		{name: "the caller holds the bot", caller: &calltest.Phone{HangsUp: 12003 * ms,
			Does: []calltest.Deed{sig(1011*ms, hotline.SigHold), sig(5011*ms, hotline.SigResume)}}},
		{name: "the recogniser dies", caller: &calltest.Phone{HangsUp: 14003 * ms, Says: []calltest.Utterance{order}},
			agents: agents{"agent-1": {}},
			set:    func(c *call.Session, _ *calltest.Bot) { c.ASR = broken(c.ASR, 4500*ms) }},
		{name: "the recogniser dies and nobody is there", caller: &calltest.Phone{Says: []calltest.Utterance{order}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.Desk = nil
				c.ASR = broken(c.ASR, 4500*ms)
			}},
		{name: "the recogniser dies with an agent", caller: &calltest.Phone{HangsUp: 14003 * ms,
			Says: []calltest.Utterance{wantPerson, at(11*s, s, "hello")}},
			agents: agents{"agent-1": {}},
			set:    func(c *call.Session, _ *calltest.Bot) { c.ASR = broken(c.ASR, 11500*ms) }},
		{name: "the voice dies", caller: &calltest.Phone{HangsUp: 14003 * ms, Says: []calltest.Utterance{order}},
			agents: agents{"agent-1": {}},
			set:    func(c *call.Session, _ *calltest.Bot) { c.TTS = calltest.TTS{Breaks: "Friday"} }},
		{name: "another voice takes over", caller: &calltest.Phone{HangsUp: 5003 * ms},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.TTS = tts.Fallback(nil, calltest.TTS{Mute: true}, calltest.TTS{})
			}},
		{name: "another recogniser takes over", caller: &calltest.Phone{HangsUp: 12003 * ms, Says: []calltest.Utterance{order}},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.ASR = asr.Fallback(nil, asr.Named{Name: "first", Engine: broken(c.ASR, 4500*ms)}, asr.Named{Name: "second", Engine: c.ASR})
			}},
		{name: "there is no voice at all", caller: &calltest.Phone{},
			set: func(c *call.Session, _ *calltest.Bot) {
				c.TTS = calltest.TTS{Mute: true}
				c.Desk = nil
			}},
		{name: "the dialog fails", caller: &calltest.Phone{HangsUp: 16003 * ms, Says: []calltest.Utterance{order}},
			agents: agents{"agent-1": {}},
			set:    func(_ *call.Session, b *calltest.Bot) { b.Breaks = "where is my order" }},
		{name: "the dialog panics", caller: &calltest.Phone{HangsUp: 16003 * ms, Says: []calltest.Utterance{order}},
			agents: agents{"agent-1": {}},
			set:    func(_ *call.Session, b *calltest.Bot) { b.Panics = "where is my order" }},
		{name: "the dialog hangs", caller: &calltest.Phone{HangsUp: 25003 * ms, Says: []calltest.Utterance{order}},
			agents: agents{"agent-1": {}},
			set:    func(_ *call.Session, b *calltest.Bot) { b.Hangs = "where is my order" }},
		{name: "packets stop", caller: &calltest.Phone{Does: []calltest.Deed{sig(4003*ms, hotline.SigSilent)}},
			set: func(c *call.Session, _ *calltest.Bot) { c.Limits.Lost = 2011 * ms }},
		{name: "packets come back", caller: &calltest.Phone{HangsUp: 9003 * ms,
			Does: []calltest.Deed{sig(4003*ms, hotline.SigSilent), sig(5003*ms, hotline.SigAudible)}},
			set: func(c *call.Session, _ *calltest.Bot) { c.Limits.Lost = 2011 * ms }},
		{name: "the agent's packets stop", caller: &calltest.Phone{HangsUp: 16003 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {Does: []calltest.Deed{sig(4003*ms, hotline.SigSilent)}}},
			set:    func(c *call.Session, _ *calltest.Bot) { c.Limits.Lost = 2004 * ms }},
		{name: "three agents whose packets never come", caller: &calltest.Phone{HangsUp: 25003 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {Does: []calltest.Deed{sig(103*ms, hotline.SigSilent)}}, "agent-2": {Does: []calltest.Deed{sig(103*ms, hotline.SigSilent)}},
				"agent-3": {Does: []calltest.Deed{sig(103*ms, hotline.SigSilent)}}},
			set: func(c *call.Session, _ *calltest.Bot) { c.Limits.Lost = 514 * ms }},
		{name: "shutdown", caller: &calltest.Phone{}, stop: 5003 * ms},
		{name: "shutdown while ringing", caller: &calltest.Phone{Answers: 9 * s}, stop: 5003 * ms},
		{name: "the call is too long", caller: &calltest.Phone{},
			set: func(c *call.Session, _ *calltest.Bot) { c.Limits.Call = 5017 * ms }},
		{name: "an operator hangs up", caller: &calltest.Phone{}, post: map[time.Duration]call.Input{5003 * ms: call.Ordered{By: boss, Order: hotline.HangUp{}}}},
		{name: "an operator transfers", caller: &calltest.Phone{HangsUp: 14003 * ms}, agents: agents{"agent-1": {}},
			post: map[time.Duration]call.Input{2003 * ms: call.Ordered{By: boss, Order: hotline.HandOver{Whom: hotline.Whom{Skill: "sales"}}}}},
		{name: "an operator moves the caller on", caller: &calltest.Phone{HangsUp: 18003 * ms, Says: []calltest.Utterance{wantPerson}},
			agents: agents{"agent-1": {}, "agent-2": {}},
			post:   map[time.Duration]call.Input{12003 * ms: call.Ordered{By: boss, Order: hotline.HandOver{Whom: hotline.Whom{Skill: "sales"}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := calltest.NewJournal()
				caller := calltest.NewCaller(tt.caller)
				recogniser := calltest.ASR{Phones: []*calltest.Phone{caller}, Partials: 300 * ms}
				desk := &calltest.Desk{Journal: j}
				for _, a := range []hotline.AgentID{"agent-1", "agent-2", "agent-3"} {
					if p := tt.agents[a]; p != nil {
						p.Name = string(a)
						recogniser.Phones = append(recogniser.Phones, calltest.NewAgent(p))
						desk.Agents = append(desk.Agents, a)
					}
				}
				bot := &calltest.Bot{Table: table}
				c := &call.Session{
					Machine: call.Machine{Call: "c1", Rules: calltest.Rules, Skill: "service"},
					Caller:  caller,
					ASR:     recogniser,
					TTS:     calltest.TTS{},
					Dialog:  bot,
					Desk:    desk,
					Dialer:  &calltest.Dialer{Journal: j, Phones: tt.agents},
					Events:  j,
					Music:   calltest.NewMusic,
					VAD:     calltest.NewDetector,
				}
				if tt.set != nil {
					tt.set(c, bot)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tt.stop > 0 {
					defer time.AfterFunc(tt.stop, cancel).Stop()
				}
				for at, in := range tt.post {
					defer time.AfterFunc(at, func() { c.Post(in) }).Stop()
				}
				c.Run(ctx)

				var b strings.Builder
				b.WriteString(j.String())
				b.WriteString("\ncaller heard " + caller.Heard() + "\ncaller's phone was told " + caller.Bye() + "\n")
				for _, p := range recogniser.Phones[1:] {
					if h := p.Heard(); h != "" {
						b.WriteString(p.Name + " heard " + h + "\n" + p.Name + "'s phone was told " + p.Bye() + "\n")
					}
				}
				for _, turn := range bot.Turns() {
					if turn.Text != "" || turn.Keys != "" {
						b.WriteString(turnLine(turn))
					}
				}
				golden(t, b.String())
			})
		})
	}
}

// golden compares what happened with what should, as text.
func golden(t *testing.T, got string) {
	t.Helper()
	path := filepath.Join("testdata", strings.ReplaceAll(filepath.Base(t.Name()), "/", "-")+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
