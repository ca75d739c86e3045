package sherpa

import (
	"errors"
	"runtime"
	"sync"
	"unsafe"
)

// SampleRate is what the models here are fed, in samples a second.
const SampleRate = 16000

// A Result is what was recognised. Which fields are filled depends on the family.
type Result struct {
	Text       string
	Language   string    // SenseVoice, Whisper: "en"
	Emotion    string    // SenseVoice: "angry", "happy", "neutral", "sad"...
	Event      string    // SenseVoice: "speech", "bgm", "laughter"...
	Timestamps []float32 // start of each token, in seconds
	Tokens     int       // how many tokens the text is made of
}

// An Offline recogniser takes whole utterances.
type Offline struct {
	lib *Lib
	ptr uintptr
}

// NewOffline loads a model. It takes from a tenth of a second to some seconds.
func (l *Lib) NewOffline(cfg Config) (*Offline, error) {
	fam, err := l.check(cfg, false)
	if err != nil {
		return nil, err
	}
	oc := &offlineConfig{feat: featureConfig{SampleRate, 80}, decodingMethod: c("greedy_search")}
	fam.offline(&oc.model, func(role string) cstr { return c(cfg.Files[role]) }, cfg)
	oc.model.tokens, oc.model.provider = c(cfg.Tokens), c("cpu")
	oc.model.numThreads = int32(max(cfg.Threads, 1))
	o := &Offline{lib: l, ptr: l.createOffline(oc)}
	runtime.KeepAlive(oc)
	if o.ptr == 0 {
		return nil, errors.New("sherpa: the library refused the " + cfg.Family + " model")
	}
	return o, nil
}

// Recognize returns the text of pcm, mono samples from -1 to 1 at SampleRate. It
// may be called by several goroutines at once.
func (o *Offline) Recognize(pcm []float32) (Result, error) {
	if len(pcm) == 0 {
		return Result{}, nil
	}
	st := o.lib.offlineStream(o.ptr)
	if st == 0 {
		return Result{}, errors.New("sherpa: no stream")
	}
	defer o.lib.destroyOffStrm(st)
	o.lib.acceptOffline(st, SampleRate, unsafe.SliceData(pcm), int32(len(pcm)))
	o.lib.decodeOffline(o.ptr, st)
	r := o.lib.offlineResult(st)
	if r == nil {
		return Result{}, errors.New("sherpa: no result")
	}
	defer o.lib.destroyOffRes(r)
	res := Result{
		Text: goString(r.text), Language: tag(goString(r.lang)), Emotion: tag(goString(r.emotion)), Event: tag(goString(r.event)),
		Tokens: int(r.count),
	}
	if r.timestamps != nil && r.count > 0 {
		res.Timestamps = append(res.Timestamps, unsafe.Slice(r.timestamps, r.count)...)
	}
	return res, nil
}

// Close frees the model. Nothing may be running.
func (o *Offline) Close() {
	if o.ptr != 0 {
		o.lib.destroyOffline(o.ptr)
		o.ptr = 0
	}
}

// An Online recogniser takes speech as it comes.
type Online struct {
	lib *Lib
	ptr uintptr
}

// Endpoint are the rules that end an utterance, in seconds of trailing silence.
type Endpoint struct {
	Nothing float32 // when nothing has been recognised yet
	Text    float32 // after some text
	Longest float32 // the longest utterance
}

// NewOnline loads a streaming model.
func (l *Lib) NewOnline(cfg Config, ep Endpoint) (*Online, error) {
	fam, err := l.check(cfg, true)
	if err != nil {
		return nil, err
	}
	oc := &onlineConfig{
		feat: featureConfig{SampleRate, 80}, decodingMethod: c("greedy_search"),
		enableEndpoint: 1, rule1MinTrailing: ep.Nothing, rule2MinTrailing: ep.Text, rule3MinUtterance: ep.Longest,
	}
	fam.stream(&oc.model, func(role string) cstr { return c(cfg.Files[role]) })
	oc.model.tokens, oc.model.provider = c(cfg.Tokens), c("cpu")
	oc.model.numThreads = int32(max(cfg.Threads, 1))
	o := &Online{lib: l, ptr: l.createOnline(oc)}
	runtime.KeepAlive(oc)
	if o.ptr == 0 {
		return nil, errors.New("sherpa: the library refused the " + cfg.Family + " model")
	}
	return o, nil
}

// Close frees the model. Every stream must be closed.
func (o *Online) Close() {
	if o.ptr != 0 {
		o.lib.destroyOnline(o.ptr)
		o.ptr = 0
	}
}

// A Stream is one speaker's audio in an Online recogniser.
type Stream struct {
	o   *Online
	ptr uintptr
	one sync.Once
}

// NewStream starts an utterance.
func (o *Online) NewStream() *Stream { return &Stream{o: o, ptr: o.lib.onlineStream(o.ptr)} }

// Accept takes the next samples.
func (s *Stream) Accept(pcm []float32) {
	if len(pcm) > 0 {
		s.o.lib.acceptOnline(s.ptr, SampleRate, unsafe.SliceData(pcm), int32(len(pcm)))
	}
}

// Decode recognises what it has enough audio for, and tells whether it did.
func (s *Stream) Decode() bool {
	did := false
	for s.o.lib.onlineReady(s.o.ptr, s.ptr) != 0 {
		s.o.lib.decodeOnline(s.o.ptr, s.ptr)
		did = true
	}
	return did
}

// Text is what has been recognised of the utterance so far.
func (s *Stream) Text() string {
	r := s.o.lib.onlineResult(s.o.ptr, s.ptr)
	if r == nil {
		return ""
	}
	defer s.o.lib.destroyOnRes(r)
	return goString(r.text)
}

// Ended tells whether the rules of Endpoint say that the utterance is over.
func (s *Stream) Ended() bool { return s.o.lib.onlineEndpoint(s.o.ptr, s.ptr) != 0 }

// Reset starts the next utterance.
func (s *Stream) Reset() { s.o.lib.resetOnline(s.o.ptr, s.ptr) }

// Finish says that no more audio comes; Decode then takes the rest.
func (s *Stream) Finish() { s.o.lib.onlineFinished(s.ptr) }

// Close frees the stream.
func (s *Stream) Close() { s.one.Do(func() { s.o.lib.destroyOnStrm(s.ptr) }) }
