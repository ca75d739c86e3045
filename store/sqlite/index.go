package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"time"

	"hotline"
)

// IndexName is the reader of the journal that makes the tables of the index: give
// Index its pages. A new version of the tables has a new name, so that they are
// made again.
const IndexName = "index 4"

// rewriteEvery is how often the words of a call that goes on are written again.
const rewriteEvery = 10 * time.Second

// entry is a call in the index.
type entry struct {
	hotline.Facts
	seq             uint64 // of the last event applied
	there           bool   // in the table of facts
	rewritten       time.Time
	words           int // how many of Words are in the index
	intents, moods  int // how many traits of each kind are
	agents          int
	changed, urgent bool // since it was written; must be now
}

// Index takes the next events of the journal into the tables that calls are
// counted and found by. Events that it has seen already do no harm. It returns
// the last event taken in. One goroutine may call it at a time.
func (db *DB) Index(ctx context.Context, evs []hotline.Event) (uint64, error) {
	if len(evs) == 0 {
		return 0, nil
	}
	if db.open == nil {
		db.open = map[hotline.CallID]*entry{}
		if evs[0].Seq == 1 {
			if err := db.clearIndex(ctx); err != nil {
				return 0, err
			}
		}
	}
	touched := map[hotline.CallID]*entry{}
	for _, ev := range evs {
		e, err := db.entryOf(ctx, ev)
		if err != nil {
			return 0, err
		}
		if ev.Seq > e.seq {
			e.Facts.Apply(ev)
			e.seq, e.changed = ev.Seq, true
			e.urgent = e.urgent || e.Ended || e.Joined || !e.there
		}
		touched[ev.Call] = e
	}
	tx, err := db.w.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	now := time.Now()
	for _, e := range touched {
		if e.changed {
			if err := e.write(ctx, tx, now); err != nil {
				return 0, err
			}
		}
	}
	if err := tx.Commit(); err != nil {
		clear(db.open) // what is marked as written is not
		return 0, err
	}
	for id, e := range touched {
		if e.Ended {
			delete(db.open, id)
		}
	}
	return evs[len(evs)-1].Seq, nil
}

