package bots_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/emersion/go-smtp"

	"hotline/bots"
	"hotline/demo"
	"hotline/dialog/bot"
	"hotline/dialog/dialogtest"
)

// postbox is an SMTP server that keeps what it gets.
type postbox struct{ got chan string }

func (p postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return session{p}, nil }

type session struct{ postbox }

func (s session) Mail(string, *smtp.MailOptions) error { return nil }
func (s session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s session) Reset()                               {}
func (s session) Logout() error                        { return nil }
func (s session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.got <- string(b)
	return err
}

// outside begins the company's backend and a mail server, and names both.
func outside(t *testing.T) (env func(string) string, box postbox) {
	listen := func() net.Listener {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return ln
	}
	shop, post := listen(), listen()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- demo.Serve(ctx, shop, ":memory:") }()
	box = postbox{make(chan string, 8)}
	mail := smtp.NewServer(box)
	mail.Domain, mail.ReadTimeout, mail.WriteTimeout = "localhost", 5*time.Second, 5*time.Second
	mailed := make(chan struct{})
	go func() { defer close(mailed); mail.Serve(post) }()
	t.Cleanup(func() {
		stop()
		mail.Close()
		<-mailed
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	addr := map[string]string{"SHOP_BACKEND": "http://" + shop.Addr().String(), "SMTP_URL": "smtp://" + post.Addr().String()}
	return func(name string) string { return addr[name] }, box
}

// TestShopWithItsBackend asserts what the outside world was asked to do.
func TestShopWithItsBackend(t *testing.T) {
	env, box := outside(t)
	like, err := shop()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bot.Load(bots.FS, "shop", bot.Options{Env: env, Like: like})
	if err != nil {
		t.Fatal(err)
	}
	dialogtest.Run(t, b, fstest.MapFS{"t/a.yaml": {Data: []byte(withBackend)}}, "t")
	var letters []string
	for len(box.got) > 0 {
		letters = append(letters, <-box.got)
	}
	if len(letters) != 2 || !strings.Contains(letters[0], "https://lantern.example/returns/R-") || !strings.Contains(letters[0], "anna@example.com") || !strings.Contains(letters[1], "https://lantern.example/invoices/I-") {
		t.Errorf("%d letters: %q", len(letters), letters)
	}
}

const withBackend = `
- name: the return label is mailed
  from: "200"
  turns:
    - {opening: , says: Wei Li您好, language: zh}
    - {caller: can I speak English please, language: en}
    - {caller: I want to return a lamp, bot: [return_start, ask_order]}
    - {caller: eight zero eight one, perhaps: [eight zero eight zero], slots: {order: "8080"}, bot: [own_order], says: You have an order 8 0 8 0}
    - {caller: that's right, did: lookup, bot: [ask_return_reason]}
    - {caller: it is broken, bot: [ask_email]}
    - {caller: anna at example dot com, bot: [confirm_email]}
    - {caller: yes, did: return.mail, with: {email: anna@example.com, order: "8080"}, bot: [return_mailed, anything_else]}
- name: 发票发到邮箱
  from: "200"
  turns:
    - {opening: , language: ""}
    - {caller: 我要开发票, bot: [ask_order]}
    - {caller: 八零八零, bot: [ask_email]}
    - {caller: wei 艾特 example 点 com, bot: [confirm_email]}
    - {caller: 对, did: invoice.mail, bot: [invoice_mailed, anything_else]}
- name: the order is cancelled, and then it is
  from: "1"
  turns:
    - opening:
    - {caller: please cancel order two four six eight, bot: [confirm_cancel]}
    - {caller: yes, did: order.cancel, bot: [cancel_done, anything_else]}
    - {caller: where is order two four six eight, did: lookup, bot: [order_cancelled, anything_else]}
- name: slower, and kept for the customer
  from: "1"
  turns:
    - {opening: }
    - {caller: where is my order}
    - {caller: slower please, did: preferences, rate: 0.8}
- name: the next call is as slow
  from: "1"
  turns:
    - {opening: , rate: 0.8, bot: [greeting]}
- name: a refund
  from: "1"
  turns:
    - opening:
    - {caller: where is the refund for order seven zero zero seven, did: refund, bot: [refund_paid, anything_else]}
`
