package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"hotline"
)

// Remarks adds what people say about a call, also about one of the past. The
// error carries hotline.EInvalid or hotline.EUnavailable.
type Remarks interface {
	Remark(ctx context.Context, id hotline.CallID, b hotline.Body) (hotline.Event, error)
}

// A Disposition is a word for what came of a call, in the languages of those who
// choose it.
type Disposition struct {
	Code string            `json:"code" yaml:"code"`
	Name map[string]string `json:"name" yaml:"name"` // by language
}

// Dispositions are those of a company that configured none.
var Dispositions = []Disposition{
	{"solved", map[string]string{"en": "Solved", "zh": "已解决"}},
	{"follow-up", map[string]string{"en": "We owe an answer", "zh": "待跟进"}},
	{"call-back", map[string]string{"en": "To be called back", "zh": "需回电"}},
	{"handed-on", map[string]string{"en": "Handed on", "zh": "已转交"}},
	{"complaint", map[string]string{"en": "Complaint taken", "zh": "已受理投诉"}},
	{"no-answer", map[string]string{"en": "Could not be solved", "zh": "未能解决"}},
	{"wrong-number", map[string]string{"en": "Wrong number", "zh": "打错电话"}},
	{"abuse", map[string]string{"en": "Abuse or nuisance", "zh": "骚扰电话"}},
}

// maxNote is the longest text that somebody may write about a call, in bytes.
const maxNote = 8000

// by is who writes: their agent's id, or the name they sign in with.
func by(r *http.Request) string {
	i := identity(r)
	if i.Agent != "" {
		return string(i.Agent)
	}
	return i.User
}

func text(op, s string, least int) (string, error) {
	s = strings.TrimSpace(s)
	if len(s) < least || len(s) > maxNote || !utf8.ValidString(s) {
		return "", invalid(op, "the text is empty or longer than 8000 bytes")
	}
	return s, nil
}

// remark appends b and answers with the event.
func (s *Server) remark(r *http.Request, c hotline.Call, b hotline.Body) (any, error) {
	if s.cfg.Remarks == nil {
		return nil, unavailable("remark", "nothing can be written about calls here")
	}
	return s.cfg.Remarks.Remark(r.Context(), c.ID, b)
}

func (s *Server) note(w http.ResponseWriter, r *http.Request, c hotline.Call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	t, err := text("note", in.Text, 1)
	if err != nil {
		return nil, err
	}
	return s.remark(r, c, hotline.Noted{By: by(r), Text: t})
}

func (s *Server) dispose(w http.ResponseWriter, r *http.Request, c hotline.Call) (any, error) {
	var in struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.cfg.Dispositions, func(d Disposition) bool { return d.Code == in.Code }) {
		return nil, invalid("disposition", "code is none of GET dispositions")
	}
	t, err := text("disposition", in.Text, 0)
	if err != nil {
		return nil, err
	}
	return s.remark(r, c, hotline.Disposed{By: by(r), Code: in.Code, Text: t})
}

func (s *Server) dispositions(http.ResponseWriter, *http.Request) (any, error) {
	return map[string]any{"dispositions": s.cfg.Dispositions}, nil
}

func (s *Server) correct(w http.ResponseWriter, r *http.Request, c hotline.Call) (any, error) {
	var in struct {
		N      uint64            `json:"n"`
		Intent string            `json:"intent"`
		Slots  map[string]string `json:"slots"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	size := len(in.Intent)
	for k, v := range in.Slots {
		size += len(k) + len(v)
	}
	if in.Intent == "" && len(in.Slots) == 0 || size > maxNote {
		return nil, invalid("correction", "an intent or slots are needed, of no more than 8000 bytes")
	}
	evs, err := s.cfg.Feed.Since(r.Context(), c.ID, 0, maxEvents)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(evs, func(ev hotline.Event) bool {
		return ev.N == in.N && (ev.Kind == hotline.Heard{}.Kind() || ev.Kind == hotline.Key{}.Kind())
	}) {
		return nil, invalid("correction", "n is not the number of a turn that was heard in the call, nor of a key")
	}
	return s.remark(r, c, hotline.Corrected{N: in.N, By: by(r), Intent: in.Intent, Slots: in.Slots})
}

// learn makes an answer that was given in the call a draft, and a remark.
func (s *Server) learn(w http.ResponseWriter, r *http.Request, c hotline.Call) (any, error) {
	var in struct {
		Question string `json:"question"`
		Answer   string `json:"answer"`
		Language string `json:"language"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	q, err := text("learn", in.Question, 1)
	if err != nil {
		return nil, err
	}
	a, err := text("learn", in.Answer, 1)
	if err != nil {
		return nil, err
	}
	if in.Language == "" {
		in.Language = c.Language
	}
	b := hotline.Learned{By: by(r), Question: q, Answer: a, Language: in.Language}
	if s.cfg.KB != nil {
		if b.Article, err = s.cfg.KB.Learn(r.Context(), c, b); err != nil {
			return nil, err
		}
	}
	return s.remark(r, c, b)
}
