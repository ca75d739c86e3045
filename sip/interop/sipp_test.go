// Package interop_test has phones that nobody here wrote call and be called. It
// runs with the timers of RFC 3261, which package sip shortens in its own tests.
package interop_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline"
	"hotline/media/rtp"
	"hotline/sip"
)

const patience = 20 * time.Second

// sipp runs the sipp of Debian (package sip-tester) and fails with what it
// says. Without it the test is skipped, but not where CI is set.
func sipp(t *testing.T, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sipp", append(args, "-i", "127.0.0.1", "-nostdin", "-timeout", "15s", "-timeout_error")...)
	cmd.Dir = t.TempDir()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = append(os.Environ(), "TERM=dumb")
	if err := cmd.Run(); err != nil {
		t.Errorf("sipp %s: %v\n%s", strings.Join(args, " "), err, out.Bytes())
	}
}

// scenarios is where they are, for a sipp that runs elsewhere.
func scenarios(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("sipp"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("sipp is missing: apt-get install sip-tester")
		}
		t.Skip("sipp is missing: apt-get install sip-tester")
	}
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return wd + "/../testdata/sipp/"
}

func serve(t *testing.T, accept func(context.Context, *sip.Leg)) *sip.Server {
	t.Helper()
	s, err := sip.Listen(sip.Config{Listen: []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}, Ports: rtp.NewPorts(22000, 22999, 0),
		Trunks: []sip.Trunk{{Name: "test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, accept) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

// A phone that nobody here wrote calls, twenty times a second.
func TestSippCalls(t *testing.T) {
	dir := scenarios(t)
	var keys, calls atomic.Int64
	s := serve(t, func(ctx context.Context, l *sip.Leg) {
		calls.Add(1)
		if l.Info().To != "ring" {
			// A caller may be gone before we know that it has acknowledged.
			if _, err := l.Answer(ctx); err != nil && hotline.ErrorCode(err) != hotline.ECancelled {
				t.Error(err)
			}
		}
		for sig := range l.Signals() {
			if sig.Kind == hotline.SigKey && sig.Key == '5' {
				keys.Add(1)
			}
		}
	})
	for i, network := range []string{"udp", "tcp"} {
		server := strings.TrimPrefix(s.Addrs()[i], network+"://")
		for _, scenario := range []string{"call", "offerless", "cancel", "codec"} {
			t.Run(network+" "+scenario, func(t *testing.T) {
				calls.Store(0)
				keys.Store(0)
				sipp(t, server, "-sf", dir+scenario+".xml", "-t", network[:1]+"1", "-m", "10", "-r", "20")
				want := map[string][2]int64{"call": {10, 10}, "offerless": {10, 0}, "cancel": {10, 0}, "codec": {0, 0}}[scenario]
				if got := [2]int64{calls.Load(), keys.Load()}; got != want {
					t.Errorf("%d calls with %d keys, want %d", got[0], got[1], want)
				}
			})
		}
	}
	t.Run("its own caller", func(t *testing.T) {
		sipp(t, strings.TrimPrefix(s.Addrs()[0], "udp://"), "-sn", "uac", "-m", "10", "-r", "20", "-d", "10")
	})
}

// And one is called.
func TestSippCalled(t *testing.T) {
	dir := scenarios(t)
	s := serve(t, nil)
	for _, scenario := range []string{"answer", "busy"} {
		t.Run(scenario, func(t *testing.T) {
			c, err := net.ListenPacket("udp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			port := c.LocalAddr().(*net.UDPAddr).Port
			_ = c.Close()
			ended := make(chan bool)
			go func() {
				defer close(ended)
				sipp(t, "-sf", dir+scenario+".xml", "-p", fmt.Sprint(port), "-m", "1")
			}()
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			l, err := s.Dial(ctx, sip.Target{URI: fmt.Sprintf("sip:x@127.0.0.1:%d", port)}) // which asks again until sipp is up
			if scenario == "busy" {
				if hotline.ErrorCode(err) != hotline.EBusy {
					t.Error(err)
				}
			} else if err != nil {
				t.Error(err)
			} else if err := l.Hangup(ctx, hotline.BotHangup); err != nil {
				t.Error(err)
			}
			<-ended
		})
	}
}
