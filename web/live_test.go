package web

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"hotline"
	"hotline/journal"
	"hotline/store/sqlite"
)

// aloud serves a journal with two open calls, of which one came to agent-1.
func aloud(t *testing.T) (j *journal.Journal, addr string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hotline.db"))
	if err != nil {
		t.Fatal(err)
	}
	if j, err = journal.Open(t.Context(), db, journal.Config{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := j.Close(ctx); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	_, s := newServer(t, func(c *Config) { c.Feed, c.Calls = j, j })
	for _, id := range []hotline.CallID{"call-1", "call-2"} {
		j.Append(hotline.Event{Call: id, Leg: "c", Body: hotline.CallStarted{}})
	}
	j.Append(hotline.Event{Call: "call-2", Body: hotline.Offered{Agent: "agent-1"}})
	addr, _ = serve(t, s)
	return j, addr
}

// followed reads a feed of lines; the first is there already.
func followed(t *testing.T, url string, header http.Header) (next func() string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Body.Close() })
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, r.Status)
	}
	lines := bufio.NewScanner(r.Body)
	return func() string {
		t.Helper()
		if !lines.Scan() {
			t.Fatalf("%s has ended: %v", url, lines.Err())
		}
		var v struct {
			Kind, Text string
			Body       struct{ Text string }
			Partial    *hotline.Told
		}
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		if v.Partial != nil {
			return string(v.Partial.Call) + " partial " + v.Partial.Text
		}
		return v.Kind + " " + v.Text + v.Body.Text
	}
}

// What is being said is told to those who ask for it and may see the call: a
// supervisor, the agent to whom the call came, the customer whose it is.
func TestWhoIsToldWhatIsBeingSaid(t *testing.T) {
	j, addr := aloud(t)
	api := "http://" + addr + "/api/v1/"
	mine := http.Header{secretHeader: {"of call-2"}}
	feeds := map[string]struct {
		next func() string
		want []string
	}{
		"a supervisor": {followed(t, api+"events?follow=1&partials=1&since=2", as(supervisor)),
			[]string{"offered ", "call-1 partial not for agent-1", "call-2 partial where", "heard where is it"}},
		"the agent, of all calls": {followed(t, api+"events?follow=1&partials=1&since=2", as(agent)), []string{"offered ", "call-2 partial where", "heard where is it"}},
		"the agent, of one call":  {followed(t, api+"calls/call-2/events?follow=1&partials=1&since=2", as(agent)), []string{"offered ", "call-2 partial where", "heard where is it"}},
		"who does not ask":        {followed(t, api+"events?follow=1&since=2", as(admin)), []string{"offered ", "heard where is it"}},
		"the customer":            {followed(t, api+"calls/call-2/captions?follow=1&partials=1", mine), []string{"answered ", "hearing where", "heard where is it"}},
		"a customer who does not": {followed(t, api+"calls/call-2/captions?follow=1", mine), []string{"answered ", "heard where is it"}},
	}
	j.Append(hotline.Event{Call: "call-2", Body: hotline.CallAnswered{}})
	for name, f := range feeds { // who has one is there
		for got := f.next(); got != f.want[0]; got = f.next() {
			t.Errorf("%s was told %q first", name, got)
		}
	}
	said := func(call hotline.CallID, text string) {
		j.Tell(hotline.Event{Call: call, Leg: "c", Media: 1200, Body: hotline.Partial{Who: "caller", Text: text, Start: 900}})
	}
	said("call-1", "not for agent-1")
	said("call-2", "where")
	j.Append(hotline.Event{Call: "call-2", Leg: "c", Body: hotline.Heard{Who: "caller", Text: "where is it"}})
	for name, f := range feeds {
		for _, want := range f.want[1:] {
			got := f.next()
			for got == "call.answered " {
				got = f.next()
			}
			if got != want {
				t.Errorf("%s was told %q, want %q", name, got, want)
			}
		}
	}
}

// The message fits the description, and has no number by which a reader resumes.
func TestPartialFits(t *testing.T) {
	m, ok := partialOf(hotline.Event{Call: "call-1", Leg: "c", At: time.Now(), Body: hotline.Partial{Who: "agent", Text: "hello", Language: "en"}})
	data, err := json.Marshal(m)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Partial", "DeskMessage"} {
		if err := schema(t, name).Validate(v); err != nil {
			t.Error(err)
		}
	}
	if _, is := partialOf(hotline.Event{Seq: 1, Body: hotline.Heard{}}); is {
		t.Error("an event is taken for one")
	}
}
