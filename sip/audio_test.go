package sip

import (
	"context"
	"slices"
	"testing"
	"time"

	"hotline"
	"hotline/media/codec"
	"hotline/media/mediatest"
)

// A tone each way, in every codec; keys; nothing to hear while on hold, and the
// tone again after.
func TestAudio(t *testing.T) {
	for _, c := range []codec.Codec{codec.PCMU, codec.PCMA, codec.G722} {
		t.Run(c.Name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(within(t))
			calleeHears, callerHears := mediatest.NewEar(), mediatest.NewEar()
			legs := make(chan *Leg, 1)
			b, _ := serve(t, func(ctx context.Context, l *Leg) {
				stream, err := l.Answer(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				legs <- l
				if err := stream.Run(ctx, calleeHears, &mediatest.Tone{Hz: 1000}); err != nil {
					t.Error(err)
				}
			})
			a, _ := serve(t, nil)
			out, err := a.Dial(ctx, Target{URI: uri(b, "x", "udp"), Codecs: []codec.Codec{c}})
			if err != nil {
				t.Fatal(err)
			}
			in := <-legs
			stream, err := out.Answer(ctx)
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- stream.Run(ctx, callerHears, &mediatest.Tone{Hz: 440}) }()
			hear := func(ear *mediatest.Ear, hz float64) {
				t.Helper()
				if err := ear.Wait(within(t), hz, 300*time.Millisecond); err != nil {
					t.Error(err)
				}
			}
			hear(calleeHears, 440)
			hear(callerHears, 1000)
			if c == codec.PCMU {
				if err := out.SendKeys(ctx, "1#"); err != nil {
					t.Error(err)
				}
				for _, key := range "1#" {
					if sig := signal(t, in); sig.Kind != hotline.SigKey || sig.Key != key {
						t.Errorf("signal %+v, want key %c", sig, key)
					}
				}
				if err := out.Hold(ctx); err != nil {
					t.Fatal(err)
				}
				if sig := signal(t, in); sig.Kind != hotline.SigHold {
					t.Errorf("signal %+v", sig)
				}
				hear(calleeHears, 440) // who holds may play music
				if err := out.Resume(ctx); err != nil {
					t.Fatal(err)
				}
				hear(callerHears, 1000)
			}
			if s := in.Stats(); s.Codec != c.Name || s.Received == 0 || s.Sent == 0 {
				t.Errorf("stats %+v", s)
			}
			if err := in.Hangup(within(t), hotline.BotHangup); err != nil {
				t.Error(err)
			}
			if err := <-ended; err != nil { // ends with the leg
				t.Error(err)
			}
			cancel()
		})
	}
}

// Answering is quick: 20 calls a second, INVITE to 200, the median and the 95th
// of a hundred. The bound is loose, for machines that do other things too.
func TestAnswerTime(t *testing.T) {
	b, _ := serve(t, func(ctx context.Context, l *Leg) {
		if _, err := l.Answer(ctx); err == nil {
			<-l.ctx.Done()
		}
	})
	a, _ := serve(t, nil)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	took := make(chan time.Duration, 40)
	for range cap(took) {
		<-tick.C
		go func() {
			began := time.Now()
			l, err := a.Dial(within(t), Target{URI: uri(b, "x", "udp")})
			took <- time.Since(began)
			if err != nil {
				t.Error(err)
				return
			}
			_ = l.Hangup(within(t), hotline.BotHangup)
		}()
	}
	var all []time.Duration
	for range cap(took) {
		all = append(all, <-took)
	}
	slices.Sort(all)
	p50, p95 := all[len(all)/2], all[len(all)*95/100]
	t.Logf("INVITE to 200 with ACK sent: p50 %v, p95 %v", p50, p95)
	if p50 > 100*time.Millisecond {
		t.Errorf("p50 %v, p95 %v", p50, p95)
	}
}
