package rtc

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
)

// site is a Server behind HTTP on loopback.
type site struct {
	*Server
	t    testing.TB
	url  string
	legs chan *Leg // accepted; held until the leg is over
	stop func()    // ends Serve and waits for it
}

func newSite(t testing.TB, c Config) *site {
	t.Helper()
	c.Loopback = true
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	w := &site{Server: s, t: t, legs: make(chan *Leg, 100)}
	h := httptest.NewServer(s)
	w.url = h.URL + s.c.Path
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	ready := make(chan struct{})
	go func() {
		close(ready)
		served <- s.Serve(ctx, func(ctx context.Context, l *Leg) {
			w.legs <- l
			select {
			case <-l.ctx.Done():
			case <-ctx.Done():
			}
		})
	}()
	<-ready
	for ok := false; !ok; { // until Serve has begun
		s.mu.Lock()
		ok = s.serving
		s.mu.Unlock()
	}
	stopped := false
	w.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-served; err != nil {
			t.Error("Serve:", err)
		}
		h.Close()
	}
	t.Cleanup(w.stop)
	return w
}

// a browser is a Leg that offers: the same audio, the other side of WHIP.
type browser struct {
	*Leg
	t        testing.TB
	home     *Server // that the Leg belongs to
	location string
	etag     string
}

// whip sends a request and returns its response, body read.
func whip(t testing.TB, method, url, kind, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// newBrowser makes one that knows the codecs by name; none is all.
func newBrowser(t testing.TB, codecs ...string) *browser {
	t.Helper()
	home, err := New(Config{Loopback: true, Silent: time.Second, Lost: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	home.serving = true
	l, err := home.newLeg(Guest{}, "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = home.Close() })
	tr, err := l.pc.AddTransceiverFromTrack(track{&l.audio.out, "mic"})
	if err != nil {
		t.Fatal(err)
	}
	if len(codecs) > 0 {
		var prefs []webrtc.RTPCodecParameters
		for _, want := range append(codecs, "telephone-event") {
			for _, p := range tr.Receiver().GetParameters().Codecs {
				if strings.EqualFold(nameOf(p.MimeType), want) {
					prefs = append(prefs, p)
				}
			}
		}
		if err := tr.SetCodecPreferences(prefs); err != nil {
			t.Fatal(err)
		}
	}
	l.reader(func() { readReports(tr.Sender().ReadRTCP, l.audio.reported) })
	l.audio.direct(true, true)
	return &browser{Leg: l, t: t, home: home}
}

// offer makes an offer with all candidates in it.
func (b *browser) offer(o *webrtc.OfferOptions) string {
	b.t.Helper()
	d, err := b.pc.CreateOffer(o)
	gathered := webrtc.GatheringCompletePromise(b.pc)
	if err == nil {
		err = b.pc.SetLocalDescription(d)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	<-gathered
	return b.pc.LocalDescription().SDP
}

func (b *browser) answer(sdp string) {
	b.t.Helper()
	if err := b.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}); err != nil {
		b.t.Fatal(err)
	}
}

// call posts the offer and takes the answer.
func (b *browser) call(url string, headers ...string) *browser {
	b.t.Helper()
	res, body := whip(b.t, "POST", url, typeSDP, b.offer(nil), headers...)
	if res.StatusCode != 201 {
		b.t.Fatalf("%s: %s", res.Status, body)
	}
	b.location, b.etag = strings.TrimSuffix(url, res.Request.URL.Path)+res.Header.Get("Location"), res.Header.Get("ETag")
	b.answer(body)
	return b
}

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second) // of a machine with too much to do
	t.Cleanup(cancel)
	return ctx
}

// talk runs a leg's audio until the test ends.
func talk(t testing.TB, l *Leg, hz float64) *mediatest.Ear {
	t.Helper()
	stream, err := l.Answer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	ear := mediatest.NewEar()
	ctx, cancel := context.WithCancel(context.Background())
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

func hears(t testing.TB, ear *mediatest.Ear, hz float64) {
	t.Helper()
	if err := ear.Wait(within(t), hz, 400*time.Millisecond); err != nil {
		t.Fatal(err)
	}
}

// next waits for a signal of a kind, and passes over those of others.
func next(t testing.TB, l *Leg, kind hotline.SignalKind) hotline.Signal {
	t.Helper()
	limit := time.After(15 * time.Second)
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

// lossy loses packets on their way out.
type lossy struct {
	webrtc.TrackLocalWriter
	share float64
	rnd   *rand.Rand
}

func (w *lossy) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	if w.rnd.Float64() < w.share {
		return len(payload), nil
	}
	return w.TrackLocalWriter.WriteRTP(h, payload)
}

// lose makes the leg's sender lose a share of its packets.
func lose(l *Leg, share float64) {
	b := *l.audio.out.bound.Load()
	b.w = &lossy{b.w, share, rand.New(rand.NewPCG(1, 2))}
	l.audio.out.bound.Store(&b)
}

var _ media.Stream = (*stream)(nil)
