package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hotline"
)

// Head is the sequence number of the last event, 0 if there is none.
func (db *DB) Head(ctx context.Context) (uint64, error) {
	var seq uint64
	err := db.r.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM events`).Scan(&seq)
	return seq, err
}

// Write keeps events, which must follow Head without a gap, and replaces calls,
// all or nothing.
func (db *DB) Write(ctx context.Context, events []hotline.Event, calls []hotline.Call) error {
	tx, err := db.w.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := insertEvents(ctx, tx, events); err != nil {
		return err
	}
	if err := replaceCalls(ctx, tx, calls); err != nil {
		return err
	}
	return tx.Commit()
}

func insertEvents(ctx context.Context, tx *sql.Tx, events []hotline.Event) error {
	var head uint64
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM events`).Scan(&head); err != nil {
		return err
	}
	add, err := tx.PrepareContext(ctx, `INSERT INTO events (seq, call, n, leg, at, media, kind, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer add.Close()
	for _, ev := range events {
		if head++; ev.Seq != head {
			return fmt.Errorf("event %d where %d is next", ev.Seq, head)
		}
		body, err := json.Marshal(ev.Body)
		if err != nil {
			return fmt.Errorf("event %d: %w", ev.Seq, err)
		}
		if _, err := add.ExecContext(ctx, ev.Seq, ev.Call, ev.N, ev.Leg, ev.At.UnixMilli(), ev.Media, ev.Kind, string(body)); err != nil {
			return fmt.Errorf("event %d: %w", ev.Seq, err)
		}
	}
	return nil
}

// Events is up to limit events after since, in order; of one call unless call
// is empty.
func (db *DB) Events(ctx context.Context, call hotline.CallID, since uint64, limit int) ([]hotline.Event, error) {
	const cols = `SELECT seq, call, n, leg, at, media, kind, body FROM events WHERE seq > ?`
	query, args := cols+` ORDER BY seq LIMIT ?`, []any{since, limit}
	if call != "" {
		query, args = cols+` AND call = ? ORDER BY seq LIMIT ?`, []any{since, call, limit}
	}
	rows, err := db.r.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []hotline.Event
	for rows.Next() {
		var ev hotline.Event
		var at int64
		var body []byte
		if err := rows.Scan(&ev.Seq, &ev.Call, &ev.N, &ev.Leg, &at, &ev.Media, &ev.Kind, &body); err != nil {
			return nil, err
		}
		ev.At = time.UnixMilli(at).UTC()
		if ev.Body, err = hotline.DecodeBody(ev.Kind, body); err != nil {
			return nil, fmt.Errorf("event %d: %w", ev.Seq, err)
		}
		all = append(all, ev)
	}
	return all, rows.Err()
}

// Cursor is the place of the reader of that name, 0 at first.
func (db *DB) Cursor(ctx context.Context, name string) (uint64, error) {
	var seq uint64
	err := db.r.QueryRowContext(ctx, `SELECT seq FROM cursors WHERE name = ?`, name).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// SetCursor keeps the place of the reader of that name.
func (db *DB) SetCursor(ctx context.Context, name string, seq uint64) error {
	_, err := db.w.ExecContext(ctx, `INSERT INTO cursors (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`, name, seq)
	return err
}
