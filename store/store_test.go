package store

import (
	"regexp"
	"testing"
	"time"

	"hotline"
)

func TestCallID(t *testing.T) {
	at := time.Date(2026, 11, 22, 23, 59, 59, 7_000_000, time.FixedZone("east", 8*3600))
	form := regexp.MustCompile(`^20261122-155959007-[0-9a-z]{8}$`)
	seen := map[hotline.CallID]bool{}
	for range 10_000 {
		id := NewCallID(at)
		if !form.MatchString(string(id)) || seen[id] {
			t.Fatalf("%q: not of the form, or not unique", id)
		}
		seen[id] = true
	}
	if a, b := NewCallID(at), NewCallID(at.Add(time.Millisecond)); a >= b {
		t.Errorf("%s is not before %s", a, b)
	}
}

func TestRecordingPath(t *testing.T) {
	for id, want := range map[hotline.CallID]string{
		"20261122-155959007-k7q2m9xd": "recordings/2026/11/22/20261122-155959007-k7q2m9xd.wav",
		"20269922-155959007-k7q2m9xd": "recordings/other/20269922-155959007-k7q2m9xd.wav",
		"test":                        "recordings/other/test.wav",
		"../../etc/passwd":            "recordings/other/passwd.wav",
	} {
		if got := RecordingPath(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}
