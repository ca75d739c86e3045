package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
)

// Every route with every role and with none: who has less than the route needs is
// turned away before the handler, nobody with 401, others with 403.
func TestRoles(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Auth = people(t) })
	visitors := map[hotline.Role]*visitor{customer: signIn(t, s, "")}
	for _, r := range []hotline.Role{agent, supervisor, admin} {
		visitors[r] = signIn(t, s, string(r))
	}
	needs := map[string]hotline.Role{} // as people think of it, whatever routes() says
	for _, r := range s.routes() {
		least := agent
		switch at := strings.TrimPrefix(r.path, "/api/v1/"); {
		case strings.HasPrefix(at, "users"), strings.HasPrefix(at, "tokens"), at == "audit":
			least = admin
		case at == "/healthz", at == "/readyz", at == "/metrics", at == "openapi.json", at == "chat", strings.HasPrefix(at, "whip"),
			at == "calls/{id}/captions", at == "calls/{id}/place", strings.HasPrefix(at, "setup"), strings.HasPrefix(at, "oidc/"), r.method == "POST" && at == "session", at == "session/ways":
			least = customer
		}
		needs[r.method+" "+r.path] = least
		if !r.role.Allows(least) {
			t.Errorf("%s %s is open to %s", r.method, r.path, r.role)
		}
	}
	for _, r := range s.routes() {
		for role, v := range visitors {
			if r.path == "/api/v1/session" && r.method == "DELETE" && role.Allows(r.role) {
				continue // would sign out
			}
			body := ""
			if r.method == "POST" || r.method == "PATCH" {
				body = `{}`
			}
			w := v.ask(r.method, strings.NewReplacer("{id}", "call-3").Replace(r.path), body)
			gate := w.Code >= 400 && (strings.Contains(w.Body.String(), errSignIn.Message) || strings.Contains(w.Body.String(), "this needs the role"))
			switch {
			case role.Allows(r.role):
				if w.Code == 401 && r.path != "/api/v1/session" || gate {
					t.Errorf("%s %s as %s: %d %s", r.method, r.path, role, w.Code, w.Body)
				}
			case role == customer && w.Code != 401, role != customer && w.Code != 403, !gate:
				t.Errorf("%s %s as %s: %d %s", r.method, r.path, role, w.Code, w.Body)
			}
		}
	}
	if len(needs) < 30 {
		t.Errorf("%d routes", len(needs))
	}
}

// A page for staff sends others to sign in; a route without a role is not served.
func TestPagesAndRoles(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Auth = people(t) })
	w := signIn(t, s, "").ask("GET", "/desk", "")
	if w.Code != 303 || w.Header().Get("Location") != "/signin?to=%2Fdesk" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	for user, home := range map[string]string{"": "/signin", "agent": "/desk", "supervisor": "/console", "admin": "/console"} {
		if w := signIn(t, s, user).ask("GET", "/", ""); w.Code != 303 || w.Header().Get("Location") != home {
			t.Errorf("/ leads %q to %q", user, w.Header().Get("Location"))
		}
	}
	wantStatus(t, signIn(t, s, "").ask("GET", "/call", ""), 200)

	_, none := newServer(t, func(c *Config) { c.Auth = nil }) // no users: nobody is let in
	wantStatus(t, ask(none, "GET", "/api/v1/calls", ""), 401)
	wantStatus(t, ask(none, "POST", "/api/v1/session", `{}`), 503)
	wantStatus(t, ask(none, "POST", "/api/v1/chat", `{}`), 200)
}

