package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"hotline"
	"hotline/call"
)

// Config is all that an operator decides. The zero value of no field means
// anything: defaults() is the configuration without a file.
type Config struct {
	Data    string         `yaml:"data"`
	HTTP    HTTPConfig     `yaml:"http"`
	Auth    AuthConfig     `yaml:"auth"`
	SIP     SIPConfig      `yaml:"sip"`
	RTC     RTCConfig      `yaml:"rtc"`
	Numbers []NumberConfig `yaml:"numbers"`
	Agents  []AgentConfig  `yaml:"agents"`
	Bots    string         `yaml:"bots"` // empty: the bots built in
	ASR     ASRConfig      `yaml:"asr"`
	TTS     TTSConfig      `yaml:"tts"`
	Calls   CallsConfig    `yaml:"calls"`
	Chat    ChatConfig     `yaml:"chat"`
	Desk    DeskConfig     `yaml:"desk"`
	KB      KBConfig       `yaml:"kb"`
}

// A NumberConfig says which bot answers a dialled number: exact, or "*".
type NumberConfig struct {
	Dial string   `yaml:"dial"`
	Bot  string   `yaml:"bot"`
	Ring Duration `yaml:"ring"` // before it is answered
}

type AgentConfig struct {
	ID      hotline.AgentID `yaml:"id"`
	Name    string          `yaml:"name"`
	Skills  []string        `yaml:"skills"`
	Address string          `yaml:"address"`
}

type ASRConfig struct {
	Engine   string   `yaml:"engine"`   // an installed model's name, or a funasr URL
	Fallback []string `yaml:"fallback"` // tried in turn when the engine fails in mid-call
	Threads  int      `yaml:"threads"`  // recognitions at once; 0 is one a core
}

type TTSConfig struct {
	Engine    string            `yaml:"engine"` // "espeak", or the base URL of an OpenAI-compatible server
	Voices    map[string]string `yaml:"voices"` // by language
	Model     string            `yaml:"model"`
	APIKeyEnv string            `yaml:"api_key_env"`
	Cache     string            `yaml:"cache"` // bytes on disk: "512MB"
}

type CallsConfig struct {
	Max       int      `yaml:"max"`
	Drain     Duration `yaml:"drain"`      // how long a shutdown waits for calls to end
	Length    Duration `yaml:"length"`     // longest call
	QueueWait Duration `yaml:"queue_wait"` // longest wait for a person
	Ring      Duration `yaml:"ring"`       // how long an agent's phone rings
	Lost      Duration `yaml:"lost"`       // after sip.rtp.timeout: a call without packets ends
	Reload    Duration `yaml:"reload"`     // how long a caller is kept for an agent whose page is loaded again, or crashed
	Music     string   `yaml:"music"`      // WAV or MP3 for those who wait; empty is what is built in
}

// Duration is a time.Duration written as "5m" or "300ms".
type Duration time.Duration

func (d *Duration) UnmarshalYAML(b []byte) error {
	v, err := time.ParseDuration(strings.Trim(strings.TrimSpace(string(b)), `"'`))
	if err == nil && v < 0 {
		err = errors.New("it is negative")
	}
	if err != nil {
		return fmt.Errorf("expected a time such as 5m or 300ms: %w", err)
	}
	*d = Duration(v)
	return nil
}

