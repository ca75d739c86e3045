package kb

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"hotline/internal/sqlitedb"
	"hotline/kb/article"
)

//go:embed migrations/*.sql
var migrations embed.FS

// A store is the SQLite file.
type store struct {
	w *sql.DB // one connection: writes wait for each other
	r *sql.DB
}

func openStore(ctx context.Context, dir string) (_ *store, err error) {
	path := filepath.Join(dir, "kb.db")
	if err := sqlitedb.Private(path); err != nil { // it has the questions that had no answer
		return nil, err
	}
	s := &store{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	const wait = "busy_timeout(10000)" // for a locked file
	if s.w, err = sqlitedb.Connect(path, 1, wait, "journal_mode(WAL)", "synchronous(FULL)"); err != nil {
		return nil, err
	}
	if err := sqlitedb.Migrate(ctx, s.w, migrations); err != nil {
		return nil, err
	}
	s.r, err = sqlitedb.Connect(path, 4, wait, "query_only(1)")
	return s, err
}

func (s *store) close() error {
	var errs []error
	for _, db := range []*sql.DB{s.r, s.w} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// write runs f in one transaction.
func (s *store) write(ctx context.Context, f func(tx) error) error {
	t, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx{ctx, t}); err != nil {
		return errors.Join(err, t.Rollback())
	}
	return t.Commit()
}

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// tx is a transaction that writes.
type tx struct {
	ctx context.Context
	*sql.Tx
}

func (t tx) exec(query string, args ...any) error {
	_, err := t.ExecContext(t.ctx, query, args...)
	return err
}

// changed writes a line of history.
func (t tx) changed(key string, version int, what, note string, at time.Time) error {
	return t.exec(`INSERT INTO changes (key, version, what, at, note) VALUES (?, ?, ?, ?, ?)`, key, version, what, at.Unix(), note)
}

// add makes the next version of an article.
func (t tx) add(a article.Article, version int, at time.Time) error {
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO versions (key, version, hash, at, data) VALUES (?, ?, ?, ?, ?)`, a.Key(), version, a.Hash(), at.Unix(), data)
}

// goLive makes a version the one that answers.
func (t tx) goLive(key string, version int) error {
	return t.exec(`INSERT INTO live (key, version, held) VALUES (?, ?, 0)
		ON CONFLICT (key) DO UPDATE SET version = excluded.version, held = 0`, key, version)
}

// newest is the last version of an article and its hash; 0 if there is none.
func newest(ctx context.Context, q querier, key string) (version int, hash string, err error) {
	err = q.QueryRowContext(ctx, `SELECT version, hash FROM versions WHERE key = ? ORDER BY version DESC LIMIT 1`, key).Scan(&version, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return version, hash, err
}

// serving is the live version of an article; 0 if there is none.
func serving(ctx context.Context, q querier, key string) (version int, hash string, held bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT l.version, v.hash, l.held FROM live l JOIN versions v USING (key, version) WHERE l.key = ?`, key).Scan(&version, &hash, &held)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return version, hash, held, err
}

// generation grows with each change.
func (s *store) generation(ctx context.Context) (n int64, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM changes`).Scan(&n)
	return n, err
}

// rows calls scan for each row.
func rows(ctx context.Context, q querier, query string, args []any, scan func(*sql.Rows) error) (err error) {
	rs, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rs.Close()) }()
	for rs.Next() {
		if err := scan(rs); err != nil {
			return err
		}
	}
	return rs.Err()
}

func decode(data []byte) (a article.Article, err error) {
	if err = json.Unmarshal(data, &a); err != nil {
		err = fmt.Errorf("stored article: %w", err)
	}
	return a, err
}