func (db *DB) clearIndex(ctx context.Context) error {
	for _, q := range []string{`DELETE FROM facts`, `DELETE FROM traits`, `INSERT INTO words (words) VALUES ('delete-all')`} {
		if _, err := db.w.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// entryOf is the entry of the call of ev with all that was before ev.
func (db *DB) entryOf(ctx context.Context, ev hotline.Event) (*entry, error) {
	e := db.open[ev.Call]
	if e != nil {
		return e, nil
	}
	e = &entry{}
	for since := uint64(0); ev.N > 1; {
		page, err := db.Events(ctx, ev.Call, since, 1000)
		if err != nil {
			return nil, err
		}
		for _, before := range page {
			if since = before.Seq; since < ev.Seq {
				e.Facts.Apply(before)
				e.seq = since
			}
		}
		if len(page) < 1000 || since >= ev.Seq {
			break
		}
	}
	db.open[ev.Call] = e
	return e, nil
}

func (e *entry) write(ctx context.Context, tx *sql.Tx, now time.Time) error {
	exec := func(query string, args ...any) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}
	if e.urgent {
		if err := exec(`INSERT OR REPLACE INTO facts (no, call, started, ended, bot, result, marks, intent, emotion, agent, skill, wait, talk, packed)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.Seq, e.Call, e.Started.UnixMilli(), e.Ended, e.Bot, e.Result, marks(&e.Facts),
			e.Intent, e.Emotion, e.Agent, e.Skill, e.WaitMs, e.TalkMs, packed(&e.Facts)); err != nil {
			return err
		}
	}
	trait := func(kind, value string) error {
		return exec(`INSERT OR IGNORE INTO traits (kind, value, call) VALUES (?, ?, ?)`, kind, value, e.Call)
	}
	for ; e.intents < len(e.Intents); e.intents++ {
		if err := trait("intent", e.Intents[e.intents]); err != nil {
			return err
		}
	}
	for ; e.moods < len(e.Emotions); e.moods++ {
		if err := trait("emotion", e.Emotions[e.moods]); err != nil {
			return err
		}
	}
	for ; e.agents < len(e.Agents); e.agents++ {
		if err := trait("agent", string(e.Agents[e.agents])); err != nil {
			return err
		}
	}
	if e.words < len(e.Words) && (e.Ended || now.Sub(e.rewritten) >= rewriteEvery) {
		if err := exec(`INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)`, e.Seq, spaced(e.Text())); err != nil {
			return err
		}
		e.words, e.rewritten = len(e.Words), now
	}
	e.there, e.urgent = true, false
	e.changed = e.words < len(e.Words)
	return nil
}

const (
	markAnswered = 1 << iota
	markQueued
	markJoined
	markMoved
)

func marks(f *hotline.Facts) (m int) {
	for i, on := range []bool{f.Answered, f.Queued, f.Joined, f.Moved} {
		if on {
			m |= 1 << i
		}
	}
	return m
}

// packed is what Stats reads of a call: one column is read five times as fast as
// ten.
func packed(f *hotline.Facts) []byte {
	out := binary.AppendUvarint(nil, uint64(marks(f)))
	out = binary.AppendUvarint(out, uint64(f.WaitMs))
	out = binary.AppendUvarint(out, uint64(f.TalkMs))
	for _, s := range []string{f.Bot, string(f.Result), f.Intent, f.Emotion, string(f.Agent), f.Channel} {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	for _, n := range f.Answers {
		out = binary.AppendUvarint(out, uint64(n))
	}
	return out
}

// unpack is the inverse of packed.
func unpack(data []byte, f *hotline.Facts, names map[string]string) {
	number := func() uint64 {
		n, size := binary.Uvarint(data)
		data = data[max(size, 0):]
		return n
	}
	name := func() string {
		n := min(number(), uint64(len(data)))
		s, ok := names[string(data[:n])] // does not allocate
		if !ok {
			s = string(data[:n])
			names[s] = s
		}
		data = data[n:]
		return s
	}
	m := number()
	f.Answered, f.Queued, f.Joined, f.Moved = m&markAnswered != 0, m&markQueued != 0, m&markJoined != 0, m&markMoved != 0
	f.WaitMs, f.TalkMs = hotline.Ms(number()), hotline.Ms(number())
	f.Bot, f.Result, f.Intent, f.Emotion, f.Agent, f.Channel = name(), hotline.Result(name()), name(), name(), hotline.AgentID(name()), name()
	f.Answers = f.Answers[:0]
	for len(data) > 0 {
		rest := len(data)
		if n := number(); len(data) < rest {
			f.Answers = append(f.Answers, hotline.Ms(n))
			continue
		}
		return
	}
}

// Stats counts the calls of q.
func (db *DB) Stats(ctx context.Context, q hotline.StatsQuery) (hotline.Stats, error) {
	if err := q.Check(); err != nil {
		return hotline.Stats{}, err
	}
	rows, err := db.r.QueryContext(ctx, `SELECT started, packed FROM facts WHERE no >= (`+first("no")+`) AND no <= (`+last("no")+`)
		AND +started >= ? AND +started < ? AND ended`, q.From.Add(-setBack).UnixMilli(), q.To.Add(setBack).UnixMilli(), q.From.UnixMilli(), q.To.UnixMilli())
	if err != nil {
		return hotline.Stats{}, err
	}
	defer rows.Close()
	t, f, names := hotline.NewTally(q), hotline.Facts{Ended: true}, map[string]string{}
	var started int64
	var data sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&started, &data); err != nil {
			return hotline.Stats{}, err
		}
		f.Started = time.UnixMilli(started)
		unpack(data, &f, names)
		t.Add(&f)
	}
	return t.Stats(), rows.Err()
}

// Skills counts those who asked for a person in calls that began since then, by
// the skill they asked for.
func (db *DB) Skills(ctx context.Context, since time.Time, within time.Duration) ([]hotline.SkillStats, error) {
	rows, err := db.r.QueryContext(ctx, `SELECT skill, count(*), sum(joined), sum(result = 'abandoned'),
			sum(joined AND wait <= ?1), sum(joined OR wait > ?1)
		FROM (SELECT skill, result, wait, marks & 4 <> 0 AS joined FROM facts WHERE started >= ?2 AND marks & 2 AND (ended OR marks & 4))
		GROUP BY skill ORDER BY skill`, hotline.MsOf(within), since.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []hotline.SkillStats
	for rows.Next() {
		s := hotline.SkillStats{ServiceLevel: 1}
		var soon, counted int
		if err := rows.Scan(&s.Skill, &s.Offered, &s.Answered, &s.Abandoned, &soon, &counted); err != nil {
			return nil, err
		}
		if counted > 0 {
			s.ServiceLevel = float64(soon) / float64(counted)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
