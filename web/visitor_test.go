package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"hotline"
	"hotline/auth"
)

const password = "seven green lamps"

// people is a real directory with a user of each role, called by it, who has the
// password; the agent is agent-1.
func people(t *testing.T) *auth.Directory {
	t.Helper()
	d, err := auth.Open(context.Background(), filepath.Join(t.TempDir(), auth.Database), auth.Config{Cost: auth.Cost{Memory: 64, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, r := range []hotline.Role{agent, supervisor, admin} {
		u := hotline.User{ID: string(r), Role: r}
		if r == agent {
			u.Agent = "agent-1"
		}
		if _, err := d.Add(t.Context(), Identity{User: "test"}, u, password); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// A visitor is one browser.
type visitor struct {
	s       http.Handler
	cookies map[string]*http.Cookie
	csrf    string
}

func (v *visitor) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	header = append([]string{"As", "customer"}, header...)
	if len(v.cookies) > 0 {
		var all []string
		for _, c := range v.cookies {
			if strings.HasPrefix(path, c.Path) {
				all = append(all, c.Name+"="+c.Value)
			}
		}
		header = append(header, "Cookie", strings.Join(all, "; "))
	}
	if v.csrf != "" {
		header = append(header, csrfHeader, v.csrf)
	}
	w := ask(v.s, method, path, body, header...)
	for _, c := range w.Result().Cookies() {
		v.cookies[c.Name] = c
	}
	return w
}

// signIn is a visitor who has signed in as the user, or who has not if that is
// empty.
func signIn(t *testing.T, s http.Handler, user string) *visitor {
	t.Helper()
	v := &visitor{s: s, cookies: map[string]*http.Cookie{}}
	if user == "" {
		return v
	}
	w := v.ask("POST", "/api/v1/session", `{"user":"`+user+`","password":"`+password+`"}`)
	if w.Code != 200 {
		t.Fatalf("sign in as %s: %d %s", user, w.Code, w.Body)
	}
	v.csrf = decode[hotline.Session](t, w.Body).CSRF
	return v
}
