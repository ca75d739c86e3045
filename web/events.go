package web

import (
	"context"
	"encoding/json"
	"iter"
	"math"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
)

func (s *Server) allEvents(w http.ResponseWriter, r *http.Request) { s.events(w, r, "") }

func (s *Server) callEvents(w http.ResponseWriter, r *http.Request) {
	if c, ok := s.find(w, r); ok {
		s.events(w, r, c.ID)
	}
}

// events sends the events after since, one JSON object a line: up to limit of
// those that there are, or, with follow=1 or over a WebSocket, those to come too.
func (s *Server) events(w http.ResponseWriter, r *http.Request, call hotline.CallID) {
	since, err := number(r, "since", 0, math.MaxInt64)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	limit, err := number(r, "limit", maxEvents, maxEvents)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	follow, err := number(r, "follow", 0, 1)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	partials, err := number(r, "partials", 0, 1)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	socket := websocket.IsWebSocketUpgrade(r)
	eye := s.eyeOf(identity(r))
	if call == "" {
		if err := s.tooFarBack(eye.who, since); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if follow == 0 && !socket {
		evs, err := s.past(r.Context(), eye, call, since, int(limit))
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/x-ndjson")
		enc := json.NewEncoder(w)
		for _, ev := range evs {
			if enc.Encode(ev) != nil {
				return // the client left
			}
		}
		return
	}
	if err := s.beyond(since); err != nil {
		s.fail(w, r, err)
		return
	}
	s.following(w, r, func(f follower) {
		var live func(hotline.Call) bool
		if partials == 1 {
			live = eye.live
		}
		feed := eye.only(f.ctx, s.cfg.Feed.Watch(f.ctx, call, since, live))
		if socket {
			s.followSocket(f, w, r, lines(feed))
			return
		}
		s.followLines(w, lines(feed))
	})
}

// past is up to limit events after since that the eye may see.
func (s *Server) past(ctx context.Context, e *eye, call hotline.CallID, since uint64, limit int) (all []hotline.Event, err error) {
	for len(all) < limit {
		page, err := s.cfg.Feed.Since(ctx, call, since, limit)
		if err != nil {
			return nil, err
		}
		for _, ev := range page {
			since = ev.Seq
			ev, ok, err := e.see(ctx, ev)
			if err != nil {
				return nil, err
			}
			if ok && len(all) < limit {
				all = append(all, ev)
			}
		}
		if len(page) < limit {
			break
		}
	}
	return all, nil
}

// lines is a feed as what is written of it.
func lines(feed iter.Seq2[hotline.Event, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for ev, err := range feed {
			var line any = ev
			if p, ok := partialOf(ev); ok {
				line = p
			}
			if !yield(line, err) {
				return
			}
		}
	}
}

// partialMessage is what is being said, among events or the desk's messages.
type partialMessage struct {
	Partial hotline.Told `json:"partial"`
}

func partialOf(ev hotline.Event) (partialMessage, bool) {
	p, ok := ev.Body.(hotline.Partial)
	return partialMessage{hotline.Told{Call: ev.Call, Leg: ev.Leg, At: ev.At, Media: ev.Media, Partial: p}}, ok
}

// followLines sends NDJSON as it comes.
func (s *Server) followLines(w http.ResponseWriter, feed iter.Seq2[any, error]) {
	rc := http.NewResponseController(w)
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	_ = rc.Flush() // the client may wait for the header before anything happens
	enc := json.NewEncoder(w)
	for ev, err := range feed {
		if err != nil {
			s.cfg.Log.Error("web: feed ended", "err", err)
			return
		}
		_ = rc.SetWriteDeadline(time.Now().Add(s.patience))
		if enc.Encode(ev) != nil || rc.Flush() != nil {
			return
		}
	}
	_ = rc.SetWriteDeadline(time.Now().Add(s.patience)) // for the end of the reply
}

var upgrader = websocket.Upgrader{ // CheckOrigin's default: the origin must be this host
	ReadBufferSize: 1 << 10, WriteBufferSize: 4 << 10,
	Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
		writeJSON(w, status, map[string]string{"code": hotline.EInvalid, "message": reason.Error()})
	},
}

const pingEvery = 20 * time.Second

// followSocket sends each of the feed as a text message. It returns after the
// goroutine that watches for the client's going has returned.
func (s *Server) followSocket(f follower, w http.ResponseWriter, r *http.Request, feed iter.Seq2[any, error]) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	gone := make(chan struct{})
	defer func() { conn.Close(); <-gone }()
	alive := func() { _ = conn.SetReadDeadline(time.Now().Add(3 * pingEvery)) }
	conn.SetReadLimit(1 << 10)
	conn.SetPongHandler(func(string) error { alive(); return nil })
	alive()
	go func() {
		defer close(gone)
		defer f.cancel()
		for { // clients say nothing but pong and close
			if _, _, err := conn.NextReader(); err != nil {
				return
			}
		}
	}()
	stop := make(chan struct{})
	pinged := make(chan struct{})
	go func() {
		defer close(pinged)
		t := time.NewTicker(pingEvery)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				_ = conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(s.patience))
			}
		}
	}()
	defer func() { close(stop); <-pinged }()
	code, why := websocket.CloseNormalClosure, "the call ended"
	for ev, err := range feed {
		if err != nil {
			s.cfg.Log.Error("web: feed ended", "err", err)
			code, why = websocket.CloseInternalServerErr, "feed ended"
			break
		}
		_ = conn.SetWriteDeadline(time.Now().Add(s.patience))
		if conn.WriteJSON(ev) != nil {
			return
		}
	}
	switch context.Cause(f.ctx) {
	case nil:
	case signedOut:
		code, why = websocket.ClosePolicyViolation, "signed out"
	default:
		code, why = websocket.CloseGoingAway, "closing down"
	}
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, why), time.Now().Add(time.Second))
}
