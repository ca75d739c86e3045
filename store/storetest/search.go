package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline"
)

func said(text string) hotline.Body { return hotline.Said{Text: text, To: "caller"} }

func heard(text, intent, emotion string) hotline.Body {
	return hotline.Heard{Who: "caller", Text: text, Intent: intent, Emotion: hotline.Emotion{Name: emotion}}
}

func over(r hotline.Result) hotline.Body {
	return hotline.CallEnded{Outcome: hotline.Outcome{Result: r}}
}

// keep writes a story and takes it into the index.
func keep(t *testing.T, s Store, id hotline.CallID, seq uint64, bodies ...hotline.Body) uint64 {
	t.Helper()
	evs, c := story(id, seq, bodies...)
	write(t, s, evs, c)
	if last, err := s.Index(t.Context(), evs); err != nil || last != evs[len(evs)-1].Seq {
		t.Fatalf("indexed to %d, %v", last, err)
	}
	return seq + uint64(len(evs))
}

func search(t *testing.T, s Store) {
	next := keep(t, s, "call-1", 1, hotline.CallStarted{Direction: "in", From: "100", To: "shop", Bot: "shop"}, hotline.CallAnswered{},
		hotline.ActionDone{Action: "who", Caller: true, Result: map[string]string{"id": "C7", "name": "Ann"}},
		said("Welcome to Lantern."), heard("I'd like to return two lamps", "return_item", "angry"), said("Deliveries take two days."),
		over(hotline.Completed))
	next = keep(t, s, "call-2", next, hotline.CallStarted{Direction: "in", From: "200", Bot: "shop"}, hotline.CallAnswered{},
		heard("你好，我想退货，订单号是四五七一", "return_item", "neutral"), said("好的，请稍等。"), hotline.Queued{Skill: "care"},
		hotline.Offered{Agent: "agent-1"}, hotline.AgentLeft{Agent: "agent-1", Reason: "no-answer"}, hotline.AgentJoined{Agent: "agent-2"},
		hotline.Said{Text: "A whisper.", To: "agent"},
		hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.CalledBack}})
	next = keep(t, s, "call-3", next, hotline.CallStarted{Direction: "out", From: "shop", To: "100", Bot: "cafe"}, hotline.CallAnswered{},
		heard("we sent the goods back: order 4571", "order_status", "neutral"), heard("this is a LAMP", "complaint", "frustrated"), over(hotline.Abandoned))
	keep(t, s, "call-4", next, hotline.CallStarted{Direction: "in", From: "300"}, heard("returned goods", "return_item", ""))

	at := func(i int) time.Time { return time.UnixMilli(1_700_000_000_000 + int64(i)).UTC() }
	for _, tt := range []struct {
		q    hotline.CallQuery
		want string
	}{
		{hotline.CallQuery{Words: "return"}, "4 1"},
		{hotline.CallQuery{Words: "lamp"}, "3 1"},   // "lamps"
		{hotline.CallQuery{Words: "delivery"}, "1"}, // "deliveries"
		{hotline.CallQuery{Words: "retu"}, "4 1"},   // as it is typed
		{hotline.CallQuery{Words: "retu lamp"}, ""},
		{hotline.CallQuery{Words: "lamps two"}, "1"},
		{hotline.CallQuery{Words: `"two lamps"`}, "1"},
		{hotline.CallQuery{Words: `"lamps two"`}, ""},
		{hotline.CallQuery{Words: "退货"}, "2"},
		{hotline.CallQuery{Words: "货退"}, ""},
		{hotline.CallQuery{Words: "货"}, "2"},
		{hotline.CallQuery{Words: "订单 退货"}, "2"},
		{hotline.CallQuery{Words: "4571"}, "3"},
		{hotline.CallQuery{Words: "whisper"}, ""},
		{hotline.CallQuery{Words: `"' OR -x NEAR( *`}, ""},
		{hotline.CallQuery{Words: `"`}, ""},
		{hotline.CallQuery{Words: "lamp", Intent: "complaint"}, "3"},
		{hotline.CallQuery{Intent: "return_item"}, "4 2 1"},
		{hotline.CallQuery{Intent: "order_status"}, "3"}, // not the last of the call
		{hotline.CallQuery{Intent: "return_item", Emotion: "neutral"}, "2"},
		{hotline.CallQuery{Emotion: "angry"}, "1"},
		{hotline.CallQuery{Agent: "agent-1"}, "2"},
		{hotline.CallQuery{Agent: "agent-2"}, "2"},
		{hotline.CallQuery{Result: hotline.Completed}, "2 1"},
		{hotline.CallQuery{Result: hotline.Abandoned, Words: "lamp"}, "3"},
		{hotline.CallQuery{Reason: hotline.CalledBack}, "2"},
		{hotline.CallQuery{Customer: "100"}, "3 1"},
		{hotline.CallQuery{Customer: "C7"}, "1"},
		{hotline.CallQuery{Bot: "cafe"}, "3"},
		{hotline.CallQuery{From: at(8)}, "4 3 2"},
		{hotline.CallQuery{From: at(8), To: at(18)}, "2"},
		{hotline.CallQuery{ID: "call-3"}, "3"},
		{hotline.CallQuery{ID: "call-9"}, ""},
		{hotline.CallQuery{Words: "return", State: "live"}, "4"},
		{hotline.CallQuery{Intent: "return_item", Before: "call-4"}, "2 1"},
		{hotline.CallQuery{Words: "return", Before: "call-4"}, "1"},
		{hotline.CallQuery{Words: "return", Limit: 1}, "4"},
	} {
		if tt.q.Limit == 0 {
			tt.q.Limit = 10
		}
		var got []string
		for _, c := range must[[]hotline.Call](t)(s.Calls(t.Context(), tt.q)) {
			got = append(got, strings.TrimPrefix(string(c.ID), "call-"))
		}
		same(t, fmt.Sprintf("%+v", tt.q), strings.Join(got, " "), tt.want)
	}

	// A note on a call that has ended is found, and so is the rest still.
	c := must[hotline.Call](t)(s.Call(t.Context(), "call-1"))
	head := must[uint64](t)(s.Head(t.Context()))
	note := hotline.Event{Seq: head + 1, N: c.N + 1, Call: c.ID, At: at(99), Kind: "noted", Body: hotline.Noted{By: "ann", Text: "Wants 赔偿 for shipping"}}
	c.Apply(note)
	write(t, s, []hotline.Event{note}, c)
	for range 2 { // the second time does no harm
		if _, err := s.Index(t.Context(), []hotline.Event{note}); err != nil {
			t.Fatal(err)
		}
	}
	for _, words := range []string{"shipping", "赔偿", "lamps shipping"} {
		if got := must[[]hotline.Call](t)(s.Calls(t.Context(), hotline.CallQuery{Words: words, Limit: 5})); len(got) != 1 || got[0].ID != "call-1" || got[0].Seq != head+1 {
			t.Errorf("%q after the note: %+v", words, got)
		}
	}
}

