package auth

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"time"

	"hotline"
)

// touchEvery is how exactly it is known when a session or token was used last.
const touchEvery = time.Minute

// errWrong is the one answer to an unknown name, a wrong password and a disabled
// user.
var errWrong = fail("sign in", hotline.ENoIdentity, "wrong name or password")

// SignIn begins a session.
func (d *Directory) SignIn(ctx context.Context, try hotline.SignIn) (hotline.Session, error) {
	id := userName(try.User)
	if len(id) > 128 || len(try.Password) > 4*maxPassword {
		return hotline.Session{}, errWrong
	}
	place, account := place(try.From), "account "+id
	known := d.knows(try.Device, id)
	if known { // who signed in from this browser before is not slowed down by guesses from elsewhere
		account = "device " + try.Device
	}
	for _, l := range []struct {
		*limiter
		key string
	}{{d.byPlace, place}, {d.byName, account}} {
		if wait := l.attempt(l.key); wait > 0 {
			if l.limiter == d.byName {
				d.byPlace.refund(place)
			}
			return hotline.Session{}, &hotline.Error{Op: "sign in", Code: hotline.ETooMany, Message: "too many attempts; wait a moment and try again", After: wait}
		}
	}
	u, hash, err := user(ctx, d.db, id)
	if err != nil && hotline.ErrorCode(err) != hotline.ENotFound {
		return hotline.Session{}, err
	}
	fits, stale, err := d.check(ctx, hash, try.Password)
	if err != nil {
		return hotline.Session{}, err
	}
	if !fits || u.Disabled {
		// The name as typed may be a password in the wrong box: only names of users are kept.
		if err := audit(ctx, d.db, hotline.AuditEntry{Who: u.ID, What: "sign-in.failed", From: try.From.String()}); err != nil {
			return hotline.Session{}, err
		}
		return hotline.Session{}, errWrong
	}
	d.byName.passed(account)
	d.byPlace.refund(place)
	if stale {
		if hash, err = d.hash(ctx, try.Password); err != nil {
			return hotline.Session{}, err
		}
	} else {
		hash = ""
	}
	var s hotline.Session
	err = d.change(ctx, func(tx *sql.Tx) error {
		if hash != "" {
			if _, err := tx.ExecContext(ctx, `UPDATE users SET password = ? WHERE id = ?`, hash, u.ID); err != nil {
				return err
			}
		}
		s, err = d.begin(ctx, tx, u, try, "password")
		return err
	})
	if !known {
		s.Device = d.device(u.ID)
	}
	return s, err
}

