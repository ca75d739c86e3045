// Package openai speaks through a server that has OpenAI's API for speech,
// POST /v1/audio/speech: OpenAI's own, or one of the many that copy it in front
// of other voices. The sound is played while it arrives, as MP3 (a tenth of the
// bytes) or as PCM (a little sooner).
package openai

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"hotline/media"
	"hotline/tts"
	"hotline/tts/internal/shape"
)

// Config is a server and a voice of it.
type Config struct {
	URL    string            // before "/audio/speech": "https://api.openai.com/v1"
	KeyEnv string            // environment variable that holds the API key; "" sends none
	Model  string            // "gpt-4o-mini-tts"
	Voice  string            // "alloy"
	Voices map[string]string // by language, instead of Voice
	Format string            // "mp3", which is the default, or "pcm": 16 bits, 24 kHz, mono
	Gain   float64           // dB that bring its voices to the level of the others
	// Timeout is how long the server may be silent: before the answer, and then
	// between any two pieces of it. 0 is 10 s.
	Timeout time.Duration
	Client  *http.Client // nil is http.DefaultClient
}

// pcmRate is the sample rate of the format "pcm", in Hz.
const pcmRate = 24000

// maxBody bounds the answer: MaxLength of PCM.
const maxBody = int64(tts.MaxLength/time.Second) * 2 * pcmRate

// retryAfter is the wait before the one retry.
const retryAfter = 200 * time.Millisecond

// Engine implements tts.Engine. Make it with New.
type Engine struct {
	c   Config
	url string
}

// New checks c; it does not connect.
func New(c Config) (*Engine, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("openai: %q is not the address of a server", c.URL)
	}
	c.Format = cmp.Or(c.Format, "mp3")
	if c.Format != "mp3" && c.Format != "pcm" {
		return nil, fmt.Errorf("openai: format %q is neither mp3 nor pcm", c.Format)
	}
	if c.Model == "" || c.Voice == "" && len(c.Voices) == 0 {
		return nil, errors.New("openai: model and voice must be set")
	}
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	c.Client = cmp.Or(c.Client, http.DefaultClient)
	return &Engine{c, strings.TrimSuffix(c.URL, "/")}, nil
}

// String names the engine, its model and its voice.
func (e *Engine) String() string { return "openai " + e.c.Model + " " + e.voice(tts.Voice{}) }

func (e *Engine) voice(v tts.Voice) string {
	lang, _, _ := strings.Cut(strings.ToLower(v.Language), "-")
	return cmp.Or(v.Name, e.c.Voices[lang], e.c.Voice, e.c.Voices["en"])
}

// Synthesize implements tts.Engine.
func (e *Engine) Synthesize(ctx context.Context, text string, v tts.Voice) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		if !tts.Speakable(text) {
			return
		}
		text, last := tts.Bound(text)
		body, _ := json.Marshal(map[string]any{"model": e.c.Model, "input": text, "voice": e.voice(v),
			"response_format": e.c.Format, "speed": v.Speed()})
		heard, err := e.speak(ctx, body, text, yield)
		var again retryable
		if !heard && errors.As(err, &again) {
			select {
			case <-time.After(retryAfter):
				heard, err = e.speak(ctx, body, text, yield)
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err == nil {
			err = last
		}
		switch {
		case err == errStopped:
		case err != nil:
			yield(media.Frame{}, err)
		case !heard:
			yield(media.Frame{}, errors.New("openai: no sound came for the text"))
		}
	}
}

// retryable is a failure that may be gone in a moment.
type retryable struct{ error }

func (r retryable) Unwrap() error { return r.error }

var (
	errStopped = errors.New("the reader left")
	errSilent  = errors.New("the server is silent")
)

// speak makes one request and yields the frames of the answer.
func (e *Engine) speak(ctx context.Context, body []byte, text string, yield func(media.Frame, error) bool) (heard bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(e.c.Timeout, func() { cancel(errSilent) })
	defer silent.Stop()
	defer func() {
		if err != nil && err != errStopped && context.Cause(ctx) == errSilent {
			err = retryable{fmt.Errorf("openai: %w for %v", errSilent, e.c.Timeout)}
		}
	}()
	resp, err := e.post(ctx, body, text)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	sound := patient{resp.Body, silent, e.c.Timeout}
	read, rate, err := decode(e.c.Format, io.LimitReader(sound, maxBody))
	if err != nil {
		return false, retryable{fmt.Errorf("openai: %w", err)}
	}
	for f, err := range shape.Frames(read, rate, e.c.Gain, int(tts.MaxLength/media.FrameDur), tts.ErrTooLong) {
		if err != nil {
			return heard, retryable{fmt.Errorf("openai: %w", err)}
		}
		heard = true
		silent.Stop() // the reader may take its time; the next read is on the clock again
		if !yield(f, nil) {
			return true, errStopped
		}
	}
	return heard, nil
}

// patient gives each read its own time.
type patient struct {
	io.Reader
	silent *time.Timer
	d      time.Duration
}

func (p patient) Read(b []byte) (int, error) {
	p.silent.Reset(p.d)
	defer p.silent.Stop()
	return p.Reader.Read(b)
}

func (e *Engine) post(ctx context.Context, body []byte, text string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url+"/audio/speech", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	key, err := e.authorize(req)
	if err != nil {
		return nil, err
	}
	resp, err := e.c.Client.Do(req)
	if err != nil {
		return nil, retryable{fmt.Errorf("openai: %w", err)}
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	err = fmt.Errorf("openai: the server said %s%s", resp.Status, complaint(resp.Body, key, text))
	if resp.StatusCode >= 500 {
		err = retryable{err}
	}
	return nil, err
}

func (e *Engine) authorize(req *http.Request) (key string, err error) {
	if e.c.KeyEnv == "" {
		return "", nil
	}
	if key = os.Getenv(e.c.KeyEnv); key == "" {
		return "", fmt.Errorf("openai: no API key: set the environment variable %s", e.c.KeyEnv)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	return key, nil
}

// complaint is the message of an error answer, without what must not be logged.
func complaint(body io.Reader, key, text string) string {
	b, _ := io.ReadAll(io.LimitReader(body, 4096))
	var e struct{ Error struct{ Message string } }
	if json.Unmarshal(b, &e) != nil || e.Error.Message == "" {
		return ""
	}
	msg := strings.ReplaceAll(e.Error.Message, text, "(text)")
	if key != "" {
		msg = strings.ReplaceAll(msg, key, "(key)")
	}
	return ": " + strings.Join(strings.Fields(msg), " ")
}

// Check implements tts.Checker: it asks the server for its models, which costs
// nothing. A server that has no such list is taken at its word.
func (e *Engine) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.c.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url+"/models", nil)
	if err != nil {
		return err
	}
	if _, err := e.authorize(req); err != nil {
		return err
	}
	resp, err := e.c.Client.Do(req)
	if err != nil {
		return fmt.Errorf("openai: the server cannot be reached: %w", err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("openai: the server refuses the API key in %s: %s", e.c.KeyEnv, resp.Status)
	case resp.StatusCode >= 500:
		return fmt.Errorf("openai: the server said %s", resp.Status)
	}
	return nil
}
