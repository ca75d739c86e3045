package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"hotline"
)

// Cost is what a password costs to check, in the terms of argon2id (RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost takes 46 MiB and some 50 ms of one core: the first of the choices of
// OWASP's Password Storage Cheat Sheet. One thread, as the other cores have calls.
var DefaultCost = Cost{Memory: 47104, Passes: 1, Threads: 1}

const (
	saltLength = 16
	hashLength = 32
	// MinPassword is the length of the shortest password, in characters.
	MinPassword = 10
	maxPassword = 256
)

// hash is the password as it is kept, in the form that argon2's own tools write:
// $argon2id$v=19$m=47104,t=1,p=1$salt$hash.
func (c Cost) hash(password string) string {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: crypto/rand
	sum := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Passes, c.Memory, c.Threads, hashLength)
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads, b.EncodeToString(salt), b.EncodeToString(sum))
}

// kept is a hash that was read back.
type kept struct {
	Cost
	salt, sum []byte
}

// parseHash reads what hash wrote. It refuses a cost that would be an attack on
// who checks it.
func parseHash(text string) (k kept, err error) {
	bad := errors.New("not an argon2id hash")
	f := strings.Split(text, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" || f[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return k, bad
	}
	if _, err := fmt.Sscanf(f[3], "m=%d,t=%d,p=%d", &k.Memory, &k.Passes, &k.Threads); err != nil {
		return k, bad
	}
	if f[3] != fmt.Sprintf("m=%d,t=%d,p=%d", k.Memory, k.Passes, k.Threads) || k.Passes < 1 || k.Threads < 1 ||
		k.Memory < 8*uint32(k.Threads) || k.Memory > 1<<20 || k.Passes > 64 {
		return k, bad
	}
	b := base64.RawStdEncoding.Strict()
	if k.salt, err = b.DecodeString(f[4]); err != nil || len(k.salt) < 8 || len(k.salt) > 64 {
		return k, bad
	}
	if k.sum, err = b.DecodeString(f[5]); err != nil || len(k.sum) < 16 || len(k.sum) > 64 {
		return k, bad
	}
	return k, nil
}

// matches tells whether the hash is the password's, in a time that does not
// depend on where they differ.
func (k kept) matches(password string) bool {
	sum := argon2.IDKey([]byte(norm.NFKC.String(password)), k.salt, k.Passes, k.Memory, k.Threads, uint32(len(k.sum)))
	return subtle.ConstantTimeCompare(sum, k.sum) == 1
}

// hashPlace waits for a place among those who hash.
func (d *Directory) hashPlace(ctx context.Context) (leave func(), err error) {
	patience := time.NewTimer(5 * time.Second)
	defer patience.Stop()
	select {
	case d.hashing <- struct{}{}:
		return func() { <-d.hashing }, nil
	case <-patience.C:
		return nil, &hotline.Error{Op: "password", Code: hotline.ETooMany, Message: "too many people sign in at once; try again in a moment", After: 5 * time.Second}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes what is kept of a password.
func (d *Directory) hash(ctx context.Context, password string) (string, error) {
	leave, err := d.hashPlace(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return d.c.Cost.hash(password), nil
}

// check compares a password with a hash; an empty hash fits none, at the same
// cost. stale: the hash should be made anew, at the cost of today.
func (d *Directory) check(ctx context.Context, hash, password string) (fits, stale bool, err error) {
	leave, err := d.hashPlace(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	real := hash != ""
	if !real {
		hash = d.decoy
	}
	k, err := parseHash(hash)
	if err != nil {
		return false, false, err
	}
	fits = k.matches(password)
	return fits && real, k.Cost != d.c.Cost, nil
}

// fit tells what is wrong with a new password, in words for who chose it.
func fit(password string, names ...string) error {
	bad := func(message string) error { return fail("password", hotline.EInvalid, message) }
	n := utf8.RuneCountInString(norm.NFKC.String(password))
	switch {
	case !utf8.ValidString(password):
		return bad("the password is not text")
	case n < MinPassword:
		return bad(fmt.Sprintf("the password is too short: at least %d characters; a few words in a row are good", MinPassword))
	case n > maxPassword:
		return bad(fmt.Sprintf("the password is too long: at most %d characters", maxPassword))
	}
	low := strings.ToLower(password)
	different := map[rune]bool{}
	for _, r := range low {
		different[r] = true
	}
	if len(different) < 5 {
		return bad("the password has too few different characters: at least 5")
	}
	for _, name := range append(names, "hotline", "password", "1234567890", "qwertyuiop") {
		name = strings.ToLower(name)
		if len(name) < 3 {
			continue
		}
		if rest := strings.ReplaceAll(low, name, ""); rest != low && utf8.RuneCountInString(rest) < MinPassword-2 {
			return bad("the password is little more than a name or a word that everybody tries first")
		}
	}
	return nil
}
