package funasr_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/asr/funasr"
	"hotline/media"
)

// A server speaks the protocol as a FunASR server in 2pass mode does, and checks
// what it is told: it gives a piece of text for each 600 ms of loud audio, and the
// whole sentence, with its times, after 300 ms of silence or at the end.
type server struct {
	*httptest.Server
	hello  chan map[string]any
	faults chan string
	breaks int // close the connection after so many chunks; 0 is never
	mute   bool
}

func serve(t *testing.T, s *server) *server {
	s.hello, s.faults = make(chan map[string]any, 100), make(chan string, 100)
	s.Server = httptest.NewServer(http.HandlerFunc(s.session))
	t.Cleanup(func() {
		s.Close()
		for len(s.faults) > 0 {
			t.Error("the server: " + <-s.faults)
		}
	})
	return s
}

func (s *server) url() string { return "ws" + strings.TrimPrefix(s.URL, "http") }

func (s *server) session(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{Subprotocols: []string{"binary"}}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	if c.Subprotocol() != "binary" {
		s.faults <- "no subprotocol"
	}
	var hello map[string]any
	if err := c.ReadJSON(&hello); err != nil {
		s.faults <- "no hello: " + err.Error()
		return
	}
	s.hello <- hello
	var ms, from, loud, quiet, sentence, chunks int
	ended := false
	sentences := 0
	say := func(mode, text string, final bool) {
		msg := map[string]any{"mode": mode, "text": text, "wav_name": hello["wav_name"], "is_final": final}
		if mode == "2pass-offline" {
			msg["timestamp"] = fmt.Sprintf("[[%d,%d],[%d,%d]]", from, from+100, from+100, ms-quiet)
		}
		_ = c.WriteJSON(msg)
	}
	for !ended {
		kind, b, err := c.ReadMessage()
		if err != nil {
			return // the client left
		}
		if kind == websocket.TextMessage {
			var end struct {
				IsSpeaking *bool `json:"is_speaking"`
			}
			if json.Unmarshal(b, &end) != nil || end.IsSpeaking == nil || *end.IsSpeaking {
				s.faults <- "unexpected text: " + string(b)
			}
			ended = true
		} else {
			if len(b) > 1920 || len(b)%640 != 0 {
				s.faults <- fmt.Sprintf("a chunk of %d bytes", len(b))
			}
			if chunks++; s.breaks > 0 && chunks > s.breaks {
				return
			}
			for frame := range slices.Chunk(b, 640) {
				var sum int
				for i := 0; i+1 < len(frame); i += 2 {
					v := int(int16(uint16(frame[i]) | uint16(frame[i+1])<<8))
					sum += max(v, -v)
				}
				if ms += 20; sum/320 < 100 {
					quiet += 20
					continue
				}
				if loud == 0 {
					from = ms - 20
				}
				quiet, loud = 0, loud+20
				if loud%600 == 0 && !s.mute {
					sentence++
					say("2pass-online", fmt.Sprintf("piece%d ", sentence), false)
				}
			}
		}
		if s.mute {
			continue
		}
		if loud > 0 && (quiet >= 300 || ended) {
			sentences++
			say("2pass-offline", fmt.Sprintf("sentence %d", sentences), ended)
			loud, sentence = 0, 0
		} else if ended {
			say("2pass-offline", "", true)
		}
	}
	_, _, _ = c.ReadMessage() // the client closes
}

func TestConforms(t *testing.T) {
	s := serve(t, &server{})
	asrtest.Run(t, funasr.New(funasr.Config{URL: s.url()}), nil)
}

