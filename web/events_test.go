package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
)

// serve runs the server on a real socket until the test, or stop, ends it.
func serve(t *testing.T, s *Server) (addr string, stop func()) {
	t.Helper()
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln.Addr().String(), serveOn(t, s, ln)
}

// serveOn is serve on a listener.
func serveOn(t *testing.T, s *Server, ln net.Listener) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln, 5*time.Second) }()
	stopped := false
	stop = func() {
		if cancel(); !stopped {
			stopped = true
			if err := <-done; err != nil {
				t.Errorf("serve: %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return stop
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = as(admin)
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Body.Close() })
	return r
}

func TestEvents(t *testing.T) {
	_, s := newServer(t, nil)
	for query, want := range map[string]string{
		"/events":                           "1 2 3 4 5 6",
		"/events?since=2&limit=2":           "3 4",
		"/calls/call-2/events":              "4 5",
		"/calls/call-1/events?since=1":      "2 3",
		"/calls/call-1/events?follow=1":     "1 2 3", // it has ended
		"/calls/call-1/events?limit=0":      "",
		"/calls/call-1/events?since=999999": "",
	} {
		w := ask(s, "GET", "/api/v1"+query, "")
		var seqs []string
		for dec := json.NewDecoder(w.Body); dec.More(); {
			var ev hotline.Event
			if err := dec.Decode(&ev); err != nil {
				t.Fatal(err)
			}
			seqs = append(seqs, fmt.Sprint(ev.Seq))
		}
		if got := strings.Join(seqs, " "); got != want || w.Header().Get("Content-Type") != "application/x-ndjson" {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// A follower has each event while the call goes on, and the end with it.
func TestFollowLines(t *testing.T) {
	w, s := newServer(t, nil)
	addr, _ := serve(t, s)
	lines := bufio.NewScanner(get(t, "http://"+addr+"/api/v1/calls/call-2/events?follow=1&since=4").Body)
	next := func() (ev hotline.Event) {
		t.Helper()
		if !lines.Scan() {
			t.Fatal("the feed ended")
		}
		if err := json.Unmarshal(lines.Bytes(), &ev); err != nil {
			t.Fatal(err)
		}
		return ev
	}
	if ev := next(); ev.Seq != 5 {
		t.Errorf("first %+v", ev)
	}
	w.add("call-3", hotline.Key{Key: "9"}) // another call
	w.add("call-2", hotline.Heard{Who: "caller", Text: "你好"})
	if h, ok := next().Body.(hotline.Heard); !ok || h.Text != "你好" {
		t.Errorf("heard %+v", h)
	}
	w.add("call-2", hotline.CallEnded{})
	if ev := next(); ev.Kind != "call.ended" {
		t.Errorf("last %+v", ev)
	}
	if lines.Scan() {
		t.Errorf("after the end: %s", lines.Text())
	}
}

// dial opens a WebSocket as an administrator, unless the header says otherwise.
func dial(t *testing.T, url string, header http.Header) (*websocket.Conn, int) {
	t.Helper()
	all := as(admin)
	maps.Copy(all, header)
	c, r, err := websocket.DefaultDialer.Dial(url, all)
	if err != nil {
		if r == nil {
			t.Fatal(err)
		}
		return nil, r.StatusCode
	}
	t.Cleanup(func() { c.Close() })
	return c, r.StatusCode
}

func TestFollowSocket(t *testing.T) {
	w, s := newServer(t, nil)
	addr, stop := serve(t, s)
	c, _ := dial(t, "ws://"+addr+"/api/v1/calls/call-2/events", http.Header{"Origin": {"http://" + addr}})
	var seqs []uint64
	for len(seqs) < 3 {
		var ev hotline.Event
		if err := c.ReadJSON(&ev); err != nil {
			t.Fatal(err)
		}
		if seqs = append(seqs, ev.Seq); len(seqs) == 2 {
			w.add("call-2", hotline.CallEnded{})
		}
	}
	if fmt.Sprint(seqs) != "[4 5 7]" {
		t.Errorf("events %v", seqs)
	}
	if _, _, err := c.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("after the end: %v", err)
	}
	if _, status := dial(t, "ws://"+addr+"/api/v1/events", http.Header{"Origin": {"http://evil.example"}}); status != 403 {
		t.Errorf("another origin: %d", status)
	}
	if _, status := dial(t, "ws://"+addr+"/api/v1/calls/none/events", nil); status != 404 {
		t.Errorf("unknown call: %d", status)
	}

	// The server goes: followers are told, and Serve returns.
	c, _ = dial(t, "ws://"+addr+"/api/v1/events?since=7", nil)
	lines := get(t, "http://"+addr+"/api/v1/events?since=7&follow=1")
	stop()
	if _, _, err := c.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("closing down: %v", err)
	}
	if bufio.NewScanner(lines.Body).Scan() {
		t.Error("closing down: another line")
	}
}

// A follower who leaves gives the place back; one too many is told to wait.
func TestFollowers(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Followers = 1 })
	addr, _ := serve(t, s)
	url := "ws://" + addr + "/api/v1/events?since=6"
	first, _ := dial(t, url, nil)
	if _, status := dial(t, url, nil); status != 503 {
		t.Errorf("one too many: %d", status)
	}
	first.Close()
	s.follow <- struct{}{} // waits for the place
	<-s.follow
	if _, status := dial(t, url, nil); status != 101 {
		t.Errorf("after the first left: %d", status)
	}
}

