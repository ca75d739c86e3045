package openai

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline/media"
	"hotline/tts"
	"hotline/tts/ttstest"
)

// server speaks the API. Speech is a tone: 60 ms for each character, a
// third of it for a letter.
type server struct {
	*httptest.Server
	mp3   []byte
	pause chan struct{} // if set, half of the MP3 is sent, then it waits for this
	fail  atomic.Int32  // so many requests are answered with status
	code  int
	asked atomic.Int32
	last  atomic.Pointer[request]
}

type request struct {
	Model, Input, Voice string
	Format              string `json:"response_format"`
	Speed               float64
}

func serve(t *testing.T) *server {
	s := &server{code: 503}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/audio/speech", s.speech)
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret-key" {
			w.WriteHeader(401)
		}
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *server) speech(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	var req request
	err := json.NewDecoder(r.Body).Decode(&req)
	s.last.Store(&req)
	switch {
	case err != nil || req.Model != "voice-1" || req.Speed < 0.25 || req.Speed > 4:
		http.Error(w, `{"error":{"message":"bad request"}}`, 400)
		return
	case r.Header.Get("Authorization") != "Bearer secret-key":
		http.Error(w, `{"error":{"message":"Incorrect API key provided: `+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+`"}}`, 401)
		return
	case s.fail.Add(-1) >= 0:
		http.Error(w, `{"error":{"message":"overloaded, could not say: `+req.Input+`"}}`, s.code)
		return
	}
	if req.Format == "mp3" {
		half := len(s.mp3) / 2
		w.Write(s.mp3[:half])
		w.(http.Flusher).Flush()
		if s.pause != nil {
			select {
			case <-s.pause:
			case <-r.Context().Done():
				return
			}
		}
		w.Write(s.mp3[half:])
		return
	}
	ms := 0
	for _, r := range req.Input {
		ms += 50
		if r > 0x2000 {
			ms += 100
		}
	}
	n := int(float64(ms) * pcmRate / 1000 / req.Speed)
	for i := 0; i < n; i += 1001 { // pieces that split samples, in the end
		var b []byte
		for j := i; j < min(n, i+1001); j++ {
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(4634*math.Sin(2*math.Pi*440*float64(j)/pcmRate))))
		}
		if _, err := w.Write(b[:1]); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		w.Write(b[1:])
	}
}

func engine(t *testing.T, s *server, change func(*Config)) *Engine {
	t.Setenv("SPEECH_KEY", "secret-key")
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	c := Config{URL: s.URL + "/v1", KeyEnv: "SPEECH_KEY", Model: "voice-1", Voice: "alloy", Format: "pcm",
		Timeout: 5 * time.Second, Client: &http.Client{Transport: tr}}
	if change != nil {
		change(&c)
	}
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestConformance(t *testing.T) { ttstest.Run(t, engine(t, serve(t), nil), "en") }

func TestRequest(t *testing.T) {
	s := serve(t)
	e := engine(t, s, func(c *Config) { c.Voices = map[string]string{"zh": "nova"} })
	ttstest.Speak(t, e, "您好", tts.Voice{Language: "zh-CN", Rate: 1.25})
	if got, want := *s.last.Load(), (request{"voice-1", "您好", "nova", "pcm", 1.25}); got != want {
		t.Errorf("asked for %+v, want %+v", got, want)
	}
}

// The first frame must come while the server still holds half of the sound.
func TestMP3Streams(t *testing.T) {
	mp3, err := os.ReadFile("testdata/speech.mp3") // 3.3 s, 24 kHz
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	s.mp3, s.pause = mp3, make(chan struct{})
	e := engine(t, s, func(c *Config) { c.Format = "mp3" })
	n, level := 0, 0
	for f, err := range e.Synthesize(t.Context(), "Thank you", tts.Voice{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			close(s.pause)
		}
		level = max(level, media.Level(f))
	}
	if length := time.Duration(n) * media.FrameDur; length < 2500*time.Millisecond || length > 3500*time.Millisecond {
		t.Errorf("%v of speech", length)
	}
	if level < 1000 {
		t.Errorf("level is %d", level)
	}
}

func TestRetry(t *testing.T) {
	for _, c := range []struct {
		fails, code int
		asked       int32
		want        string // of the error
	}{
		{1, 503, 2, ""},
		{2, 503, 2, "503"},
		{1, 429, 1, "429"},
		{1, 400, 1, "400"},
	} {
		s := serve(t)
		s.fail.Store(int32(c.fails))
		s.code = c.code
		var last error
		n := 0
		for _, err := range engine(t, s, nil).Synthesize(t.Context(), "My secret order", tts.Voice{}) {
			last = err
			n++
		}
		switch {
		case c.want == "" && (last != nil || n < 10):
			t.Errorf("%+v: %d frames, error %v", c, n, last)
		case c.want != "" && (last == nil || !strings.Contains(last.Error(), c.want)):
			t.Errorf("%+v: error %v", c, last)
		case last != nil && strings.Contains(last.Error(), "secret order"):
			t.Errorf("the error tells what was said: %v", last)
		}
		if s.asked.Load() != c.asked {
			t.Errorf("%+v: asked %d times", c, s.asked.Load())
		}
	}
}

func TestKey(t *testing.T) {
	s := serve(t)
	e := engine(t, s, nil)
	t.Setenv("SPEECH_KEY", "another-key")
	for _, err := range e.Synthesize(t.Context(), "Hi", tts.Voice{}) {
		if err == nil || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), "another-key") {
			t.Errorf("error %v", err)
		}
	}
	if err := e.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "SPEECH_KEY") {
		t.Errorf("check: %v", err)
	}
	t.Setenv("SPEECH_KEY", "")
	if err := e.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "set the environment variable SPEECH_KEY") {
		t.Errorf("check: %v", err)
	}
}

