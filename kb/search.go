package kb

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"hotline"
	"hotline/kb/rank"
)

// A Query is a question of a caller's.
type Query struct {
	Text         string
	Alternatives []string  // other readings of Text by the recogniser
	Context      []string  // what was said before, oldest first; it may name what Text is about
	Language     string    // only articles in it; empty is all
	Segment      string    // of the customer: its articles go before those for all
	At           time.Time // when the answer must be valid; zero is now
	N            int       // how many hits at most; 0 is 5
	Record       bool      // remember the question if no hit is sure
	Sure         float64   // the probability from which a hit is; 0 is Sure
}

// Sure is the probability from which an answer is given.
const Sure = 0.5

// A Hit is a live article that may answer the query.
type Hit struct {
	Article
	Key     string        `json:"key"`
	Version int           `json:"version"`
	Prob    float64       `json:"prob"` // that it answers the query
	Answer  string        `json:"answer"`
	Score   float64       `json:"score"`
	Why     rank.Features `json:"why"` // see rank.FeatureNames
}

// Search finds the articles that answer q, best first. It takes milliseconds and
// does not wait for writers.
func (b *Base) Search(ctx context.Context, q Query) ([]Hit, error) {
	x, err := b.hold(ctx)
	if err != nil {
		return nil, fmt.Errorf("kb search: %w", err)
	}
	defer x.mu.RUnlock()
	if q.At.IsZero() {
		q.At = time.Now()
	}
	if q.N <= 0 {
		q.N = 5
	}
	if q.Sure == 0 {
		q.Sure = Sure
	}
	res, err := x.Search(ctx, rank.Query{Text: clip(q.Text), Alternatives: q.Alternatives, Context: q.Context, Keep: func(i int) bool {
		return x.serves(&x.docs[i], &q)
	}}, q.N)
	if err != nil {
		return nil, fmt.Errorf("kb search: %w", err)
	}
	hits := make([]Hit, len(res))
	for i, r := range res {
		d := &x.docs[r.Doc]
		hits[i] = Hit{Article: d.Article, Key: d.key, Version: d.version, Prob: r.Prob, Answer: d.Say(), Score: r.Score, Why: r.Features}
	}
	if q.Record && (len(hits) == 0 || hits[0].Prob < q.Sure) {
		if err := b.remember(ctx, q, hits); err != nil {
			return hits, fmt.Errorf("kb search: %w", err)
		}
	}
	return hits, nil
}

// serves reports whether d may answer q: it is still the live version, valid,
// in the language, and there is none nearer to the customer's segment.
func (x *index) serves(d *doc, q *Query) bool {
	switch {
	case d.key == "", x.live(d.key) != d.version, !d.Valid(q.At), q.Language != "" && d.Language != q.Language:
		return false
	case d.Segment != "":
		return d.Segment == q.Segment
	case q.Segment != "":
		return x.live(d.key+"/"+q.Segment) == 0
	}
	return true
}

// clip bounds a question; nobody asks one so long.
func clip(s string) string {
	const most = 2000
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// Index is a base as a bot searches it: only what is sure. It implements dialog.Searcher.
type Index struct {
	base  *Base
	query Query
}

// Index gives the base as a bot searches it; q has from when on an answer is
// sure, and the language and segment of questions that do not say theirs. Questions without a sure answer are remembered.
func (b *Base) Index(q Query) *Index {
	q.Record = true
	if q.Sure == 0 {
		q.Sure = Sure
	}
	return &Index{b, q}
}

// Search gives at most n passages that answer the question, best first; none if
// nothing is sure. Their scores are probabilities.
func (x *Index) Search(ctx context.Context, question hotline.Question, n int) ([]hotline.Passage, error) {
	q := x.query
	q.Text, q.Alternatives, q.Context, q.N = question.Text, question.Alternatives, question.Context, n
	q.Language, q.Segment = cmp.Or(question.Language, q.Language), cmp.Or(question.Segment, q.Segment)
	hits, err := x.base.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []hotline.Passage
	for i, h := range hits {
		if i == 0 && h.Prob < q.Sure {
			return nil, nil
		}
		out = append(out, hotline.Passage{Doc: h.Key, Version: strconv.Itoa(h.Version), Text: h.Answer, Score: h.Prob})
	}
	return out, nil
}

// masked is a text with long numbers made unreadable.
func masked(s string) string {
	runs := 0
	out := []rune(clip(s))
	for i := 0; i <= len(out); i++ {
		if i < len(out) && unicode.IsDigit(out[i]) {
			runs++
			continue
		}
		if runs >= 4 {
			for j := i - runs; j < i; j++ {
				out[j] = '#'
			}
		}
		runs = 0
	}
	return strings.TrimSpace(string(out))
}