func (d Duration) MarshalYAML() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// defaults is the demonstration company on loopback.
func defaults() Config {
	return Config{
		Data: "./data",
		HTTP: HTTPConfig{Listen: "127.0.0.1:8080"},
		Auth: AuthConfig{Idle: Duration(time.Hour), Length: Duration(14 * time.Hour)},
		SIP: SIPConfig{
			Listen: []string{"udp://127.0.0.1:5060", "tcp://127.0.0.1:5060"},
			RTP:    RTPConfig{Ports: "20000-29999", Timeout: Duration(10 * time.Second)},
			Trunks: []TrunkConfig{{Name: "local", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}},
		},
		Numbers: []NumberConfig{{Dial: "*", Bot: "shop"}},
		Agents: []AgentConfig{{ID: "agent-1", Name: "Agent 1", Skills: []string{"service", "care", "billing", "technical", "sales", "en", "zh"},
			Address: "sip:agent-1@127.0.0.1:5070"}},
		ASR: ASRConfig{Engine: "moonshine"},
		TTS: TTSConfig{Engine: "espeak", Voices: map[string]string{"en": "slt", "zh": "cmn"}, Cache: "512MB"},
		Calls: CallsConfig{Max: 200, Drain: Duration(5 * time.Minute), Length: Duration(2 * time.Hour),
			QueueWait: Duration(5 * time.Minute), Ring: Duration(20 * time.Second), Lost: Duration(45 * time.Second), Reload: Duration(call.DefaultLimits.Reload)},
		Chat: ChatConfig{Max: 1000, MaxHost: 100, Turns: 300, Text: 2000, Idle: Duration(10 * time.Minute)},
		Desk: DeskConfig{WrapUp: Duration(30 * time.Second), LongWait: Duration(time.Minute), ServiceLevel: ServiceLevelConfig{Within: Duration(20 * time.Second), Goal: 0.8}},
	}
}

// loadConfig reads file over the defaults; with no file they stand alone. An
// error names the file, the line and what was expected there.
func loadConfig(file string) (Config, error) {
	c := defaults()
	if file == "" {
		return c, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("config: %w", err)
	}
	if f, err := parser.ParseBytes(text, 0); err == nil && !slices.ContainsFunc(f.Docs, func(d *ast.DocumentNode) bool { return d.Body != nil }) {
		return c, nil // nothing but comments
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&c); err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			return c, fmt.Errorf("config: %s:%d: %s", file, at.GetToken().Position.Line, at.GetMessage())
		}
		return c, fmt.Errorf("config: %s: %w", file, err)
	}
	for _, path := range []*string{&c.Bots, &c.Calls.Music, &c.HTTP.TLS.Cert, &c.HTTP.TLS.Key} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(filepath.Dir(file), *path)
		}
	}
	if err := c.validate(); err != nil {
		return c, fmt.Errorf("config: %s: %w", file, err)
	}
	return c, nil
}

// validate reports everything that is wrong at once.
func (c Config) validate() error {
	var errs []error
	bad := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	if c.Data == "" {
		bad("data: expected a folder")
	}
	c.SIP.validate(bad)
	c.HTTP.validate(bad)
	c.Auth.validate(c.HTTP, bad)
	c.RTC.validate(bad)
	ids := map[hotline.AgentID]bool{}
	for _, a := range c.Agents {
		if a.ID == "" || ids[a.ID] {
			bad("agents: %q: expected an id that no other agent has", a.ID)
		}
		ids[a.ID] = true
		if a.Address != "" && !strings.HasPrefix(a.Address, "sip:") {
			bad("agents: %s: address %q: expected sip:user@host:port, or none for an agent who has only a browser", a.ID, a.Address)
		}
	}
	c.Chat.validate(bad)
	c.Desk.validate(bad)
	c.KB.validate(c.botNames(), bad)
	if c.Calls.Max <= 0 {
		bad("calls.max: expected a number over 0")
	}
	if _, err := c.TTS.cacheBytes(); err != nil {
		bad("tts.cache: %w", err)
	}
	return errors.Join(errs...)
}

func (t TTSConfig) cacheBytes() (int64, error) {
	number, unit := strings.TrimRight(t.Cache, "KMGB"), int64(1)
	switch strings.TrimPrefix(t.Cache, number) {
	case "KB":
		unit = 1 << 10
	case "MB":
		unit = 1 << 20
	case "GB":
		unit = 1 << 30
	case "", "B":
	default:
		number = "?"
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q: expected a size such as 512MB", t.Cache)
	}
	return n * unit, nil
}

// number is the entry for a dialled number: the exact one, or "*".
func (c Config) number(to string) (NumberConfig, bool) {
	var any NumberConfig
	for _, n := range c.Numbers {
		switch n.Dial {
		case to:
			return n, true
		case "*":
			any = n
		}
	}
	return any, any.Dial != ""
}

func (c Config) agents() []hotline.Agent {
	var list []hotline.Agent
	for _, a := range c.Agents {
		list = append(list, hotline.Agent{ID: a.ID, Name: a.Name, Skills: a.Skills, Address: a.Address})
	}
	return list
}
