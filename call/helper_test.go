package call_test

import (
	"fmt"
	"time"

	"hotline/asr"
	"hotline/call/calltest"
	"hotline/dialog"
)

// broken is a recogniser that fails in mid-call.
func broken(e asr.Engine, at time.Duration) asr.Engine {
	a := e.(calltest.ASR)
	a.Breaks = at
	return a
}

func turnLine(t dialog.Turn) string {
	s := fmt.Sprintf("turn %d:", t.Number)
	if t.Text != "" {
		s += fmt.Sprintf(" %q", t.Text)
	}
	if t.Keys != "" {
		s += " keys " + t.Keys
	}
	if t.Heard < 1 {
		s += fmt.Sprintf(" (%.0f %% of the answer before it was heard)", 100*t.Heard)
	}
	return s + "\n"
}

// nameOf is the type of an order.
func nameOf(o any) string { return fmt.Sprintf("%T", o) }
