package rtc

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline"
)

func TestPostCreatesASession(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{ICEServers: []ICEServer{{URLs: []string{"stun:stun.example.net"}},
		{URLs: []string{"turn:turn.example.net?transport=udp"}, Username: "u", Credential: `p"\`}}})
	b := newBrowser(t)
	res, answer := whip(t, "POST", s.url, typeSDP, b.offer(nil))
	if res.StatusCode != 201 || res.Header.Get("Content-Type") != typeSDP {
		t.Fatalf("%s: %s", res.Status, answer)
	}
	if loc := res.Header.Get("Location"); !strings.HasPrefix(loc, "/api/v1/whip/") || len(loc) < 40 {
		t.Errorf("Location: %q", loc)
	}
	if tag := res.Header.Get("ETag"); len(tag) < 10 || tag[0] != '"' || tag[len(tag)-1] != '"' {
		t.Errorf("ETag: %q", tag)
	}
	want := []string{`<stun:stun.example.net>; rel="ice-server"`,
		`<turn:turn.example.net?transport=udp>; rel="ice-server"; username="u"; credential="p\"\\"; credential-type="password"`}
	if got := res.Header["Link"]; strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("Link: %q", got)
	}
	for _, line := range []string{"a=sendrecv\r\n", "a=rtcp-mux\r\n", "a=setup:active\r\n", "useinbandfec=1", "a=end-of-candidates", "telephone-event/8000"} {
		if !strings.Contains(answer, line) {
			t.Errorf("no %q in the answer:\n%s", line, answer)
		}
	}
	l := <-s.legs
	if info := l.Info(); info.ID == "" || !strings.HasPrefix(info.Remote, "http 127.0.0.1:") || strings.Contains(res.Header.Get("Location"), string(info.ID)) {
		t.Errorf("%+v", info)
	}
}

// The number that the browser uses for a codec is the one in the answer.
func TestPayloadTypesAreTheBrowsers(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{})
	b := newBrowser(t, "opus")
	offer := strings.NewReplacer(" 111", " 96", ":111 ", ":96 ").Replace(b.offer(nil))
	res, answer := whip(t, "POST", s.url, typeSDP, offer)
	if res.StatusCode != 201 || !strings.Contains(answer, "a=rtpmap:96 opus/48000/2") || strings.Contains(answer, ":111 ") {
		t.Errorf("%s:\n%s", res.Status, answer)
	}
	l := <-s.legs
	l.end("")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var refused []Refusal
	s := newSite(t, Config{
		Origins: []string{"https://shop.example"},
		Refused: func(r Refusal) { mu.Lock(); refused = append(refused, r); mu.Unlock() },
		Admit: func(r *http.Request) (Guest, error) {
			switch r.Header.Get("Authorization") {
			case "Bearer good":
				return Guest{From: "web"}, nil
			case "Bearer later":
				return Guest{}, &hotline.Error{Code: hotline.EUnavailable}
			case "Bearer broken":
				return Guest{}, errors.New("secret detail")
			}
			return Guest{}, &hotline.Error{Code: hotline.EForbidden}
		},
	})
	offer := newBrowser(t).offer(nil)
	good := []string{"Authorization", "Bearer good"}
	with := func(more ...string) []string { return append(append([]string{}, good...), more...) }
	session := s.url + "/0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		name, method, url, kind, body string
		headers                       []string
		want                          int
	}{
		{"no credentials", "POST", s.url, typeSDP, offer, nil, 401},
		{"wrong credentials", "POST", s.url, typeSDP, offer, []string{"Authorization", "Bearer bad"}, 403},
		{"not now", "POST", s.url, typeSDP, offer, []string{"Authorization", "Bearer later"}, 503},
		{"a fault", "POST", s.url, typeSDP, offer, []string{"Authorization", "Bearer broken"}, 500},
		{"another site", "POST", s.url, typeSDP, offer, with("Origin", "https://evil.example"), 403},
		{"not SDP", "POST", s.url, "text/plain", offer, good, 415},
		{"junk", "POST", s.url, typeSDP, "v=0 or so", good, 400},
		{"nothing", "POST", s.url, typeSDP, "", good, 422},
		{"too long", "POST", s.url, typeSDP, strings.Repeat("a", maxOffer+1), good, 413},
		{"video", "POST", s.url, typeSDP, strings.Replace(offer, "m=audio", "m=video", 1), good, 422},
		{"two sections", "POST", s.url, typeSDP, offer + offer[strings.Index(offer, "m=audio"):], good, 422},
		{"no ICE", "POST", s.url, typeSDP, strings.ReplaceAll(offer, "a=ice-ufrag", "a=x-ufrag"), good, 400},
		{"no common codec", "POST", s.url, typeSDP, unknownCodec(offer), good, 422},
		{"GET", "GET", s.url, "", "", good, 405},
		{"PUT", "PUT", s.url, typeSDP, offer, good, 405},
		{"POST to a session", "POST", session, typeSDP, offer, good, 405},
		{"PATCH of nothing", "PATCH", session, typeFrag, "", good, 404},
		{"DELETE of nothing", "DELETE", session, "", "", good, 404},
		{"below a session", "DELETE", session + "/x", "", "", good, 404},
	} {
		res, body := whip(t, c.method, c.url, c.kind, c.body, c.headers...)
		if res.StatusCode != c.want {
			t.Errorf("%s: %s, want %d: %s", c.name, res.Status, c.want, body)
		}
		if strings.Contains(body, "secret") {
			t.Errorf("%s: %s", c.name, body)
		}
		switch {
		case res.StatusCode == 405 && res.Header.Get("Allow") == "":
			t.Errorf("%s: no Allow", c.name)
		case res.StatusCode == 401 && res.Header.Get("WWW-Authenticate") != "Bearer":
			t.Errorf("%s: no WWW-Authenticate", c.name)
		case res.StatusCode == 503 && res.Header.Get("Retry-After") == "":
			t.Errorf("%s: no Retry-After", c.name)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(refused) < 13 || refused[0].Code != 401 || !strings.HasPrefix(refused[0].Remote, "http 127.") {
		t.Errorf("told of %d refusals: %+v", len(refused), refused)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.legs); n > 1 { // "no common codec" may still be closing
		t.Errorf("%d legs", n)
	}
}

// unknownCodec is an offer of something that nobody here has.
func unknownCodec(offer string) string {
	var b strings.Builder
	for line := range strings.Lines(offer) {
		switch {
		case strings.HasPrefix(line, "m=audio"):
			line = "m=audio 9 UDP/TLS/RTP/SAVPF 97\r\na=rtpmap:97 L16/44100\r\n"
		case strings.HasPrefix(line, "a=rtpmap:"), strings.HasPrefix(line, "a=fmtp:"), strings.HasPrefix(line, "a=rtcp-fb:"):
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}

func TestOptions(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Origins: []string{"https://shop.example"}, ICEServers: []ICEServer{{URLs: []string{"stun:stun.example.net"}}},
		Admit: func(r *http.Request) (Guest, error) {
			if r.Header.Get("Authorization") == "" {
				return Guest{}, &hotline.Error{Code: hotline.EForbidden}
			}
			return Guest{}, nil
		}})
	res, _ := whip(t, "OPTIONS", s.url, "", "", "Origin", "https://shop.example", "Access-Control-Request-Method", "POST")
	h := res.Header
	if res.StatusCode != 204 || h.Get("Access-Control-Allow-Origin") != "https://shop.example" || h.Get("Accept-Post") != typeSDP ||
		!strings.Contains(h.Get("Access-Control-Allow-Methods"), "PATCH") || !strings.Contains(h.Get("Access-Control-Allow-Headers"), "If-Match") ||
		!strings.Contains(h.Get("Access-Control-Expose-Headers"), "Location") || h.Get("Vary") != "Origin" || h.Get("Link") != "" {
		t.Errorf("%s %v", res.Status, h)
	}
	if res, _ = whip(t, "OPTIONS", s.url, "", "", "Authorization", "Bearer x"); res.StatusCode != 204 || res.Header.Get("Link") == "" {
		t.Errorf("%s %v", res.Status, res.Header)
	}
	if res, _ = whip(t, "OPTIONS", s.url, "", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST"); res.StatusCode != 403 {
		t.Errorf("%s", res.Status)
	}
	if res, _ = whip(t, "OPTIONS", s.url, "", ""); res.StatusCode != 401 {
		t.Errorf("%s", res.Status)
	}
}

// Candidates that come after the offer, one by one.
func TestTrickle(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{})
	b := newBrowser(t, "opus")
	full := b.offer(nil)
	var bare strings.Builder
	var candidates []string
	for line := range strings.Lines(full) {
		switch {
		case strings.HasPrefix(line, "a=candidate:"):
			candidates = append(candidates, line)
		case !strings.HasPrefix(line, "a=end-of-candidates"):
			bare.WriteString(line)
		}
	}
	res, answer := whip(t, "POST", s.url, typeSDP, bare.String())
	if res.StatusCode != 201 {
		t.Fatalf("%s: %s", res.Status, answer)
	}
	session, tag := strings.TrimSuffix(s.url, s.c.Path)+res.Header.Get("Location"), res.Header.Get("ETag")
	frag := writeFrag(full)
	if !strings.Contains(frag, candidates[0]) || !strings.HasPrefix(frag, "a=ice-ufrag:") || !strings.Contains(frag, "m=audio 9 ") {
		t.Fatalf("frag:\n%s", frag)
	}
	for _, c := range []struct {
		name, kind, body, match string
		want                    int
	}{
		{"no If-Match", typeFrag, frag, "", 428},
		{"another ETag", typeFrag, frag, `"x"`, 412},
		{"not a frag", "text/plain", frag, tag, 415},
		{"junk", typeFrag, "hello", tag, 400},
		{"half the credentials", typeFrag, "a=ice-ufrag:abcd\r\n", tag, 400},
		{"bad credentials", typeFrag, "a=ice-ufrag:ab cd\r\na=ice-pwd:0123456789012345678901\r\n", "*", 400},
		{"a restart without *", typeFrag, "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n", tag, 412},
		{"a bad candidate", typeFrag, "a=candidate:x y z\r\n", tag, 400},
		{"too long", typeFrag, strings.Repeat("a=x\r\n", maxFrag), tag, 413},
		{"too many", typeFrag, strings.Repeat("a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n", maxCandidates+1), tag, 400},
		{"a name in the local network", typeFrag, "a=candidate:1 1 udp 1 0f0f0f0f-0000-0000-0000-000000000000.local 9 typ host\r\n", tag, 204},
		{"candidates", typeFrag, frag, tag, 204},
		{"the end", typeFrag, "a=end-of-candidates\r\n", tag, 204},
	} {
		var headers []string
		if c.match != "" {
			headers = []string{"If-Match", c.match}
		}
		if res, body := whip(t, "PATCH", session, c.kind, c.body, headers...); res.StatusCode != c.want {
			t.Errorf("%s: %s, want %d: %s", c.name, res.Status, c.want, body)
		}
	}
	b.answer(answer)
	l := <-s.legs
	if _, err := l.Answer(within(t)); err != nil {
		t.Fatal(err)
	}
	if res, _ := whip(t, "DELETE", session, "", ""); res.StatusCode != 200 {
		t.Error(res.Status)
	}
	if sig := next(t, l, hotline.SigHangup); sig.Reason != hotline.CallerHangup {
		t.Errorf("%+v", sig)
	}
	if res, _ := whip(t, "DELETE", session, "", ""); res.StatusCode != 404 {
		t.Error(res.Status)
	}
	if _, err := l.Answer(within(t)); hotline.ErrorCode(err) != hotline.ECancelled {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	c := Config{}
	for addr, want := range map[string][2]bool{ // told, believed
		"127.0.0.1": {false, false}, "::1": {false, false}, "::ffff:127.0.0.1": {false, false},
		"192.168.1.2": {true, true}, "203.0.113.5": {true, true},
		"169.254.169.254": {false, false}, "fe80::1": {false, false}, "224.0.0.251": {false, false}, "0.0.0.0": {false, false},
	} {
		a := netip.MustParseAddr(addr)
		if got := [2]bool{c.keeps(a), c.believes(a)}; got != want {
			t.Errorf("%s: %v, want %v", addr, got, want)
		}
	}
	c.Networks, c.Loopback = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, true
	for addr, want := range map[string]bool{"127.0.0.1": true, "192.168.1.2": false, "203.0.113.5": true} {
		if c.keeps(netip.MustParseAddr(addr)) != want {
			t.Errorf("%s is kept: %v", addr, !want)
		}
	}
}

func TestAdvertise(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Advertise: "example.net"}); hotline.ErrorCode(err) != hotline.EInvalid {
		t.Error(err)
	}
	s := newSite(t, Config{Advertise: "203.0.113.7"})
	res, answer := whip(t, "POST", s.url, typeSDP, newBrowser(t).offer(nil))
	if res.StatusCode != 201 {
		t.Fatal(res.Status)
	}
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") && !strings.Contains(line, " 203.0.113.7 ") {
			t.Errorf("told: %s", line)
		}
	}
	if !strings.Contains(answer, " 203.0.113.7 ") {
		t.Errorf("not told:\n%s", answer)
	}
	(<-s.legs).end("")
}

func TestNumberAndDrain(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Max: 2})
	url := s.url
	if res, _ := whip(t, "GET", url, "", ""); res.StatusCode != 405 {
		t.Error(res.Status)
	}
	a, b := newBrowser(t, "PCMU").call(url), newBrowser(t, "PCMU").call(url)
	if res, _ := whip(t, "POST", url, typeSDP, newBrowser(t).offer(nil)); res.StatusCode != 503 {
		t.Error(res.Status)
	}
	l := <-s.legs
	<-s.legs
	if err := l.Hangup(within(t), hotline.BotHangup); err != nil {
		t.Fatal(err)
	}
	newBrowser(t, "PCMU").call(url)
	s.Drain()
	if res, _ := whip(t, "POST", url, typeSDP, newBrowser(t).offer(nil)); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Error(res.Status)
	}
	s.stop()
	next(t, a.Leg, hotline.SigHangup)
	next(t, b.Leg, hotline.SigHangup)
}

func TestNeverConnected(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{ConnectTimeout: 300 * time.Millisecond})
	if res, _ := whip(t, "POST", s.url, typeSDP, newBrowser(t).offer(nil)); res.StatusCode != 201 {
		t.Fatal(res.Status)
	}
	l := <-s.legs
	if sig := next(t, l, hotline.SigHangup); sig.Reason != hotline.MediaLost {
		t.Errorf("%+v", sig)
	}
	<-l.gone
}
