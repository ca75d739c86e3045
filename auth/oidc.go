package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"hotline"
)

// OIDC is an OpenID provider by which people sign in (OpenID Connect Core 1.0,
// authorization code flow with PKCE, RFC 7636).
//
// Whoever it vouches for is known here by issuer and subject. Somebody new becomes
// a user if a claim gives them a role, or if an administrator made a user without
// a password of that name before. With RoleClaim, each sign-in sets the role
// anew; who has none any more is not let in.
type OIDC struct {
	Name         string // on the button
	Issuer       string
	ClientID     string
	ClientSecret string // empty: a public client
	Redirect     string // our callback, as the provider knows it
	Scopes       []string
	UserClaim    string                  // what they are called here; "preferred_username"
	RoleClaim    string                  // a claim that is a word or a list of them; "realm_access.roles" is within another
	Roles        map[string]hotline.Role // by the words of RoleClaim; the highest counts
	AgentClaim   string                  // the agent at the desk; empty: as an administrator set it
}

// provider is an OIDC that was, or will be, found.
type provider struct {
	OIDC
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
	tried time.Time
	err   error
}

func newProvider(o OIDC) *provider {
	if o.UserClaim == "" {
		o.UserClaim = "preferred_username"
	}
	if len(o.Scopes) == 0 {
		o.Scopes = []string{oidc.ScopeOpenID, "profile", "email"}
	}
	return &provider{OIDC: o, client: &http.Client{Timeout: 10 * time.Second}}
}

// retryEvery is how often a provider that is away is looked for.
const retryEvery = 5 * time.Second

// find asks the provider for its addresses and keys, once. One that is away keeps
// nobody from signing in otherwise, and is asked again later.
func (p *provider) find(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil && time.Since(p.tried) >= retryEvery {
		// The keys are fetched with this context for as long as the provider is used.
		ctx := oidc.ClientContext(context.WithoutCancel(ctx), p.client)
		p.found, p.err = oidc.NewProvider(ctx, p.Issuer)
		p.tried = time.Now()
	}
	if p.found == nil {
		return nil, &hotline.Error{Op: "oidc", Code: hotline.EUnavailable, Message: "the sign-in of your company does not answer; try again in a moment", Err: p.err, After: retryEvery}
	}
	return p.found, nil
}

func (p *provider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: p.Redirect, Scopes: p.Scopes}
}

// Provider is the name of the OpenID provider; ok is false if there is none.
func (d *Directory) Provider() (name string, ok bool) {
	if d.oidc == nil {
		return "", false
	}
	return d.oidc.Name, true
}

var errNoProvider = fail("oidc", hotline.ENotFound, "there is no other way to sign in")

// BeginOIDC is where to send a browser, and what it must bring back.
func (d *Directory) BeginOIDC(ctx context.Context) (hotline.Errand, error) {
	if d.oidc == nil {
		return hotline.Errand{}, errNoProvider
	}
	found, err := d.oidc.find(ctx)
	if err != nil {
		return hotline.Errand{}, err
	}
	e := hotline.Errand{Verifier: oauth2.GenerateVerifier()}
	e.State, _ = newSecret()
	e.Nonce, _ = newSecret()
	e.URL = d.oidc.oauth(found).AuthCodeURL(e.State, oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier))
	return e, nil
}

// FinishOIDC begins a session for whom the provider vouches, with the code that
// the browser brought back from the errand.
func (d *Directory) FinishOIDC(ctx context.Context, e hotline.Errand, code string, try hotline.SignIn) (hotline.Session, error) {
	if d.oidc == nil {
		return hotline.Session{}, errNoProvider
	}
	from := place(try.From)
	if wait := d.byPlace.attempt(from); wait > 0 {
		return hotline.Session{}, &hotline.Error{Op: "oidc", Code: hotline.ETooMany, Message: "too many attempts; wait a moment and try again", After: wait}
	}
	c, err := d.oidc.claims(ctx, e, code)
	if err != nil {
		return hotline.Session{}, err
	}
	d.byPlace.refund(from)
	var s hotline.Session
	err = d.change(ctx, func(tx *sql.Tx) error {
		u, err := d.vouched(ctx, tx, c)
		if err != nil {
			return err
		}
		s, err = d.begin(ctx, tx, u, try, "oidc")
		return err
	})
	return s, err
}

