package phone

import (
	"fmt"
	"io"
	"time"

	"hotline"
)

// Kinds of Observation.
const (
	Ringing     = "ringing"
	Answered    = "answered"
	Said        = "said"        // by us: Text, Start, End
	Pressed     = "pressed"     // by us: Text
	Heard       = "heard"       // speech of the far end: Start, End, Response
	Interrupted = "interrupted" // the far end fell silent: BargeIn
	Key         = "key"         // of the far end: Text
	Held        = "held"
	Resumed     = "resumed"
	ToneSent    = "tone"
	ToneHeard   = "tone heard"
	Silent      = "silent"  // no packets come any more
	Audible     = "audible" // they come again
	Vanished    = "vanished"
	Left        = "left" // the far end hung up
	Ended       = "ended"
)

// How a call ended.
const (
	HungUp     = "hung up"    // by us, as the Script says
	FarEnd     = "far end"    // hung up
	Unanswered = "unanswered" // our INVITE: the error says why
	Refused    = "refused"    // by us
	Cancelled  = "cancelled"  // before we answered
	GaveUpOn   = "given up"   // we had vanished and the far end hung up
	Failed     = "failed"     // a step was
	Closed     = "closed"     // the Phone, or the context, was
)

// Millis is a measured time in milliseconds, to a tenth in JSON.
type Millis float64

func ms(d time.Duration) Millis { return Millis(d) / Millis(time.Millisecond) }

// MarshalJSON rounds to a tenth.
func (m Millis) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%.1f", float64(m)), nil }

// An Observation is one thing that happened in a call.
type Observation struct {
	At       hotline.Ms `json:"at_ms"` // media time when it was told
	Wall     time.Time  `json:"wall"`
	Kind     string     `json:"kind"`
	Text     string     `json:"text,omitempty"`
	Start    hotline.Ms `json:"start_ms,omitempty"` // media time
	End      hotline.Ms `json:"end_ms,omitempty"`
	Response Millis     `json:"response_ms,omitempty"` // of Heard and Answered
	BargeIn  Millis     `json:"bargein_ms,omitempty"`
	Hz       float64    `json:"hz,omitempty"`
}

// String is a line for people, such as
//
//	4.21  them  3.02 to 4.21, answered in 0.58 s
func (o Observation) String() string {
	line := func(who, format string, args ...any) string {
		return fmt.Sprintf("%7.2f  %-5s %s", o.At.Duration().Seconds(), who, fmt.Sprintf(format, args...))
	}
	span := fmt.Sprintf("%.2f to %.2f", o.Start.Duration().Seconds(), o.End.Duration().Seconds())
	switch o.Kind {
	case Said:
		return line("us", "%s  %q", span, o.Text)
	case Pressed:
		return line("us", "keys %s", o.Text)
	case ToneSent:
		return line("us", "a tone of %g Hz", o.Hz)
	case Heard:
		if o.Response > 0 {
			return line("them", "%s, answered in %.2f s", span, o.Response/1000)
		}
		return line("them", "%s", span)
	case Interrupted:
		return line("them", "silent %.0f ms after the interruption", o.BargeIn)
	case Key:
		return line("them", "key %s", o.Text)
	case ToneHeard:
		return line("them", "a tone of %g Hz", o.Hz)
	case Answered:
		if o.Response > 0 {
			return line("", "answered after %.0f ms", o.Response)
		}
	case Left:
		return line("them", "hung up (%s)", o.Text)
	}
	if o.Text != "" {
		return line("", "%s: %s", o.Kind, o.Text)
	}
	return line("", "%s", o.Kind)
}

// A Report is what became of one call.
type Report struct {
	Direction    string             `json:"direction"` // "in", "out"
	From         string             `json:"from"`
	To           string             `json:"to"`
	Started      time.Time          `json:"started"`
	Answer       Millis             `json:"answer_ms,omitempty"` // INVITE to 200
	Length       hotline.Ms         `json:"length_ms"`           // media time
	Ended        string             `json:"ended"`
	Responses    []Millis           `json:"responses_ms,omitempty"`
	BargeIns     []Millis           `json:"bargeins_ms,omitempty"`
	Keys         string             `json:"keys,omitempty"` // that the far end pressed
	Observations []Observation      `json:"observations"`
	Media        hotline.MediaStats `json:"media"`
	Error        string             `json:"error,omitempty"`
	Err          error              `json:"-"`
}

func failed(to string, err error) *Report {
	return &Report{Direction: "out", To: to, Started: time.Now(), Ended: Failed, Error: err.Error(), Err: err}
}

func (r *Report) add(o Observation) {
	r.Observations = append(r.Observations, o)
	switch o.Kind {
	case Heard:
		if o.Response > 0 {
			r.Responses = append(r.Responses, o.Response)
		}
	case Interrupted:
		r.BargeIns = append(r.BargeIns, o.BargeIn)
	case Key:
		r.Keys += o.Text
	}
}

// Saw reports whether something of the kind happened.
func (r *Report) Saw(kind string) bool {
	for _, o := range r.Observations {
		if o.Kind == kind {
			return true
		}
	}
	return false
}

// Live is an Options.Observe that prints a line for each Observation.
func Live(w io.Writer) func(Observation) {
	return func(o Observation) { fmt.Fprintln(w, o) }
}

// WriteText sums the call up in a few lines for people.
func (r *Report) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s after %.2f s", r.Ended, r.Length.Duration().Seconds())
	if err == nil && r.Media.Codec != "" {
		m := r.Media
		_, err = fmt.Fprintf(w, "; %s, %d packets sent, %d received, %d lost, jitter %.1f ms", m.Codec, m.Sent, m.Received, m.Lost, m.JitterMs)
	}
	if err == nil && len(r.Responses) > 0 {
		s := summarize(r.Responses)
		_, err = fmt.Fprintf(w, "\nresponse time: median %.0f ms, longest %.0f ms, of %d", s.P50, s.Max, s.N)
	}
	if err == nil && r.Error != "" {
		_, err = fmt.Fprintf(w, "\nfailed: %s", r.Error)
	}
	if err == nil {
		_, err = fmt.Fprintln(w)
	}
	return err
}
