package auth

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

// A session ends when nobody used it for an hour, and after its length however
// much it is used; meanwhile a restart does not end it.
func TestSessionEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), Database)
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		reopen := func() *Directory {
			t.Helper()
			d, err := Open(ctx, file, Config{Cost: cheap})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		d := reopen()
		add(t, d, "anna", hotline.RoleAgent)
		in := func() hotline.Session {
			t.Helper()
			s, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: here})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		idle, used := in(), in()
		for i := range 2*14 - 1 { // every half hour
			time.Sleep(30 * time.Minute)
			if i == 5 {
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
				d = reopen()
			}
			if s, err := d.Session(ctx, used.Secret); err != nil || s.CSRF != used.CSRF || !s.Ends.Equal(used.Ends) {
				t.Fatalf("after %d half hours: %v", i+1, err)
			}
			if i == 1 {
				_, err := d.Session(ctx, idle.Secret)
				code(t, err, hotline.ENoIdentity)
			}
		}
		time.Sleep(30 * time.Minute)
		_, err := d.Session(ctx, used.Secret)
		code(t, err, hotline.ENoIdentity)

		if err := d.sweep(ctx); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.db.QueryRow(`SELECT count(*) FROM sessions`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d sessions are left, %v", n, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// Nothing in the file lets anybody in, and nobody else may read it.
func TestTheFileHoldsNoSecret(t *testing.T) {
	dir := t.TempDir()
	d, err := Open(t.Context(), filepath.Join(dir, Database), Config{Cost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	add(t, d, "anna", hotline.RoleAgent)
	s, err := d.SignIn(t.Context(), hotline.SignIn{User: "anna", Password: good, From: here})
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Link(t.Context(), root, "anna")
	if err != nil {
		t.Fatal(err)
	}
	token, err := d.AddToken(t.Context(), root, hotline.Token{Name: "x", Role: hotline.RoleAgent})
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for what, secret := range map[string]string{"password": good, "session": s.Secret, "csrf": s.CSRF, "link": l.Secret, "token": token.Secret, "device": s.Device} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s has the %s", f.Name(), what)
			}
		}
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// The first administrator comes in by a link, once; a newer link replaces it, and
// when there is an administrator there is none.
func TestFirstAdministrator(t *testing.T) {
	d := open(t, Config{})
	old, ok, err := d.FirstLink(t.Context())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	l, ok, err := d.FirstLink(t.Context())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	use := func(secret, id, password string) error {
		_, err := d.UseLink(t.Context(), secret, id, "Root", password, hotline.SignIn{From: here})
		return err
	}
	code(t, use(old.Secret, "root", good), hotline.EForbidden)
	code(t, use("", "root", good), hotline.EForbidden)
	code(t, use(l.Secret, "no/name", good), hotline.EInvalid)
	code(t, use(l.Secret, "root", "short"), hotline.EInvalid) // and may be tried again
	if u, err := d.CheckLink(t.Context(), l.Secret); err != nil || u.ID != "" {
		t.Errorf("%+v, %v", u, err)
	}
	add(t, d, "anna", hotline.RoleAgent)
	code(t, use(l.Secret, "anna", good), hotline.EConflict) // somebody else's account is not taken over

	// Of many who use it at once, one comes in.
	var mu sync.Mutex
	var in sync.WaitGroup
	came := 0
	for _, id := range []string{"r1", "r2", "r3", "r4"} {
		in.Go(func() {
			if use(l.Secret, id, good) == nil {
				mu.Lock()
				came++
				mu.Unlock()
			}
		})
	}
	in.Wait()
	if came != 1 {
		t.Errorf("%d came in by one link", came)
	}
	if _, ok, err := d.FirstLink(t.Context()); ok || err != nil {
		t.Errorf("another first link: %v, %v", ok, err)
	}
	_, err = d.CheckLink(t.Context(), l.Secret)
	code(t, err, hotline.EForbidden)
}

func TestLinkEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), Database)
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, err := Open(ctx, file, Config{Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		add(t, d, "anna", hotline.RoleAgent)
		link := func() hotline.Link {
			t.Helper()
			l, err := d.Link(ctx, root, "anna")
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		use := func(l hotline.Link) error {
			s, err := d.UseLink(ctx, l.Secret, "another", "Another", "eight blue lamps", hotline.SignIn{From: here})
			if err == nil && s.User.ID != "anna" {
				t.Errorf("the link let %s in", s.User.ID)
			}
			return err
		}
		late := link()
		time.Sleep(linkLife)
		code(t, use(late), hotline.EForbidden)
		replaced, good := link(), link()
		code(t, use(replaced), hotline.EForbidden)
		session, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: "seven green lamps", From: here})
		if err != nil {
			t.Fatal(err)
		}
		if err := use(good); err != nil {
			t.Fatal(err)
		}
		code(t, use(good), hotline.EForbidden)
		_, err = d.Session(ctx, session.Secret) // who knew the old password is out
		code(t, err, hotline.ENoIdentity)

		disabled, yes := link(), true
		add(t, d, "root", hotline.RoleAdmin)
		if _, err := d.Change(ctx, root, "anna", hotline.UserChange{Disabled: &yes}); err != nil {
			t.Fatal(err)
		}
		code(t, use(disabled), hotline.EForbidden)
		_, err = d.Link(ctx, root, "nobody")
		code(t, err, hotline.ENotFound)
	})
}

func TestTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), Database)
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, err := Open(ctx, file, Config{Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		make := func(tk hotline.Token) hotline.Token {
			t.Helper()
			made, err := d.AddToken(ctx, root, tk)
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		forever := make(hotline.Token{Name: "a", Role: hotline.RoleAgent, Agent: "agent-1"})
		time.Sleep(time.Second)
		hour := make(hotline.Token{Name: "b", Role: hotline.RoleAdmin, Ends: time.Now().Add(time.Hour)})
		i, err := d.Token(ctx, forever.Secret)
		if err != nil || i != (hotline.Identity{User: tokenOwner + forever.ID, Name: "a", Role: hotline.RoleAgent, Agent: "agent-1"}) {
			t.Errorf("%+v, %v", i, err)
		}
		time.Sleep(time.Hour)
		_, err = d.Token(ctx, hour.Secret)
		code(t, err, hotline.ENoIdentity)
		for _, secret := range []string{"", "hotline_", forever.Secret + "x", forever.Secret[:20], strings.ToUpper(forever.Secret), forever.ID,
			strings.TrimPrefix(forever.Secret, tokenPrefix)} {
			_, err := d.Token(ctx, secret)
			code(t, err, hotline.ENoIdentity)
		}
		all, err := d.Tokens(ctx)
		if err != nil || len(all) != 2 || all[0].Secret != "" || all[0].Used.IsZero() || !all[1].Used.IsZero() {
			t.Errorf("%+v, %v", all, err)
		}
		if err := d.RemoveToken(ctx, root, forever.ID); err != nil {
			t.Fatal(err)
		}
		_, err = d.Token(ctx, forever.Secret)
		code(t, err, hotline.ENoIdentity)
		code(t, d.RemoveToken(ctx, root, forever.ID), hotline.ENotFound)
		for _, bad := range []hotline.Token{{}, {Name: "x"}, {Name: "x", Role: "customer"}, {Name: "x", Role: "god"}, {Name: "x", Role: "agent", Agent: "a b"},
			{Name: "x", Role: "agent", Ends: time.Now()}, {Name: strings.Repeat("x", 101), Role: "agent"}} {
			_, err := d.AddToken(ctx, root, bad)
			code(t, err, hotline.EInvalid)
		}
	})
}

// Once there was an administrator there is always one who may sign in.
func TestLastAdministrator(t *testing.T) {
	d := open(t, Config{})
	add(t, d, "one", hotline.RoleAdmin)
	lower, yes := hotline.RoleAgent, true
	for _, c := range []hotline.UserChange{{Role: &lower}, {Disabled: &yes}} {
		_, err := d.Change(t.Context(), root, "one", c)
		code(t, err, hotline.EConflict)
	}
	code(t, d.Remove(t.Context(), root, "one"), hotline.EConflict)
	if u, err := d.User(t.Context(), "one"); err != nil || u.Role != hotline.RoleAdmin || u.Disabled {
		t.Errorf("%+v, %v: a refused change was half done", u, err)
	}
	add(t, d, "two", hotline.RoleAdmin)
	var gone sync.WaitGroup
	for _, id := range []string{"one", "two"} { // both at once
		gone.Go(func() { _ = d.Remove(t.Context(), root, id) })
	}
	gone.Wait()
	if n, err := admins(t.Context(), d.db); n != 1 || err != nil {
		t.Errorf("%d administrators, %v", n, err)
	}
}

// The command line changes the file while a server has it: the server knows
// within a second, and tells who watches.
func TestTwoProcesses(t *testing.T) {
	file := filepath.Join(t.TempDir(), Database)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(context.Background())
		server, err := Open(ctx, file, Config{Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		watched := make(chan struct{})
		go func() { defer close(watched); server.Watch(ctx) }()
		changed := server.Changed()

		other, err := Open(ctx, file, Config{Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		add(t, other, "anna", hotline.RoleAgent)
		begin := time.Now()
		<-changed
		if took := time.Since(begin); took > time.Second {
			t.Errorf("the server knew after %v", took)
		}
		s, err := server.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: here})
		if err != nil {
			t.Fatal(err)
		}
		changed = server.Changed()
		yes := true
		if _, err := other.Change(ctx, root, "anna", hotline.UserChange{Disabled: &yes}); err != nil {
			t.Fatal(err)
		}
		<-changed
		_, err = server.Session(ctx, s.Secret)
		code(t, err, hotline.ENoIdentity)
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		stop()
		<-watched
	})
}

// Many who open a new file at once all find its tables.
func TestOpenAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), Database)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			d, err := Open(t.Context(), file, Config{Cost: cheap})
			if err != nil {
				t.Error(err)
				return
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestCallSecret(t *testing.T) {
	d := open(t, Config{})
	s := d.CallSecret("call-1")
	if !d.OwnsCall("call-1", s) || d.OwnsCall("call-2", s) || d.OwnsCall("call-1", "") || d.OwnsCall("", "") || len(s) != 43 {
		t.Errorf("secret %q", s)
	}
	if other := open(t, Config{}); other.OwnsCall("call-1", s) {
		t.Error("the secret is another server's, too")
	}
}