func TestSession(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Auth = people(t) })
	v := signIn(t, s, "")
	wantStatus(t, v.ask("GET", "/api/v1/session", ""), 401)
	wrong := v.ask("POST", "/api/v1/session", `{"user":"agent","password":"another one"}`)
	unknown := v.ask("POST", "/api/v1/session", `{"user":"nobody","password":"another one"}`)
	wantStatus(t, wrong, 401)
	if wrong.Body.String() != unknown.Body.String() || len(v.cookies) != 0 {
		t.Errorf("%s, %s, %v", wrong.Body, unknown.Body, v.cookies)
	}

	// A secret that somebody planted before is not the secret afterwards.
	old := signIn(t, s, "agent").cookies[sessionCookie]
	v.cookies[sessionCookie] = old
	v.csrf = ""
	w := v.ask("POST", "/api/v1/session", `{"user":"supervisor","password":"`+password+`"}`)
	wantStatus(t, w, 200)
	c := v.cookies[sessionCookie]
	if c.Value == old.Value || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure {
		t.Errorf("cookie %v", c)
	}
	if strings.Contains(w.Body.String(), c.Value) {
		t.Error("the secret is in the answer")
	}
	v.csrf = decode[hotline.Session](t, w.Body).CSRF
	planted := &visitor{s: s, cookies: map[string]*http.Cookie{sessionCookie: old}}
	wantStatus(t, planted.ask("GET", "/api/v1/session", ""), 401)

	// What changes something needs the session's own CSRF token.
	const hangup = "/api/v1/calls/call-2/hangup"
	other := signIn(t, s, "supervisor")
	for csrf, want := range map[string]int{"": 403, "x": 403, other.csrf: 403, v.csrf: 202} {
		forged := &visitor{s: s, cookies: v.cookies, csrf: csrf}
		wantStatus(t, forged.ask("POST", hangup, ""), want)
	}
	wantStatus(t, v.ask("GET", "/api/v1/calls", ""), 200) // what only reads does not
	// Without it, the page of a customer still works: it is nobody's request.
	wantStatus(t, (&visitor{s: s, cookies: v.cookies}).ask("POST", "/api/v1/chat", `{"text":"hello"}`), 200)

	wantStatus(t, v.ask("POST", "/api/v1/session/password", `{"old":"wrong one here","new":"eight blue lamps"}`), 403)
	wantStatus(t, v.ask("POST", "/api/v1/session/password", `{"old":"`+password+`","new":"short"}`), 400)
	wantStatus(t, v.ask("POST", "/api/v1/session/password", `{"old":"`+password+`","new":"eight blue lamps"}`), 204)
	wantStatus(t, other.ask("GET", "/api/v1/session", ""), 401) // the other session of the user ended
	out := v.ask("DELETE", "/api/v1/session", "")
	wantStatus(t, out, 204)
	if c := v.cookies[sessionCookie]; c.MaxAge >= 0 {
		t.Errorf("the cookie stays: %v", c)
	}
	wantStatus(t, (&visitor{s: s, cookies: map[string]*http.Cookie{sessionCookie: c}}).ask("GET", "/api/v1/session", ""), 401)
}

func TestTooManySignIns(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Auth = people(t) })
	v := signIn(t, s, "")
	last := 0
	for range 6 {
		w := v.ask("POST", "/api/v1/session", `{"user":"agent","password":"a wrong guess"}`)
		if last = w.Code; last == 429 && w.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if last != 429 {
		t.Errorf("the sixth wrong password: %d", last)
	}
}

