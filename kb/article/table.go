package article

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// columns are the names that a column of a table may have, in lower case.
var columns = map[string]string{
	"id": "id", "编号": "id", "title": "title", "标题": "title", "subject": "title",
	"question": "questions", "questions": "questions", "问题": "questions",
	"body": "body", "text": "body", "content": "body", "内容": "body", "answer": "body", "答案": "body", "回答": "body",
	"spoken": "spoken", "short answer": "spoken", "话术": "spoken",
	"language": "language", "lang": "language", "语言": "language", "segment": "segment", "客群": "segment",
	"from": "from", "valid from": "from", "until": "until", "valid until": "until", "source": "source",
}

// table reads rows under a header; questions in one cell are parted by "|" or by
// lines.
func table(data []byte, comma rune) ([]Article, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.Comma, r.LazyQuotes, r.ReuseRecord = comma, comma == '\t', true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	cols := make([]string, len(head))
	for i, h := range head {
		if cols[i] = columns[strings.ToLower(strings.TrimSpace(h))]; cols[i] == "" {
			return nil, fmt.Errorf("no column is called %.50q", h)
		}
	}
	var out []Article
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if len(out) == MaxArticles {
			return nil, fmt.Errorf("more than %d articles", MaxArticles)
		}
		var a Article
		for i, cell := range row {
			cell = strings.Clone(cell)
			var bad error
			switch cols[i] {
			case "id":
				a.ID = cell
			case "title":
				a.Title = cell
			case "questions":
				a.Questions = append(a.Questions, strings.FieldsFunc(cell, func(r rune) bool { return r == '|' || r == '\n' })...)
			case "body":
				a.Body = cell
			case "spoken":
				a.Spoken = cell
			case "language":
				a.Language = cell
			case "segment":
				a.Segment = cell
			case "source":
				a.Source = cell
			case "from":
				a.From, bad = date(cell)
			case "until":
				a.Until, bad = date(cell)
			}
			if bad != nil {
				line, _ := r.FieldPos(i)
				return nil, fmt.Errorf("line %d: %w", line, bad)
			}
		}
		out = append(out, a)
	}
}

// date reads a day, or a time with its zone; days begin at midnight UTC.
func date(s string) (time.Time, error) {
	if s = strings.TrimSpace(s); s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006/1/2"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no date such as 2026-01-31", s)
}

// object is an article with dates as people write them and one question allowed
// for many.
type object struct {
	entry
	Question string `json:"question"`
	Answer   string `json:"answer"`
	From     string `json:"from"`
	Until    string `json:"until"`
}

type entry Article

func (o object) article() (a Article, err error) {
	a = Article(o.entry)
	if o.Question != "" {
		a.Questions = append(a.Questions, o.Question)
	}
	if a.Body == "" {
		a.Body = o.Answer
	}
	if a.From, err = date(o.From); err == nil {
		a.Until, err = date(o.Until)
	}
	return a, err
}

// objects reads a JSON array of articles, {"articles": [...]}, one article, or
// one on each line.
func objects(data []byte) ([]Article, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	var list []object
	switch {
	case bytes.HasPrefix(data, []byte("[")):
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, err
		}
	default:
		for dec := json.NewDecoder(bytes.NewReader(data)); ; {
			var o struct {
				object
				Articles []object `json:"articles"`
			}
			err := dec.Decode(&o)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, err
			}
			if o.Articles != nil {
				list = append(list, o.Articles...)
			} else {
				list = append(list, o.object)
			}
			if len(list) > MaxArticles {
				break
			}
		}
	}
	if len(list) > MaxArticles {
		return nil, fmt.Errorf("more than %d articles", MaxArticles)
	}
	out := make([]Article, len(list))
	for i, o := range list {
		var err error
		if out[i], err = o.article(); err != nil {
			return nil, fmt.Errorf("article %d: %w", i+1, err)
		}
	}
	return out, nil
}
