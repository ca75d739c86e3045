package kb

import (
	"context"
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
	Rank  rank.Options // how answers are found
	Fresh int          // changes after which the index is made anew; 0: a fifth of all, at least 1,000
}

// Base is an open knowledge base.
type Base struct {
	st  *store
	opt Options

	build    sync.Mutex // held by who changes the index
	now      atomic.Pointer[index]
	bringing atomic.Bool // somebody brings the index up to date, for searches that noticed a change
	renewing atomic.Bool // somebody makes it anew beside the old one
	life     context.Context
	end      context.CancelFunc
	wg       sync.WaitGroup
	closed   sync.Once
	err      error
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
	x, err := b.make(ctx)
	if err != nil {
		return nil, fmt.Errorf("knowledge base %s: %w", dir, errors.Join(err, b.Close()))
	}
	b.now.Store(x)
	return b, nil
}

// Close ends what is under way and waits for it. It may be called again.
func (b *Base) Close() error {
	b.closed.Do(func() {
		b.end()
		b.wg.Wait()
		b.err = b.st.close()
		if x := b.now.Load(); x != nil {
			b.err = errors.Join(b.err, x.retire())
		}
	})
	return b.err
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

// change writes, and then brings the index up to date.
func (b *Base) change(ctx context.Context, op string, f func(tx) error) error {
	if err := b.st.write(ctx, f); err != nil {
		var e *hotline.Error
		if errors.As(err, &e) {
			return err
		}
		return fmt.Errorf("kb %s: %w", op, err)
	}
	b.build.Lock()
	defer b.build.Unlock()
	if err := b.bring(ctx); err != nil {
		return fmt.Errorf("kb %s: index: %w", op, err)
	}
	return nil
}

func notFound(op, key string) error {
	return &hotline.Error{Op: "kb " + op, Code: hotline.ENotFound, Message: "there is no article " + key}
}
