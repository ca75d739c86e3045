// Package sherpa recognises speech on this machine with models of the
// sherpa-onnx project: Moonshine, Whisper, SenseVoice, Paraformer, Zipformer and
// others, each a folder (see hotline/asr/models).
//
// A model of whole utterances becomes an Engine by asr.Segmented over an
// asr.Pool; a streaming model recognises as the audio comes. Either way one
// loaded model serves every call, at most as many recognitions run at once as
// there are cores, and Close waits for them.
//
// Moonshine tiny is what hotline's own tests run. The other families follow the
// library's documentation, and their configuration is tested, not their speech.
package sherpa

import (
	"context"
	"iter"
	"sync/atomic"

	"hotline/asr"
	"hotline/internal/sherpa"
	"hotline/media"
)

// Config chooses a model.
type Config struct {
	Runtime  string // folder of the speech runtime
	Model    string // folder of the model
	Language string // for a model of several: "zh", "en"; empty lets it choose
	ITN      bool   // numbers as digits, where the model can
	Threads  int    // of one recognition; 0 is 1, right for a server of many calls
	Pool     asr.PoolConfig
	Segment  asr.SegmentConfig
}

// An Engine is a loaded model.
type Engine struct {
	asr.Engine
	Family string
	Pool   *asr.Pool // nil for a streaming model

	close   func()
	retried atomic.Uint64
	rescued atomic.Uint64
	runaway atomic.Uint64
}

// Open loads the runtime and the model: a tenth of a second for a small one.
func Open(c Config) (*Engine, error) {
	folder, err := Detect(c.Model)
	if err != nil {
		return nil, err
	}
	lib, err := sherpa.Open(c.Runtime)
	if err != nil {
		return nil, err
	}
	cfg := folder.config(c.Model, c.Language, c.ITN, c.Threads)
	e := &Engine{Family: folder.Family}
	if sherpa.Streaming(folder.Family) {
		e.Engine, e.close, err = openOnline(lib, cfg, c)
		return e, err
	}
	rec, err := lib.NewOffline(cfg)
	if err != nil {
		return nil, err
	}
	e.Pool = asr.NewPool(asr.BatchFunc(func(_ context.Context, pcm []int16, _ asr.Options) (asr.Result, error) {
		return e.transcribe(rec.Recognize, pcm)
	}), c.Pool)
	e.Engine = asr.Segmented(e.Pool, c.Segment)
	e.close = func() {
		e.Pool.Close()
		rec.Close()
	}
	return e, nil
}

// Close waits for the recognitions under way and frees the model. No stream may
// be open. It may be called again.
func (e *Engine) Close() {
	if e.close != nil {
		e.close()
	}
}

// Recognize implements asr.Engine.
func (e *Engine) Recognize(ctx context.Context, audio <-chan media.Frame, opt asr.Options) iter.Seq2[asr.Result, error] {
	return e.Engine.Recognize(ctx, audio, opt)
}

// Stats counts what was done for utterances that came back without text.
type Stats struct {
	Retried uint64 // asked again, louder and with other silence around
	Rescued uint64 // and then there was text
	Runaway uint64 // text thrown away: the model had got caught in a loop
}

// Stats may be called at any time.
func (e *Engine) Stats() Stats {
	return Stats{e.retried.Load(), e.rescued.Load(), e.runaway.Load()}
}

// String names the engine in logs and events.
func (e *Engine) String() string { return e.Family }
