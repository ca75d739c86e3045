// Package funasr recognises speech with a FunASR server over its WebSocket
// protocol, in the mode "2pass": text as it is being said from a streaming model,
// and after each sentence the better text of a second, whole-utterance model.
//
// One connection is one stream. It is dialled when Recognize is ranged over and
// closed before that returns. A connection that breaks ends the stream with an
// error; asr.Fallback over this engine named twice reconnects without losing the
// utterance.
//
// The protocol is runtime/docs/websocket_protocol.md of the FunASR project.
package funasr

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"hotline/asr"
	"hotline/media"
)

// Config says which server, and what to ask of it. A zero field takes the
// default.
type Config struct {
	URL      string         // ws:// or wss://
	Header   http.Header    // of the handshake, for a gateway that wants a token
	Hotwords map[string]int // word to weight; Options.Hints are added with weight 20
	ITN      bool           // numbers as digits
	Dial     time.Duration  // to connect: 5 s
	Silent   time.Duration  // without a sign of life the connection is broken: 15 s
	Flush    time.Duration  // for the last result after the audio has ended: 10 s
	Name     string         // of the stream, at the server: "hotline"
}

// New makes an Engine. It does not connect.
func New(c Config) *Engine {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&c.Dial, 5*time.Second)
	def(&c.Silent, 15*time.Second)
	def(&c.Flush, 10*time.Second)
	if c.Name == "" {
		c.Name = "hotline"
	}
	return &Engine{c}
}

// Engine is an asr.Engine.
type Engine struct{ cfg Config }

// String names the engine in logs and events.
func (e *Engine) String() string { return "funasr" }

// What a message may hold, and the text of a sentence: more than anybody says in
// one breath.
const maxMessage, maxText = 1 << 20, 4 << 10

// chunk is what is sent at a time: chunk_size[1] 10 is 600 ms, over
// chunk_interval 10 is 60 ms.
const chunk = 3 * media.FrameSize

// hello opens a stream.
type hello struct {
	Mode          string `json:"mode"`
	ChunkSize     [3]int `json:"chunk_size"`
	ChunkInterval int    `json:"chunk_interval"`
	WavName       string `json:"wav_name"`
	WavFormat     string `json:"wav_format"`
	AudioFS       int    `json:"audio_fs"`
	IsSpeaking    bool   `json:"is_speaking"`
	ITN           bool   `json:"itn"`
	Hotwords      string `json:"hotwords,omitempty"` // a JSON object, as a string
	Language      string `json:"svs_lang,omitempty"`
}

// reply is what the server sends.
type reply struct {
	Mode      string `json:"mode"`
	Text      string `json:"text"`
	WavName   string `json:"wav_name"`
	IsFinal   bool   `json:"is_final"`
	Timestamp string `json:"timestamp"` // "[[start,end],...]" in ms, or empty
	err       error
}

// Recognize implements asr.Engine.
func (e *Engine) Recognize(ctx context.Context, audio <-chan media.Frame, opt asr.Options) iter.Seq2[asr.Result, error] {
	return func(yield func(asr.Result, error) bool) {
		conn, err := e.connect(ctx, opt)
		if err != nil {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			yield(asr.Result{}, err)
			return
		}
		replies := make(chan reply)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		defer wg.Wait()
		defer conn.Close()
		defer close(stop)
		wg.Go(func() { e.read(conn, replies, stop) })
		s := stream{conn: conn, cfg: e.cfg}
		ping := time.NewTicker(e.cfg.Silent / 3)
		defer ping.Stop()
		var flush <-chan time.Time
		fail := func(err error) { yield(asr.Result{}, fmt.Errorf("funasr: %w", err)) }
		for {
			select {
			case <-ctx.Done():
				yield(asr.Result{}, ctx.Err())
				return
			case f, ok := <-audio:
				if ok {
					err = s.send(&f)
				} else {
					audio, flush = nil, time.After(e.cfg.Flush)
					err = s.end()
				}
				if err != nil {
					fail(err)
					return
				}
			case <-ping.C:
				if err := conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(e.cfg.Silent)); err != nil {
					fail(err)
					return
				}
			case <-flush:
				fail(fmt.Errorf("no last result within %v", e.cfg.Flush))
				return
			case r := <-replies:
				if r.err != nil {
					if ctx.Err() != nil {
						r.err = ctx.Err()
					}
					fail(r.err)
					return
				}
				if res, ok := s.result(r); ok && !yield(res, nil) {
					return
				}
				if audio == nil && r.IsFinal {
					return
				}
			}
		}
	}
}

