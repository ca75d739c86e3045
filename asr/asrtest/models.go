// Package asrtest tests recognisers: a conformance suite that every asr.Engine
// passes, and the real models to pass it with.
package asrtest

import (
	"os"
	"path/filepath"
	"testing"

	"hotline/asr/models"
)

// Models is the models folder, with the default models in it: $HOTLINE_MODELS,
// or data/models of the repository. It installs nothing. Where they are missing
// the test is skipped, or fails if CI is set: there they are installed before.
func Models(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("HOTLINE_MODELS")
	if dir == "" {
		dir = filepath.Join(root(t), "data", "models")
	}
	for _, name := range models.Default {
		if err := models.Check(dir, name); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%v (in %s)", err, dir)
			}
			t.Skipf("%v (in %s), or set HOTLINE_MODELS", err, dir)
		}
	}
	return dir
}

// root is the folder of go.mod above the test.
func root(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}
