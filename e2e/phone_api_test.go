package e2e

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
	"hotline/media/mediatest"
	"hotline/phone"
	"hotline/tts/flite"
)

// get fetches a part of something, "" for all of it.
func (s *server) get(t *testing.T, path, part string, status int) (http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.HTTP+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if part != "" {
		req.Header.Set("Range", "bytes="+part)
	}
	resp, err := s.do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		t.Fatalf("GET %s: %s, %v, expected %d", path, resp.Status, err, status)
	}
	return resp.Header, body
}

// following collects events as lines, over NDJSON or a WebSocket, until the
// server ends the feed.
func (s *server) following(t *testing.T, ctx context.Context, path string, socket bool) <-chan []string {
	t.Helper()
	got := make(chan []string, 1)
	if socket {
		conn, _, err := websocket.DefaultDialer.DialContext(ctx, strings.Replace(s.HTTP, "http:", "ws:", 1)+path, http.Header{"Authorization": {"Bearer " + s.token}})
		if err != nil {
			t.Fatal(err)
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		go func() {
			defer stop()
			defer conn.Close()
			var lines []string
			for {
				_, msg, err := conn.ReadMessage()
				if err != nil {
					if !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
						t.Errorf("the WebSocket ended: %v", err)
					}
					got <- lines
					return
				}
				lines = append(lines, strings.TrimSpace(string(msg)))
			}
		}()
		return got
	}
	req, _ := http.NewRequestWithContext(ctx, "GET", s.HTTP+path+"&follow=1", nil)
	resp, err := s.do(req)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer resp.Body.Close()
		var lines []string
		in := bufio.NewScanner(resp.Body)
		for in.Scan() {
			lines = append(lines, in.Text())
		}
		if err := in.Err(); err != nil {
			t.Errorf("the feed ended: %v", err)
		}
		got <- lines
	}()
	return got
}

