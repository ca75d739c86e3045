package auth

import (
	"context"
	"time"

	"hotline"
)

// maxAudit is how many entries are kept.
const maxAudit = 200_000

// audit writes who did what. It never holds a secret.
func audit(ctx context.Context, q querier, e hotline.AuditEntry) error {
	_, err := q.ExecContext(ctx, `INSERT INTO audit (at, who, what, about, "from", detail) VALUES (?, ?, ?, ?, ?, ?)`,
		time.Now().UnixMilli(), clip(e.Who), e.What, clip(e.About), clip(e.From), clip(e.Detail))
	return err
}

// clip bounds what a stranger may write into the table.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200]
	}
	return s
}

// Audit is up to limit entries, newest first, those before the entry before
// unless that is 0.
func (d *Directory) Audit(ctx context.Context, before int64, limit int) ([]hotline.AuditEntry, error) {
	rows, err := d.db.QueryContext(ctx, `SELECT id, at, who, what, about, "from", detail FROM audit
		WHERE ? = 0 OR id < ? ORDER BY id DESC LIMIT ?`, before, before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []hotline.AuditEntry{}
	for rows.Next() {
		var e hotline.AuditEntry
		var at int64
		if err := rows.Scan(&e.ID, &at, &e.Who, &e.What, &e.About, &e.From, &e.Detail); err != nil {
			return nil, err
		}
		e.At = time.UnixMilli(at).UTC()
		all = append(all, e)
	}
	return all, rows.Err()
}
