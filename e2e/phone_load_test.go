package e2e

import (
	"bufio"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/phone"
)

// metrics scrapes the server: values by name with labels, as they are written.
func (s *server) metrics(t *testing.T) map[string]float64 {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(s.HTTP + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	m := map[string]float64{}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		i := strings.LastIndexByte(lines.Text(), ' ')
		v, err := strconv.ParseFloat(lines.Text()[i+1:], 64)
		if err != nil {
			t.Fatalf("/metrics: %q", lines.Text())
		}
		m[lines.Text()[:i]] = v
	}
	return m
}

// sum adds the metrics whose name and labels have all these words in them.
func sum(m map[string]float64, words ...string) (n float64) {
	for k, v := range m {
		all := true
		for _, w := range words {
			all = all && strings.Contains(k, w)
		}
		if all {
			n += v
		}
	}
	return n
}

// After many calls, a third of which were refused, given up or lost, nothing of
// them is left in the server: no goroutine, no file, no socket, no call.
func TestPhoneLoadLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx := within(t, 3*time.Minute)
	s := startServer(t, "", "sip: {listen: ['udp://127.0.0.1:0'], rtp: {timeout: 3s}}\ncalls: {lost: 4s}\n"+
		"numbers: [{dial: shop, bot: shop}, {dial: slow, bot: shop, ring: 20s}]")
	uri := func(number string) string { return strings.Replace(s.uri("udp"), "sip:shop@", "sip:"+number+"@", 1) }
	load := func(number string, count int, rate float64, ring time.Duration, script phone.Script) *phone.LoadReport {
		r, err := phone.Load(ctx, phone.LoadConfig{URI: uri(number), Count: count, Rate: rate, Scripts: []phone.Script{script},
			Options: phone.Options{Ring: ring}})
		if err != nil {
			t.Error(err)
			return &phone.LoadReport{}
		}
		return r
	}
	talk := phone.Script{phone.Speech{}, phone.Tone{Hz: phoneTone, For: time.Second}, phone.Hangup{}}
	// What is made once and kept, such as recognisers, is made by these calls.
	if r := load("shop", 4, 0, 0, talk); r.OK != 4 {
		t.Fatalf("the first calls: %+v", r)
	}
	before := s.settled(t, nil)

	var wg sync.WaitGroup
	reports := make([]*phone.LoadReport, 4)
	for i, run := range []func() *phone.LoadReport{
		func() *phone.LoadReport { return load("shop", 40, 14, 0, talk) },
		func() *phone.LoadReport { return load("nobody", 7, 2, 0, talk) },
		func() *phone.LoadReport { return load("slow", 7, 2, 300*time.Millisecond, talk) },
		func() *phone.LoadReport {
			return load("shop", 6, 2, 0, phone.Script{phone.Speech{}, phone.Vanish{Within: time.Minute}})
		},
	} {
		wg.Go(func() { reports[i] = run() })
	}
	wg.Wait()
	for i, want := range []struct {
		what       string
		ok, failed int
	}{{"talked", 40, 0}, {"refused", 0, 7}, {"cancelled", 0, 7}, {"vanished", 6, 0}} {
		if r := reports[i]; r.OK != want.ok || r.Failed != want.failed {
			t.Errorf("%s: %d ok, %d failed %v, expected %d and %d", want.what, r.OK, r.Failed, r.Failures, want.ok, want.failed)
		}
	}
	after := s.settled(t, before)
	for _, c := range []struct {
		labels []string
		n      float64
	}{
		{[]string{"hotline_calls_total", `"completed"`, `"caller-hangup"`}, 44},
		{[]string{"hotline_calls_total", `"refused"`}, 7},
		{[]string{"hotline_calls_total", `"cancelled"`}, 7},
		{[]string{"hotline_calls_total", `"media-lost"`}, 6},
		{[]string{"hotline_calls_total"}, 64},
		{[]string{"hotline_calls_active"}, 0},
		{[]string{"hotline_sip_requests_total", `"INVITE"`, `"404"`}, 7},
		{[]string{"hotline_sip_requests_total", `"INVITE"`, `"487"`}, 7},
		{[]string{"hotline_sip_requests_total", `"INVITE"`, `"200"`}, 50},
	} {
		if got := sum(after, c.labels...); got != c.n {
			t.Errorf("%v: %g, expected %g", c.labels, got, c.n)
		}
	}
}

// settled waits until the server holds no more than before, or, with nil, until
// two scrapes a second apart agree; then it returns the metrics.
func (s *server) settled(t *testing.T, before map[string]float64) map[string]float64 {
	t.Helper()
	held := func(m map[string]float64) map[string]float64 {
		return map[string]float64{"goroutines": m["go_goroutines"], "files": m["process_open_fds"], "calls": sum(m, "hotline_calls_active")}
	}
	last := s.metrics(t)
	for deadline := time.Now().Add(70 * time.Second); ; { // transactions of SIP live for 32 s
		select {
		case <-time.After(time.Second): // until the server has settled
		case <-t.Context().Done():
			t.Fatal("the test ran out of time")
		}
		now := s.metrics(t)
		h, ok := held(now), false
		if before == nil {
			ok = maps.Equal(h, held(last)) && h["calls"] == 0
		} else {
			b := held(before)
			// Databases open connections as they are needed and keep them: 12 of two files
			// each at most. What is not let go would be a file a call.
			ok = h["goroutines"] <= b["goroutines"] && h["files"] <= b["files"]+24 && h["calls"] == 0
		}
		if ok {
			return now
		}
		if time.Now().After(deadline) {
			t.Errorf("the server does not settle: it holds %v, before it held %v", h, fmt.Sprint(held(before)))
			return now
		}
		last = now
	}
}
