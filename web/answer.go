package web

import (
	"net/http"
	"time"

	"hotline"
)

// answering serves what f gives as JSON, with 200, or its error.
func (s *Server) answering(f func(w http.ResponseWriter, r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := f(w, r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		reply(w, v)
	}
}

// ofCall is answering for what is about one call that who asks may see.
func (s *Server) ofCall(f func(w http.ResponseWriter, r *http.Request, c hotline.Call) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, ok := s.find(w, r)
		if !ok {
			return
		}
		v, err := f(w, r, c)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		reply(w, v)
	}
}

// moment reads a query parameter that is a time (RFC 3339) or a date; absent, it
// is otherwise.
func moment(r *http.Request, key string, zone *time.Location, otherwise time.Time) (time.Time, error) {
	text := r.URL.Query().Get(key)
	if text == "" {
		return otherwise, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return t, invalid("request", key+" must be a time such as 2026-11-22T16:00:00Z, or a date")
	}
	return t, nil
}

// zone is the time zone that days begin in: tz, or the server's.
func zone(r *http.Request) (*time.Location, error) {
	name := r.URL.Query().Get("tz")
	if name == "" {
		return time.Local, nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, invalid("request", "tz must be the name of a time zone, such as Asia/Shanghai")
	}
	return z, nil
}

// orEmpty is the list as JSON shows it: never null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
