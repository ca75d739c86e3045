// Package auth knows who may do what: users and their passwords, sessions,
// one-time links, tokens for programs, and the OpenID provider of a company.
//
// A Directory is one SQLite file, users.db. It is a file of its own so that
// `hotline user` can change it while a server runs: each statement takes its turn,
// and the server learns of a change within a second (Watch, Changed).
//
// What it promises:
//
//   - Secrets are 256 random bits and kept as their SHA-256; passwords as argon2id
//     (RFC 9106) with a salt and the parameters of the day. None is ever logged,
//     none can be read back.
//   - An unknown name costs the same hash as a wrong password and is answered with
//     the same words.
//   - Guessing slows down by address and by account (limit.go). Whoever signed in
//     from a browser before is counted apart, so a guesser elsewhere cannot lock
//     them out; an administrator's link passes always.
//   - There is always an enabled administrator once there was one.
//   - Every sign-in and every change stands in the audit table.
package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"hotline"
)

// Database is the name of the directory's file in a data folder.
const Database = "users.db"

// Config of a directory; zero fields take their defaults.
type Config struct {
	Idle   time.Duration // a session that nobody used for so long ends; an hour
	Length time.Duration // the longest session; 14 hours, a long shift
	Cost   Cost          // of a password; DefaultCost
	OIDC   *OIDC         // nil: people sign in with passwords only
	Log    *slog.Logger  // slog.Default
}

// Directory is safe for use by many goroutines.
type Directory struct {
	c       Config
	db      *sql.DB
	key     []byte        // what is signed is signed with keys of it
	decoy   string        // a hash that nobody's password has
	hashing chan struct{} // a place for each password that is being hashed
	byName  *limiter
	byPlace *limiter
	oidc    *provider // nil: none

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change
	version int64         // that Watch saw last
}

// Open opens the directory at path, or makes an empty one.
func Open(ctx context.Context, path string, c Config) (*Directory, error) {
	if c.Idle == 0 {
		c.Idle = time.Hour
	}
	if c.Length == 0 {
		c.Length = 14 * time.Hour
	}
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	db, err := openDB(ctx, path)
	if err != nil {
		return nil, err
	}
	// Half of the cores go on with calls, however many passwords are tried.
	d := &Directory{c: c, db: db, hashing: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
		byName: newLimiter(slowAccount), byPlace: newLimiter(slowAddress), changed: make(chan struct{})}
	if err := db.QueryRowContext(ctx, `SELECT key, version FROM meta`).Scan(&d.key, &d.version); err != nil {
		_ = db.Close()
		return nil, err
	}
	if c.OIDC != nil {
		d.oidc = newProvider(*c.OIDC)
	}
	d.decoy = c.Cost.hash(rand.Text())
	return d, nil
}

// Close ends the use of the file.
func (d *Directory) Close() error { return d.db.Close() }

// Changed is closed at the next change of who may do what: a session ended, a
// role changed, a token removed.
func (d *Directory) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

func (d *Directory) tell() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.changed)
	d.changed = make(chan struct{})
}

// Watch looks every second for changes by other processes, and once a minute
// removes what has ended, until ctx ends.
func (d *Directory) Watch(ctx context.Context) {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for n := 0; ; n++ {
		if n%60 == 0 {
			if err := d.sweep(ctx); err != nil && ctx.Err() == nil {
				d.c.Log.Error("auth: removing what has ended", "err", err)
			}
		}
		var version int64
		err := d.db.QueryRowContext(ctx, `SELECT version FROM meta`).Scan(&version)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			d.c.Log.Error("auth: looking for changes", "err", err)
		case version != d.version:
			d.version = version
			d.tell()
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// newSecret is 256 random bits in text, and what is kept of it.
func newSecret() (secret string, hash []byte) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	secret = base64.RawURLEncoding.EncodeToString(b[:])
	return secret, digest(secret)
}

// digest is what is kept of a secret. The secrets are random, so a plain hash is
// as good as a slow one, and a search for it tells nothing by its time.
func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// sign is a short text that only who has the key can make of the parts.
func sign(key []byte, purpose string, parts ...string) string {
	m := hmac.New(sha256.New, key)
	for _, p := range append([]string{purpose}, parts...) {
		sum := sha256.Sum256([]byte(p)) // parts of fixed length cannot run into each other
		m.Write(sum[:])
	}
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// CallSecret is the secret by which a customer reads the captions of a call of
// their own. It is the same after a restart.
func (d *Directory) CallSecret(id hotline.CallID) string { return sign(d.key, "call", string(id)) }

// OwnsCall tells whether secret is the call's.
func (d *Directory) OwnsCall(id hotline.CallID, secret string) bool {
	return hmac.Equal([]byte(secret), []byte(d.CallSecret(id)))
}

func fail(op, code, message string) error {
	return &hotline.Error{Op: op, Code: code, Message: message}
}
