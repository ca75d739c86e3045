package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A person signs in over the API with cookies, as a browser does.
type signedIn struct {
	client http.Client
	csrf   string
}

func (p *signedIn) ask(t *testing.T, method, url, body string, status int, v any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF-Token", p.csrf)
	resp, err := p.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != status {
		t.Fatalf("%s %s: %s, expected %d", method, url, resp.Status, status)
	}
	if v != nil {
		if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
			t.Fatal(err)
		}
	}
}

// hotline runs a command of the program on the data folder.
func hotlineCommand(t *testing.T, stdin, data string, args ...string) string {
	t.Helper()
	file, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, append(args, "--data", data)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("hotline %v: %v\n%s", args, err, &errs)
	}
	return out.String()
}

// The link of the first start makes an administrator. An agent who was added at
// the command line while the server runs signs in, is still there after the
// server was restarted, and is out within a second of being disabled, the open
// WebSocket too.
func TestPeopleSignIn(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := startServer(t, data, "")
	_, link, ok := strings.Cut(s.log.String(), "/setup#")
	if !ok {
		t.Fatalf("no link for the first administrator in\n%s", s.log)
	}
	secret, _, _ := strings.Cut(link, "\n")
	newPerson := func() *signedIn {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return &signedIn{client: http.Client{Jar: jar}}
	}
	var session struct{ CSRF string }
	boss := newPerson()
	boss.ask(t, "POST", s.HTTP+"/api/v1/setup", `{"token":"`+secret+`","user":"root","name":"Root","password":"seven green lamps"}`, 200, &session)
	boss.csrf = session.CSRF
	boss.ask(t, "GET", s.HTTP+"/api/v1/users", "", 200, nil)
	newPerson().ask(t, "POST", s.HTTP+"/api/v1/setup", `{"token":"`+secret+`","user":"eve","password":"seven green lamps"}`, 403, nil)

	hotlineCommand(t, "eight blue lamps\n", data, "user", "add", "anna", "--agent", "agent-1", "--password-stdin")
	anna := newPerson()
	anna.ask(t, "POST", s.HTTP+"/api/v1/session", `{"user":"anna","password":"eight blue lamps"}`, 200, &session)
	anna.csrf = session.CSRF
	anna.ask(t, "GET", s.HTTP+"/api/v1/users", "", 403, nil)
	anna.ask(t, "POST", s.HTTP+"/api/v1/agents/me/state", `{"state":"away"}`, 200, nil)

	// Restarted at the same address, as a browser would find it.
	addr := strings.TrimPrefix(s.HTTP, "http://")
	s.stop(syscall.SIGTERM)
	conf := "http: {listen: '" + addr + "'}\n"
	again := startServer(t, data, conf)
	if strings.Contains(again.log.String(), "/setup#") {
		t.Error("there is another link for a first administrator")
	}
	anna.ask(t, "GET", again.HTTP+"/api/v1/session", "", 200, nil)
	anna.ask(t, "POST", again.HTTP+"/api/v1/agents/me/state", `{"state":"ready"}`, 200, nil)

	dialer := websocket.Dialer{Jar: anna.client.Jar}
	desk, _, err := dialer.DialContext(t.Context(), strings.Replace(again.HTTP, "http:", "ws:", 1)+"/api/v1/desk", http.Header{"Origin": {again.HTTP}})
	if err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	hotlineCommand(t, "", data, "user", "disable", "anna")
	disabled := time.Now()
	_ = desk.SetReadDeadline(disabled.Add(10 * time.Second))
	for {
		if _, _, err = desk.ReadMessage(); err != nil {
			break
		}
	}
	if !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
		t.Errorf("the desk of a disabled agent: %v", err)
	}
	t.Logf("the desk was closed %v after the command", time.Since(disabled).Round(time.Millisecond))
	anna.ask(t, "GET", again.HTTP+"/api/v1/session", "", 401, nil)
	for _, log := range []string{s.log.String(), again.log.String()} {
		for _, secret := range []string{"seven green lamps", "eight blue lamps", session.CSRF, anna.csrf} {
			if strings.Contains(log, secret) {
				t.Errorf("a secret is in the log:\n%s", log)
			}
		}
	}
	if files, err := os.ReadDir(data); err == nil {
		for _, f := range files {
			if info, err := f.Info(); err == nil && strings.HasPrefix(f.Name(), "users.db") && info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v", f.Name(), info.Mode())
			}
		}
	}
}
