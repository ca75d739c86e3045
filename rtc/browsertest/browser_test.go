// Package browsertest calls hotline from a real browser: Chromium without a
// window, whose microphone is a WAV file. It is skipped where there is none.
package browsertest

import (
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hotline"
	"hotline/media/mediatest"
	"hotline/rtc"
)

//go:embed page.html
var page []byte

const micHz = 660 // of the browser's microphone

// chromium starts a browser whose microphone hums, and returns the context of
// chromedp.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing")
		}
		t.Skip("no chromium on this machine: run scripts/setup test")
	}
	mic := filepath.Join(t.TempDir(), "mic.wav") // the profile is in no TempDir: killed browsers write on for a moment
	if err := os.WriteFile(mic, hum(micHz), 0o600); err != nil {
		t.Fatal(err)
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.WSURLReadTimeout(60 * time.Second),
	}
	for _, f := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage", "use-fake-ui-for-media-stream",
		"use-fake-device-for-media-stream", "allow-loopback-in-peer-connection"} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	opts = append(opts, chromedp.Flag("use-file-for-fake-audio-capture", mic),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// hum is a WAV file of ten seconds of a tone, 48 kHz; whole periods, as the
// browser plays it over and over.
func hum(hz float64) []byte {
	const rate, seconds = 48000, 10
	var b []byte
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, 36+rate*seconds*2)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	for _, v := range []uint16{1, 1} { // PCM, mono
		b = le.AppendUint16(b, v)
	}
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, rate*2)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = le.AppendUint32(b, rate*seconds*2)
	for i := range rate * seconds {
		b = le.AppendUint16(b, uint16(int16(8000*math.Sin(2*math.Pi*hz*float64(i)/rate))))
	}
	return b
}

// site is a Server with the page in front, on loopback.
func site(t *testing.T, c rtc.Config) (url string, s *rtc.Server, legs chan *rtc.Leg) {
	t.Helper()
	c.Path, c.Loopback = "/whip", true
	s, err := rtc.New(c)
	if err != nil {
		t.Fatal(err)
	}
	legs = make(chan *rtc.Leg, 10)
	mux := http.NewServeMux()
	mux.Handle("/whip", s)
	mux.Handle("/whip/", s)
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(page)
	})
	h := httptest.NewServer(mux)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(ctx, func(ctx context.Context, l *rtc.Leg) {
			legs <- l
			<-ctx.Done()
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error("Serve:", err)
		}
		h.Close()
	})
	return h.URL, s, legs
}

// do evaluates an expression in the page, waits for its promise, and reads the
// result.
func do(t *testing.T, ctx context.Context, expr string) json.RawMessage {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var out json.RawMessage
	start := time.Now()
	err := chromedp.Run(ctx, chromedp.Evaluate("Promise.resolve("+expr+")", &out, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true).WithReturnByValue(true)
	}))
	if err != nil && !errors.Is(err, chromedp.ErrJSUndefined) && !errors.Is(err, chromedp.ErrJSNull) {
		t.Fatalf("%s: %v", expr, err)
	}
	t.Logf("%4d ms: %.60s %.120s", time.Since(start).Milliseconds(), expr, out)
	return out
}

// next waits for a signal of a kind.
func next(t *testing.T, l *rtc.Leg, kind hotline.SignalKind) hotline.Signal {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case sig, ok := <-l.Signals():
			if !ok {
				t.Fatalf("Signals is closed; no signal %d", kind)
			}
			if sig.Kind == kind {
				return sig
			}
		case <-limit:
			t.Fatalf("no signal %d", kind)
		}
	}
}

func hears(t *testing.T, ear *mediatest.Ear, hz float64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	start := time.Now()
	if err := ear.Wait(ctx, hz, 500*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	t.Logf("%4d ms: hears(%g)", time.Since(start).Milliseconds(), hz)
}

// talk runs a leg's audio until the test ends.
func talk(t *testing.T, l *rtc.Leg, hz float64) *mediatest.Ear {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	stream, err := l.Answer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ear := mediatest.NewEar()
	ctx, cancel = context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- stream.Run(ctx, ear, &mediatest.Tone{Hz: hz, Level: -17}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error("Run:", err)
		}
	})
	return ear
}

