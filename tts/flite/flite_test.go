package flite

import (
	"os/exec"
	"strings"
	"testing"

	"hotline/tts/ttstest"
)

func TestConformance(t *testing.T) {
	if _, err := exec.LookPath(flite.Name); err != nil {
		t.Skip("flite is not installed: apt-get install flite")
	}
	e, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	ttstest.Run(t, e, "en")
	other, _ := New("nobody")
	if err := other.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "slt") {
		t.Errorf("error %v does not name the voices there are", err)
	}
}

func TestNew(t *testing.T) {
	for _, bad := range []string{"-o", "/etc/x", "http://x", "a b"} {
		if _, err := New(bad); err == nil {
			t.Errorf("voice %q is taken", bad)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	e, _ := New("")
	if err := e.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "apt-get install flite") {
		t.Errorf("error %v does not say how to get it", err)
	}
}
