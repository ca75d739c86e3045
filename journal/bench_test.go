package journal_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"hotline"
	"hotline/journal"
)

var sentence = hotline.Heard{Who: "caller", Text: "where is my order four seven one one", Language: "en", Confidence: 0.9,
	Intent: "order.status", IntentProb: 0.8, Emotion: hotline.Emotion{Name: "neutral"}, Slots: map[string]string{"order": "4711"}, Turn: 2}

// BenchmarkAppend is how fast one goroutine can append while the writer keeps up
// on a real disk.
func BenchmarkAppend(b *testing.B) {
	j := openJournal(b, openStore(b, b.TempDir()), journal.Config{Queue: 1 << 30})
	j.Append(event("a", hotline.CallStarted{}))
	b.ReportAllocs()
	for b.Loop() {
		j.Append(event("a", sentence))
	}
	b.StopTimer()
	began := time.Now()
	left := j.Stats().Waiting
	if err := j.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
	if left > 0 {
		b.ReportMetric(float64(left)/time.Since(began).Seconds(), "kept/s")
	}
}

// BenchmarkCalls is 200 calls with 5 events a second each, for a second an
// iteration: how long a call waits for Append.
func BenchmarkCalls(b *testing.B) {
	const calls, events = 200, 5
	j := openJournal(b, openStore(b, b.TempDir()), journal.Config{})
	for c := range calls {
		j.Append(event(hotline.CallID(fmt.Sprint(c)), hotline.CallStarted{}))
	}
	var mu sync.Mutex
	var took []time.Duration
	for b.Loop() {
		var wg sync.WaitGroup
		for c := range calls {
			wg.Go(func() {
				id := hotline.CallID(fmt.Sprint(c))
				mine := make([]time.Duration, 0, events)
				time.Sleep(time.Duration(c) * time.Second / calls / events)
				tick := time.NewTicker(time.Second / events)
				defer tick.Stop()
				for range events {
					began := time.Now()
					j.Append(event(id, sentence))
					mine = append(mine, time.Since(began))
					<-tick.C
				}
				mu.Lock()
				took = append(took, mine...)
				mu.Unlock()
			})
		}
		wg.Wait()
	}
	slices.Sort(took)
	at := func(p int) float64 { return float64(took[len(took)*p/1000].Microseconds()) }
	b.ReportMetric(at(500), "p50-µs")
	b.ReportMetric(at(950), "p95-µs")
	b.ReportMetric(at(999), "p99.9-µs")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFollow is one event through to 100 live readers.
func BenchmarkFollow(b *testing.B) {
	j := openJournal(b, openStore(b, b.TempDir()), journal.Config{Queue: 1 << 30})
	j.Append(event("a", hotline.CallStarted{}))
	ctx, cancel := context.WithCancel(context.Background())
	var readers, got sync.WaitGroup
	for range 100 {
		got.Add(1)
		readers.Go(func() {
			for range j.Follow(ctx, "", 0) {
				got.Done()
			}
		})
	}
	got.Wait()
	b.ReportAllocs()
	for b.Loop() {
		got.Add(100)
		j.Append(event("a", hotline.Key{Key: "1"}))
		got.Wait()
	}
	cancel()
	readers.Wait()
}
