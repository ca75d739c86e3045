package auth

import (
	"runtime"
	"strings"
	"testing"

	"hotline"
)

// The reference implementation's own vectors for argon2id (phc-winner-argon2,
// src/test.c) are read and fit; another password does not.
func TestReferenceHashes(t *testing.T) {
	for hash, password := range map[string]string{
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": "password",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4":   "password",
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc":   "password",
	} {
		k, err := parseHash(hash)
		if err != nil {
			t.Fatal(err)
		}
		if !k.matches(password) || k.matches(password+"x") {
			t.Errorf("%s", hash)
		}
	}
}

func TestHash(t *testing.T) {
	if DefaultCost.Memory < 19*1024 || DefaultCost.Memory*DefaultCost.Passes < 2*19*1024 {
		t.Errorf("the cost %+v is under OWASP's least", DefaultCost)
	}
	c := Cost{Memory: 128, Passes: 2, Threads: 3}
	a, b := c.hash(good), c.hash(good)
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=128,t=2,p=3$") || strings.Contains(a, good) {
		t.Errorf("%s, %s", a, b)
	}
	k, err := parseHash(a)
	if err != nil || k.Cost != c || len(k.salt) != saltLength || len(k.sum) != hashLength || !k.matches(good) || k.matches("") {
		t.Errorf("%+v, %v", k, err)
	}
	// The same text in another form of Unicode is the same password.
	if k, _ := parseHash(c.hash("caf\u00e9 au lait")); !k.matches("cafe\u0301 au lait") {
		t.Error("another form of é is another password")
	}
}

func FuzzParseHash(f *testing.F) {
	for _, s := range []string{cheap.hash(good), "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8ArZWb2GRPPc",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$AAAA", "$argon2i$v=19$m=8,t=1,p=1$$", "", "$$$$$"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, err := parseHash(s)
		if err == nil && (k.Memory > 1<<20 || k.Passes > 64 || k.Passes < 1 || k.Threads < 1 || len(k.salt) < 8 || len(k.sum) < 16) {
			t.Errorf("%q is taken: %+v", s, k.Cost)
		}
	})
}

func TestFit(t *testing.T) {
	for password, want := range map[string]string{
		"seven green lamps":          "",
		"七盏绿色的台灯在桌子上":                "",
		"correct horse battery":      "",
		"annabel likes lanterns":     "", // the name is a part of more
		"short":                      "too short",
		"":                           "too short",
		"aaaaaaaaaaaaaaa":            "too few different",
		"abababababab":               "too few different",
		strings.Repeat("ab c!x", 60): "too long",
		"annabel123":                 "little more than",
		"ANNABEL!!!!!!":              "little more than",
		"password12":                 "little more than",
		"Hotline2026":                "little more than",
		"\xff\xfe\xfd abcdefghi":     "not text",
	} {
		err := fit(password, "annabel", "Annabel Lee")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", password, err, want)
		}
		if err != nil && hotline.ErrorCode(err) != hotline.EInvalid {
			t.Errorf("%q: code %s", password, hotline.ErrorCode(err))
		}
	}
}

// An unknown name, a user without a password and one who is disabled cost the same
// hash as a wrong password: each fills as much memory.
func TestNobodyIsToldApart(t *testing.T) {
	d := open(t, Config{})
	d.c.Cost = Cost{Memory: 8 << 10, Passes: 1, Threads: 1} // 8 MiB: more than all else
	d.decoy = d.c.Cost.hash("x")
	add(t, d, "anna", hotline.RoleAgent)
	add(t, d, "gone", hotline.RoleAgent)
	yes := true
	if _, err := d.Change(t.Context(), root, "gone", hotline.UserChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Add(t.Context(), root, hotline.User{ID: "new", Role: hotline.RoleAgent}, ""); err != nil {
		t.Fatal(err)
	}
	for _, try := range []hotline.SignIn{{User: "anna", Password: "a wrong one"}, {User: "nobody", Password: "a wrong one"}, {User: "new", Password: "a wrong one"},
		{User: "new"}, {User: "gone", Password: good}, {User: "gone", Password: "a wrong one"}, {User: "\x00 '", Password: "a wrong one"}} {
		try.From = here
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := d.SignIn(t.Context(), try)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used < 8<<20 || used > 9<<20 {
			t.Errorf("%q costs %d bytes", try.User, used)
		}
		if code(t, err, hotline.ENoIdentity); err.Error() != errWrong.Error() {
			t.Errorf("%q is told %v", try.User, err)
		}
	}
}

// A hash of yesterday's cost is made anew when its user comes.
func TestStaleHash(t *testing.T) {
	d := open(t, Config{})
	add(t, d, "anna", hotline.RoleAgent)
	d.c.Cost = Cost{Memory: 128, Passes: 1, Threads: 1}
	for range 2 {
		if _, err := d.SignIn(t.Context(), hotline.SignIn{User: "anna", Password: good, From: here}); err != nil {
			t.Fatal(err)
		}
	}
	_, hash, err := user(t.Context(), d.db, "anna")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=128,t=1,p=1$") {
		t.Errorf("%s, %v", hash, err)
	}
}
