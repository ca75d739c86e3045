package rtc

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"hotline/media"
	"hotline/media/mediatest"
)

// One tick of a connected leg: decode, conceal, encode, encrypt, send. The browser
// sends 50 packets a second; the ticks of the benchmark come faster, so most of
// them decode nothing (see media/opus for what decoding takes).
func BenchmarkTick(b *testing.B) {
	for _, name := range []string{"opus", "PCMU"} {
		b.Run(name, func(b *testing.B) {
			s := newSite(b, Config{})
			br := newBrowser(b, name).call(s.url)
			l := <-s.legs
			for _, side := range []*Leg{l, br.Leg} {
				if _, err := side.Answer(within(b)); err != nil {
					b.Fatal(err)
				}
			}
			tone, sink := &mediatest.Tone{Hz: 440, Level: -17}, media.SinkFunc(func(media.Frame) {})
			l.audio.seen.recentLoss = 0
			l.audio.start = time.Now()
			close(l.audio.done) // instead of Run
			b.ReportAllocs()
			at := time.Duration(0)
			for b.Loop() {
				l.audio.heard = at
				l.audio.tick(at, sink, tone)
				at += media.FrameDur
			}
		})
	}
}

// Fifty legs both ways, and fifty browsers that cost as much, for five seconds:
// late ticks are those of the legs alone.
func BenchmarkFiftyLegs(b *testing.B) {
	for b.Loop() {
		s := newSite(b, Config{})
		var frames atomic.Int64
		count := media.SinkFunc(func(media.Frame) { frames.Add(1) })
		done := make(chan error)
		var legs []*Leg
		var streams []media.Stream
		for range 50 {
			br := newBrowser(b, "opus").call(s.url)
			l := <-s.legs
			legs = append(legs, l)
			for _, side := range []*Leg{l, br.Leg} {
				stream, err := side.Answer(within(b))
				if err != nil {
					b.Fatal(err)
				}
				streams = append(streams, stream)
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		for _, stream := range streams {
			go func() { done <- stream.Run(ctx, count, &mediatest.Tone{Hz: 440, Level: -17}) }()
		}
		for range 100 {
			<-done
		}
		var late, lost, concealed uint64
		for _, l := range legs {
			st := l.Stats()
			late, lost, concealed = late+st.LateTicks, lost+st.Lost, concealed+st.Concealed
		}
		b.ReportMetric(float64(late), "late")
		b.ReportMetric(float64(lost), "lost")
		b.ReportMetric(float64(concealed), "concealed")
		b.ReportMetric(float64(frames.Load()), "frames")
	}
}
