package auth

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
)

// An account: four tries, then 1 s, 2 s, 4 s ... up to a quarter of an hour, never
// longer; the right password passes when the time is over, and forgets all.
func TestLockoutGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(slowAccount)
		begin := time.Now()
		var waits []time.Duration
		for range 18 {
			if wait := l.attempt("a"); wait > 0 {
				waits = append(waits, wait)
				time.Sleep(wait - 1)
				if l.attempt("a") != 1 {
					t.Fatal("passed too early")
				}
				time.Sleep(1)
				if l.attempt("a") != 0 {
					t.Fatal("did not pass in time")
				}
			}
		}
		want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}
		for i, w := range want {
			if waits[i] != w*time.Second {
				t.Errorf("wait %d is %v, want %v s", i, waits[i], int(w))
			}
		}
		if l.attempt("b") != 0 {
			t.Error("another account waits")
		}
		time.Sleep(time.Hour)
		for range 4 {
			if wait := l.attempt("a"); wait != 0 {
				t.Errorf("after an hour: %v", wait)
			}
		}
		t.Logf("%v of guessing made %d attempts", time.Since(begin), len(waits)+4)
	})
}

// Attempts that begin at once count each: many together gain nothing.
func TestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(slowAccount)
		passed := 0
		for range 100 {
			if l.attempt("a") == 0 {
				passed++
			}
		}
		if passed != 5 { // the fifth makes the rest wait
			t.Errorf("%d of 100 at once", passed)
		}
	})
}

// However many names are tried, the memory is bounded, and who is being guessed
// now is not forgotten for those tried once.
func TestLimiterIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(slowAccount)
		for i := range 3 * maxTracked {
			l.attempt(fmt.Sprint(i))
			if i%1000 == 0 {
				l.attempt("victim")
			}
			time.Sleep(time.Millisecond)
		}
		if len(l.keys) > maxTracked {
			t.Errorf("%d keys", len(l.keys))
		}
		if l.attempt("victim") == 0 {
			t.Error("the victim is forgotten")
		}
	})
}

// A guesser cannot lock a victim out: who signed in from their browser before
// passes at once, a link passes always, and a new browser passes after the delay.
func TestVictimIsNotLockedOut(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, err := Open(ctx, filepath.Join(dir, Database), Config{Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		add(t, d, "anna", hotline.RoleAgent)
		first, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: here})
		if err != nil || first.Device == "" {
			t.Fatal(err)
		}
		guesses := 0
		for i := range 200 { // a day and more of guesses, each from another network
			_, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: "guess", From: netip.AddrFrom4([4]byte{198, 51, byte(i), 1})})
			if e, ok := err.(*hotline.Error); ok && e.Code == hotline.ETooMany {
				if e.After <= 0 || e.After > 15*time.Minute {
					t.Fatalf("wait of %v", e.After)
				}
				time.Sleep(e.After)
				continue
			}
			code(t, err, hotline.ENoIdentity)
			guesses++
		}
		_, err = d.SignIn(ctx, hotline.SignIn{User: "anna", Password: "guess", From: netip.MustParseAddr("198.51.200.1")})
		code(t, err, hotline.ENoIdentity)
		_, err = d.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: here})
		code(t, err, hotline.ETooMany) // a new browser waits ...
		s, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: here, Device: first.Device})
		if err != nil || s.Device != "" {
			t.Errorf("the known browser: %v", err)
		}
		l, err := d.Link(ctx, root, "anna")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.UseLink(ctx, l.Secret, "", "", "eight blue lamps", hotline.SignIn{From: here}); err != nil {
			t.Errorf("the link: %v", err)
		}
		time.Sleep(15 * time.Minute) // ... but not for longer than this
		if _, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: "eight blue lamps", From: here}); err != nil {
			t.Errorf("after the delay: %v", err)
		}
		t.Logf("%d guesses", guesses)

		// The mark of a known browser is of one user, and cannot be made up.
		for _, device := range []string{"", "x", "x.y", first.Device + "x", "." + first.Device} {
			if d.knows(device, "anna") {
				t.Errorf("%q is known", device)
			}
		}
		if d.knows(first.Device, "bob") || !d.knows(first.Device, "anna") {
			t.Error("the mark is another user's")
		}
	})
}

// Guesses at many accounts from one address slow the address down, whoever it is
// in its network; others do not notice.
func TestAddressSlowsDown(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, err := Open(ctx, filepath.Join(dir, Database), Config{Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		add(t, d, "anna", hotline.RoleAgent)
		last := error(nil)
		for i := range 40 {
			_, last = d.SignIn(ctx, hotline.SignIn{User: fmt.Sprintf("user%d", i), Password: "guess", From: netip.AddrFrom16([16]byte{0x20, 1, 15: byte(i)})})
		}
		code(t, last, hotline.ETooMany)
		// A success of the guesser's own in between does not help.
		if _, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: netip.MustParseAddr("2001::9")}); err == nil {
			t.Error("passed while the address waits")
		}
		if _, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: here}); err != nil {
			t.Error(err)
		}
		time.Sleep(5 * time.Minute)
		for i := range 3 {
			_, err := d.SignIn(ctx, hotline.SignIn{User: "anna", Password: good, From: netip.MustParseAddr("2001::9")})
			if (err == nil) != (i == 0) && i < 2 {
				t.Errorf("sign-in %d: %v", i, err)
			}
		}
	})
}
