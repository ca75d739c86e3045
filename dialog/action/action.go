// Package action holds what actions that call the outside world have in common:
// texts with values filled in, and a circuit breaker. Below it is one folder
// for each way to call: httpaction, mailaction.
//
// An action answers or fails within its timeout and soon after its context
// ends. It may be used by many conversations at once. Secrets come from the
// environment and never appear in its errors or results.
package action

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hotline"
	"hotline/dialog"
)

// ErrUnconfigured is the error of an action whose service has no address in the
// environment.
var ErrUnconfigured = errors.New("the service is not configured")

// A Text has values in it: {order} is an argument of the action, {env.TOKEN} a
// secret of the environment, {call}, {from}, {language} and {key} tell about
// the request.
type Text struct{ parts []part }

type part struct {
	text  string
	value bool
}

// Parse reads a text. A brace is written {{.
func Parse(s string) (Text, error) {
	var t Text
	for s != "" {
		i := strings.IndexByte(s, '{')
		if i < 0 {
			t.parts = append(t.parts, part{text: s})
			break
		}
		if i+1 < len(s) && s[i+1] == '{' {
			t.parts = append(t.parts, part{text: s[:i+1]})
			s = s[i+2:]
			continue
		}
		if i > 0 {
			t.parts = append(t.parts, part{text: s[:i]})
		}
		end := strings.IndexByte(s[i:], '}')
		name := ""
		if end > 0 {
			name = s[i+1 : i+end]
		}
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") != "" {
			return t, fmt.Errorf("%q: expected {name}; a brace is written {{", s[i:])
		}
		t.parts = append(t.parts, part{name, true})
		s = s[i+end+1:]
	}
	return t, nil
}

// Names are the values that the text needs, secrets aside.
func (t Text) Names() (out []string) {
	for _, p := range t.parts {
		if p.value && !strings.HasPrefix(p.text, "env.") {
			out = append(out, p.text)
		}
	}
	return out
}

// Given are the values that every request has.
var Given = []string{"call", "from", "language", "key"}

// Values finds the values of texts.
type Values struct {
	Request dialog.Request
	Env     func(string) string
}

func (v Values) find(name string) (string, error) {
	if env, ok := strings.CutPrefix(name, "env."); ok {
		s := v.Env(env)
		if s == "" {
			return "", fmt.Errorf("%w: %s is not set", ErrUnconfigured, env)
		}
		return s, nil
	}
	if s, ok := v.Request.Args[name]; ok {
		return s, nil
	}
	switch name {
	case "call":
		return string(v.Request.Call), nil
	case "from":
		return v.Request.From, nil
	case "language":
		return v.Request.Language, nil
	case "key":
		return v.Request.Key, nil
	}
	return "", nil
}

// Fill fills in values; escape makes each safe where it stands, but secrets and
// addresses of the environment at the very beginning are as they are.
func (t Text) Fill(v Values, escape func(string) string) (string, error) {
	var b strings.Builder
	for i, p := range t.parts {
		if !p.value {
			b.WriteString(p.text)
			continue
		}
		s, err := v.find(p.text)
		if err != nil {
			return "", err
		}
		if escape != nil && (i > 0 || !strings.HasPrefix(p.text, "env.")) {
			s = escape(s)
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// Fallback is first, and then where first is not configured or fails.
func Fallback(first, then dialog.Action) dialog.Action {
	return dialog.ActionFunc(func(ctx context.Context, r dialog.Request) (map[string]string, error) {
		out, err := first.Do(ctx, r)
		if err == nil || ctx.Err() != nil {
			return out, err
		}
		return then.Do(ctx, r)
	})
}

// Failed is the error of an action at the edge: its service did not do its part.
func Failed(name string, err error) error {
	return &hotline.Error{Op: "action " + name, Code: hotline.EUnavailable, Message: "the service did not answer", Err: err}
}
