package kb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pmezard/go-difflib/difflib"

	"hotline"
)

// What may happen to an article, in Change.What.
const (
	Drafted   = "draft"    // a new version came
	Published = "publish"  // a version went live
	RolledTo  = "rollback" // an earlier version went live again
	Removed   = "remove"   // none is live any more
	Held      = "hold"     // its page changed: the live version is not served until someone has looked
	Confirmed = "confirm"  // its page is as it was: the live version is served again
	Discarded = "discard"  // a draft that will not be published
	Voted     = "feedback" // someone said how good it was
)

// A Change is a line of an article's history.
type Change struct {
	Seq     int64     `json:"seq"`
	Key     string    `json:"key"`
	Version int       `json:"version"`
	What    string    `json:"what"`
	At      time.Time `json:"at"`
	Note    string    `json:"note,omitempty"`
}

// A Listing is an article in a list.
type Listing struct {
	Article
	Key     string    `json:"key"`
	Version int       `json:"version"` // that Article is: the draft if there is one, or else what is live, or else the newest
	Live    int       `json:"live"`    // version; 0 is none
	Held    bool      `json:"held"`
	Draft   bool      `json:"draft"` // Version waits to be published
	At      time.Time `json:"at"`    // when Version came
}

// A Policy says what becomes of new versions.
type Policy struct {
	Live bool   // they go live at once; otherwise they are drafts
	Hold bool   // while a draft waits, the live version is not served
	Note string // for the history
}

// Stored is what Put found.
type Stored struct {
	New     []string `json:"new"` // keys
	Changed []string `json:"changed"`
	Same    int      `json:"same"`
	Removed []string `json:"removed,omitempty"` // by the crawler: their pages are gone
}

// Put takes articles in, all or none. One that is as its newest version, or as the
// live one, makes no new version.
func (b *Base) Put(ctx context.Context, articles []Article, p Policy) (Stored, error) {
	var out Stored
	err := b.change(ctx, "put", func(t tx) error {
		out = Stored{}
		return t.put(articles, p, time.Now(), &out)
	})
	return out, err
}

