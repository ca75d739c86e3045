package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"hotline"
)

// deskWorld is the rest of what the server is joined to, in memory.
type deskWorld struct {
	*world
	there  int               // windows
	search func(text string) // before a search, if set
}

func (w *deskWorld) Remark(_ context.Context, id hotline.CallID, b hotline.Body) (hotline.Event, error) {
	w.add(id, b)
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events[len(w.events)-1], w.err
}

func (w *deskWorld) Connect(id hotline.AgentID, as hotline.AgentState) (func(), error) {
	if as == "x" {
		return nil, invalid("desk", "no such state")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.there++
	return func() { w.mu.Lock(); defer w.mu.Unlock(); w.there-- }, nil
}

func (w *deskWorld) SetAway(id hotline.AgentID, why string) (hotline.AgentStatus, error) {
	a := w.Agents()[0]
	a.Away = why
	return a, w.act("away " + why)
}

func (w *deskWorld) WrapUp(id hotline.AgentID, more time.Duration) (hotline.AgentStatus, error) {
	return w.Agents()[0], w.act(fmt.Sprint("wrap-up ", id, " ", more))
}

func (w *deskWorld) Places() []hotline.Place {
	return []hotline.Place{{Call: "call-3", Skill: "care", Position: 1, WaitedMs: 90_000, Estimate: hotline.Estimate{How: "nobody was served yet"}, Terms: []hotline.Term{{Name: "waiting", Value: 90_000, Why: "waits for 90 s"}}}}
}

func (w *deskWorld) CallBacks() []hotline.CallBack {
	return []hotline.CallBack{{Call: "call-1", Skill: "care", Number: "100", Since: time.Unix(5, 0)}}
}

func (w *deskWorld) CallBack(_ context.Context, t hotline.Ticket, asked hotline.CallBackAsked) error {
	return w.act(fmt.Sprint("call back ", t.Call, " ", asked.Skill, " ", asked.Number, " by ", asked.By))
}
func (w *deskWorld) CancelCallBack(_ context.Context, call hotline.CallID, by string) error {
	return w.act("forget " + string(call) + " by " + by)
}

func (w *deskWorld) Stats(_ context.Context, q hotline.StatsQuery) (hotline.Stats, error) {
	t := hotline.NewTally(q)
	t.Add(&hotline.Facts{Started: q.From, Ended: true, Result: hotline.Completed, Answered: true, Intent: "hours", Emotion: "neutral", Joined: true, Agent: "agent-1"})
	return t.Stats(), w.act(fmt.Sprintf("stats %s %s %v", q.From.Format(time.RFC3339), q.Bucket, q.Within))
}

func (w *deskWorld) Skills(context.Context, time.Time, time.Duration) ([]hotline.SkillStats, error) {
	return []hotline.SkillStats{{Skill: "billing", Offered: 4, Answered: 3, Abandoned: 1, ServiceLevel: 0.5}}, nil
}

// The knowledge is one article.
var article = Article{Key: "returns/en", ArticleInput: ArticleInput{ID: "returns", Language: "en", Title: "Returns", Questions: []string{"how do I return it"}, Body: "Within 30 days."},
	Version: 2, Live: 1, State: "draft", Origin: "crawler", History: []Change{{Version: 2, What: "draft"}}}

func (w *deskWorld) Search(_ context.Context, q KBQuery) ([]KBPassage, error) {
	if w.search != nil {
		w.search(q.Text)
	}
	if !strings.Contains(q.Text, "return") {
		return nil, nil
	}
	return []KBPassage{{Article: article.Key, Version: 1, Title: article.Title, Language: "en", Questions: article.Questions, Text: article.Body, Body: article.Body, Score: 0.9},
		{Article: "hours/en", Questions: []string{}, Score: 0.01}}, nil
}

func (w *deskWorld) Articles(_ context.Context, q ArticleQuery) (ArticleList, error) {
	return ArticleList{Articles: []Article{article}, Next: article.Key}, w.act(fmt.Sprintf("articles %+v", q))
}

func (w *deskWorld) Article(_ context.Context, bot, key string, version int) (Article, error) {
	if key != article.Key {
		return Article{}, notFound("kb", "no such article")
	}
	return article, nil
}

func (w *deskWorld) Put(_ context.Context, bot, key string, in ArticleInput, by string) (Article, error) {
	return article, w.act(fmt.Sprint("put ", key, " ", in.Body, " ", in.Publish, " by ", by))
}

func (w *deskWorld) Decide(_ context.Context, bot, key, what string, version int, by string) (Article, error) {
	return article, w.act(fmt.Sprint(what, " ", key, " ", version, " by ", by))
}

func (w *deskWorld) Diff(_ context.Context, bot, key string, from, to int) (string, error) {
	return fmt.Sprint("-", from, "\n+", to, "\n"), nil
}

func (w *deskWorld) Questions(context.Context, string, time.Time, int) ([]KBQuestion, error) {
	return []KBQuestion{{ID: "00ff", Question: "do you sell bulbs", Count: 3, Language: "en", Ways: []string{"bulbs"}}}, nil
}

func (w *deskWorld) Resolve(_ context.Context, bot, id string) error { return w.act("resolve " + id) }
func (w *deskWorld) Feedback(_ context.Context, bot string, f KBFeedback) error {
	return w.act(fmt.Sprint("feedback ", f.Article, " ", f.Good))
}

func (w *deskWorld) Learn(_ context.Context, c hotline.Call, l hotline.Learned) (string, error) {
	return "learned-1/en", w.act("learn " + l.Question)
}
func (w *deskWorld) Crawls() []CrawlStatus {
	return []CrawlStatus{{Bot: "shop", Site: "https://shop.example", Policy: "draft", EveryS: 3600, New: []string{}, Changed: []string{}, Removed: []string{}, Failed: map[string]string{}}}
}

// newDesk serves a desk: call-4 is with agent-1, an angry caller's whom the bot
// knows, and call-1 was theirs too.
func newDesk(t *testing.T) (*deskWorld, *Server) {
	t.Helper()
	var dw *deskWorld
	w, s := newServer(t, func(c *Config) {
		dw = &deskWorld{world: c.Feed.(*world)}
		c.Remarks, c.Presence, c.Promises, c.Reports, c.KB, c.Pulse = dw, dw, dw, dw, dw, &Pulse{}
	})
	known := hotline.ActionDone{Action: "customer", Caller: true, Result: map[string]string{"name": "Ann", "segment": "vip", "orders": "1234, 4571"}}
	w.add("call-4", hotline.CallStarted{Direction: "in", From: "alice", To: "100", Remote: "https 10.0.0.1:5"}, hotline.CallAnswered{}, known,
		hotline.Said{Text: "Welcome. We will call you back by Friday.", To: "caller", Start: 20, Heard: 900},
		hotline.Heard{Who: "caller", Text: "where is order 4571", Language: "en", Start: 1000, End: 2000, Intent: "order_status", Emotion: hotline.Emotion{Name: "angry", Score: .8, Why: []string{"louder"}}, Slots: map[string]string{"order": "4571"}},
		hotline.ActionDone{Action: "lookup", Args: map[string]string{"order": "4571"}, Result: map[string]string{"state": "late"}, Tried: "Looked up order 4571"},
		hotline.ActionDone{Action: "label", Args: map[string]string{"order": "4571"}, Error: "timeout"},
		hotline.Queued{Skill: "care"}, hotline.Popped{Agent: "agent-1", Brief: hotline.Brief{Call: "call-4", Reason: "Upset", Slots: map[string]string{"order": "4571"}, Tried: []string{"Looked up order 4571"}}},
		hotline.Offered{Agent: "agent-1"}, hotline.AgentJoined{Agent: "agent-1"},
		hotline.Heard{Who: "agent", Text: "I will send you the label today.", Start: 5000})
	return dw, s
}

// What the server says fits the description, member for member.
func TestDeskRepliesFit(t *testing.T) {
	_, s := newDesk(t)
	if v := decode[map[string]string](t, ask(s, "POST", "/api/v1/calls/call-1/hold", `{"on":true}`, "As", "admin").Body); v["reason"] != "ended" || schema(t, "Error").Validate(map[string]any{"code": v["code"], "reason": v["reason"], "message": v["message"]}) != nil {
		t.Errorf("an order for a call that has ended: %v", v)
	}
	for _, tt := range []struct{ method, path, body, schema string }{
		{"GET", "calls?q=order&intent=x&from=2026-11-01&to=2026-11-02T00:00:00Z&tz=Asia/Shanghai&result=completed", "", "CallList"},
		{"POST", "calls/call-1/notes", `{"text":" a note "}`, "Event"},
		{"POST", "calls/call-1/disposition", `{"code":"solved"}`, "Event"},
		{"POST", "calls/call-4/corrections", `{"n":5,"intent":"refund","slots":{"order":"1234"}}`, "Event"},
		{"POST", "calls/call-4/learn", `{"question":"q","answer":"a"}`, "Event"},
		{"GET", "calls/call-4/brief", "", "Brief"},
		{"GET", "calls/call-3/brief", "", "Brief"},
		{"GET", "dispositions", "", "DispositionList"},
		{"GET", "customers/alice", "", "Customer"},
		{"GET", "stats?bucket=hour&from=2026-11-01&to=2026-11-02", "", "Stats"},
		{"GET", "stats", "", "Stats"},
		{"GET", "wall", "", "Wall"},
		{"POST", "agents/agent-1/wrapup", `{"extend_s":30}`, "Agent"},
		{"POST", "agents/agent-1/state", `{"state":"away","reason":"lunch"}`, "Agent"},
		{"GET", "places", "", "PlaceList"},
		{"GET", "callbacks", "", "CallBackList"},
		{"POST", "callbacks", `{"call":"call-1"}`, "CallBackList"},
		{"DELETE", "callbacks/call-1", "", "CallBackList"},
		{"GET", "kb/search?q=return", "", "PassageList"},
		{"GET", "kb/articles?state=draft", "", "ArticleList"},
		{"GET", "kb/articles/returns%2Fen", "", "Article"},
		{"PUT", "kb/articles/returns%2Fen", `{"id":"returns","language":"en","body":"b","publish":true}`, "Article"},
		{"POST", "kb/articles/returns%2Fen/publish", `{"version":2}`, "Article"},
		{"POST", "kb/articles/returns%2Fen/rollback", "", "Article"},
		{"POST", "kb/articles/returns%2Fen/discard", `{}`, "Article"},
		{"GET", "kb/drafts", "", "DraftList"},
		{"GET", "kb/questions", "", "QuestionList"},
		{"GET", "kb/crawls", "", "CrawlList"},
	} {
		w := ask(s, tt.method, "/api/v1/"+tt.path, tt.body)
		wantStatus(t, w, 200)
		v, err := jsonschema.UnmarshalJSON(w.Body)
		if err != nil {
			t.Fatalf("%s: %v", tt.path, err)
		}
		if err := schema(t, tt.schema).Validate(v); err != nil {
			t.Errorf("%s %s: %v", tt.method, tt.path, err)
		}
	}
}

func TestDeskErrors(t *testing.T) {
	w, s := newDesk(t)
	w.did = nil
	long := strings.Repeat("x", maxNote+1)
	for _, tt := range []struct {
		as                 hotline.Role
		method, path, body string
		status             int
	}{
		{agent, "POST", "calls/call-2/notes", `{"text":"not theirs"}`, 404},
		{agent, "GET", "calls/call-2/brief", "", 404},
		{agent, "GET", "customers/bob", "", 404},
		{agent, "GET", "stats", "", 403},
		{agent, "GET", "wall", "", 403},
		{agent, "PUT", "kb/articles/x%2Fen", `{}`, 403},
		{agent, "POST", "agents/agent-2/wrapup", `{"done":true}`, 403},
		{agent, "POST", "callbacks", `{"call":"call-2"}`, 404},
		{admin, "POST", "calls/call-1/notes", `{"text":"  "}`, 400},
		{admin, "POST", "calls/call-1/notes", `{"text":"` + long + `"}`, 400},
		{admin, "POST", "calls/call-1/disposition", `{"code":"made up"}`, 400},
		{admin, "POST", "calls/call-4/corrections", `{"n":5}`, 400},
		{admin, "POST", "calls/call-4/corrections", `{"n":4,"intent":"x"}`, 400}, // that was the bot
		{admin, "POST", "calls/call-4/learn", `{"question":"q"}`, 400},
		{admin, "GET", "calls?from=yesterday", "", 400},
		{admin, "GET", "calls?tz=Mars/Base", "", 400},
		{admin, "GET", "calls?q=" + strings.Repeat("x", 501), "", 400},
		{admin, "GET", "stats?bucket=year", "", 400},
		{admin, "GET", "stats?from=2026-11-02&to=2026-11-01", "", 400},
		{admin, "GET", "customers/nobody", "", 404},
		{admin, "POST", "agents/agent-1/wrapup", `{}`, 400},
		{admin, "POST", "agents/agent-1/wrapup", `{"extend_s":99999}`, 400},
		{admin, "POST", "callbacks", `{"call":"none"}`, 404},
		{admin, "GET", "kb/articles?state=new", "", 400},
		{admin, "GET", "kb/articles/none%2Fen", "", 404},
		{admin, "GET", "desk", "", 403}, // no agent at the desk
		{agent, "GET", "desk", "", 400}, // no WebSocket
		{agent, "GET", "desk?since=100000", "", 409},
	} {
		got := ask(s, tt.method, "/api/v1/"+tt.path, tt.body, "As", string(tt.as))
		if got.Code != tt.status {
			t.Errorf("%s %s as %s: %d %s, want %d", tt.method, tt.path, tt.as, got.Code, got.Body, tt.status)
		}
	}
	if len(w.did) > 0 {
		t.Errorf("a bad request did %q", w.did)
	}
	_, bare := newServer(t, nil)
	for _, path := range []string{"stats", "places", "callbacks", "kb/search?q=x", "kb/crawls"} {
		wantStatus(t, ask(bare, "GET", "/api/v1/"+path, ""), 503)
	}
	wantStatus(t, ask(bare, "POST", "/api/v1/calls/call-1/notes", `{"text":"x"}`), 503)
}

func TestBrief(t *testing.T) {
	w, s := newDesk(t)
	w.add("call-1", hotline.Noted{By: "ann", Text: "likes lamps"}, hotline.Disposed{By: "ann", Code: "solved"})
	w.add("call-4", hotline.Key{Key: "#"})
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-4/corrections", `{"n":5,"slots":{"order":"1235"}}`, "As", "agent"), 200)
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-4/corrections", `{"n":13,"slots":{"order":"1234"}}`, "As", "agent"), 200) // what was entered
	wantStatus(t, ask(s, "POST", "/api/v1/calls/call-4/notes", `{"text":"call her back"}`, "As", "agent"), 200)
	got := ask(s, "GET", "/api/v1/calls/call-4/brief", "", "As", "agent")
	b := decode[Brief](t, got.Body)
	if !b.Popped || b.Reason != "Upset" || b.Slots["order"] != "1234" || len(b.Said) != 3 || b.Said[2].Who != "agent" {
		t.Errorf("the pop: %+v", b.Brief)
	}
	if len(b.Tried) != 2 || b.Tried[0].Text != "Looked up order 4571" || b.Tried[1].Text != "label order 4571" || !b.Tried[1].Failed {
		t.Errorf("tried %+v", b.Tried)
	}
	if len(b.Feelings) != 1 || b.Feelings[0].Name != "angry" || b.Feelings[0].At != 1000 || len(b.Feelings[0].Why) != 1 {
		t.Errorf("feelings %+v", b.Feelings)
	}
	if len(b.Promises) != 2 || b.Promises[0].By != "bot" || b.Promises[0].At != 20 || b.Promises[1].By != "agent" || b.Promises[1].At != 5000 || b.Promises[1].Text != "I will send you the label today." {
		t.Errorf("promises %+v", b.Promises)
	}
	if len(b.Orders) != 2 || b.Orders[0].ID != "1234" || b.Orders[1].Facts["state"] != "late" {
		t.Errorf("orders %+v", b.Orders)
	}
	if b.Customer.Name != "Ann" || b.Customer.Segment != "vip" || b.Customer.Key != "alice" || b.Customer.Known["orders"] == "" || len(b.Notes) != 1 || b.Notes[0].By != "agent-1" {
		t.Errorf("customer %+v, notes %+v", b.Customer, b.Notes)
	}
	if !slices.ContainsFunc(b.Earlier, func(c hotline.Call) bool { return c.ID == "call-1" }) || len(b.Customer.Notes) != 1 || b.Customer.Notes[0].Text != "likes lamps" {
		t.Errorf("earlier %+v, notes %+v", b.Earlier, b.Customer.Notes)
	}
	c, err := w.Call(t.Context(), "call-1")
	if err != nil || c.Disposed != "solved" || c.Phase != hotline.PhaseEnded {
		t.Errorf("call-1 is %+v, %v", c, err)
	}
}

// message is what comes over the desk's socket, undecoded.
type message map[string]json.RawMessage

// until reads messages up to one with the member, and decodes it.
func until[T any](t *testing.T, c *websocket.Conn, member string) (v T) {
	t.Helper()
	for {
		var m message
		if err := c.ReadJSON(&m); err != nil {
			t.Fatalf("waiting for %s: %v", member, err)
		}
		if len(m) != 1 {
			t.Fatalf("a message with %d members", len(m))
		}
		if raw, ok := m[member]; ok {
			if err := json.Unmarshal(raw, &v); err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
}

func TestDeskSocket(t *testing.T) {
	w, s := newDesk(t)
	addr, stop := serve(t, s)
	url := "ws://" + addr + "/api/v1/desk"
	c, status := dial(t, url+"?as=ready&since=6", as(agent))
	if status != 101 {
		t.Fatal(status)
	}
	if me := until[hotline.AgentStatus](t, c, "me"); me.ID != "agent-1" {
		t.Errorf("me %+v", me)
	}
	if places := until[[]hotline.Place](t, c, "places"); len(places) != 1 || places[0].Call != "call-3" {
		t.Errorf("places %+v", places)
	}
	for n := uint64(1); n <= 12; n++ { // what was missed of their call, and nothing of others'
		if ev := until[hotline.Event](t, c, "event"); ev.Call != "call-4" || ev.N != n {
			t.Fatalf("event %d of %s, want %d of call-4", ev.N, ev.Call, n)
		}
	}
	w.add("call-3", hotline.Key{Key: "1"})
	w.add("call-4", hotline.Heard{Who: "caller", Text: "how do I return it", Language: "en"})
	if ev := until[hotline.Event](t, c, "event"); ev.Call != "call-4" || ev.N != 13 {
		t.Errorf("event %+v", ev)
	}
	if g := until[Suggestion](t, c, "suggest"); g.Call != "call-4" || g.N != 13 || len(g.Passages) != 1 || g.Passages[0].Article != "returns/en" {
		t.Errorf("suggested %+v", g)
	}
	w.add("call-3", hotline.Popped{Agent: "agent-1"})
	if ev := until[hotline.Event](t, c, "event"); ev.Call != "call-3" || ev.Kind != "popped" {
		t.Errorf("event %+v", ev)
	}
	w.mu.Lock()
	if w.there != 1 {
		t.Errorf("%d windows", w.there)
	}
	w.mu.Unlock()
	if _, status := dial(t, url+"?as=x", as(agent)); status != 400 {
		t.Errorf("no such state: %d", status)
	}
	if _, status := dial(t, url, http.Header{"Origin": {"http://evil.example"}, "Authorization": as(agent)["Authorization"]}); status != 403 {
		t.Errorf("another origin: %d", status)
	}
	stop() // waits for the socket
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.there != 0 {
		t.Errorf("%d windows are left", w.there)
	}
}

// What a caller says while an answer to their last turn is looked for is not left
// without one.
func TestDeskAnswersWhatWasSaidMeanwhile(t *testing.T) {
	w, s := newDesk(t)
	resume, asked := make(chan struct{}), make(chan string, 9)
	w.search = func(text string) { asked <- text; <-resume }
	addr, _ := serve(t, s)
	c, _ := dial(t, "ws://"+addr+"/api/v1/desk?since=6", as(agent))
	<-asked // the turn of before
	for _, text := range []string{"well", "how do I return it"} {
		w.add("call-4", hotline.Heard{Who: "caller", Text: text, Language: "en"})
	}
	for until[hotline.Event](t, c, "event").N < 14 {
	}
	close(resume)
	if g := until[Suggestion](t, c, "suggest"); g.N != 14 || len(g.Passages) != 1 {
		t.Errorf("suggested %+v", g)
	}
	if text := <-asked; text != "how do I return it" {
		t.Errorf("looked for an answer to %q", text)
	}
}

func TestWall(t *testing.T) {
	w, s := newDesk(t)
	s.Observe(hotline.Event{Call: "call-2", At: time.Now(), Body: hotline.EngineFailed{Engine: "asr a", Now: "asr b"}})
	s.Observe(hotline.Event{Call: "call-2", At: time.Now().Add(-time.Hour), Body: hotline.EngineFailed{Engine: "old"}})
	v := decode[Wall](t, ask(s, "GET", "/api/v1/wall", "").Body)
	var kinds []string
	for _, a := range v.Alerts {
		kinds = append(kinds, a.Kind)
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []string{AlertAngry, AlertEngine, AlertLongWait, AlertServiceLevel}) {
		t.Errorf("alerts %v", kinds)
	}
	if len(v.Calls) != 3 || len(v.Queues) != 1 || v.Queues[0].Waiting != 2 || v.Queues[0].ServiceLevel != 0.5 || v.Queues[0].Offered != 4 || len(v.CallBacks) != 1 {
		t.Errorf("the wall is %+v", v)
	}
	addr, _ := serve(t, s)
	c, _ := dial(t, "ws://"+addr+"/api/v1/wall", nil)
	read := func() (v Wall) {
		t.Helper()
		if err := c.ReadJSON(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if first := read(); len(first.Calls) != 3 {
		t.Errorf("first %+v", first)
	}
	began := time.Now()
	w.add("call-3", hotline.CallEnded{})
	if next := read(); len(next.Calls) != 2 || time.Since(began) > 2*time.Second {
		t.Errorf("after a call ended, %v later: %d calls", time.Since(began), len(next.Calls))
	}
	if _, status := dial(t, "ws://"+addr+"/api/v1/wall", as(agent)); status != 403 {
		t.Errorf("an agent: %d", status)
	}
}
