package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline"
)

// world is everything that the server is joined to, in memory.
type world struct {
	mu     sync.Mutex
	events []hotline.Event
	calls  map[hotline.CallID]*hotline.Call
	more   chan struct{} // closed and replaced at each event
	did    []string
	err    error
}

func newWorld() *world {
	return &world{calls: map[hotline.CallID]*hotline.Call{}, more: make(chan struct{})}
}

func (w *world) add(call hotline.CallID, bodies ...hotline.Body) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, b := range bodies {
		c := w.calls[call]
		if c == nil {
			c = &hotline.Call{}
			w.calls[call] = c
		}
		ev := hotline.Event{Seq: uint64(len(w.events) + 1), N: c.N + 1, Call: call, At: time.Unix(1_700_000_000, 0).UTC(), Kind: b.Kind(), Body: b}
		c.Apply(ev)
		w.events = append(w.events, ev)
	}
	close(w.more)
	w.more = make(chan struct{})
}

func (w *world) Since(_ context.Context, call hotline.CallID, since uint64, limit int) (evs []hotline.Event, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ev := range w.events {
		if ev.Seq > since && (call == "" || ev.Call == call) && len(evs) < limit {
			evs = append(evs, ev)
		}
	}
	return evs, w.err
}

func (w *world) Follow(ctx context.Context, call hotline.CallID, since uint64) iter.Seq2[hotline.Event, error] {
	return func(yield func(hotline.Event, error) bool) {
		for {
			w.mu.Lock()
			more := w.more
			w.mu.Unlock()
			evs, err := w.Since(ctx, call, since, maxEvents)
			if err != nil {
				yield(hotline.Event{}, err)
				return
			}
			for _, ev := range evs {
				_, ends := ev.Body.(hotline.CallEnded)
				if since = ev.Seq; !yield(ev, nil) || ends && call != "" {
					return
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-more:
			}
		}
	}
}

func (w *world) Watch(ctx context.Context, call hotline.CallID, since uint64, _ func(hotline.Call) bool) iter.Seq2[hotline.Event, error] {
	return w.Follow(ctx, call, since) // nothing is being said
}

func (w *world) Head() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return uint64(len(w.events))
}

func (w *world) Call(_ context.Context, id hotline.CallID) (hotline.Call, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.calls[id]; c != nil {
		return *c, w.err
	}
	return hotline.Call{}, &hotline.Error{Op: "call", Code: hotline.ENotFound, Message: "no such call"}
}

func (w *world) Calls(_ context.Context, q hotline.CallQuery) (all []hotline.Call, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if c.Seq > q.Since && (q.Before == "" || c.ID < q.Before) && (q.State == "" || q.State == c.Phase || q.State == "live" && c.Phase != "ended") &&
			(q.ID == "" || q.ID == c.ID) && (q.SeenBy == "" || slices.Contains(c.Agents, q.SeenBy)) && (q.Customer == "" || q.Customer == c.Customer || q.Customer == c.From) {
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b hotline.Call) int { return strings.Compare(string(b.ID), string(a.ID)) })
	return all[:min(len(all), q.Limit)], w.err
}

func (w *world) act(what string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.did = append(w.did, what)
	return w.err
}

func (w *world) Order(_ context.Context, id hotline.CallID, by hotline.Person, o hotline.Order) error {
	return w.act(fmt.Sprintf("%T %s %+v", o, id, o))
}

func (w *world) Agents() []hotline.AgentStatus {
	return []hotline.AgentStatus{{Agent: hotline.Agent{ID: "agent-1", Name: "Agent 1"}, State: hotline.AgentAway, Since: time.Unix(1, 0), Until: time.Unix(2, 0), Reason: "busy"}}
}

func (w *world) SetState(id hotline.AgentID, s hotline.AgentState) (hotline.AgentStatus, error) {
	a := w.Agents()[0]
	if id != a.ID {
		return a, &hotline.Error{Op: "agent", Code: hotline.ENotFound, Message: "no such agent"}
	}
	a.Next = s
	return a, w.act("state " + string(s))
}

func (w *world) Queues() []hotline.QueueStatus {
	return []hotline.QueueStatus{{Skill: "billing", Waiting: 2, LongestMs: 1200, Ready: 1, Staffed: 3}}
}

func (w *world) Turn(_ context.Context, t ChatTurn) (ChatReply, error) {
	return ChatReply{Session: "s1", Ended: t.Text == "bye", Acts: []ChatAct{
		{Type: "understood", Intent: "thanks", Confidence: 0.9, Emotion: &hotline.Emotion{Name: "neutral"}, Why: []string{"word"}},
		{Type: "say", Text: "you said " + t.Text, Language: t.Lang}}}, w.err
}

