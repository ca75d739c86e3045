// Package httpaction makes actions of HTTP services: a request with values
// filled in, an answer mapped to results.
//
// A request is tried again after a failure that may pass (no connection, 429,
// 502, 503, 504), with the same Idempotency-Key each time, so that a service
// that knows the header does an effect once. POST and PATCH are tried again
// only because of that header. All tries share one timeout. A service that
// fails again and again is left alone for a while (action.Breaker).
package httpaction

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotline/dialog"
	"hotline/dialog/action"
)

// Spec declares a service.
type Spec struct {
	Name    string
	Method  string
	URL     action.Text            // values are escaped; {env.NAME} may begin it
	Header  map[string]action.Text // secrets are {env.NAME}
	Body    map[string]action.Text // of a JSON object, by field
	Hook    bool                   // the body is the whole request: action, call, from, language, key, args
	Answer  map[string]string      // result by the path in the JSON answer, "state.en"; empty: all plain fields
	Missing map[string]string      // results of a 404; nil: it is a failure
	Timeout time.Duration          // of all tries; 0 is 4 s
	Retries int                    // after the first try
	Breaker *action.Breaker        // may be shared by the actions of one service
	Sign    action.Text            // key of a webhook's signature, if any
}

// Options of New.
type Options struct {
	Client *http.Client        // nil is one that does not follow redirects
	Env    func(string) string // environment
}

// maxAnswer bounds the answer of a service.
const maxAnswer = 1 << 20

// New makes an action of a declaration.
func New(s Spec, o Options) dialog.Action {
	if o.Client == nil {
		o.Client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if s.Timeout == 0 {
		s.Timeout = 4 * time.Second
	}
	if s.Breaker == nil {
		s.Breaker = &action.Breaker{Failures: 5, Reset: 15 * time.Second}
	}
	return &service{s, o}
}

type service struct {
	Spec
	Options
}

// Do makes the request, and again where that helps.
func (s *service) Do(ctx context.Context, r dialog.Request) (map[string]string, error) {
	ctx, stop := context.WithTimeout(ctx, s.Timeout)
	defer stop()
	v := action.Values{Request: r, Env: s.Env}
	target, err := s.URL.Fill(v, escape)
	if err != nil {
		return nil, action.Failed(s.Name, err)
	}
	body, err := s.body(v)
	if err != nil {
		return nil, action.Failed(s.Name, err)
	}
	for try := 0; ; try++ {
		if err := s.Breaker.Allow(); err != nil {
			return nil, action.Failed(s.Name, err)
		}
		out, again, err := s.once(ctx, v, target, body)
		s.Breaker.Done(err == nil || !again && ctx.Err() == nil) // a refusal is an answer
		if err == nil {
			return out, nil
		}
		if !again || try >= s.Retries {
			return nil, action.Failed(s.Name, err)
		}
		pause := time.NewTimer(100*time.Millisecond<<try + rand.N(50*time.Millisecond))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil, action.Failed(s.Name, err)
		}
	}
}

// escape makes a value safe in a path and in a query.
func escape(v string) string { return strings.ReplaceAll(url.QueryEscape(v), "+", "%20") }

func (s *service) body(v action.Values) ([]byte, error) {
	if s.Hook {
		r := v.Request
		return json.Marshal(map[string]any{"action": s.Name, "call": r.Call, "from": r.From, "language": r.Language, "key": r.Key, "args": r.Args})
	}
	if s.Body == nil {
		return nil, nil
	}
	fields := map[string]string{}
	for k, t := range s.Body {
		text, err := t.Fill(v, nil)
		if err != nil {
			return nil, err
		}
		fields[k] = text
	}
	return json.Marshal(fields)
}

// once makes one request; again tells that a failure may pass. Errors do not
// name the URL: it may hold what the caller said.
func (s *service) once(ctx context.Context, v action.Values, target string, body []byte) (out map[string]string, again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, s.Method, target, bytes.NewReader(body))
	if err != nil {
		return nil, false, errors.New("the address of the service is no URL")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Idempotency-Key", v.Request.Key)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, t := range s.Header {
		value, err := t.Fill(v, nil)
		if err != nil {
			return nil, false, err
		}
		req.Header.Set(k, value)
	}
	if key, err := s.Sign.Fill(v, nil); err != nil {
		return nil, false, err
	} else if key != "" {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write(body)
		req.Header.Set("X-Hotline-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := s.Client.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return nil, ctx.Err() == nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, true, errors.New("the answer was cut off")
	case len(data) > maxAnswer:
		return nil, false, errors.New("the answer is too long")
	case resp.StatusCode == http.StatusNotFound && s.Missing != nil:
		return maps.Clone(s.Missing), false, nil
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		passes := slices.Contains([]int{429, 502, 503, 504}, resp.StatusCode)
		return nil, passes, fmt.Errorf("status %d", resp.StatusCode)
	}
	out, err = s.results(data)
	return out, false, err
}

// results maps the answer.
func (s *service) results(data []byte) (map[string]string, error) {
	out := map[string]string{}
	if len(bytes.TrimSpace(data)) == 0 && len(s.Answer) == 0 {
		return out, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var answer any
	if err := dec.Decode(&answer); err != nil {
		return nil, errors.New("the answer is no JSON")
	}
	if len(s.Answer) == 0 {
		flatten("", answer, out, 0)
		return out, nil
	}
	for name, path := range s.Answer {
		if lit, ok := strings.CutPrefix(path, "="); ok {
			out[name] = lit
			continue
		}
		if v, ok := plain(at(answer, path)); ok {
			out[name] = v
		}
	}
	return out, nil
}

// at walks a path such as "items.0.name".
func at(v any, path string) any {
	for _, k := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[k]
		case []any:
			i, err := strconv.Atoi(k)
			if err != nil || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// plain is a value as text: lists of plain values with spaces between them.
func plain(v any) (string, bool) {
	switch x := v.(type) {
	case string:
		return x, true
	case json.Number:
		return x.String(), true
	case bool:
		if x {
			return "yes", true
		}
		return "no", true
	case []any:
		var all []string
		for _, e := range x {
			s, ok := plain(e)
			if !ok {
				return "", false
			}
			all = append(all, s)
		}
		return strings.Join(all, " "), true
	}
	return "", false
}

// flatten takes all plain fields: {"state": {"en": "late"}} is state.en = late.
func flatten(prefix string, v any, out map[string]string, depth int) {
	if s, ok := plain(v); ok && prefix != "" {
		out[prefix] = s
		return
	}
	if m, ok := v.(map[string]any); ok && depth < 4 && len(out) < 200 {
		for k, e := range m {
			flatten(strings.TrimPrefix(prefix+"."+k, "."), e, out, depth+1)
		}
	}
}
