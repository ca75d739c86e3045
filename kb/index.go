package kb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"

	"hotline/kb/rank"
)

// index is what was live at generation gen, ready to be searched. It is brought
// up to date in place: an article that changes costs milliseconds, however many
// there are. After a great part has changed it is made anew, beside the old one.
type index struct {
	*rank.Index

	mu     sync.RWMutex // held for reading by searches, which are short
	closed bool
	gen    int64
	docs   []doc          // by the numbers of the rank.Index; those taken out have no key
	at     map[string]int // number by key
	drift  int            // documents that came or went since it was made

	// What changed after gen and is not in the index yet is not served from it:
	// ahead has the version of each such key that is live now, 0 for none.
	ahead map[string]int
	seen  int64 // generation that ahead is of; gen if it is empty
}

type doc struct {
	Article
	key     string
	version int
	learned []string // questions that it was said to have answered well
}

func (d *doc) rank() rank.Doc {
	return rank.Doc{Title: d.Title, Questions: append(d.Questions[:len(d.Questions):len(d.Questions)], d.learned...), Body: d.Body + "\n" + d.Spoken}
}

// live is the version of an article that may be served now; 0 is none.
func (x *index) live(key string) int {
	if v, ok := x.ahead[key]; ok {
		return v
	}
	if i, ok := x.at[key]; ok {
		return x.docs[i].version
	}
	return 0
}

// retire closes the index when the searches under way are done.
func (x *index) retire() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	return x.Close()
}

const (
	fewChanges  = 20   // that a search takes in itself before it looks
	atOnce      = 100  // that are taken in while searches wait
	freshAfter  = 1000 // changes at least, or a part of all: then the index is made anew
	freshPart   = 5
	mostForLive = 500 // keys in one query
)

// fresh is how many documents may change before an index of n is made anew.
func (b *Base) fresh(n int) int {
	if b.opt.Fresh > 0 {
		return b.opt.Fresh
	}
	return max(freshAfter, n/freshPart)
}

// hold gives the present index, held for reading, which knows of every change up
// to now: it has it, or leaves out what it concerns. It does not wait for an index
// that is being made.
func (b *Base) hold(ctx context.Context) (*index, error) {
	for {
		x := b.now.Load()
		gen, err := b.st.generation(ctx)
		if err != nil {
			return nil, err
		}
		x.mu.RLock()
		if !x.closed && gen <= x.seen {
			return x, nil
		}
		closed := x.closed
		x.mu.RUnlock()
		if closed && b.life.Err() != nil {
			return nil, b.life.Err()
		}
		if err := b.notice(ctx); err != nil {
			return nil, err
		}
	}
}

// notice takes few changes in; of many, or while somebody else is at it, it notes
// what is live now and leaves the work to the background.
func (b *Base) notice(ctx context.Context) error {
	mine := b.build.TryLock()
	x := b.now.Load()
	x.mu.RLock()
	seen := x.seen
	x.mu.RUnlock()
	gen, keys, err := b.changedSince(ctx, seen)
	if mine {
		if err == nil && len(keys) <= fewChanges {
			err = b.bring(ctx)
			b.build.Unlock()
			return err
		}
		b.build.Unlock()
	}
	if err != nil {
		return err
	}
	live, err := b.liveOf(ctx, keys)
	if err != nil {
		return err
	}
	x.mu.Lock()
	if x.ahead == nil {
		x.ahead = map[string]int{}
	}
	if gen > x.gen { // or it was brought up to date meanwhile
		for _, k := range keys {
			x.ahead[k] = live[k]
		}
		x.seen = max(x.seen, gen)
	}
	x.mu.Unlock()
	if b.life.Err() == nil && b.bringing.CompareAndSwap(false, true) {
		b.wg.Go(b.catchUp)
	}
	return nil
}

// catchUp brings the index up to date until nothing is ahead of it.
func (b *Base) catchUp() {
	for {
		b.build.Lock()
		err := b.bring(b.life)
		b.build.Unlock()
		b.bringing.Store(false)
		x := b.now.Load()
		x.mu.RLock()
		behind := len(x.ahead) > 0 // noted since, when this was still at work
		x.mu.RUnlock()
		if err != nil || !behind || !b.bringing.CompareAndSwap(false, true) {
			return // after an error the next search that notices something tries again
		}
	}
}

// changedSince is what changed after gen, and the generation now.
func (b *Base) changedSince(ctx context.Context, gen int64) (now int64, keys []string, err error) {
	if now, err = b.st.generation(ctx); err != nil {
		return 0, nil, err
	}
	err = rows(ctx, b.st.r, `SELECT DISTINCT key FROM changes WHERE seq > ? AND seq <= ?`, []any{gen, now}, func(r *sql.Rows) error {
		var key string
		err := r.Scan(&key)
		keys = append(keys, key)
		return err
	})
	return now, keys, err
}

// in is a list of places for keys in a query, and the keys.
func in(keys []string) (string, []any) {
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = k
	}
	return "(?" + strings.Repeat(", ?", len(keys)-1) + ")", args
}

