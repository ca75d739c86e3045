package crawl

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
)

const maxSitemaps = 50

// sitemaps queues the pages that the sitemaps list: those configured, and those
// that robots.txt names.
func (v *visitor) sitemaps(ctx context.Context) {
	maps := append([]string{}, v.site.Sitemaps...)
	robots := map[string]bool{}
	for _, s := range v.site.Start {
		if u, err := url.Parse(s); err == nil {
			robots[u.Scheme+"://"+u.Host+"/robots.txt"] = true
		}
	}
	for addr := range robots {
		if v.wait(ctx) != nil {
			return
		}
		r, err := v.get(addr, nil)
		if err != nil || r.StatusCode != 200 {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(r.Body))
		for lines.Scan() {
			key, value, _ := strings.Cut(lines.Text(), ":")
			if strings.EqualFold(strings.TrimSpace(key), "sitemap") {
				maps = append(maps, strings.TrimSpace(value))
			}
		}
	}
	seen := map[string]bool{}
	for n := 0; len(maps) > 0 && n < maxSitemaps; n++ {
		addr := maps[0]
		maps = maps[1:]
		u, err := url.Parse(addr)
		if err != nil || seen[addr] || !v.hosts[strings.ToLower(u.Host)] || v.wait(ctx) != nil {
			continue
		}
		seen[addr] = true
		r, err := v.get(addr, nil)
		if err != nil || r.StatusCode != 200 {
			continue
		}
		pages, more, err := sitemap(r.Body)
		if err != nil {
			continue
		}
		maps = append(maps, more...)
		for _, p := range pages {
			v.push(p, 0)
		}
	}
}

// sitemap reads a sitemap or an index of sitemaps (sitemaps.org protocol 0.9),
// plain or gzip; at most 50,000 addresses and 50 MB of it, as the protocol says.
func sitemap(data []byte) (pages, maps []string, err error) {
	var r io.Reader = bytes.NewReader(data)
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, nil, err
		}
	}
	dec := xml.NewDecoder(io.LimitReader(r, 50<<20))
	var in []string
	var loc strings.Builder
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return pages, maps, nil
		}
		if err != nil {
			return pages, maps, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if in = append(in, t.Name.Local); len(in) > 20 {
				return pages, maps, errors.New("elements too deep")
			}
			loc.Reset()
		case xml.CharData:
			if len(in) > 0 && in[len(in)-1] == "loc" && loc.Len() < 3000 {
				loc.Write(t)
			}
		case xml.EndElement:
			if t.Name.Local == "loc" && len(in) >= 2 && len(pages)+len(maps) < 50_000 {
				addr := strings.TrimSpace(loc.String())
				if in[len(in)-2] == "sitemap" {
					maps = append(maps, addr)
				} else if in[len(in)-2] == "url" {
					pages = append(pages, addr)
				}
			}
			in = in[:max(0, len(in)-1)]
		}
	}
}
