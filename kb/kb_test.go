package kb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"hotline"
	"hotline/kb"
)

// What dialog.Searcher asks; dialog is not imported here.
var _ interface {
	Search(ctx context.Context, q hotline.Question, n int) ([]hotline.Passage, error)
} = (*kb.Index)(nil)

func open(t *testing.T, dir string) *kb.Base {
	t.Helper()
	b, err := kb.Open(t.Context(), dir, kb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

var shop = []kb.Article{
	{ID: "returns", Language: "en", Title: "Returns", Questions: []string{"How do I return an item?", "Can I send it back?"}, Body: "You can return anything within 30 days.", Spoken: "You have thirty days to return it."},
	{ID: "returns", Language: "zh", Title: "退货", Questions: []string{"怎么退货？", "可以退换吗？"}, Body: "三十天之内可以退货。"},
	{ID: "returns", Language: "en", Segment: "vip", Title: "Returns", Questions: []string{"How do I return an item?"}, Body: "You can return anything within 90 days."},
	{ID: "hours", Language: "en", Title: "Opening hours", Questions: []string{"When are you open?"}, Body: "Nine to five."},
	{ID: "hours", Language: "zh", Title: "营业时间", Questions: []string{"几点开门？"}, Body: "早上九点到晚上九点。"},
	{ID: "delivery", Language: "en", Title: "Delivery", Questions: []string{"How long does delivery take?", "Where is my parcel?"}, Body: "Two days."},
	{ID: "delivery", Language: "zh", Title: "送货", Questions: []string{"送货要多久？", "快递什么时候到？"}, Body: "两天。"},
	{ID: "sale", Language: "en", Title: "Summer sale", Questions: []string{"Is there a summer sale?"}, Body: "Half price.", From: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)},
}

func put(t *testing.T, b *kb.Base, p kb.Policy, as ...kb.Article) kb.Stored {
	t.Helper()
	s, err := b.Put(t.Context(), as, p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// best is the body of the best hit, or "".
func best(t *testing.T, b *kb.Base, q kb.Query) string {
	t.Helper()
	hits, err := b.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(hits) == 0 {
		return ""
	}
	return hits[0].Body
}

func TestSearch(t *testing.T) {
	b := open(t, t.TempDir())
	put(t, b, kb.Policy{Live: true}, shop...)
	july := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		q    kb.Query
		want string
	}{
		{kb.Query{Text: "I would like to return this"}, "You can return anything within 30 days."},
		{kb.Query{Text: "i want to return an item", Segment: "vip"}, "You can return anything within 90 days."},
		{kb.Query{Text: "i want to return an item", Segment: "new"}, "You can return anything within 30 days."},
		{kb.Query{Text: "when do you open"}, "Nine to five."},
		{kb.Query{Text: "我想退货"}, "三十天之内可以退货。"},
		{kb.Query{Text: "我想推货", Language: "zh"}, "三十天之内可以退货。"}, // misheard: the same sound
		{kb.Query{Text: "你们几点开门啊"}, "早上九点到晚上九点。"},
		{kb.Query{Text: "is there a summer sale", At: july}, "Half price."},
		{kb.Query{Text: "how long does the de livery take"}, "Two days."},
		{kb.Query{Text: "weather", Alternatives: []string{"where is my parcel"}}, "Two days."},
	} {
		if got := best(t, b, c.q); got != c.want {
			t.Errorf("%+v: %q", c.q, got)
		}
	}
	for _, q := range []kb.Query{{Text: "is there a summer sale", At: july.AddDate(1, 0, 0)}, {Text: "", N: 3}, {Text: "怎么退货", Language: "en"}} {
		hits, err := b.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			if h.ID == "sale" || h.Language == "zh" {
				t.Errorf("%+v: %s", q, h.Key)
			}
		}
	}
	if _, err := b.Search(t.Context(), kb.Query{Text: strings.Repeat("return 退货 ", 100_000)}); err != nil {
		t.Error(err)
	}
}

// Each version is served while it is live, and never after.
func TestVersions(t *testing.T) {
	ctx := t.Context()
	b := open(t, t.TempDir())
	hours := kb.Article{ID: "hours", Language: "en", Title: "Opening hours", Questions: []string{"When are you open?"}, Body: "Nine to five."}
	ask := func() string { return best(t, b, kb.Query{Text: "when are you open"}) }
	if s := put(t, b, kb.Policy{}, hours); len(s.New) != 1 || ask() != "" {
		t.Fatalf("a draft is served: %+v", s)
	}
	if done, err := b.Publish(ctx, "first"); err != nil || len(done) != 1 || ask() != "Nine to five." {
		t.Fatalf("publish: %v %v %q", done, err, ask())
	}
	if s := put(t, b, kb.Policy{}, hours); s.Same != 1 || len(s.New)+len(s.Changed) != 0 {
		t.Errorf("the same again: %+v", s)
	}
	hours.Body = "Ten to six."
	put(t, b, kb.Policy{}, hours)
	if ask() != "Nine to five." {
		t.Errorf("a draft took over: %q", ask())
	}
	d, err := b.Diff(ctx, "hours/en", 0, 0)
	if err != nil || !strings.Contains(d, "-body: Nine to five.\n+body: Ten to six.\n") {
		t.Errorf("diff: %v\n%s", err, d)
	}
	if l, err := b.List(ctx, true); err != nil || len(l) != 1 || l[0].Version != 2 || l[0].Live != 1 || !l[0].Draft {
		t.Errorf("list: %+v %v", l, err)
	}
	if _, err := b.Publish(ctx, "second", "hours/en"); err != nil || ask() != "Ten to six." {
		t.Errorf("publish: %v %q", err, ask())
	}
	if v, err := b.Rollback(ctx, "wrong", "hours/en", 0); err != nil || v != 1 || ask() != "Nine to five." {
		t.Errorf("rollback: %d %v %q", v, err, ask())
	}
	if s := put(t, b, kb.Policy{Live: true}, hours); s.Same != 1 || ask() != "Nine to five." {
		t.Errorf("what was rolled back came again by itself: %+v", s)
	}
	if l, err := b.List(ctx, true); err != nil || len(l) != 0 {
		t.Errorf("what was rolled back waits: %+v %v", l, err)
	}
	hours.Body = "Eleven to seven."
	put(t, b, kb.Policy{Hold: true}, hours)
	if ask() != "" {
		t.Errorf("served while held: %q", ask())
	}
	hours.Body = "Nine to five."
	if put(t, b, kb.Policy{Hold: true}, hours); ask() != "Nine to five." {
		t.Errorf("not served again: %q", ask())
	}
	if err := b.Remove(ctx, "", "hours/en"); err != nil || ask() != "" {
		t.Errorf("remove: %v %q", err, ask())
	}
	if v, err := b.Rollback(ctx, "back", "hours/en", 2); err != nil || v != 2 || ask() != "Ten to six." {
		t.Errorf("rollback of a removal: %d %v %q", v, err, ask())
	}
	h, err := b.History(ctx, "hours/en")
	var did []string
	for _, c := range h {
		did = append(did, fmt.Sprint(c.What, c.Version))
	}
	if want := "draft1 publish1 draft2 publish2 rollback1 draft3 hold1 discard3 confirm1 remove3 rollback2"; err != nil || strings.Join(did, " ") != want {
		t.Errorf("history: %v\n got %s\nwant %s", err, strings.Join(did, " "), want)
	}
	for _, err := range []error{
		func() error { _, err := b.Publish(ctx, "", "nothing/en"); return err }(),
		func() error { _, err := b.Rollback(ctx, "", "nothing/en", 0); return err }(),
		func() error { _, err := b.Rollback(ctx, "", "hours/en", 99); return err }(),
		func() error { _, _, err := b.Get(ctx, "nothing/en", 0); return err }(),
		b.Remove(ctx, "", "nothing/en"), b.Feedback(ctx, "nothing/en", "x", true),
	} {
		if hotline.ErrorCode(err) != hotline.ENotFound {
			t.Errorf("%v", err)
		}
	}
	if _, err := b.Put(ctx, []kb.Article{{ID: "x", Language: "en", Segment: "a/b"}}, kb.Policy{}); hotline.ErrorCode(err) != hotline.EInvalid {
		t.Errorf("%v", err)
	}
}

// What one process changes, another sees at its next search; and it is all there
// after both have gone.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	server, tool := open(t, dir), open(t, dir)
	put(t, tool, kb.Policy{Live: true}, shop...)
	put(t, tool, kb.Policy{Live: true}, kb.Article{ID: "hours", Language: "en", Title: "Opening hours", Questions: []string{"When are you open?"}, Body: "Never."})
	if got := best(t, server, kb.Query{Text: "when are you open"}); got != "Never." && got != "" {
		t.Errorf("stale: %q", got)
	}
	if err := server.Close(); err != nil { // waits for the index under way
		t.Fatal(err)
	}
	if got := best(t, open(t, dir), kb.Query{Text: "when are you open"}); got != "Never." {
		t.Errorf("after opening again: %q", got)
	}
}

