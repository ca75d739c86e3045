package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"hotline"
)

// A customer reads their own call with its secret: what they said and heard, and
// nothing else.
func TestCaptions(t *testing.T) {
	w, s := newServer(t, nil)
	secretly := "the staff's own"
	w.add("call-3", hotline.CallAnswered{Recording: secretly},
		hotline.Said{To: "caller", Text: "Welcome.", Language: "en"},
		hotline.Heard{Who: "caller", Text: "I am angry", Language: "en", Intent: secretly, Emotion: hotline.Emotion{Name: secretly}, Slots: map[string]string{"x": secretly}},
		hotline.ActionDone{Action: secretly}, hotline.Queued{Skill: secretly, Reason: secretly},
		hotline.Popped{Agent: "agent-2", Brief: hotline.Brief{Reason: secretly}}, hotline.Offered{Agent: "agent-2"}, hotline.AgentLeft{Agent: "agent-2", Reason: secretly},
		hotline.Said{To: "agent", Text: secretly}, hotline.Heard{Who: "agent", Text: secretly}, // before they joined
		hotline.AgentJoined{Agent: "agent-1"}, hotline.Heard{Who: "agent", Text: "Hello, I help."},
		hotline.ConsultStarted{Agent: "agent-2"}, hotline.Heard{Who: "agent", Text: secretly}, hotline.Heard{Who: "caller", Text: "hm"}, hotline.ConsultEnded{How: secretly},
		hotline.Heard{Who: "agent", Text: "There."}, hotline.Heard{Who: "supervisor", Text: secretly}, hotline.Noted{Text: secretly}, hotline.Disposed{Text: secretly},
		hotline.AgentLeft{Agent: "agent-1", Reason: secretly})
	const path = "/api/v1/calls/call-3/captions"
	read := func(query string) string {
		t.Helper()
		got := ask(s, "GET", path+query, "", "As", "customer", secretHeader, "of call-3")
		wantStatus(t, got, 200)
		if strings.Contains(got.Body.String(), secretly) {
			t.Errorf("the customer is told %s", got.Body)
		}
		var told []string
		for dec := json.NewDecoder(got.Body); dec.More(); {
			var c Caption
			if err := dec.Decode(&c); err != nil {
				t.Fatal(err)
			}
			told = append(told, strings.TrimSpace(c.Kind+" "+c.Who+" "+c.Text))
		}
		return strings.Join(told, "; ")
	}
	want := "answered; said bot Welcome.; heard caller I am angry; waiting; person; heard agent Hello, I help.; hold; heard caller hm; resumed; heard agent There.; bot"
	if got := read(""); got != want {
		t.Errorf("told  %s\nwant %s", got, want)
	}
	// After a while: what came before is looked at, though it is not told again.
	if got := read("?since=20"); got != "heard caller hm; resumed; heard agent There.; bot" {
		t.Errorf("since 20: %s", got)
	}
	// As it happens, to the end of the call.
	addr, _ := serve(t, s)
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+addr+path+"?follow=1&since=24", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(secretHeader, "of call-3")
	live, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Body.Close()
	w.add("call-3", hotline.Turn{}, hotline.CallEnded{})
	var last []string
	for dec := json.NewDecoder(live.Body); dec.More(); {
		var c Caption
		if err := dec.Decode(&c); err != nil {
			t.Fatal(err)
		}
		last = append(last, c.Kind)
	}
	if got := strings.Join(last, " "); got != "bot ended" {
		t.Errorf("followed to the end: %s", got)
	}
	for _, h := range [][]string{{}, {secretHeader, "of call-2"}, {secretHeader, ""}, {"As", "agent"}, {"As", "admin"}} {
		wantStatus(t, ask(s, "GET", path, "", append([]string{"As", "customer"}, h...)...), 404)
	}
	wantStatus(t, ask(s, "GET", "/api/v1/calls/call-1/captions", "", "As", "customer", secretHeader, "of call-1"), 404) // ended long ago
}

