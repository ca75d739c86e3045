package auth

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hotline"
)

// userID is what people sign in with.
var userID = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{0,63}$`)

// agentID is what the desk calls an agent.
var agentID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func userName(id string) string { return strings.ToLower(strings.TrimSpace(id)) }

const userColumns = `id, name, role, agent, language, skills, password, disabled, created`

func scanUser(scan func(...any) error) (u hotline.User, hash string, err error) {
	var skills []byte
	var created int64
	if err = scan(&u.ID, &u.Name, &u.Role, &u.Agent, &u.Language, &skills, &hash, &u.Disabled, &created); err != nil {
		return u, "", err
	}
	u.Created, u.Password = time.UnixMilli(created).UTC(), hash != ""
	err = json.Unmarshal(skills, &u.Skills)
	if u.Skills == nil {
		u.Skills = []string{}
	}
	return u, hash, err
}

func user(ctx context.Context, q querier, id string) (u hotline.User, hash string, err error) {
	u, hash, err = scanUser(q.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE id = ?`, userName(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = fail("user", hotline.ENotFound, "no such user")
	}
	return u, hash, err
}

// User is one user; the error carries hotline.ENotFound if there is none.
func (d *Directory) User(ctx context.Context, id string) (hotline.User, error) {
	u, _, err := user(ctx, d.db, id)
	return u, err
}

// Users is all users, by id.
func (d *Directory) Users(ctx context.Context) ([]hotline.User, error) {
	rows, err := d.db.QueryContext(ctx, `SELECT `+userColumns+` FROM users ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []hotline.User{}
	for rows.Next() {
		u, _, err := scanUser(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, rows.Err()
}

// valid checks a user who is to be kept, and fills in what was left out.
func valid(u *hotline.User) error {
	bad := func(message string) error { return fail("user", hotline.EInvalid, message) }
	u.ID, u.Name = userName(u.ID), strings.TrimSpace(u.Name)
	if u.Name == "" {
		u.Name = u.ID
	}
	if u.Skills == nil {
		u.Skills = []string{}
	}
	switch {
	case !userID.MatchString(u.ID):
		return bad("a user is letters, digits and . _ @ + -, at most 64, beginning with a letter or digit")
	case utf8.RuneCountInString(u.Name) > 100 || !utf8.ValidString(u.Name):
		return bad("the name is longer than 100 characters")
	case u.Role == hotline.RoleCustomer || !slices.Contains(hotline.Roles, u.Role):
		return bad("role must be agent, supervisor or admin")
	case u.Agent != "" && !agentID.MatchString(string(u.Agent)):
		return bad("agent must be the id of an agent, such as agent-1")
	case u.Language != "" && u.Language != "en" && u.Language != "zh":
		return bad("language must be en or zh")
	case len(u.Skills) > 50 || slices.ContainsFunc(u.Skills, func(s string) bool { return s == "" || len(s) > 64 }):
		return bad("skills are at most 50 words of at most 64 bytes")
	}
	return nil
}

// put keeps a user who is valid.
func put(ctx context.Context, tx *sql.Tx, u hotline.User, hash string) error {
	skills, err := json.Marshal(u.Skills)
	if err != nil {
		return err
	}
	if u.Agent != "" {
		var other string
		err := tx.QueryRowContext(ctx, `SELECT id FROM users WHERE agent = ? AND id <> ?`, u.Agent, u.ID).Scan(&other)
		if err == nil {
			return fail("user", hotline.EConflict, fmt.Sprintf("%s is the user %s already", u.Agent, other))
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO users (`+userColumns+`, subject) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, agent = excluded.agent, language = excluded.language,
		skills = excluded.skills, password = excluded.password, disabled = excluded.disabled`,
		u.ID, u.Name, u.Role, u.Agent, u.Language, string(skills), hash, u.Disabled, u.Created.UnixMilli())
	return err
}

