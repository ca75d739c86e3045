package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "hotline.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestConfigDefaultsAreValid(t *testing.T) {
	if err := defaults().validate(); err != nil {
		t.Error(err)
	}
}

func TestConfigOverDefaults(t *testing.T) {
	c, err := loadConfig(write(t, "calls: {max: 7, drain: 90s}\nbots: mine\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Calls.Max != 7 || time.Duration(c.Calls.Drain) != 90*time.Second {
		t.Errorf("calls: %+v", c.Calls)
	}
	if c.SIP.RTP.Ports != defaults().SIP.RTP.Ports || time.Duration(c.Calls.Ring) != 20*time.Second {
		t.Errorf("what the file does not name changed: %+v %+v", c.SIP.RTP, c.Calls)
	}
	if !filepath.IsAbs(c.Bots) || filepath.Base(c.Bots) != "mine" {
		t.Errorf("bots %q: a relative folder is beside the file", c.Bots)
	}
}

func TestConfigErrorsSayWhereAndWhat(t *testing.T) {
	t.Setenv("EMPTY", "")
	for _, tt := range []struct{ name, text, want string }{
		{"unknown key names its line", "data: x\ncalls:\n  maximum: 7\n", `:3: unknown field "maximum"`},
		{"wrong type names its line", "calls:\n  max: many\n", ":2:"},
		{"syntax names its line", "calls: {max: 7\n", ":1:"},
		{"duration", "calls: {drain: soon}\n", "such as 5m"},
		{"negative duration", "calls: {drain: -5s}\n", "negative"},
		{"listen", "sip: {listen: ['127.0.0.1:5060']}\n", "udp://host:port"},
		{"ports", "sip: {rtp: {ports: '20000'}}\n", "20000-29999"},
		{"port order", "sip: {rtp: {ports: 30000-20000}}\n", "20000-29999"},
		{"network", "sip: {trunks: [{name: x, allow: [everyone]}]}\n", "everyone"},
		{"secret", "sip: {trunks: [{name: x, password_env: EMPTY}]}\n", "variable EMPTY is empty"},
		{"agent twice", "agents: [{id: a, address: 'sip:a@b'}, {id: a, address: 'sip:a@b'}]\n", "no other agent"},
		{"agent address", "agents: [{id: a, address: b}]\n", "sip:user@host:port"},
		{"a site to be shown in", "http: {embed: ['https://shop.example/page']}\n", "such as https://shop.example"},
		{"cache", "tts: {cache: lots}\n", "512MB"},
		{"chats", "chat: {max: 5, turns: 0}\n", "turns and text over 0"},
		{"chats that end at once", "chat: {idle: 10ms}\n", "a second or more"},
		{"all at once", "calls: {max: -1}\nagents: [{id: a, address: b}]\n", "agents: a: address"},
		{"numbers outside without a way", "sip: {trunks: [{name: x, dial: ['+86*']}]}\n", "x: dial needs an address"},
		{"numbers outside", "sip: {trunks: [{name: x, address: 'sip:b@c', dial: ['any*']}]}\n", "expected digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadConfig(write(t, tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestConfigEmptyFileIsDefaults(t *testing.T) {
	if _, err := loadConfig(write(t, "# nothing\n")); err != nil {
		t.Error(err)
	}
}

func TestWrongUsageIsStatus2(t *testing.T) {
	for _, args := range [][]string{{"cal"}, {"serve", "now"}, {"call", "nobody"}, {"models", "lst"}, {"chat", "--lung", "zh"}, {"call", "--keys"}} {
		var out, errOut strings.Builder
		if status := run(t.Context(), args, &out, &errOut); status != 2 || !strings.Contains(errOut.String(), "--help") {
			t.Errorf("%v: status %d, %q", args, status, errOut.String())
		}
	}
	var out, errOut strings.Builder
	if status := run(t.Context(), []string{"--help"}, &out, &errOut); status != 0 || !strings.Contains(out.String(), "hotline serve") {
		t.Errorf("--help: status %d, %q", status, out.String())
	}
}
