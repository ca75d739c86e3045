package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"hotline/kb"
	"hotline/web"
)

// KBConfig is for the knowledge that bots answer from.
type KBConfig struct {
	Crawl []CrawlConfig `yaml:"crawl"`
}

// A CrawlConfig is a site that is crawled again and again.
type CrawlConfig struct {
	Bot      string   `yaml:"bot"`      // whose knowledge; empty: the bot that answers any number
	URL      string   `yaml:"url"`      // where to begin
	Sitemaps []string `yaml:"sitemaps"` // beside those that robots.txt names
	Only     []string `yaml:"only"`     // path prefixes to stay within
	Every    Duration `yaml:"every"`    // 24h
	Policy   string   `yaml:"policy"`   // what becomes of changes: draft, live, or hold: a draft, and the old answer is not given meanwhile
	MaxPages int      `yaml:"max_pages"`
	Wait     Duration `yaml:"wait"`    // between two requests; 1s
	Private  bool     `yaml:"private"` // addresses of private networks and this machine are allowed
	Language string   `yaml:"language"`
	Segment  string   `yaml:"segment"`
}

func (c KBConfig) validate(bots []string, bad func(string, ...any)) {
	for _, s := range c.Crawl {
		if u, err := url.Parse(s.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			bad("kb.crawl: url %q: expected http:// or https:// and a host", s.URL)
		}
		switch s.Policy {
		case "", "draft", "live", "hold":
		default:
			bad("kb.crawl: %s: policy %q: expected draft, live or hold", s.URL, s.Policy)
		}
		if s.Bot != "" && !slices.Contains(bots, s.Bot) {
			bad("kb.crawl: %s: no number is answered by the bot %q", s.URL, s.Bot)
		}
	}
}

// crawler crawls the configured sites on their schedule.
type crawler struct {
	log  *slog.Logger
	jobs map[string][]kb.Job // by bot
	base map[string]*kb.Base

	mu    sync.Mutex
	at    map[string]*web.CrawlStatus // by bot and address
	order []string
	told  func(web.CrawlStatus) // of each crawl that ended; nil: nobody

	crawls *prometheus.CounterVec
	pages  *prometheus.CounterVec
}

func newCrawler(c Config, know *knowledge, def string, log *slog.Logger) (*crawler, error) {
	w := &crawler{log: log, jobs: map[string][]kb.Job{}, base: map[string]*kb.Base{}, at: map[string]*web.CrawlStatus{},
		crawls: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hotline_kb_crawls_total", Help: "Crawls of sites, by how they ended."}, []string{"site", "result"}),
		pages:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hotline_kb_crawl_pages_total", Help: "Pages crawled, by what became of them."}, []string{"site", "fate"})}
	for _, s := range c.KB.Crawl {
		bot := cmp.Or(s.Bot, def)
		base, err := know.base(bot)
		if err != nil {
			return nil, fmt.Errorf("kb.crawl: %s: %w", s.URL, err)
		}
		every := cmp.Or(time.Duration(s.Every), 24*time.Hour)
		policy := cmp.Or(s.Policy, "draft")
		w.base[bot] = base
		w.jobs[bot] = append(w.jobs[bot], kb.Job{
			Site: kb.Site{Start: []string{s.URL}, Sitemaps: s.Sitemaps, Only: s.Only, Every: every, MaxPages: s.MaxPages, Wait: time.Duration(s.Wait),
				Private: s.Private, Language: s.Language, Segment: s.Segment},
			Policy: kb.Policy{Live: policy == "live", Hold: policy == "hold"},
		})
		key := bot + " " + s.URL
		w.order = append(w.order, key)
		w.at[key] = &web.CrawlStatus{Bot: bot, Site: s.URL, Policy: policy, EveryS: int(every.Seconds()), New: []string{}, Changed: []string{}, Removed: []string{}, Failed: map[string]string{}}
	}
	return w, nil
}

// Describe and Collect make it a prometheus.Collector.
func (w *crawler) Describe(c chan<- *prometheus.Desc) { w.crawls.Describe(c); w.pages.Describe(c) }
func (w *crawler) Collect(c chan<- prometheus.Metric) { w.crawls.Collect(c); w.pages.Collect(c) }

// run crawls until ctx ends.
func (w *crawler) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for bot, jobs := range w.jobs {
		g.Go(func() error {
			err := w.base[bot].Schedule(ctx, jobs, kb.Watcher{
				Begins: func(j kb.Job) { w.note(bot, j, func(s *web.CrawlStatus) { s.Running = true }) },
				Ended:  func(j kb.Job, c kb.Crawled, next time.Time, err error) { w.ended(bot, j, c, next, err) },
			})
			for _, j := range jobs { // one that was cut short does not run on
				w.note(bot, j, func(s *web.CrawlStatus) { s.Running = false })
			}
			if ctx.Err() != nil {
				return nil
			}
			return err
		})
	}
	return g.Wait()
}

func (w *crawler) note(bot string, j kb.Job, f func(*web.CrawlStatus)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w.at[bot+" "+j.Site.Name()])
}

func (w *crawler) ended(bot string, j kb.Job, c kb.Crawled, next time.Time, err error) {
	site := j.Site.Name()
	result := "ok"
	if err != nil {
		result = "failed"
		w.log.Error("crawl failed; what there was stays", "site", site, "err", err)
	} else {
		w.log.Info("crawled", "site", site, "pages", c.Pages, "not_modified", c.NotModified, "new", len(c.New), "changed", len(c.Changed), "removed", len(c.Removed), "failed", len(c.Failed))
	}
	w.crawls.WithLabelValues(site, result).Inc()
	for fate, n := range map[string]int{"not_modified": c.NotModified, "read": c.Pages - c.NotModified - len(c.Failed) - len(c.Gone), "failed": len(c.Failed), "gone": len(c.Gone)} {
		w.pages.WithLabelValues(site, fate).Add(float64(max(0, n)))
	}
	w.note(bot, j, func(s *web.CrawlStatus) {
		s.Running, s.Last, s.Next, s.Error = false, time.Now(), next, ""
		if err != nil {
			s.Error = err.Error()
			return
		}
		s.Pages, s.Same = c.Pages, c.NotModified
		s.New, s.Changed, s.Removed = append([]string{}, c.New...), append([]string{}, c.Changed...), append([]string{}, c.Removed...)
		s.Failed = c.Failed
		if w.told != nil {
			w.told(*s)
		}
	})
}

func (w *crawler) status() (all []web.CrawlStatus) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, key := range w.order {
		all = append(all, *w.at[key])
	}
	return all
}
