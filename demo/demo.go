// Package demo is the backend of Lantern, the demonstration company: customers,
// orders, returns, refunds, invoices and complaints in its own SQLite file,
// served over HTTP as a real shop's would be.
//
//	GET  /healthz
//	GET  /customers?phone=P         who calls: name, segment, language, rate, orders
//	PUT  /customers/{phone}/preferences   {"rate", "language"}
//	GET  /orders/{order}
//	PUT  /orders/{order}/address    {"address"}
//	POST /orders/{order}/cancel
//	POST /orders/{order}/invoice    {"email"}
//	GET  /refunds/{order}
//	POST /returns                   {"order", "reason", "email"}
//	POST /complaints                {"order", "text", "phone"}
//	GET  /products/{name}
//
// Answers are JSON; what does not exist is 404, what cannot be done is 409, with
// {"error"}. A POST or PUT with an Idempotency-Key is done once: the second time
// its first answer is given again. The data is seeded the same every time; an
// existing file is kept as it is.
package demo

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver
)

//go:embed schema.sql
var schema string

// Serve answers on ln until ctx ends, then waits for requests in progress, at
// most three seconds. The database is the file dbpath; ":memory:" forgets.
// ln is closed when Serve returns.
func Serve(ctx context.Context, ln net.Listener, dbpath string) error {
	defer ln.Close()
	db, err := open(ctx, dbpath)
	if err != nil {
		return err
	}
	defer db.Close()
	srv := &http.Server{Handler: (&shop{db}).routes(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	bounded, stop := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer stop()
	err = srv.Shutdown(bounded)
	if err != nil {
		err = errors.Join(err, srv.Close())
	}
	<-failed
	return err
}

func open(ctx context.Context, path string) (*sql.DB, error) {
	q := url.Values{"_pragma": {"busy_timeout(3000)", "journal_mode(wal)", "foreign_keys(1)"}}
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(path, "?", "%3f")+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // writers take turns; :memory: is one database
	if _, err := db.ExecContext(ctx, schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("demo database: %w", err)
	}
	return db, nil
}

type shop struct{ db *sql.DB }

// refusal is an answer that is not the caller's fault.
type refusal struct {
	status int
	why    string
}

func (r refusal) Error() string { return r.why }

var missing = refusal{http.StatusNotFound, "no such thing"}

func (s *shop) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	for route, h := range map[string]func(ctx context.Context, tx *sql.Tx, r *http.Request, in map[string]string) (any, error){
		"GET /customers":                     customer,
		"PUT /customers/{phone}/preferences": prefer,
		"GET /orders/{order}":                order,
		"PUT /orders/{order}/address":        readdress,
		"POST /orders/{order}/cancel":        cancel,
		"POST /orders/{order}/invoice":       invoice,
		"GET /refunds/{order}":               refund,
		"POST /returns":                      takeBack,
		"POST /complaints":                   complain,
		"GET /products/{name}":               product,
	} {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			status, body := s.answer(r, h)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			w.Write(body)
		})
	}
	return mux
}

// answer does one request in one transaction, or gives the answer that the same
// key had before.
func (s *shop) answer(r *http.Request, h func(context.Context, *sql.Tx, *http.Request, map[string]string) (any, error)) (int, []byte) {
	wrong := func(status int, why string) (int, []byte) {
		b, _ := json.Marshal(map[string]string{"error": why})
		return status, b
	}
	in := map[string]string{}
	if r.Method != http.MethodGet {
		err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 64<<10)).Decode(&in)
		if err != nil && r.ContentLength != 0 {
			return wrong(http.StatusBadRequest, "expected a JSON object of texts")
		}
	}
	tx, err := s.db.BeginTx(r.Context(), nil)
	if err != nil {
		return wrong(http.StatusServiceUnavailable, "busy")
	}
	defer tx.Rollback()
	key := ""
	if k := r.Header.Get("Idempotency-Key"); k != "" && r.Method != http.MethodGet {
		sum := sha256.Sum256([]byte(r.Method + r.URL.Path + "\x00" + k))
		key = hex.EncodeToString(sum[:])
		var status int
		var body []byte
		if tx.QueryRowContext(r.Context(), "SELECT status, body FROM done WHERE key = ?", key).Scan(&status, &body) == nil {
			return status, body
		}
	}
	out, err := h(r.Context(), tx, r, in)
	var no refusal
	switch {
	case errors.As(err, &no):
		return wrong(no.status, no.why)
	case errors.Is(err, sql.ErrNoRows):
		return wrong(missing.status, missing.why)
	case err != nil:
		return wrong(http.StatusInternalServerError, "the database failed")
	}
	body, err := json.Marshal(out)
	if err != nil {
		return wrong(http.StatusInternalServerError, "no answer")
	}
	if key != "" {
		if _, err := tx.ExecContext(r.Context(), "INSERT INTO done (key, status, body) VALUES (?, 200, ?)", key, body); err != nil {
			return wrong(http.StatusInternalServerError, "the database failed")
		}
	}
	if err := tx.Commit(); err != nil {
		return wrong(http.StatusServiceUnavailable, "busy")
	}
	return http.StatusOK, body
}
