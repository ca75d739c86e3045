package bot

import (
	"context"
	"fmt"
	"io/fs"
	"sync"
	"time"
)

// Store keeps the last good version of the bots of a folder. It may be used by
// many goroutines.
type Store struct {
	files fs.FS
	opt   Options
	mu    sync.RWMutex
	bots  map[string]*Bot
	seen  map[string]string // names, sizes and times when last looked at
}

// Open loads bots from files by name. All must be good: a server does not start
// with a bot that it cannot run.
func Open(files fs.FS, names []string, o Options) (*Store, error) {
	s := &Store{files: files, opt: o, bots: map[string]*Bot{}, seen: map[string]string{}}
	for _, n := range names {
		s.seen[n] = s.stamp(n)
		b, err := Load(files, n, o)
		if err != nil {
			return nil, err
		}
		s.bots[n] = b
	}
	return s, nil
}

// Get returns the last good version of a bot; nil if there is no such bot.
func (s *Store) Get(name string) *Bot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.bots[name]
}

// Reload looks once for bots whose files have changed and loads those again.
// What is wrong is told to failed, which may be nil; the version before stays.
func (s *Store) Reload(changed func(b *Bot), failed func(name string, err error)) {
	for name, old := range s.all() {
		stamp := s.stamp(name)
		s.mu.Lock()
		same := s.seen[name] == stamp
		s.seen[name] = stamp
		s.mu.Unlock()
		if same {
			continue
		}
		o := s.opt
		o.Like = old
		b, err := Load(s.files, name, o)
		switch {
		case err != nil && failed != nil:
			failed(name, err)
		case err == nil && b.Version != old.Version:
			s.mu.Lock()
			s.bots[name] = b
			s.mu.Unlock()
			if changed != nil {
				changed(b)
			}
		}
	}
}

// Watch calls Reload every so often until ctx ends. It blocks. Files are looked
// at rather than watched: that works on every file system, and a bot that is
// half written is refused and tried again when the rest is there.
func (s *Store) Watch(ctx context.Context, every time.Duration, changed func(b *Bot), failed func(name string, err error)) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s.Reload(changed, failed)
		}
	}
}

func (s *Store) all() map[string]*Bot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := map[string]*Bot{}
	for k, v := range s.bots {
		out[k] = v
	}
	return out
}

// stamp is what tells that a bot's files changed: names, sizes, times.
func (s *Store) stamp(name string) string {
	var out []byte
	fs.WalkDir(s.files, name, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if i, err := e.Info(); err == nil && !e.IsDir() {
			out = append(out, p...)
			out = i.ModTime().AppendFormat(append(out, ' '), time.RFC3339Nano)

			out = fmt.Appendf(out, " %d\n", i.Size())
		}
		return nil
	})
	return string(out)
}
