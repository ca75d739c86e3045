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
	length, language, intent, emotion, skill, agent, turns, recording`

func replaceCalls(ctx context.Context, tx *sql.Tx, calls []hotline.Call) error {
	put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO calls (`+callColumns+`) VALUES (?`+strings.Repeat(", ?", 20)+`)`)
	if err != nil {
		return err
	}
	defer put.Close()
	for _, c := range calls {
		if _, err := put.ExecContext(ctx, c.ID, c.Seq, c.N, c.Phase, c.Direction, c.From, c.To, c.Bot,
			c.Started.UnixMilli(), milli(c.Answered), milli(c.Ended), c.Result, c.Reason, c.LengthMs,
			c.Language, c.Intent, c.Emotion, c.Skill, c.Agent, c.Turns, c.Recording); err != nil {
			return err
		}
	}
	return nil
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
	err := scan(&c.ID, &c.Seq, &c.N, &c.Phase, &c.Direction, &c.From, &c.To, &c.Bot,
		&started, &answered, &ended, &c.Result, &c.Reason, &c.LengthMs,
		&c.Language, &c.Intent, &c.Emotion, &c.Skill, &c.Agent, &c.Turns, &c.Recording)
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

// Calls is the calls of q, newest first.
func (db *DB) Calls(ctx context.Context, q hotline.CallQuery) ([]hotline.Call, error) {
	query, args := `SELECT `+callColumns+` FROM calls WHERE true`, []any{}
	and := func(cond string, arg ...any) {
		query += " AND " + cond
		args = append(args, arg...)
	}
	if q.Since > 0 {
		and(`seq > ?`, q.Since)
	}
	if q.Before != "" {
		and(`id < ?`, q.Before)
	}
	switch q.State {
	case "":
	case "live":
		and(`phase <> 'ended'`)
	default:
		and(`phase = ?`, q.State)
	}
	rows, err := db.r.QueryContext(ctx, query+` ORDER BY id DESC LIMIT ?`, append(args, q.Limit)...)
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
