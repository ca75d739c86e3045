package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/internal/sqlitedb"
	"hotline/store/storetest"
)

func openTest(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		path := filepath.Join(t.TempDir(), "data folder?#%", "hotline.db")
		db := openTest(t, path)
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		return db
	})
}

// What callers say is nobody else's on the machine, whatever the folder's
// permissions are, and those of a file of an earlier version.
func TestNobodyElseMayReadIt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hotline.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := openTest(t, path).Write(t.Context(), started(1), nil); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func started(seq uint64) []hotline.Event {
	b := hotline.CallStarted{From: strings.Repeat("long ", 2000)}
	return []hotline.Event{{Seq: seq, N: 1, Call: "a", At: time.Now(), Kind: b.Kind(), Body: b}}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hotline.db")
	db := openTest(t, path)
	if err := db.Write(t.Context(), started(1), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "another hotline") {
		t.Errorf("opened twice: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openTest(t, path)
	if head, err := db.Head(t.Context()); head != 1 || err != nil {
		t.Errorf("head after reopening is %d, %v", head, err)
	}
}

func TestPragmas(t *testing.T) {
	db := openTest(t, filepath.Join(t.TempDir(), "hotline.db"))
	var mode, sync string
	if err := db.w.QueryRow(`PRAGMA journal_mode`).Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal_mode %q, %v", mode, err)
	}
	if err := db.w.QueryRow(`PRAGMA synchronous`).Scan(&sync); err != nil || sync != "2" {
		t.Errorf("synchronous %q, %v: want 2, FULL", sync, err)
	}
	if _, err := db.r.Exec(`DELETE FROM events`); err == nil {
		t.Error("a reading connection wrote")
	}
}

// A full disk and a lock held by someone else's tool fail a write; the next one
// after they are gone succeeds.
func TestFullAndLocked(t *testing.T) {
	db := openTest(t, filepath.Join(t.TempDir(), "hotline.db"))
	exec := func(q string) {
		t.Helper()
		if _, err := db.w.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	var pages string
	if err := db.w.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	exec(`PRAGMA max_page_count = ` + pages)
	if err := db.Write(t.Context(), started(1), nil); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("write to a full database: %v", err)
	}
	exec(`PRAGMA max_page_count = 1000000`)
	exec(`PRAGMA busy_timeout = 1`)

	var path string
	if err := db.r.QueryRow(`SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path); err != nil {
		t.Fatal(err)
	}
	other, err := db.w.Driver().Open(sqlitedb.DSN(path, busy))
	if err != nil {
		t.Fatal(err)
	}
	tx, err := other.Begin() //nolint:staticcheck // the plain driver is the point
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), started(1), nil); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("write to a locked database: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), started(1), nil); err != nil {
		t.Errorf("write after the lock was gone: %v", err)
	}
}
