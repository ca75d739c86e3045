// Package e2e calls the real program from phones that nobody here wrote.
package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotline"
)

// program builds hotline once for all tests of this package.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hotline-e2e-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "hotline")
	cmd := exec.Command("go", "build", "-o", file, "hotline/cmd/hotline")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %v\n%s", err, out)
	}
	return file, nil
})

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "4") // phones talk and wait; they do not compute
	code := m.Run()
	if file, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// A server is a running `hotline serve`.
type server struct {
	t    testing.TB
	cmd  *exec.Cmd
	data string
	log  *tail
	done chan struct{} // closed when the process has ended

	token string // an administrator's, for the API

	SIP  []string `json:"sip"` // "udp://127.0.0.1:41234"
	HTTP string   `json:"http"`
}

// startServer starts hotline on free ports with the given configuration added,
// and waits until it is ready. With data "" its data folder is the test's own.
func startServer(t testing.TB, data, config string) *server {
	t.Helper()
	file, err := program()
	if err != nil {
		t.Fatal(err)
	}
	requireModels(t)
	if data == "" {
		data = t.TempDir()
	}
	conf := filepath.Join(t.TempDir(), "hotline.yaml")
	if !strings.Contains("\n"+config, "\nhttp:") {
		config = "http: {listen: '127.0.0.1:0'}\n" + config
	}
	if !strings.Contains("\n"+config, "\nsip:") {
		config += "\nsip: {listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0']}\n"
	}
	if err := os.WriteFile(conf, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, data: data, log: &tail{}, done: make(chan struct{})}
	s.token = newToken(t, data, "--role", "admin")
	_ = os.Remove(filepath.Join(data, "serving.json"))
	s.cmd = exec.Command(file, "serve", "--config", conf, "--data", data, "--log", "info")
	s.cmd.Env = append(os.Environ(), "HOTLINE_MODELS="+modelsDir())
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.cmd.Wait(); close(s.done) }()
	t.Cleanup(func() {
		s.stop(syscall.SIGKILL)
		if t.Failed() {
			t.Logf("hotline serve:\n%s", s.log)
		}
	})
	for deadline := time.Now().Add(60 * time.Second); ; {
		if b, err := os.ReadFile(filepath.Join(data, "serving.json")); err == nil && json.Unmarshal(b, s) == nil && s.HTTP != "" {
			if r, err := http.Get(s.HTTP + "/readyz"); err == nil {
				r.Body.Close()
				if r.StatusCode == http.StatusOK {
					return s
				}
			}
		}
		select {
		case <-s.done:
			t.Fatalf("hotline serve ended:\n%s", s.log)
		case <-time.After(20 * time.Millisecond): // until it says that it is ready
		}
		if time.Now().After(deadline) {
			t.Fatalf("hotline serve is not ready:\n%s", s.log)
		}
	}
}

// newToken makes a token for the server of the data folder, which need not run.
func newToken(t testing.TB, data string, flags ...string) string {
	t.Helper()
	file, err := program()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(file, append([]string{"token", "add", "e2e", "--data", data}, flags...)...).Output()
	if err != nil {
		t.Fatalf("hotline token add: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// do sends a request to the API as an administrator.
func (s *server) do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+s.token)
	return http.DefaultClient.Do(req)
}

// stop signals the process and waits for its end.
func (s *server) stop(sig syscall.Signal) {
	s.t.Helper()
	_ = s.cmd.Process.Signal(sig)
	select {
	case <-s.done:
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.done
		s.t.Errorf("hotline serve did not end within 30 s of %v", sig)
	}
}

// uri is where to call the server over udp or tcp.
func (s *server) uri(network string) string {
	for _, a := range s.SIP {
		if addr, ok := strings.CutPrefix(a, network+"://"); ok {
			return "sip:shop@" + addr + map[string]string{"tcp": ";transport=tcp"}[network]
		}
	}
	s.t.Fatalf("the server listens on %v only", s.SIP)
	return ""
}

// feed follows the events of all calls from now on.
func (s *server) feed(ctx context.Context) *feed {
	s.t.Helper()
	req, _ := http.NewRequestWithContext(ctx, "GET", s.HTTP+"/api/v1/events?follow=1&since=0", nil)
	resp, err := s.do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("events: %v %v", err, resp)
	}
	f := &feed{t: s.t, ctx: ctx, c: make(chan hotline.Event, 1024)}
	s.t.Cleanup(func() { resp.Body.Close() })
	go func() {
		defer close(f.c)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			var e hotline.Event
			if json.Unmarshal(lines.Bytes(), &e) == nil && e.Body != nil {
				select {
				case f.c <- e:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return f
}

// A feed is the server's events as they happen.
type feed struct {
	t    testing.TB
	ctx  context.Context
	c    chan hotline.Event
	seen []hotline.Event
}

// until reads events up to the first for which ok is true.
func (f *feed) until(what string, ok func(hotline.Event) bool) hotline.Event {
	f.t.Helper()
	for {
		select {
		case e, open := <-f.c:
			if !open {
				f.t.Fatalf("the feed ended before %s\n%s", what, f)
			}
			f.seen = append(f.seen, e)
			if ok(e) {
				return e
			}
		case <-f.ctx.Done():
			f.t.Fatalf("no %s in time\n%s", what, f)
		}
	}
}

func (f *feed) String() string {
	var b strings.Builder
	for _, e := range f.seen {
		body, _ := json.Marshal(e.Body)
		fmt.Fprintf(&b, "%4d %s %8d ms %s %s\n", e.Seq, e.Call, e.Media, e.Kind, body)
	}
	return b.String()
}

// untilBody reads events up to the first of B's kind for which ok is true.
func untilBody[B hotline.Body](f *feed, ok func(B) bool) (hotline.Event, B) {
	f.t.Helper()
	var zero B
	e := f.until(zero.Kind(), func(e hotline.Event) bool {
		b, is := e.Body.(B)
		return is && ok(b)
	})
	return e, e.Body.(B)
}

func modelsDir() string {
	if dir := os.Getenv("HOTLINE_MODELS"); dir != "" {
		return dir
	}
	dir, _ := filepath.Abs("../data/models")
	return dir
}

func requireModels(t testing.TB) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(modelsDir(), "moonshine-tiny-en")); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("the speech models are missing")
	}
	t.Skip("the speech models are missing: run scripts/setup test")
}