func TestBrowser(t *testing.T) {
	ctx := chromium(t)
	for _, codec := range []string{"opus", "G722", "PCMU"} {
		t.Run(codec, func(t *testing.T) {
			url, _, legs := site(t, rtc.Config{Silent: 2 * time.Second})
			if err := chromedp.Run(ctx, chromedp.Navigate(url)); err != nil {
				t.Fatal(err)
			}
			answer := do(t, ctx, fmt.Sprintf("begin(%q, %q)", url+"/whip", codec))
			if codec == "opus" && !strings.Contains(string(answer), "useinbandfec=1") {
				t.Errorf("the answer: %s", answer)
			}
			l := <-legs
			ear := talk(t, l, 440)
			hears(t, ear, micHz)
			do(t, ctx, "heard(440)")
			t.Logf("the browser's tone at the server: %v", mediatest.Hear(ear.Last(400*time.Millisecond)))

			do(t, ctx, `new Promise(d => { const s = call.transceiver.sender.dtmf; s.insertDTMF("4#"); s.ontonechange = e => e.tone || d(s.canInsertDTMF) })`)
			for _, want := range "4#" {
				if sig := next(t, l, hotline.SigKey); sig.Key != want {
					t.Errorf("key %c, want %c", sig.Key, want)
				}
			}
			st := l.Stats()
			t.Logf("%+v", st)
			if codec == "opus" {
				changes(t, ctx, l, ear)
			}
			do(t, ctx, "stats()")
			if !strings.EqualFold(st.Codec, codec) || st.Discarded > 0 || st.Lost > 0 {
				t.Errorf("%+v", st)
			}
			if codec == "G722" { // we hang up
				go func() { _ = l.Hangup(context.Background(), hotline.BotHangup) }()
				do(t, ctx, `new Promise(d => { const s = call.transceiver.sender.transport; if (s.state == "closed") d(s.state); s.onstatechange = () => s.state == "closed" && d(s.state) })`)
				return
			}
			if codec == "PCMU" { // the page goes without a word
				do(t, ctx, "call.pc.close()")
			} else {
				do(t, ctx, `fetch(call.location, {method: "DELETE"}).then(r => r.status)`)
			}
			if sig := next(t, l, hotline.SigHangup); sig.Reason != hotline.CallerHangup {
				t.Errorf("%+v", sig)
			}
		})
	}
}

// changes holds, mutes and restarts a call.
func changes(t *testing.T, ctx context.Context, l *rtc.Leg, ear *mediatest.Ear) {
	t.Helper()
	do(t, ctx, `redo("sendonly")`)
	next(t, l, hotline.SigHold)
	do(t, ctx, "heard(0)")
	do(t, ctx, `redo("sendrecv")`)
	next(t, l, hotline.SigResume)
	do(t, ctx, "heard(440)")
	do(t, ctx, `redo("recvonly")`) // the microphone is off
	do(t, ctx, "heard(440)")
	do(t, ctx, `redo("sendrecv")`)
	hears(t, ear, micHz)

	do(t, ctx, "restart()")
	hears(t, ear, micHz)
	do(t, ctx, "heard(440)")
	do(t, ctx, `redo("", {iceRestart: true})`)
	hears(t, ear, micHz)
	do(t, ctx, "heard(440)")
}

// A browser that is killed in mid-call is noticed, and given up: that of an agent
// within some seconds, muted or not: five on a machine that has time, as measured.
func TestBrowserKilled(t *testing.T) {
	for _, tt := range []struct {
		name  string
		staff string
		muted bool
		limit time.Duration
	}{{"customer", "", false, 15 * time.Second}, {"agent", "ann", false, 12 * time.Second}, {"agent muted", "ann", true, 12 * time.Second}} {
		t.Run(tt.name, func(t *testing.T) { killed(t, tt.staff, tt.muted, tt.limit) })
	}
}

func killed(t *testing.T, staff string, muted bool, limit time.Duration) {
	ctx := chromium(t)
	url, _, legs := site(t, rtc.Config{Silent: 2 * time.Second, Lost: 2 * time.Second, Admit: func(*http.Request) (rtc.Guest, error) {
		return rtc.Guest{Owner: staff}, nil
	}})
	if err := chromedp.Run(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, fmt.Sprintf("begin(%q, %q)", url+"/whip", "opus"))
	l := <-legs
	hears(t, talk(t, l, 440), micHz)
	if muted {
		do(t, ctx, `redo("recvonly")`)
		do(t, ctx, "heard(440)")
	}
	start := time.Now()
	if err := chromedp.FromContext(ctx).Browser.Process().Kill(); err != nil {
		t.Fatal(err)
	}
	for range l.Signals() {
	}
	took := time.Since(start)
	t.Logf("given up after %v", took)
	if took > limit {
		t.Errorf("given up after %v", took)
	}
}
