package auth

import (
	"context"
	"net/netip"
	"path/filepath"
	"testing"

	"hotline"
)

var (
	root  = hotline.Identity{User: "root", Role: hotline.RoleAdmin}
	here  = netip.MustParseAddr("192.0.2.7")
	cheap = Cost{Memory: 64, Passes: 1, Threads: 1}
)

const good = "seven green lamps"

// open is an empty directory with cheap passwords.
func open(t *testing.T, c Config) *Directory {
	t.Helper()
	c.Cost = cheap
	d, err := Open(context.Background(), filepath.Join(t.TempDir(), Database), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// add makes a user with the password good.
func add(t *testing.T, d *Directory, id string, role hotline.Role) hotline.User {
	t.Helper()
	u, err := d.Add(context.Background(), root, hotline.User{ID: id, Role: role}, good)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func code(t *testing.T, err error, want string) {
	t.Helper()
	if got := hotline.ErrorCode(err); got != want {
		t.Errorf("%v: code %q, want %q", err, got, want)
	}
}

func TestSignIn(t *testing.T) {
	d := open(t, Config{})
	add(t, d, "anna", hotline.RoleAgent)
	s, err := d.SignIn(t.Context(), hotline.SignIn{User: " Anna", Password: good, From: here})
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Session(t.Context(), s.Secret)
	if err != nil || again.User.ID != "anna" || again.CSRF != s.CSRF || again.ID != s.ID || again.Secret != "" {
		t.Errorf("%+v, %v", again, err)
	}
	me := s.User.Identity()
	me.Session = s.ID
	still := func(i hotline.Identity, want bool) {
		t.Helper()
		if got, err := d.Still(t.Context(), i); got != want || err != nil {
			t.Errorf("%+v is still there: %v, %v", i, got, err)
		}
	}
	still(me, true)
	more, none := me, me
	more.Role, none.Session = hotline.RoleSupervisor, ""
	still(more, false)
	still(none, false)
	token, err := d.AddToken(t.Context(), root, hotline.Token{Name: "x", Role: hotline.RoleSupervisor})
	if err != nil {
		t.Fatal(err)
	}
	program, err := d.Token(t.Context(), token.Secret)
	if err != nil {
		t.Fatal(err)
	}
	still(program, true)
	if err := d.RemoveToken(t.Context(), root, token.ID); err != nil {
		t.Fatal(err)
	}
	still(program, false)
	for _, try := range []hotline.SignIn{{User: "anna", Password: "seven green lamp"}, {User: "anna"}, {User: "nobody", Password: good}, {}} {
		try.From = here
		_, err := d.SignIn(t.Context(), try)
		if code(t, err, hotline.ENoIdentity); err.Error() != errWrong.Error() {
			t.Errorf("%q is told %v", try.User, err)
		}
	}
	if err := d.SignOut(t.Context(), s.Secret); err != nil {
		t.Fatal(err)
	}
	_, err = d.Session(t.Context(), s.Secret)
	code(t, err, hotline.ENoIdentity)
	still(me, false)
}
