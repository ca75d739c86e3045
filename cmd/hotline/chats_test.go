package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
	"hotline/call/calltest"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/web"
)

// written is the events of chats, as a text.
type written struct{ events []hotline.Event }

func (w *written) Append(ev hotline.Event) hotline.Event {
	w.events = append(w.events, ev)
	return ev
}

func (w *written) String() string {
	var all []string
	for _, ev := range w.events {
		line := ev.Body.Kind()
		switch b := ev.Body.(type) {
		case hotline.CallStarted:
			line += fmt.Sprintf(" %s %s %s %s %s", b.Direction, b.From, b.To, b.Bot, b.Channel())
		case hotline.Heard:
			line += fmt.Sprintf(" %q %s %s %d", b.Text, b.Intent, b.Language, b.Turn)
		case hotline.Said:
			line += fmt.Sprintf(" %q %d", b.Text, b.Turn)
		case hotline.Key:
			line += " " + b.Key
		case hotline.Transferred:
			line += fmt.Sprintf(" %s: %s", b.To, b.Reason)
		case hotline.CallEnded:
			line += fmt.Sprintf(" %s %s after %v", b.Result, b.Reason, b.LengthMs.Duration())
		}
		all = append(all, line)
	}
	return strings.Join(all, "\n")
}

// wrote makes chats whose bot knows these turns.
func wrote(closed bool) (*chats, *written) {
	w := &written{}
	table := map[string][]dialog.Act{
		"opening": {dialog.Say{Text: "Welcome"}},
		"where":   {dialog.Did{ActionDone: hotline.ActionDone{Action: "lookup", Result: map[string]string{"order": "4571", "customer": "100"}}}, dialog.Say{Text: "It is late"}},
		"my card": {dialog.Say{Text: "Which number?"}, dialog.Listen{Digits: 4, Secret: true}},
		"a person": {dialog.Say{Text: "A colleague can change that."}, dialog.Say{Text: "I'm connecting you now", Prompt: "transfer"},
			dialog.Transfer{Skill: "service", Reason: "asked for a person"}},
		"goodbye": {dialog.Say{Text: "Goodbye"}, dialog.Hangup{}},
		"*":       {dialog.Say{Text: "Fine"}},
	}
	begin := func(name string, _ bot.ConversationOptions) (dialog.Manager, []string) {
		if name != "shop" {
			return nil, nil
		}
		return &calltest.Bot{Table: table, Breaks: "break"}, []string{"en", "zh"}
	}
	c := Config{Chat: ChatConfig{Max: 30, MaxHost: 10, Turns: 20, Text: 100, Idle: Duration(10 * time.Minute)},
		Numbers: []NumberConfig{{Dial: "+4930123456", Bot: "shop"}, {Dial: "*", Bot: "shop"}}}
	return newChats(c, begin, w, func() bool { return closed }), w
}

// A chat is a call in the journal: each turn, what was done, the end. Nobody is
// promised a person who cannot come; secrets are not kept.
func TestChatIsJournaled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := wrote(false)
		first, err := c.Turn(t.Context(), web.ChatTurn{Lang: "zh", To: "shop", Host: "192.0.2.1"})
		if err != nil || first.Session == "" || strings.Contains(w.String(), first.Session) {
			t.Fatalf("%+v, %v", first, err)
		}
		turn := func(turn web.ChatTurn) web.ChatReply {
			t.Helper()
			turn.Session = first.Session
			r, err := c.Turn(t.Context(), turn)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		told, err := json.Marshal(turn(web.ChatTurn{Text: "where"}))
		if err != nil || !strings.Contains(string(told), `"order":"4571"`) || strings.Contains(string(told), "100") {
			t.Errorf("the customer is told %s, %v", told, err)
		}
		turn(web.ChatTurn{Text: "my card"})
		turn(web.ChatTurn{Text: "it is 4929"})
		turn(web.ChatTurn{Text: "my card"})
		turn(web.ChatTurn{Keys: "49"})
		if r := turn(web.ChatTurn{Text: "a person"}); r.Ended || len(r.Acts) != 4 || r.Acts[3].Type != "transfer" || !strings.Contains(r.Acts[2].Text, "+4930123456") {
			t.Errorf("who wants a person is told %+v", r)
		}
		if _, err := c.Turn(t.Context(), web.ChatTurn{Session: first.Session, Text: "break"}); err == nil {
			t.Error("a bot that breaks answers")
		}
		if r := turn(web.ChatTurn{Text: "goodbye"}); !r.Ended {
			t.Errorf("after goodbye: %+v", r)
		}
		if _, err := c.Turn(t.Context(), web.ChatTurn{Session: first.Session, Text: "hello?"}); hotline.ErrorCode(err) != hotline.ENotFound {
			t.Errorf("after the end: %v", err)
		}
		want := `call.started in chat shop shop chat
call.answered
said "Welcome" 1
heard "where" where zh 2
action.done
said "It is late" 2
heard "my card" my zh 3
said "Which number?" 3
heard "it is ****" it zh 4
said "Fine" 4
heard "my card" my zh 5
said "Which number?" 5
key *
key *
said "Fine" 6
heard "a person" a zh 7
said "A colleague can change that." 7
said "文字对话里无法转接人工。请点击本页的“呼叫”，或拨打+4930123456，接通后说“转人工”。您也可以继续在这里写给我。" 7
transferred phone: asked for a person
heard "break"  zh 8
engine.failed
heard "goodbye" goodbye zh 9
said "Goodbye" 9
call.ended completed bot-hangup after 1.845s`
		if got := w.String(); got != want {
			t.Errorf("journaled\n%s\nwant\n%s", got, want)
		}
		var call hotline.Call
		for i, ev := range w.events {
			ev.N = uint64(i + 1)
			call.Apply(ev)
		}
		if call.Channel != hotline.ByChat || call.Phase != hotline.PhaseEnded || call.Customer != "100" || call.Number() != "" || call.Turns != 7 {
			t.Errorf("the call is %+v", call)
		}
	})
}