func TestAdministration(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Auth = people(t) })
	v := signIn(t, s, "admin")
	w := v.ask("POST", "/api/v1/users", `{"id":"Zoe","name":"Zoe Zhang","role":"agent","agent":"agent-7","language":"zh","skills":["zh"]}`)
	wantStatus(t, w, 201)
	made := decode[struct{ ID, Link string }](t, w.Body)
	secret, ok := strings.CutPrefix(made.Link, "/setup#")
	if made.ID != "zoe" || !ok {
		t.Fatalf("%+v", made)
	}
	wantStatus(t, v.ask("POST", "/api/v1/users", `{"id":"zoe","role":"agent"}`), 409)
	wantStatus(t, v.ask("POST", "/api/v1/users", `{"id":"yan","role":"agent","agent":"agent-7"}`), 409)
	wantStatus(t, v.ask("POST", "/api/v1/users", `{"id":"yan","role":"customer"}`), 400)

	zoe := signIn(t, s, "")
	check := zoe.ask("POST", "/api/v1/setup/check", `{"token":"`+secret+`"}`)
	if u := decode[struct{ User *hotline.User }](t, check.Body); u.User == nil || u.User.ID != "zoe" {
		t.Errorf("the link is for %+v", u.User)
	}
	wantStatus(t, zoe.ask("POST", "/api/v1/setup", `{"token":"`+secret+`","password":"short"}`), 400)
	w = zoe.ask("POST", "/api/v1/setup", `{"token":"`+secret+`","password":"nine red lamps"}`)
	wantStatus(t, w, 200)
	zoe.csrf = decode[hotline.Session](t, w.Body).CSRF
	wantStatus(t, zoe.ask("GET", "/api/v1/session", ""), 200)
	wantStatus(t, zoe.ask("POST", "/api/v1/setup", `{"token":"`+secret+`","password":"nine red lamps"}`), 403) // once

	wantStatus(t, v.ask("PATCH", "/api/v1/users/zoe", `{"role":"supervisor"}`), 200)
	wantStatus(t, zoe.ask("GET", "/api/v1/calls/call-1", ""), 200) // at once
	wantStatus(t, v.ask("PATCH", "/api/v1/users/admin", `{"disabled":true}`), 409)
	wantStatus(t, v.ask("DELETE", "/api/v1/users/admin", ""), 409)
	wantStatus(t, v.ask("PATCH", "/api/v1/users/zoe", `{"disabled":true}`), 200)
	wantStatus(t, zoe.ask("GET", "/api/v1/session", ""), 401)
	wantStatus(t, v.ask("DELETE", "/api/v1/users/zoe", ""), 204)
	wantStatus(t, v.ask("DELETE", "/api/v1/users/zoe", ""), 404)

	w = v.ask("POST", "/api/v1/tokens", `{"name":"reports","role":"supervisor"}`)
	wantStatus(t, w, 201)
	token := decode[hotline.Token](t, w.Body)
	bearer := []string{"As", "customer", "Authorization", "Bearer " + token.Secret}
	wantStatus(t, ask(s, "GET", "/api/v1/calls", "", bearer...), 200)
	wantStatus(t, ask(s, "GET", "/api/v1/users", "", bearer...), 403)
	wantStatus(t, ask(s, "GET", "/api/v1/session", "", bearer...), 404)
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-2/hangup", "", bearer...), 202) // needs no CSRF token
	if list := v.ask("GET", "/api/v1/tokens", "").Body.String(); strings.Contains(list, token.Secret) || !strings.Contains(list, token.ID) {
		t.Errorf("tokens %s", list)
	}
	wantStatus(t, v.ask("DELETE", "/api/v1/tokens/"+token.ID, ""), 204)
	wantStatus(t, ask(s, "GET", "/api/v1/calls", "", bearer...), 401)

	w = v.ask("GET", "/api/v1/audit?limit=100", "")
	var whats []string
	for _, e := range decode[struct{ Entries []hotline.AuditEntry }](t, w.Body).Entries {
		whats = append([]string{e.Who + " " + e.What + " " + e.About}, whats...)
	}
	got := strings.Join(whats, "\n")
	for _, want := range []string{"admin user.added zoe", "admin link.made zoe", "zoe link.used zoe", "admin user.changed zoe", "admin user.removed zoe",
		"admin token.added " + token.ID, "admin token.removed " + token.ID} {
		if !strings.Contains(got, want) {
			t.Errorf("the audit has no %q:\n%s", want, got)
		}
	}
}

// An agent sees the calls that came to them: in the list, one by one, their events
// and recordings, and in what follows all events.
func TestWhatAnAgentSees(t *testing.T) {
	w, s := newServer(t, nil)
	w.add("call-2", hotline.Queued{Skill: "billing"}, hotline.Popped{Agent: "agent-1"}, hotline.Offered{Agent: "agent-1"}, hotline.AgentJoined{Agent: "agent-1"})
	w.add("call-3", hotline.Offered{Agent: "agent-2"})
	mine := func(path string) *httptest.ResponseRecorder { return ask(s, "GET", path, "", "As", "agent") }
	list := decode[struct{ Calls []hotline.Call }](t, mine("/api/v1/calls").Body)
	if len(list.Calls) != 1 || list.Calls[0].ID != "call-2" {
		t.Errorf("the list: %+v", list.Calls)
	}
	for path, want := range map[string]int{"calls/call-2": 200, "calls/call-3": 404, "calls/call-1": 404, "calls/call-2/events": 200, "calls/call-3/events": 404,
		"calls/call-1/recording.wav": 404, "calls/call-3/events?follow=1": 404} {
		wantStatus(t, mine("/api/v1/"+path), want)
	}
	if other := mine("/api/v1/calls/call-3").Body.String(); other != mine("/api/v1/calls/none").Body.String() {
		t.Errorf("a call of others is told from none: %s", other)
	}
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-2/hangup", "", "As", "agent"), 202)
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-3/hangup", "", "As", "agent"), 404)
	w.add("call-2", hotline.AgentLeft{Agent: "agent-1"}, hotline.Offered{Agent: "agent-2"}, hotline.AgentJoined{Agent: "agent-2"})
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-2/hangup", "", "As", "agent"), 403) // seen, no longer theirs
	wantStatus(t, ask(s, "POST", "/api/v1/agents/agent-2/state", `{"state":"away"}`, "As", "agent"), 403)
	wantStatus(t, ask(s, "POST", "/api/v1/agents/me/state", `{"state":"away"}`, "As", "agent"), 200)
	wantStatus(t, ask(s, "POST", "/api/v1/agents/me/state", `{"state":"away"}`), 404)

	seqs := func(body *bytes.Buffer) (calls []string) {
		for dec := json.NewDecoder(body); dec.More(); {
			var ev hotline.Event
			if err := dec.Decode(&ev); err != nil {
				t.Fatal(err)
			}
			calls = append(calls, string(ev.Call))
		}
		return calls
	}
	got := strings.Join(seqs(mine("/api/v1/events?limit=5").Body), " ")
	if got != "call-2 call-2 call-2 call-2 call-2" {
		t.Errorf("the first five events of an agent are of %s", got)
	}

	// Live: from the moment a call comes to them.
	w.add("call-4", hotline.CallStarted{From: "dave"})
	w.add("call-5", hotline.CallStarted{From: "erin"})
	addr, _ := serve(t, s)
	c, _ := dial(t, fmt.Sprintf("ws://%s/api/v1/events?since=%d", addr, w.Head()), http.Header{"Authorization": {"Bearer agent"}})
	w.add("call-4", hotline.Popped{Agent: "agent-2"})
	w.add("call-5", hotline.Popped{Agent: "agent-1"}, hotline.Noted{Text: "x"})
	w.add("call-4", hotline.Noted{Text: "not for them"})
	w.add("call-5", hotline.CallEnded{})
	for _, want := range []string{"popped", "noted", "call.ended"} {
		var ev hotline.Event
		if err := c.ReadJSON(&ev); err != nil || ev.Call != "call-5" || ev.Kind != want {
			t.Errorf("%+v %v, want %s of call-5", ev, err, want)
		}
	}
}

