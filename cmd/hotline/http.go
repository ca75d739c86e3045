package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hotline"
	"hotline/auth"
	"hotline/web"
)

// HTTPConfig says where the API and the pages are, and who reaches them.
type HTTPConfig struct {
	Listen   string         `yaml:"listen"`
	TLS      TLSConfig      `yaml:"tls"`
	URL      string         `yaml:"url"`      // that people use, if not listen: "https://calls.example"
	Proxies  []netip.Prefix `yaml:"proxies"`  // who speaks for others: X-Forwarded-For and -Proto are believed
	Insecure bool           `yaml:"insecure"` // other machines may come without TLS
	Embed    []string       `yaml:"embed"`    // sites that may show the customer's page, "https://shop.example"
}

// A TLSConfig is a certificate; one that is renewed is taken over by itself.
type TLSConfig struct {
	Cert string `yaml:"cert"` // PEM, with its chain
	Key  string `yaml:"key"`
}

func (c HTTPConfig) door() web.Door {
	return web.Door{Addr: c.Listen, Cert: c.TLS.Cert, Key: c.TLS.Key, Insecure: c.Insecure, Proxies: c.Proxies, URL: c.URL}
}

// local is where the server is found from this machine.
func (c HTTPConfig) local(addr string) string {
	c.URL = ""
	return c.base(addr)
}

// base is the address that people use, if the server listens on addr.
func (c HTTPConfig) base(addr string) string {
	switch {
	case c.URL != "":
		return c.URL
	case c.TLS.Cert != "":
		return "https://" + addr
	}
	return "http://" + addr
}

func (c HTTPConfig) validate(bad func(string, ...any)) {
	if err := c.door().Check(); err != nil {
		bad("%w", err)
	}
	for _, site := range c.Embed {
		if err := web.EmbedSite(site); err != nil {
			bad("http.embed: %w", err)
		}
	}
}

// AuthConfig is about who signs in.
type AuthConfig struct {
	Idle   Duration   `yaml:"idle"`   // a session that nobody used for so long ends
	Length Duration   `yaml:"length"` // the longest session
	OIDC   OIDCConfig `yaml:"oidc"`
}

// An OIDCConfig lets people in by their company's OpenID provider.
type OIDCConfig struct {
	Name            string                  `yaml:"name"` // on the button
	Issuer          string                  `yaml:"issuer"`
	ClientID        string                  `yaml:"client_id"`
	ClientSecretEnv string                  `yaml:"client_secret_env"` // empty: a public client
	Scopes          []string                `yaml:"scopes"`
	UserClaim       string                  `yaml:"user_claim"` // what they are called here
	RoleClaim       string                  `yaml:"role_claim"` // "groups", "realm_access.roles"
	Roles           map[string]hotline.Role `yaml:"roles"`      // by the value of the claim
	AgentClaim      string                  `yaml:"agent_claim"`
}

func (c AuthConfig) validate(h HTTPConfig, bad func(string, ...any)) {
	if c.Idle < Duration(time.Minute) || c.Length < c.Idle {
		bad("auth: expected idle of a minute or more, and length not under idle")
	}
	o := c.OIDC
	if o.Issuer == "" {
		if o.ClientID != "" {
			bad("auth.oidc.issuer: expected the provider's address")
		}
		return
	}
	if o.ClientID == "" {
		bad("auth.oidc.client_id: expected what the provider calls us")
	}
	if !strings.HasPrefix(o.Issuer, "https://") && !strings.HasPrefix(o.Issuer, "http://127.0.0.1:") && !strings.HasPrefix(o.Issuer, "http://localhost:") {
		bad("auth.oidc.issuer: %q: expected an https address", o.Issuer)
	}
	if o.ClientSecretEnv != "" && os.Getenv(o.ClientSecretEnv) == "" {
		bad("auth.oidc: the environment variable %s is empty", o.ClientSecretEnv)
	}
	if h.URL == "" && h.door().Open() {
		bad("http.url: expected the address that people use, as auth.oidc sends them back there")
	}
	for value, role := range o.Roles {
		if role == hotline.RoleCustomer || !hotline.RoleAdmin.Allows(role) {
			bad("auth.oidc.roles: %s: %q: expected agent, supervisor or admin", value, role)
		}
	}
}

// directory is how the directory of who signs in is to be opened. base is the
// address that people use.
func (c Config) directory(base string) auth.Config {
	a := auth.Config{Idle: time.Duration(c.Auth.Idle), Length: time.Duration(c.Auth.Length)}
	if o := c.Auth.OIDC; o.Issuer != "" {
		a.OIDC = &auth.OIDC{Name: o.Name, Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: os.Getenv(o.ClientSecretEnv),
			Redirect: base + "/api/v1/oidc/callback", Scopes: o.Scopes, UserClaim: o.UserClaim, RoleClaim: o.RoleClaim, Roles: o.Roles, AgentClaim: o.AgentClaim}
	}
	return a
}

func (c Config) usersFile() string { return filepath.Join(c.Data, auth.Database) }
