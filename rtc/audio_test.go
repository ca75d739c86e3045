package rtc

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/media/mediatest"
)

func TestToneBothWays(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"opus", "G722", "PCMU", "PCMA"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Config{})
			b := newBrowser(t, name).call(s.url)
			l := <-s.legs
			ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
			hears(t, theirs, 440)
			hears(t, ours, 1000)
			r := mediatest.Hear(ours.Last(300 * time.Millisecond))
			t.Log(r)
			if r.Purity < 0.95 || r.Level < -19 || r.Level > -15 {
				t.Errorf("heard %v", r)
			}
			st := l.Stats()
			if !strings.EqualFold(st.Codec, name) || st.Sent == 0 || st.Received == 0 || st.Lost != 0 || st.Discarded != 0 {
				t.Errorf("%+v", st)
			}
			if err := l.Hangup(within(t), hotline.BotHangup); err != nil {
				t.Fatal(err)
			}
			if sig := next(t, b.Leg, hotline.SigHangup); sig.Reason != hotline.CallerHangup {
				t.Errorf("%+v", sig)
			}
		})
	}
}

func TestLossIsRepaired(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"opus", "PCMU"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Config{})
			b := newBrowser(t, name).call(s.url)
			l := <-s.legs
			ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
			hears(t, theirs, 440)
			hears(t, ours, 1000)
			lose(b.Leg, 0.1)
			lose(l, 0.1)
			before := l.Stats().Lost
			for range 3 { // an encoder makes no copies of a steady tone: this is concealment
				hears(t, ours, 1000)
			}
			st := l.Stats()
			t.Logf("%d lost, %d frames concealed, %v", st.Lost-before, st.Concealed, mediatest.Hear(ours.Last(time.Second)))
			for deadline := time.Now().Add(15 * time.Second); l.Stats().RemoteLost == 0; runtime.Gosched() { // its reports say so
				if time.Now().After(deadline) {
					t.Fatalf("the other side has lost nothing: %+v", l.Stats())
				}
			}
			if st := l.Stats(); st.RTTMs <= 0 || st.RTTMs > 1000 {
				t.Errorf("round trip of %g ms", st.RTTMs)
			}
			if st.Lost == before || st.Concealed == 0 {
				t.Errorf("nothing was lost, or nothing concealed: %+v", st)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"opus", "PCMU"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Config{})
			b := newBrowser(t, name).call(s.url)
			l := <-s.legs
			ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
			hears(t, theirs, 440)
			for from, to := range map[*Leg]*Leg{b.Leg: l, l: b.Leg} {
				if err := from.SendKeys(within(t), "1#1"); err != nil {
					t.Fatal(err)
				}
				for _, want := range "1#1" {
					if sig := next(t, to, hotline.SigKey); sig.Key != want {
						t.Errorf("key %c, want %c", sig.Key, want)
					}
				}
			}
			hears(t, ours, 1000)
			if st := l.Stats(); st.Lost > 0 || st.Discarded > 0 {
				t.Errorf("%+v", st)
			}
			if err := l.SendKeys(within(t), "x"); hotline.ErrorCode(err) != hotline.EInvalid {
				t.Error(err)
			}
		})
	}
}
