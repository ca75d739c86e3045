package web

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"hotline"
)

const (
	maxBody     = 64 << 10
	maxCalls    = 500
	maxEvents   = 10_000
	defaultPage = 100
)

func reply(w http.ResponseWriter, v any) { writeJSON(w, http.StatusOK, v) }

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"code":"internal","message":"internal error"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n')) // a client that left
}

// read decodes the body of a request; unknown members are errors.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return invalid("request", "content type must be application/json")
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		if big, is := errors.AsType[*http.MaxBytesError](err); is {
			return big
		}
		return invalid("request", "body: "+err.Error())
	}
	if dec.More() {
		return invalid("request", "body: more than one value")
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // or it would end the request
	return nil
}

// name is what ids look like: nothing that means something in a path.
var name = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)

func callID(r *http.Request) (hotline.CallID, error) {
	id := r.PathValue("id")
	if !name.MatchString(id) {
		return "", notFound("call", "no such call")
	}
	return hotline.CallID(id), nil
}

// number reads a query parameter from 0 to top; absent, it is otherwise.
func number(r *http.Request, key string, otherwise, top uint64) (uint64, error) {
	text := r.URL.Query().Get(key)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n > top {
		return 0, invalid("request", key+" must be a number from 0 to "+strconv.FormatUint(top, 10))
	}
	return n, nil
}
