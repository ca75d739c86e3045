package web

import (
	"errors"
	"io/fs"
	"math"
	"net/http"
	"path"
	"slices"
	"time"

	"hotline"
)

var callStates = []string{"", "live", hotline.PhaseRinging, hotline.PhaseBot, hotline.PhaseWaiting, hotline.PhaseAgent, hotline.PhaseEnded}

func (s *Server) listCalls(w http.ResponseWriter, r *http.Request) {
	since, err := number(r, "since", 0, math.MaxInt64)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	limit, err := number(r, "limit", defaultPage, maxCalls)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	q := hotline.CallQuery{Since: since, Limit: int(limit), State: r.URL.Query().Get("state"), Before: hotline.CallID(r.URL.Query().Get("before"))}
	if !slices.Contains(callStates, q.State) {
		s.fail(w, r, invalid("calls", "state must be live, ringing, bot, waiting, agent or ended"))
		return
	}
	if q.Before != "" && !name.MatchString(string(q.Before)) {
		s.fail(w, r, invalid("calls", "before must be the id of a call"))
		return
	}
	if err := search(r, &q); err != nil {
		s.fail(w, r, err)
		return
	}
	if i := identity(r); !i.Role.Allows(supervisor) {
		if q.SeenBy = i.Agent; i.Agent == "" {
			q.Limit = 0 // they take no calls: they see none
		}
	}
	seq := s.cfg.Feed.Head() // first: what changes while we look is told again
	calls, err := s.cfg.Calls.Calls(r.Context(), q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if calls == nil {
		calls = []hotline.Call{}
	}
	reply(w, map[string]any{"calls": calls, "seq": seq})
}

// search reads what calls are looked for by.
func search(r *http.Request, q *hotline.CallQuery) error {
	v := r.URL.Query()
	q.Words, q.Intent, q.Emotion, q.Agent = v.Get("q"), v.Get("intent"), v.Get("emotion"), hotline.AgentID(v.Get("agent"))
	q.Result, q.Customer, q.Bot = hotline.Result(v.Get("result")), v.Get("customer"), v.Get("bot")
	if len(q.Words) > 500 {
		return invalid("calls", "q is longer than 500 bytes")
	}
	z, err := zone(r)
	if err != nil {
		return err
	}
	if q.From, err = moment(r, "from", z, q.From); err != nil {
		return err
	}
	q.To, err = moment(r, "to", z, q.To)
	return err
}

// find is the call that the request is about; if there is none that who asks may
// see, it answers.
func (s *Server) find(w http.ResponseWriter, r *http.Request) (c hotline.Call, ok bool) {
	id, err := callID(r)
	if err == nil {
		c, err = s.seen(r, id)
	}
	if err != nil {
		s.fail(w, r, err)
	}
	return c, err == nil
}

// seen is the call of that id; with hotline.ENotFound if who asks may not see it.
func (s *Server) seen(r *http.Request, id hotline.CallID) (hotline.Call, error) {
	c, err := s.cfg.Calls.Call(r.Context(), id)
	if err != nil {
		return c, err
	}
	if ok, err := s.sees(r.Context(), identity(r), c); err != nil || ok {
		return c, err
	}
	return c, notFound("call", "no such call")
}

func (s *Server) getCall(_ http.ResponseWriter, _ *http.Request, c hotline.Call) (any, error) {
	return c, nil
}

// recording serves the audio, whole or in ranges. That of a live call is served
// as far as it goes at that moment.
func (s *Server) recording(w http.ResponseWriter, r *http.Request) {
	c, ok := s.find(w, r)
	if !ok {
		return
	}
	if c.Recording == "" {
		s.fail(w, r, notFound("recording", "the call has no recording"))
		return
	}
	f, err := s.openRecording(c.Recording)
	if errors.Is(err, fs.ErrNotExist) {
		err = notFound("recording", "the recording is gone")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		s.fail(w, r, notFound("recording", "the recording is gone"))
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(audioTimeout))
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Content-Disposition", `inline; filename="`+path.Base(c.Recording)+`"`)
	http.ServeContent(w, r, "", info.ModTime(), f)
}
