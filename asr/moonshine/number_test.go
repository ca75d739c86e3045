package moonshine

import (
	"slices"
	"testing"
	"time"

	"hotline/asr"
	"hotline/media"
	"hotline/media/resample"
	"hotline/media/wav"
)

// TestNumber hears a number of which the recogniser makes nothing at all, and none
// in something else.
func TestNumber(t *testing.T) {
	l := listener(t)
	pcm, rate, err := wav.ReadFile("testdata/7677.wav", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	pcm = resample.All(pcm, rate, media.SampleRate)
	four := asr.Number{Least: 4, Most: 4}
	if got, err := l.Number(t.Context(), pcm, "", four); err != nil || len(got) == 0 || got[0] != "7677" {
		t.Errorf("%q, %v", got, err)
	}
	four.Known = []string{"7671", "1234"}
	got, err := l.Number(t.Context(), pcm, "Seven six heaven.", four)
	if err != nil || got[0] != "7677" || slices.Contains(got, "1234") {
		t.Errorf("with known numbers: %q, %v", got, err)
	}
	for _, n := range got {
		if len(n) != 4 {
			t.Errorf("%q has not four digits", n)
		}
	}
	if got, err := l.Number(t.Context(), order(t), "", four); err != nil || len(got) > 0 {
		t.Errorf("no number was said: %q, %v", got, err)
	}
}

func TestOpenings(t *testing.T) {
	for text, want := range map[string][]string{
		"":                             {""},
		"Four five seven one.":         {""},
		"It's for five.":               {"It's", "It's for"},
		"My order number is 4571.":     {"My order number is"},
		"More than number is nine one": {"", "More than number is"},
		"It's":                         {""},
	} {
		if got := openings(text); !slices.Equal(got, want) {
			t.Errorf("%q begins with %q, want %q", text, got, want)
		}
	}
}
