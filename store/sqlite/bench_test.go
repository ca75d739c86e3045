package sqlite

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline"
)

// filled is a database with n ended calls of a month, each of some 25 events,
// and their index.
func filled(b *testing.B, n int) *DB {
	b.Helper()
	db, err := Open(b.Context(), filepath.Join(b.TempDir(), "hotline.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	rng := rand.New(rand.NewPCG(1, 1))
	vocabulary := strings.Fields(`order parcel return refund lamp delivery late broken invoice address cancel payment card number please thanks when where
		退货 订单 发票 快递 地址 退款 坏了 什么时候 谢谢 请问 付款 取消 a the my is it can you I want to have not with for`)
	for i := range 3000 {
		vocabulary = append(vocabulary, fmt.Sprintf("word%d", i))
	}
	zipf := rand.NewZipf(rng, 1.2, 3, uint64(len(vocabulary)-1))
	sentence := func() string {
		var w []string
		for range 6 + rng.IntN(8) {
			w = append(w, vocabulary[zipf.Uint64()])
		}
		return strings.Join(w, " ")
	}
	intents := []string{"order_status", "return_item", "refund_status", "invoice", "complaint", "hours"}
	feelings := []string{"neutral", "neutral", "neutral", "urgent", "frustrated", "angry"}
	start := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	var seq uint64
	var evs []hotline.Event
	var calls []hotline.Call
	began := time.Now()
	var indexing time.Duration
	flush := func() {
		if err := db.Write(b.Context(), evs, calls); err != nil {
			b.Fatal(err)
		}
		at := time.Now()
		if _, err := db.Index(b.Context(), evs); err != nil {
			b.Fatal(err)
		}
		indexing += time.Since(at)
		evs, calls = evs[:0], calls[:0]
	}
	for i := range n {
		at := start.Add(time.Duration(i) * (30 * 24 * time.Hour / time.Duration(n)))
		id := hotline.CallID(fmt.Sprintf("%s-%06d", at.Format("20060102-150405"), i))
		var c hotline.Call
		add := func(body hotline.Body) {
			seq++
			ev := hotline.Event{Seq: seq, N: c.N + 1, Call: id, At: at, Kind: body.Kind(), Body: body}
			c.Apply(ev)
			evs = append(evs, ev)
			at = at.Add(3 * time.Second)
		}
		add(hotline.CallStarted{Direction: "in", From: fmt.Sprint(1000 + rng.IntN(n/5)), To: "shop", Bot: "shop"})
		add(hotline.CallAnswered{Codec: "PCMU"})
		for range 7 {
			add(hotline.Heard{Who: "caller", Text: sentence(), Language: "en", Intent: intents[rng.IntN(len(intents))], Emotion: hotline.Emotion{Name: feelings[rng.IntN(len(feelings))]}})
			add(hotline.Turn{Total: hotline.Ms(300 + rng.IntN(900))})
			add(hotline.Said{Text: sentence(), To: "caller"})
		}
		if i%3 == 0 {
			add(hotline.Queued{Skill: "care"})
			add(hotline.AgentJoined{Agent: hotline.AgentID(fmt.Sprint("agent-", rng.IntN(20)))})
		}
		add(hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed}})
		if calls = append(calls, c); len(evs) > 400 {
			flush()
		}
	}
	flush()
	b.Logf("%d calls, %d events written in %v, of it %v for the index", n, seq, time.Since(began).Round(time.Second), indexing.Round(time.Second))
	return db
}

// BenchmarkSearch is a page of calls found, of 100,000, by each way of looking.
func BenchmarkSearch(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 20_000
	}
	db := filled(b, n)
	day := time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		q    hotline.CallQuery
	}{
		{"newest", hotline.CallQuery{}},
		{"rare-word", hotline.CallQuery{Words: "word2000"}},
		{"frequent-word", hotline.CallQuery{Words: "order"}},
		{"two-words", hotline.CallQuery{Words: "parcel word500"}},
		{"chinese", hotline.CallQuery{Words: "退货"}},
		{"no-such-word", hotline.CallQuery{Words: "nowhere"}},
		{"frequent-word-in-one-day", hotline.CallQuery{Words: "order", From: day, To: day.AddDate(0, 0, 1)}},
		{"intent", hotline.CallQuery{Intent: "complaint"}},
		{"intent-and-emotion", hotline.CallQuery{Intent: "complaint", Emotion: "angry"}},
		{"agent", hotline.CallQuery{Agent: "agent-7"}},
		{"customer", hotline.CallQuery{Customer: "1234"}},
		{"all-together", hotline.CallQuery{Words: "refund", Intent: "complaint", Emotion: "angry", Agent: "agent-3", From: day}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			tt.q.Limit = 100
			found := 0
			for b.Loop() {
				calls, err := db.Calls(b.Context(), tt.q)
				if err != nil {
					b.Fatal(err)
				}
				found = len(calls)
			}
			b.ReportMetric(float64(found), "found")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("stats-month", func(b *testing.B) {
		q := hotline.StatsQuery{From: day.AddDate(0, 0, -14), To: day.AddDate(0, 0, 17), Bucket: hotline.BucketDay, Zone: time.UTC, Within: 20 * time.Second}
		for b.Loop() {
			s, err := db.Stats(b.Context(), q)
			if err != nil || s.Totals.Calls != n {
				b.Fatal(s.Totals, err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
		b.ReportMetric(0, "ns/op")
	})
}
