// Package eval measures a recogniser on recordings with transcripts, through a
// telephone line if asked, in the way a call would use it.
package eval

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hotline/asr"
	"hotline/internal/edit"
	"hotline/media"
	"hotline/media/codec"
	"hotline/media/resample"
	"hotline/media/wav"
)

// Options of a measurement.
type Options struct {
	G711     bool   // to 8 kHz µ-law and back, as over a telephone line
	Workers  int    // recordings at once; 0 is 1
	Language string // told to the engine
	Limit    int    // of recordings; 0 is all
	Progress func(done, of int)
	Each     func(Item) // told of each recording, in no order
}

// An Item is one recording's result.
type Item struct {
	Path, Want, Got string
	Segments        int // finals
	Errors, Words   int // of words; 0 if there is no transcript
}

// A Report is what was measured. WER and CER are errors over the words and
// characters of the transcripts; recordings without a transcript count only for
// Empty and RTF.
type Report struct {
	N     int     `json:"n"`
	Words int     `json:"words"`
	WER   float64 `json:"wer"`
	CER   float64 `json:"cer"`
	Empty float64 `json:"empty"` // share of recordings without any text
	RTF   float64 `json:"rtf"`   // time of recognition over length of audio, both summed over workers
}

// maxLength bounds a recording.
const maxLength = 30 * time.Minute

// Edge is the silence that a call has before and after what is said.
const Edge = 500 * time.Millisecond

// Run recognises every recording of the manifest: TSV with a header that names
// at least the columns path (relative to the manifest) and transcript.
func Run(ctx context.Context, engine asr.Engine, manifest string, opt Options) (Report, error) {
	rows, err := Manifest(manifest, "path", "transcript")
	if err != nil {
		return Report{}, err
	}
	if opt.Limit > 0 && opt.Limit < len(rows) {
		rows = rows[:opt.Limit]
	}
	var (
		mu                        sync.Mutex
		rep                       Report
		wordErrs, chars, charErrs int
		empty                     int
		spent, length             time.Duration
		group, gctx               = errgroup.WithContext(ctx)
	)
	group.SetLimit(max(opt.Workers, 1))
	for _, row := range rows {
		it := Item{Path: row[0], Want: row[1]}
		group.Go(func() error {
			pcm, err := load(filepath.Join(filepath.Dir(manifest), it.Path), opt.G711)
			if err != nil {
				return err
			}
			start := time.Now()
			it.Got, it.Segments, err = Transcribe(gctx, engine, pcm, asr.Options{Language: opt.Language})
			if err != nil {
				return fmt.Errorf("%s: %w", it.Path, err)
			}
			took := time.Since(start)
			want, got := Words(it.Want), Words(it.Got)
			mu.Lock()
			defer mu.Unlock()
			rep.N++
			spent += took
			length += time.Duration(len(pcm)) * time.Second / media.SampleRate
			if len(got) == 0 {
				empty++
			}
			if len(want) > 0 {
				it.Words, it.Errors = len(want), edit.Distance(want, got)
				rep.Words += it.Words
				wordErrs += it.Errors
				w := characters(want)
				chars += len(w)
				charErrs += edit.Distance(w, characters(got))
			}
			if opt.Each != nil {
				opt.Each(it)
			}
			if opt.Progress != nil {
				opt.Progress(rep.N, len(rows))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return Report{}, err
	}
	rep.WER, rep.CER = ratio(wordErrs, rep.Words), ratio(charErrs, chars)
	rep.Empty = ratio(empty, rep.N)
	if length > 0 {
		rep.RTF = spent.Seconds() / length.Seconds()
	}
	return rep, nil
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Transcribe recognises a recording at media.SampleRate as fast as the engine
// can, with the silence of a call around it, and joins the finals.
func Transcribe(ctx context.Context, engine asr.Engine, pcm []int16, opt asr.Options) (text string, segments int, err error) {
	silence := make([]int16, int(Edge.Seconds()*media.SampleRate))
	finals, err := Finals(ctx, engine, slices.Concat(silence, pcm, silence), opt)
	var texts []string
	for _, r := range finals {
		if r.Text != "" {
			texts = append(texts, r.Text)
		}
	}
	return strings.Join(texts, " "), len(finals), err
}

// Finals are the final results for a recording at media.SampleRate, fed as fast
// as the engine takes it.
func Finals(ctx context.Context, engine asr.Engine, pcm []int16, opt asr.Options) (finals []asr.Result, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	audio := make(chan media.Frame)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(audio)
		var at time.Duration
		for part := range slices.Chunk(pcm, media.FrameSize) {
			f := media.Frame{At: at}
			copy(f.PCM[:], part)
			select {
			case audio <- f:
			case <-ctx.Done():
				return
			}
			at += media.FrameDur
		}
	})
	defer wg.Wait()
	defer cancel()
	for r, err := range engine.Recognize(ctx, audio, opt) {
		if err != nil {
			return nil, err
		}
		if r.Final {
			finals = append(finals, r)
		}
	}
	return finals, nil
}

// G711 sends a recording at media.SampleRate through a telephone line: to 8 kHz
// µ-law and back.
func G711(pcm []int16) []int16 {
	if len(pcm)%2 == 1 {
		pcm = append(slices.Clip(pcm), 0)
	}
	return codec.PCMU.NewDecoder().Decode(nil, codec.PCMU.NewEncoder().Encode(nil, pcm))
}

// load reads a recording at media.SampleRate.
func load(path string, g711 bool) ([]int16, error) {
	pcm, rate, err := wav.ReadFile(path, maxLength)
	if err != nil {
		return nil, err
	}
	if rate != media.SampleRate {
		pcm = resample.All(pcm, rate, media.SampleRate)
	}
	if g711 {
		pcm = G711(pcm)
	}
	return pcm, nil
}

// Segment is how the engine under test should cut: as in a call on an idle
// machine, where each final is out soon after the pause that ends its segment.
// Run feeds faster than real time, and with the defaults speech that goes on
// would find most finals not out yet and be joined, which flatters the engine.
var Segment = asr.SegmentConfig{Endpoint: 200 * time.Millisecond}