// Add makes a user, by whom. Without a password they have none until they use
// their link.
func (d *Directory) Add(ctx context.Context, by hotline.Identity, u hotline.User, password string) (hotline.User, error) {
	if err := valid(&u); err != nil {
		return u, err
	}
	hash := ""
	if password != "" {
		if err := fit(password, u.ID, u.Name); err != nil {
			return u, err
		}
		var err error
		if hash, err = d.hash(ctx, password); err != nil {
			return u, err
		}
	}
	u.Created, u.Password = time.Now().UTC().Truncate(time.Millisecond), hash != ""
	err := d.change(ctx, func(tx *sql.Tx) error {
		if _, _, err := user(ctx, tx, u.ID); hotline.ErrorCode(err) != hotline.ENotFound {
			if err == nil {
				err = fail("user", hotline.EConflict, "there is a user of that name")
			}
			return err
		}
		if err := put(ctx, tx, u, hash); err != nil {
			return err
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: by.User, What: "user.added", About: u.ID, Detail: describe(u)})
	})
	return u, err
}

func describe(u hotline.User) string {
	s := string(u.Role)
	if u.Agent != "" {
		s += ", " + string(u.Agent)
	}
	if u.Disabled {
		s += ", disabled"
	}
	return s
}

// Change changes a user. A new password, and being disabled, ends their sessions.
func (d *Directory) Change(ctx context.Context, by hotline.Identity, id string, c hotline.UserChange) (hotline.User, error) {
	u, hash, err := user(ctx, d.db, id)
	if err != nil {
		return u, err
	}
	if c.Password != nil {
		if err := fit(*c.Password, u.ID, u.Name); err != nil {
			return u, err
		}
		if hash, err = d.hash(ctx, *c.Password); err != nil {
			return u, err
		}
	}
	err = d.change(ctx, func(tx *sql.Tx) error {
		now, old, err := user(ctx, tx, id)
		if err != nil {
			return err
		}
		if u = now; c.Password == nil {
			hash = old
		}
		set(&u.Name, c.Name)
		set(&u.Role, c.Role)
		set(&u.Agent, c.Agent)
		set(&u.Language, c.Language)
		set(&u.Skills, c.Skills)
		set(&u.Disabled, c.Disabled)
		u.Password = hash != ""
		if err := valid(&u); err != nil {
			return err
		}
		if err := put(ctx, tx, u, hash); err != nil {
			return err
		}
		if err := oneAdmin(ctx, tx, now); err != nil {
			return err
		}
		if c.Password != nil || u.Disabled {
			if err := endSessions(ctx, tx, u.ID, ""); err != nil {
				return err
			}
		}
		what := "user.changed"
		if c.Password != nil {
			what = "password.set"
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: by.User, What: what, About: u.ID, Detail: describe(u)})
	})
	return u, err
}

func set[T any](v *T, to *T) {
	if to != nil {
		*v = *to
	}
}

// oneAdmin refuses what took the last administrator who could sign in.
func oneAdmin(ctx context.Context, tx *sql.Tx, before hotline.User) error {
	if before.Role != hotline.RoleAdmin || before.Disabled {
		return nil
	}
	n, err := admins(ctx, tx)
	if err == nil && n == 0 {
		err = fail("user", hotline.EConflict, before.ID+" is the last administrator; make another one first")
	}
	return err
}

func admins(ctx context.Context, q querier) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM users WHERE role = 'admin' AND NOT disabled`).Scan(&n)
	return n, err
}

// Remove removes a user; what they did stays in the audit and the journal.
func (d *Directory) Remove(ctx context.Context, by hotline.Identity, id string) error {
	return d.change(ctx, func(tx *sql.Tx) error {
		u, _, err := user(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM users WHERE id = ?`, u.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE user = ?`, u.ID); err != nil {
			return err
		}
		if err := oneAdmin(ctx, tx, u); err != nil {
			return err
		}
		return audit(ctx, tx, hotline.AuditEntry{Who: by.User, What: "user.removed", About: u.ID, Detail: describe(u)})
	})
}
