package sip

import (
	"context"
	"log/slog"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"hotline"
	"hotline/media/rtp"
)

// TestMain shortens T1, and with it every timer of RFC 3261, twentyfold.
func TestMain(m *testing.M) {
	sip.SetTimers(25*time.Millisecond, 200*time.Millisecond, 250*time.Millisecond)
	os.Exit(m.Run())
}

var ports = rtp.NewPorts(21000, 21999, 0)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// notes collects what a server tells of.
type notes struct {
	mu       sync.Mutex
	refusals []Refusal
	requests map[string]int
}

func (n *notes) refused(r Refusal) {
	n.mu.Lock()
	n.refusals = append(n.refusals, r)
	n.mu.Unlock()
}

func (n *notes) last() Refusal {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.refusals) == 0 {
		return Refusal{}
	}
	return n.refusals[len(n.refusals)-1]
}

// serve runs a server on loopback whose legs go to accept, until the test ends.
func serve(t *testing.T, accept func(context.Context, *Leg), change ...func(*Config)) (*Server, *notes) {
	t.Helper()
	n := &notes{requests: map[string]int{}}
	c := Config{Listen: []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}, Ports: ports,
		Trunks:  []Trunk{{Name: "test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}},
		Refused: n.refused, Log: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&c)
	}
	s, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, accept) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Error("Serve does not end")
		}
	})
	return s, n
}

// uri is where s answers as user.
func uri(s *Server, user, network string) string {
	for _, a := range s.Addrs() {
		if hostport, ok := strings.CutPrefix(a, network+"://"); ok {
			return "sip:" + user + "@" + hostport + ";transport=" + network
		}
	}
	panic("no " + network)
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// signal waits for the next signal of a leg.
func signal(t *testing.T, l *Leg) hotline.Signal {
	t.Helper()
	select {
	case s, ok := <-l.Signals():
		if !ok {
			t.Error("the leg is over")
		}
		return s
	case <-time.After(patience):
		t.Error("no signal")
		return hotline.Signal{}
	}
}

// isOver waits for the end of a leg's signals.
func isOver(t *testing.T, l *Leg) {
	t.Helper()
	select {
	case s, ok := <-l.Signals():
		if ok {
			t.Errorf("signal %+v instead of the end", s)
		}
	case <-time.After(patience):
		t.Error("the leg does not end")
	}
}

// answering accepts every leg and gives it to the test.
func answering(t *testing.T) (func(context.Context, *Leg), <-chan *Leg) {
	legs := make(chan *Leg, 16)
	return func(ctx context.Context, l *Leg) {
		if _, err := l.Answer(ctx); err != nil {
			t.Error(err)
			return
		}
		legs <- l
		select {
		case <-l.ctx.Done():
		case <-ctx.Done():
		}
	}, legs
}

func TestCall(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		for _, who := range []string{"caller", "callee"} {
			t.Run(network+" "+who+" hangs up", func(t *testing.T) {
				accept, legs := answering(t)
				b, _ := serve(t, accept)
				a, _ := serve(t, nil)
				rang := make(chan bool, 1)
				out, err := a.Dial(within(t), Target{URI: uri(b, "%2B49-30-1234", network), From: "4711",
					Headers: map[string]string{"X-Call": "7"}, Ringing: func() { rang <- true }})
				if err != nil {
					t.Fatal(err)
				}
				<-rang
				in := <-legs
				if i := in.Info(); i.From != "4711" || i.To != "+49301234" || i.Headers["X-Call"] != "7" || !strings.HasPrefix(i.Remote, network+" 127.0.0.1:") {
					t.Errorf("info %+v", i)
				}
				for _, l := range []*Leg{in, out} {
					if _, err := l.Answer(within(t)); err != nil {
						t.Error("answering what is answered:", err)
					}
					if !strings.Contains(l.LocalSDP(), " RTP/AVP 9 ") {
						t.Errorf("SDP\n%s", l.LocalSDP())
					}
				}
				near, far, reason := out, in, hotline.CallerHangup
				if who == "callee" {
					near, far, reason = in, out, hotline.AgentHangup
				}
				if err := near.Hangup(within(t), hotline.BotHangup); err != nil {
					t.Error(err)
				}
				isOver(t, near)
				if s := signal(t, far); s.Kind != hotline.SigHangup || s.Reason != reason {
					t.Errorf("signal %+v", s)
				}
				isOver(t, far)
				if far.ByeReason() != hotline.BotHangup {
					t.Errorf("BYE says %q", far.ByeReason())
				}
				if err := near.Hangup(within(t), ""); err != nil {
					t.Error("a second hangup:", err)
				}
				if _, err := far.Answer(within(t)); hotline.ErrorCode(err) != hotline.ECancelled {
					t.Error("answered after the end:", err)
				}
			})
		}
	}
}

