// Package article is what knowledge consists of, and the readers that make it
// from Markdown, HTML, CSV, JSON and Word files.
//
// Readers trust nothing: input is bounded in bytes, depth and articles, and what
// is not text of its format is an error, never a panic. They do no I/O of their
// own beyond the reader given.
package article

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// An Article answers one or more questions, in one language, for one segment of
// customers.
type Article struct {
	ID        string    `json:"id" yaml:"id"`               // the same in every language and for every segment
	Language  string    `json:"language" yaml:"language"`   // "en", "zh"
	Segment   string    `json:"segment" yaml:"segment"`     // of customers it is for: "vip"; empty is all
	Title     string    `json:"title" yaml:"title"`         // what it is about
	Questions []string  `json:"questions" yaml:"questions"` // that it answers, as callers put them
	Body      string    `json:"body" yaml:"body"`           // all there is to say, plain text
	Spoken    string    `json:"spoken" yaml:"spoken"`       // a short answer made for the ear
	From      time.Time `json:"from,omitzero" yaml:"from"`  // not valid before
	Until     time.Time `json:"until,omitzero" yaml:"until"`
	Source    string    `json:"source" yaml:"source"` // where it is from: a file's name, an address
}

// Key names the article among all: "returns/en", "returns/zh/vip".
func (a *Article) Key() string {
	k := a.ID + "/" + a.Language
	if a.Segment != "" {
		k += "/" + a.Segment
	}
	return k
}

// Valid reports whether the article may be used at t.
func (a *Article) Valid(t time.Time) bool {
	return !t.Before(a.From) && (a.Until.IsZero() || t.Before(a.Until))
}

// Say is the answer for the ear: Spoken, or else the beginning of the body, whole
// sentences of no more than about 200 letters.
func (a *Article) Say() string {
	if a.Spoken != "" {
		return a.Spoken
	}
	const most = 200
	end, n := 0, 0
	for i, r := range a.Body {
		if n++; n > most && end > 0 {
			break
		}
		next, size := utf8.DecodeRuneInString(a.Body[i+utf8.RuneLen(r):])
		if strings.ContainsRune("。！？\n", r) || strings.ContainsRune(".!?", r) && (size == 0 || unicode.IsSpace(next)) {
			end = i + utf8.RuneLen(r)
		}
		if n > 2*most {
			break
		}
	}
	if end == 0 {
		end = len(a.Body)
		for i := range a.Body {
			if i > most*4 {
				end = i
				break
			}
		}
	}
	return strings.Join(strings.Fields(a.Body[:end]), " ")
}

// Hash tells two contents apart; where they are from does not count.
func (a *Article) Hash() string {
	c := *a
	c.Source = ""
	data, err := json.Marshal(c)
	if err != nil { // a year beyond 9999
		data = fmt.Appendf(nil, "%#v", c)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// Bounds of what is read.
const (
	MaxBytes    = 32 << 20 // of one file
	MaxArticles = 200_000  // in one file
	maxText     = 1 << 20  // of one field
)

var errTooLarge = fmt.Errorf("larger than %d MB", MaxBytes>>20)

// Formats are the endings of file names that Read knows.
var Formats = []string{".md", ".markdown", ".html", ".htm", ".csv", ".tsv", ".json", ".jsonl", ".docx"}

// Read makes articles of a file; the ending of its name is the format. What the
// file does not say is told from it: the id from the name, the language from
// the text.
func Read(name string, r io.Reader) ([]Article, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err == nil && len(data) > MaxBytes {
		err = errTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out []Article
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".md", ".markdown":
		out, err = markdown(data)
	case ".html", ".htm":
		var p Page
		if p, err = HTML(data); err == nil {
			out = p.Articles
		}
	case ".csv":
		out, err = table(data, ',')
	case ".tsv":
		out, err = table(data, '\t')
	case ".json", ".jsonl":
		out, err = objects(data)
	case ".docx":
		out, err = docx(data)
	default:
		err = fmt.Errorf("no reader for %q", ext)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	out, err = Complete(out, base, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// Complete fills in what articles do not say: ids from base, the language from
// the text, the source; and checks them.
func Complete(in []Article, base, source string) ([]Article, error) {
	out := make([]Article, 0, len(in))
	seen := map[string]bool{}
	for i, a := range in {
		a.trim()
		if a.Title == "" && len(a.Questions) == 0 && a.Body == "" && a.Spoken == "" {
			continue
		}
		if a.ID == "" {
			a.ID = base
			if len(in) > 1 {
				a.ID = fmt.Sprintf("%s-%d", base, i+1)
			}
		}
		if a.Language == "" {
			a.Language = Language(a.Title + strings.Join(a.Questions, " ") + a.Body + a.Spoken)
		}
		if a.Source == "" {
			a.Source = source
		}
		if err := a.Check(); err != nil {
			return nil, fmt.Errorf("article %d: %w", i+1, err)
		}
		if k := a.Key(); seen[k] {
			return nil, fmt.Errorf("article %d: %s is there twice", i+1, k)
		} else {
			seen[k] = true
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		return nil, errors.New("no text")
	}
	return out, nil
}

func (a *Article) trim() {
	for _, s := range []*string{&a.ID, &a.Language, &a.Segment, &a.Title, &a.Body, &a.Spoken, &a.Source} {
		*s = strings.TrimSpace(strings.ToValidUTF8(*s, "�"))
	}
	a.Language = strings.ToLower(a.Language)
	var qs []string
	for _, q := range a.Questions {
		if q = strings.TrimSpace(strings.ToValidUTF8(q, "�")); q != "" {
			qs = append(qs, q)
		}
	}
	a.Questions = qs
}

// Check says what is wrong with an article.
func (a *Article) Check() error {
	switch {
	case a.ID == "" || len(a.ID) > 500:
		return errors.New("the id is empty or too long")
	case strings.ContainsFunc(a.ID+a.Language+a.Segment, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("control characters in id, language or segment")
	case strings.Contains(a.Language+a.Segment, "/") || len(a.Language) > 20 || len(a.Segment) > 100:
		return fmt.Errorf("language %.20q or segment %.100q", a.Language, a.Segment)
	case len(a.Title) > maxText || len(a.Body) > maxText || len(a.Spoken) > maxText || len(a.Questions) > 1000:
		return errors.New("too long")
	case !a.Until.IsZero() && !a.From.Before(a.Until):
		return errors.New("it ends before it begins")
	}
	for _, t := range []time.Time{a.From, a.Until} {
		if !t.IsZero() && (t.Year() < 1 || t.Year() > 9999) {
			return errors.New("a year beyond 9999")
		}
	}
	return nil
}

// Language tells Chinese from English by the share of Han characters.
func Language(text string) string {
	han, other := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.IsLetter(r):
			other++
		}
	}
	if han*4 > other {
		return "zh"
	}
	return "en"
}
