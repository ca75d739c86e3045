package web

import (
	"strings"
	"testing"
	"time"

	"hotline"
)

// Every metric of the contract is there, with what one call does to it.
func TestMetrics(t *testing.T) {
	w := newWorld()
	m := NewMetrics(Gauges{
		Live: func() []hotline.Call {
			return []hotline.Call{{Phase: "bot"}, {Phase: "bot"}, {Phase: "waiting"}, {Phase: "bot", Channel: hotline.ByChat}}
		},
		Agents: w.Agents, Queues: w.Queues,
		ASR: func() int { return 3 }, Journal: func() int { return 4 },
	})
	at := time.Unix(100, 0)
	for i, b := range []hotline.Body{
		hotline.CallStarted{Bot: "shop"},
		hotline.Heard{Who: "caller", Intent: "order", Emotion: hotline.Emotion{Name: "angry"}},
		hotline.Heard{Who: "agent", Intent: "order", Emotion: hotline.Emotion{Name: "angry"}},
		hotline.Turn{Endpoint: 400, ASR: 100, Dialog: 10, TTS: 60, Total: 600},
		hotline.Said{Cut: true, PauseMs: 180},
		hotline.Said{PauseMs: 180},
		hotline.Queued{Skill: "billing"},
		hotline.AgentJoined{Agent: "a"},
		hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.CallerHangup},
			Stats: map[hotline.LegID]hotline.MediaStats{"caller": {Sent: 7, Received: 6, Lost: 1, JitterMs: 3}}},
	} {
		m.Observe(hotline.Event{Call: "a", At: at.Add(time.Duration(i) * 15 * time.Second), Body: b})
	}
	m.Observe(hotline.Event{Call: "b", Body: hotline.CallStarted{Remote: "chat 192.0.2.1"}})
	m.Observe(hotline.Event{Call: "b", Body: hotline.CallEnded{Outcome: hotline.Outcome{Result: hotline.Completed, Reason: hotline.Idle}}})
	m.SIPRequest("INVITE", 200)
	m.RTPPackets("in", "stray", 2)
	m.ASR(250*time.Millisecond, false)
	m.ASR(500*time.Millisecond, true)

	_, s := newServer(t, func(c *Config) { c.Metrics = m })
	got := ask(s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{
		`hotline_calls_active{phase="bot"} 2`,
		`hotline_calls_active{phase="waiting"} 1`,
		`hotline_calls_active{phase="ringing"} 0`,
		`hotline_calls_total{reason="caller-hangup",result="completed"} 1`,
		`hotline_chats_active 1`,
		`hotline_chats_total{reason="idle",result="completed"} 1`,
		`hotline_turn_seconds_sum{stage="endpoint"} 0.4`,
		`hotline_turn_seconds_sum{stage="asr"} 0.1`,
		`hotline_turn_seconds_sum{stage="dialog"} 0.01`,
		`hotline_turn_seconds_sum{stage="tts"} 0.06`,
		`hotline_turn_seconds_bucket{stage="total",le="0.7"} 1`,
		`hotline_turn_seconds_bucket{stage="total",le="0.5"} 0`,
		`hotline_bargein_seconds_count 1`,
		`hotline_sip_requests_total{code="200",method="INVITE"} 1`,
		`hotline_rtp_packets_total{direction="out",fate="sent"} 7`,
		`hotline_rtp_packets_total{direction="in",fate="received"} 6`,
		`hotline_rtp_packets_total{direction="in",fate="lost"} 1`,
		`hotline_rtp_packets_total{direction="in",fate="stray"} 2`,
		`hotline_rtp_jitter_seconds_sum 0.003`,
		`hotline_asr_seconds_sum 0.75`,
		`hotline_asr_empty_total 1`,
		`hotline_asr_queue 3`,
		`hotline_journal_waiting 4`,
		`hotline_queue_waiting{skill="billing"} 2`,
		`hotline_queue_wait_seconds_sum{skill="billing"} 15`,
		`hotline_agents{state="away"} 1`,
		`hotline_agents{state="ready"} 0`,
		`hotline_intent_total{bot="shop",intent="order"} 1`,
		`hotline_emotion_total{emotion="angry"} 1`,
	} {
		if !strings.Contains(got, "\n"+want+"\n") {
			t.Errorf("no line %s", want)
		}
	}
	if strings.Contains(got, `hotline_calls_total{reason="idle"`) {
		t.Error("a chat is counted as a call")
	}
	if len(m.calling) != 0 {
		t.Errorf("%d calls are remembered after their end", len(m.calling))
	}
}

// Labels that may come from the network do not grow without bound.
func TestMetricLabels(t *testing.T) {
	m := NewMetrics(Gauges{})
	for i := range 1000 {
		m.SIPRequest(strings.Repeat("X", i%500+1), 400)
	}
	_, s := newServer(t, func(c *Config) { c.Metrics = m })
	if n := strings.Count(ask(s, "GET", "/metrics", "").Body.String(), "hotline_sip_requests_total{"); n > maxLabels+1 {
		t.Errorf("%d series", n)
	}
}