func TestHello(t *testing.T) {
	s := serve(t, &server{})
	e := funasr.New(funasr.Config{URL: s.url(), ITN: true, Hotwords: map[string]int{"阿里巴巴": 30}})
	audio := make(chan media.Frame)
	close(audio)
	for _, err := range e.Recognize(t.Context(), audio, asr.Options{Language: "zh", Hints: []string{"热线"}}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := json.Marshal(<-s.hello)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"audio_fs":16000,"chunk_interval":10,"chunk_size":[5,10,5],"hotwords":"{\"热线\":20,\"阿里巴巴\":30}","is_speaking":true,"itn":true,"mode":"2pass","svs_lang":"zh","wav_format":"pcm","wav_name":"hotline"}`
	if string(got) != want {
		t.Errorf("hello\n%s\nwant\n%s", got, want)
	}
}

func TestTwoPasses(t *testing.T) {
	s := serve(t, &server{})
	loud := make([]int16, 2*media.SampleRate)
	for i := range loud {
		loud[i] = 5000
	}
	var got []string
	err := recognize(t, funasr.New(funasr.Config{URL: s.url()}), asrtest.Frames(asrtest.Silence(time.Second), loud, asrtest.Silence(time.Second)), func(r asr.Result) {
		got = append(got, fmt.Sprintf("%s|%v|%v|%v", strings.TrimSpace(r.Text), r.Final, r.Start, max(r.End, 2*time.Second)))
	})
	if err != nil {
		t.Fatal(err)
	}
	// The frames come faster than the server can answer, so only what must be is
	// compared: the pieces add up, and the second pass has its times.
	if n := len(got); n < 2 || !strings.HasPrefix(got[0], "piece1|false|0s|") || !strings.HasPrefix(got[1], "piece1 piece2|false|0s|") {
		t.Errorf("got %q", got)
	}
	if i := slices.Index(got, "sentence 1|true|1s|3s"); i < 0 {
		t.Errorf("no final of 1 s to 3 s in %q", got)
	}
}

func TestBrokenConnection(t *testing.T) {
	short, _ := asrtest.Clips(t)
	frames := asrtest.Frames(asrtest.Silence(time.Second), short.PCM, asrtest.Silence(time.Second))

	bad := serve(t, &server{breaks: 20})
	if err := recognize(t, funasr.New(funasr.Config{URL: bad.url()}), frames, nil); err == nil {
		t.Error("no error for a broken connection")
	}

	good := serve(t, &server{})
	var finals []string
	engine := asr.Fallback(nil, asr.Named{Name: "bad", Engine: funasr.New(funasr.Config{URL: bad.url()})}, asr.Named{Name: "good", Engine: funasr.New(funasr.Config{URL: good.url()})})
	err := recognize(t, engine, frames, func(r asr.Result) {
		if r.Final && r.Text != "" {
			finals = append(finals, r.Text)
		}
	})
	if err != nil || len(finals) == 0 {
		t.Errorf("behind a fallback: %q, %v", finals, err)
	}
}

func TestNoServer(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	url := "ws" + strings.TrimPrefix(s.URL, "http")
	if err := recognize(t, funasr.New(funasr.Config{URL: url}), nil, nil); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a server that does not speak it: %v", err)
	}
	s.Close()
	if err := recognize(t, funasr.New(funasr.Config{URL: url}), nil, nil); err == nil {
		t.Error("no error without a server")
	}
}

func TestServerThatNeverEnds(t *testing.T) {
	s := serve(t, &server{mute: true})
	short, _ := asrtest.Clips(t)
	err := recognize(t, funasr.New(funasr.Config{URL: s.url(), Flush: 50 * time.Millisecond}), asrtest.Frames(short.PCM), nil)
	if err == nil || !strings.Contains(err.Error(), "last result") {
		t.Errorf("got %v", err)
	}
}

func recognize(t *testing.T, e asr.Engine, frames []media.Frame, each func(asr.Result)) (err error) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	audio := make(chan media.Frame)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(audio)
		for _, f := range frames {
			select {
			case audio <- f:
			case <-ctx.Done():
				return
			}
		}
	}()
	for r, e := range e.Recognize(ctx, audio, asr.Options{}) {
		if e != nil {
			err = errors.Join(err, e)
		} else if each != nil {
			each(r)
		}
	}
	cancel()
	<-done
	return err
}
