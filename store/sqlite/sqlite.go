// Package sqlite keeps events and calls in one SQLite file.
//
// The file is in write-ahead mode and each batch is on disk before Write
// returns (synchronous=FULL), so neither a killed process nor a power cut loses
// what was written. There is one writing connection; readers have their own and
// see the last whole batch, never wait for the writer and never make it wait.
// Another process that opens the same file is refused while this one lives.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver, in pure Go

	"hotline"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DB is safe for use by many goroutines.
type DB struct {
	w, r *sql.DB // one writing connection, several reading
	lock *os.File
	open map[hotline.CallID]*entry // calls that Index writes at
}

const readers = 4

// Open opens the file at path, makes it if there is none, and brings its schema
// up to date.
func Open(ctx context.Context, path string) (*DB, error) {
	db, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return db, nil
}

// private makes the file so that nobody else on the machine can read what
// callers said. SQLite gives its other files the same permissions.
func private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

func open(ctx context.Context, path string) (_ *DB, err error) {
	if err := private(path); err != nil {
		return nil, err
	}
	db := &DB{}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if db.lock, err = lock(path + ".lock"); err != nil {
		return nil, err
	}
	if db.w, err = sql.Open("sqlite", dsn(path, "journal_mode(WAL)", "synchronous(FULL)", "journal_size_limit(67108864)")); err != nil {
		return nil, err
	}
	db.w.SetMaxOpenConns(1)
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	up, err := goose.NewProvider(goose.DialectSQLite3, db.w, files)
	if err != nil {
		return nil, err
	}
	if _, err := up.Up(ctx); err != nil {
		return nil, err
	}
	if db.r, err = sql.Open("sqlite", dsn(path, "query_only(1)")); err != nil {
		return nil, err
	}
	db.r.SetMaxOpenConns(readers)
	db.r.SetMaxIdleConns(readers)
	return db, nil
}

// dsn is the driver's name for path. A statement that finds the file locked by
// someone's tool waits two seconds and then fails.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{"busy_timeout(2000)"}, pragmas...)}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Close ends the connections; queries under way fail. It may be called again.
func (db *DB) Close() error {
	var errs []error
	for _, c := range []*sql.DB{db.r, db.w} {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	if db.lock != nil {
		_ = db.lock.Close() // gives the lock back
	}
	return errors.Join(errs...)
}