// A follower who does not read is disconnected once the buffers between are
// full, and gives the place back.
func TestFollowerWhoSleeps(t *testing.T) {
	for _, socket := range []bool{false, true} {
		w, s := newServer(t, func(c *Config) { c.Followers = 1 })
		s.patience = 20 * time.Millisecond
		addr, _ := serve(t, s)
		if socket {
			dial(t, "ws://"+addr+"/api/v1/events", nil)
		} else {
			get(t, "http://"+addr+"/api/v1/events?follow=1")
		}
		long := hotline.Heard{Text: strings.Repeat("all work and no play ", 1<<15)}
		for gone := false; !gone; {
			w.add("call-2", long)
			if w.Head() > 500 {
				t.Fatal("still there after 300 MB")
			}
			select {
			case s.follow <- struct{}{}:
				gone = true
			case <-time.After(time.Millisecond):
			}
		}
		<-s.follow
	}
}

func TestRecording(t *testing.T) {
	data := t.TempDir()
	_, s := newServer(t, func(c *Config) { c.Data = filepath.Join(data, "in") })
	if err := os.MkdirAll(filepath.Join(data, "in", "rec"), 0o700); err != nil {
		t.Fatal(err)
	}
	const url = "/api/v1/calls/call-1/recording.wav"
	wantStatus(t, ask(s, "GET", url, ""), 404)
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(data, path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("in/rec/1.wav", "RIFF0123456789")
	write("outside.wav", "secret")
	w := ask(s, "GET", url, "")
	if w.Code != 200 || w.Body.String() != "RIFF0123456789" || w.Header().Get("Content-Type") != "audio/wav" {
		t.Errorf("whole: %d %q %q", w.Code, w.Body, w.Header())
	}
	w = ask(s, "GET", url, "", "Range", "bytes=4-7")
	if w.Code != 206 || w.Body.String() != "0123" || w.Header().Get("Content-Range") != "bytes 4-7/14" {
		t.Errorf("range: %d %q %q", w.Code, w.Body, w.Header())
	}
	write("in/rec/1.wav", "RIFF0123456789 and more") // it grew
	if w = ask(s, "GET", url, "", "Range", "bytes=14-"); w.Body.String() != " and more" {
		t.Errorf("grown: %d %q", w.Code, w.Body)
	}
	wantStatus(t, ask(s, "GET", url, "", "Range", "bytes=100-"), 416)
	if w = ask(s, "GET", "/api/v1/calls/call-2/recording.wav", ""); w.Code == 200 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a path out of the folder: %d %s", w.Code, w.Body)
	}
}
