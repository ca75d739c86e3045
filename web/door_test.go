package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
	"hotline/auth"
	"hotline/auth/authtest"
)

func TestDoor(t *testing.T) {
	proxy := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		door Door
		ok   bool
		open bool
	}{
		{Door{Addr: "127.0.0.1:8080"}, true, false},
		{Door{Addr: "localhost:0"}, true, false},
		{Door{Addr: "[::1]:8080"}, true, false},
		{Door{Addr: "0.0.0.0:8080"}, false, true},
		{Door{Addr: ":8080"}, false, true},
		{Door{Addr: "calls.example:8080"}, false, true},
		{Door{Addr: "8080"}, false, true},
		{Door{Addr: ":8080", Insecure: true}, true, true},
		{Door{Addr: ":8080", Proxies: proxy}, true, true},
		{Door{Addr: "127.0.0.1:8080", Proxies: proxy}, true, true},
		{Door{Addr: ":8443", Cert: "c", Key: "k"}, true, true},
		{Door{Addr: ":8443", Cert: "c"}, false, true},
		{Door{Addr: "127.0.0.1:8080", URL: "https://calls.example"}, true, false},
		{Door{Addr: "127.0.0.1:8080", URL: "https://calls.example/"}, false, false},
		{Door{Addr: "127.0.0.1:8080", URL: "calls.example"}, false, false},
		{Door{Addr: "127.0.0.1:8080", URL: "ftp://calls.example"}, false, false},
	} {
		if err := tt.door.Check(); (err == nil) != tt.ok || tt.door.Open() != tt.open {
			t.Errorf("%+v: %v, open %v", tt.door, err, tt.door.Open())
		}
	}
}

// writeCertificate makes a certificate for 127.0.0.1 of that serial number.
func writeCertificate(t *testing.T, dir string, serial int64) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "hotline"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for file, data := range map[string][]byte{cert: certPEM, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return cert, key, pool
}

// Over TLS the cookie is for TLS only, and so is the site.
func TestTLS(t *testing.T) {
	cert, key, pool := writeCertificate(t, t.TempDir(), 1)
	door := Door{Addr: "127.0.0.1:0", Cert: cert, Key: key}
	_, s := newServer(t, func(c *Config) { c.Auth, c.Door = people(t), door })
	ln, err := door.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	base := "https://" + ln.Addr().String()
	serveOn(t, s, ln)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	r, err := client.Post(base+"/api/v1/session", "application/json", strings.NewReader(`{"user":"agent","password":"`+password+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != 200 || r.Header.Get("Strict-Transport-Security") == "" || len(r.Cookies()) != 2 {
		t.Errorf("%s %v", r.Status, r.Header)
	}
	for _, c := range r.Cookies() {
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
			t.Errorf("cookie %v", c)
		}
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MaxVersion: tls.VersionTLS11}}}
	if r, err := old.Get(base + "/healthz"); err == nil {
		r.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
	if _, err := (Door{Addr: "127.0.0.1:0", Cert: cert, Key: cert}).Listen(t.Context()); err == nil {
		t.Error("listens without a key")
	}
}

// A certificate that is renewed is used without a restart; half of a renewal is not.
func TestRenewedCertificate(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		certFile, keyFile, _ := writeCertificate(t, dir, 1)
		c := &certificate{certFile: certFile, keyFile: keyFile}
		serial := func() int64 {
			t.Helper()
			got, err := c.get(nil)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := x509.ParseCertificate(got.Certificate[0])
			if err != nil {
				t.Fatal(err)
			}
			return leaf.SerialNumber.Int64()
		}
		if n := serial(); n != 1 {
			t.Errorf("serial %d", n)
		}
		key, err := os.ReadFile(keyFile)
		if err != nil {
			t.Fatal(err)
		}
		writeCertificate(t, dir, 2)
		later := time.Now().Add(48 * time.Hour)
		if err := os.Chtimes(certFile, later, later); err != nil {
			t.Fatal(err)
		}
		whole, err := os.ReadFile(keyFile)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			key  []byte
			want int64
		}{{key, 1}, {whole, 2}} { // the new certificate with the old key, then with its own
			if err := os.WriteFile(keyFile, step.key, 0o600); err != nil {
				t.Fatal(err)
			}
			time.Sleep(11 * time.Second)
			if n := serial(); n != step.want {
				t.Errorf("serial %d, want %d", n, step.want)
			}
		}
	})
}