// An agent is told of a supervisor who whispers or speaks, never of one who
// listens; supervisors are told of all.
func TestListeningIsNotTold(t *testing.T) {
	w, s := newServer(t, nil)
	w.add("call-2", hotline.AgentJoined{Agent: "agent-1"},
		hotline.Supervised{User: "sue", Mode: hotline.ModeListen, On: true}, hotline.Supervised{User: "sue", Mode: hotline.ModeWhisper, On: true},
		hotline.Supervised{User: "sue", Mode: hotline.ModeListen, On: true}, hotline.Supervised{User: "sue", Mode: hotline.ModeListen},
		hotline.Supervised{User: "tom", Mode: hotline.ModeListen, On: true}, hotline.Supervised{User: "tom", Mode: hotline.ModeListen},
		hotline.Supervised{User: "tom", Mode: hotline.ModeBarge, On: true}, hotline.Supervised{User: "tom", Mode: hotline.ModeBarge})
	for role, want := range map[hotline.Role]string{
		agent:      "sue whisper true, sue whisper false, tom barge true, tom barge false",
		supervisor: "sue listen true, sue whisper true, sue listen true, sue listen false, tom listen true, tom listen false, tom barge true, tom barge false",
	} {
		for _, path := range []string{"/api/v1/calls/call-2/events", "/api/v1/events"} {
			var told []string
			for dec := json.NewDecoder(ask(s, "GET", path, "", "As", string(role)).Body); dec.More(); {
				var ev hotline.Event
				if err := dec.Decode(&ev); err != nil {
					t.Fatal(err)
				}
				if b, ok := ev.Body.(hotline.Supervised); ok {
					told = append(told, fmt.Sprint(b.User, " ", b.Mode, " ", b.On))
				}
			}
			if got := strings.Join(told, ", "); got != want {
				t.Errorf("%s as %s: %s", path, role, got)
			}
		}
	}
}

