package auth

import (
	"net/http"
	"net/url"
	"testing"

	"hotline"
	"hotline/auth/authtest"
)

// company is a directory with the provider's people.
func company(t *testing.T, p *authtest.Provider) *Directory {
	t.Helper()
	return open(t, Config{OIDC: &OIDC{Name: "Lantern", Issuer: p.Issuer, ClientID: p.Client, ClientSecret: p.Secret, Redirect: "http://127.0.0.1/back",
		RoleClaim: "realm.roles", Roles: map[string]hotline.Role{"callcentre": hotline.RoleAgent, "lead": hotline.RoleSupervisor}, AgentClaim: "desk"}})
}

// visit goes to the provider and comes back with the code.
func visit(t *testing.T, d *Directory) (hotline.Errand, string) {
	t.Helper()
	e, err := d.BeginOIDC(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := stay.Get(e.URL)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	back, err := url.Parse(r.Header.Get("Location"))
	if err != nil || r.StatusCode != http.StatusFound || back.Query().Get("state") != e.State {
		t.Fatalf("%s %v", r.Status, err)
	}
	return e, back.Query().Get("code")
}

func person(sub, name string, roles ...any) map[string]any {
	return map[string]any{"sub": sub, "preferred_username": name, "name": "Zoe Zhang", "desk": "agent-7", "realm": map[string]any{"roles": roles}}
}

func TestOIDC(t *testing.T) {
	p := authtest.New(t, person("1", "Zoe", "staff", "callcentre", "lead"))
	d := company(t, p)
	if name, ok := d.Provider(); name != "Lantern" || !ok {
		t.Errorf("provider %q %v", name, ok)
	}
	in := func() (hotline.Session, error) {
		e, code := visit(t, d)
		return d.FinishOIDC(t.Context(), e, code, hotline.SignIn{From: here})
	}
	s, err := in()
	if err != nil || s.User.ID != "zoe" || s.User.Role != hotline.RoleSupervisor || s.User.Agent != "agent-7" || s.User.Name != "Zoe Zhang" || s.User.Password {
		t.Fatalf("%+v, %v", s, err)
	}
	if again, err := d.Session(t.Context(), s.Secret); err != nil || again.User.ID != "zoe" {
		t.Errorf("%+v, %v", again, err)
	}
	_, err = d.SignIn(t.Context(), hotline.SignIn{User: "zoe", From: here}) // has no password, and an empty one is none
	code(t, err, hotline.ENoIdentity)

	// Each sign-in takes the role from the provider, for the same person under another name.
	p.Vouch(person("1", "zoe.zhang", "callcentre"), nil, false)
	if s, err = in(); err != nil || s.User.ID != "zoe" || s.User.Role != hotline.RoleAgent {
		t.Errorf("%+v, %v", s.User, err)
	}
	p.Vouch(person("1", "zoe", "staff"), nil, false)
	_, err = in()
	code(t, err, hotline.EForbidden)

	// Another person of the name is not her, nor one whom an administrator gave a
	// password; one without is theirs.
	p.Vouch(person("2", "zoe", "lead"), nil, false)
	_, err = in()
	code(t, err, hotline.EForbidden)
	add(t, d, "root", hotline.RoleAdmin)
	p.Vouch(person("3", "root", "lead"), nil, false)
	_, err = in()
	code(t, err, hotline.EForbidden)
	if _, err := d.Add(t.Context(), root, hotline.User{ID: "anna", Role: hotline.RoleAgent}, ""); err != nil {
		t.Fatal(err)
	}
	p.Vouch(map[string]any{"sub": "4", "preferred_username": "anna", "realm": map[string]any{"roles": "lead"}}, nil, false)
	if s, err = in(); err != nil || s.User.ID != "anna" || s.User.Role != hotline.RoleSupervisor {
		t.Errorf("%+v, %v", s.User, err)
	}
	yes := true
	if _, err := d.Change(t.Context(), root, "anna", hotline.UserChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	_, err = in()
	code(t, err, hotline.EForbidden)
}

// A token that is not what it should be lets nobody in.
func TestOIDCLies(t *testing.T) {
	zoe := person("1", "zoe", "lead")
	p := authtest.New(t, zoe)
	d := company(t, p)
	for name, lie := range map[string]func(map[string]any){
		"audience": func(c map[string]any) { c["aud"] = "another" },
		"issuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
		"expired":  func(c map[string]any) { c["exp"] = 1 },
		"nonce":    func(c map[string]any) { c["nonce"] = "of another browser" },
		"no nonce": func(c map[string]any) { delete(c, "nonce") },
		"nobody":   func(c map[string]any) { delete(c, "sub") },
		"name":     func(c map[string]any) { c["preferred_username"] = "../x" },
	} {
		p.Vouch(zoe, lie, false)
		e, got := visit(t, d)
		if _, err := d.FinishOIDC(t.Context(), e, got, hotline.SignIn{From: here}); err == nil {
			t.Errorf("%s: let in", name)
		}
	}
	p.Vouch(zoe, nil, true)
	e, got := visit(t, d)
	_, err := d.FinishOIDC(t.Context(), e, got, hotline.SignIn{From: here})
	code(t, err, hotline.EForbidden)

	// The code without the verifier, another's code, and a code twice.
	p.Vouch(zoe, nil, false)
	_, got = visit(t, d)
	other, _ := visit(t, d)
	_, err = d.FinishOIDC(t.Context(), other, got, hotline.SignIn{From: here})
	code(t, err, hotline.EForbidden)
	e, got = visit(t, d)
	if _, err := d.FinishOIDC(t.Context(), e, got, hotline.SignIn{From: here}); err != nil {
		t.Fatal(err)
	}
	_, err = d.FinishOIDC(t.Context(), e, got, hotline.SignIn{From: here})
	code(t, err, hotline.EForbidden)
	if all, err := d.Users(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("users %+v, %v", all, err)
	}
}

// A provider that is away is a clear answer, and passwords go on.
func TestOIDCAway(t *testing.T) {
	d := open(t, Config{OIDC: &OIDC{Issuer: "http://127.0.0.1:1", ClientID: "x"}})
	_, err := d.BeginOIDC(t.Context())
	code(t, err, hotline.EUnavailable)
	add(t, d, "anna", hotline.RoleAgent)
	if _, err := d.SignIn(t.Context(), hotline.SignIn{User: "anna", Password: good, From: here}); err != nil {
		t.Error(err)
	}
	_, err = open(t, Config{}).BeginOIDC(t.Context())
	code(t, err, hotline.ENotFound)
}
