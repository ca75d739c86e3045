package e2e

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
)

// BenchmarkFifty has fifty callers at once, each with three questions: over SIP,
// and over WebRTC with Opus. The answer times are the server's own, from the end
// of the caller's speech to the first frame of the reply; the callers run in this
// process, on the same machine.
//
//	go test ./e2e -run '^$' -bench Fifty -benchtime 1x -timeout 20m
func BenchmarkFifty(b *testing.B) {
	const callers, every = 50, 20 * time.Second // between two questions of one caller
	questions := []string{"What are your opening hours?", "How long does delivery take?", "What are your opening hours?"}
	for _, kind := range []string{"SIP", "WebRTC"} {
		b.Run(kind, func(b *testing.B) {
			said := silence(9 * time.Second)
			for _, q := range questions {
				u := speech(b, q)
				said = slices.Concat(said, u, silence(every-time.Duration(len(u))*time.Second/media.SampleRate))
			}
			packets := encoded(said)
			ctx := within(b, 10*time.Minute)
			s := startServer(b, "", "")
			f := s.feed(ctx)
			for b.Loop() {
				var wg sync.WaitGroup
				var parties [callers]*party
				begin := cpuOf(b, s)
				started := time.Now()
				for i := range parties {
					clip := mediatest.Clip(mediatest.Frames(said, media.SampleRate))
					says := &clip
					wg.Go(func() {
						if kind == "SIP" {
							parties[i] = sipParty(b, s, 0, says)
						} else {
							parties[i], _ = whipParty(b, s, "", "", recorded(packets), 0, says)
						}
					})
					<-time.After(every / callers) // no crowd asks in one breath
				}
				wg.Wait()
				<-time.After(time.Until(started.Add(every + time.Duration(len(said))*time.Second/media.SampleRate)))
				used := cpuOf(b, s) - begin
				b.ReportMetric(used.Seconds()/time.Since(started).Seconds(), "cores")
				for _, p := range parties {
					p.hang()
				}
				var answers []hotline.Ms
				var late, sent, lost uint64
				for ended := 0; ended < callers; {
					ev := f.until("the ends", func(ev hotline.Event) bool { return ev.Kind == "turn" || ev.Kind == "call.ended" })
					switch body := ev.Body.(type) {
					case hotline.Turn:
						answers = append(answers, body.Total)
					case hotline.CallEnded:
						ended++
						for _, st := range body.Stats {
							late, sent, lost = late+st.LateTicks, sent+st.Sent, lost+st.Lost
						}
					}
				}
				if len(answers) == 0 {
					b.Fatal("no answers")
				}
				slices.Sort(answers)
				b.ReportMetric(float64(answers[len(answers)/2]), "p50-ms")
				b.ReportMetric(float64(answers[len(answers)*95/100]), "p95-ms")
				b.ReportMetric(float64(len(answers)), "answers")
				b.ReportMetric(100*float64(late)/float64(max(1, sent)), "%late")
				b.ReportMetric(float64(lost), "lost")
			}
		})
	}
}

// cpuOf is the time that the server has computed.
func cpuOf(t testing.TB, s *server) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(rest) // proc(5), from state on
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
