package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Listen opens addr, "127.0.0.1:8080" or "localhost:0". It refuses any address
// that is not loopback.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("http address %q: %w", addr, err)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("http address %q is not loopback: the API has no users yet, so it serves this machine only; use 127.0.0.1, and a proxy that authenticates in front of it", addr)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", addr)
}

// loopback tells whether host is this machine, without asking a name server.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

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

// guard keeps other machines' pages out and bounds the request.
func guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", policy())
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !loopback(host) {
			writeJSON(w, http.StatusForbidden, map[string]string{"code": "forbidden", "message": "host is not loopback"})
			return
		}
		if err := origin.Check(r); err != nil {
			writeJSON(w, http.StatusForbidden, map[string]string{"code": "forbidden", "message": "request from a page of another origin"})
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
