package sherpa

import (
	"errors"
	"strings"
	"testing"

	"hotline/internal/sherpa"
)

func TestRunaway(t *testing.T) {
	for text, want := range map[string]bool{
		"one two three four five six seven":   false,
		"five five five five":                 false,
		"no no no no no":                      false,
		"the the the the the the the":         true,
		strings.Repeat("thank you ", 7):       true,
		"":                                    false,
		strings.Repeat("a b c d e f g h ", 6): false, // longer phrases are left to the token bound
	} {
		if got := runaway(text, len(strings.Fields(text)), 16000*5); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if !runaway("words", 100, 16000) {
		t.Error("100 tokens in a second passed")
	}
}

func TestRetry(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []sherpa.Result
		want    string
		stats   Stats
	}{
		{"at once", []sherpa.Result{{Text: " hello "}}, "hello", Stats{}},
		{"the second time", []sherpa.Result{{}, {Text: "hello"}}, "hello", Stats{Retried: 1, Rescued: 1}},
		{"never", []sherpa.Result{{}, {}}, "", Stats{Retried: 1}},
		{"a loop, then words", []sherpa.Result{{Text: "so so", Tokens: 500}, {Text: "so"}}, "so", Stats{Retried: 1, Rescued: 1, Runaway: 1}},
	} {
		e, calls := &Engine{}, 0
		r, err := e.transcribe(func(pcm []float32) (sherpa.Result, error) {
			calls++
			if wide := len(pcm) > 16000; wide != (calls == 2) {
				t.Errorf("%s: call %d has %d samples", c.name, calls, len(pcm))
			}
			return c.answers[calls-1], nil
		}, make([]int16, 16000))
		if err != nil || r.Text != c.want || calls != len(c.answers) || e.Stats() != c.stats {
			t.Errorf("%s: %q, %v, %d calls, %+v", c.name, r.Text, err, calls, e.Stats())
		}
	}
	broken := errors.New("broken")
	if _, err := (&Engine{}).transcribe(func([]float32) (sherpa.Result, error) { return sherpa.Result{}, broken }, make([]int16, 10)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
