package kb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hotline/kb/crawl"
)

// Site is where to crawl and how far; see the package crawl.
type Site = crawl.Site

// Crawled is what came of a crawl.
type Crawled struct {
	Stored
	Pages       int               `json:"pages"` // visited
	NotModified int               `json:"not_modified"`
	Gone        []string          `json:"gone"`   // addresses
	Failed      map[string]string `json:"failed"` // addresses, with the reason; what they had stays as it was
}

// Crawl visits a site and takes in what has changed since the last time. Articles
// whose page, or whose place on it, is gone are removed if p.Live, and held until
// someone has looked if p.Hold.
func (b *Base) Crawl(ctx context.Context, site Site, p Policy) (Crawled, error) {
	if p.Note == "" {
		p.Note = "crawl of " + site.Name()
	}
	known, keys, err := b.pages(ctx, site.Name())
	if err != nil {
		return Crawled{}, fmt.Errorf("kb crawl: %w", err)
	}
	pages, err := crawl.Crawl(ctx, site, known)
	if err != nil {
		return Crawled{}, fmt.Errorf("kb crawl: %w", err)
	}
	var out Crawled
	err = b.change(ctx, "crawl", func(t tx) error {
		out = Crawled{Pages: len(pages), Failed: map[string]string{}}
		return t.crawled(site.Name(), pages, keys, p, &out)
	})
	return out, err
}

func (t tx) crawled(site string, pages []crawl.Page, before map[string][]string, p Policy, out *Crawled) error {
	now := time.Now()
	text := map[string]bool{} // bodies seen: a copy at another address is left out
	here := map[string]bool{} // keys that some page has
	// Of copies at several addresses, that which was there first stays the article.
	slices.SortStableFunc(pages, func(a, b crawl.Page) int { return min(1, len(before[b.URL])) - min(1, len(before[a.URL])) })
	for _, page := range pages {
		var keys []string
		switch page.Fate {
		case crawl.Failed:
			out.Failed[page.URL] = page.Err.Error()
			continue
		case crawl.Same:
			out.NotModified++
			for _, k := range before[page.URL] {
				here[k] = true
			}
			continue
		case crawl.Gone:
			if _, knew := before[page.URL]; knew {
				out.Gone = append(out.Gone, page.URL)
			}
			if err := t.exec(`DELETE FROM pages WHERE url = ?`, page.URL); err != nil {
				return err
			}
			continue
		}
		var as []Article
		for _, a := range page.Articles {
			if body := a.Language + a.Title + a.Body; !text[body] {
				text[body] = true
				as, keys = append(as, a), append(keys, a.Key())
				here[a.Key()] = true
			}
		}
		if err := t.put(as, p, now, &out.Stored); err != nil {
			return err
		}
		k, err := json.Marshal(keys)
		if err != nil {
			return err
		}
		l, err := json.Marshal(page.Links)
		if err != nil {
			return err
		}
		if err := t.exec(`INSERT OR REPLACE INTO pages (url, site, etag, modified, at, keys, links) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			page.URL, site, page.ETag, page.Modified, now.Unix(), string(k), string(l)); err != nil {
			return err
		}
	}
	for _, page := range pages {
		if page.Fate != crawl.Gone && page.Fate != crawl.Read {
			continue
		}
		for _, k := range before[page.URL] {
			if here[k] {
				continue
			}
			if err := t.gone(k, p, now, out); err != nil {
				return err
			}
		}
	}
	slices.Sort(out.Removed)
	return nil
}

// gone is for an article that its page no longer has.
func (t tx) gone(key string, p Policy, now time.Time, out *Crawled) error {
	live, _, held, err := serving(t.ctx, t, key)
	switch {
	case err != nil || live == 0:
		return err
	case p.Live:
		out.Removed = append(out.Removed, key)
		return t.remove(key, p.Note, now)
	case p.Hold && !held:
		if err := t.exec(`UPDATE live SET held = 1 WHERE key = ?`, key); err != nil {
			return err
		}
		return t.changed(key, live, Held, p.Note, now)
	}
	return nil
}

// pages are what is known of a site's pages, and the keys of their articles.
func (b *Base) pages(ctx context.Context, site string) (map[string]crawl.Known, map[string][]string, error) {
	known, keys := map[string]crawl.Known{}, map[string][]string{}
	err := rows(ctx, b.st.r, `SELECT url, etag, modified, keys, links FROM pages WHERE site = ?`, []any{site}, func(r *sql.Rows) error {
		var u, k, l string
		var p crawl.Known
		if err := r.Scan(&u, &p.ETag, &p.Modified, &k, &l); err != nil {
			return err
		}
		var ks []string
		if err := json.Unmarshal([]byte(k), &ks); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(l), &p.Links); err != nil {
			return err
		}
		known[u], keys[u] = p, ks
		return nil
	})
	return known, keys, err
}

// A Job is a site that is crawled again and again.
type Job struct {
	Site   Site // Every is how often; default a day
	Policy Policy
}

// A Watcher is told of the crawls of a schedule; either may be nil.
type Watcher struct {
	Begins func(Job)
	Ended  func(j Job, c Crawled, next time.Time, err error)
}

// Schedule crawls each site now and then again after its Every, until ctx ends.
// Sites are crawled one at a time.
func (b *Base) Schedule(ctx context.Context, jobs []Job, w Watcher) error {
	if len(jobs) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	due := make([]time.Time, len(jobs))
	for i := range due {
		due[i] = time.Now()
	}
	for {
		next := 0
		for i := range due {
			if due[i].Before(due[next]) {
				next = i
			}
		}
		timer := time.NewTimer(time.Until(due[next]))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		if w.Begins != nil {
			w.Begins(jobs[next])
		}
		c, err := b.Crawl(ctx, jobs[next].Site, jobs[next].Policy)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		every := jobs[next].Site.Every
		if every <= 0 {
			every = 24 * time.Hour
		}
		due[next] = time.Now().Add(every)
		if w.Ended != nil {
			w.Ended(jobs[next], c, due[next], err)
		}
	}
}