// A chat ends when nobody goes on with it, when the customer leaves, when a
// supervisor ends it, and when the server goes down.
func TestChatsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := wrote(false)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); c.run(ctx) }()
		begin := func() (string, hotline.CallID) {
			t.Helper()
			r, err := c.Turn(t.Context(), web.ChatTurn{})
			if err != nil {
				t.Fatal(err)
			}
			return r.Session, w.events[len(w.events)-1].Call
		}
		ended := func(want string) {
			t.Helper()
			if got := w.String(); !strings.HasSuffix(got, want) {
				t.Errorf("it ends\n%s\nwant %s", got, want)
			}
		}
		session, _ := begin()
		time.Sleep(10*time.Minute - time.Second)
		if _, err := c.Turn(t.Context(), web.ChatTurn{Session: session, Text: "where"}); err != nil {
			t.Error(err)
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		ended("call.ended completed idle after 9m59.41s")

		session, _ = begin()
		if r, err := c.Turn(t.Context(), web.ChatTurn{Session: session, End: true}); err != nil || !r.Ended {
			t.Errorf("leaving: %+v %v", r, err)
		}
		ended("completed caller-hangup after 205ms")

		_, call := begin()
		if ok, err := c.Order(call, hotline.Supervise{Mode: hotline.ModeListen}); !ok || hotline.ErrorCode(err) != hotline.EConflict {
			t.Errorf("listening: %v %v", ok, err)
		}
		if ok, err := c.Order(call, hotline.HangUp{}); !ok || err != nil {
			t.Errorf("ending it: %v %v", ok, err)
		}
		ended("completed operator after 205ms")
		if ok, _ := c.Order(call, hotline.HangUp{}); ok {
			t.Error("it is ended twice")
		}

		begin()
		stop()
		<-done
		ended("interrupted shutdown after 205ms")
		if len(c.open) != 0 {
			t.Errorf("%d are open", len(c.open))
		}
	})
}

// Chats are bounded: in number, for one address, in turns and in their length; no
// new one is begun by a server that goes down.
func TestChatsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := wrote(false)
		refused := func(want string, turn web.ChatTurn) {
			t.Helper()
			if _, err := c.Turn(t.Context(), turn); hotline.ErrorCode(err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		refused(hotline.ENotFound, web.ChatTurn{Bot: "nobody"})
		refused(hotline.EInvalid, web.ChatTurn{Text: strings.Repeat("x", 100+1)})
		for range 10 {
			if _, err := c.Turn(t.Context(), web.ChatTurn{Host: "192.0.2.1"}); err != nil {
				t.Fatal(err)
			}
		}
		refused(hotline.EUnavailable, web.ChatTurn{Host: "192.0.2.1"})
		for range 30 - 10 {
			if _, err := c.Turn(t.Context(), web.ChatTurn{}); err != nil {
				t.Fatal(err)
			}
		}
		refused(hotline.EUnavailable, web.ChatTurn{})
		if len(c.open) != 30 {
			t.Errorf("%d are open", len(c.open))
		}

		c, w := wrote(false)
		r, err := c.Turn(t.Context(), web.ChatTurn{})
		for n := 1; err == nil && !r.Ended && n <= 20; n++ {
			r, err = c.Turn(t.Context(), web.ChatTurn{Session: r.Session, Text: "and"})
		}
		if err != nil || !strings.Contains(w.String(), "completed too-long") {
			t.Errorf("a chat without end: %v, %s", err, w.String()[max(0, len(w.String())-100):])
		}
		c, _ = wrote(true)
		refused(hotline.EUnavailable, web.ChatTurn{})
	})
}
