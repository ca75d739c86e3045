package sqlitedb

import (
	"os"
	"path/filepath"
	"testing"
)

// Nobody else on the machine reads a file, nor what SQLite puts beside it, whatever it was before;
// odd names are names.
func TestPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#% folder", "x.db")
	for _, before := range []os.FileMode{0, 0o644} {
		if before != 0 {
			if err := os.Chmod(path, before); err != nil {
				t.Fatal(err)
			}
		}
		if err := Private(path); err != nil {
			t.Fatal(err)
		}
		db, err := Connect(path, 1, "journal_mode(WAL)")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS t (x)"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			if i, err := os.Stat(name); err != nil || i.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v %v", name, i.Mode(), err)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
