package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The demonstration sees every part of its call, or fails.
func TestDemo(t *testing.T) {
	t.Parallel()
	requireModels(t)
	requireTool(t, "flite")
	file, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ctx := within(t, 3*time.Minute)
	data := t.TempDir()
	cmd := exec.CommandContext(ctx, file, "demo", "--data", data)
	cmd.Env = append(os.Environ(), "HOTLINE_MODELS="+modelsDir())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("hotline demo: %v\n%s", err, out)
	}
	for _, want := range []string{"screen pop", "whisper", "recording", "event log"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the demonstration printed no %q:\n%s", want, out)
		}
	}
	if logs, _ := filepath.Glob(filepath.Join(data, "demo", "*", "hotline.db")); len(logs) != 1 {
		t.Errorf("event logs: %v", logs)
	}
}
