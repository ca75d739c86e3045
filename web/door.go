package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// A Door is where the server is reached, and by whom. The zero one but for Addr is
// for this machine alone.
type Door struct {
	Addr      string         // "127.0.0.1:8080", "0.0.0.0:8443"
	Cert, Key string         // PEM files; with them it speaks TLS
	Insecure  bool           // others than this machine may come without TLS
	Proxies   []netip.Prefix // who speaks for others: X-Forwarded-For and -Proto are believed
	URL       string         // the address that people use, "https://calls.example"; empty: that of Addr
}

// Check reports what is wrong with the door. One that others reach has TLS, is
// behind a proxy, or is insecure on purpose.
func (d Door) Check() error {
	host, _, err := net.SplitHostPort(d.Addr)
	if err != nil {
		return fmt.Errorf("http address %q: %w", d.Addr, err)
	}
	if (d.Cert == "") != (d.Key == "") {
		return errors.New("http.tls: expected both cert and key")
	}
	if d.URL != "" {
		u, err := url.Parse(d.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.Scheme+"://"+u.Host != d.URL {
			return fmt.Errorf("http.url: %q: expected an address such as https://calls.example, without a path", d.URL)
		}
	}
	if loopback(host) || d.Cert != "" || d.Insecure || len(d.Proxies) > 0 {
		return nil
	}
	return fmt.Errorf("http address %q is reached by other machines: passwords and voices need TLS there; give http.tls {cert, key}, or http.proxies if a proxy with TLS is in front, or http.insecure: true", d.Addr)
}

// Open tells whether other machines reach the door.
func (d Door) Open() bool {
	host, _, _ := net.SplitHostPort(d.Addr)
	return d.Addr != "" && !loopback(host) || len(d.Proxies) > 0
}

// Listen opens the door.
func (d Door) Listen(ctx context.Context) (net.Listener, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", d.Addr)
	if err != nil || d.Cert == "" {
		return ln, err
	}
	c := &certificate{certFile: d.Cert, keyFile: d.Key}
	if _, err := c.get(nil); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return tls.NewListener(ln, &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, GetCertificate: c.get}), nil
}

// Listen opens addr for this machine: "127.0.0.1:8080", "localhost:0".
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	return Door{Addr: addr}.Listen(ctx)
}

// certificate is read again when its file has changed, so that one that is renewed
// needs no restart.
type certificate struct {
	certFile, keyFile string

	mu     sync.Mutex
	cert   *tls.Certificate
	from   time.Time // when the file was written
	looked time.Time
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cert != nil && time.Since(c.looked) < 10*time.Second {
		return c.cert, nil
	}
	c.looked = time.Now()
	info, err := os.Stat(c.certFile)
	if err == nil && c.cert != nil && info.ModTime().Equal(c.from) {
		return c.cert, nil
	}
	var fresh tls.Certificate
	if err == nil {
		fresh, err = tls.LoadX509KeyPair(c.certFile, c.keyFile)
	}
	switch {
	case err == nil:
		c.cert, c.from = &fresh, info.ModTime()
	case c.cert == nil:
		return nil, fmt.Errorf("http.tls: %w", err)
	} // half of a renewal: the old one serves until the next look
	return c.cert, nil
}

// loopback tells whether host is this machine, without asking a name server.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}