func (t tx) put(articles []Article, p Policy, now time.Time, out *Stored) error {
	for _, a := range articles {
		if err := a.Check(); err != nil {
			return &hotline.Error{Op: "kb put", Code: hotline.EInvalid, Message: "article " + a.Key(), Err: err}
		}
		key := a.Key()
		last, lastHash, err := newest(t.ctx, t, key)
		if err != nil {
			return err
		}
		live, liveHash, held, err := serving(t.ctx, t, key)
		if err != nil {
			return err
		}
		switch a.Hash() {
		case liveHash:
			out.Same++
			if err := t.asItWas(key, live, last, held, p, now); err != nil {
				return err
			}
			continue
		case lastHash:
			if !p.Live || live != 0 { // waits as a draft, or was rolled back on purpose
				out.Same++
				continue
			}
			last--
		default:
			if err := t.add(a, last+1, now); err != nil {
				return err
			}
			if err := t.changed(key, last+1, Drafted, p.Note, now); err != nil {
				return err
			}
		}
		if last == 0 {
			out.New = append(out.New, key)
		} else {
			out.Changed = append(out.Changed, key)
		}
		switch {
		case p.Live:
			if err = t.goLive(key, last+1); err == nil {
				err = t.changed(key, last+1, Published, p.Note, now)
			}
		case p.Hold && live != 0 && !held:
			if err = t.exec(`UPDATE live SET held = 1 WHERE key = ?`, key); err == nil {
				err = t.changed(key, live, Held, p.Note, now)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// asItWas takes note that the live version is right: a newer draft is discarded,
// a hold ends.
func (t tx) asItWas(key string, live, last int, held bool, p Policy, now time.Time) error {
	var waits bool
	if err := t.QueryRowContext(t.ctx, `SELECT EXISTS (`+drafts+` AND v.key = ?)`, key).Scan(&waits); err != nil {
		return err
	}
	if waits {
		if err := t.changed(key, last, Discarded, p.Note, now); err != nil {
			return err
		}
	}
	if !held {
		return nil
	}
	if err := t.exec(`UPDATE live SET held = 0 WHERE key = ?`, key); err != nil {
		return err
	}
	return t.changed(key, live, Confirmed, p.Note, now)
}

// drafts are the newest versions about which nothing has been decided.
const drafts = `SELECT v.key, v.version FROM versions v
	WHERE v.version = (SELECT MAX(version) FROM versions m WHERE m.key = v.key)
	AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.key = v.key AND c.version = v.version AND c.what IN ('publish', 'rollback', 'discard', 'remove'))`

// Publish makes the drafts of the keys live, or all drafts if none is given, and
// returns the keys of those that were.
func (b *Base) Publish(ctx context.Context, note string, keys ...string) ([]string, error) {
	var done []string
	err := b.change(ctx, "publish", func(t tx) error {
		done = nil
		waiting := map[string]int{}
		var order []string
		err := rows(ctx, t, drafts+` ORDER BY v.key`, nil, func(r *sql.Rows) error {
			var key string
			var v int
			err := r.Scan(&key, &v)
			waiting[key] = v
			order = append(order, key)
			return err
		})
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			keys = order
		}
		for _, k := range keys {
			v := waiting[k]
			if v == 0 {
				return &hotline.Error{Op: "kb publish", Code: hotline.ENotFound, Message: "there is no draft of " + k}
			}
			if err := t.goLive(k, v); err != nil {
				return err
			}
			if err := t.changed(k, v, Published, note, time.Now()); err != nil {
				return err
			}
			done = append(done, k)
		}
		return nil
	})
	return done, err
}

// Rollback makes an earlier version of an article live again; version 0 is the one
// that was live before the present one. It returns the version that is live now.
func (b *Base) Rollback(ctx context.Context, note, key string, version int) (int, error) {
	err := b.change(ctx, "rollback", func(t tx) error {
		live, _, _, err := serving(ctx, t, key)
		if err != nil {
			return err
		}
		if version == 0 {
			err := t.QueryRowContext(ctx, `SELECT version FROM changes WHERE key = ? AND what IN ('publish', 'rollback') AND version <> ? ORDER BY seq DESC LIMIT 1`, key, live).Scan(&version)
			if errors.Is(err, sql.ErrNoRows) {
				return &hotline.Error{Op: "kb rollback", Code: hotline.ENotFound, Message: "no earlier version of " + key + " was live"}
			}
			if err != nil {
				return err
			}
		}
		var there bool
		if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM versions WHERE key = ? AND version = ?)`, key, version).Scan(&there); err != nil {
			return err
		}
		if !there {
			return &hotline.Error{Op: "kb rollback", Code: hotline.ENotFound, Message: fmt.Sprintf("%s has no version %d", key, version)}
		}
		if err := t.goLive(key, version); err != nil {
			return err
		}
		return t.changed(key, version, RolledTo, note, time.Now())
	})
	return version, err
}

// Remove takes articles off; their versions and history stay.
func (b *Base) Remove(ctx context.Context, note string, keys ...string) error {
	return b.change(ctx, "remove", func(t tx) error {
		for _, k := range keys {
			if err := t.remove(k, note, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t tx) remove(key, note string, now time.Time) error {
	last, _, err := newest(t.ctx, t, key)
	if err != nil {
		return err
	}
	if last == 0 {
		return notFound("remove", key)
	}
	if err := t.exec(`DELETE FROM live WHERE key = ?`, key); err != nil {
		return err
	}
	return t.changed(key, last, Removed, note, now)
}

// List gives all articles, or only those with a draft, in order of their keys.
func (b *Base) List(ctx context.Context, onlyDrafts bool) ([]Listing, error) {
	if onlyDrafts {
		return b.Find(ctx, Filter{State: StateDraft})
	}
	return b.Find(ctx, Filter{})
}

// listing goes through the keys in order, so that a page of them is read alone.
const listing = `SELECT k.key, COALESCE(l.version, 0), COALESCE(l.held, 0), k.draft, v.version, v.at, v.data
	FROM (SELECT n.key, n.newest, NOT EXISTS (SELECT 1 FROM changes c WHERE c.key = n.key AND c.version = n.newest AND c.what IN ('publish', 'rollback', 'discard', 'remove')) AS draft
		FROM (SELECT key, MAX(version) AS newest FROM versions GROUP BY key) n) k
	LEFT JOIN live l ON l.key = k.key
	JOIN versions v ON v.key = k.key AND v.version = CASE WHEN k.draft THEN k.newest ELSE COALESCE(l.version, k.newest) END`

func (b *Base) listings(ctx context.Context, query string, args ...any) ([]Listing, error) {
	var out []Listing
	err := rows(ctx, b.st.r, query, args, func(r *sql.Rows) error {
		var l Listing
		var data []byte
		var at int64
		if err := r.Scan(&l.Key, &l.Live, &l.Held, &l.Draft, &l.Version, &at, &data); err != nil {
			return err
		}
		l.At = time.Unix(at, 0)
		var err error
		l.Article, err = decode(data)
		out = append(out, l)
		return err
	})
	return out, err
}

// Get gives one version of an article; 0 is the newest.
func (b *Base) Get(ctx context.Context, key string, version int) (Article, int, error) {
	var data []byte
	err := b.st.r.QueryRowContext(ctx, `SELECT version, data FROM versions WHERE key = ? AND (version = ? OR ? = 0) ORDER BY version DESC LIMIT 1`, key, version, version).Scan(&version, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return Article{}, 0, notFound("get", key)
	}
	if err != nil {
		return Article{}, 0, fmt.Errorf("kb get: %w", err)
	}
	a, err := decode(data)
	return a, version, err
}

// History gives what happened to an article, or to all if key is empty, oldest
// first, the last 1,000.
func (b *Base) History(ctx context.Context, key string) ([]Change, error) {
	var out []Change
	err := rows(ctx, b.st.r, `SELECT * FROM (SELECT seq, key, version, what, at, note FROM changes WHERE key = ? OR ? = '' ORDER BY seq DESC LIMIT 1000) ORDER BY seq`, []any{key, key}, func(r *sql.Rows) error {
		var c Change
		var at int64
		err := r.Scan(&c.Seq, &c.Key, &c.Version, &c.What, &at, &c.Note)
		c.At = time.Unix(at, 0)
		out = append(out, c)
		return err
	})
	return out, err
}

// Diff shows how version to differs from version from, as a unified diff; 0 for
// from is what is live, 0 for to is the newest.
func (b *Base) Diff(ctx context.Context, key string, from, to int) (string, error) {
	if from == 0 {
		live, _, _, err := serving(ctx, b.st.r, key)
		if err != nil {
			return "", err
		}
		from = live
	}
	var before Article
	var err error
	if from != 0 {
		if before, from, err = b.Get(ctx, key, from); err != nil {
			return "", err
		}
	}
	after, to, err := b.Get(ctx, key, to)
	if err != nil {
		return "", err
	}
	return difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: lines(before), B: lines(after), FromFile: fmt.Sprintf("%s version %d", key, from), ToFile: fmt.Sprintf("%s version %d", key, to), Context: 2,
	})
}

// lines is an article as lines for people to compare.
func lines(a Article) []string {
	var out []string
	put := func(name, text string) {
		for l := range strings.Lines(text) {
			out = append(out, name+": "+strings.TrimRight(l, "\n")+"\n")
		}
	}
	put("title", a.Title)
	for _, q := range a.Questions {
		put("question", q)
	}
	put("spoken", a.Spoken)
	if !a.From.IsZero() {
		put("from", a.From.Format(time.RFC3339))
	}
	if !a.Until.IsZero() {
		put("until", a.Until.Format(time.RFC3339))
	}
	put("source", a.Source)
	put("body", a.Body)
	return out
}
