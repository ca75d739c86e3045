package main

import (
	"testing"
	"time"

	"hotline/media/wav"
)

// TestShipped checks that the music in the folder above is what this program
// composes. A sample may differ by the rounding of another processor.
func TestShipped(t *testing.T) {
	want := compose()
	got, r, err := wav.ReadFile("../music.wav", time.Minute)
	if err != nil || r != rate || len(got) != len(want) {
		t.Fatalf("%d samples at %d Hz, %v; want %d: go generate ./media/prompt", len(got), r, err, len(want))
	}
	for i := range got {
		if d := int(got[i]) - int(want[i]); d < -1 || d > 1 {
			t.Fatalf("sample %d is %d, want %d: go generate ./media/prompt", i, got[i], want[i])
		}
	}
}