// claims redeems the code and checks the token that comes for it: signature,
// issuer, audience, time, nonce.
func (p *provider) claims(ctx context.Context, e hotline.Errand, code string) (map[string]any, error) {
	refused := func(err error) error {
		return &hotline.Error{Op: "oidc", Code: hotline.EForbidden, Message: "the sign-in of your company did not let you in", Err: err}
	}
	found, err := p.find(ctx)
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(e.Verifier))
	if err != nil {
		var answer *oauth2.RetrieveError
		if errors.As(err, &answer) { // its words may hold what was sent: only the code of the error is kept
			err = fmt.Errorf("the provider answered %q", answer.ErrorCode)
		}
		return nil, refused(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, refused(errors.New("there is no id_token"))
	}
	id, err := found.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	if err != nil {
		return nil, refused(err)
	}
	if e.Nonce == "" || !same(id.Nonce, e.Nonce) {
		return nil, refused(errors.New("the nonce is another one"))
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return nil, refused(err)
	}
	claims["sub"] = id.Subject
	return claims, nil
}

// word is a claim, "a.b" being b within a; what is no text is "".
func word(c map[string]any, path string) string {
	s, _ := claim(c, path).(string)
	return strings.TrimSpace(s)
}

func claim(c map[string]any, path string) any {
	if v, ok := c[path]; ok { // some providers have names with dots, such as addresses
		return v
	}
	head, rest, more := strings.Cut(path, ".")
	in, _ := c[head].(map[string]any)
	if !more || in == nil {
		return nil
	}
	return claim(in, rest)
}

// role is the highest that the claims give; empty if none.
func (p *provider) role(c map[string]any) (best hotline.Role) {
	var words []string
	switch v := claim(c, p.RoleClaim).(type) {
	case string:
		words = strings.Fields(v)
		words = append(words, v)
	case []any:
		for _, w := range v {
			if s, ok := w.(string); ok {
				words = append(words, s)
			}
		}
	}
	for _, w := range words {
		if r, ok := p.Roles[w]; ok && !best.Allows(r) {
			best = r
		}
	}
	return best
}

// vouched is the user whom the claims are about, made or brought up to date.
func (d *Directory) vouched(ctx context.Context, tx *sql.Tx, c map[string]any) (hotline.User, error) {
	p := d.oidc
	refuse := func(message string) error { return fail("oidc", hotline.EForbidden, message) }
	subject := p.Issuer + " " + word(c, "sub")
	if word(c, "sub") == "" {
		return hotline.User{}, refuse("the sign-in of your company does not say who you are")
	}
	u, hash, err := scanUser(tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE subject = ?`, subject).Scan)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return u, err
	}
	if !known {
		id := userName(word(c, p.UserClaim))
		if verified, said := c["email_verified"].(bool); p.UserClaim == "email" && said && !verified {
			return u, refuse("your address at the sign-in of your company is not verified")
		}
		var taken string
		u, hash, err = user(ctx, tx, id)
		switch {
		case hotline.ErrorCode(err) == hotline.ENotFound:
			u = hotline.User{ID: id, Created: time.Now().UTC().Truncate(time.Millisecond)}
		case err != nil:
			return u, err
		default: // an administrator made them; but who has a password is not taken over by a name
			if err := tx.QueryRowContext(ctx, `SELECT subject FROM users WHERE id = ?`, u.ID).Scan(&taken); err != nil {
				return u, err
			}
			if taken != "" || hash != "" {
				return u, refuse("there is another user of your name here; ask an administrator")
			}
		}
	}
	if u.Disabled {
		return u, refuse("you may not sign in here")
	}
	before := u
	if p.RoleClaim != "" {
		u.Role = p.role(c)
	}
	if u.Role == "" {
		return u, refuse("the sign-in of your company gives you no role here")
	}
	if name := word(c, "name"); name != "" {
		u.Name = name
	}
	if p.AgentClaim != "" {
		u.Agent = hotline.AgentID(word(c, p.AgentClaim))
	}
	if err := valid(&u); err != nil {
		return u, err
	}
	if err := put(ctx, tx, u, hash); err != nil {
		return u, err
	}
	if err := oneAdmin(ctx, tx, before); err != nil {
		return u, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE users SET subject = ? WHERE id = ?`, subject, u.ID); err != nil {
		return u, err
	}
	if !known || describe(before) != describe(u) {
		what := "user.changed"
		if before.Role == "" {
			what = "user.added"
		}
		return u, audit(ctx, tx, hotline.AuditEntry{Who: "oidc", What: what, About: u.ID, Detail: describe(u)})
	}
	return u, nil
}
