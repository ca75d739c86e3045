package article

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// A Page is what an HTML page has for callers.
type Page struct {
	Articles []Article
	Links    []string // as written
	NoIndex  bool     // it asks not to be kept (robots meta)
	NoFollow bool
	Canon    string // its canonical address, as written
}

// HTML reads a page: the questions and answers it declares (schema.org FAQPage),
// or shows as <details>; otherwise its main content, without navigation,
// banners, forms and lists of links.
func HTML(data []byte) (Page, error) {
	if len(data) > MaxBytes {
		return Page{}, errTooLarge
	}
	if err := nesting(data); err != nil {
		return Page{}, err
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(data))
	if err != nil {
		return Page{}, err
	}
	var p Page
	doc.Find("meta[name]").Each(func(_ int, m *goquery.Selection) {
		if strings.EqualFold(m.AttrOr("name", ""), "robots") {
			c := strings.ToLower(m.AttrOr("content", ""))
			p.NoIndex = p.NoIndex || strings.Contains(c, "noindex") || strings.Contains(c, "none")
			p.NoFollow = p.NoFollow || strings.Contains(c, "nofollow") || strings.Contains(c, "none")
		}
	})
	p.Canon = doc.Find(`link[rel="canonical"]`).First().AttrOr("href", "")
	doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		if !strings.Contains(a.AttrOr("rel", ""), "nofollow") && len(p.Links) < 10_000 {
			p.Links = append(p.Links, a.AttrOr("href", ""))
		}
	})
	lang, _, _ := strings.Cut(strings.ToLower(doc.Find("html").AttrOr("lang", "")), "-")
	title := tidy(doc.Find("h1").First().Text())
	if title == "" {
		title = tidy(doc.Find("title").First().Text())
	}
	title = strings.ReplaceAll(title, "\n", " ")
	if p.Articles = declared(doc); len(p.Articles) == 0 {
		p.Articles = shown(doc)
	}
	if len(p.Articles) == 0 {
		if body := mainText(doc, title); body != "" {
			p.Articles = []Article{{Title: title, Body: body}}
		}
	}
	for i := range p.Articles {
		if lang == "zh" || lang == "en" {
			p.Articles[i].Language = lang
		}
	}
	return p, nil
}

// nesting refuses pages whose elements go deeper than a page needs, before a
// tree is made of them.
func nesting(data []byte) error {
	z := html.NewTokenizer(bytes.NewReader(data))
	depth := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return nil
		case html.StartTagToken:
			name, _ := z.TagName()
			if !void[string(name)] {
				depth++
			}
		case html.EndTagToken:
			depth = max(0, depth-1)
		}
		if depth > 5000 {
			return fmt.Errorf("elements too deep")
		}
	}
}

var void = map[string]bool{"p": true, "li": true, "br": true, "img": true, "meta": true, "link": true, "input": true, "hr": true, "td": true, "tr": true, "th": true,
	"dt": true, "dd": true, "option": true, "source": true, "wbr": true, "area": true, "base": true, "col": true, "embed": true, "track": true}

// declared are the questions of schema.org FAQPage in JSON-LD.
func declared(doc *goquery.Document) (out []Article) {
	type node struct {
		Type   any    `json:"@type"`
		Name   string `json:"name"`
		Answer struct {
			Text string `json:"text"`
		} `json:"acceptedAnswer"`
	}
	type page struct {
		Type any             `json:"@type"`
		Main json.RawMessage `json:"mainEntity"`
	}
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		raw := []byte(s.Text())
		pages := []page{{}}
		var graph struct {
			Graph []page `json:"@graph"`
		}
		if json.Unmarshal(raw, &pages) != nil && json.Unmarshal(raw, &pages[0]) != nil {
			return
		}
		if json.Unmarshal(raw, &graph) == nil {
			pages = append(pages, graph.Graph...)
		}
		for _, p := range pages {
			if p.Type != "FAQPage" {
				continue
			}
			var qs []node
			if json.Unmarshal(p.Main, &qs) != nil {
				var one node
				if json.Unmarshal(p.Main, &one) != nil {
					continue
				}
				qs = []node{one}
			}
			for _, q := range qs {
				name, text := tidy(unmark(q.Name)), tidy(unmark(q.Answer.Text))
				if name != "" && text != "" && len(out) < 1000 {
					out = append(out, Article{Title: name, Questions: []string{name}, Body: text})
				}
			}
		}
	})
	return out
}

