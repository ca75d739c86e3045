package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"hotline"
)

const callColumns = `id, seq, n, phase, direction, "from", "to", bot, started, answered, ended, result, reason,
	length, language, intent, emotion, skill, agent, turns, recording, intent_n, channel, customer, name, segment, disposition, agents, staff, number, owed, tries`

func replaceCalls(ctx context.Context, tx *sql.Tx, calls []hotline.Call) error {
	put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO calls (`+callColumns+`) VALUES (?`+strings.Repeat(", ?", 31)+`)`)
	if err != nil {
		return err
	}
	defer put.Close()
	for _, c := range calls {
		if _, err := put.ExecContext(ctx, c.ID, c.Seq, c.N, c.Phase, c.Direction, c.From, c.To, c.Bot,
			c.Started.UnixMilli(), milli(c.Answered), milli(c.Ended), c.Result, c.Reason, c.LengthMs,
			c.Language, c.Intent, c.Emotion, c.Skill, c.Agent, c.Turns, c.Recording,
			c.IntentN, c.Channel, c.Customer, c.Name, c.Segment, c.Disposed, join(c.Agents), join(c.On), c.Number(), c.Owed, c.Tries); err != nil {
			return err
		}
		for _, a := range c.Agents {
			if _, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO seen (agent, call) VALUES (?, ?)`, a, c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// join is a list of agents as a column.
func join(all []hotline.AgentID) string {
	var b strings.Builder
	for i, a := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(a))
	}
	return b.String()
}

func split(column string) (all []hotline.AgentID) {
	for _, a := range strings.Fields(column) {
		all = append(all, hotline.AgentID(a))
	}
	return all
}

