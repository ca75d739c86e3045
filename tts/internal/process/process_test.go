package process

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func sh(script string) Program {
	return Program{Name: "sh", Args: []string{"-c", script}}
}

func run(t *testing.T, p Program) (string, error) {
	t.Helper()
	o, err := Start(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b, err := io.ReadAll(o)
	return string(b), err
}

func TestOutput(t *testing.T) {
	p := sh("cat; printf ' out'")
	p.Stdin = "in"
	for _, p.Seeks = range []bool{false, true} {
		if got, err := run(t, p); got != "in out" || err != nil {
			t.Errorf("seeks %v: %q, %v", p.Seeks, got, err)
		}
	}
}

func TestFailure(t *testing.T) {
	got, err := run(t, sh("printf some; echo 'no such voice' >&2; exit 3"))
	if got != "some" || err == nil || !strings.Contains(err.Error(), "no such voice") {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Start(t.Context(), Program{Name: "hotline-no-such-program"}); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

func TestTimeout(t *testing.T) {
	p := sh("printf x; sleep 60")
	p.Timeout = 50 * time.Millisecond
	if got, err := run(t, p); got != "x" || !errors.Is(err, errTimeout) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTooMuch(t *testing.T) {
	p := sh("yes")
	p.Max = 1000
	if got, err := run(t, p); len(got) != 1000 || !errors.Is(err, ErrTooMuch) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// A child of the program holds its stdout; both must go.
func TestCloseEndsTheGroup(t *testing.T) {
	o, err := Start(t.Context(), sh("sleep 60 & printf x; wait"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	from := time.Now()
	o.Close()
	if d := time.Since(from); d > 800*time.Millisecond { // less than WaitDelay
		t.Errorf("took %v", d)
	}
}

func TestSlots(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var outs []*Output
	for range cap(slots) {
		o, err := Start(t.Context(), sh("sleep 60"))
		if err != nil {
			t.Fatal(err)
		}
		outs = append(outs, o)
	}
	cancel()
	if _, err := Start(ctx, sh("true")); err != context.Canceled {
		t.Errorf("error %v, want to wait for a slot", err)
	}
	for _, o := range outs {
		o.Close()
	}
	if len(slots) != 0 {
		t.Errorf("%d slots are still taken", len(slots))
	}
	if got, err := run(t, sh("printf ok")); got != "ok" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// Work in the background leaves slots for the rest.
func TestBackground(t *testing.T) {
	low, cancel := context.WithCancel(Background(t.Context()))
	var outs []*Output
	for range cap(backgroundSlots) {
		o, err := Start(low, sh("sleep 60"))
		if err != nil {
			t.Fatal(err)
		}
		outs = append(outs, o)
	}
	if got, err := run(t, sh("printf ok")); got != "ok" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	cancel()
	if _, err := Start(low, sh("true")); err != context.Canceled {
		t.Errorf("error %v, want to wait for a slot", err)
	}
	for _, o := range outs {
		o.Close()
	}
	if len(slots)+len(backgroundSlots) != 0 {
		t.Error("slots are still taken")
	}
}