// Searches that run while an article changes get a version that was live.
func TestSearchWhilePublishing(t *testing.T) {
	b := open(t, t.TempDir())
	put(t, b, kb.Policy{Live: true}, shop...)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := b.Search(t.Context(), kb.Query{Text: "when are you open", Record: true, Sure: 1}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 8 {
		a := shop[3]
		a.Body = fmt.Sprint("From ", i)
		put(t, b, kb.Policy{Live: true}, a)
		if got := best(t, b, kb.Query{Text: "when are you open", Language: "en"}); got != a.Body {
			t.Errorf("%q after %q was published", got, a.Body)
		}
	}
	close(stop)
	wg.Wait()
}

func TestIndexAndUnanswered(t *testing.T) {
	b := open(t, t.TempDir())
	put(t, b, kb.Policy{Live: true}, shop...)
	x := b.Index(kb.Query{Language: "en"})
	got, err := x.Search(t.Context(), hotline.Question{Text: "how do i return an item"}, 1)
	if err != nil || len(got) != 1 || got[0].Doc != "returns/en" || got[0].Version != "1" || got[0].Text != "You have thirty days to return it." || got[0].Score < kb.Sure {
		t.Fatalf("%+v %v", got, err)
	}
	for _, q := range []string{"do you sell gift cards", "can i buy a gift card", "gift card please", "who painted the mona lisa", "reset 4111 1111 1111 1111"} {
		if got, err := x.Search(t.Context(), hotline.Question{Text: q}, 3); err != nil || len(got) != 0 {
			t.Errorf("%q: %+v %v", q, got, err)
		}
	}
	gs, err := b.Unanswered(t.Context(), time.Time{}, 10)
	if err != nil || len(gs) == 0 || gs[0].Count != 3 || !strings.Contains(gs[0].Question, "gift card") {
		t.Fatalf("%+v %v", gs, err)
	}
	for _, g := range gs {
		if strings.Contains(g.Question, "4111") {
			t.Errorf("a number was kept: %q", g.Question)
		}
	}
	if err := b.Feedback(t.Context(), "delivery/en", "do you do gift cards", true); err != nil {
		t.Fatal(err)
	}
	if got, err := x.Search(t.Context(), hotline.Question{Text: "do you do gift cards"}, 1); err != nil || len(got) != 1 || got[0].Doc != "delivery/en" {
		t.Errorf("feedback: %+v %v", got, err)
	}
}

func TestImport(t *testing.T) {
	b := open(t, t.TempDir())
	fsys := fstest.MapFS{
		"en/hours.md": {Data: []byte("---\nquestions: [When are you open?]\n---\n# Hours\n\nNine to five.\n")}, "zh/hours.md": {Data: []byte("# 营业时间\n\n九点到五点。\n")},
		"README.md": {Data: []byte("# Not knowledge\n\nx")}, ".git/x.md": {Data: []byte("x")}, "a.png": {Data: []byte("x")},
	}
	s, err := b.ImportFS(t.Context(), fsys, kb.Policy{Live: true})
	if err != nil || strings.Join(s.New, " ") != "hours/en hours/zh" {
		t.Fatalf("%+v %v", s, err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "more.csv")
	if err := os.WriteFile(file, []byte("question,answer\nWhere?,Here\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{file, dir} {
		if s, err := b.Import(t.Context(), name, kb.Policy{}); err != nil || len(s.New)+s.Same != 1 || s.Same != i {
			t.Errorf("%s: %+v %v", name, s, err)
		}
	}
	fsys["en/other.md"] = &fstest.MapFile{Data: []byte("---\nid: hours\n---\nTwice\n")}
	if _, err := b.ImportFS(t.Context(), fsys, kb.Policy{}); err == nil {
		t.Error("an article in two files")
	}
	if _, err := b.Import(t.Context(), filepath.Join(dir, "none"), kb.Policy{}); err == nil {
		t.Error("a file that is not there")
	}
}

func TestCrawl(t *testing.T) {
	var mu sync.Mutex
	pages := map[string]string{"/": `<main>We sell lamps and chairs of all kinds.</main><a href="/hours">h</a><a href="/copy">c</a>`, "/hours": "<title>Opening hours</title><main>We are open from nine to five.</main>",
		"/copy": "<title>Opening hours</title><main>We are open from nine to five.</main>", "/faq": ""}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		p, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, p)
	}))
	defer srv.Close()
	set := func(path, page string) {
		mu.Lock()
		defer mu.Unlock()
		if pages[path] = page; page == "" {
			delete(pages, path)
		}
	}
	b := open(t, t.TempDir())
	site := kb.Site{Start: []string{srv.URL + "/"}, Wait: -1, Private: true}
	crawl := func(p kb.Policy) kb.Crawled {
		t.Helper()
		c, err := b.Crawl(t.Context(), site, p)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	ask := func() string { return best(t, b, kb.Query{Text: "what are the opening hours"}) }
	if c := crawl(kb.Policy{Live: true}); len(c.New) != 2 || c.Pages != 3 || !strings.Contains(ask(), "nine to five") {
		t.Fatalf("%+v %q", c, ask())
	}
	if c := crawl(kb.Policy{Live: true}); len(c.New)+len(c.Changed)+len(c.Removed) != 0 {
		t.Errorf("nothing changed: %+v", c)
	}
	set("/copy", "")
	set("/hours", "<title>Opening hours</title><main>We are open from ten to six.</main>")
	if c := crawl(kb.Policy{Hold: true}); len(c.Changed) != 1 || strings.Contains(ask(), "nine to five") {
		t.Errorf("the page changed and the old answer is served: %+v %q", c, ask())
	}
	if _, err := b.Publish(t.Context(), ""); err != nil || !strings.Contains(ask(), "ten to six") {
		t.Errorf("%v %q", err, ask())
	}
	set("/hours", "")
	if c := crawl(kb.Policy{Live: true}); len(c.Removed) != 1 || len(c.Gone) != 1 || strings.Contains(ask(), "ten to six") {
		t.Errorf("the page is gone: %+v %q", c, ask())
	}
	ctx, cancel := context.WithCancel(t.Context())
	began := 0
	err := b.Schedule(ctx, []kb.Job{{Site: site}}, kb.Watcher{Begins: func(kb.Job) { began++ }, Ended: func(_ kb.Job, c kb.Crawled, next time.Time, err error) {
		if err != nil || c.Pages != 3 || time.Until(next) < 23*time.Hour { // the start, and the two it links to
			t.Errorf("%+v %v, next %v", c, err, next)
		}
		cancel()
	}})
	if err != context.Canceled || began != 1 {
		t.Errorf("schedule: %v", err)
	}
}
