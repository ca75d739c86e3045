package tts_test

import (
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotline/media"
	"hotline/tts"
	"hotline/tts/espeak"
	"hotline/tts/flite"
	"hotline/tts/ttstest"
)

// engines are those that are installed, each with a language.
func engines(b *testing.B, run func(b *testing.B, e tts.Engine, text string, v tts.Voice)) {
	es, _ := espeak.New(nil)
	fl, _ := flite.New("")
	cache, err := tts.OpenCache(b.TempDir(), tts.CacheConfig{})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name, lang string
		e          tts.Engine
	}{{"espeak-en", "en", es}, {"espeak-zh", "zh", es}, {"flite-en", "en", fl}, {"cached-en", "en", cache.Engine(es)}} {
		b.Run(c.name, func(b *testing.B) {
			if err := tts.Check(b.Context(), c.e); err != nil {
				b.Skip(err)
			}
			v := tts.Voice{Language: c.lang}
			ttstest.Speak(b, c.e, ttstest.Texts[c.lang], v) // the cached one is warm
			run(b, tts.Sentences(c.e), ttstest.Texts[c.lang], v)
		})
	}
}

// BenchmarkFirstFrame is what a caller waits for: text in, first frame out. The
// text has two sentences. With break, so it is also how soon an engine stops.
func BenchmarkFirstFrame(b *testing.B) {
	engines(b, func(b *testing.B, e tts.Engine, text string, v tts.Voice) {
		b.ReportAllocs()
		var took []time.Duration
		for b.Loop() {
			from := time.Now()
			for _, err := range e.Synthesize(b.Context(), text, v) {
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(from))
				break
			}
		}
		report(b, "first", took)
	})
}

func report(b *testing.B, what string, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, what+"-p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, what+"-p95-ms")
}

// BenchmarkWhole is the processor time that a second of speech costs, ours and
// the program's.
func BenchmarkWhole(b *testing.B) {
	engines(b, func(b *testing.B, e tts.Engine, text string, v tts.Voice) {
		n := 0
		from := cpu(b)
		for b.Loop() {
			n += len(ttstest.Speak(b, e, text, v))
		}
		spoken := time.Duration(n) * media.FrameDur
		b.ReportMetric((cpu(b)-from).Seconds()*1000/spoken.Seconds(), "cpu-ms/s-of-speech")
	})
}

func cpu(b *testing.B) (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var r syscall.Rusage
		if err := syscall.Getrusage(who, &r); err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return sum
}

// BenchmarkTwenty is twenty callers who are answered in the same moment.
func BenchmarkTwenty(b *testing.B) {
	engines(b, func(b *testing.B, e tts.Engine, text string, v tts.Voice) {
		var first []time.Duration
		var spoken, wall time.Duration
		for b.Loop() {
			from := time.Now()
			var wg sync.WaitGroup
			var mu sync.Mutex
			for range 20 {
				wg.Go(func() {
					n, begin := 0, time.Duration(0)
					for range e.Synthesize(b.Context(), text, v) {
						if n++; n == 1 {
							begin = time.Since(from)
						}
					}
					mu.Lock()
					defer mu.Unlock()
					first = append(first, begin)
					spoken += time.Duration(n) * media.FrameDur
				})
			}
			wg.Wait()
			wall += time.Since(from)
		}
		report(b, "first", first)
		b.ReportMetric(wall.Seconds()/(spoken.Seconds()/20), "rtf")
	})
}
