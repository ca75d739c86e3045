package web

import (
	"github.com/prometheus/client_golang/prometheus"

	"hotline"
)

var (
	activeDesc  = prometheus.NewDesc("hotline_calls_active", "Open calls.", []string{"phase"}, nil)
	chatsDesc   = prometheus.NewDesc("hotline_chats_active", "Open chats.", nil, nil)
	waitingDesc = prometheus.NewDesc("hotline_queue_waiting", "Callers waiting for a person.", []string{"skill"}, nil)
	agentsDesc  = prometheus.NewDesc("hotline_agents", "Agents.", []string{"state"}, nil)
	asrDesc     = prometheus.NewDesc("hotline_asr_queue", "Utterances waiting for a recogniser.", nil, nil)
	journalDesc = prometheus.NewDesc("hotline_journal_waiting", "Events not yet on disk.", nil, nil)
)

// gaugesOf asks the callbacks at each scrape.
type gaugesOf struct{ Gauges }

func (gaugesOf) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{activeDesc, chatsDesc, waitingDesc, agentsDesc, asrDesc, journalDesc} {
		c <- d
	}
}

func (g gaugesOf) Collect(c chan<- prometheus.Metric) {
	put := func(d *prometheus.Desc, n int, labels ...string) {
		c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	if g.Live != nil {
		n := map[string]int{hotline.PhaseRinging: 0, hotline.PhaseBot: 0, hotline.PhaseWaiting: 0, hotline.PhaseAgent: 0}
		chats := 0
		for _, call := range g.Live() {
			if call.Channel == hotline.ByChat {
				chats++
			} else {
				n[call.Phase]++
			}
		}
		put(chatsDesc, chats)
		for phase, n := range n {
			put(activeDesc, n, phase)
		}
	}
	if g.Agents != nil {
		n := map[hotline.AgentState]int{}
		for _, s := range hotline.AgentStates {
			n[s] = 0
		}
		for _, a := range g.Agents() {
			n[a.State]++
		}
		for s, n := range n {
			put(agentsDesc, n, string(s))
		}
	}
	if g.Queues != nil {
		for _, q := range g.Queues() {
			put(waitingDesc, q.Waiting, q.Skill)
		}
	}
	if g.ASR != nil {
		put(asrDesc, g.ASR())
	}
	if g.Journal != nil {
		put(journalDesc, g.Journal())
	}
}