// connect dials and opens the stream.
func (e *Engine) connect(ctx context.Context, opt asr.Options) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Dial)
	defer cancel()
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: e.cfg.Dial, Subprotocols: []string{"binary"}}
	conn, resp, err := d.DialContext(ctx, e.cfg.URL, e.cfg.Header)
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("funasr: the server answers %s: %w", resp.Status, err)
		}
		return nil, fmt.Errorf("funasr: %w", err)
	}
	conn.SetReadLimit(maxMessage)
	words := map[string]int{}
	for w, n := range e.cfg.Hotwords {
		words[w] = n
	}
	for _, w := range opt.Hints {
		words[w] = 20
	}
	h := hello{
		Mode: "2pass", ChunkSize: [3]int{5, 10, 5}, ChunkInterval: 10, WavName: e.cfg.Name, WavFormat: "pcm",
		AudioFS: media.SampleRate, IsSpeaking: true, ITN: e.cfg.ITN, Language: opt.Language,
	}
	if len(words) > 0 {
		b, _ := json.Marshal(words) // a map of strings to numbers
		h.Hotwords = string(b)
	}
	err = errors.Join(conn.SetWriteDeadline(time.Now().Add(e.cfg.Dial)), conn.WriteJSON(h))
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("funasr: %w", err)
	}
	return conn, nil
}

// read passes on what the server sends, until the connection ends.
func (e *Engine) read(conn *websocket.Conn, to chan<- reply, stop <-chan struct{}) {
	alive := func() { _ = conn.SetReadDeadline(time.Now().Add(e.cfg.Silent)) }
	conn.SetPongHandler(func(string) error { alive(); return nil })
	alive()
	for {
		var r reply
		_, b, err := conn.ReadMessage()
		if err != nil {
			r.err = err
		} else if err := json.Unmarshal(b, &r); err != nil {
			r.err = fmt.Errorf("a message that is not of the protocol: %w", err)
		}
		alive()
		select {
		case to <- r:
		case <-stop:
			return
		}
		if r.err != nil {
			return
		}
	}
}

// A stream is one connection's state.
type stream struct {
	conn    *websocket.Conn
	cfg     Config
	begun   bool
	base    time.Duration // media time of the first frame
	at      time.Duration // of the end of the last
	pending []byte
	partial strings.Builder
	start   time.Duration // of the sentence
	talking bool
}

// send takes a frame, and sends a chunk when there is one.
func (s *stream) send(f *media.Frame) error {
	if !s.begun {
		s.begun, s.base, s.start = true, f.At, f.At
	}
	s.at = f.At + media.FrameDur
	for _, v := range f.PCM {
		s.pending = binary.LittleEndian.AppendUint16(s.pending, uint16(v))
	}
	if len(s.pending) < 2*chunk {
		return nil
	}
	return s.write()
}

func (s *stream) write() error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.cfg.Silent)); err != nil {
		return err
	}
	err := s.conn.WriteMessage(websocket.BinaryMessage, s.pending)
	s.pending = s.pending[:0]
	return err
}

// end sends the rest, and says that it was the rest.
func (s *stream) end() error {
	if len(s.pending) > 0 {
		if err := s.write(); err != nil {
			return err
		}
	}
	return s.conn.WriteJSON(map[string]bool{"is_speaking": false})
}

// result makes a Result of a reply: pieces of a sentence are joined, and the
// second pass replaces them.
func (s *stream) result(r reply) (asr.Result, bool) {
	r.Text = r.Text[:min(len(r.Text), maxText)]
	r.Text = strings.ToValidUTF8(r.Text, "")
	switch r.Mode {
	case "2pass-online", "online":
		s.talking = true
		if s.partial.Len()+len(r.Text) <= maxText {
			s.partial.WriteString(r.Text)
		}
		return asr.Result{Text: s.partial.String(), Start: s.start, End: s.at}, r.Text != ""
	case "2pass-offline", "offline":
		spoke := s.talking || r.Text != ""
		res := asr.Result{Text: r.Text, Final: true, Start: s.start, End: s.at}
		if from, to, ok := span(r.Timestamp); ok {
			res.Start, res.End = max(s.start, min(s.base+from, s.at)), min(s.base+to, s.at)
			res.End = max(res.End, res.Start)
		}
		s.start, s.talking = res.End, false
		s.partial.Reset()
		return res, spoke
	}
	return asr.Result{}, false
}

// span reads the first and last time of a timestamp.
func span(ts string) (from, to time.Duration, ok bool) {
	var pairs [][2]int64
	if ts == "" || json.Unmarshal([]byte(ts), &pairs) != nil || len(pairs) == 0 {
		return 0, 0, false
	}
	ms := func(n int64) time.Duration { return time.Duration(min(max(n, 0), 1<<31)) * time.Millisecond }
	return ms(pairs[0][0]), ms(pairs[len(pairs)-1][1]), true
}
