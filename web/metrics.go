package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hotline"
)

// Gauges are asked at each scrape; any may be nil.
type Gauges struct {
	Live    func() []hotline.Call // the open calls
	Agents  func() []hotline.AgentStatus
	Queues  func() []hotline.QueueStatus
	ASR     func() int // utterances waiting for a recogniser
	Journal func() int // events waiting to be kept
}

// Metrics is the numbers of the system for Prometheus. What happens in calls it
// learns from their events (Observe); what no event tells, it is told by the
// methods named after it. Safe for use by many goroutines, but Observe, which one
// goroutine calls, in the order of the journal.
type Metrics struct {
	handler http.Handler
	gauges  Gauges
	reg     *prometheus.Registry

	calls     *prometheus.CounterVec
	chats     *prometheus.CounterVec
	turn      *prometheus.HistogramVec
	bargein   prometheus.Histogram
	sip       *prometheus.CounterVec
	packets   *prometheus.CounterVec
	jitter    prometheus.Histogram
	asr       prometheus.Histogram
	asrEmpty  prometheus.Counter
	queueWait *prometheus.HistogramVec
	intent    *prometheus.CounterVec
	emotion   *prometheus.CounterVec

	mu      sync.Mutex
	calling map[hotline.CallID]*progress
	labels  map[string]map[string]bool // values seen, by label, up to maxLabels
}

// progress is what must be remembered of a call until it ends.
type progress struct {
	chat   bool
	bot    string
	skill  string
	queued time.Time // zero: not waiting
}

var (
	answerBuckets = []float64{.025, .05, .1, .2, .3, .5, .7, 1, 1.2, 1.5, 2, 3, 5, 10}
	waitBuckets   = []float64{1, 5, 10, 20, 30, 60, 120, 300, 600, 1800}
	bargeBuckets  = []float64{.05, .1, .15, .2, .25, .3, .4, .5, .75, 1}
	jitterBuckets = []float64{.001, .002, .005, .01, .02, .04, .06, .1, .2, .5}
)

