package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Some at once, then one each so often; an address of IPv6 is its network; this
// machine is not bounded; the memory is.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newRate(2*time.Second, 3)
		a := netip.MustParseAddr("192.0.2.1")
		for i, want := range []time.Duration{0, 0, 0, 2 * time.Second, 2 * time.Second} {
			if got := l.wait(a); got != want {
				t.Errorf("attempt %d waits %v, want %v", i, got, want)
			}
		}
		time.Sleep(2*time.Second - 1)
		if l.wait(a) != 1 {
			t.Error("too early")
		}
		time.Sleep(1)
		if l.wait(a) != 0 || l.wait(a) == 0 {
			t.Error("one after two seconds")
		}
		time.Sleep(time.Hour)
		for i := range 4 {
			if got := l.wait(a); (got == 0) != (i < 3) {
				t.Errorf("an hour later, attempt %d waits %v", i, got)
			}
		}
		for i := range 4 {
			if got := l.wait(netip.MustParseAddr(fmt.Sprintf("2001:db8::%d", i+1))); (got == 0) != (i < 3) {
				t.Errorf("attempt %d of a network waits %v", i, got)
			}
			if l.wait(netip.MustParseAddr("127.0.0.1")) != 0 || l.wait(netip.MustParseAddr("::1")) != 0 {
				t.Error("this machine waits")
			}
		}
		for i := range maxRated + 100 {
			l.wait(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
		}
		if len(l.next) > maxRated {
			t.Errorf("%d addresses", len(l.next))
		}
	})
}

// Strangers are slowed down in what costs the server something; who has signed in
// is not.
func TestStrangersAreSlowedDown(t *testing.T) {
	_, s := newServer(t, func(c *Config) {
		c.Door = Door{Addr: ":8080", Insecure: true}
		c.Whip = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	})
	send := func(path, body, role string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.RemoteAddr = "192.0.2.1:5"
		r.Header.Set("Content-Type", "application/json")
		if role != "" {
			r.Header.Set("Authorization", "Bearer "+role)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for path, body := range map[string]string{"/api/v1/whip": "", "/api/v1/chat": `{"text":"hello"}`, "/api/v1/setup/check": `{"token":"x"}`} {
		var last *httptest.ResponseRecorder
		n := 0
		for ; n < 200; n++ {
			if last = send(path, body, ""); last.Code == 429 {
				break
			}
		}
		if n < 5 || n == 200 || last.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d passed at once, then %d %v", path, n, last.Code, last.Header())
		}
		if w := send(path, body, "agent"); w.Code == 429 && path != "/api/v1/setup/check" {
			t.Errorf("%s: an agent waits", path)
		}
	}
}

// A stranger begins chats less often than they go on with one.
func TestStrangersBeginFewChats(t *testing.T) {
	_, s := newServer(t, func(c *Config) { c.Door = Door{Addr: ":8080", Insecure: true} })
	passed := func(body string) (n int) {
		for ; n < 100; n++ {
			r := httptest.NewRequest("POST", "/api/v1/chat", strings.NewReader(body))
			r.RemoteAddr = "192.0.2.1:5"
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			if s.ServeHTTP(w, r); w.Code != http.StatusOK {
				break
			}
		}
		return n
	}
	if begun := passed(`{}`); begun < 20 || begun > 40 {
		t.Errorf("%d chats are begun at once", begun)
	}
	if more := passed(`{"session":"s1","text":"hello"}`); more < 10 {
		t.Errorf("then %d turns of one", more)
	}
}