// What an agent says is told only if the caller heard all of it: not on hold, not
// while somebody is consulted, not while the bot has the caller, also if the words
// are recognised later.
func TestCaptionsOfWhatTheCallerHears(t *testing.T) {
	type step struct {
		at   hotline.Ms
		leg  hotline.LegID
		body hotline.Body
	}
	agent := func(from, to hotline.Ms, text string) hotline.Body {
		return hotline.Heard{Who: "agent", Text: text, Start: from, End: to}
	}
	for name, tt := range map[string]struct {
		steps []step
		want  string
	}{
		"hold": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {2000, "a", agent(1100, 1900, "hello")},
			{3000, "a", hotline.Hold{On: true}}, {3100, "a", agent(2500, 2900, "one moment")}, {4000, "a", agent(2800, 3500, "NO")}, {4100, "a", agent(3500, 3900, "NO")},
			{5000, "a", hotline.Hold{}}, {5100, "a", agent(4000, 4900, "NO")}, {6000, "a", agent(5100, 5900, "back")}}, "person; hello; hold; one moment; resumed; back"},
		"before they joined": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {1200, "a", agent(900, 1100, "NO")}, {1300, "a", agent(1100, 1200, "yes")}}, "person; yes"},
		"the caller's own hold": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {2000, "c", hotline.Hold{On: true}}, {3000, "a", agent(2100, 2900, "NO")},
			{4000, "c", hotline.Hold{}}, {5000, "a", agent(4100, 4900, "yes")}}, "person; yes"},
		"consult, cancel": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {1500, "a", hotline.Hold{On: true}}, {2000, "a", hotline.ConsultStarted{Agent: "bob"}},
			{2500, "b", hotline.AgentJoined{Agent: "bob", As: hotline.AsConsulted}}, {2600, "a", agent(2100, 2500, "NO")}, {2700, "b", agent(2600, 2700, "NO")},
			{3000, "b", hotline.AgentLeft{Agent: "bob", Still: "anna"}}, {3000, "a", hotline.ConsultEnded{How: hotline.ConsultCancel}},
			{3500, "a", agent(3100, 3400, "yes")}}, "person; hold; hold; resumed; yes"},
		"consult, complete": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {2000, "a", hotline.ConsultStarted{Agent: "bob"}},
			{2500, "b", hotline.AgentJoined{Agent: "bob", As: hotline.AsConsulted}}, {2700, "b", agent(2600, 2700, "NO")},
			{3000, "a", hotline.AgentLeft{Agent: "anna", Still: "bob"}}, {3000, "b", hotline.ConsultEnded{How: hotline.ConsultComplete}},
			{3500, "b", agent(3100, 3400, "yes")}, {4000, "b", hotline.AgentLeft{Agent: "bob"}}, {4500, "b", agent(4100, 4400, "NO")}}, "person; hold; resumed; yes; bot"},
		"consult, join": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {2000, "a", hotline.ConsultStarted{Number: "123"}},
			{2500, "b", hotline.AgentJoined{Number: "123", As: hotline.AsConsulted}}, {3000, "a", hotline.ConsultEnded{How: hotline.ConsultJoin}},
			{3500, "b", agent(3100, 3400, "both")}, {4000, "a", hotline.AgentLeft{Agent: "anna", Still: "123"}}, {4500, "b", agent(4100, 4400, "yes")},
			{5000, "b", hotline.AgentLeft{Number: "123"}}}, "person; hold; resumed; both; yes; bot"},
		"consult, nobody": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {2000, "a", hotline.ConsultStarted{Skill: "x"}},
			{3000, "a", hotline.ConsultEnded{How: hotline.NoAgent}}, {3500, "a", agent(3100, 3400, "yes")}}, "person; hold; resumed; yes"},
		"lent to the bot": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {2000, "a", hotline.ReturnedToBot{Flow: "pay", By: "anna"}}, {2500, "a", agent(2100, 2400, "NO")},
			{3000, "a", hotline.AgentJoined{Agent: "anna", As: hotline.AsBack}}, {3500, "a", agent(3100, 3400, "yes")}}, "person; bot; person; yes"},
		"the line is lost on hold": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {1500, "a", hotline.Hold{On: true}}, {2000, "a", hotline.AgentLost{Agent: "anna"}},
			{2500, "a", agent(1600, 1900, "NO")}, {3000, "b", hotline.AgentLost{Agent: "anna", Back: true}}, {3000, "b", hotline.Hold{On: true}}, {3500, "b", agent(3100, 3400, "NO")},
			{4000, "b", hotline.Hold{}}, {4500, "b", agent(4100, 4400, "yes")}}, "person; hold; hold; resumed; hold; resumed; yes"},
		"a supervisor takes over": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {2000, "s", hotline.Supervised{User: "sue", Mode: hotline.ModeWhisper, On: true}},
			{3000, "a", hotline.AgentLeft{Agent: "anna", Still: "sue"}}, {3000, "s", hotline.AgentJoined{Number: "sue", As: hotline.AsSupervisor}},
			{3500, "s", agent(3100, 3400, "yes")}}, "person; person; yes"},
		"what is being said": {[]step{{100, "c", hotline.Partial{Who: "caller", Text: "I", Start: 50}}, {900, "a", hotline.Partial{Who: "agent", Text: "NO", Start: 800}},
			{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {1300, "a", hotline.Partial{Who: "agent", Text: "hel", Start: 1100}}, {1500, "a", agent(1100, 1400, "hello")},
			{1700, "a", hotline.Partial{Who: "agent", Text: "one mo", Start: 1600}}, {1800, "a", hotline.Hold{On: true}}, {2000, "a", hotline.Partial{Who: "agent", Text: "NO", Start: 1600}},
			{2200, "a", hotline.Partial{Who: "agent", Text: "NO", Start: 1600}}, {2300, "a", agent(1600, 2200, "NO")}}, "hearing I; person; hearing hel; hello; hearing one mo; hold; hearing "},
		"what was being said, and then not heard": {[]step{{1000, "a", hotline.AgentJoined{Agent: "anna"}}, {1300, "a", hotline.Partial{Who: "agent", Text: "hel", Start: 1100}},
			{1400, "a", hotline.ConsultStarted{Agent: "bob"}}, {1600, "a", agent(1100, 1500, "NO")}}, "person; hearing hel; hold; hearing "},
	} {
		c := newCaptioner()
		c.caption(hotline.Event{Leg: "c", Body: hotline.CallStarted{}})
		var told []string
		for i, s := range tt.steps {
			to, ok := c.caption(hotline.Event{Seq: uint64(i + 1), Leg: s.leg, Media: s.at, Body: s.body})
			switch {
			case ok && to.Kind == "heard":
				to.Kind = to.Text
			case ok && to.Kind == "hearing":
				to.Kind += " " + to.Text
			}
			if ok {
				told = append(told, to.Kind)
			}
		}
		if got := strings.Join(told, "; "); got != tt.want {
			t.Errorf("%s: told %s, want %s", name, got, tt.want)
		}
	}
	c := newCaptioner() // bounded, however often they hold
	for i := range hotline.Ms(10_000) {
		c.caption(hotline.Event{Media: i, Leg: "a", Body: hotline.AgentJoined{Agent: "anna"}})
		c.caption(hotline.Event{Media: i, Leg: "a", Body: hotline.AgentLeft{Agent: "anna"}})
	}
	if len(c.apart) > 101 {
		t.Errorf("%d times are kept", len(c.apart))
	}
}
