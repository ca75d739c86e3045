// Package crawl reads the pages of a web site, as a polite visitor: it obeys
// robots.txt, asks only for what has changed, waits between requests, and stays
// on the site and within its bounds.
//
// colly fetches: robots.txt, size limits and character sets are its work. The
// frontier is our own, because a page that has not changed (304) must still lead
// on to the pages it links to, and known pages must be asked for again to notice
// that they are gone.
package crawl

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"hotline/kb/article"
)

// A Site is where to crawl and how far. Zero bounds are the defaults.
type Site struct {
	Start    []string      // addresses to begin from; all on one host, or on Hosts
	Sitemaps []string      // addresses of sitemaps; those that robots.txt names are used too
	Hosts    []string      // host:port that belong to the site besides those of Start
	Only     []string      // path prefixes; empty is all
	Every    time.Duration // when to come again, for a schedule
	Wait     time.Duration // between two requests; default 1 s, negative none
	Timeout  time.Duration // of a request; default 20 s
	MaxPages int           // default 1,000
	MaxDepth int           // links from a start or a sitemap; default 5
	MaxBytes int           // of one page; default 5 MB
	MaxTotal int64         // of all pages; default 500 MB
	Agent    string        // who we say we are
	Private  bool          // addresses of private networks and this machine are allowed
	Language string        // of the articles, if their pages do not say
	Segment  string        // of customers that the site is for
}

// Name tells sites apart: the first address.
func (s *Site) Name() string {
	if len(s.Start) > 0 {
		return s.Start[0]
	}
	if len(s.Sitemaps) > 0 {
		return s.Sitemaps[0]
	}
	return ""
}

func (s Site) withDefaults() Site {
	def := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	def(&s.MaxPages, 1000)
	def(&s.MaxDepth, 5)
	def(&s.MaxBytes, 5<<20)
	if s.MaxTotal == 0 {
		s.MaxTotal = 500 << 20
	}
	if s.Wait == 0 {
		s.Wait = time.Second
	}
	if s.Timeout == 0 {
		s.Timeout = 20 * time.Second
	}
	if s.Agent == "" {
		s.Agent = "hotline-kb/1.0"
	}
	return s
}

// Known is what an earlier crawl saw of a page.
type Known struct {
	ETag, Modified string
	Links          []string
}

// Fate is what became of a page.
type Fate string

const (
	Read   Fate = "read"   // it has these articles, perhaps none
	Same   Fate = "same"   // not modified since
	Gone   Fate = "gone"   // 404, 410, or it asks not to be kept
	Failed Fate = "failed" // not reached, or not understood: nothing is known about it
)

// A Page is one address visited.
type Page struct {
	URL            string
	Fate           Fate
	ETag, Modified string
	Links          []string // on the site
	Articles       []article.Article
	Err            error // Failed: why
}

// Crawl visits the site once. known are its pages from before; each is asked for
// again. The error is for the site as a whole: bad addresses, or ctx ended; pages
// that fail are among the pages.
func Crawl(ctx context.Context, site Site, known map[string]Known) ([]Page, error) {
	v := visitor{site: site.withDefaults(), known: known, hosts: map[string]bool{}, queued: map[string]bool{}}
	if err := v.begin(); err != nil {
		return nil, err
	}
	v.collect(ctx)
	v.sitemaps(ctx)
	for _, u := range sortedKeys(known) {
		v.push(u, 0)
	}
	for len(v.queue) > 0 && v.visited < v.site.MaxPages && v.total < v.site.MaxTotal {
		next := v.queue[0]
		v.queue = v.queue[1:]
		if err := v.wait(ctx); err != nil {
			return v.pages, err
		}
		v.visit(next)
	}
	return v.pages, ctx.Err()
}

func sortedKeys(m map[string]Known) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

type visitor struct {
	site    Site
	known   map[string]Known
	hosts   map[string]bool // "http://127.0.0.1:80"
	queue   []step
	queued  map[string]bool
	pages   []Page
	visited int
	total   int64
	started bool // a request was made
	fetch   *colly.Collector
	got     *colly.Response // of the request under way
	failed  error
}

type step struct {
	url   string
	depth int
}

func (v *visitor) begin() error {
	if len(v.site.Start)+len(v.site.Sitemaps) == 0 {
		return errors.New("a site needs an address to start from")
	}
	for _, raw := range append(slices.Clone(v.site.Start), v.site.Sitemaps...) {
		u, err := url.Parse(raw)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return fmt.Errorf("%q is no address of a site", raw)
		}
		v.hosts[strings.ToLower(u.Host)] = true
	}
	for _, h := range v.site.Hosts {
		v.hosts[strings.ToLower(h)] = true
	}
	for _, raw := range v.site.Start {
		v.push(raw, 0)
	}
	return nil
}

// push queues an address if it is on the site and new.
func (v *visitor) push(raw string, depth int) {
	u, ok := v.ours(nil, raw)
	if !ok || v.queued[u] || depth > v.site.MaxDepth || len(v.queued) > 100_000 {
		return
	}
	v.queued[u] = true
	v.queue = append(v.queue, step{u, depth})
}

