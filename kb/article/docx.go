package article

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// docx reads the main text of a Word file (ECMA-376 part 1, 17): the first
// heading or title is the title; if every other heading is a question, each is
// an article.
func docx(data []byte) ([]Article, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		if f.Name != "word/document.xml" {
			continue
		}
		if f.UncompressedSize64 > MaxBytes {
			return nil, errTooLarge
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		parts, err := paragraphs(io.LimitReader(r, MaxBytes)) // the size above is only what the file says
		if err != nil {
			return nil, fmt.Errorf("document.xml: %w", err)
		}
		var a Article
		if len(parts) > 1 && parts[0].text == "" && parts[0].level == 0 {
			parts = parts[1:]
		}
		if parts[0].level == 1 {
			a.Title, parts[0].heading = parts[0].heading, ""
			if len(parts) > 1 && parts[0].text == "" {
				parts = parts[1:]
			}
		}
		if out := questions(parts); out != nil {
			return out, nil
		}
		a.Body = joined(parts)
		return []Article{a}, nil
	}
	return nil, errors.New("no word/document.xml in it")
}

const maxDepth = 200 // of elements

func paragraphs(r io.Reader) ([]section, error) {
	out := []section{{}}
	var text, body strings.Builder
	depth, level, inText, deleted := 0, 0, false, 0
	dec := xml.NewDecoder(r)
	dec.Entity = nil
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return nil, errors.New("elements too deep")
			}
			switch t.Name.Local {
			case "p":
				level = 0
			case "pStyle":
				for _, a := range t.Attr {
					if a.Name.Local == "val" {
						level = styleLevel(a.Value)
					}
				}
			case "t":
				inText = true
			case "tab":
				text.WriteByte(' ')
			case "br", "cr":
				text.WriteByte('\n')
			case "del", "instrText":
				deleted++
			}
		case xml.CharData:
			if inText && deleted == 0 {
				text.Write(t)
			}
		case xml.EndElement:
			depth--
			switch t.Name.Local {
			case "t":
				inText = false
			case "del", "instrText":
				deleted--
			case "tc":
				text.WriteByte(' ')
			case "p":
				line := tidy(text.String())
				text.Reset()
				if line == "" {
					break
				}
				if level == 0 {
					body.WriteString(line + "\n")
					break
				}
				out[len(out)-1].text = tidy(body.String())
				body.Reset()
				out = append(out, section{level: level, heading: strings.ReplaceAll(line, "\n", " ")})
			}
		}
	}
	out[len(out)-1].text = tidy(body.String())
	return out, nil
}

// styleLevel is the level of a heading by the name of its style; the styles of
// Chinese Word are called by number.
func styleLevel(style string) int {
	s := strings.ToLower(strings.ReplaceAll(style, " ", ""))
	switch {
	case s == "title" || s == "heading1" || s == "1" || s == "标题1":
		return 1
	case strings.HasPrefix(s, "heading") || strings.HasPrefix(s, "标题") || s == "2" || s == "3":
		return 2
	}
	return 0
}
