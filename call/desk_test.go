package call_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
	"hotline/call"
	"hotline/call/calltest"
	"hotline/dialog"
)

// Calls in which the desk does more than talk: consult, transfer, listen in,
// lend the caller to the bot.
func TestDesk(t *testing.T) {
	at := func(at, dur time.Duration, text string) calltest.Utterance {
		return calltest.Utterance{At: at, For: dur, Text: text}
	}
	ann, ben := hotline.Person{User: "ann", Agent: "agent-1"}, hotline.Person{User: "ben", Agent: "agent-2"}
	// The agent has the caller from 9.4 s on; their phone is up at 8.03 s, the
	// caller's at 0.1 s and a browser's 0.1 s after it joins. Everybody talks for
	// most of the time, each at moments of their own.
	caller := func(more ...calltest.Utterance) *calltest.Phone {
		return &calltest.Phone{HangsUp: 30003 * ms, Says: append([]calltest.Utterance{at(4*s, s, "a person please")}, more...)}
	}
	talker := func() *calltest.Phone {
		return caller(at(10*s, 600*ms, "one"), at(12*s, 600*ms, "two"), at(14*s, 600*ms, "three"), at(16*s, 600*ms, "four"), at(18*s, 600*ms, "five"), at(20*s, 600*ms, "six"))
	}
	every2 := func(from, to time.Duration, word string) *calltest.Phone {
		p := &calltest.Phone{}
		for x := from; x < to; x += 2 * s {
			p.Says = append(p.Says, at(x, 400*ms, word))
		}
		return p
	}
	page := func() *calltest.Phone { // lost in mid-call
		return &calltest.Phone{Page: true, Does: []calltest.Deed{{At: 4203 * ms, Signal: hotline.Signal{Kind: hotline.SigHangup, Reason: hotline.MediaLost}}}}
	}
	type does struct {
		at    time.Duration
		who   hotline.Person
		order hotline.Order
		joins string // a browser, with this mode
	}
	to := func(a hotline.AgentID) hotline.Whom { return hotline.Whom{Agent: a} }
	outside := hotline.Whom{Number: "+861"}
	tests := []struct {
		name   string
		caller *calltest.Phone
		agent  *calltest.Phone
		again  *calltest.Phone // agent-1's page when it is back
		second *calltest.Phone // agent-2, or +861
		boss   *calltest.Phone
		does   []does
		set    func(*call.Session, *calltest.Bot)
	}{
		{name: "a supervisor listens, whispers, barges in", caller: talker(), agent: every2(2600*ms, 14*s, "yes"), boss: every2(300*ms, 10*s, "psst"),
			does: []does{{at: 11003 * ms, who: boss, joins: hotline.ModeListen}, {at: 14003 * ms, who: boss, order: hotline.Supervise{Mode: hotline.ModeWhisper}},
				{at: 17003 * ms, who: boss, order: hotline.Supervise{Mode: hotline.ModeBarge}}, {at: 20003 * ms, who: boss, order: hotline.Supervise{Mode: hotline.ModeLeave}}}},
		{name: "a supervisor listens to the bot and to the queue", caller: caller(), agent: &calltest.Phone{Answers: 3 * s}, boss: every2(300*ms, 10*s, "psst"),
			does: []does{{at: 203 * ms, who: boss, joins: hotline.ModeWhisper}, {at: 1003 * ms, who: boss, order: hotline.Supervise{Mode: hotline.ModeBarge}}}},
		{name: "a supervisor's phone", caller: talker(), agent: &calltest.Phone{}, boss: every2(300*ms, 10*s, "psst"),
			does: []does{{at: 10003 * ms, who: boss, order: hotline.Supervise{Mode: hotline.ModeBarge, Phone: "sip:boss"}}}},
		{name: "the agent leaves a supervisor who barged in", caller: talker(), agent: &calltest.Phone{HangsUp: 6003 * ms}, boss: &calltest.Phone{
			Says: []calltest.Utterance{at(2500*ms, 400*ms, "hello"), at(6500*ms, 400*ms, "well")}, HangsUp: 9003 * ms},
			does: []does{{at: 11003 * ms, who: boss, joins: hotline.ModeBarge}}},
		{name: "consult and complete", caller: talker(), agent: every2(2600*ms, 12*s, "yes"), second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}, {at: 12003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultComplete}},
				{at: 17003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultComplete}}}},
		{name: "consult and cancel", caller: talker(), agent: every2(2600*ms, 12*s, "yes"), second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: hotline.Whom{Skill: "sales"}}}, {at: 16003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultCancel}}}},
		{name: "consult and join, then the first leaves", caller: talker(), agent: &calltest.Phone{Says: every2(2600*ms, 12*s, "yes").Says, HangsUp: 11003 * ms}, second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: outside}}, {at: 15003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultJoin}}}},
		{name: "all three talk, then the second is let go", caller: talker(), agent: every2(2600*ms, 14*s, "yes"), second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}, {at: 14703 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultJoin}},
				{at: 15003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultJoin}}, {at: 17003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultCancel}}}},
		{name: "all three talk, then the first leaves them", caller: talker(), agent: every2(2600*ms, 14*s, "yes"), second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}, {at: 14703 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultJoin}},
				{at: 17003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultComplete}}}},
		{name: "who was asked hangs up, not the call", caller: talker(), agent: every2(2600*ms, 14*s, "yes"), second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}, {at: 15003 * ms, who: ben, order: hotline.HoldCaller{On: true}}, {at: 16003 * ms, who: ben, order: hotline.HangUp{}}}},
		{name: "keys for a machine outside", second: every2(500*ms, 14*s, "no"),
			caller: &calltest.Phone{HangsUp: 20003 * ms, Says: []calltest.Utterance{at(4*s, s, "a person please")}, Does: append(calltest.Press(13005*ms, "12"), calltest.Press(17005*ms, "34")...)},
			agent:  &calltest.Phone{Does: append(calltest.Press(2007*ms, "5"), calltest.Press(6007*ms, "67")...)},
			does:   []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: outside}}, {at: 16003 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultComplete}}}},
		{name: "whom the agent asks is busy", caller: talker(), agent: &calltest.Phone{}, second: &calltest.Phone{NoReply: &hotline.Error{Code: hotline.EBusy}},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: outside}}}},
		{name: "nobody is there to be asked", caller: talker(), agent: &calltest.Phone{},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: hotline.Whom{Skill: "sales"}}}},
			set:  func(c *call.Session, _ *calltest.Bot) { c.Limits.Consult = 3011 * ms }},
		{name: "the agent hangs up in a consultation", caller: talker(), agent: &calltest.Phone{HangsUp: 6003 * ms}, second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}}},
		{name: "the agent hangs up before anybody answers", caller: talker(), agent: &calltest.Phone{HangsUp: 4003 * ms}, second: &calltest.Phone{Answers: 9 * s},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}}},
		{name: "a blind transfer to an agent", caller: talker(), agent: &calltest.Phone{}, second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.HandOver{Whom: to("agent-2"), Reason: "knows more"}}}},
		{name: "a blind transfer to one who is not ready", caller: talker(), agent: &calltest.Phone{},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.HandOver{Whom: to("agent-9")}}, {at: 12003 * ms, who: ben, order: hotline.HandOver{Whom: to("agent-1")}}}},
		{name: "a blind transfer to a number", caller: talker(), agent: &calltest.Phone{}, second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.HandOver{Whom: outside}}}},
		{name: "a blind transfer to a number that does not answer", caller: talker(), agent: &calltest.Phone{}, second: &calltest.Phone{NoReply: &hotline.Error{Code: hotline.ENoAnswer}},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.HandOver{Whom: outside}}}},
		{name: "waiting for the skill already", caller: caller(),
			does: []does{{at: 9003 * ms, who: boss, order: hotline.HandOver{Whom: hotline.Whom{Skill: "billing"}}}}},
		{name: "lent to the bot and back", caller: caller(at(13*s, s, "the card"), at(20*s, s, "thanks")), agent: every2(2600*ms, 14*s, "yes"),
			does: []does{{at: 10803 * ms, who: ann, order: hotline.ToBot{Flow: "sing", Then: hotline.ThenAgent}},
				{at: 11003 * ms, who: ann, order: hotline.ToBot{Flow: "pay", Then: hotline.ThenAgent, Slots: map[string]string{"sum": "5"}}}}},
		{name: "lent to the bot, and the agent leaves", caller: caller(at(13*s, s, "the card")), agent: &calltest.Phone{HangsUp: 4003 * ms}, second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.ToBot{Flow: "pay", Then: hotline.ThenAgent}}}},
		{name: "lent to the bot, who cannot go on", caller: caller(at(13*s, s, "a person please")), agent: &calltest.Phone{},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.ToBot{Flow: "pay", Then: hotline.ThenAgent}}}},
		{name: "given to the bot", caller: caller(at(13*s, s, "the card")), agent: &calltest.Phone{},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.ToBot{Flow: "pay", Then: hotline.ThenEnd}}}},
		{name: "the bot reads a text out", caller: caller(at(14*s, s, "two")), agent: every2(2600*ms, 14*s, "yes"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.ReadOut{Text: "Our opening hours are nine to five"}}, {at: 11103 * ms, who: ben, order: hotline.ReadOut{Text: "no"}}}},
		{name: "the agent holds the caller, and leaves", caller: talker(), agent: &calltest.Phone{Says: every2(2600*ms, 14*s, "yes").Says, HangsUp: 9003 * ms},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.HoldCaller{On: true}}, {at: 13003 * ms, who: ann, order: hotline.HoldCaller{}}, {at: 14003 * ms, who: ann, order: hotline.HoldCaller{On: true}}}},
		{name: "the agent leaves a caller who has us on hold", agent: &calltest.Phone{HangsUp: 5003 * ms},
			caller: &calltest.Phone{HangsUp: 22003 * ms, Says: []calltest.Utterance{at(4*s, s, "a person please")},
				Does: []calltest.Deed{{At: 11003 * ms, Signal: hotline.Signal{Kind: hotline.SigHold}}, {At: 18003 * ms, Signal: hotline.Signal{Kind: hotline.SigResume}}}}},
		{name: "the agent is cut off", caller: caller(), second: every2(500*ms, 14*s, "no"),
			agent: &calltest.Phone{Does: []calltest.Deed{{At: 4003 * ms, Signal: hotline.Signal{Kind: hotline.SigHangup, Reason: hotline.MediaLost}}}}},
		{name: "the agent's page is loaded again", caller: talker(), agent: page(), again: every2(500*ms, 8*s, "yes")},
		{name: "the agent's page is not back", caller: caller(), agent: page(), second: every2(500*ms, 3*s, "no")},
		{name: "an agent with a page hangs up", caller: caller(), agent: &calltest.Phone{Page: true, HangsUp: 4003 * ms}},
		{name: "the agent's page is loaded again while the caller is on hold", caller: talker(), agent: page(), again: every2(500*ms, 8*s, "yes"),
			does: []does{{at: 10003 * ms, who: ann, order: hotline.HoldCaller{On: true}}, {at: 13003 * ms, who: ann, order: hotline.HoldCaller{}}, {at: 17003 * ms, who: ann, order: hotline.HoldCaller{}}}},
		{name: "the agent's page is loaded again in a consultation", caller: talker(), agent: page(), again: every2(500*ms, 8*s, "yes"), second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 10003 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}}},
		{name: "the agent's page is lost in a talk of three", caller: talker(), agent: page(), again: every2(500*ms, 8*s, "yes"), second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 9803 * ms, who: ann, order: hotline.Consult{Whom: to("agent-2")}}, {at: 11603 * ms, who: ann, order: hotline.EndConsult{How: hotline.ConsultJoin}}}},
		{name: "the agent's page is loaded again while the bot has the caller", caller: caller(at(15*s, s, "the card"), at(20*s, s, "thanks")), agent: page(), again: every2(500*ms, 14*s, "yes"),
			does: []does{{at: 11003 * ms, who: ann, order: hotline.ToBot{Flow: "pay", Then: hotline.ThenAgent}}}},
		{name: "the bot is done before the agent's page is back", caller: caller(at(13*s, s, "the card")), agent: page(), again: &calltest.Phone{Answers: 3500 * ms},
			does: []does{{at: 11003 * ms, who: ann, order: hotline.ToBot{Flow: "pay", Then: hotline.ThenAgent}}}},
		{name: "an agent declines", caller: caller(), agent: &calltest.Phone{Answers: 9 * s}, second: every2(500*ms, 14*s, "no"),
			does: []does{{at: 7203 * ms, who: ben, order: hotline.Decline{}}, {at: 7503 * ms, who: ann, order: hotline.Decline{}}}},
		{name: "an agent ends the call", caller: talker(), agent: &calltest.Phone{},
			does: []does{{at: 11003 * ms, who: ben, order: hotline.HangUp{}}, {at: 12003 * ms, who: ann, order: hotline.HangUp{}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := calltest.NewJournal()
				phones := map[hotline.AgentID]*calltest.Phone{}
				desk := &calltest.Desk{Journal: j}
				all := []*calltest.Phone{calltest.NewCaller(tt.caller)}
				if p := tt.agent; p != nil {
					p.Name = "agent-1"
					phones["agent-1"] = calltest.NewAgent(p)
					desk.Agents = append(desk.Agents, "agent-1")
					all = append(all, p)
				}
				if p := tt.again; p != nil {
					p.Name = "agent-1 again"
					all = append(all, calltest.NewAgent(p))
				}
				if p := tt.second; p != nil {
					p.Name = "second"
					phones["agent-2"], phones["+861"] = calltest.NewSecond(p), p
					desk.Agents = append(desk.Agents, "agent-2")
					all = append(all, p)
				}
				if p := tt.boss; p != nil {
					p.Name = "boss"
					phones["sip:boss"] = calltest.NewBoss(p)
					all = append(all, p)
				}
				bot := &calltest.Bot{Table: map[string][]dialog.Act{
					"opening": table["opening"], "a person please": table["a person please"], "*": table["*"],
					"flow pay":              {say("Please say your card number"), dialog.Listen{NoInput: 20 * s}},
					"the card":              {say("Paid"), dialog.Finished{}},
					"returned agent-hangup": {say("Anything else"), dialog.Listen{NoInput: 20 * s}},
					"returned no-agent":     {say("Nobody is free can I help you"), dialog.Listen{NoInput: 20 * s}},
					"returned no_answer":    {say("Nobody answers can I help you"), dialog.Listen{NoInput: 20 * s}},
				}}
				c := &call.Session{
					Machine: call.Machine{Call: "c1", Rules: calltest.Rules, Skill: "service"},
					Caller:  all[0], ASR: calltest.ASR{Phones: all}, TTS: calltest.TTS{}, Dialog: bot, Desk: desk,
					Dialer: &calltest.Dialer{Journal: j, Phones: phones, Again: tt.again},
					Events: j, Music: calltest.NewMusic, VAD: calltest.NewDetector,
				}
				if tt.set != nil {
					tt.set(c, bot)
				}
				var orders sync.WaitGroup
				for _, d := range tt.does {
					orders.Go(func() {
						<-time.After(d.at)
						said := "done"
						var err error
						if d.joins != "" {
							err = c.Join(t.Context(), tt.boss, d.who, d.joins)
							<-time.After(ms) // an order's reply is noted before
						} else {
							err = c.Order(t.Context(), d.who, d.order)
						}
						if err != nil {
							said = hotline.ErrorCode(err) + " " + err.Error()
						}
						what := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(nameOf(d.order)), "hotline."), "<nil>")
						j.Note("%s %s%s: %s", d.who.User, what, d.joins, said)
					})
				}
				c.Run(context.WithoutCancel(t.Context()))
				orders.Wait()
				var b strings.Builder
				b.WriteString(j.String() + "\n")
				for _, p := range all {
					if h := p.Heard(); h != "" {
						b.WriteString(p.Name + " heard " + h + "\n" + p.Name + "'s phone was told " + p.Bye() + "\n")
					}
					if k := p.Keys(); k != "" {
						b.WriteString(p.Name + " was sent keys " + k + "\n")
					}
				}
				golden(t, b.String())
			})
		})
	}
}