// paging reads every page of a query to its end: each call once, newest first.
func paging(t *testing.T, s Store) {
	const n = 37
	next := uint64(1)
	for i := range n {
		next = keep(t, s, hotline.CallID(fmt.Sprintf("call-%02d", i)), next, hotline.CallStarted{Direction: "in", From: "100"}, heard("hello 你好", "greet", "neutral"), over(hotline.Completed))
	}
	for _, q := range []hotline.CallQuery{{}, {Words: "hello"}, {Words: "你好"}, {Intent: "greet"}, {Customer: "100"}} {
		q.Limit = 10
		var got []hotline.CallID
		for {
			page := must[[]hotline.Call](t)(s.Calls(t.Context(), q))
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				got = append(got, c.ID)
			}
			q.Before = page[len(page)-1].ID
		}
		if len(got) != n {
			t.Errorf("%+v: %d calls", q, len(got))
		}
		for i, id := range got {
			if want := hotline.CallID(fmt.Sprintf("call-%02d", n-1-i)); id != want {
				t.Fatalf("%+v: %s at %d", q, id, i)
			}
		}
	}
}

func stats(t *testing.T, s Store) {
	next := keep(t, s, "call-1", 1, hotline.CallStarted{Bot: "shop"}, hotline.CallAnswered{}, hotline.Turn{Total: 400}, hotline.Turn{Total: 800},
		heard("x", "hours", "neutral"), over(hotline.Completed))
	next = keep(t, s, "call-2", next, hotline.CallStarted{Bot: "shop"}, hotline.CallAnswered{}, hotline.Queued{Skill: "care"}, over(hotline.Abandoned))
	keep(t, s, "call-3", next, hotline.CallStarted{Bot: "shop"}, hotline.CallAnswered{}) // goes on
	q := hotline.StatsQuery{From: time.UnixMilli(1_700_000_000_000), To: time.UnixMilli(1_700_010_000_000), Bucket: hotline.BucketHour, Zone: time.UTC, Within: time.Second}
	got := must[hotline.Stats](t)(s.Stats(t.Context(), q))
	want := hotline.Totals{Counts: hotline.Counts{Calls: 2, Contained: 1, Abandoned: 1, WaitMean: 1}, AnswerP50: 400, AnswerP95: 800, WaitP95: 1, Queued: 1, ServiceLevel: 1}
	same(t, "totals", got.Totals, want)
	if len(got.Series) != 3 || got.Series[0].Calls != 2 || got.Series[1].Calls != 0 {
		t.Errorf("series %+v", got.Series)
	}
	same(t, "intents", got.Intents, []hotline.IntentStats{{Intent: "hours", Calls: 1, Contained: 1}})
	q.Bot = "cafe"
	if got := must[hotline.Stats](t)(s.Stats(t.Context(), q)); got.Totals.Calls != 0 || len(got.Series) != 3 {
		t.Errorf("of another bot: %+v", got)
	}
}