// newServer serves a world with a call that ended and one that lives, their
// recordings under data.
func newServer(t *testing.T, change func(*Config)) (*world, *Server) {
	t.Helper()
	w := newWorld()
	w.add("call-1", hotline.CallStarted{Direction: "in", From: "alice", To: "100"}, hotline.CallAnswered{Recording: "rec/1.wav"},
		hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.CallerHangup}})
	w.add("call-2", hotline.CallStarted{Direction: "in", From: "bob", To: "100"}, hotline.CallAnswered{Recording: "../outside.wav"})
	w.add("call-3", hotline.CallStarted{Direction: "in", From: "carol", To: "100"})
	cfg := Config{Feed: w, Calls: w, Control: w, Agents: w, Chat: w, Auth: staff{}, Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	return w, New(cfg)
}

// staff is everybody who has a token: its secret is their role, and the agent is
// agent-1.
type staff struct{ Auth }

func (staff) Token(_ context.Context, secret string) (hotline.Identity, error) {
	i := hotline.Identity{User: "token:" + secret, Name: secret, Role: hotline.Role(secret)}
	if !i.Role.Allows(agent) {
		return i, errSignIn
	}
	if i.Role == agent {
		i.Agent = "agent-1"
	}
	return i, nil
}

func (staff) Session(context.Context, string) (hotline.Session, error) {
	return hotline.Session{}, errSignIn
}
func (staff) CheckLink(context.Context, string) (hotline.User, error) {
	return hotline.User{}, errSignIn
}
func (staff) Changed() <-chan struct{}                       { return nil }
func (staff) OwnsCall(id hotline.CallID, secret string) bool { return secret == "of "+string(id) }

// as is the header of who has the role.
func as(role hotline.Role) http.Header {
	if role == customer {
		return http.Header{}
	}
	return http.Header{"Authorization": {"Bearer " + string(role)}}
}

// ask sends one request as an administrator on this machine would; with the
// header As, as somebody of that role.
func ask(s http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:4711"
	r.Header = as(admin)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		switch key, value := header[i], header[i+1]; key {
		case "Host":
			r.Host = value
		case "As":
			r.Header.Del("Authorization")
			maps.Copy(r.Header, as(hotline.Role(value)))
		default:
			r.Header.Set(key, value)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Errorf("status %d, want %d: %s", w.Code, want, w.Body)
	}
}

