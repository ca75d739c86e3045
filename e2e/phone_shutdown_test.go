package e2e

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotline"
	"hotline/phone"
)

// journal reads every event there is.
func (s *server) journal(t *testing.T) (list []hotline.Event) {
	t.Helper()
	_, body := s.get(t, "/api/v1/events?since=0", "", http.StatusOK)
	for lines := bufio.NewScanner(strings.NewReader(string(body))); lines.Scan(); {
		var e hotline.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// exited waits for the end of the process and wants 0 of it.
func (s *server) exited(t *testing.T, within time.Duration) {
	t.Helper()
	select {
	case <-s.done:
		if code := s.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("hotline serve ended with %d", code)
		}
	case <-time.After(within):
		t.Fatal("hotline serve did not end")
	}
}

// A server that is told to end takes no new call, but lets one that is there
// finish.
func TestPhoneFinishesWhileTheServerDrains(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	s := startServer(t, "", "calls: {drain: 60s}")
	f := s.call(t, ctx, "caller")
	ended := startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Pause{For: 6 * time.Second}, phone.Hangup{}})
	untilBody(f, func(hotline.CallAnswered) bool { return true })
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	s.until(t, ctx, "the server drains", func() bool {
		late := <-startCaller(t, s, "late", phone.Script{phone.Hangup{}})
		if late.Err == nil {
			return false // a moment too early
		}
		if hotline.ErrorCode(late.Err) != hotline.EUnavailable || !strings.Contains(late.Error, "503") {
			t.Fatalf("a call to a server that drains: %v", late.Err)
		}
		return true
	})
	s.api(t, "GET", "/readyz", "", http.StatusServiceUnavailable, nil)
	if r := <-ended; r.Err != nil || r.Ended != phone.HungUp {
		t.Errorf("the call that was there: %s, %v", r.Ended, r.Err)
	}
	s.exited(t, 20*time.Second)

	again := startServer(t, s.data, "")
	results := map[string]hotline.Outcome{}
	from := map[hotline.CallID]string{}
	for _, e := range again.journal(t) {
		switch b := e.Body.(type) {
		case hotline.CallStarted:
			from[e.Call] = b.From
		case hotline.CallEnded:
			results[from[e.Call]] = b.Outcome
		}
	}
	if got := results["caller"]; got.Result != hotline.Completed || got.Reason != hotline.CallerHangup {
		t.Errorf("the call that was there ended %+v", got)
	}
	if got := results["late"]; got.Result != hotline.Refused || got.Reason != "shutting down" {
		t.Errorf("the late call ended %+v", got)
	}
}

// A call that is still there when the time is up hears why, and BYE.
func TestPhoneHearsTheServerClose(t *testing.T) {
	t.Parallel()
	ctx := within(t, 90*time.Second)
	s := startServer(t, "", "calls: {drain: 500ms}")
	f := s.call(t, ctx, "caller")
	ended := startCaller(t, s, "caller", phone.Script{phone.Speech{}, phone.Listen{}})
	untilBody(f, func(s hotline.Said) bool { return s.Prompt == "greeting" })
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	r := <-ended
	if r.Err != nil || r.Ended != phone.FarEnd {
		t.Errorf("the caller's phone: %s, %v", r.Ended, r.Err)
	}
	var heard time.Duration // of the last speech
	for _, o := range r.Observations {
		if o.Kind == phone.Heard {
			heard = (o.End - o.Start).Duration()
		}
	}
	if heard < 2*time.Second {
		t.Errorf("the last that the phone heard was %v long", heard)
	}
	s.exited(t, 20*time.Second)

	again := startServer(t, s.data, "")
	var closing *hotline.Said
	var end *hotline.CallEnded
	events := again.journal(t)
	for _, e := range events {
		switch b := e.Body.(type) {
		case hotline.Said:
			closing = &b
		case hotline.CallEnded:
			end = &b
		}
	}
	if closing == nil || closing.Prompt != "house.closing" || closing.Cut {
		t.Errorf("the last that was said is %+v", closing)
	}
	if end == nil || end.Reason != hotline.Shutdown {
		t.Errorf("the call ended %+v", end)
	}
	for i, e := range events {
		if e.Seq != uint64(i+1) {
			t.Fatalf("event %d has seq %d", i+1, e.Seq)
		}
	}
}