func TestSilentServer(t *testing.T) {
	s := serve(t)
	s.mp3, s.pause = make([]byte, 10), make(chan struct{})
	e := engine(t, s, func(c *Config) { c.Format, c.Timeout = "mp3", 50*time.Millisecond })
	var last error
	for _, err := range e.Synthesize(t.Context(), "Hi", tts.Voice{}) {
		last = err
	}
	if !errors.Is(last, errSilent) || s.asked.Load() != 2 {
		t.Errorf("error %v after asking %d times", last, s.asked.Load())
	}
}

func TestBrokenSound(t *testing.T) {
	for name, b := range map[string][]byte{"empty": nil, "html": []byte(strings.Repeat("<html>no</html>", 500)), "zeros": make([]byte, 5000)} {
		s := serve(t)
		s.mp3 = b
		var last error
		for _, err := range engine(t, s, func(c *Config) { c.Format = "mp3" }).Synthesize(t.Context(), "Hi", tts.Voice{}) {
			last = err
		}
		if last == nil {
			t.Errorf("%s is taken for speech", name)
		}
	}
}

// A server that sends damaged MP3 is an error and no panic: the decoder indexes
// its tables with what the data says.
func TestDamagedMP3TakesNothingDown(t *testing.T) {
	good, err := os.ReadFile("testdata/speech.mp3")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		b := slices.Clone(good[:2000])
		for range 1 + r.IntN(60) {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		read, _, err := decode("mp3", bytes.NewReader(b))
		for pcm := make([]int16, 480); err == nil; {
			_, err = read(pcm)
		}
	}
	tag := append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), good...)
	if _, _, err := decode("mp3", bytes.NewReader(tag)); err == nil { // 256 MB that are not there
		t.Error("a tag that lies about its size is taken")
	}
}

func TestNew(t *testing.T) {
	good := Config{URL: "http://x/v1", Model: "m", Voice: "v"}
	for name, change := range map[string]func(*Config){
		"url":    func(c *Config) { c.URL = "file:///x" },
		"format": func(c *Config) { c.Format = "ogg" },
		"voice":  func(c *Config) { c.Voice = "" },
		"model":  func(c *Config) { c.Model = "" },
	} {
		c := good
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if e, err := New(good); err != nil || fmt.Sprint(e) != "openai m v" {
		t.Errorf("%v, %v", e, err)
	}
}