// NewMetrics makes the metrics, with those of the Go runtime and the process.
func NewMetrics(g Gauges) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	seconds := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	}
	secondsBy := func(name, help, label string, buckets []float64) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{label})
	}
	m := &Metrics{
		gauges:  g,
		calls:   counter("hotline_calls_total", "Calls that ended.", "result", "reason"),
		chats:   counter("hotline_chats_total", "Chats that ended.", "result", "reason"),
		turn:    secondsBy("hotline_turn_seconds", "What each stage of an answer took, from the end of the caller's speech.", "stage", answerBuckets),
		bargein: seconds("hotline_bargein_seconds", "Start of the caller's speech to silence of the bot.", bargeBuckets),
		sip:     counter("hotline_sip_requests_total", "SIP requests, by the status they were answered with.", "method", "code"),
		packets: counter("hotline_rtp_packets_total", "RTP packets of ended calls, by what became of them.", "direction", "fate"),
		jitter:  seconds("hotline_rtp_jitter_seconds", "Interarrival jitter of each leg at the end of its call (RFC 3550 6.4.1).", jitterBuckets),
		asrEmpty: prometheus.NewCounter(prometheus.CounterOpts{Name: "hotline_asr_empty_total",
			Help: "Utterances in which the recogniser found no words."}),
		asr:       seconds("hotline_asr_seconds", "Time in the recogniser for one utterance, the queue included.", answerBuckets),
		queueWait: secondsBy("hotline_queue_wait_seconds", "Wait for a person, until one joined or the caller left.", "skill", waitBuckets),
		intent:    counter("hotline_intent_total", "Intents understood.", "bot", "intent"),
		emotion:   counter("hotline_emotion_total", "Turns of callers, by emotion.", "emotion"),
		calling:   map[hotline.CallID]*progress{},
		labels:    map[string]map[string]bool{},
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(m.calls, m.chats, m.turn, m.bargein, m.sip, m.packets, m.jitter, m.asr, m.asrEmpty, m.queueWait, m.intent, m.emotion,
		gaugesOf{g}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.reg = reg
	m.handler = promhttp.HandlerFor(reg, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return m
}

// Register adds the numbers of another part. Their names are the part's own and no
// other's.
func (m *Metrics) Register(c prometheus.Collector) { m.reg.MustRegister(c) }

// ServeHTTP answers a scrape.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// SIPRequest counts a request that was answered.
func (m *Metrics) SIPRequest(method string, code int) {
	m.sip.WithLabelValues(m.label("method", method), strconv.Itoa(code)).Inc()
}

// RTPPackets counts packets that belong to no call, "in" or "out".
func (m *Metrics) RTPPackets(direction, fate string, n uint64) {
	m.packets.WithLabelValues(direction, fate).Add(float64(n))
}

// ASR takes the time of one utterance in the recogniser, and whether it came
// back without words.
func (m *Metrics) ASR(took time.Duration, empty bool) {
	m.asr.Observe(took.Seconds())
	if empty {
		m.asrEmpty.Inc()
	}
}

// Observe takes the next event of the journal in.
func (m *Metrics) Observe(ev hotline.Event) {
	if hotline.IsRemark(ev.Body) { // its call may be long over
		return
	}
	m.mu.Lock()
	p := m.calling[ev.Call]
	if p == nil {
		p = &progress{}
		m.calling[ev.Call] = p
	}
	if _, ends := ev.Body.(hotline.CallEnded); ends {
		delete(m.calling, ev.Call)
	}
	m.mu.Unlock()

	switch b := ev.Body.(type) {
	case hotline.CallStarted:
		p.bot, p.chat = b.Bot, b.Channel() == hotline.ByChat
	case hotline.Heard:
		if b.Who != "caller" {
			return
		}
		if b.Intent != "" {
			m.intent.WithLabelValues(m.label("bot", p.bot), m.label("intent", b.Intent)).Inc()
		}
		if b.Emotion.Name != "" {
			m.emotion.WithLabelValues(m.label("emotion", b.Emotion.Name)).Inc()
		}
	case hotline.Said:
		if b.Cut && b.PauseMs > 0 {
			m.bargein.Observe(b.PauseMs.Duration().Seconds())
		}
	case hotline.Turn:
		for stage, took := range map[string]hotline.Ms{"endpoint": b.Endpoint, "asr": b.ASR, "dialog": b.Dialog, "tts": b.TTS, "total": b.Total} {
			m.turn.WithLabelValues(stage).Observe(took.Duration().Seconds())
		}
	case hotline.Queued:
		if p.queued.IsZero() {
			p.skill, p.queued = b.Skill, ev.At
		}
	case hotline.AgentJoined:
		m.waited(p, ev.At)
	case hotline.CallEnded:
		m.waited(p, ev.At)
		ended := m.calls
		if p.chat {
			ended = m.chats
		}
		ended.WithLabelValues(string(b.Result), m.label("reason", b.Reason)).Inc()
		for _, s := range b.Stats {
			m.leg(s)
		}
	}
}

func (m *Metrics) waited(p *progress, until time.Time) {
	if !p.queued.IsZero() {
		m.queueWait.WithLabelValues(m.label("skill", p.skill)).Observe(until.Sub(p.queued).Seconds())
		p.queued = time.Time{}
	}
}

func (m *Metrics) leg(s hotline.MediaStats) {
	m.RTPPackets("out", "sent", s.Sent)
	for fate, n := range map[string]uint64{"received": s.Received, "lost": s.Lost, "late": s.Late, "reordered": s.Reordered,
		"duplicate": s.Duplicate, "concealed": s.Concealed, "discarded": s.Discarded} {
		m.RTPPackets("in", fate, n)
	}
	if s.Received > 0 {
		m.jitter.Observe(s.JitterMs / 1000)
	}
}

const maxLabels = 100

// label bounds how many values a label may have: what comes after the first
// hundred, perhaps from the network, is "other".
func (m *Metrics) label(name, value string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := m.labels[name]
	if seen == nil {
		seen = map[string]bool{}
		m.labels[name] = seen
	}
	if len(seen) < maxLabels {
		seen[value] = true
	}
	if !seen[value] || len(value) > 64 {
		return "other"
	}
	return value
}
