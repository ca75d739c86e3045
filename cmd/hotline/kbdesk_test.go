package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hotline"
	"hotline/kb"
	"hotline/web"
)

// openDesk is the knowledge of the built-in shop as a server has it, with the
// sites to crawl.
func openDesk(t *testing.T, sites ...CrawlConfig) *kbDesk {
	t.Helper()
	c := defaults()
	c.Data, c.KB.Crawl = t.TempDir(), sites
	if err := c.validate(); err != nil {
		t.Fatal(err)
	}
	know, err := openKnowledge(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(know.close)
	w, err := newCrawler(c, know, "shop", discard)
	if err != nil {
		t.Fatal(err)
	}
	return &kbDesk{know, "shop", w}
}

// An article as a supervisor has it: written, looked at, published, found,
// changed and rolled back; a draft discarded.
func TestKBDesk(t *testing.T) {
	ctx := t.Context()
	k := openDesk(t)
	const key = "lava/en"
	in := web.ArticleInput{ID: "lava", Language: "en", Title: "Lava lamps", Questions: []string{"how long does a lava lamp need to warm up"}, Body: "Two hours."}
	found := func() string {
		t.Helper()
		hits, err := k.Search(ctx, web.KBQuery{Text: "how long does the lava lamp need to warm up", N: 3})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			if h.Article == key {
				return h.Body
			}
		}
		return ""
	}
	want := func(a web.Article, err error) func(version, live int, state string) {
		return func(version, live int, state string) {
			t.Helper()
			if err != nil || a.Version != version || a.Live != live || a.State != state || a.Origin != "editor" || len(a.History) == 0 {
				t.Errorf("%d live %d %s from %s, %v; want %d live %d %s", a.Version, a.Live, a.State, a.Origin, err, version, live, state)
			}
		}
	}
	want(k.Put(ctx, "", key, in, "ann"))(1, 0, "draft")
	if found() != "" {
		t.Error("a draft is found")
	}
	drafts, err := k.Articles(ctx, web.ArticleQuery{State: "draft", Limit: 10})
	if err != nil || len(drafts.Articles) != 1 || drafts.Articles[0].Key != key || drafts.Articles[0].Origin != "editor" {
		t.Errorf("drafts %+v, %v", drafts, err)
	}
	want(k.Decide(ctx, "", key, "publish", 1, "ann"))(1, 1, "live")
	if found() != "Two hours." {
		t.Errorf("found %q", found())
	}
	in.Body = "Three hours."
	want(k.Put(ctx, "", key, in, "ann"))(2, 1, "draft")
	if d, err := k.Diff(ctx, "", key, 0, 0); err != nil || !strings.Contains(d, "-body: Two hours.\n+body: Three hours.") {
		t.Errorf("diff %q, %v", d, err)
	}
	if _, err := k.Decide(ctx, "", key, "publish", 1, "ann"); hotline.ErrorCode(err) != hotline.EConflict {
		t.Errorf("published another version than was looked at: %v", err)
	}
	want(k.Decide(ctx, "", key, "discard", 0, "ann"))(1, 1, "live")
	in.Body, in.Publish = "Four hours.", true
	want(k.Put(ctx, "", key, in, "ann"))(3, 3, "live")
	if found() != "Four hours." {
		t.Errorf("found %q", found())
	}
	want(k.Decide(ctx, "", key, "rollback", 0, "ann"))(1, 1, "live")
	if found() != "Two hours." {
		t.Errorf("rolled back, found %q", found())
	}
	if a, err := k.Article(ctx, "", key, 2); err != nil || a.Body != "Three hours." || a.Version != 2 {
		t.Errorf("version 2 is %+v, %v", a, err)
	}
	for _, err := range []error{
		func() error { _, err := k.Article(ctx, "", "none/en", 0); return err }(),
		func() error { _, err := k.Search(ctx, web.KBQuery{Bot: "none", Text: "x"}); return err }(),
		func() error { _, err := k.Decide(ctx, "", key, "discard", 0, "ann"); return err }(),
	} {
		if hotline.ErrorCode(err) != hotline.ENotFound {
			t.Errorf("%v", err)
		}
	}
	if _, err := k.Put(ctx, "", "other/en", in, "ann"); hotline.ErrorCode(err) != hotline.EInvalid {
		t.Errorf("a key of another article: %v", err)
	}

	// Pages of the list follow one another.
	var keys []string
	for after := ""; ; {
		page, err := k.Articles(ctx, web.ArticleQuery{Language: "zh", After: after, Limit: 30})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Articles {
			keys = append(keys, a.Key)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(keys) < 80 || !slices.IsSorted(keys) || len(slices.Compact(keys)) != len(keys) {
		t.Errorf("%d articles in Chinese", len(keys))
	}
	if page, err := k.Articles(ctx, web.ArticleQuery{Text: "100%_ lava", Limit: 5}); err != nil || len(page.Articles) != 0 {
		t.Errorf("%+v, %v", page, err)
	}
	if page, err := k.Articles(ctx, web.ArticleQuery{Text: "LAVA hours", Limit: 5}); err != nil || len(page.Articles) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

// What agents give back: an answer to be learned, a vote, questions that somebody
// has taken care of.
func TestKBLearns(t *testing.T) {
	ctx := t.Context()
	k := openDesk(t)
	key, err := k.Learn(ctx, hotline.Call{ID: "c1", Bot: "shop"}, hotline.Learned{By: "agent-1", Question: "灯泡可以回收吗", Answer: "可以，请带到店里。"})
	if err != nil || !strings.HasSuffix(key, "/zh") {
		t.Fatalf("%s, %v", key, err)
	}
	if a, err := k.Article(ctx, "", key, 0); err != nil || a.Origin != "learned" || a.State != "draft" || a.Source != "call c1" || !strings.Contains(a.History[0].Note, "agent-1") {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := k.Decide(ctx, "", key, "publish", 0, "ann"); err != nil {
		t.Fatal(err)
	}
	if err := k.Feedback(ctx, "", web.KBFeedback{Article: key, Question: "旧灯泡怎么处理", Good: true}); err != nil {
		t.Fatal(err)
	}
	if err := k.Feedback(ctx, "", web.KBFeedback{Article: key, Good: true}); err != nil {
		t.Fatal(err)
	}
	if hits, err := k.Search(ctx, web.KBQuery{Text: "旧灯泡怎么处理", Language: "zh", N: 1}); err != nil || len(hits) != 1 || hits[0].Article != key {
		t.Errorf("a question that was answered well: %+v, %v", hits, err)
	}

	base := k.bases["shop"]
	for _, q := range []string{"do you repair zeppelins", "can you repair my zeppelin", "zeppelin repair please", "who won the cup final"} {
		if _, err := base.Search(ctx, kb.Query{Text: q, Language: "en", Record: true, Sure: 0.999}); err != nil {
			t.Fatal(err)
		}
	}
	groups, err := k.Questions(ctx, "", time.Time{}, 10)
	if err != nil || len(groups) != 2 || groups[0].Count != 3 || groups[0].ID == groups[1].ID {
		t.Fatalf("%+v, %v", groups, err)
	}
	if err := k.Resolve(ctx, "", groups[0].ID); err != nil {
		t.Fatal(err)
	}
	left, err := k.Questions(ctx, "", time.Time{}, 10)
	if err != nil || len(left) != 1 || left[0].ID != groups[1].ID {
		t.Errorf("left %+v, %v", left, err)
	}
	if err := k.Resolve(ctx, "", groups[0].ID); hotline.ErrorCode(err) != hotline.ENotFound {
		t.Errorf("once more: %v", err)
	}
}

// A server crawls by itself, as robots.txt allows, asks again only for what has
// changed, and tells how it stands.
func TestCrawlsOnSchedule(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	crawls := make(chan struct{}, 10)
	stamp := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /secret\n")
			return
		case "/":
			asked["/ "+r.Header.Get("If-None-Match")]++
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("If-None-Match") == `"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, `<title>Chandeliers</title><main>We clean chandeliers at your home for ninety euros.</main><a href="/secret/a">s</a><a href="/old">o</a>`)
		case "/old":
			asked["/old "+r.Header.Get("If-Modified-Since")]++
			w.Header().Set("Last-Modified", stamp)
			if r.Header.Get("If-Modified-Since") == stamp {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, `<title>Sconces</title><main>Sconces are made to measure within three weeks.</main>`)
		default:
			asked[r.URL.Path]++
		}
	}))
	defer site.Close()
	k := openDesk(t, CrawlConfig{URL: site.URL + "/", Every: Duration(time.Millisecond), Policy: "draft", Wait: Duration(time.Millisecond), Private: true})
	reg := prometheus.NewRegistry()
	reg.MustRegister(k.crawler)
	if s := k.Crawls(); len(s) != 1 || s[0].Bot != "shop" || s[0].Policy != "draft" || !s[0].Last.IsZero() {
		t.Errorf("before: %+v", s)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	var first web.CrawlStatus
	k.crawler.told = func(s web.CrawlStatus) {
		if first.Last.IsZero() {
			first = s
		}
		select {
		case crawls <- struct{}{}:
		default:
		}
	}
	go func() { done <- k.crawler.run(ctx) }()
	for range 2 {
		<-crawls
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if first.Pages != 2 || len(first.New) != 2 || first.Same != 0 || first.Error != "" || first.Next.IsZero() {
		t.Errorf("the first: %+v", first)
	}
	s := k.Crawls()[0]
	if s.Pages != 2 || s.Same != 2 || len(s.New) != 0 || s.Running {
		t.Errorf("the next: %+v", s)
	}
	mu.Lock()
	if asked["/secret/a"] != 0 || asked["/ "] != 1 || asked["/old "] != 1 || asked[`/ "1"`] == 0 || asked["/old "+stamp] == 0 {
		t.Errorf("asked for %v", asked)
	}
	mu.Unlock()
	list, err := k.Articles(t.Context(), web.ArticleQuery{State: "draft", Limit: 10})
	if err != nil || len(list.Articles) != 2 || list.Articles[0].Origin != "crawler" {
		t.Errorf("drafts %+v, %v", list, err)
	}
	families, err := reg.Gather()
	if err != nil || len(families) != 2 || len(families[0].Metric) != 4 || len(families[1].Metric) != 1 {
		t.Errorf("numbers %v, %v", families, err)
	}
}

func TestKBConfig(t *testing.T) {
	c := defaults()
	c.KB.Crawl = []CrawlConfig{{URL: "ftp://x"}, {URL: "https://x.example", Policy: "maybe"}, {URL: "https://x.example", Bot: "none"}}
	c.Desk.Dispositions = []DispositionConfig{{Code: "a", Name: map[string]string{"en": "A"}}, {Code: "a"}}
	c.Desk.ServiceLevel.Goal = 80
	err := c.validate()
	if err == nil {
		t.Fatal("taken")
	}
	for _, part := range []string{"ftp://x", `"maybe"`, `"none"`, "desk.dispositions", "desk.service_level.goal"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %s in %v", part, err)
		}
	}
}