func decode[T any](t *testing.T, r io.Reader) (v T) {
	t.Helper()
	if err := json.NewDecoder(r).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCalls(t *testing.T) {
	_, s := newServer(t, nil)
	type list struct {
		Calls []hotline.Call
		Seq   uint64
	}
	for query, want := range map[string]string{
		"":                        "call-3 call-2 call-1",
		"?limit=1":                "call-3",
		"?limit=0":                "",
		"?before=call-3&limit=1":  "call-2",
		"?state=live":             "call-3 call-2",
		"?state=ended":            "call-1",
		"?since=3":                "call-3 call-2",
		"?since=6":                "",
		"?state=ringing&limit=10": "call-3",
	} {
		w := ask(s, "GET", "/api/v1/calls"+query, "")
		wantStatus(t, w, 200)
		got := decode[list](t, w.Body)
		var ids []string
		for _, c := range got.Calls {
			ids = append(ids, string(c.ID))
		}
		if strings.Join(ids, " ") != want || got.Seq != 6 || got.Calls == nil {
			t.Errorf("%q: %v, seq %d", query, ids, got.Seq)
		}
	}
	w := ask(s, "GET", "/api/v1/calls/call-1", "")
	if c := decode[hotline.Call](t, w.Body); c.From != "alice" || c.Result != hotline.Completed {
		t.Errorf("call: %+v", c)
	}
}

func TestErrors(t *testing.T) {
	w, s := newServer(t, nil)
	for _, tt := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"GET", "/api/v1/calls/none", "", 404, "not_found"},
		{"GET", "/api/v1/calls/..%2f..%2fetc", "", 404, "not_found"},
		{"GET", "/api/v1/calls/.hidden", "", 404, "not_found"},
		{"GET", "/api/v1/calls/" + strings.Repeat("a", 200), "", 404, "not_found"},
		{"GET", "/api/v1/calls?limit=501", "", 400, "invalid"},
		{"GET", "/api/v1/calls?limit=-1", "", 400, "invalid"},
		{"GET", "/api/v1/calls?since=x", "", 400, "invalid"},
		{"GET", "/api/v1/calls?state=dead", "", 400, "invalid"},
		{"GET", "/api/v1/calls?before=../x", "", 400, "invalid"},
		{"GET", "/api/v1/events?limit=10001", "", 400, "invalid"},
		{"GET", "/api/v1/events?follow=2", "", 400, "invalid"},
		{"GET", "/api/v1/events?follow=1&since=1000", "", 409, "conflict"},
		{"GET", "/api/v1/calls/call-2/recording.wav", "", 500, "internal"}, // leads out of the folder
		{"GET", "/api/v1/calls/call-3/recording.wav", "", 404, "not_found"},
		{"POST", "/api/v1/calls/none/hangup", "{}", 404, "not_found"},
		{"POST", "/api/v1/calls/call-1/hangup", "", 409, "conflict"},
		{"POST", "/api/v1/calls/call-2/transfer", "{", 400, "invalid"},
		{"POST", "/api/v1/calls/call-2/transfer", `{"skil":"x"}`, 400, "invalid"},
		{"POST", "/api/v1/calls/call-2/transfer", `{} {}`, 400, "invalid"},
		{"POST", "/api/v1/calls/call-2/transfer", `{"skill":"` + strings.Repeat("a", maxBody) + `"}`, 413, "invalid"},
		{"POST", "/api/v1/agents/nobody/state", `{"state":"away"}`, 404, "not_found"},
		{"POST", "/api/v1/chat", `{"session":"../x"}`, 400, "invalid"},
	} {
		got := ask(s, tt.method, tt.path, tt.body)
		e := decode[struct{ Code, Message string }](t, bytes.NewReader(got.Body.Bytes()))
		if got.Code != tt.status || e.Code != tt.code || e.Message == "" || strings.Contains(e.Message, "/") {
			t.Errorf("%s %s: %d %+v, want %d %s", tt.method, tt.path, got.Code, e, tt.status, tt.code)
		}
	}
	if len(w.did) != 0 {
		t.Errorf("a bad request did %q", w.did)
	}
	got := ask(s, "POST", "/api/v1/chat", `{}`, "Content-Type", "text/plain")
	wantStatus(t, got, 400)
	wantStatus(t, ask(s, "PUT", "/api/v1/calls", ""), 405)
	wantStatus(t, ask(s, "GET", "/nothing", ""), 404)

	// Every code has one status.
	for code, status := range map[string]int{hotline.EInvalid: 400, hotline.ENotFound: 404, hotline.EConflict: 409, hotline.EForbidden: 403, hotline.ENoIdentity: 401, hotline.ETooMany: 429,
		hotline.EUnavailable: 503, hotline.EBusy: 409, hotline.EDeclined: 409, hotline.ENoAnswer: 504, hotline.ECancelled: 409, hotline.EInternal: 500} {
		w.err = &hotline.Error{Op: "x", Code: code, Message: "said", Err: errors.New("secret")}
		got := ask(s, "POST", "/api/v1/calls/call-2/hangup", "")
		wantStatus(t, got, status)
		if strings.Contains(got.Body.String(), "secret") {
			t.Errorf("%s tells %s", code, got.Body)
		}
		if retry := got.Header().Get("Retry-After"); (retry != "") != (status == 503 || status == 429) {
			t.Errorf("%s: Retry-After %q", code, retry)
		}
	}
}

func TestControl(t *testing.T) {
	w, s := newServer(t, nil)
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-2/hangup", ""), 202)
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-2/transfer", `{"skill":"billing","reason":"asked"}`), 202)
	for path, body := range map[string]string{
		"hold": `{"on":true}`, "consult": `{"agent":"agent-2"}`, "consult/complete": "", "consult/cancel": "", "consult/join": "",
		"bot": `{"flow":"pay","step":"card","slots":{"sum":"5"},"then":"agent"}`, "say": `{"text":"hello"}`,
		"supervise": `{"mode":"whisper"}`, "decline": `{"reason":"lunch"}`,
	} {
		wantStatus(t, ask(s, "POST", "/api/v1/calls/call-2/"+path, body), 202)
	}
	slices.Sort(w.did)
	wantStatus(t, ask(s, "POST", "/api/v1/agents/agent-1/state", `{"state":"away"}`), 200)
	want := `hotline.Consult call-2 agent-2
hotline.Decline call-2 {Reason:lunch}
hotline.EndConsult call-2 {How:cancel}
hotline.EndConsult call-2 {How:complete}
hotline.EndConsult call-2 {How:join}
hotline.HandOver call-2 billing
hotline.HangUp call-2 {Reason:operator}
hotline.HoldCaller call-2 {On:true}
hotline.ReadOut call-2 {Text:hello}
hotline.Supervise call-2 {Mode:whisper Phone:}
hotline.ToBot call-2 {Flow:pay Step:card Slots:map[sum:5] Then:agent}
state away`
	if got := strings.Join(w.did, "\n"); got != want {
		t.Errorf("did %s", got)
	}
	for path, body := range map[string]string{"hold": "", "consult": `{"who":"me"}`, "say": `{"text":5}`} {
		wantStatus(t, ask(s, "POST", "/api/v1/calls/call-2/"+path, body), 400)
	}
	got := ask(s, "POST", "/api/v1/chat", `{"text":"bye","lang":"en"}`)
	if a := decode[ChatReply](t, got.Body); !a.Ended || len(a.Acts) != 2 || a.Acts[1].Text != "you said bye" {
		t.Errorf("chat: %+v", a)
	}
	_, bare := newServer(t, func(c *Config) { c.Chat, c.Control = nil, nil })
	wantStatus(t, ask(bare, "POST", "/api/v1/chat", `{}`), 503)
	wantStatus(t, ask(bare, "POST", "/api/v1/calls/call-2/hangup", ""), 503)
}