// place is who an address is to the limiter: a home's network of IPv6 is one.
func place(a netip.Addr) string {
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// device makes the mark of a browser from which the user signed in.
func (d *Directory) device(id string) string {
	nonce := rand.Text()
	return nonce + "." + sign(d.key, "device", nonce, id)
}

func (d *Directory) knows(device, id string) bool {
	nonce, mac, ok := strings.Cut(device, ".")
	return ok && len(device) < 200 && same(mac, sign(d.key, "device", nonce, id))
}

// begin makes a session of the user with a secret of its own: one that was known
// before they signed in lets nobody in.
func (d *Directory) begin(ctx context.Context, tx *sql.Tx, u hotline.User, try hotline.SignIn, how string) (hotline.Session, error) {
	secret, hash := newSecret()
	now := time.Now()
	if try.Old != "" {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE hash = ?`, digest(try.Old)); err != nil {
			return hotline.Session{}, err
		}
	}
	ends := now.Add(d.c.Length)
	if _, err := tx.ExecContext(ctx, `INSERT INTO sessions (hash, user, created, used, ends) VALUES (?, ?, ?, ?, ?)`,
		hash, u.ID, now.UnixMilli(), now.UnixMilli(), ends.UnixMilli()); err != nil {
		return hotline.Session{}, err
	}
	if err := audit(ctx, tx, hotline.AuditEntry{Who: u.ID, What: "signed.in", From: try.From.String(), Detail: how}); err != nil {
		return hotline.Session{}, err
	}
	return hotline.Session{User: u, CSRF: csrf(secret), Ends: ends.UTC().Truncate(time.Millisecond), ID: hex.EncodeToString(hash[:8]), Secret: secret}, nil
}

// csrf is the token that goes with a session: only who has the secret can make
// it, and it does not give the secret away.
func csrf(secret string) string { return sign([]byte(secret), "csrf") }

// errNone is the answer to a session that is not, or not any more.
var errNone = fail("session", hotline.ENoIdentity, "sign in first")

// Session is the session that has the secret. It counts as used.
func (d *Directory) Session(ctx context.Context, secret string) (hotline.Session, error) {
	if len(secret) != 43 { // 256 bits
		return hotline.Session{}, errNone
	}
	hash, now := digest(secret), time.Now()
	var ends, used int64
	u, _, err := scanUser(func(to ...any) error {
		return d.db.QueryRowContext(ctx, `SELECT `+userColumns+`, s.ends, s.used FROM (SELECT user, ends, used FROM sessions WHERE hash = ?) s
			JOIN users ON users.id = s.user`, hash).Scan(append(to, &ends, &used)...)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return hotline.Session{}, errNone
	case err != nil:
		return hotline.Session{}, err
	case u.Disabled, now.UnixMilli() >= ends, now.Sub(time.UnixMilli(used)) >= d.c.Idle:
		return hotline.Session{}, errNone
	}
	if now.Sub(time.UnixMilli(used)) >= touchEvery {
		if _, err := d.db.ExecContext(ctx, `UPDATE sessions SET used = ? WHERE hash = ?`, now.UnixMilli(), hash); err != nil {
			return hotline.Session{}, err
		}
	}
	return hotline.Session{User: u, CSRF: csrf(secret), Ends: time.UnixMilli(ends).UTC(), ID: hex.EncodeToString(hash[:8])}, nil
}

// Still tells whether i may still do what they might: their session or token has
// not ended, and their role is what it was, or more.
func (d *Directory) Still(ctx context.Context, i hotline.Identity) (bool, error) {
	var role hotline.Role
	var err error
	now := time.Now()
	if id, token := strings.CutPrefix(i.User, tokenOwner); token {
		err = d.db.QueryRowContext(ctx, `SELECT role FROM tokens WHERE id = ? AND (ends IS NULL OR ends > ?)`, id, now.UnixMilli()).Scan(&role)
	} else {
		err = d.db.QueryRowContext(ctx, `SELECT u.role FROM sessions s JOIN users u ON u.id = s.user
			WHERE s.user = ? AND hex(substr(s.hash, 1, 8)) = ? AND NOT u.disabled AND s.ends > ?`,
			i.User, strings.ToUpper(i.Session), now.UnixMilli()).Scan(&role)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil && role.Allows(i.Role), err
}

// SignOut ends the session that has the secret, if there is one.
func (d *Directory) SignOut(ctx context.Context, secret string) error {
	return d.change(ctx, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRowContext(ctx, `DELETE FROM sessions WHERE hash = ? RETURNING user`, digest(secret)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: id, What: "signed.out"})
	})
}

// endSessions ends those of the user but the one with the secret.
func endSessions(ctx context.Context, tx *sql.Tx, user, but string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE user = ? AND hash <> ?`, user, digest(but))
	return err
}

// SetPassword changes the password of who is signed in with the secret, and ends
// their other sessions.
func (d *Directory) SetPassword(ctx context.Context, secret, old, password string, from netip.Addr) error {
	s, err := d.Session(ctx, secret)
	if err != nil {
		return err
	}
	key := "change " + s.User.ID
	if wait := d.byName.attempt(key); wait > 0 {
		return &hotline.Error{Op: "password", Code: hotline.ETooMany, Message: "too many attempts; wait a moment and try again", After: wait}
	}
	_, hash, err := user(ctx, d.db, s.User.ID)
	if err != nil {
		return err
	}
	fits, _, err := d.check(ctx, hash, old)
	if err != nil {
		return err
	}
	if !fits {
		return fail("password", hotline.EForbidden, "the old password is another one")
	}
	d.byName.passed(key)
	if err := fit(password, s.User.ID, s.User.Name); err != nil {
		return err
	}
	if hash, err = d.hash(ctx, password); err != nil {
		return err
	}
	return d.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE users SET password = ? WHERE id = ?`, hash, s.User.ID); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, s.User.ID, secret); err != nil {
			return err
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: s.User.ID, What: "password.changed", About: s.User.ID, From: from.String()})
	})
}
