package sherpa_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/asr/sherpa"
	"hotline/media"
)

// BenchmarkSpeakers plays speech in real time to one model, as so many callers
// do: 20 conversations are 20 callers who speak a third of the time. It reports
// how long after the end of speech, as the detector saw it, the finals came.
func BenchmarkSpeakers(b *testing.B) {
	for _, n := range []int{1, 20} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var mu sync.Mutex
			var late, queued, took []time.Duration
			e := open(b, sherpa.Config{Pool: asr.PoolConfig{Observe: func(d asr.Done) {
				if mu.Lock(); d.Final {
					queued, took = append(queued, d.Queued), append(took, d.Took)
				}
				mu.Unlock()
			}}})
			short, long := asrtest.Clips(b)
			for b.Loop() {
				var wg sync.WaitGroup
				for i := range n {
					wg.Go(func() {
						// Everybody begins somewhere else in the same monologue.
						gap := time.Duration(i%7) * 900 * time.Millisecond
						frames := asrtest.Frames(asrtest.Silence(gap), short.PCM, asrtest.Silence(6*time.Second), long.PCM, asrtest.Silence(8*time.Second-gap))
						start := time.Now()
						for r, err := range e.Recognize(b.Context(), realTime(b.Context(), frames), asr.Options{}) {
							if err != nil {
								b.Error(err)
							}
							if r.Final {
								mu.Lock()
								late = append(late, time.Since(start)-r.End)
								mu.Unlock()
							}
						}
					})
				}
				wg.Wait()
			}
			report := func(d []time.Duration, name string) {
				if len(d) == 0 {
					return
				}
				slices.Sort(d)
				b.ReportMetric(float64(d[len(d)/2].Milliseconds()), name+"-p50-ms")
				b.ReportMetric(float64(d[len(d)*95/100].Milliseconds()), name+"-p95-ms")
			}
			report(late, "final")
			report(queued, "queued")
			report(took, "took")
			s := e.Pool.Stats()
			b.ReportMetric(float64(s.Partials), "attempts")
			b.ReportMetric(float64(s.Dropped), "dropped")
		})
	}
}

// realTime sends frames at their time.
func realTime(ctx context.Context, frames []media.Frame) <-chan media.Frame {
	audio := make(chan media.Frame, 100)
	go func() {
		defer close(audio)
		tick := time.NewTicker(media.FrameDur)
		defer tick.Stop()
		for _, f := range frames {
			select {
			case <-tick.C:
				audio <- f
			case <-ctx.Done():
				return
			}
		}
	}()
	return audio
}

// BenchmarkMoonshine is one utterance of 5 s, alone.
func BenchmarkMoonshine(b *testing.B) {
	e := open(b, sherpa.Config{})
	_, long := asrtest.Clips(b)
	for b.Loop() {
		r, err := e.Pool.Transcribe(b.Context(), long.PCM, asr.Options{})
		if err != nil || !strings.Contains(strings.ToLower(r.Text), "cold") {
			b.Fatal(r.Text, err)
		}
	}
}
