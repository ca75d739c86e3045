package e2e

import (
	"context"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"hotline/media"
	"hotline/media/codec"
	"hotline/media/mediatest"
	"hotline/media/opus"
	"hotline/sip"

	mediartp "hotline/media/rtp"
)

// A party is somebody on a call who hums one tone and listens.
type party struct {
	t    testing.TB
	hz   float64
	ear  *mediatest.Ear
	all  memory // of what it heard
	hang func()
	keys func(context.Context, string) error // a phone's
	gone chan struct{}                       // closed when the other side has ended it
}

// present and absent are levels of a tone, in dB under full scale. The parties
// hum at -17; a mixer clips nothing of three of them.
const (
	present = -40
	absent  = -55
	inMusic = -45 // music has something of every tone, of those of agents up to -48
)

// hears returns once the tone is heard, with whatever else is.
func (p *party) hears(ctx context.Context, hz float64) {
	p.t.Helper()
	for level := 0.0; ; {
		if level, _ = mediatest.Goertzel(p.ear.Last(300*time.Millisecond), hz); level > present {
			return
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("who hums %g does not hear %g: its level is %.0f dB", p.hz, hz, level)
		case <-time.After(media.FrameDur): // of more audio
		}
	}
}

// underWay is how long what was said before goes on to be heard: it is in packets
// and jitter buffers.
const underWay = 500 * time.Millisecond

// without has the party hear none of the tones, louder than limit, from underWay after
// now until the function that it returns is called, and for a second at least.
func (p *party) without(ctx context.Context, limit float64, tones ...float64) (until func()) {
	from := len(p.all.pcm()) + int(underWay.Seconds()*media.SampleRate)
	return func() {
		p.t.Helper()
		heard := p.all.pcm()
		for ; len(heard) < from+media.SampleRate; heard = p.all.pcm() {
			select {
			case <-ctx.Done():
				p.t.Fatal("no more audio")
			case <-time.After(media.FrameDur):
			}
		}
		for _, hz := range tones {
			const window = media.SampleRate / 5 // 10 ms of a tone are -43 dB in it
			var loud []time.Duration
			best := math.Inf(-1)
			for i := from; i+window <= len(heard); i += window / 2 {
				level, _ := mediatest.Goertzel(heard[i:i+window], hz)
				if best = max(best, level); level > limit {
					loud = append(loud, time.Duration(i-from)*time.Second/media.SampleRate)
				}
			}
			if len(loud) > 0 {
				p.t.Errorf("who hums %g hears %g at up to %.0f dB, from %v to %v of %.1f s", p.hz, hz, best, loud[0], loud[len(loud)-1], float64(len(heard)-from)/media.SampleRate)
			}
		}
	}
}

// hearsNone listens for a second, from now on, and finds nothing of the tones.
func (p *party) hearsNone(ctx context.Context, tones ...float64) {
	p.t.Helper()
	p.without(ctx, absent, tones...)()
}

// A memory is a media.Sink that keeps all of it.
type memory struct {
	mu    sync.Mutex
	heard sound
}

func (m *memory) WriteFrame(f media.Frame) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard = append(m.heard, f.PCM[:]...)
}

func (m *memory) pcm() sound {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.heard
}

// startSIP is a caller with a phone, who hums.
func startSIP(t testing.TB, s *server, hz float64) *party {
	t.Helper()
	return sipParty(t, s, hz, &mediatest.Tone{Hz: hz, Level: -17})
}

