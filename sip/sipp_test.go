package sip

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"hotline"
)

// sipp runs the sipp of Debian (package sip-tester) and fails with what it
// says. Without it the test is skipped, but not where CI is set.
func sipp(t *testing.T, args ...string) {
	t.Helper()
	ctx := within(t)
	cmd := exec.CommandContext(ctx, "sipp", append(args, "-i", "127.0.0.1", "-nostdin", "-timeout", "8s", "-timeout_error")...)
	cmd.Dir = t.TempDir()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = append(os.Environ(), "TERM=dumb")
	if err := cmd.Run(); err != nil {
		t.Errorf("sipp %s: %v\n%s", strings.Join(args, " "), err, out.Bytes())
	}
}

func needSipp(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("sipp"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("sipp is missing: apt-get install sip-tester")
		}
		t.Skip("sipp is missing: apt-get install sip-tester")
	}
}

// A phone that nobody here wrote calls, twenty times a second.
func TestSippCalls(t *testing.T) {
	needSipp(t)
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	s, _ := serve(t, func(ctx context.Context, l *Leg) {
		if l.Info().To != "ring" {
			if _, err := l.Answer(ctx); err != nil {
				t.Error(err)
			}
		}
		keys := 0
		for sig := range l.Signals() {
			if sig.Kind == hotline.SigKey && sig.Key == '5' {
				keys++
			}
		}
		if l.Info().To == "keys" && keys != 1 {
			t.Errorf("%d keys", keys)
		}
	})
	for _, network := range []string{"udp", "tcp"} {
		server := strings.TrimPrefix(s.Addrs()[map[string]int{"udp": 0, "tcp": 1}[network]], network+"://")
		for _, scenario := range []string{"call", "offerless", "cancel", "codec"} {
			t.Run(network+" "+scenario, func(t *testing.T) {
				sipp(t, server, "-sf", wd+"/testdata/sipp/"+scenario+".xml", "-t", map[string]string{"udp": "u1", "tcp": "t1"}[network], "-m", "10", "-r", "20")
			})
		}
	}
	t.Run("its own caller", func(t *testing.T) {
		sipp(t, strings.TrimPrefix(s.Addrs()[0], "udp://"), "-sn", "uac", "-m", "10", "-r", "20", "-d", "10")
	})
}

// And one is called.
func TestSippCalled(t *testing.T) {
	needSipp(t)
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	s, _ := serve(t, nil)
	for name, args := range map[string][]string{"answers": {"-sn", "uas"}, "is busy": {"-sf", wd + "/testdata/sipp/busy.xml"}} {
		t.Run(name, func(t *testing.T) {
			c, err := net.ListenPacket("udp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			port := c.LocalAddr().(*net.UDPAddr).Port
			_ = c.Close()
			ended := make(chan bool)
			go func() {
				defer close(ended)
				sipp(t, append(args, "-p", fmt.Sprint(port), "-m", "1")...)
			}()
			l, err := s.Dial(within(t), Target{URI: fmt.Sprintf("sip:x@127.0.0.1:%d", port)}) // asks again until sipp is up
			if name == "answers" {
				if err != nil {
					t.Fatal(err)
				}
				if err := l.Hangup(within(t), hotline.BotHangup); err != nil {
					t.Error(err)
				}
			} else if hotline.ErrorCode(err) != hotline.EBusy {
				t.Error(err)
			}
			<-ended
		})
	}
}