// milli is t as a column: NULL if there is none.
func milli(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func scanCall(scan func(...any) error) (hotline.Call, error) {
	var c hotline.Call
	var started int64
	var answered, ended sql.NullInt64
	var agents, on, number string // the number is made of the others
	err := scan(&c.ID, &c.Seq, &c.N, &c.Phase, &c.Direction, &c.From, &c.To, &c.Bot,
		&started, &answered, &ended, &c.Result, &c.Reason, &c.LengthMs,
		&c.Language, &c.Intent, &c.Emotion, &c.Skill, &c.Agent, &c.Turns, &c.Recording,
		&c.IntentN, &c.Channel, &c.Customer, &c.Name, &c.Segment, &c.Disposed, &agents, &on, &number, &c.Owed, &c.Tries)
	c.Agents, c.On = split(agents), split(on)
	c.Started = time.UnixMilli(started).UTC()
	if answered.Valid {
		c.Answered = time.UnixMilli(answered.Int64).UTC()
	}
	if ended.Valid {
		c.Ended = time.UnixMilli(ended.Int64).UTC()
	}
	return c, err
}

// Call is one call; the error carries hotline.ENotFound if there is none.
func (db *DB) Call(ctx context.Context, id hotline.CallID) (hotline.Call, error) {
	c, err := scanCall(db.r.QueryRowContext(ctx, `SELECT `+callColumns+` FROM calls WHERE id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return c, &hotline.Error{Op: "call", Code: hotline.ENotFound, Message: "no such call"}
	}
	return c, err
}

// Calls is the calls of q, newest first. Words and traits are those that Index has
// taken in.
func (db *DB) Calls(ctx context.Context, q hotline.CallQuery) ([]hotline.Call, error) {
	query, args := callsQuery(q)
	rows, err := db.r.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []hotline.Call
	for rows.Next() {
		c, err := scanCall(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// setBack is more than clocks are ever set back by: calls are in the order of
// their beginning but for so much.
const setBack = 2 * time.Hour

// first and last are the queries for the calls at the ends of a time: their id or
// their no.
func first(key string) string {
	return `SELECT ` + key + ` FROM facts WHERE started >= ? ORDER BY started, call LIMIT 1`
}

func last(key string) string {
	return `SELECT ` + key + ` FROM facts WHERE started < ? ORDER BY started DESC, call DESC LIMIT 1`
}

// callsQuery reads the calls from where they are fewest: those that have the
// words, or the first trait, or all.
func callsQuery(q hotline.CallQuery) (string, []any) {
	from, order, where, args := `calls c`, `c.id`, []string{`true`}, []any{}
	and := func(cond string, arg ...any) {
		where = append(where, cond)
		args = append(args, arg...)
	}
	words := match(q.Words)
	if words != "" {
		from, order = `words JOIN facts f ON f.no = words.rowid JOIN calls c ON c.id = f.call`, `words.rowid`
		and(`words MATCH ?`, words)
		if q.Before != "" {
			and(`words.rowid < (SELECT no FROM facts WHERE call = ?)`, q.Before)
		}
	} else if q.Words != "" {
		and(`false`)
	}
	for _, t := range [][2]string{{"intent", q.Intent}, {"emotion", q.Emotion}, {"agent", string(q.Agent)}} {
		switch {
		case t[1] == "":
		case from == `calls c`:
			from, order = `traits t CROSS JOIN calls c ON c.id = t.call`, `t.call`
			and(`t.kind = ? AND t.value = ?`, t[0], t[1])
		default:
			and(`EXISTS (SELECT 1 FROM traits x WHERE x.kind = ? AND x.value = ? AND x.call = c.id)`, t[0], t[1])
		}
	}
	if q.Since > 0 {
		and(`c.seq > ?`, q.Since)
	}
	if q.Before != "" && words == "" {
		and(order+` < ?`, q.Before)
	}
	switch q.State {
	case "":
	case "live":
		and(`c.phase <> 'ended'`)
	default:
		and(`c.phase = ?`, q.State)
	}
	if q.Result != "" {
		and(`c.result = ?`, q.Result)
	}
	if q.Reason != "" {
		and(`c.reason = ?`, q.Reason)
	}
	// A time is also a stretch of what is read in order, so that newer calls are not
	// read first. Calls of which nothing is indexed yet are found without one.
	key, indexed := strings.TrimPrefix(order, "t."), from != `calls c`
	if words != "" {
		key = "no"
	}
	if !q.From.IsZero() {
		and(`c.started >= ?`, q.From.UnixMilli())
		if indexed {
			and(order+` >= (`+first(key)+`)`, q.From.Add(-setBack).UnixMilli())
		}
	}
	if !q.To.IsZero() {
		and(`c.started < ?`, q.To.UnixMilli())
		if indexed {
			and(order+` <= (`+last(key)+`)`, q.To.Add(setBack).UnixMilli())
		}
	}
	if q.Customer != "" {
		and(`(c.customer = ? AND c.customer <> '' OR c."from" = ? OR c."to" = ? AND c.direction = 'out')`, q.Customer, q.Customer, q.Customer)
	}
	if q.Bot != "" {
		and(`c.bot = ?`, q.Bot)
	}
	if q.ID != "" {
		and(`c.id = ?`, q.ID)
	}
	if q.Owed {
		and(`c.owed > 0`)
	}
	switch {
	case q.SeenBy == "":
	case q.ID != "": // from the call to the later ones of the customer, which are few
		and(`(EXISTS (SELECT 1 FROM seen s WHERE s.agent = ? AND s.call = c.id)
			OR c.number <> '' AND EXISTS (SELECT 1 FROM calls o CROSS JOIN seen s ON s.agent = ? AND s.call = o.id WHERE o.number = c.number AND o.number <> '' AND o.id > c.id)
			OR c.customer <> '' AND EXISTS (SELECT 1 FROM calls o CROSS JOIN seen s ON s.agent = ? AND s.call = o.id WHERE o.customer = c.customer AND o.customer <> '' AND o.id > c.id))`,
			q.SeenBy, q.SeenBy, q.SeenBy)
	default: // from the agent's calls to the earlier ones of their customers
		and(`c.id IN (SELECT call FROM seen WHERE agent = ?
			UNION SELECT e.id FROM seen s CROSS JOIN calls o ON o.id = s.call CROSS JOIN calls e ON e.number = o.number AND e.id < o.id WHERE s.agent = ? AND o.number <> '' AND e.number <> ''
			UNION SELECT e.id FROM seen s CROSS JOIN calls o ON o.id = s.call CROSS JOIN calls e ON e.customer = o.customer AND e.id < o.id WHERE s.agent = ? AND o.customer <> '' AND e.customer <> '')`,
			q.SeenBy, q.SeenBy, q.SeenBy)
	}
	columns := "c." + strings.Join(strings.Fields(callColumns), " c.")
	return `SELECT ` + columns + ` FROM ` + from + ` WHERE ` + strings.Join(where, ` AND `) + ` ORDER BY ` + order + ` DESC LIMIT ?`, append(args, q.Limit)
}
