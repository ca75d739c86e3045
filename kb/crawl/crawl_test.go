package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// A site for tests: pages by path, and what was asked for.
type testSite struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]string // "301 /to" redirects, "500" fails
	etags map[string]string
	asked map[string]int
	heads http.Header
}

func serve(t *testing.T, pages map[string]string) *testSite {
	s := &testSite{pages: pages, etags: map[string]string{}, asked: map[string]int{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *testSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[r.URL.Path]++
	s.heads = r.Header.Clone()
	p, ok := s.pages[r.URL.Path]
	tag := s.etags[r.URL.Path]
	switch to, redirect := strings.CutPrefix(p, "301 "); {
	case !ok:
		http.NotFound(w, r)
	case redirect:
		http.Redirect(w, r, to, http.StatusMovedPermanently)
	case p == "500":
		w.WriteHeader(500)
	case tag != "" && r.Header.Get("If-None-Match") == tag:
		w.WriteHeader(http.StatusNotModified)
	default:
		w.Header().Set("ETag", tag)
		kind := "text/html; charset=utf-8"
		if strings.HasSuffix(r.URL.Path, ".txt") {
			kind = "text/plain"
		}
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, strings.ReplaceAll(p, "HOST", "http://"+r.Host))
	}
}

func (s *testSite) site() Site {
	return Site{Start: []string{s.URL + "/"}, Wait: -1, Private: true}
}

// fates are the pages by path, with the text of their first article.
func (s *testSite) fates(t *testing.T, site Site, known map[string]Known) (map[string]string, map[string]Known) {
	t.Helper()
	pages, err := Crawl(t.Context(), site, known)
	if err != nil {
		t.Fatal(err)
	}
	got, next := map[string]string{}, map[string]Known{}
	for _, p := range pages {
		f := string(p.Fate)
		if len(p.Articles) > 0 {
			f += " " + p.Articles[0].Body
		}
		got[strings.TrimPrefix(p.URL, s.URL)] = f
		if p.Fate == Read || p.Fate == Same {
			next[p.URL] = Known{p.ETag, p.Modified, p.Links}
		}
	}
	return got, next
}

func expect(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: %s is %q, not %q", what, k, got[k], v)
		}
	}
	for k, v := range got {
		if _, ok := want[k]; !ok {
			t.Errorf("%s: %s came too: %q", what, k, v)
		}
	}
}

func TestCrawl(t *testing.T) {
	s := serve(t, map[string]string{
		"/robots.txt": "User-agent: *\nDisallow: /private\nSitemap: HOST/map.xml\n",
		"/map.xml":    "<sitemapindex><sitemap><loc>HOST/map2.xml</loc></sitemap><sitemap><loc>http://elsewhere.test/m.xml</loc></sitemap></sitemapindex>",
		"/map2.xml":   "<urlset><url><loc>HOST/lonely</loc></url><url><loc>http://elsewhere.test/</loc></url></urlset>",
		"/":           `<main>Home</main><a href="/a#part">a</a><a href="b?utm_source=x">b</a><a href="/private/x">p</a><a href="http://elsewhere.test/">e</a><a href="/logo.png">l</a><a href="/old">o</a><a href="/away">x</a>`,
		"/a":          `<main>About</main><a href="/">home</a><a href="/c">c</a>`,
		"/b":          `<meta name="robots" content="noindex"><main>Hidden</main><a href="/broken">d</a>`,
		"/c":          `<main>Deep</main>`,
		"/broken":     "500",
		"/old":        "301 /new",
		"/new":        "<main>New</main>",
		"/away":       "301 http://elsewhere.test/",
		"/lonely":     "<main>Lonely</main>",
		"/private/x":  "<main>Secret</main>",
	})
	s.etags["/a"] = `"1"`
	got, known := s.fates(t, s.site(), nil)
	expect(t, "first", got, map[string]string{"/": "read Home", "/a": "read About", "/b": "read", "/c": "read Deep", "/broken": "failed", "/old": "gone", "/new": "read New", "/away": "failed", "/lonely": "read Lonely"})
	if s.asked["/private/x"] != 0 || s.asked["/logo.png"] != 0 {
		t.Error("it asked for what it must not")
	}
	s.pages["/c"] = "<main>Deeper</main>"
	delete(s.pages, "/lonely")
	s.pages["/map2.xml"] = "<urlset></urlset>"
	s.pages["/"] = "<main>Home</main><a href='/a'>a</a>"
	got, _ = s.fates(t, s.site(), known)
	expect(t, "again", got, map[string]string{"/": "read Home", "/a": "same", "/b": "read", "/c": "read Deeper", "/broken": "failed", "/new": "read New", "/lonely": "gone"})
}

func TestBounds(t *testing.T) {
	pages := map[string]string{"/big": strings.Repeat("x", 2000)}
	for i := range 50 {
		pages[fmt.Sprintf("/%d", i)] = fmt.Sprintf(`<main>%d</main><a href="/%d">next</a>`, i, i+1)
	}
	s := serve(t, pages)
	site := s.site()
	site.Start = []string{s.URL + "/0"}
	site.MaxDepth = 3
	got, _ := s.fates(t, site, nil)
	expect(t, "depth", got, map[string]string{"/0": "read 0", "/1": "read 1", "/2": "read 2", "/3": "read 3"})
	site.MaxDepth, site.MaxPages = 100, 2
	got, _ = s.fates(t, site, nil)
	expect(t, "pages", got, map[string]string{"/0": "read 0", "/1": "read 1"})
	site.MaxPages, site.MaxTotal = 100, 60
	if got, _ = s.fates(t, site, nil); len(got) != 2 {
		t.Errorf("%d pages in 60 bytes", len(got))
	}
	site.Start, site.MaxTotal, site.MaxBytes = []string{s.URL + "/big"}, 0, 1000
	got, _ = s.fates(t, site, nil)
	expect(t, "bytes", got, map[string]string{"/big": "failed"})
	site.Start, site.Only = []string{s.URL + "/0"}, []string{"/docs"}
	if got, _ = s.fates(t, site, nil); len(got) != 0 {
		t.Errorf("outside of Only: %v", got)
	}
}

func TestGuard(t *testing.T) {
	s := serve(t, map[string]string{"/": "<main>Home</main>"})
	site := s.site()
	site.Private = false
	got, _ := s.fates(t, site, nil)
	expect(t, "private", got, map[string]string{"/": "failed"})
	if len(s.asked) != 0 {
		t.Error("it connected")
	}
	for a, want := range map[string]bool{"127.0.0.1": false, "::1": false, "10.0.0.1": false, "169.254.169.254": false, "::ffff:192.168.1.1": false, "100.64.0.1": false,
		"0.0.0.0": false, "224.0.0.1": false, "fe80::1": false, "fd00::1": false, "64:ff9b::a00:1": false, "8.8.8.8": true, "2606:4700::1": true} {
		if public(netip.MustParseAddr(a)) != want {
			t.Errorf("%s: public %v", a, !want)
		}
	}
	for _, start := range []string{"", "ftp://a/", "http://", "http://u:p@a/", "file:///etc/passwd"} {
		if _, err := Crawl(t.Context(), Site{Start: []string{start}}, nil); err == nil {
			t.Errorf("%q is a site", start)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Crawl(ctx, s.site(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte("<urlset><url><loc>http://a/</loc></url></urlset>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		pages, maps, _ := sitemap(data)
		if len(pages)+len(maps) > 50_000 {
			t.Error("too many")
		}
	})
}
