package mailaction_test

import (
	"errors"
	"io"
	"mime"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"hotline/dialog"
	"hotline/dialog/action"
	"hotline/dialog/action/mailaction"
)

// postbox is an SMTP server that keeps what it gets.
type postbox struct {
	got    chan letter
	refuse bool
}

type letter struct{ from, to, data string }

func (p *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: p}, nil }

type session struct {
	box *postbox
	letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "hotline" || password != "pw" {
			return errors.New("no")
		}
		return nil
	}), nil
}
func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.box.refuse {
		return &smtp.SMTPError{Code: 550, Message: "no such box"}
	}
	s.to = to
	return nil
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.data = string(b)
	s.box.got <- s.letter
	return err
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func serve(t *testing.T, box *postbox) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(box)
	srv.Domain, srv.AllowInsecureAuth = "localhost", true
	srv.ReadTimeout, srv.WriteTimeout = 5*time.Second, 5*time.Second
	ended := make(chan struct{})
	go func() { defer close(ended); srv.Serve(ln) }()
	t.Cleanup(func() { srv.Close(); <-ended })
	return ln.Addr().String()
}

func link(t *testing.T) mailaction.Spec {
	parse := func(s string) action.Text {
		x, err := action.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	return mailaction.Spec{Name: "link", Server: "SMTP_URL", From: parse("Lantern <service@lantern.example>"), To: parse("{email}"),
		Subject: map[string]action.Text{"en": parse("Your return {order}"), "zh": parse("退货 {order}")},
		Body:    map[string]action.Text{"en": parse("Print the label: {link}\n"), "zh": parse("请打印退货单：{link}\n")}}
}

func TestMail(t *testing.T) {
	box := &postbox{got: make(chan letter, 4)}
	addr := serve(t, box)
	a := mailaction.New(link(t), func(string) string { return "smtp://hotline:pw@" + addr })
	r := dialog.Request{Key: "k", Language: "zh", Args: map[string]string{"email": "anna@lantern.example", "order": "4571", "link": "https://lantern.example/returns/R-1"}}
	for range 2 { // the same wish twice is one message
		if got, err := a.Do(t.Context(), r); err != nil || got["mailed"] != "yes" {
			t.Fatalf("%v, %v", got, err)
		}
	}
	l := <-box.got
	m, err := mail.ReadMessage(strings.NewReader(l.data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "退货 4571" || l.from != "service@lantern.example" || l.to != "anna@lantern.example" || m.Header.Get("Message-ID") == "" {
		t.Errorf("%+v, subject %q, %v", l, subject, err)
	}
	if len(box.got) != 0 {
		t.Error("the message was sent twice")
	}
}

func TestMailThatIsNotTaken(t *testing.T) {
	addr := serve(t, &postbox{refuse: true})
	for what, c := range map[string]struct{ server, to string }{
		"refused": {"smtp://" + addr, "anna@lantern.example"}, "no server": {"", "anna@lantern.example"}, "no address": {"smtp://" + addr, "anna at home"},
		"two headers": {"smtp://" + addr, "anna@lantern.example\r\nBcc: all@lantern.example"}, "wrong password": {"smtp://hotline:secret1@" + addr, "anna@lantern.example"}, "no URL": {"mail", "anna@lantern.example"},
	} {
		got, err := mailaction.New(link(t), func(string) string { return c.server }).Do(t.Context(), dialog.Request{Key: "k", Language: "en", Args: map[string]string{"email": c.to}})
		if err == nil || strings.Contains(err.Error(), "secret1") || strings.Contains(err.Error(), "anna") {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
}
