package sip

import (
	"context"
	"testing"
	"time"

	"hotline/media/codec"
	"hotline/media/legtest"
	"hotline/media/rtp"
)

// Incoming legs in every codec, and outgoing ones.
func TestLegs(t *testing.T) {
	for side, codecs := range map[string][]string{"incoming": {"PCMU", "PCMA", "G722"}, "outgoing": {"PCMU"}} {
		t.Run(side, func(t *testing.T) {
			legtest.Run(t, codecs, func(t testing.TB, name string) legtest.Pair {
				c, ok := codec.ByName(name, 8000)
				if !ok {
					t.Fatal(name)
				}
				soon := func(c *Config) { c.MediaTimeout = 300 * time.Millisecond }
				accept, legs := keeping(t)
				b, _ := serve(t.(*testing.T), accept, soon)
				a, _ := serve(t.(*testing.T), nil, soon)
				dialled := make(chan *Leg, 1)
				go func() {
					out, err := a.Dial(within(t.(*testing.T)), Target{URI: uri(b, "x", "udp"), Codecs: []codec.Codec{c}})
					if err != nil {
						t.Error(err)
					}
					dialled <- out
				}()
				in := <-legs
				if _, err := in.Answer(within(t.(*testing.T))); err != nil {
					t.Fatal(err)
				}
				out := <-dialled
				if out == nil {
					t.FailNow()
				}
				near, far := in, out
				if side == "outgoing" {
					near, far = out, in
				}
				return legtest.Pair{Near: near, Far: far,
					Hold: func(t testing.TB, on bool) {
						do := far.Resume
						if on {
							do = far.Hold
						}
						if err := do(within(t.(*testing.T))); err != nil {
							t.Fatal(err)
						}
					},
					Lose: func(on bool) {
						p := params(far)
						if p.Direction = rtp.SendRecv; on {
							p.Direction = rtp.RecvOnly
						}
						far.media.Update(p)
					}}
			})
		})
	}
}

// keeping hands legs on and keeps their accept functions until the test ends.
func keeping(t testing.TB) (accept func(context.Context, *Leg), legs chan *Leg) {
	legs = make(chan *Leg, 1)
	return func(ctx context.Context, l *Leg) {
		legs <- l
		<-ctx.Done()
	}, legs
}
