package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hotline"
	"hotline/media"
)

// Tones of those on a call, apart from botTone and each other; of the agents, none that
// the music has.
const (
	callerHz = 500
	annHz    = 1100
	benHz    = 1300
	bossHz   = 1900
)

const twoAgents = `
agents:
  - {id: agent-1, name: Ann, skills: [service, en]}
  - {id: agent-2, name: Ben, skills: [billing, en]}
`

// A desk is an agent with a window open.
type deskWindow struct {
	t     *testing.T
	token string
	seen  chan hotline.Event
}

// openDesk signs an agent in by token, and has them ready.
func openDesk(t *testing.T, s *server, agent string) *deskWindow {
	t.Helper()
	d := &deskWindow{t: t, token: newToken(t, s.data, "--role", "agent", "--agent", agent), seen: make(chan hotline.Event, 1000)}
	conn, res, err := websocket.DefaultDialer.Dial(strings.Replace(s.HTTP, "http:", "ws:", 1)+"/api/v1/desk?as=ready", http.Header{"Authorization": {"Bearer " + d.token}})
	if err != nil {
		t.Fatalf("the desk: %v %v", err, res)
	}
	t.Cleanup(func() { conn.Close() })
	ready := make(chan struct{})
	go func() {
		defer close(d.seen)
		for told := false; ; {
			var m struct {
				Event *hotline.Event
				Me    *hotline.AgentStatus
			}
			if conn.ReadJSON(&m) != nil {
				return
			}
			if m.Me != nil && (m.Me.State == hotline.AgentReady || m.Me.State == hotline.AgentOffered) && !told {
				told = true
				close(ready)
			}
			if m.Event != nil {
				d.seen <- *m.Event
			}
		}
	}()
	select {
	case <-ready:
	case <-within(t, 10*time.Second).Done():
		t.Fatal("the agent is not ready")
	}
	return d
}

// until waits for an event of the kind on the agent's screen.
func (d *deskWindow) until(ctx context.Context, kind string) hotline.Event {
	d.t.Helper()
	for {
		select {
		case ev, ok := <-d.seen:
			if !ok {
				d.t.Fatalf("the desk closed before %s", kind)
			}
			if ev.Kind == kind {
				return ev
			}
		case <-ctx.Done():
			d.t.Fatalf("no %s on the desk", kind)
		}
	}
}

// post sends an order.
func (s *server) post(t testing.TB, token, path string, body any) (status int, message string) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		data = nil
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.HTTP+"/api/v1/"+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}

// order is post of what must be done.
func (s *server) order(t testing.TB, token string, call hotline.CallID, what string, body any) {
	t.Helper()
	if status, text := s.post(t, token, "calls/"+string(call)+"/"+what, body); status != http.StatusAccepted {
		t.Fatalf("%s: %d %s", what, status, text)
	}
}

type members map[string]any