// ours is an address in its plainest form, if it is on the site.
func (v *visitor) ours(base *url.URL, raw string) (string, bool) {
	if len(raw) > 2000 {
		return "", false
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return "", false
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Host = strings.ToLower(u.Host)
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil || !v.hosts[u.Host] {
		return "", false
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	if q := u.Query(); len(q) > 0 {
		for k := range q {
			if strings.HasPrefix(k, "utm_") || k == "fbclid" || k == "gclid" {
				q.Del(k)
			}
		}
		u.RawQuery = q.Encode()
	}
	if !v.site.covers(u.Path) || otherMedia[strings.ToLower(path.Ext(u.Path))] {
		return "", false
	}
	return u.String(), true
}

func (s *Site) covers(path string) bool {
	return len(s.Only) == 0 || slices.ContainsFunc(s.Only, func(p string) bool { return strings.HasPrefix(path, p) })
}

// otherMedia are endings that are no page.
var otherMedia = map[string]bool{".jpg": true, ".jpeg": true, ".png": true, ".gif": true, ".svg": true, ".webp": true, ".ico": true, ".css": true, ".js": true,
	".pdf": true, ".zip": true, ".gz": true, ".mp3": true, ".mp4": true, ".wav": true, ".woff": true, ".woff2": true, ".xml": true, ".exe": true, ".dmg": true}

// wait keeps the distance between two requests.
func (v *visitor) wait(ctx context.Context) error {
	if !v.started || v.site.Wait <= 0 {
		v.started = true
		return ctx.Err()
	}
	t := time.NewTimer(v.site.Wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// collect makes the collector that does all requests, one at a time.
func (v *visitor) collect(ctx context.Context) {
	c := colly.NewCollector(colly.StdlibContext(ctx), colly.UserAgent(v.site.Agent), colly.MaxBodySize(v.site.MaxBytes),
		colly.AllowURLRevisit(), colly.ParseHTTPErrorResponse(), colly.DetectCharset())
	c.IgnoreRobotsTxt = false
	c.WithTransport(transport(v.site.Private))
	c.SetRequestTimeout(v.site.Timeout)
	c.DisableCookies()
	c.SetRedirectHandler(func(r *http.Request, via []*http.Request) error {
		if len(via) >= 5 {
			return errors.New("too many redirects")
		}
		if !v.hosts[strings.ToLower(r.URL.Host)] {
			return fmt.Errorf("redirected off the site, to %s", r.URL.Host)
		}
		return nil
	})
	c.OnResponse(func(r *colly.Response) { v.got = r })
	c.OnError(func(r *colly.Response, err error) { v.failed = err })
	v.fetch = c
}

// get fetches one address.
func (v *visitor) get(addr string, head http.Header) (*colly.Response, error) {
	v.got, v.failed = nil, nil
	err := v.fetch.Request(http.MethodGet, addr, nil, nil, head)
	if err == nil {
		err = v.failed
	}
	if v.got != nil {
		v.total += int64(len(v.got.Body))
		if err == nil && len(v.got.Body) >= v.site.MaxBytes {
			err = fmt.Errorf("larger than %d bytes", v.site.MaxBytes)
		}
	}
	if err == nil && v.got == nil {
		err = errors.New("no answer")
	}
	return v.got, err
}

func (v *visitor) visit(s step) {
	v.visited++
	before, knew := v.known[s.url]
	head := http.Header{}
	if before.ETag != "" {
		head.Set("If-None-Match", before.ETag)
	}
	if before.Modified != "" {
		head.Set("If-Modified-Since", before.Modified)
	}
	p := Page{URL: s.url, Fate: Failed}
	r, err := v.get(s.url, head)
	switch {
	case errors.Is(err, colly.ErrRobotsTxtBlocked):
		if !knew {
			return
		}
		p.Fate = Gone
	case err != nil:
		p.Err = err
	case r.StatusCode == http.StatusNotModified && knew:
		p.Fate, p.ETag, p.Modified, p.Links = Same, before.ETag, before.Modified, before.Links
	case r.StatusCode == http.StatusNotFound || r.StatusCode == http.StatusGone:
		p.Fate = Gone
	case r.StatusCode != http.StatusOK:
		p.Err = fmt.Errorf("status %d", r.StatusCode)
	default:
		v.read(&p, r)
	}
	for _, l := range p.Links {
		v.push(l, s.depth+1)
	}
	v.pages = append(v.pages, p)
}

// read makes articles of a page.
func (v *visitor) read(p *Page, r *colly.Response) {
	if to, ok := v.ours(nil, r.Request.URL.String()); !ok || to != p.URL { // redirected: what is there belongs to that address
		p.Fate = Gone
		if ok {
			p.Links = []string{to}
		}
		return
	}
	if kind, _, _ := mime.ParseMediaType(r.Headers.Get("Content-Type")); kind != "text/html" && kind != "application/xhtml+xml" {
		p.Fate = Gone
		return
	}
	page, err := article.HTML(r.Body)
	if err != nil {
		p.Err = err
		return
	}
	p.ETag, p.Modified, p.Fate = r.Headers.Get("ETag"), r.Headers.Get("Last-Modified"), Read
	if !page.NoFollow {
		seen := map[string]bool{}
		for _, l := range page.Links {
			if u, ok := v.ours(r.Request.URL, l); ok && !seen[u] && u != p.URL {
				seen[u] = true
				p.Links = append(p.Links, u)
			}
		}
	}
	if page.NoIndex || strings.Contains(strings.ToLower(r.Headers.Get("X-Robots-Tag")), "noindex") {
		return
	}
	if page.Canon != "" {
		if canon, ok := v.ours(r.Request.URL, page.Canon); ok && canon != p.URL {
			p.Links = append(p.Links, canon)
			return
		}
	}
	for i := range page.Articles {
		a := &page.Articles[i]
		a.Segment = v.site.Segment
		if a.Language == "" {
			a.Language = v.site.Language
		}
	}
	u, _ := url.Parse(p.URL)
	id := strings.TrimSuffix(u.Host+u.RequestURI(), "/")
	if as, err := article.Complete(page.Articles, id, p.URL); err == nil {
		p.Articles = as
	}
}
