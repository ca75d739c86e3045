package ui

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(h http.HandlerFunc, path, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	h(w, r)
	return w
}

// Without the build each page says how to make it; with it each is there, and
// so is all that it loads, compressed when the browser takes that.
func TestPages(t *testing.T) {
	for file, page := range Pages {
		w := get(page.Handler(), "/x", "")
		body := w.Body.String()
		if !Built() {
			if w.Code != http.StatusServiceUnavailable || !strings.Contains(body, "make ui") {
				t.Errorf("%s: %d %q", file, w.Code, body)
			}
			continue
		}
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %v", file, w.Code, w.Header())
		}
		if strings.Contains(body, "<script>") || strings.Contains(body, " onload=") {
			t.Errorf("%s: a script in the page, which the policy forbids", file)
		}
		_, after, found := strings.Cut(body, `src="`)
		src, _, _ := strings.Cut(after, `"`)
		if !found || !strings.HasPrefix(src, "/assets/") {
			t.Errorf("%s: loads %q", file, src)
			continue
		}
		plain, packed := get(Assets, src, ""), get(Assets, src, "gzip, br")
		if plain.Code != 200 || plain.Header().Get("Content-Encoding") != "" || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", src, plain.Code, plain.Header())
		}
		if packed.Code != 200 || packed.Body.Len() > plain.Body.Len() || packed.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%s: %d %v", src, packed.Code, packed.Header())
		}
	}
}

// A path that is not an asset's is not found, and not kept.
func TestAssetsNotFound(t *testing.T) {
	for _, path := range []string{"/assets/none.js", "/assets/../desk.html", "/assets/", "/assets/.keep"} {
		if w := get(Assets, path, "gzip"); w.Code != http.StatusNotFound || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}
