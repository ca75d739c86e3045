// Package sqlitedb opens the SQLite files of a data folder. They hold what callers
// said and who may hear it, so that nobody else on the machine may read them.
package sqlitedb

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver, in pure Go
)

// Private makes the file if there is none, and its folder, and takes it from all others on the
// machine. SQLite gives the files that it puts beside it the same permissions.
func Private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) { // not opened: to close it would take SQLite's locks of this process away
		return os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// Connect gives a pool of as many connections at most, which stay open. Each has the pragmas, such as
// "busy_timeout(2000)", and its transactions lock the file from their beginning.
func Connect(path string, connections int, pragmas ...string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", DSN(path, pragmas...))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// DSN is the driver's name for the file and the pragmas.
func DSN(path string, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Migrate brings the schema up to date with the files in folder migrations.
func Migrate(ctx context.Context, db *sql.DB, migrations embed.FS) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	up, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	_, err = up.Up(ctx)
	return err
}