// Behind a proxy the client is whom the proxy names; who is no proxy names nobody.
func TestBehindAProxy(t *testing.T) {
	d := people(t)
	_, s := newServer(t, func(c *Config) {
		c.Auth = d
		c.Door = Door{Addr: "127.0.0.1:8080", Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}, URL: "https://calls.example"}
	})
	send := func(peer, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, strings.NewReader(`{"user":"agent","password":"`+password+`"}`))
		r.Host, r.RemoteAddr = "inner:8080", peer
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	from := func() string {
		t.Helper()
		all, err := d.Audit(t.Context(), 0, 1)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0].From
	}
	const session = "/api/v1/session"
	w := send("127.0.0.1:5", session, "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https", "Origin", "https://calls.example")
	wantStatus(t, w, 200)
	if c := w.Result().Cookies(); !c[0].Secure || from() != "203.0.113.9" || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("%v from %s", c, from())
	}
	// What the client itself put in front of the list is not believed.
	send("10.1.1.1:5", session, "X-Forwarded-For", "127.0.0.1, 203.0.113.10", "X-Forwarded-For", "10.2.2.2")
	if from() != "203.0.113.10" {
		t.Errorf("from %s", from())
	}
	wantStatus(t, send("127.0.0.1:5", session, "X-Forwarded-For", "203.0.113.9", "Origin", "https://evil.example"), 403)
	// Who comes by itself speaks for itself, and must know our name.
	wantStatus(t, send("192.0.2.1:5", session, "X-Forwarded-For", "203.0.113.9"), 403)
	w = send("192.0.2.1:5", session, "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "calls.example")
	wantStatus(t, w, 403)

	r := httptest.NewRequest("GET", "/metrics", nil)
	r.Host, r.RemoteAddr = "calls.example", "127.0.0.1:5"
	w = httptest.NewRecorder()
	s.ServeHTTP(w, r)
	wantStatus(t, w, 401) // the proxy is on this machine; who is behind it is not
	r = httptest.NewRequest("GET", "/healthz", nil)
	r.Host, r.RemoteAddr = "192.0.2.80", "192.0.2.1:5" // a balancer
	w = httptest.NewRecorder()
	s.ServeHTTP(w, r)
	wantStatus(t, w, 200)
}

// The whole way by the OpenID provider, as a browser goes it.
func TestOIDCInTheBrowser(t *testing.T) {
	p := authtest.New(t, map[string]any{"sub": "1", "preferred_username": "zoe", "groups": []string{"lead"}})
	d, err := auth.Open(t.Context(), filepath.Join(t.TempDir(), auth.Database), auth.Config{Cost: auth.Cost{Memory: 64, Passes: 1, Threads: 1},
		OIDC: &auth.OIDC{Name: "Lantern", Issuer: p.Issuer, ClientID: p.Client, ClientSecret: p.Secret, Redirect: "http://127.0.0.1:8080/api/v1/oidc/callback",
			RoleClaim: "groups", Roles: map[string]hotline.Role{"lead": hotline.RoleSupervisor}}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, s := newServer(t, func(c *Config) { c.Auth = d })
	if ways := ask(s, "GET", "/api/v1/session/ways", "").Body.String(); !strings.Contains(ways, `"oidc":{"name":"Lantern"}`) {
		t.Errorf("ways %s", ways)
	}
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	toProvider := func(v *visitor, to string) string {
		t.Helper()
		w := v.ask("GET", "/api/v1/oidc/login?to="+url.QueryEscape(to), "")
		wantStatus(t, w, 303)
		if c := v.cookies[errandCookie]; c.SameSite != http.SameSiteLaxMode || !c.HttpOnly || c.Path != errandPath {
			t.Errorf("cookie %v", c)
		}
		r, err := stay.Get(w.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return strings.TrimPrefix(r.Header.Get("Location"), "http://127.0.0.1:8080")
	}
	v := signIn(t, s, "")
	w := v.ask("GET", toProvider(v, "/desk?x=1&y=<"), "", "Sec-Fetch-Site", "cross-site")
	wantStatus(t, w, 200)
	if !strings.Contains(w.Body.String(), `url=/desk?x=1&amp;y=&lt;"`) {
		t.Errorf("goes on to %s", w.Body)
	}
	if got := decode[hotline.Session](t, v.ask("GET", "/api/v1/session", "").Body); got.User.ID != "zoe" || got.User.Role != supervisor {
		t.Errorf("%+v", got.User)
	}

	// Another browser cannot use what this one fetched, nor this one a second time.
	back := toProvider(v, "/")
	other := signIn(t, s, "")
	for _, who := range []*visitor{other, v, v} {
		w = who.ask("GET", back, "")
		if at := w.Header().Get("Location"); who == other && at != "/signin?error=invalid" {
			t.Errorf("%d %s", w.Code, at)
		}
	}
	if w.Header().Get("Location") != "/signin?error=invalid" {
		t.Errorf("twice: %d %s", w.Code, w.Header().Get("Location"))
	}
	toProvider(v, "/")
	state, err := url.ParseQuery(v.cookies[errandCookie].Value)
	if err != nil {
		t.Fatal(err)
	}
	w = v.ask("GET", "/api/v1/oidc/callback?error=access_denied&state="+state.Get("state"), "")
	if at := w.Header().Get("Location"); at != "/signin?error=forbidden" {
		t.Errorf("refused there: %d %s", w.Code, at)
	}
	for to, want := range map[string]string{"/desk": "/desk", "/console/calls?q=a": "/console/calls?q=a", "": "/", "//evil.example": "/", "https://evil.example": "/",
		`/\evil.example`: "/", "javascript:alert(1)": "/", "evil": "/", "/\r\nx": "/"} {
		if got := ownPath(to); got != want {
			t.Errorf("%q goes to %q", to, got)
		}
	}
}

func FuzzOwnPath(f *testing.F) {
	for _, to := range []string{"/desk", "//x", `/\x`, "/%2f/x", "http:/x"} {
		f.Add(to)
	}
	base, _ := url.Parse("https://calls.example/signin")
	f.Fuzz(func(t *testing.T, to string) {
		at, err := base.Parse(ownPath(to))
		if err != nil || at.Host != base.Host || at.Scheme != base.Scheme {
			t.Errorf("%q leads to %v, %v", to, at, err)
		}
	})
}
