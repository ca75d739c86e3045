package article

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// maxNesting bounds how deep brackets and quotes may go in a line.
const maxNesting = 200

// markdown reads front matter in YAML (the fields of Article) and the text. A
// text without front matter whose second-level headings are questions is an
// article for each.
func markdown(data []byte) ([]Article, error) {
	var a Article
	data = bytes.TrimPrefix(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\ufeff"))
	rest, ok := bytes.CutPrefix(data, []byte("---\n"))
	if ok {
		front, body, ok := bytes.Cut(append([]byte("\n"), rest...), []byte("\n---\n"))
		if !ok {
			if front, ok = bytes.CutSuffix(front, []byte("\n---")); !ok {
				return nil, fmt.Errorf("the front matter has no end")
			}
		}
		if len(front) > 64<<10 {
			return nil, fmt.Errorf("front matter of %d bytes", len(front))
		}
		if err := yaml.UnmarshalWithOptions(front, &a, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("front matter: %w", err)
		}
		data = body
	}
	if err := shallow(data); err != nil {
		return nil, err
	}
	parts := sections(data)
	if parts[0].level == 1 || a.Title == "" && parts[0].level > 0 {
		if a.Title == "" {
			a.Title = parts[0].heading
		}
		parts[0].heading = ""
	}
	if !ok {
		if out := questions(parts); out != nil {
			return out, nil
		}
	}
	if body := joined(parts); a.Body == "" {
		a.Body = body
	} else if body != "" {
		return nil, fmt.Errorf("a body in the front matter and another below it")
	}
	return []Article{a}, nil
}

func shallow(data []byte) error {
	for line := range bytes.Lines(data) {
		if bytes.Count(line, []byte("[")) > maxNesting || bytes.Count(line, []byte(">")) > 5*maxNesting || bytes.Count(line, []byte("*"))+bytes.Count(line, []byte("_")) > 50*maxNesting {
			return fmt.Errorf("a line with more brackets than a text has")
		}
	}
	return nil
}

// A section is a heading with the text below it, up to the next heading.
type section struct {
	level   int // 0 before the first heading
	heading string
	text    string
}

func sections(src []byte) []section {
	doc := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Parser().Parse(text.NewReader(src))
	out := []section{{}}
	var b strings.Builder
	flush := func() {
		out[len(out)-1].text = tidy(b.String())
		b.Reset()
	}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			flush()
			var t strings.Builder
			plain(&t, h, src)
			out = append(out, section{level: h.Level, heading: tidy(t.String())})
			continue
		}
		plain(&b, n, src)
		b.WriteString("\n")
	}
	flush()
	if out[0].text == "" && len(out) > 1 {
		out = out[1:]
	}
	return out
}

// plain writes the words of a node without their markup.
func plain(b *strings.Builder, n ast.Node, src []byte) {
	_ = ast.Walk(n, func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if enter {
				b.Write(n.Segment.Value(src))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if enter {
				b.Write(n.Value)
			}
		case *ast.AutoLink:
			if enter {
				b.Write(n.Label(src))
			}
		case *ast.Image, *ast.HTMLBlock, *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			if enter {
				for _, l := range n.Lines().Sliced(0, n.Lines().Len()) {
					b.Write(l.Value(src))
				}
				b.WriteByte('\n')
			}
			return ast.WalkSkipChildren, nil
		case *east.TableCell:
			if !enter {
				b.WriteString("  ")
			}
		default:
			if !enter && n.Type() == ast.TypeBlock {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
}

// questions makes an article of each heading that asks, if the text is a list of
// such.
func questions(parts []section) []Article {
	var out []Article
	for _, p := range parts {
		if p.level < 2 {
			continue
		}
		if !asks(p.heading) || p.text == "" {
			return nil
		}
		out = append(out, Article{Title: p.heading, Questions: []string{p.heading}, Body: p.text})
	}
	return out
}

func asks(s string) bool { return strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") }

func joined(parts []section) string {
	var b strings.Builder
	for _, p := range parts {
		if p.heading != "" {
			b.WriteString(p.heading + "\n")
		}
		if p.text != "" {
			b.WriteString(p.text + "\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// tidy makes runs of spaces one space and drops empty lines.
func tidy(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		if f := strings.Fields(line); len(f) > 0 {
			out = append(out, strings.Join(f, " "))
		}
	}
	return strings.Join(out, "\n")
}