// Agents in browsers answer a phone and a browser; a supervisor listens, whispers
// and barges in; the agent asks another, who takes the caller over. Who hears
// whom is told by tones, and what must not be heard by their absence.
func TestDeskInBrowsers(t *testing.T) {
	for _, kind := range []string{"phone", "browser"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, 120*time.Second)
			s := startServer(t, "", "bots: "+beepBots(t)+twoAgents)
			f := s.feed(ctx)
			ann, ben := openDesk(t, s, "agent-1"), openDesk(t, s, "agent-2")
			boss := newToken(t, s.data, "--role", "supervisor")

			var caller *party
			if kind == "phone" {
				caller = startSIP(t, s, callerHz)
			} else {
				caller, _ = startWHIP(t, s, "", "", callerHz)
			}
			started, _ := untilBody(f, func(hotline.CallStarted) bool { return true })
			_, answered := untilBody(f, func(hotline.CallAnswered) bool { return true })
			id := started.Call
			caller.hears(ctx, botTone)

			// A supervisor hears the bot and the caller before any person is there.
			eve, _ := startWHIP(t, s, boss, "join="+string(id)+"&mode=listen", bossHz)
			untilBody(f, func(b hotline.Supervised) bool { return b.On && b.Mode == hotline.ModeListen })
			eve.hears(ctx, callerHz)

			s.order(t, boss, id, "transfer", members{"skill": "service", "reason": "asked for a person"})
			moved, _ := untilBody(f, func(hotline.Queued) bool { return true })
			popped := ann.until(ctx, "popped")
			if took := time.Since(moved.At); took > 300*time.Millisecond {
				t.Errorf("the screen pop was there %v after the decision", took)
			}
			offered := ann.until(ctx, "offered").Media
			if status, text := s.post(t, ben.token, "calls/"+string(id)+"/decline", nil); status < 400 {
				t.Errorf("another agent declines: %d %s", status, text)
			}
			phone, _ := startWHIP(t, s, ann.token, "answer="+string(popped.Call), annHz)
			joined, _ := untilBody(f, func(b hotline.AgentJoined) bool { return b.Agent == "agent-1" })
			caller.hears(ctx, annHz)
			phone.hears(ctx, callerHz)

			// Listens: hears both, nobody hears her.
			eve.hears(ctx, callerHz)
			eve.hears(ctx, annHz)
			unheard := caller.without(ctx, absent, bossHz)
			phone.hearsNone(ctx, bossHz)
			// Whispers: the agent alone hears her.
			s.orderAs(t, boss, id, hotline.ModeWhisper)
			phone.hears(ctx, bossHz)
			caller.hears(ctx, annHz)
			unheard()
			// Barges in: both do.
			s.orderAs(t, boss, id, hotline.ModeBarge)
			caller.hears(ctx, bossHz)
			phone.hears(ctx, bossHz)
			s.orderAs(t, boss, id, hotline.ModeListen)
			caller.hearsNone(ctx, bossHz)
			// Holds the caller: neither hears the other.
			s.order(t, ann.token, id, "hold", members{"on": true})
			untilBody(f, func(h hotline.Hold) bool { return h.On })
			callerIsAlone, agentIsAlone := caller.without(ctx, inMusic, annHz), phone.without(ctx, absent, callerHz)
			callerIsAlone()
			agentIsAlone()
			s.order(t, ann.token, id, "hold", members{"on": false})
			untilBody(f, func(h hotline.Hold) bool { return !h.On })

			// The bot reads a text out, and does a flow while the agent waits.
			s.order(t, ann.token, id, "say", members{"text": "Your order left us on Friday."})
			untilBody(f, func(b hotline.Said) bool { return b.Prompt == "desk" && b.Heard == b.Length })
			if status, _ := s.post(t, ann.token, "calls/"+string(id)+"/bot", members{"flow": "no such flow", "then": "agent"}); status != http.StatusBadRequest {
				t.Errorf("a flow that there is not: %d", status)
			}
			s.order(t, ann.token, id, "bot", members{"flow": "payment", "then": "agent"})
			untilBody(f, func(b hotline.ReturnedToBot) bool { return b.Flow == "payment" && b.By == "agent-1" })
			untilBody(f, func(b hotline.Said) bool { return b.Prompt == "payment_info" })
			untilBody(f, func(b hotline.AgentJoined) bool { return b.Agent == "agent-1" && b.As == hotline.AsBack })
			phone.hears(ctx, callerHz)
			caller.hears(ctx, annHz)

			// Asks Ben while the caller hears music.
			if status, text := s.post(t, ben.token, "calls/"+string(id)+"/consult", members{"skill": "billing"}); status != http.StatusNotFound {
				t.Errorf("another agent consults: %d %s", status, text)
			}
			s.order(t, ann.token, id, "consult", members{"agent": "agent-2"})
			ben.until(ctx, "offered")
			second, _ := startWHIP(t, s, ben.token, "answer="+string(id), benHz)
			untilBody(f, func(b hotline.AgentJoined) bool { return b.As == hotline.AsConsulted })
			callerIsAlone, secondIsAlone := caller.without(ctx, inMusic, annHz, benHz), second.without(ctx, absent, callerHz)
			phone.hears(ctx, benHz)
			second.hears(ctx, annHz)
			eve.hears(ctx, benHz)
			if status, _ := s.post(t, ann.token, "calls/"+string(id)+"/consult", members{"agent": "agent-2"}); status != http.StatusConflict {
				t.Errorf("asking twice: %d", status)
			}
			callerIsAlone()
			secondIsAlone()
			s.order(t, ann.token, id, "consult/complete", nil)
			untilBody(f, func(b hotline.AgentLeft) bool { return b.Agent == "agent-1" && b.Still == "agent-2" })
			caller.hears(ctx, benHz)
			second.hears(ctx, callerHz)
			<-phone.gone

			// The caller leaves, and everybody is let go.
			caller.hang()
			_, end := untilBody(f, func(hotline.CallEnded) bool { return true })
			if end.Result != hotline.Completed || end.Reason != hotline.CallerHangup {
				t.Errorf("the call ended %+v", end.Outcome)
			}
			<-second.gone
			<-eve.gone
			var heard sound // by the caller
			from, to := int(offered*media.SampleRate/1000), int(joined.Media*media.SampleRate/1000)
			s.until(t, ctx, "the recording", func() bool {
				heard = channel(t, filepath.Join(s.data, answered.Recording), 1)
				return len(heard) >= to
			})
			wantTonePart(t, "the caller heard who was still told of them", heard[from:to], annHz, false)
		})
	}
}

func (s *server) orderAs(t *testing.T, token string, call hotline.CallID, mode string) {
	t.Helper()
	s.order(t, token, call, "supervise", members{"mode": mode})
}
