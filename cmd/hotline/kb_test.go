package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hotlineKB runs one command on a data folder.
func hotlineKB(t *testing.T, data string, args ...string) (string, error) {
	t.Helper()
	cmd := kbCommand()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(append(args, "--data", data))
	cmd.SilenceUsage = true
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// An article's whole life: imported as a draft, looked at, published, changed,
// and rolled back.
func TestKBCommands(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(t.TempDir(), "lava.md")
	write := func(text string) {
		if err := os.WriteFile(file, []byte("# Lava lamps\n\n"+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must := func(part string, args ...string) string {
		t.Helper()
		out, err := hotlineKB(t, data, args...)
		if err != nil || !strings.Contains(out, part) {
			t.Errorf("%v: no %q in\n%s%v", args, part, out, err)
		}
		return out
	}
	write("A lava lamp needs two hours to warm up.")
	must("would say that it does not know", "search", "how long does a lava lamp need to warm up")
	must("1 new", "import", file)
	must("draft", "list", "--drafts")
	must("would say that it does not know", "search", "how long does a lava lamp need to warm up")
	must("1 published", "publish")
	must("two hours", "search", "how long does a lava lamp need to warm up")
	write("A lava lamp needs three hours to warm up.")
	must("1 changed", "import", file, "--live", "--note", "measured")
	must("three hours", "search", "how long does a lava lamp need to warm up")
	must("version 1 of lava/en is live", "rollback", "lava/en")
	must("two hours", "search", "how long does a lava lamp need to warm up")
	must("+body: A lava lamp needs three hours", "diff", "lava/en", "1", "2")
	must("measured", "history", "lava/en")
	var hits []struct {
		Key     string
		Version int
		Prob    float64
	}
	if out := must("", "search", "bathroom lamp waterproof", "--lang", "en", "--json"); json.Unmarshal([]byte(out), &hits) != nil || len(hits) == 0 || hits[0].Key != "bathroom/en" {
		t.Errorf("the bot's own articles: %+v", hits)
	}
	for _, wrong := range [][]string{{"rollback", "none/en"}, {"rollback", "lava/en", "x"}, {"import", "no-such-file.md"}, {"list", "--bot", "nobody"}} {
		if out, err := hotlineKB(t, data, wrong...); err == nil {
			t.Errorf("%v: no error\n%s", wrong, out)
		}
	}
}

// A site is crawled, what changed is taken in, and a page that is as it was is
// not fetched again.
func TestKBCrawl(t *testing.T) {
	page, fetched := "Our candles burn for forty hours.", 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			_, _ = w.Write([]byte("User-agent: *\nDisallow: /secret\n"))
		case "/":
			_, _ = w.Write([]byte(`<html lang="en"><title>Shop</title><main><h1>Shop</h1><p>Welcome to the shop that sells candles of all kinds.</p><a href="/candles">Candles</a> <a href="/secret">Secret</a></main>`))
		case "/candles":
			w.Header().Set("ETag", `"`+page+`"`)
			if r.Header.Get("If-None-Match") == `"`+page+`"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fetched++
			_, _ = w.Write([]byte(`<html lang="en"><title>Candles</title><main><h1>How long do candles burn</h1><p>` + page + `</p></main>`))
		default:
			t.Errorf("%s was fetched", r.URL.Path)
		}
	}))
	defer site.Close()
	data := t.TempDir()
	crawl := func() string {
		t.Helper()
		out, err := hotlineKB(t, data, "crawl", site.URL+"/", "--private", "--live", "--wait", "1ms")
		if err != nil {
			t.Fatalf("%s%v", out, err)
		}
		return out
	}
	ask := func(want string) {
		t.Helper()
		if out, err := hotlineKB(t, data, "search", "how long do candles burn"); err != nil || !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s%v", want, out, err)
		}
	}
	crawl()
	ask("forty hours")
	if out := crawl(); fetched != 1 || !strings.Contains(out, "not modified") {
		t.Errorf("fetched %d times\n%s", fetched, out)
	}
	page = "Our candles burn for fifty hours."
	crawl()
	ask("fifty hours")
}