// liveOf is the versions of the keys that may be served.
func (b *Base) liveOf(ctx context.Context, keys []string) (map[string]int, error) {
	live := map[string]int{}
	for part := range slices.Chunk(keys, mostForLive) {
		list, args := in(part)
		err := rows(ctx, b.st.r, `SELECT key, version FROM live WHERE held = 0 AND key IN `+list, args, func(r *sql.Rows) error {
			var key string
			var version int
			err := r.Scan(&key, &version)
			live[key] = version
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return live, nil
}

// bring has the index up to date when it returns. b.build is held.
func (b *Base) bring(ctx context.Context) error {
	x := b.now.Load()
	gen, keys, err := b.changedSince(ctx, x.gen)
	if err != nil || gen == x.gen {
		return err
	}
	if len(keys) <= b.fresh(len(x.at)) {
		err := b.takeIn(ctx, x, gen, keys)
		if x.drift > b.fresh(len(x.at)) && b.life.Err() == nil && b.renewing.CompareAndSwap(false, true) {
			b.wg.Go(func() { b.renew(); b.renewing.Store(false) })
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	y, err := b.make(ctx)
	if err != nil {
		return err
	}
	b.now.Store(y)
	return x.retire()
}

// renew makes the index anew while the old one goes on.
func (b *Base) renew() {
	y, err := b.make(b.life)
	if err != nil {
		return // the next change tries again
	}
	b.build.Lock()
	defer b.build.Unlock()
	gen, keys, err := b.changedSince(b.life, y.gen)
	if err == nil {
		err = b.takeIn(b.life, y, gen, keys)
	}
	if err != nil {
		_ = y.retire() // nobody has seen it
		return
	}
	_ = b.now.Swap(y).retire() // frees memory, and cannot fail in a way that matters
}

// takeIn has x as it should be at gen, after which the keys changed. Nobody else
// changes x meanwhile.
func (b *Base) takeIn(ctx context.Context, x *index, gen int64, keys []string) error {
	for part := range slices.Chunk(keys, atOnce) {
		list, args := in(part)
		now := map[string]doc{}
		if err := b.read(ctx, ` AND l.key IN `+list, args, func(d doc) { now[d.key] = d }); err != nil {
			return err
		}
		if err := x.update(ctx, part, now); err != nil {
			return err
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.gen = gen
	if x.seen <= gen {
		x.seen, x.ahead = gen, nil
	}
	return nil
}

// update puts what is live now in the place of what the index has of the keys.
func (x *index) update(ctx context.Context, keys []string, now map[string]doc) error {
	var out []int
	var docs []doc
	var add []rank.Doc
	for _, k := range keys {
		d, live := now[k]
		i, has := x.at[k]
		if live && has && x.docs[i].version == d.version && slices.Equal(x.docs[i].learned, d.learned) {
			continue
		}
		if has {
			out = append(out, i)
		}
		if live {
			docs, add = append(docs, d), append(add, d.rank())
		}
	}
	if len(out)+len(add) == 0 {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.Update(ctx, out, add); err != nil {
		return err
	}
	for _, i := range out {
		delete(x.at, x.docs[i].key)
		x.docs[i] = doc{}
	}
	for _, d := range docs {
		x.at[d.key] = len(x.docs)
		x.docs = append(x.docs, d)
	}
	x.drift += len(out) + len(add)
	return nil
}

// read gives each what may be served now, in order of the keys; which limits it.
func (b *Base) read(ctx context.Context, which string, args []any, each func(doc)) error {
	learned := map[string][]string{}
	err := rows(ctx, b.st.r, `SELECT l.key, question FROM votes l WHERE good > bad AND question <> ''`+which+` ORDER BY l.key, question`, args, func(r *sql.Rows) error {
		var key, q string
		err := r.Scan(&key, &q)
		learned[key] = append(learned[key], q)
		return err
	})
	if err != nil {
		return err
	}
	return rows(ctx, b.st.r, `SELECT l.key, l.version, v.data FROM live l JOIN versions v ON v.key = l.key AND v.version = l.version WHERE held = 0`+which+` ORDER BY l.key`, args, func(r *sql.Rows) error {
		var d doc
		var data []byte
		if err := r.Scan(&d.key, &d.version, &data); err != nil {
			return err
		}
		var err error
		if d.Article, err = decode(data); err != nil {
			return err
		}
		d.learned = learned[d.key]
		each(d)
		return nil
	})
}

// make makes an index of what is live.
func (b *Base) make(ctx context.Context) (*index, error) {
	gen, err := b.st.generation(ctx) // first: what changes while we read is taken in again
	if err != nil {
		return nil, err
	}
	x := &index{gen: gen, seen: gen, at: map[string]int{}}
	err = b.read(ctx, "", nil, func(d doc) {
		x.at[d.key] = len(x.docs)
		x.docs = append(x.docs, d)
	})
	if err != nil {
		return nil, err
	}
	docs := make([]rank.Doc, len(x.docs))
	for i := range x.docs {
		docs[i] = x.docs[i].rank()
	}
	if x.Index, err = rank.New(ctx, docs, b.opt.Rank); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return x, nil
}
