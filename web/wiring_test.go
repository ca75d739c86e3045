package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"hotline"
	"hotline/acd"
	"hotline/auth"
	"hotline/journal"
	"hotline/store"
	"hotline/store/sqlite"
	"hotline/web"
)

var (
	_ web.Feed      = (*journal.Journal)(nil)
	_ web.Calls     = (*journal.Journal)(nil)
	_ web.Agents    = (*acd.Desk)(nil)
	_ web.Auth      = (*auth.Directory)(nil)
	_ web.Remarks   = (*journal.Journal)(nil)
	_ web.Presence  = (*acd.Desk)(nil)
	_ web.Reports   = (*sqlite.DB)(nil)
	_ journal.Store = (*sqlite.DB)(nil)
)

// The real parts together: what is appended comes out at the other end, in the
// list and in the feed, and closing them all ends the followers.
func TestTogether(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), store.Database))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	j, err := journal.Open(t.Context(), db, journal.Config{})
	if err != nil {
		t.Fatal(err)
	}
	desk, err := acd.New(acd.Config{Agents: []hotline.Agent{{ID: "agent-1", Skills: []string{"billing"}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	people, err := auth.Open(t.Context(), filepath.Join(t.TempDir(), auth.Database), auth.Config{Cost: auth.Cost{Memory: 64, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer people.Close()
	token, err := people.AddToken(t.Context(), hotline.Identity{}, hotline.Token{Name: "test", Role: hotline.RoleSupervisor})
	if err != nil {
		t.Fatal(err)
	}
	s := web.New(web.Config{Feed: j, Calls: j, Agents: desk, Auth: people, Ready: j.Ready})
	ln, err := web.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln, 5*time.Second) }()
	base := "http://" + ln.Addr().String()

	get := func(path string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), "GET", base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token.Secret)
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	feed := get("/api/v1/events?follow=1")
	defer feed.Body.Close()
	id := store.NewCallID(time.Now())
	j.Append(hotline.Event{Call: id, Body: hotline.CallStarted{Direction: "in", From: "alice"}})
	lines := bufio.NewScanner(feed.Body)
	var ev hotline.Event
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &ev) != nil || ev.Seq != 1 || ev.Call != id {
		t.Errorf("the feed has %q", lines.Bytes())
	}
	r := get("/api/v1/calls?state=live")
	defer r.Body.Close()
	var list struct{ Calls []hotline.Call }
	if err := json.NewDecoder(r.Body).Decode(&list); err != nil || len(list.Calls) != 1 || list.Calls[0].ID != id {
		t.Errorf("the list has %+v, %v", list, err)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if err := j.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
