package kb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"hotline"
)

// Discard decides that the draft of an article will not be published. It returns
// the version.
func (b *Base) Discard(ctx context.Context, note, key string) (version int, err error) {
	err = b.change(ctx, "discard", func(t tx) error {
		switch err := t.QueryRowContext(ctx, drafts+` AND v.key = ?`, key).Scan(&key, &version); {
		case errors.Is(err, sql.ErrNoRows):
			return &hotline.Error{Op: "kb discard", Code: hotline.ENotFound, Message: "there is no draft of " + key}
		case err != nil:
			return err
		}
		if err := t.changed(key, version, Discarded, note, time.Now()); err != nil {
			return err
		}
		return t.exec(`UPDATE live SET held = 0 WHERE key = ?`, key) // it was held for this draft
	})
	return version, err
}

// States of a Listing.
const (
	StateLive    = "live"
	StateDraft   = "draft" // a version waits, whatever is live
	StateHeld    = "held"
	StateRemoved = "removed"
)

// State is that of the article.
func (l *Listing) State() string {
	switch {
	case l.Draft:
		return StateDraft
	case l.Held:
		return StateHeld
	case l.Live == 0:
		return StateRemoved
	}
	return StateLive
}

// A Filter selects articles of a list; zero fields select all.
type Filter struct {
	Text     string // in title, questions, body or key
	Language string
	State    string
	After    string // a key: those after it
	Limit    int    // 0 is all
}

// Find lists the articles that f selects, in order of their keys.
func (b *Base) Find(ctx context.Context, f Filter) ([]Listing, error) {
	query, args := listing+` WHERE k.key > ?`, []any{f.After}
	and := func(cond string, arg ...any) {
		query, args = query+` AND `+cond, append(args, arg...)
	}
	switch f.State {
	case "":
	case StateDraft:
		and(`k.draft`)
	case StateHeld:
		and(`NOT k.draft AND l.held`)
	case StateRemoved:
		and(`NOT k.draft AND l.version IS NULL`)
	case StateLive:
		and(`l.version IS NOT NULL AND NOT l.held`)
	default:
		return nil, &hotline.Error{Op: "kb find", Code: hotline.EInvalid, Message: "no such state: " + f.State}
	}
	if f.Language != "" {
		and(`v.data ->> '$.language' = ?`, f.Language)
	}
	for _, w := range strings.Fields(f.Text) {
		and(`(v.key LIKE ? ESCAPE '\' OR v.data ->> '$.title' LIKE ? ESCAPE '\' OR v.data ->> '$.questions' LIKE ? ESCAPE '\' OR v.data ->> '$.body' LIKE ? ESCAPE '\')`,
			like(w), like(w), like(w), like(w))
	}
	if f.Limit > 0 && f.Text == "" && f.Language == "" {
		// The last key of the page, so that no others are looked at.
		pages := map[string]string{"": `SELECT DISTINCT key FROM versions WHERE key > ? ORDER BY key LIMIT 1 OFFSET ?`,
			StateLive: `SELECT key FROM live WHERE key > ? AND NOT held ORDER BY key LIMIT 1 OFFSET ?`}
		if page, ok := pages[f.State]; ok {
			var last string
			switch err := b.st.r.QueryRowContext(ctx, page, f.After, f.Limit-1).Scan(&last); {
			case err == nil:
				and(`k.key <= ?`, last)
			case !errors.Is(err, sql.ErrNoRows):
				return nil, fmt.Errorf("kb find: %w", err)
			}
		}
	}
	query += ` ORDER BY k.key`
	if f.Limit > 0 {
		query, args = query+` LIMIT ?`, append(args, f.Limit)
	}
	return b.listings(ctx, query, args...)
}

// like is a pattern that has w anywhere in it.
func like(w string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(w) + "%"
}

// One lists one article.
func (b *Base) One(ctx context.Context, key string) (Listing, error) {
	all, err := b.listings(ctx, listing+` WHERE k.key = ?`, key)
	switch {
	case err != nil:
		return Listing{}, err
	case len(all) == 0:
		return Listing{}, notFound("get", key)
	}
	return all[0], nil
}

// id names a group by its question.
func (g *Group) id() string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\n%s", g.Language, g.Question)
	return fmt.Sprintf("%016x", h.Sum64())
}

// Resolve takes a group of unanswered questions off: all that are in it now. The
// same questions asked later are a new group.
func (b *Base) Resolve(ctx context.Context, id string) error {
	groups, err := b.grouped(ctx, time.Time{})
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.ID != id {
			continue
		}
		return b.st.write(ctx, func(t tx) error {
			for _, row := range g.rows {
				if err := t.exec(`DELETE FROM asked WHERE id = ?`, row); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return &hotline.Error{Op: "kb resolve", Code: hotline.ENotFound, Message: "there is no such group of questions any more"}
}

// Origin is where a version came from, by the note it came with: "crawler",
// "learned", "editor", or "import" for all else.
func (b *Base) Origin(ctx context.Context, key string, version int) (string, error) {
	var note string
	err := b.st.r.QueryRowContext(ctx, `SELECT note FROM changes WHERE key = ? AND version = ? AND what = ? ORDER BY seq LIMIT 1`, key, version, Drafted).Scan(&note)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("kb origin: %w", err)
	}
	switch word, _, _ := strings.Cut(note, " "); word {
	case "crawl":
		return "crawler", nil
	case "learned", "editor":
		return word, nil
	}
	return "import", nil
}
