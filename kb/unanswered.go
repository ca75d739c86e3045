package kb

import (
	"context"
	"database/sql"
	"time"

	"hotline/kb/rank"
)

// maxAsked bounds the questions kept; the oldest go first.
const maxAsked = 100_000

// remember keeps a question that has no sure answer; long numbers in it are not.
func (b *Base) remember(ctx context.Context, q Query, hits []Hit) error {
	text := masked(q.Text)
	if text == "" {
		return nil
	}
	var prob float64
	nearest := ""
	if len(hits) > 0 {
		prob, nearest = hits[0].Prob, hits[0].Key
	}
	lang := q.Language
	if lang == "" {
		lang = language(text)
	}
	return b.st.write(ctx, func(t tx) error {
		if err := t.exec(`INSERT INTO asked (at, text, language, prob, nearest) VALUES (?, ?, ?, ?, ?)`, time.Now().Unix(), text, lang, prob, nearest); err != nil {
			return err
		}
		return t.exec(`DELETE FROM asked WHERE id <= (SELECT MAX(id) FROM asked) - ?`, maxAsked)
	})
}

// A Group is questions without an answer that are the same question, or near it.
type Group struct {
	ID        string    `json:"id"`       // while its question is the same
	Question  string    `json:"question"` // the one most like all the others
	Count     int       `json:"count"`
	Language  string    `json:"language"`
	Last      time.Time `json:"last"`
	Nearest   string    `json:"nearest,omitempty"` // key of the article that came nearest, most often
	Questions []string  `json:"questions"`         // the different ways it was put, most frequent first, at most 20

	rows []int64
}

// Unanswered groups the questions asked since then that had no sure answer, the
// most frequent first, at most n groups; of more than 5,000 questions the newest
// 5,000.
func (b *Base) Unanswered(ctx context.Context, since time.Time, n int) ([]Group, error) {
	all, err := b.grouped(ctx, since)
	return all[:min(n, len(all))], err
}

func (b *Base) grouped(ctx context.Context, since time.Time) ([]Group, error) {
	type asked struct {
		id                      int64
		text, language, nearest string
		at                      time.Time
	}
	var all []asked
	err := rows(ctx, b.st.r, `SELECT id, text, language, nearest, at FROM asked WHERE at >= ? ORDER BY id DESC LIMIT 5000`, []any{since.Unix()}, func(r *sql.Rows) error {
		var a asked
		var at int64
		err := r.Scan(&a.id, &a.text, &a.language, &a.nearest, &at)
		a.at = time.Unix(at, 0)
		all = append(all, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = a.text
	}
	var out []Group
	for _, members := range rank.Groups(texts) {
		first := all[members[0]]
		g := Group{Question: first.text, Count: len(members), Language: first.language}
		ways, nearest := counter{}, counter{}
		for _, m := range members {
			a := all[m]
			g.rows = append(g.rows, a.id)
			ways.add(a.text)
			if a.nearest != "" {
				nearest.add(a.nearest)
			}
			if a.at.After(g.Last) {
				g.Last = a.at
			}
		}
		g.Questions = ways.top(20)
		if t := nearest.top(1); len(t) > 0 {
			g.Nearest = t[0]
		}
		g.ID = g.id()
		out = append(out, g)
	}
	return out, nil
}
