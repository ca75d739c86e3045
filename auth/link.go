package auth

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"hotline"
)

const (
	linkLife  = 72 * time.Hour // a new user may come on Monday
	firstLife = 24 * time.Hour
)

var errLink = fail("setup", hotline.EForbidden, "the link was used, is too old, or was replaced by a newer one; ask for another")

// FirstLink is a link for the first administrator, in place of any before; ok is
// false if there is an administrator.
func (d *Directory) FirstLink(ctx context.Context) (l hotline.Link, ok bool, err error) {
	err = d.change(ctx, func(tx *sql.Tx) error {
		n, err := admins(ctx, tx)
		if ok = err == nil && n == 0; !ok {
			return err
		}
		l, err = newLink(ctx, tx, "", firstLife)
		return err
	})
	return l, ok && err == nil, err
}

// Link is a link by which the user sets a password, in place of any before. It
// passes whatever guessing slowed the account down.
func (d *Directory) Link(ctx context.Context, by hotline.Identity, id string) (l hotline.Link, err error) {
	err = d.change(ctx, func(tx *sql.Tx) error {
		u, _, err := user(ctx, tx, id)
		if err != nil {
			return err
		}
		if l, err = newLink(ctx, tx, u.ID, linkLife); err != nil {
			return err
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: by.User, What: "link.made", About: u.ID})
	})
	return l, err
}

func newLink(ctx context.Context, tx *sql.Tx, id string, life time.Duration) (hotline.Link, error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE user = ?`, id); err != nil {
		return hotline.Link{}, err
	}
	secret, hash := newSecret()
	ends := time.Now().Add(life)
	_, err := tx.ExecContext(ctx, `INSERT INTO links (hash, user, ends) VALUES (?, ?, ?)`, hash, id, ends.UnixMilli())
	return hotline.Link{Secret: secret, User: id, Ends: ends.UTC().Truncate(time.Millisecond)}, err
}

// CheckLink is whom a link that may still be used is for; the zero User is the
// first administrator.
func (d *Directory) CheckLink(ctx context.Context, secret string) (hotline.User, error) {
	return linkUser(ctx, d.db, secret)
}

func linkUser(ctx context.Context, q querier, secret string) (u hotline.User, err error) {
	var id string
	err = q.QueryRowContext(ctx, `SELECT user FROM links WHERE hash = ? AND ends > ?`, digest(secret), time.Now().UnixMilli()).Scan(&id)
	if err == nil && id == "" {
		n, err := admins(ctx, q)
		if err == nil && n > 0 {
			err = errLink
		}
		return u, err
	}
	if err == nil {
		u, _, err = user(ctx, q, id)
	}
	if errors.Is(err, sql.ErrNoRows) || hotline.ErrorCode(err) == hotline.ENotFound || u.Disabled {
		return hotline.User{}, errLink
	}
	return u, err
}

// UseLink sets the password of whom the link is for, and signs them in. The first
// administrator chooses id and name too; for others they are not looked at.
func (d *Directory) UseLink(ctx context.Context, secret, id, name, password string, try hotline.SignIn) (s hotline.Session, err error) {
	u, err := linkUser(ctx, d.db, secret)
	if err != nil {
		return s, err
	}
	first := u.ID == ""
	if first {
		u = hotline.User{ID: id, Name: name, Role: hotline.RoleAdmin, Created: time.Now().UTC().Truncate(time.Millisecond)}
		if err := valid(&u); err != nil {
			return s, err
		}
	}
	if err := fit(password, u.ID, u.Name); err != nil {
		return s, err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return s, err
	}
	err = d.change(ctx, func(tx *sql.Tx) error {
		now, err := linkUser(ctx, tx, secret) // only one of two who use it at once
		if err != nil {
			return err
		}
		if !first {
			u = now
		} else if _, _, err := user(ctx, tx, u.ID); hotline.ErrorCode(err) != hotline.ENotFound {
			if err == nil {
				err = fail("setup", hotline.EConflict, "there is a user of that name")
			}
			return err
		}
		u.Password = true
		if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE hash = ?`, digest(secret)); err != nil {
			return err
		}
		if err := put(ctx, tx, u, hash); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, u.ID, ""); err != nil {
			return err
		}
		if err := audit(ctx, tx, hotline.AuditEntry{Who: u.ID, What: "link.used", About: u.ID, From: try.From.String(), Detail: describe(u)}); err != nil {
			return err
		}
		s, err = d.begin(ctx, tx, u, try, "link")
		return err
	})
	if err == nil {
		d.byName.passed("account " + u.ID)
		s.Device = d.device(u.ID)
	}
	return s, err
}