// shown are <details> whose summary asks.
func shown(doc *goquery.Document) (out []Article) {
	doc.Find("details").Each(func(_ int, d *goquery.Selection) {
		sum := d.ChildrenFiltered("summary").First()
		q := strings.ReplaceAll(tidy(sum.Text()), "\n", " ")
		if !asks(q) || len(out) >= 1000 {
			return
		}
		sum.Remove()
		if t := blockText(d); t != "" {
			out = append(out, Article{Title: q, Questions: []string{q}, Body: t})
		}
	})
	return out
}

func unmark(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(s))
	if err != nil {
		return s
	}
	return blockText(doc.Selection)
}

// notContent is what every page of a site has.
const notContent = `script, style, noscript, template, svg, iframe, form, button, select, nav, header, footer, aside, dialog,
	[role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], [aria-hidden=true], [hidden],
	.nav, .navbar, .menu, .sidebar, .breadcrumb, .breadcrumbs, .footer, .header, .cookie, .cookies, .advert, .ads, .share, .social, .related, .comments, .pagination,
	#nav, #menu, #sidebar, #footer, #header, #comments, #cookie-banner`

// mainText is the text of <main>, <article>, or the element that has the most
// text outside of links in paragraphs of its own.
func mainText(doc *goquery.Document, title string) string {
	body := doc.Find("body").First()
	body.Find(notContent).Each(func(_ int, s *goquery.Selection) {
		if s.Closest("main, article").Length() > 0 && s.Is("header") { // an article's own heading
			return
		}
		s.Remove()
	})
	for _, sel := range []string{"main", "[role=main]", "article"} {
		if m := doc.Find(sel); m.Length() == 1 {
			if t := blockText(m); len(t) > 0 {
				return dropTitle(t, title)
			}
		}
	}
	dropLinkLists(body)
	best, most := body, 0
	body.Find("div, section, article, td").Each(func(_ int, s *goquery.Selection) {
		n := 0
		s.ChildrenFiltered("p, ul, ol, pre, table, h2, h3, blockquote, dl").Each(func(_ int, c *goquery.Selection) {
			n += len(strings.TrimSpace(c.Text())) - 2*len(strings.TrimSpace(c.Find("a").Text()))
		})
		if n > most {
			best, most = s, n
		}
	})
	whole := blockText(body)
	if t := blockText(best); len(t)*2 > len(whole) {
		return dropTitle(t, title)
	}
	return dropTitle(whole, title)
}

// dropLinkLists takes out lists that are links and little else.
func dropLinkLists(s *goquery.Selection) {
	s.Find("ul, ol, table, p, div").Each(func(_ int, l *goquery.Selection) {
		links := l.Find("a")
		if links.Length() < 4 {
			return
		}
		if text := len(strings.TrimSpace(l.Text())); len(strings.TrimSpace(links.Text()))*10 > text*7 {
			l.Remove()
		}
	})
}

func dropTitle(text, title string) string {
	return strings.TrimSpace(strings.TrimPrefix(text, title))
}

var blocks = map[string]bool{"p": true, "div": true, "li": true, "ul": true, "ol": true, "br": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true,
	"tr": true, "table": true, "section": true, "article": true, "pre": true, "blockquote": true, "dt": true, "dd": true, "dl": true, "main": true, "summary": true, "header": true}

// blockText is the text with a line for each block.
func blockText(s *goquery.Selection) string {
	var b strings.Builder
	for _, n := range s.Nodes {
		for d := range n.Descendants() {
			switch {
			case d.Type == html.TextNode && !(d.Parent != nil && (d.Parent.Data == "script" || d.Parent.Data == "style")):
				b.WriteString(strings.Join(strings.FieldsFunc(d.Data, func(r rune) bool { return r == '\n' || r == '\r' }), " "))
			case d.Type == html.ElementNode && blocks[d.Data]:
				b.WriteByte('\n')
			case d.Type == html.ElementNode && (d.Data == "td" || d.Data == "th"):
				b.WriteByte(' ')
			}
		}
	}
	return tidy(b.String())
}
