package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"hotline"
)

// Serve answers requests on ln until ctx ends. Then it takes no new ones, ends
// the feeds, and waits for the others for at most grace.
func (s *Server) Serve(ctx context.Context, ln net.Listener, grace time.Duration) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		s.close()
		return err
	case <-ctx.Done():
	}
	s.close()
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := srv.Shutdown(patience)
	if err != nil {
		err = errors.Join(err, srv.Close())
	}
	<-failed
	for range cap(s.follow) { // Shutdown does not know WebSockets; all places free: all have gone
		select {
		case s.follow <- struct{}{}:
		case <-patience.Done():
			return errors.Join(err, errors.New("http: followers still there"))
		}
	}
	return err
}

// guard keeps other machines' pages out, bounds the request, and finds out who
// stands behind a proxy.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	public, _ := url.Parse(s.cfg.Door.URL) // checked
	if s.cfg.Door.URL != "" {
		_ = origin.AddTrustedOrigin(s.cfg.Door.URL)
	}
	refuse := func(w http.ResponseWriter, message string) {
		writeJSON(w, http.StatusForbidden, map[string]string{"code": hotline.EForbidden, "message": message})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = s.unproxied(r, public.Host)
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", policy())
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if s.secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		// A name that was pointed at this machine is not ours (DNS rebinding). Where
		// others come and we do not know our name, it gets them no more than it gets
		// anybody: the cookies are another name's.
		switch {
		case loopback(host):
		case public.Host != "" && strings.EqualFold(r.Host, public.Host):
		case s.cfg.Door.Open() && public.Host == "":
		case s.cfg.Door.Open() && (r.URL.Path == "/healthz" || r.URL.Path == "/readyz"): // by a balancer that knows only the address
		default:
			refuse(w, "this host is not ours")
			return
		}
		if err := origin.Check(r); err != nil {
			refuse(w, "request from a page of another origin")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		// A recorder in a test has no deadlines, hence no check of these errors.
		rc := http.NewResponseController(w)
		_ = rc.SetWriteDeadline(time.Now().Add(replyTimeout))
		if r.ContentLength != 0 {
			_ = rc.SetReadDeadline(time.Now().Add(bodyTimeout))
		}
		next.ServeHTTP(w, r)
	})
}

type clientKey struct{}

// client is how a request really came.
type client struct {
	proxied bool // by one of Door.Proxies
	secure  bool // the last step that we know of was over TLS
}

// unproxied is the request as its client sent it to the proxy, if it came through
// one that speaks for others: with the client's address, and our public name.
// Who is no such proxy says nothing of others.
func (s *Server) unproxied(r *http.Request, public string) *http.Request {
	c := client{secure: r.TLS != nil}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !s.speaks(peer.Addr()) {
		return r.WithContext(context.WithValue(r.Context(), clientKey{}, c))
	}
	c.proxied = true
	if proto := r.Header.Get("X-Forwarded-Proto"); proto != "" {
		c.secure = strings.EqualFold(proto, "https")
	}
	r = r.WithContext(context.WithValue(r.Context(), clientKey{}, c))
	addr := peer.Addr()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- { // the last is the proxy's own word; those before it only if it is a proxy, too
		a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if addr = a; !s.speaks(a) {
			break
		}
	}
	r.RemoteAddr = netip.AddrPortFrom(addr.Unmap().WithZone(""), 0).String()
	if public != "" {
		r.Host = public
	}
	return r
}

// speaks tells whether the address is a proxy's that speaks for others.
func (s *Server) speaks(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(s.cfg.Door.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// clientAddr is where the request comes from.
func (s *Server) clientAddr(r *http.Request) netip.Addr {
	a, _ := netip.ParseAddrPort(r.RemoteAddr)
	return a.Addr().Unmap()
}

// secure tells whether the client came over TLS.
func (s *Server) secure(r *http.Request) bool {
	c, _ := r.Context().Value(clientKey{}).(client)
	return c.secure
}

// metrics serves this machine, and others who sign in. Who comes through a proxy
// is another.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	c, _ := r.Context().Value(clientKey{}).(client)
	forwarded := c.proxied || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Forwarded-For") != ""
	if forwarded || !s.clientAddr(r).IsLoopback() {
		if _, err := s.allow(r, agent); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.cfg.Metrics.ServeHTTP(w, r)
}
