package web

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"hotline"
)

// Auth knows people and programs. Errors carry hotline.ENoIdentity for who is
// nobody, or nobody any more.
type Auth interface {
	// Session is the session whose secret it is, and counts as its use.
	Session(ctx context.Context, secret string) (hotline.Session, error)
	// Token is who has the token whose secret it is.
	Token(ctx context.Context, secret string) (hotline.Identity, error)
	// Changed is closed at the next change of who may do what.
	Changed() <-chan struct{}
	// OwnsCall tells whether secret is that of a customer's own call.
	OwnsCall(id hotline.CallID, secret string) bool

	SignIn(ctx context.Context, try hotline.SignIn) (hotline.Session, error)
	SignOut(ctx context.Context, secret string) error
	SetPassword(ctx context.Context, secret, old, password string, from netip.Addr) error
	CheckLink(ctx context.Context, secret string) (hotline.User, error)
	UseLink(ctx context.Context, secret, id, name, password string, try hotline.SignIn) (hotline.Session, error)

	// Provider is the name of the OpenID provider, if there is one.
	Provider() (name string, ok bool)
	BeginOIDC(ctx context.Context) (hotline.Errand, error)
	FinishOIDC(ctx context.Context, e hotline.Errand, code string, try hotline.SignIn) (hotline.Session, error)

	Users(ctx context.Context) ([]hotline.User, error)
	Add(ctx context.Context, by hotline.Identity, u hotline.User, password string) (hotline.User, error)
	Change(ctx context.Context, by hotline.Identity, id string, c hotline.UserChange) (hotline.User, error)
	Remove(ctx context.Context, by hotline.Identity, id string) error
	Link(ctx context.Context, by hotline.Identity, id string) (hotline.Link, error)
	Tokens(ctx context.Context) ([]hotline.Token, error)
	AddToken(ctx context.Context, by hotline.Identity, t hotline.Token) (hotline.Token, error)
	RemoveToken(ctx context.Context, by hotline.Identity, id string) error
	Audit(ctx context.Context, before int64, limit int) ([]hotline.AuditEntry, error)
}

// Identity is who sends a request.
type Identity = hotline.Identity

type identityKey struct{}

// IdentityOf is who sends the request that ctx is of; nobody has the role
// customer.
func IdentityOf(ctx context.Context) Identity {
	if i, ok := ctx.Value(identityKey{}).(Identity); ok {
		return i
	}
	return Identity{Role: customer}
}

func identity(r *http.Request) Identity { return IdentityOf(r.Context()) }

const (
	sessionCookie = "hotline_session"
	csrfHeader    = "X-CSRF-Token"
)

// errCSRF is the answer to a request that a page did not mean to send.
var errCSRF = &hotline.Error{Op: "request", Code: hotline.EForbidden, Message: "the header " + csrfHeader + " is missing or not this session's"}

// identify finds who sends the request: by its token, or by its session. A
// session without its CSRF token, in a request that changes something, is nobody,
// and the error says why; so is what has ended.
func (s *Server) identify(r *http.Request) (Identity, error) {
	nobody := Identity{Role: customer}
	if s.cfg.Auth == nil {
		return nobody, nil
	}
	if secret, ok := bearer(r); ok {
		i, err := s.cfg.Auth.Token(r.Context(), secret)
		if err != nil {
			return nobody, err
		}
		return i, nil
	}
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return nobody, nil
	}
	session, err := s.cfg.Auth.Session(r.Context(), c.Value)
	if err != nil {
		return nobody, err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
	default:
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(csrfHeader)), []byte(session.CSRF)) != 1 {
			return nobody, errCSRF
		}
	}
	i := session.User.Identity()
	i.Session = session.ID
	return i, nil
}

// bearer is the token of RFC 6750 section 2.1.
func bearer(r *http.Request) (string, bool) {
	kind, secret, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), ok && strings.EqualFold(kind, "Bearer")
}

var errSignIn = &hotline.Error{Op: "request", Code: hotline.ENoIdentity, Message: "sign in first"}

// allow is who sends the request if that is at least the role.
func (s *Server) allow(r *http.Request, least hotline.Role) (Identity, error) {
	i, err := s.identify(r)
	switch {
	case i.Role.Allows(least): // a customer's page asks with an old cookie, too
		if code := hotline.ErrorCode(err); err == nil || code == hotline.ENoIdentity || err == errCSRF {
			return i, nil
		}
		return i, err
	case err != nil:
		return i, err
	case i.User == "":
		return i, errSignIn
	}
	return i, &hotline.Error{Op: "request", Code: hotline.EForbidden, Message: "this needs the role " + string(least)}
}

// admit serves who has the role.
func (s *Server) admit(least hotline.Role, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, err := s.allow(r, least)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		next(w, r.WithContext(context.WithValue(r.Context(), identityKey{}, i)))
	})
}

// admitPage is admit for a page: people are sent to sign in, and come back.
func (s *Server) admitPage(least hotline.Role, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := s.allow(r, least)
		switch {
		case err == nil:
			next(w, r)
		case hotline.ErrorCode(err) == hotline.ENoIdentity:
			http.Redirect(w, r, "/signin?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			s.fail(w, r, err)
		}
	})
}