func sipParty(t testing.TB, s *server, hz float64, says media.Source) *party {
	t.Helper()
	home, err := sip.Listen(sip.Config{Listen: []string{"udp://127.0.0.1:0"}, Ports: mediartp.NewPorts(36000, 36999, 0)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = home.Serve(ctx, func(context.Context, *sip.Leg) {}) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	leg, err := home.Dial(within(t, 20*time.Second), sip.Target{URI: s.uri("udp"), From: "alice"})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := leg.Answer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := &party{t: t, hz: hz, ear: mediatest.NewEar(), keys: leg.SendKeys, gone: make(chan struct{})}
	p.hang = sync.OnceFunc(func() {
		end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = leg.Hangup(end, "")
	})
	wg.Go(func() { _ = stream.Run(ctx, media.Tee(p.ear, &p.all), says) })
	wg.Go(func() {
		defer close(p.gone)
		for range leg.Signals() {
		}
	})
	t.Cleanup(p.hang)
	return p
}

// startWHIP is a browser's leg, made by pion: a customer's, or with answer or
// join in the query that of who has the token. It hums.
func startWHIP(t testing.TB, s *server, token, query string, hz float64) (p *party, call string) {
	t.Helper()
	return whipParty(t, s, token, query, voiceOf(webrtc.MimeTypePCMU), hz, &mediatest.Tone{Hz: hz, Level: -17})
}

// A voice is the codec of a WHIP leg.
type voice struct {
	webrtc.RTPCodecCapability
	pt     webrtc.PayloadType
	ticks  uint32 // of a frame
	encode func(dst []byte, f *media.Frame) []byte
	decode func(payload []byte) []int16
}

func voiceOf(mime string) voice {
	if mime == webrtc.MimeTypeOpus {
		enc, dec := opus.NewEncoder(), opus.NewDecoder()
		return voice{webrtc.RTPCodecCapability{MimeType: mime, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}, 111, 960,
			func(dst []byte, f *media.Frame) []byte { return enc.Encode(dst, &f.PCM) },
			func(payload []byte) []int16 { return dec.Decode(nil, payload) }}
	}
	pcmu, _ := codec.ByName("PCMU", 8000)
	enc, dec := pcmu.NewEncoder(), pcmu.NewDecoder()
	return voice{webrtc.RTPCodecCapability{MimeType: mime, ClockRate: 8000}, 0, 160,
		func(dst []byte, f *media.Frame) []byte { return enc.Encode(dst, f.PCM[:]) },
		func(payload []byte) []int16 { return dec.Decode(nil, payload) }}
}

// recorded is Opus that was encoded before: a packet for each frame, and the last
// ever after. What comes is not decoded, so that only the server computes.
func recorded(packets [][]byte) voice {
	v, next := voiceOf(webrtc.MimeTypeOpus), 0
	v.encode = func(dst []byte, _ *media.Frame) []byte {
		p := packets[min(next, len(packets)-1)]
		next++
		return append(dst, p...)
	}
	v.decode = func([]byte) []int16 { return nil }
	return v
}

// encoded is what recorded plays.
func encoded(s sound) (packets [][]byte) {
	enc := opus.NewEncoder()
	for _, f := range mediatest.Frames(s, media.SampleRate) {
		packets = append(packets, enc.Encode(nil, &f.PCM))
	}
	return packets
}

func whipParty(t testing.TB, s *server, token, query string, voice voice, hz float64, says media.Source) (p *party, call string) {
	t.Helper()
	var m webrtc.MediaEngine
	if err := m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: voice.RTPCodecCapability, PayloadType: voice.pt}, webrtc.RTPCodecTypeAudio); err != nil {
		t.Fatal(err)
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	mic, err := webrtc.NewTrackLocalStaticRTP(voice.RTPCodecCapability, "mic", "mic")
	if err == nil {
		_, err = pc.AddTrack(mic)
	}
	if err != nil {
		t.Fatal(err)
	}
	p = &party{t: t, hz: hz, ear: mediatest.NewEar(), gone: make(chan struct{})}
	var wg sync.WaitGroup
	done := make(chan struct{})
	p.hang = sync.OnceFunc(func() { close(done); _ = pc.GracefulClose(); wg.Wait() })
	t.Cleanup(p.hang)
	over := sync.OnceFunc(func() { close(p.gone) })
	up := make(chan struct{})
	connected := sync.OnceFunc(func() { close(up) })
	pc.OnConnectionStateChange(func(st webrtc.PeerConnectionState) {
		switch st {
		case webrtc.PeerConnectionStateConnected:
			connected()
		case webrtc.PeerConnectionStateClosed, webrtc.PeerConnectionStateFailed:
			over()
		}
	})
	pc.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		wg.Go(func() {
			for {
				pkt, _, err := tr.ReadRTP()
				if err != nil {
					return
				}
				var f media.Frame
				copy(f.PCM[:], voice.decode(pkt.Payload))
				p.ear.WriteFrame(f)
				p.all.WriteFrame(f)
			}
		})
	})
	offer, err := pc.CreateOffer(nil)
	gathered := webrtc.GatheringCompletePromise(pc)
	if err == nil {
		err = pc.SetLocalDescription(offer)
	}
	if err != nil {
		t.Fatal(err)
	}
	<-gathered
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.HTTP+"/api/v1/whip?"+query, strings.NewReader(pc.LocalDescription().SDP))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/sdp")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("whip?%s: %s %s", query, res.Status, answer)
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-up:
	case <-within(t, 20*time.Second).Done():
		t.Fatal("not connected")
	}
	wg.Go(func() { // the pacer
		tick := time.NewTicker(media.FrameDur)
		defer tick.Stop()
		for pkt := (rtp.Packet{Header: rtp.Header{Version: 2}}); ; pkt.SequenceNumber, pkt.Timestamp = pkt.SequenceNumber+1, pkt.Timestamp+voice.ticks {
			select {
			case <-tick.C:
			case <-done:
				return
			}
			f, _ := says.ReadFrame()
			pkt.Payload = voice.encode(pkt.Payload[:0], &f)
			if mic.WriteRTP(&pkt) != nil {
				return
			}
		}
	})
	return p, res.Header.Get("Hotline-Call")
}

// loud reports whether there is a sound in half of it.
func loud(s sound) bool {
	n := 0
	frames := mediatest.Frames(s, media.SampleRate)
	for _, f := range frames {
		if media.Level(f) > 300 {
			n++
		}
	}
	return n > len(frames)/2
}
