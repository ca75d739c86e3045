package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
)

// BenchmarkEventToPage is how long an event of a call takes to the page of the agent
// who has it ("page"), and until it is on the screen ("shown"): a desk in Chromium,
// where both speak and are recognised while the caller presses keys, alone and beside
// others who ask the bot. Callers, browser and server are on the same machine.
//
//	go test ./e2e -run '^$' -bench EventToPage -benchtime 1x
func BenchmarkEventToPage(b *testing.B) {
	const keys = 240
	for _, others := range []int{0, 10} {
		b.Run(fmt.Sprintf("others=%d", others), func(b *testing.B) {
			requirePages(b)
			ctx := within(b, 10*time.Minute)
			data := b.TempDir()
			newUser(b, data, "anna", "--role", "agent", "--agent", "agent-1")
			s := startServer(b, data, "calls: {ring: 100s}\nagents: [{id: agent-1, name: Anna, skills: [service, en]}]")
			f := s.feed(ctx)
			question := slices.Concat(speech(b, "How long does delivery take?"), silence(5*time.Second))
			desk := deskOf(b, ctx, s, "anna", question)
			says := func() *mediatest.Clip {
				clip := mediatest.Clip(mediatest.Frames(slices.Repeat(question, 60), media.SampleRate))
				return &clip
			}
			caller := sipParty(b, s, 0, says())
			call, _ := untilBody(f, func(hotline.CallAnswered) bool { return true })
			s.order(b, s.token, call.Call, "transfer", members{"skill": "service"})
			desk.answer()
			untilBody(f, func(hotline.AgentJoined) bool { return true })
			for range others {
				sipParty(b, s, 0, says())
			}
			eval[any](desk, `lags.length = shown.length = 0`)
			begin, started := cpuOf(b, s), time.Now()
			for b.Loop() {
				for range keys {
					if err := caller.keys(ctx, "5"); err != nil {
						b.Fatal(err)
					}
					untilBody(f, func(hotline.Key) bool { return true })
				}
				desk.wait(fmt.Sprintf(`shown.length >= %d`, keys))
			}
			b.ReportMetric((cpuOf(b, s)-begin).Seconds()/time.Since(started).Seconds(), "cores")
			for _, what := range []string{"lags", "shown"} {
				took := eval[[]float64](desk, what)
				slices.Sort(took)
				name := strings.Replace(what, "lags", "page", 1)
				b.ReportMetric(took[len(took)/2], name+"-p50-ms")
				b.ReportMetric(took[len(took)*95/100], name+"-p95-ms")
				b.ReportMetric(took[len(took)-1], name+"-worst-ms")
				b.ReportMetric(float64(len(took)), "events")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
