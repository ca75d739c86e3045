package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"hotline/dialog"
	"hotline/kb"
)

// knowledge is what the bots answer from: a base for each bot that has a folder
// knowledge, or had one. A nil *knowledge is empty.
type knowledge struct {
	files fs.FS
	dir   string // the bases, a folder each
	bases map[string]*kb.Base
}

// openKnowledge opens the bases of the configured bots, and takes in what their
// folders have.
func openKnowledge(ctx context.Context, c Config) (*knowledge, error) {
	k := &knowledge{files: c.botFiles(), dir: filepath.Join(c.Data, "kb"), bases: map[string]*kb.Base{}}
	for _, bot := range c.botNames() {
		dir := filepath.Join(k.dir, bot)
		_, noFolder := fs.Stat(k.files, path.Join(bot, "knowledge"))
		_, noBase := os.Stat(dir)
		if noFolder != nil && noBase != nil {
			continue
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			k.close()
			return nil, err
		}
		base, err := kb.Open(ctx, dir, kb.Options{})
		if err == nil {
			k.bases[bot] = base
			err = k.takeIn(ctx, bot)
		}
		if err != nil {
			k.close()
			return nil, fmt.Errorf("knowledge of %s: %w", bot, err)
		}
	}
	return k, nil
}

// takeIn makes the bot's folder live if it has changed since the last time. What
// was published since stays as long as the folder does.
func (k *knowledge) takeIn(ctx context.Context, bot string) error {
	base := k.bases[bot]
	files, err := fs.Sub(k.files, path.Join(bot, "knowledge"))
	if err != nil || base == nil {
		return err
	}
	if _, err := fs.Stat(files, "."); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	sum, err := sumOf(files)
	if err != nil {
		return err
	}
	stamp := filepath.Join(k.dir, bot, "folder.sha256")
	if was, err := os.ReadFile(stamp); err == nil && string(was) == sum {
		return nil
	}
	if _, err := base.ImportFS(ctx, files, kb.Policy{Live: true, Note: "the bot's folder"}); err != nil {
		return err
	}
	return os.WriteFile(stamp, []byte(sum), 0o600)
}

// sumOf tells two contents of a folder apart.
func sumOf(files fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		fmt.Fprintf(h, "%s %d\n", name, len(data))
		h.Write(data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// of is what a bot answers from, or nil.
func (k *knowledge) of(bot string) dialog.Searcher {
	if k == nil || k.bases[bot] == nil {
		return nil
	}
	return k.bases[bot].Index(kb.Query{})
}

// base is that of a bot; the error tells which there are.
func (k *knowledge) base(bot string) (*kb.Base, error) {
	if b := k.bases[bot]; b != nil {
		return b, nil
	}
	var have []string
	for name := range k.bases {
		have = append(have, name)
	}
	return nil, fmt.Errorf("bot %s has no knowledge; these have: %s", bot, strings.Join(have, ", "))
}

func (k *knowledge) close() {
	for _, b := range k.bases {
		_ = b.Close() // it only waits for what is under way
	}
}
