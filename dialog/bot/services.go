package bot

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"hotline/dialog"
	outside "hotline/dialog/action"
	"hotline/dialog/action/httpaction"
	"hotline/dialog/action/mailaction"
)

// methods of HTTP that an action may use.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// spec is the declaration of an action over HTTP, begun by whichever of its
// keys comes first.
func (d *reader) spec(n node, a *action) *httpaction.Spec {
	if a.http == nil {
		a.http = &httpaction.Spec{Name: a.name}
	}
	return a.http
}

// request reads "GET {env.SHOP}/orders/{order}".
func (d *reader) request(n node, a *action) {
	s := d.spec(n, a)
	method, target, ok := strings.Cut(n.str(), " ")
	if !ok || !slices.Contains(methods, method) {
		n.expected("a method and an address, such as GET {env.SHOP}/orders/{order}")
		return
	}
	s.Method = method
	s.URL = d.parseText(n, strings.TrimSpace(target), a)
}

// hook reads the address of a webhook.
func (d *reader) hook(n node, a *action) {
	s := d.spec(n, a)
	s.Method, s.Hook = "POST", true
	s.URL = d.text(n, a)
}

func (d *reader) mail(n node, a *action) {
	m := &mailaction.Spec{Name: a.name}
	a.mail = m
	n.fields(map[string]func(node){
		"server":  func(v node) { m.Server = v.str() },
		"from":    func(v node) { m.From = d.text(v, a) },
		"to":      func(v node) { m.To = d.text(v, a) },
		"subject": func(v node) { m.Subject = d.texts(v, a) },
		"text":    func(v node) { m.Body = d.texts(v, a) },
		"timeout": func(v node) { m.Timeout = v.duration(30 * time.Second) },
	})
	for _, l := range d.script.Languages {
		if _, ok := m.Body[l]; !ok {
			n.wrong("no text in %s", l)
		}
		if _, ok := m.Subject[l]; !ok {
			n.wrong("no subject in %s", l)
		}
	}
	if m.Server == "" {
		n.wrong("expected server: the name in the environment of its URL")
	}
}

func (d *reader) text(n node, a *action) outside.Text { return d.parseText(n, n.str(), a) }

func (d *reader) parseText(n node, s string, a *action) outside.Text {
	t, err := outside.Parse(s)
	if err != nil {
		n.wrong("%v", err)
	}
	a.uses = append(a.uses, t.Names()...)
	return t
}

func (d *reader) texts(n node, a *action) map[string]outside.Text {
	out := map[string]outside.Text{}
	for _, e := range n.entries() {
		out[e.key] = d.text(e.node, a)
	}
	return out
}

func pairs(n node) map[string]string {
	out := map[string]string{}
	for _, e := range n.entries() {
		out[e.key] = e.str()
	}
	return out
}

// service makes the action that calls the outside world, if a does.
func (d *reader) service(a *action, o Options, breakers map[string]*outside.Breaker) dialog.Action {
	env := o.Env
	if env == nil {
		env = os.Getenv
	}
	switch {
	case a.http != nil:
		part := cmp.Or(a.part, a.name)
		if breakers[part] == nil {
			breakers[part] = &outside.Breaker{Failures: 5, Reset: 15 * time.Second}
		}
		s := *a.http
		s.Breaker = breakers[part]
		s.Header = maps.Clone(s.Header)
		return httpaction.New(s, httpaction.Options{Env: env})
	case a.mail != nil:
		return mailaction.New(*a.mail, env)
	}
	return nil
}
