package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hotline"
)

// A sipp is a running sipp from Debian (package sip-tester) that goes through
// one scenario, once.
type sipp struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  tail
	addr string        // where it listens: "127.0.0.1:port"
	done chan struct{} // closed when it has ended
	err  error         // of its end
}

// startSipp starts a scenario put together from the parts in
// sipp_scenario_test.go. name is the user that it is. to is whom it calls, as host
// gives it, "" for one that is called.
func startSipp(t *testing.T, name, to string, scenario ...string) *sipp {
	t.Helper()
	requireTool(t, "sipp")
	dir := t.TempDir()
	file := filepath.Join(dir, "scenario.xml")
	text := "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?>\n<scenario name=\"" + name + "\">\n" + strings.Join(scenario, "\n") + "\n</scenario>\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	port, media := fmt.Sprint(freePort(t, "udp")), fmt.Sprint(freePort(t, "udp")&^1)
	args := []string{"-sf", file, "-key", "me", name, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", port, "-mp", media, "-m", "1",
		"-nostdin", "-trace_err", "-error_file", "errors", "-trace_msg", "-message_file", "messages", "-timeout", "90s", "-timeout_error"}
	if network, host, ok := strings.Cut(to, " "); ok {
		args = append(args, "-t", network[:1]+"1", host)
	}
	s := &sipp{t: t, cmd: exec.Command("sipp", args...), addr: "127.0.0.1:" + port, done: make(chan struct{})}
	s.cmd.Dir = dir
	s.cmd.Env = append(os.Environ(), "TERM=dumb")
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.err = s.cmd.Wait(); close(s.done) }()
	t.Cleanup(func() {
		through := false
		select {
		case <-s.done:
			through = s.err == nil
		default:
			s.kill()
		}
		if t.Failed() && !through {
			t.Logf("sipp %s:\n%s", name, s.why())
		}
	})
	return s
}

// wait waits until the scenario is over and fails the test if it went otherwise.
func (s *sipp) wait(ctx context.Context) {
	s.t.Helper()
	select {
	case <-s.done:
		if s.err != nil {
			s.t.Errorf("sipp: %v", s.err)
		}
	case <-ctx.Done():
		s.t.Fatal("sipp is not through its scenario in time")
	}
}

// kill ends sipp as a power cut does.
func (s *sipp) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// messages is what it sent and received, so far as it is written.
func (s *sipp) messages() string {
	text, _ := os.ReadFile(filepath.Join(s.cmd.Dir, "messages"))
	return string(text)
}

// why is what sipp says of a scenario that failed.
func (s *sipp) why() string {
	text, _ := os.ReadFile(filepath.Join(s.cmd.Dir, "errors"))
	if len(bytes.TrimSpace(text)) == 0 {
		return s.out.String()
	}
	return string(text)
}

// host is where sipp calls the server: "udp host:port", or over TCP.
func (s *server) host(network string) string {
	_, host, _ := strings.Cut(s.uri(network), "@")
	host, _, _ = strings.Cut(host, ";")
	return network + " " + host
}

// call follows the events of the first call from that user, for a test that
// shares the server with others.
func (s *server) call(t *testing.T, ctx context.Context, from string) *feed {
	t.Helper()
	mine := *s
	mine.t = t
	all := mine.feed(ctx)
	f := &feed{t: t, ctx: ctx, c: make(chan hotline.Event, 1024)}
	go func() {
		defer close(f.c)
		var id hotline.CallID
		for e := range all.c {
			if b, ok := e.Body.(hotline.CallStarted); ok && id == "" && b.From == from {
				id = e.Call
			}
			if id == "" || e.Call != id {
				continue
			}
			select {
			case f.c <- e:
			case <-ctx.Done():
				return
			}
		}
	}()
	return f
}

// end reads the call to its end.
func (f *feed) end() hotline.CallEnded {
	f.t.Helper()
	_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
	return end
}

// wantEnd reads the call to its end and compares it.
func (f *feed) wantEnd(result hotline.Result, reason string) {
	f.t.Helper()
	if end := f.end(); end.Result != result || end.Reason != reason {
		f.t.Errorf("the call ended %+v, expected %s, %s", end.Outcome, result, reason)
	}
}

// seen has the bodies of B's kind that were read.
func seen[B hotline.Body](f *feed) (list []B) {
	for _, e := range f.seen {
		if b, ok := e.Body.(B); ok {
			list = append(list, b)
		}
	}
	return list
}

// api asks the server's API, with a JSON body if there is one, and decodes the
// answer into v, if that is not nil.
func (s *server) api(t testing.TB, method, path, body string, status int, v any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.HTTP+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != status {
		t.Fatalf("%s %s: %s, expected %d", method, path, resp.Status, status)
	}
	if v == nil {
		return
	}
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// hangup ends the call that f follows over the API.
func (s *server) hangup(f *feed) {
	f.t.Helper()
	s.api(f.t, "POST", "/api/v1/calls/"+string(f.seen[0].Call)+"/hangup", "", http.StatusAccepted, nil)
}

// rawSockets reports whether sipp may open one.
func rawSockets() bool {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_UDP)
	if err == nil {
		_ = syscall.Close(fd)
	}
	return err == nil
}
