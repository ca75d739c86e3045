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
	"os"

	"hotline"
	"hotline/internal/sqlitedb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DB is safe for use by many goroutines.
type DB struct {
	w, r *sql.DB // one writing connection, several reading
	lock *os.File
	open map[hotline.CallID]*entry // calls that Index writes at
}

const (
	readers = 4
	busy    = "busy_timeout(2000)" // a statement that finds the file locked by someone's tool waits, and then fails
)

// Open opens the file at path, makes it if there is none, and brings its schema
// up to date.
func Open(ctx context.Context, path string) (*DB, error) {
	db, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return db, nil
}

func open(ctx context.Context, path string) (_ *DB, err error) {
	if err := sqlitedb.Private(path); err != nil {
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
	if db.w, err = sqlitedb.Connect(path, 1, busy, "journal_mode(WAL)", "synchronous(FULL)", "journal_size_limit(67108864)"); err != nil {
		return nil, err
	}
	if err := sqlitedb.Migrate(ctx, db.w, migrations); err != nil {
		return nil, err
	}
	db.r, err = sqlitedb.Connect(path, readers, busy, "query_only(1)")
	return db, err
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
