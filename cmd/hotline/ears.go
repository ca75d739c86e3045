package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"hotline/asr"
	"hotline/asr/funasr"
	"hotline/asr/models"
	"hotline/asr/moonshine"
	"hotline/asr/sherpa"
	"hotline/media"
	"hotline/media/vad"
)

// ears are the recogniser, with those that stand in for it, and the voice
// detector: loaded once, shared by all calls.
type ears struct {
	engine  asr.Engine
	took    func(took time.Duration, empty bool) // told of each final result; set before the first call
	voice   *vad.Model
	again   *moonshine.Listener // nil: the model cannot hear with expectations
	engines []*sherpa.Engine
}

// engineNames are short names for models in the configuration.
var engineNames = map[string]string{"moonshine": "moonshine-tiny-en"}

// hears tells whether the recogniser that is asked first knows a language; of one
// that is not in the catalogue it is believed.
func (c ASRConfig) hears(language string) bool {
	m, err := models.Lookup(cmp.Or(engineNames[c.Engine], c.Engine))
	return err != nil || slices.Contains(m.Languages, language) || slices.Contains(m.Languages, "*")
}

// openEars loads the configured engines; speech is cut as segment says, which is
// the zero value for calls. An error says what to install.
func openEars(c Config, segment asr.SegmentConfig) (*ears, error) {
	dir := modelsDir(c.Data)
	if err := errors.Join(models.Check(dir, models.Runtime), models.Check(dir, "silero-vad")); err != nil {
		return nil, err
	}
	e := &ears{took: func(time.Duration, bool) {}}
	var err error
	if e.voice, err = vad.Load(models.Path(dir, models.Runtime), filepath.Join(models.Path(dir, "silero-vad"), "silero_vad.onnx")); err != nil {
		return nil, err
	}
	var chain []asr.Named
	for _, name := range append([]string{c.ASR.Engine}, c.ASR.Fallback...) {
		one, err := e.open(c, dir, name, segment)
		if err != nil {
			e.Close()
			return nil, fmt.Errorf("asr engine %s: %w", name, err)
		}
		chain = append(chain, asr.Named{Name: name, Engine: one})
	}
	e.engine = chain[0].Engine
	if len(chain) > 1 {
		e.engine = asr.Fallback(nil, chain...) // each call hears of its own switches
	}
	e.engine = timed{e.engine, e}
	return e, nil
}

// open loads one engine: the address of a FunASR server, a model of the
// catalogue, or a folder.
func (e *ears) open(c Config, dir, name string, segment asr.SegmentConfig) (asr.Engine, error) {
	if strings.HasPrefix(name, "ws://") || strings.HasPrefix(name, "wss://") {
		return funasr.New(funasr.Config{URL: name}), nil
	}
	if full, ok := engineNames[name]; ok {
		name = full
	}
	folder := models.Path(dir, name)
	if strings.ContainsRune(name, filepath.Separator) {
		folder = name
	} else if err := models.Check(dir, name); err != nil {
		return nil, err
	}
	segment.Detector = e.detector
	engine, err := sherpa.Open(sherpa.Config{
		Runtime: models.Path(dir, models.Runtime), Model: folder,
		Pool: asr.PoolConfig{Workers: c.ASR.Threads}, Segment: segment,
	})
	if err != nil {
		return nil, err
	}
	e.engines = append(e.engines, engine)
	if engine.Family == "moonshine" && e.again == nil && filepath.Base(folder) == "moonshine-tiny-en" {
		e.again = moonshine.New(models.Path(dir, models.Runtime), folder, cmp.Or(c.ASR.Threads, runtime.GOMAXPROCS(0)))
		return asr.Again(engine, e.again), nil
	}
	return engine, nil
}

// timed tells what each final result took. The pool cannot: on an idle machine
// what it ran as an attempt becomes the final.
type timed struct {
	asr.Engine
	ears *ears
}

func (t timed) String() string { return fmt.Sprint(t.Engine) }

// Recognize implements asr.Engine.
func (t timed) Recognize(ctx context.Context, audio <-chan media.Frame, o asr.Options) iter.Seq2[asr.Result, error] {
	return func(yield func(asr.Result, error) bool) {
		for r, err := range t.Engine.Recognize(ctx, audio, o) {
			if err == nil && r.Final && r.Took > 0 {
				t.ears.took(r.Queued+r.Took, r.Text == "")
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (e *ears) detector() media.Detector { return e.voice.NewDetector() }

// queued is how many finals wait for a recogniser.
func (e *ears) queued() int {
	n := 0
	for _, one := range e.engines {
		if one.Pool != nil {
			n += one.Pool.Stats().Waiting
		}
	}
	return n
}

// Close frees the models; no call may be open.
func (e *ears) Close() {
	if e.again != nil {
		e.again.Close()
	}
	for _, one := range e.engines {
		one.Close()
	}
	e.voice.Close()
}
