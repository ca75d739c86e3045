package httpaction_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline/dialog"
	"hotline/dialog/action"
	"hotline/dialog/action/httpaction"
)

func text(t *testing.T, s string) action.Text {
	t.Helper()
	x, err := action.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// answering serves h for one action and names its address SHOP.
func answering(t *testing.T, h http.HandlerFunc) func(string) string {
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return func(name string) string {
		return map[string]string{"SHOP": srv.URL, "TOKEN": "s3cret"}[name]
	}
}

func TestRequest(t *testing.T) {
	env := answering(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.EscapedPath() != "/orders/4571%2F..%3Fx%3D1" || r.Header.Get("Authorization") != "Bearer s3cret" || r.Header.Get("Idempotency-Key") != "k1" || string(body) != `{"note":"he said \"now\""}` {
			t.Errorf("asked %s %s, %v, %s", r.Method, r.URL.EscapedPath(), r.Header, body)
		}
		io.WriteString(w, `{"status": "late", "state": {"en": "late", "zh": "已延误"}, "n": 3, "big": 12345678901234567890, "paid": true, "items": [{"name": "lamp"}], "tags": ["a", "b"]}`)
	})
	s := httpaction.Spec{Name: "lookup", Method: "PUT", URL: text(t, "{env.SHOP}/orders/{order}"), Header: map[string]action.Text{"Authorization": text(t, "Bearer {env.TOKEN}")}, Body: map[string]action.Text{"note": text(t, "{note}")}}
	r := dialog.Request{Key: "k1", Args: map[string]string{"order": "4571/..?x=1", "note": `he said "now"`}}
	got, err := httpaction.New(s, httpaction.Options{Env: env}).Do(t.Context(), r)
	if err != nil || got["state.zh"] != "已延误" || got["n"] != "3" || got["big"] != "12345678901234567890" || got["paid"] != "yes" || got["tags"] != "a b" || got["items"] != "" {
		t.Errorf("%v, %v", got, err)
	}
	s.Answer = map[string]string{"what": "items.0.name", "none": "items.7.name", "kind": "=order"}
	got, err = httpaction.New(s, httpaction.Options{Env: env}).Do(t.Context(), r)
	if err != nil || len(got) != 2 || got["what"] != "lamp" || got["kind"] != "order" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRetriesCarryTheSameKey(t *testing.T) {
	var tries atomic.Int32
	env := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Idempotency-Key") != "k2" {
			t.Errorf("key %q", r.Header.Get("Idempotency-Key"))
		}
		if tries.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, `{"done": true}`)
	})
	a := httpaction.New(httpaction.Spec{Name: "x", Method: "POST", URL: text(t, "{env.SHOP}/returns"), Retries: 2}, httpaction.Options{Env: env})
	if got, err := a.Do(t.Context(), dialog.Request{Key: "k2"}); err != nil || got["done"] != "yes" || tries.Load() != 3 {
		t.Errorf("%v, %v after %d tries", got, err, tries.Load())
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		what  string
		h     http.HandlerFunc
		tries int32
	}{
		{"a refusal is not tried again", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(409) }, 1},
		{"a redirect is not followed", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", 302) }, 1},
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") }, 1},
		{"too long", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("x", 2<<20)) }, 1},
		{"always busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, 2},
		{"not found without missing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, 1},
	} {
		var tries atomic.Int32
		env := answering(t, func(w http.ResponseWriter, r *http.Request) { tries.Add(1); c.h(w, r) })
		_, err := httpaction.New(httpaction.Spec{Name: "x", Method: "GET", URL: text(t, "{env.SHOP}/{secret}"), Retries: 1}, httpaction.Options{Env: env}).
			Do(t.Context(), dialog.Request{Args: map[string]string{"secret": "4242424242424242"}})
		if err == nil || tries.Load() != c.tries || strings.Contains(err.Error(), "4242") {
			t.Errorf("%s: %v after %d tries", c.what, err, tries.Load())
		}
	}
}

func TestMissing(t *testing.T) {
	env := answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
	got, err := httpaction.New(httpaction.Spec{Name: "x", Method: "GET", URL: text(t, "{env.SHOP}/x"), Missing: map[string]string{"found": "no"}}, httpaction.Options{Env: env}).Do(t.Context(), dialog.Request{})
	if err != nil || got["found"] != "no" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestTimeoutAndNotConfigured(t *testing.T) {
	release := make(chan struct{})
	env := answering(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	s := httpaction.Spec{Name: "x", Method: "GET", URL: text(t, "{env.SHOP}/x"), Timeout: 30 * time.Millisecond, Retries: 3}
	if _, err := httpaction.New(s, httpaction.Options{Env: env}).Do(t.Context(), dialog.Request{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a service that hangs: %v", err)
	}
	if _, err := httpaction.New(s, httpaction.Options{Env: func(string) string { return "" }}).Do(t.Context(), dialog.Request{}); !errors.Is(err, action.ErrUnconfigured) {
		t.Errorf("no address: %v", err)
	}
}

func TestABrokenServiceIsLeftAlone(t *testing.T) {
	var tries atomic.Int32
	env := answering(t, func(w http.ResponseWriter, _ *http.Request) { tries.Add(1); w.WriteHeader(503) })
	a := httpaction.New(httpaction.Spec{Name: "x", Method: "GET", URL: text(t, "{env.SHOP}/x"), Breaker: &action.Breaker{Failures: 3, Reset: time.Hour}}, httpaction.Options{Env: env})
	var err error
	for range 10 {
		_, err = a.Do(t.Context(), dialog.Request{})
	}
	if tries.Load() != 3 || !errors.Is(err, action.ErrOpen) {
		t.Errorf("%d tries, then %v", tries.Load(), err)
	}
}

func TestWebhook(t *testing.T) {
	env := answering(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte("s3cret"))
		mac.Write(body)
		var in struct {
			Action, Call string
			Args         map[string]string
		}
		if err := json.Unmarshal(body, &in); err != nil || in.Action != "told" || in.Call != "c1" || in.Args["order"] != "4571" {
			t.Errorf("%s: %v", body, err)
		}
		if r.Header.Get("X-Hotline-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("signature %q", r.Header.Get("X-Hotline-Signature"))
		}
		w.WriteHeader(http.StatusNoContent)
	})
	a := httpaction.New(httpaction.Spec{Name: "told", Method: "POST", URL: text(t, "{env.SHOP}/hook"), Hook: true, Sign: text(t, "{env.TOKEN}")}, httpaction.Options{Env: env})
	if _, err := a.Do(t.Context(), dialog.Request{Call: "c1", Args: map[string]string{"order": "4571"}}); err != nil {
		t.Error(err)
	}
}

func TestNobodyListens(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	a := httpaction.New(httpaction.Spec{Name: "x", Method: "GET", URL: text(t, "http://"+addr+"/x"), Retries: 1}, httpaction.Options{})
	then := dialog.ActionFunc(func(context.Context, dialog.Request) (map[string]string, error) {
		return map[string]string{"kept": "yes"}, nil
	})
	if got, err := action.Fallback(a, then).Do(t.Context(), dialog.Request{}); err != nil || got["kept"] != "yes" {
		t.Errorf("%v, %v", got, err)
	}
}