// What the callee does with the call is what Dial says of it.
func TestRefusedCalls(t *testing.T) {
	for reason, want := range map[string]string{
		hotline.EBusy: hotline.EBusy, hotline.EDeclined: hotline.EDeclined, hotline.ENotFound: hotline.ENotFound,
		hotline.NoAgent: hotline.ENoAnswer, hotline.EForbidden: hotline.EForbidden, hotline.Shutdown: hotline.EUnavailable,
	} {
		t.Run(reason, func(t *testing.T) {
			b, _ := serve(t, func(ctx context.Context, l *Leg) {
				_ = l.Hangup(ctx, reason)
				isOver(t, l)
			})
			a, _ := serve(t, nil)
			l, err := a.Dial(within(t), Target{URI: uri(b, "x", "udp")})
			if hotline.ErrorCode(err) != want || l != nil {
				t.Errorf("%v is %s, want %s", err, hotline.ErrorCode(err), want)
			}
		})
	}
	t.Run("an accept that does nothing", func(t *testing.T) {
		b, _ := serve(t, func(context.Context, *Leg) {})
		a, _ := serve(t, nil)
		if _, err := a.Dial(within(t), Target{URI: uri(b, "x", "udp")}); hotline.ErrorCode(err) != hotline.ENoAnswer {
			t.Error(err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		a, _ := serve(t, nil)
		if _, err := a.Dial(within(t), Target{URI: "sip:x@127.0.0.1:9"}); hotline.ErrorCode(err) != hotline.ENoAnswer {
			t.Error(err)
		}
	})
	t.Run("nobody answers", func(t *testing.T) {
		b, _ := serve(t, func(ctx context.Context, l *Leg) { <-l.ctx.Done() }, func(c *Config) { c.RingTimeout = time.Millisecond })
		a, _ := serve(t, nil)
		if _, err := a.Dial(within(t), Target{URI: uri(b, "x", "udp")}); hotline.ErrorCode(err) != hotline.ENoAnswer {
			t.Error(err)
		}
	})
}

func TestCancel(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			ended := make(chan error, 1)
			b, _ := serve(t, func(ctx context.Context, l *Leg) {
				if s := signal(t, l); s.Kind != hotline.SigHangup || s.Reason != string(hotline.Cancelled) {
					t.Errorf("signal %+v", s)
				}
				isOver(t, l)
				_, err := l.Answer(ctx)
				ended <- err
			})
			a, _ := serve(t, nil)
			ctx, cancel := context.WithCancel(within(t))
			_, err := a.Dial(ctx, Target{URI: uri(b, "x", network), Ringing: cancel})
			if hotline.ErrorCode(err) != hotline.ECancelled {
				t.Error(err)
			}
			if err := <-ended; hotline.ErrorCode(err) != hotline.ECancelled {
				t.Error("answered a cancelled call:", err)
			}
		})
	}
	t.Run("deadline", func(t *testing.T) {
		b, _ := serve(t, func(ctx context.Context, l *Leg) { signal(t, l) })
		a, _ := serve(t, nil)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		if _, err := a.Dial(ctx, Target{URI: uri(b, "x", "udp")}); hotline.ErrorCode(err) != hotline.ENoAnswer {
			t.Error(err)
		}
	})
}

// The far end's hold and its end are signals; both sides at once come through.
func TestHold(t *testing.T) {
	accept, legs := answering(t)
	b, _ := serve(t, accept)
	a, _ := serve(t, nil)
	out, err := a.Dial(within(t), Target{URI: uri(b, "x", "udp")})
	if err != nil {
		t.Fatal(err)
	}
	in := <-legs
	if err := out.Hold(within(t)); err != nil {
		t.Fatal(err)
	}
	if s := signal(t, in); s.Kind != hotline.SigHold {
		t.Errorf("signal %+v", s)
	}
	if !strings.Contains(out.LocalSDP(), "a=sendonly") || !strings.Contains(in.LocalSDP(), "a=recvonly") {
		t.Errorf("hold:\n%s\n%s", out.LocalSDP(), in.LocalSDP())
	}
	if err := out.Resume(within(t)); err != nil {
		t.Fatal(err)
	}
	if s := signal(t, in); s.Kind != hotline.SigResume {
		t.Errorf("signal %+v", s)
	}

	var wg sync.WaitGroup
	for _, l := range []*Leg{in, out} {
		wg.Go(func() {
			if err := l.Hold(within(t)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, l := range []*Leg{in, out} {
		if s := signal(t, l); s.Kind != hotline.SigHold {
			t.Errorf("signal %+v", s)
		}
	}
	_ = out.Hangup(within(t), hotline.BotHangup)
}

// Serve ends the legs that nobody ended, and everything it started.
func TestServeEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("calls", func(t *testing.T) {
		b, _ := serve(t, func(ctx context.Context, l *Leg) {
			if l.Info().To == "busy" {
				_ = l.Hangup(ctx, hotline.EBusy)
				return
			}
			if l.Info().To != "ring" {
				_, _ = l.Answer(ctx)
			}
			<-ctx.Done()
		})
		a, _ := serve(t, nil)
		var wg sync.WaitGroup
		for _, network := range []string{"udp", "tcp"} {
			for range 10 {
				for _, user := range []string{"talk", "busy", "ring"} {
					wg.Go(func() {
						ctx, cancel := context.WithCancel(within(t))
						defer cancel()
						to := Target{URI: uri(b, user, network)}
						if user == "ring" {
							to.Ringing = cancel
						}
						_, _ = a.Dial(ctx, to)
					})
				}
			}
		}
		wg.Wait()
	})
	for limit := time.Now().Add(patience); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(limit) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}
