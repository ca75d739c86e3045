package kb

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hotline/kb/article"
)

// Import takes in a file, or all files of a folder whose format is known, all or
// none.
func (b *Base) Import(ctx context.Context, name string, p Policy) (Stored, error) {
	info, err := os.Stat(name)
	if err != nil {
		return Stored{}, fmt.Errorf("kb import: %w", err)
	}
	if info.IsDir() {
		return b.ImportFS(ctx, os.DirFS(name), p)
	}
	f, err := os.Open(name)
	if err != nil {
		return Stored{}, fmt.Errorf("kb import: %w", err)
	}
	defer f.Close()
	as, err := article.Read(filepath.Base(name), f)
	if err != nil {
		return Stored{}, fmt.Errorf("kb import: %w", err)
	}
	return b.Put(ctx, as, p)
}

// ImportFS takes in all files of fsys whose format is known; hidden files and
// README files are passed over. Ids that files do not give are their
// names without folder and ending, so en/returns.md and zh/returns.md are one article
// in two languages.
func (b *Base) ImportFS(ctx context.Context, fsys fs.FS, p Policy) (Stored, error) {
	var all []Article
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case strings.HasPrefix(base, ".") && base != ".":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir(), strings.HasPrefix(strings.ToUpper(base), "README"), !slices.Contains(article.Formats, strings.ToLower(path.Ext(base))):
			return nil
		}
		f, err := fsys.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		as, err := article.Read(name, f)
		all = append(all, as...)
		return err
	})
	if err != nil {
		return Stored{}, fmt.Errorf("kb import: %w", err)
	}
	from := map[string]string{}
	for _, a := range all {
		if other, ok := from[a.Key()]; ok {
			return Stored{}, fmt.Errorf("kb import: %s is in %s and in %s", a.Key(), other, a.Source)
		}
		from[a.Key()] = a.Source
	}
	return b.Put(ctx, all, p)
}