// The whole API while one call is live and after it: the call is listed,
// followed, heard, sent to an agent who is away and to one who is there, and
// ended.
func TestPhoneAndTheAPI(t *testing.T) {
	t.Parallel()
	requireTool(t, "flite")
	ctx := within(t, 2*time.Minute)
	agent, err := phone.New(ctx, phone.Config{Name: "agent-1", Answer: &phone.Answer{Script: phone.Script{
		phone.Tone{Hz: botTone}, phone.ExpectTone{Hz: phoneTone, Within: time.Minute}, phone.Listen{}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := agent.Close(); err != nil {
			t.Error(err)
		}
	})
	s := startServer(t, "", "sip: {listen: ['udp://127.0.0.1:0']}\ncalls: {queue_wait: 2s}\n"+
		"agents: [{id: agent-1, name: Anna, skills: [billing, en], address: '"+agent.URI()+"'}]")
	f := s.call(t, ctx, "caller")
	voice, err := flite.New("slt")
	if err != nil {
		t.Fatal(err)
	}
	caller, err := phone.New(ctx, phone.Config{Name: "caller", Speech: voice})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan *phone.Report, 1)
	go func() {
		// The tone is for the recording and the agent; the words for the bot.
		r, _ := caller.Call(ctx, s.uri("udp"), phone.Script{phone.Speech{}, phone.Say{Text: "Are you open on Saturday?"},
			phone.Pause{For: 4 * time.Second}, phone.Tone{Hz: phoneTone}, phone.ExpectTone{Hz: botTone, Within: 90 * time.Second}, phone.Listen{}}, phone.Options{})
		ended <- r
		if err := caller.Close(); err != nil {
			t.Error(err)
		}
	}()
	first, _ := untilBody(f, func(hotline.CallAnswered) bool { return true })
	path := "/api/v1/calls/" + string(first.Call)
	lines, messages := s.following(t, ctx, path+"/events?since=0", false), s.following(t, ctx, path+"/events?since=0", true)
	untilBody(f, func(h hotline.Heard) bool { return h.Intent == "opening_hours" })

	var list struct {
		Calls []hotline.Call
		Seq   uint64
	}
	s.api(t, "GET", "/api/v1/calls?state=live", "", http.StatusOK, &list)
	if len(list.Calls) != 1 || list.Calls[0].ID != first.Call || list.Calls[0].Phase != hotline.PhaseBot || list.Calls[0].From != "caller" || list.Seq == 0 {
		t.Errorf("live calls: %+v", list)
	}
	if n := sum(s.metrics(t), "hotline_calls_active", `"bot"`); n != 1 {
		t.Errorf("%g calls with the bot, expected 1", n)
	}
	if h, part := s.get(t, path+"/recording.wav", "0-43", http.StatusPartialContent); len(part) != 44 || !bytes.HasPrefix(part, []byte("RIFF")) || h.Get("Content-Type") != "audio/wav" {
		t.Errorf("the first part of the recording: %q, %v", part, h)
	}
	for !hasTone(t, s.recording(t, path), phoneTone) { // it grows while the call lasts
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("the tone is not on the recording of the live call")
		}
	}

	// Nobody is there.
	s.api(t, "POST", "/api/v1/agents/agent-1/state", `{"state":"away"}`, http.StatusOK, nil)
	s.api(t, "POST", path+"/transfer", `{"skill":"billing","reason":"asked"}`, http.StatusAccepted, nil)
	_, moved := untilBody(f, func(hotline.Transferred) bool { return true })
	if moved.To != "billing" || moved.Reason != "asked" {
		t.Errorf("transferred %+v", moved)
	}
	untilBody(f, func(q hotline.Queued) bool { return q.Skill == "billing" })
	untilBody(f, func(b hotline.Said) bool { return b.Prompt == "nobody_free" })
	if len(seen[hotline.Offered](f)) > 0 {
		t.Error("an agent who is away was offered the call")
	}
	// Somebody is.
	var anna hotline.AgentStatus
	s.api(t, "POST", "/api/v1/agents/agent-1/state", `{"state":"ready"}`, http.StatusOK, &anna)
	if anna.State != hotline.AgentReady {
		t.Errorf("the agent is %s", anna.State)
	}
	s.api(t, "POST", path+"/transfer", `{"skill":"billing","reason":"again"}`, http.StatusAccepted, nil)
	untilBody(f, func(hotline.AgentJoined) bool { return true })
	var agents struct{ Agents []hotline.AgentStatus }
	s.until(t, ctx, "the agent talks", func() bool {
		s.api(t, "GET", "/api/v1/agents", "", http.StatusOK, &agents)
		return len(agents.Agents) == 1 && agents.Agents[0].State == hotline.AgentTalking && agents.Agents[0].Call == first.Call
	})
	untilMedia(f, first.Call, f.seen[len(f.seen)-1].Media.Duration()+3*time.Second) // the two hear each other
	s.hangup(f)
	f.wantEnd(hotline.Completed, hotline.ByOperator)
	if r := <-ended; r.Err != nil || r.Ended != phone.FarEnd || !r.Saw(phone.ToneHeard) {
		t.Errorf("the caller's phone: %s, %v", r.Ended, r.Err)
	}

	// After the call.
	a, b := <-lines, <-messages
	if strings.Join(a, "\n") != strings.Join(b, "\n") || len(a) != len(f.seen) {
		t.Errorf("NDJSON told %d events, WebSocket %d, the feed of all calls %d:\n%s\n\n%s", len(a), len(b), len(f.seen), strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	s.until(t, ctx, "the recording is closed", func() bool {
		_, whole := s.get(t, path+"/recording.wav", "", http.StatusOK)
		_, last := s.get(t, path+"/recording.wav", "-100", http.StatusPartialContent)
		return bytes.Equal(last, whole[len(whole)-100:])
	})
	recording := s.recording(t, path)
	wantTone(t, "the recording, left", channel(t, recording, 0), phoneTone)
	wantTone(t, "the recording, right", channel(t, recording, 1), botTone)
	s.api(t, "POST", path+"/hangup", "", http.StatusConflict, nil)
	s.api(t, "POST", "/api/v1/calls/nobody/hangup", "", http.StatusNotFound, nil)
	var c hotline.Call
	s.api(t, "GET", path, "", http.StatusOK, &c)
	if c.Phase != hotline.PhaseEnded || c.Agent != "agent-1" || c.Intent != "opening_hours" || c.N != uint64(len(f.seen)) {
		t.Errorf("the call is %+v", c)
	}
	wantMetrics(t, s)

	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	s.api(t, "GET", "/api/v1/openapi.json", "", http.StatusOK, &doc)
	if !strings.HasPrefix(doc.OpenAPI, "3.") || doc.Paths["/api/v1/calls/{id}/transfer"]["post"] == nil {
		t.Errorf("openapi.json is version %q, with %d paths", doc.OpenAPI, len(doc.Paths))
	}
}

// wantMetrics holds the metrics to the call of TestPhoneAndTheAPI, and their
// names to those that dashboards are made of.
func wantMetrics(t *testing.T, s *server) {
	t.Helper()
	m := s.metrics(t)
	for _, c := range []struct {
		labels   []string
		min, max float64
	}{
		{[]string{`hotline_calls_active{phase="bot"}`}, 0, 0},
		{[]string{`hotline_calls_total{reason="operator",result="completed"}`}, 1, 1},
		{[]string{`hotline_turn_seconds_count{stage="total"}`}, 1, 9},
		{[]string{`hotline_turn_seconds_bucket{stage="endpoint"`}, 1, 1e9},
		{[]string{"hotline_bargein_seconds_count"}, 0, 9},
		{[]string{`hotline_sip_requests_total{code="200",method="INVITE"}`}, 2, 2}, // the caller's and ours to the agent
		{[]string{`hotline_sip_requests_total{code="200",method="BYE"}`}, 2, 2},
		{[]string{`hotline_rtp_packets_total{direction="in",fate="received"}`}, 1000, 1e5},
		{[]string{`hotline_rtp_packets_total{direction="out",fate="sent"}`}, 1000, 1e5},
		{[]string{"hotline_rtp_jitter_seconds_count"}, 2, 2},
		{[]string{"hotline_asr_seconds_count"}, 1, 99},
		{[]string{"hotline_asr_queue"}, 0, 9},
		{[]string{`hotline_queue_waiting{skill="billing"}`}, 0, 0},
		{[]string{`hotline_queue_wait_seconds_count{skill="billing"}`}, 1, 2},
		{[]string{`hotline_agents{state="ready"}`}, 1, 1},
		{[]string{`hotline_intent_total{bot="shop",intent="opening_hours"}`}, 1, 1},
		{[]string{`hotline_emotion_total{emotion="neutral"}`}, 1, 9},
	} {
		there := false
		for k := range m {
			there = there || strings.HasPrefix(k, c.labels[0])
		}
		if n := sum(m, c.labels...); !there || n < c.min || n > c.max {
			t.Errorf("%s: %g (there: %t), expected %g to %g", c.labels[0], n, there, c.min, c.max)
		}
	}
}

// recording fetches a recording as it is now.
func (s *server) recording(t *testing.T, path string) (file string) {
	t.Helper()
	_, body := s.get(t, path+"/recording.wav", "", http.StatusOK)
	file = filepath.Join(t.TempDir(), "recording.wav")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// hasTone reports whether 300 ms of a tone are on the left channel.
func hasTone(t *testing.T, file string, hz float64) bool {
	t.Helper()
	s := channel(t, file, 0)
	const window = 16000 * 3 / 10
	for i := 0; i+window <= len(s); i += window / 3 {
		if level, purity := mediatest.Goertzel(s[i:i+window], hz); level > -40 && purity > 0.8 {
			return true
		}
	}
	return false
}

// until asks again until ok.
func (s *server) until(t *testing.T, ctx context.Context, what string, ok func() bool) {
	t.Helper()
	for !ok() {
		select {
		case <-time.After(50 * time.Millisecond): // what we ask for has no event
		case <-ctx.Done():
			t.Fatalf("not in time: %s", what)
		}
	}
}
