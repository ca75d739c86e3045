package auth

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"os"
	"time"

	"hotline/internal/sqlitedb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// openDB opens the file, which nobody else on the machine may read, and brings
// its schema up to date.
func openDB(ctx context.Context, path string) (_ *sql.DB, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("users %s: %w", path, err)
		}
	}()
	if err := sqlitedb.Private(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	unlock, err := alone(f) // two processes that make the tables at once
	if err != nil {
		return nil, err
	}
	defer unlock()
	db, err := sqlitedb.Connect(path, 4, "busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)")
	if err != nil {
		return nil, err
	}
	if err := sqlitedb.Migrate(ctx, db, migrations); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// change runs f in one transaction, which is all done or not at all, and tells
// those who watch.
func (d *Directory) change(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := f(tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE meta SET version = version + 1`); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	d.tell()
	return nil
}

// sweep removes what has ended.
func (d *Directory) sweep(ctx context.Context) error {
	now := time.Now()
	_, err1 := d.db.ExecContext(ctx, `DELETE FROM sessions WHERE ends <= ? OR used <= ?`, now.UnixMilli(), now.Add(-d.c.Idle).UnixMilli())
	_, err2 := d.db.ExecContext(ctx, `DELETE FROM links WHERE ends <= ?`, now.UnixMilli())
	_, err3 := d.db.ExecContext(ctx, `DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?`, maxAudit)
	return errors.Join(err1, err2, err3)
}

func moment(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}
