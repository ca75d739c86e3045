package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"hotline/demo"
)

// serve begins a backend; stop waits for it.
func serve(t *testing.T, path string) (url string, stop func()) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- demo.Serve(ctx, ln, path) }()
	once := false
	stop = func() {
		if once {
			return
		}
		once = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
	t.Cleanup(stop)
	return "http://" + ln.Addr().String(), stop
}

func ask(t *testing.T, method, url, key, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestBackend(t *testing.T) {
	url, _ := serve(t, ":memory:")
	for _, c := range []struct {
		method, path, key, body string
		status                  int
		want                    string
	}{
		{"GET", "/healthz", "", "", 200, "ok"},
		{"GET", "/orders/4571", "", "", 200, `"state":{"en":"late","zh":"已延误"}`},
		{"GET", "/orders/9999", "", "", 404, "no such thing"},
		{"GET", "/customers?phone=100", "", "", 200, `"orders":["1234","3140","4571"]`},
		{"GET", "/customers?phone=1", "", "", 404, ""},
		{"PUT", "/customers/1/preferences", "", `{"rate":"0.8"}`, 200, "yes"},
		{"GET", "/customers?phone=1", "", "", 200, `"rate":"0.8"`},
		{"PUT", "/customers/1/preferences", "", `{"language":"zh"}`, 200, "yes"},
		{"GET", "/customers?phone=1", "", "", 200, `"language":"zh","rate":"0.8"`},
		{"GET", "/refunds/7007", "", "", 200, `"status":"paid"`},
		{"GET", "/refunds/1234", "", "", 200, `"status":"none"`},
		{"POST", "/returns", "r", `{"order":"8080","reason":"broken","email":"a@b.example"}`, 200, `"accepted":"yes"`},
		{"POST", "/returns", "", `{"order":"2468"}`, 200, `"accepted":"no"`},
		{"POST", "/returns", "", `{"order":"1"}`, 404, ""},
		{"POST", "/returns", "", `[1]`, 400, "JSON"},
		{"PUT", "/orders/2468/address", "", `{"address":"1 New Road"}`, 200, `"changed":"yes"`},
		{"PUT", "/orders/4571/address", "", `{"address":"1 New Road"}`, 200, `"changed":"no"`},
		{"POST", "/orders/2468/cancel", "c", "{}", 200, `"cancelled":"yes"`},
		{"GET", "/orders/2468", "", "", 200, `"status":"cancelled"`},
		{"POST", "/orders/4571/invoice", "", `{"email":"a@b.example"}`, 200, `"invoice":"I-`},
		{"POST", "/complaints", "k", `{"text":"late"}`, 200, `"complaint":"C-`},
		{"GET", "/products/harbour", "", "", 200, `"stock":0`},
		{"GET", "/orders/x'%20OR%201=1", "", "", 404, ""},
	} {
		if status, body := ask(t, c.method, url+c.path, c.key, c.body); status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s: %d %s; want %d %s", c.method, c.path, status, body, c.status, c.want)
		}
	}
}

// TestOnce asks twice with one key: the effect is one, the answer the same.
func TestOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	url, stop := serve(t, path)
	_, first := ask(t, "POST", url+"/orders/2468/cancel", "k", "")
	_, again := ask(t, "POST", url+"/orders/2468/cancel", "k", "")
	if first != again || !strings.Contains(first, "yes") {
		t.Errorf("%s, then %s", first, again)
	}
	stop()
	url, _ = serve(t, path) // what was done is kept
	_, body := ask(t, "GET", url+"/orders/2468", "", "")
	var o struct{ Status string }
	if err := json.Unmarshal([]byte(body), &o); err != nil || o.Status != "cancelled" {
		t.Errorf("after a restart: %s, %v", body, err)
	}
}