func TestHealth(t *testing.T) {
	var err error
	_, s := newServer(t, func(c *Config) { c.Ready = func() error { return err } })
	wantStatus(t, ask(s, "GET", "/readyz", ""), 200)
	err = errors.New("the disk is full")
	got := ask(s, "GET", "/readyz", "")
	wantStatus(t, got, 503)
	if !strings.Contains(got.Body.String(), "the disk is full") {
		t.Errorf("ready says %s", got.Body)
	}
	wantStatus(t, ask(s, "GET", "/healthz", ""), 200)
}

// A page of another site, or one whose name was pointed at this machine, gets
// nothing done.
func TestGuard(t *testing.T) {
	_, s := newServer(t, nil)
	for _, host := range []string{"127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:8080", "LOCALHOST"} {
		wantStatus(t, ask(s, "GET", "/healthz", "", "Host", host), 200)
	}
	for _, host := range []string{"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "10.0.0.1", "", "localhost.evil"} {
		wantStatus(t, ask(s, "GET", "/healthz", "", "Host", host), 403)
	}
	const hangup = "/api/v1/calls/call-2/hangup"
	for _, h := range [][]string{{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}, {"Origin", "http://127.0.0.1:9"}} {
		wantStatus(t, ask(s, "POST", hangup, "", h...), 403)
	}
	wantStatus(t, ask(s, "POST", hangup, "", "Origin", "http://127.0.0.1:8080"), 202)
	page := ask(s, "GET", "/call", "")
	wantStatus(t, page, 200)
	if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") {
		t.Errorf("CSP %q", csp)
	}
	for file, kind := range map[string]string{"/call.js": "text/javascript", "/call.css": "text/css", "/call": "text/html"} {
		if got := ask(s, "GET", file, ""); got.Code != 200 || !strings.HasPrefix(got.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s", file, got.Code, got.Header().Get("Content-Type"))
		}
	}
}

// Only the customer's page is shown in frames, and only by the sites that may.
func TestEmbed(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Embed = []string{"https://shop.example", "https://www.shop.example"} })
	csp := func(s *Server, path string) string {
		return ask(s, "GET", path, "").Header().Get("Content-Security-Policy")
	}
	if got := csp(s, "/call?to=shop"); !strings.Contains(got, "frame-ancestors https://shop.example https://www.shop.example;") {
		t.Errorf("/call: %s", got)
	}
	for _, path := range []string{"/", "/call.js", "/embed.js", "/api/v1/calls"} {
		if got := csp(s, path); !strings.Contains(got, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, got)
		}
	}
	_, s = newServer(t, nil)
	if got := csp(s, "/call"); !strings.Contains(got, "frame-ancestors 'none'") {
		t.Errorf("with no site: %s", got)
	}
	for site, ok := range map[string]bool{"https://shop.example": true, "https://shop.example:8443": true, "http://127.0.0.1:3000": true, "http://localhost": true,
		"http://shop.example": false, "https://*.example": false, "https://shop.example/": false, "https://": false, "shop.example": false, "*": false,
		"https://a.example;script-src": false, "https://a.example https://b.example": false} {
		if err := EmbedSite(site); (err == nil) != ok {
			t.Errorf("%q: %v", site, err)
		}
	}
}

func TestListen(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "example.com:80", "8080", "127.0.0.1"} {
		if ln, err := Listen(t.Context(), addr); err == nil {
			ln.Close()
			t.Errorf("listens on %s", addr)
		}
	}
	ln, err := Listen(t.Context(), "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
}
