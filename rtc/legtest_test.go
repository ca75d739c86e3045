package rtc

import (
	"testing"
	"time"

	"hotline/media/legtest"
)

// A browser's leg, in every codec.
func TestLegs(t *testing.T) {
	legtest.Run(t, []string{"opus", "G722", "PCMU", "PCMA"}, func(t testing.TB, name string) legtest.Pair {
		s := newSite(t, Config{Silent: 300 * time.Millisecond, Lost: 30 * time.Second})
		b := newBrowser(t, name).call(s.url)
		return legtest.Pair{Near: <-s.legs, Far: b.Leg,
			Hold: func(_ testing.TB, on bool) {
				if on {
					b.patchOffer("sendonly")
				} else {
					b.patchOffer("sendrecv")
				}
			},
			Lose: func(on bool) {
				if undo(b.Leg); on {
					lose(b.Leg, 1)
				}
			}}
	})
}
