package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hotline"
)

// tokenPrefix makes a token known for what it is, to people and to programs that
// look for secrets where they should not be.
const tokenPrefix = "hotline_"

// tokenOwner begins the Identity.User of a token.
const tokenOwner = "token:"

func same(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// AddToken makes a token of that name, role and, for the agent role, agent, which
// ends at ends unless that is zero. Only here is its secret told.
func (d *Directory) AddToken(ctx context.Context, by hotline.Identity, t hotline.Token) (hotline.Token, error) {
	t.Name = strings.TrimSpace(t.Name)
	bad := func(message string) error { return fail("token", hotline.EInvalid, message) }
	switch {
	case t.Name == "" || utf8.RuneCountInString(t.Name) > 100 || !utf8.ValidString(t.Name):
		return t, bad("a token has a name of at most 100 characters: what it is for")
	case t.Role == hotline.RoleCustomer || !slices.Contains(hotline.Roles, t.Role):
		return t, bad("role must be agent, supervisor or admin")
	case t.Agent != "" && !agentID.MatchString(string(t.Agent)):
		return t, bad("agent must be the id of an agent, such as agent-1")
	case !t.Ends.IsZero() && !t.Ends.After(time.Now()):
		return t, bad("the token would have ended already")
	}
	secret, _ := newSecret()
	secret = tokenPrefix + secret
	t.ID, t.By, t.Created, t.Used = strings.ToLower(rand.Text()[:10]), by.User, time.Now().UTC().Truncate(time.Millisecond), time.Time{}
	err := d.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO tokens (id, hash, name, role, agent, by, created, ends) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			t.ID, digest(secret), t.Name, t.Role, t.Agent, t.By, t.Created.UnixMilli(), millis(t.Ends)); err != nil {
			return err
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: by.User, What: "token.added", About: t.ID, Detail: t.Name + ", " + string(t.Role)})
	})
	t.Secret = secret
	return t, err
}

// Tokens is all tokens, without their secrets, oldest first.
func (d *Directory) Tokens(ctx context.Context) ([]hotline.Token, error) {
	rows, err := d.db.QueryContext(ctx, `SELECT id, name, role, agent, by, created, ends, used FROM tokens ORDER BY created, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []hotline.Token{}
	for rows.Next() {
		var t hotline.Token
		var created int64
		var ends, used sql.NullInt64
		if err := rows.Scan(&t.ID, &t.Name, &t.Role, &t.Agent, &t.By, &created, &ends, &used); err != nil {
			return nil, err
		}
		t.Created, t.Ends, t.Used = time.UnixMilli(created).UTC(), moment(ends), moment(used)
		all = append(all, t)
	}
	return all, rows.Err()
}

// RemoveToken ends a token at once.
func (d *Directory) RemoveToken(ctx context.Context, by hotline.Identity, id string) error {
	return d.change(ctx, func(tx *sql.Tx) error {
		var name string
		err := tx.QueryRowContext(ctx, `DELETE FROM tokens WHERE id = ? RETURNING name`, id).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			return fail("token", hotline.ENotFound, "no such token")
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: by.User, What: "token.removed", About: id, Detail: name})
	})
}

// Token is who has the token with the secret.
func (d *Directory) Token(ctx context.Context, secret string) (hotline.Identity, error) {
	none := fail("token", hotline.ENoIdentity, "no such token, or it has ended")
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) != len(tokenPrefix)+43 {
		return hotline.Identity{}, none
	}
	var i hotline.Identity
	var ends, used sql.NullInt64
	err := d.db.QueryRowContext(ctx, `SELECT id, name, role, agent, ends, used FROM tokens WHERE hash = ?`, digest(secret)).
		Scan(&i.User, &i.Name, &i.Role, &i.Agent, &ends, &used)
	now := time.Now()
	if errors.Is(err, sql.ErrNoRows) || err == nil && ends.Valid && now.UnixMilli() >= ends.Int64 {
		return hotline.Identity{}, none
	}
	if err != nil {
		return hotline.Identity{}, err
	}
	if !used.Valid || now.Sub(moment(used)) >= touchEvery {
		if _, err := d.db.ExecContext(ctx, `UPDATE tokens SET used = ? WHERE id = ?`, now.UnixMilli(), i.User); err != nil {
			return hotline.Identity{}, err
		}
	}
	i.User = tokenOwner + i.User
	return i, nil
}
