package phone

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"hotline"
)

// LoadConfig says how many calls to make and what to do in each.
type LoadConfig struct {
	URI     string
	Count   int      // calls in all
	Rate    float64  // calls begun in a second; 0 is all at once
	Scripts []Script // in turn, a call each
	Phone   Config   // of each caller; Answer is not used; Listen should end in port 0, "" is ListenFor(URI)
	Options
	// Progress, if set, is told after each call, by one goroutine at a time.
	Progress func(done, failed, active int)
}

// A Spread sums measurements up.
type Spread struct {
	N   int    `json:"n"`
	P50 Millis `json:"p50"`
	P95 Millis `json:"p95"`
	P99 Millis `json:"p99"`
	Max Millis `json:"max"`
}

// summarize takes percentiles by nearest rank.
func summarize(v []Millis) Spread {
	if len(v) == 0 {
		return Spread{}
	}
	v = slices.Sorted(slices.Values(v))
	rank := func(p float64) Millis { return v[max(0, int(math.Ceil(p*float64(len(v))))-1)] }
	return Spread{N: len(v), P50: rank(0.50), P95: rank(0.95), P99: rank(0.99), Max: v[len(v)-1]}
}

// A LoadReport is what became of many calls. A call is OK if its Script went
// through and, when it says anything, voice was sent and came back.
type LoadReport struct {
	Calls    int            `json:"calls"`
	OK       int            `json:"ok"`
	Failed   int            `json:"failed"`
	Failures map[string]int `json:"failures,omitempty"` // by reason
	Seconds  float64        `json:"seconds"`
	Most     int            `json:"most_at_once"`
	Answer   Spread         `json:"answer_ms"` // INVITE to 200
	Response Spread         `json:"response_ms"`
	BargeIn  Spread         `json:"bargein_ms"`
	Lost     uint64         `json:"packets_lost"`
	Received uint64         `json:"packets_received"`
}

// Load makes Count calls, each from a Phone of its own, Rate of them begun in a
// second whether or not earlier ones are over, and returns when the last is. A
// ctx that ends begins no more calls and hangs up those there are. Calls that
// fail are counted by reason; an error is only returned when no call could be
// made at all.
func Load(ctx context.Context, c LoadConfig) (*LoadReport, error) {
	if len(c.Scripts) == 0 {
		c.Scripts = []Script{nil}
	}
	a, err := prepare(ctx, slices.Concat(c.Scripts...), c.Phone.Speech, c.Phone.Voice)
	if err != nil {
		return nil, err
	}
	c.Phone.Answer = nil
	c.Record = ""
	if c.Phone.Listen == "" {
		c.Phone.Listen = ListenFor(c.URI)
	}
	var (
		mu                        sync.Mutex
		wg                        sync.WaitGroup
		active                    int
		answer, response, bargeIn []Millis
	)
	r := &LoadReport{Failures: map[string]int{}}
	began := time.Now()
	for i := range c.Count {
		if c.Rate > 0 {
			at := began.Add(time.Duration(float64(i) / c.Rate * float64(time.Second)))
			select {
			case <-time.After(time.Until(at)):
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			break
		}
		mu.Lock()
		r.Calls++
		active++
		r.Most = max(r.Most, active)
		mu.Unlock()
		wg.Go(func() {
			one, reason := c.one(ctx, c.Scripts[i%len(c.Scripts)], a)
			mu.Lock()
			defer mu.Unlock()
			active--
			if reason == "" {
				r.OK++
			} else {
				r.Failed++
				r.Failures[reason]++
			}
			if one.Answer > 0 {
				answer = append(answer, one.Answer)
			}
			response = append(response, one.Responses...)
			bargeIn = append(bargeIn, one.BargeIns...)
			r.Lost += one.Media.Lost
			r.Received += one.Media.Received
			if c.Progress != nil {
				c.Progress(r.OK+r.Failed, r.Failed, active)
			}
		})
	}
	wg.Wait()
	r.Seconds = time.Since(began).Seconds()
	r.Answer, r.Response, r.BargeIn = summarize(answer), summarize(response), summarize(bargeIn)
	return r, nil
}

// one makes a call and says why it failed, if it did.
func (c *LoadConfig) one(ctx context.Context, s Script, a audio) (r *Report, reason string) {
	p, err := New(ctx, c.Phone)
	if err != nil {
		return failed(c.URI, err), why(err)
	}
	r, err = p.call(ctx, c.URI, s, a, c.Options)
	sent, received := p.wire.both()
	if e := p.Close(); err == nil {
		err = e
	}
	switch {
	case err != nil:
		return r, why(err)
	case len(a) > 0 && !sent:
		return r, "no voice was sent"
	case len(a) > 0 && !received:
		return r, "no voice was received"
	}
	return r, ""
}

// why is an error without what differs from call to call.
func why(err error) string {
	var e *hotline.Error
	if errors.As(err, &e) {
		return e.Code + ": " + e.Message
	}
	return err.Error()
}

// WriteText prints a table for people.
func (r *LoadReport) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%d calls in %.1f s, up to %d at once: %d ok, %d failed; %d packets received, %d lost\n",
		r.Calls, r.Seconds, r.Most, r.OK, r.Failed, r.Received, r.Lost)
	for _, row := range []struct {
		name string
		s    Spread
	}{{"answer", r.Answer}, {"response", r.Response}, {"barge-in", r.BargeIn}} {
		if err == nil && row.s.N > 0 {
			_, err = fmt.Fprintf(w, "%-9s ms: p50 %6.1f  p95 %6.1f  p99 %6.1f  max %6.1f  n %d\n",
				row.name, row.s.P50, row.s.P95, row.s.P99, row.s.Max, row.s.N)
		}
	}
	reasons := slices.SortedFunc(maps.Keys(r.Failures), func(a, b string) int {
		return cmp.Or(-cmp.Compare(r.Failures[a], r.Failures[b]), cmp.Compare(a, b))
	})
	for _, reason := range reasons {
		if err == nil {
			_, err = fmt.Fprintf(w, "%6d  %s\n", r.Failures[reason], reason)
		}
	}
	return err
}