// A feed ends when who follows it signs out, gets another role or is disabled, or
// the token is removed.
func TestFeedEndsWithTheSession(t *testing.T) {
	d := people(t)
	_, s := newServer(t, func(c *Config) { c.Auth = d })
	addr, _ := serve(t, s)
	by := Identity{User: "test"}
	open := func(user string) (*visitor, *websocket.Conn) {
		t.Helper()
		v := signIn(t, s, user)
		c, status := dial(t, "ws://"+addr+"/api/v1/events?since=6", http.Header{"Authorization": nil, "Cookie": {sessionCookie + "=" + v.cookies[sessionCookie].Value}})
		if status != 101 {
			t.Fatalf("status %d", status)
		}
		return v, c
	}
	ended := func(what string, c *websocket.Conn) {
		t.Helper()
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, _, err := c.ReadMessage(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
			t.Errorf("%s: %v", what, err)
		}
	}
	v, c := open("supervisor")
	_, stays := open("admin")
	wantStatus(t, v.ask("DELETE", "/api/v1/session", ""), 204)
	ended("signed out", c)

	_, c = open("supervisor")
	role := agent
	if _, err := d.Change(t.Context(), by, "supervisor", hotline.UserChange{Role: &role}); err != nil {
		t.Fatal(err)
	}
	ended("another role", c)

	_, c = open("supervisor")
	yes := true
	if _, err := d.Change(t.Context(), by, "supervisor", hotline.UserChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	ended("disabled", c)

	token, err := d.AddToken(t.Context(), by, hotline.Token{Name: "x", Role: supervisor})
	if err != nil {
		t.Fatal(err)
	}
	c, _ = dial(t, "ws://"+addr+"/api/v1/events?since=6", http.Header{"Authorization": {"Bearer " + token.Secret}})
	if err := d.RemoveToken(t.Context(), by, token.ID); err != nil {
		t.Fatal(err)
	}
	ended("token removed", c)

	_ = stays.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, _, err := stays.ReadMessage(); err == nil || websocket.IsUnexpectedCloseError(err) {
		t.Errorf("who stayed: %v", err)
	}
}

// The numbers are for this machine; others sign in, also those whom a proxy on
// this machine hides.
func TestMetricsAreNotForAll(t *testing.T) {
	_, s := newServer(t, nil)
	from := func(addr string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.Host, r.RemoteAddr = "127.0.0.1:8080", addr
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	wantStatus(t, from("127.0.0.1:1"), 200)
	wantStatus(t, from("[::1]:1"), 200)
	wantStatus(t, from("192.0.2.1:1"), 401)
	wantStatus(t, from("127.0.0.1:1", "X-Forwarded-For", "192.0.2.1"), 401)
	wantStatus(t, from("192.0.2.1:1", "Authorization", "Bearer agent"), 200)
}

// No secret is in the log, whatever happens.
func TestNoSecretInTheLog(t *testing.T) {
	var log bytes.Buffer
	d := people(t)
	_, s := newServer(t, func(c *Config) {
		c.Auth, c.Log = d, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	v := signIn(t, s, "admin")
	v.ask("POST", "/api/v1/users", `{"id":"eve","role":"agent"}`)
	v.ask("POST", "/api/v1/session", `{"user":"eve","password":"a wrong secret here"}`)
	v.ask("POST", "/api/v1/setup", `{"token":"not a token at all","password":"a wrong secret here"}`)
	cookie := v.cookies[sessionCookie].Value
	if err := d.Close(); err != nil { // now every request fails inside
		t.Fatal(err)
	}
	wantStatus(t, v.ask("GET", "/api/v1/users", ""), 500)
	wantStatus(t, v.ask("POST", "/api/v1/session", `{"user":"admin","password":"`+password+`"}`), 500)
	for _, secret := range []string{password, cookie, v.csrf, "a wrong secret here", "not a token at all"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q:\n%s", secret, log.String())
		}
	}
	if log.Len() == 0 {
		t.Error("nothing was logged")
	}
}

// A customer is told their own place, not why it is that, and nobody else's.
func TestPlace(t *testing.T) {
	_, s := newServer(t, func(c *Config) {
		c.Presence = waiting{{Call: "call-2", Position: 2, Skill: "billing", Estimate: hotline.Estimate{Known: true, WaitMs: 90_000}, Terms: []hotline.Term{{Name: "emotion", Why: "angry"}}},
			{Call: "call-3", Position: 1, CallBack: true}}
	})
	of := func(id string) *httptest.ResponseRecorder {
		return ask(s, "GET", "/api/v1/calls/"+id+"/place", "", "As", "customer", secretHeader, "of "+id)
	}
	got := of("call-2")
	if wantStatus(t, got, 200); strings.TrimSpace(got.Body.String()) != `{"position":2,"estimate":{"known":true,"wait_ms":90000,"how":""}}` {
		t.Errorf("told %s", got.Body)
	}
	for _, id := range []string{"call-1", "call-3"} { // does not wait; is to be called back
		if got := of(id); got.Code != 200 || strings.TrimSpace(got.Body.String()) != "null" {
			t.Errorf("%s is told %d %s", id, got.Code, got.Body)
		}
	}
	wantStatus(t, ask(s, "GET", "/api/v1/calls/call-2/place", "", "As", "customer", secretHeader, "of call-1"), 404)
	wantStatus(t, ask(s, "GET", "/api/v1/calls/call-2/place", "", "As", "admin"), 404)
}

// waiting is a desk with a queue and nothing else.
type waiting []hotline.Place

func (w waiting) Places() []hotline.Place                                          { return w }
func (waiting) CallBacks() []hotline.CallBack                                      { return nil }
func (waiting) SetAway(hotline.AgentID, string) (s hotline.AgentStatus, err error) { return s, err }
func (waiting) WrapUp(hotline.AgentID, time.Duration) (s hotline.AgentStatus, err error) {
	return s, err
}
func (waiting) Connect(hotline.AgentID, hotline.AgentState) (func(), error) { return func() {}, nil }
