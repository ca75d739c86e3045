// Package mailaction makes actions that send e-mail over SMTP.
//
// The server is a URL in the environment: smtp://user:password@host:port, or
// smtps:// for TLS from the first byte; smtp uses STARTTLS where the server
// offers it, and must where there is a password and the host is not this one.
// A message is sent once for the same request key: its Message-ID is made of it.
package mailaction

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/wneessen/go-mail"

	"hotline/dialog"
	"hotline/dialog/action"
)

// Spec declares a message. Texts are by language.
type Spec struct {
	Name    string
	Server  string // name in the environment of the server's URL
	From    action.Text
	To      action.Text
	Subject map[string]action.Text
	Body    map[string]action.Text
	Timeout time.Duration // 0 is 8 s
}

// New makes an action of a declaration. Its result is mailed = yes, and to.
func New(s Spec, env func(string) string) dialog.Action {
	if s.Timeout == 0 {
		s.Timeout = 8 * time.Second
	}
	return &message{Spec: s, env: env, sent: map[string]bool{}}
}

type message struct {
	Spec
	env func(string) string

	mu    sync.Mutex
	sent  map[string]bool // keys
	order []string
}

// Do sends the message.
func (m *message) Do(ctx context.Context, r dialog.Request) (map[string]string, error) {
	ctx, stop := context.WithTimeout(ctx, m.Timeout)
	defer stop()
	v := action.Values{Request: r, Env: m.env}
	msg, to, err := m.compose(v)
	if err != nil {
		return nil, action.Failed(m.Name, err)
	}
	done := map[string]string{"mailed": "yes", "to": to}
	if m.known(r.Key) {
		return done, nil
	}
	c, err := client(m.env(m.Server))
	if err != nil {
		return nil, action.Failed(m.Name, err)
	}
	if err := c.DialAndSendWithContext(ctx, msg); err != nil {
		return nil, action.Failed(m.Name, errors.New("the mail server did not take the message"))
	}
	m.keep(r.Key)
	return done, nil
}

func (m *message) compose(v action.Values) (*mail.Msg, string, error) {
	lang := v.Request.Language
	if _, ok := m.Body[lang]; !ok {
		lang = "en"
	}
	var fill [4]string
	for i, t := range []action.Text{m.From, m.To, m.Subject[lang], m.Body[lang]} {
		s, err := t.Fill(v, nil)
		if err != nil {
			return nil, "", err
		}
		fill[i] = s
	}
	msg := mail.NewMsg()
	if err := msg.From(fill[0]); err != nil {
		return nil, "", errors.New("the sender is no address")
	}
	if err := msg.To(fill[1]); err != nil {
		return nil, "", errors.New("the receiver is no address")
	}
	msg.Subject(fill[2])
	msg.SetBodyString(mail.TypeTextPlain, fill[3])
	sum := sha256.Sum256([]byte(m.Name + "\x00" + v.Request.Key))
	msg.SetMessageIDWithValue(hex.EncodeToString(sum[:12]) + "@hotline.invalid")
	msg.SetDate()
	return msg, fill[1], nil
}

func client(server string) (*mail.Client, error) {
	if server == "" {
		return nil, action.ErrUnconfigured
	}
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("expected a mail server such as smtp://host:587")
	}
	opts := []mail.Option{mail.WithTimeout(5 * time.Second), mail.WithHELO("localhost")}
	password, secret := u.User.Password()
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case u.Scheme == "smtps":
		opts = append(opts, mail.WithSSL())
	case secret && !local:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case local:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if p, err := strconv.Atoi(u.Port()); err == nil {
		opts = append(opts, mail.WithPort(p))
	}
	if secret {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthPlain), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	c, err := mail.NewClient(u.Hostname(), opts...)
	if err != nil {
		return nil, fmt.Errorf("the mail server: %w", err)
	}
	return c, nil
}

// keysKept bounds how many keys of sent messages are remembered.
const keysKept = 4096

func (m *message) known(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return key != "" && m.sent[key]
}

func (m *message) keep(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if key == "" || m.sent[key] {
		return
	}
	m.sent[key] = true
	if m.order = append(m.order, key); len(m.order) > keysKept {
		delete(m.sent, m.order[0])
		m.order = m.order[1:]
	}
}
