package kb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"hotline"
	"hotline/kb/article"
	"hotline/kb/rank"
)

// Article is one answer; see the package article.
type Article = article.Article

// Options of Open. The zero Options are the defaults.
type Options struct {
	Rank rank.Options // how answers are found
}

// Base is an open knowledge base.
type Base struct {
	st  *store
	opt Options

	build   sync.Mutex // held while an index is made
	now     atomic.Pointer[state]
	pending atomic.Bool // a build is on its way
	life    context.Context
	end     context.CancelFunc
	wg      sync.WaitGroup
	closed  sync.Once
	err     error
}

// state is what searches see: an index, and what is live now.
type state struct {
	index *index
	gen   int64 // generation that live is of
	live  map[string]int
}

// index is what was live at generation gen, ready to be searched.
type index struct {
	*rank.Index
	gen  int64
	docs []doc

	mu     sync.RWMutex // held for reading by searches
	closed bool
}

// retire closes the index when the searches under way are done.
func (x *index) retire() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	return x.Close()
}

type doc struct {
	Article
	key     string
	version int
}

// Open opens the base in the folder dir, makes it if there is none, and makes the
// index.
func Open(ctx context.Context, dir string, opt Options) (*Base, error) {
	st, err := openStore(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("knowledge base %s: %w", dir, err)
	}
	b := &Base{st: st, opt: opt}
	b.life, b.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := b.rebuild(ctx); err != nil {
		return nil, fmt.Errorf("knowledge base %s: %w", dir, errors.Join(err, b.Close()))
	}
	return b, nil
}

// Close ends what is under way and waits for it. It may be called again.
func (b *Base) Close() error {
	b.closed.Do(func() {
		b.end()
		b.wg.Wait()
		b.err = b.st.close()
		if s := b.now.Load(); s != nil {
			b.err = errors.Join(b.err, s.index.retire())
		}
	})
	return b.err
}

// refresh brings what is live up to date, and if it has changed has the index
// made again, without waiting for that.
func (b *Base) refresh(ctx context.Context) (*state, error) {
	s := b.now.Load()
	gen, err := b.st.generation(ctx)
	if err != nil {
		return nil, err
	}
	if gen == s.gen {
		return s, nil
	}
	live, err := b.liveNow(ctx)
	if err != nil {
		return nil, err
	}
	next := &state{s.index, gen, live}
	b.now.CompareAndSwap(s, next)
	if b.life.Err() == nil && b.pending.CompareAndSwap(false, true) {
		b.wg.Go(func() {
			defer b.pending.Store(false)
			_ = b.rebuild(b.life) // the next search tries again
		})
	}
	return next, nil
}

// liveNow is the version of each article that may be served.
func (b *Base) liveNow(ctx context.Context) (map[string]int, error) {
	live := map[string]int{}
	err := rows(ctx, b.st.r, `SELECT key, version FROM live WHERE held = 0`, nil, func(r *sql.Rows) error {
		var key string
		var version int
		err := r.Scan(&key, &version)
		live[key] = version
		return err
	})
	return live, err
}

// rebuild makes the index of what is live.
func (b *Base) rebuild(ctx context.Context) error {
	b.build.Lock()
	defer b.build.Unlock()
	gen, err := b.st.generation(ctx)
	if err != nil {
		return err
	}
	if s := b.now.Load(); s != nil && s.index.gen == gen {
		return nil
	}
	x := &index{gen: gen}
	live := map[string]int{}
	err = rows(ctx, b.st.r, `SELECT key, version, data FROM live JOIN versions USING (key, version) WHERE held = 0 ORDER BY key`, nil, func(r *sql.Rows) error {
		var d doc
		var data []byte
		if err := r.Scan(&d.key, &d.version, &data); err != nil {
			return err
		}
		if d.Article, err = decode(data); err != nil {
			return err
		}
		live[d.key] = d.version
		x.docs = append(x.docs, d)
		return nil
	})
	if err != nil {
		return err
	}
	learned, err := b.learned(ctx)
	if err != nil {
		return err
	}
	docs := make([]rank.Doc, len(x.docs))
	for i, d := range x.docs {
		docs[i] = rank.Doc{Title: d.Title, Questions: append(d.Questions[:len(d.Questions):len(d.Questions)], learned[d.key]...), Body: d.Body + "\n" + d.Spoken}
	}
	if x.Index, err = rank.New(ctx, docs, b.opt.Rank); err != nil {
		return err
	}
	if old := b.now.Swap(&state{x, gen, live}); old != nil {
		return old.index.retire()
	}
	return nil
}

// learned are questions that an article was said to have answered well.
func (b *Base) learned(ctx context.Context) (map[string][]string, error) {
	out := map[string][]string{}
	err := rows(ctx, b.st.r, `SELECT key, question FROM votes WHERE good > bad AND question <> '' ORDER BY key, question`, nil, func(r *sql.Rows) error {
		var key, q string
		err := r.Scan(&key, &q)
		out[key] = append(out[key], q)
		return err
	})
	return out, err
}

// Feedback says whether an article answered a question well. Questions answered
// well are searched with the article's own. The question may be empty: then it
// counts for the history alone.
func (b *Base) Feedback(ctx context.Context, key, question string, good bool) error {
	return b.change(ctx, "feedback", func(t tx) error {
		v, _, _, err := serving(ctx, t, key)
		if err != nil {
			return err
		}
		if v == 0 {
			return notFound("feedback", key)
		}
		up, down := 1, 0
		if !good {
			up, down = 0, 1
		}
		if err := t.exec(`INSERT INTO votes (key, question, good, bad) VALUES (?, ?, ?, ?)
			ON CONFLICT (key, question) DO UPDATE SET good = good + excluded.good, bad = bad + excluded.bad`, key, masked(question), up, down); err != nil {
			return err
		}
		return t.changed(key, v, Voted, "", time.Now())
	})
}

// change writes, and then has the index made again.
func (b *Base) change(ctx context.Context, op string, f func(tx) error) error {
	if err := b.st.write(ctx, f); err != nil {
		var e *hotline.Error
		if errors.As(err, &e) {
			return err
		}
		return fmt.Errorf("kb %s: %w", op, err)
	}
	if err := b.rebuild(ctx); err != nil {
		return fmt.Errorf("kb %s: index: %w", op, err)
	}
	return nil
}

func notFound(op, key string) error {
	return &hotline.Error{Op: "kb " + op, Code: hotline.ENotFound, Message: "there is no article " + key}
}
