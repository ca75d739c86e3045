package asr_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/media"
	"hotline/media/vad"
)

// A fake recognises loud audio: its text is how many 100 ms of it there are.
type fake struct {
	takes time.Duration
	least time.Duration // less loud audio than this gives no text
	err   error
}

const loud = 8000

func (f *fake) Transcribe(ctx context.Context, pcm []int16, _ asr.Options) (asr.Result, error) {
	select {
	case <-time.After(f.takes):
	case <-ctx.Done():
		return asr.Result{}, ctx.Err()
	}
	n := 0
	for _, v := range pcm {
		if v >= loud {
			n++
		}
	}
	if f.err != nil || time.Duration(n)*time.Second/media.SampleRate < f.least {
		return asr.Result{}, f.err
	}
	return asr.Result{Text: fmt.Sprint((n + 800) / 1600)}, nil
}

// refusing is a fake that has no time for partial results.
type refusing struct{ *fake }

func (refusing) Attempt(context.Context, []int16, asr.Options) (asr.Result, error) {
	return asr.Result{}, asr.ErrBusy
}

// play feeds a timeline in real time, "S500 . 300" being 500 ms of speech and 300
// of silence, and writes down what is heard and when.
func play(t *testing.T, engine asr.Engine, timeline string) (finals []string, partials int, err error) {
	t.Helper()
	audio := make(chan media.Frame, 100)
	start := time.Now()
	go func() {
		defer close(audio)
		at := time.Duration(0)
		for _, part := range strings.Fields(timeline) {
			var ms int
			if _, err := fmt.Sscanf(part[1:], "%d", &ms); err != nil {
				panic(err)
			}
			for end := at + time.Duration(ms)*time.Millisecond; at < end; at += media.FrameDur {
				f := media.Frame{At: at, Voice: media.NoVoice}
				if part[0] == 'S' {
					f.Voice = media.Voiced
					for i := range f.PCM {
						f.PCM[i] = loud
					}
				}
				time.Sleep(media.FrameDur) // a virtual one
				audio <- f
			}
		}
	}()
	for r, e := range engine.Recognize(t.Context(), audio, asr.Options{}) {
		switch {
		case e != nil:
			err = e
		case r.Final:
			finals = append(finals, fmt.Sprintf("%q %d-%d at %d", r.Text, r.Start.Milliseconds(), r.End.Milliseconds(), time.Since(start).Milliseconds()))
		default:
			partials++
		}
	}
	return finals, partials, err
}

func TestSegments(t *testing.T) {
	for _, c := range []struct {
		name, timeline string
		batch          asr.Batch
		want           string
		partials       int
	}{
		{"a sentence has its final 180 ms after it, from the attempt made in the pause",
			".400 S1000 .1000", &fake{takes: 50 * time.Millisecond}, `"10" 400-1400 at 1580`, 3},
		{"without attempts the final is asked for after the pause",
			".400 S1000 .1000", refusing{&fake{takes: 50 * time.Millisecond}}, `"10" 400-1400 at 1630`, 0},
		{"a short pause is inside a segment",
			".400 S600 .140 S600 .1000", &fake{takes: 50 * time.Millisecond}, `"12" 400-1740 at 1920`, 4},
		{"a longer one is between two",
			".400 S600 .300 S600 .1000", &fake{takes: 50 * time.Millisecond}, `"6" 400-1000 at 1180; "6" 1300-1900 at 2080`, 4},
		{"speech that goes on before the final is out goes on in the segment",
			".400 S600 .300 S600 .1000", refusing{&fake{takes: 200 * time.Millisecond}}, `"12" 400-1900 at 2280`, 0},
		{"but not after the endpoint, however slow the recogniser",
			".400 S600 .800 S600 .1000", refusing{&fake{takes: 2 * time.Second}}, `"6" 400-1000 at 3180; "6" 1800-2400 at 5180`, 0},
		{"the end of the audio is the end of the segment",
			".400 S600", &fake{takes: 50 * time.Millisecond}, `"6" 400-1000 at 1050`, 1},
		{"a click is no speech",
			".400 S40 .400", &fake{}, ``, 0},
		{"a final may be empty",
			".400 S200 .1500 S600 .600", &fake{least: 300 * time.Millisecond}, `"" 400-600 at 780; "6" 2100-2700 at 2880`, 2},
		{"and its audio is heard again with what follows soon",
			".400 S200 .500 S600 .600", &fake{least: 300 * time.Millisecond}, `"" 400-600 at 780; "8" 400-1700 at 1880`, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				finals, partials, err := play(t, asr.Segmented(c.batch, asr.SegmentConfig{}), c.timeline)
				if got := strings.Join(finals, "; "); got != c.want || partials != c.partials || err != nil {
					t.Errorf("got  %s, %d partials, %v\nwant %s, %d", got, partials, err, c.want, c.partials)
				}
			})
		})
	}
}

func TestLongSpeechIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finals, _, err := play(t, asr.Segmented(&fake{}, asr.SegmentConfig{}), ".400 S60000 .600")
		if err != nil {
			t.Fatal(err)
		}
		if len(finals) != 3 {
			t.Fatalf("%d segments of 60 s of speech: %v", len(finals), finals)
		}
		total, end := 0, int64(400)
		for _, f := range finals {
			var n int
			var from, to, at int64
			if _, err := fmt.Sscanf(strings.ReplaceAll(f, `"`, ""), "%d %d-%d at %d", &n, &from, &to, &at); err != nil {
				t.Fatal(f, err)
			}
			if from != end || to-from > 25000 {
				t.Errorf("segment %s, the one before it ended at %d", f, end)
			}
			total, end = total+n, to
		}
		if total < 599 || total > 601 || end != 60400 {
			t.Errorf("%d00 ms heard up to %d: %v", total, end, finals)
		}
	})
}

func TestSegmentError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		batch := &fake{err: broken}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		audio := make(chan media.Frame)
		go func() {
			for _, f := range asrtest.Frames(asrtest.Silence(time.Second)) {
				f.Voice = media.Voiced
				select {
				case audio <- f:
				case <-ctx.Done():
					return
				}
			}
			close(audio)
		}()
		var errs []error
		for _, err := range asr.Segmented(batch, asr.SegmentConfig{}).Recognize(ctx, audio, asr.Options{}) {
			errs = append(errs, err)
		}
		if len(errs) != 1 || !errors.Is(errs[0], broken) {
			t.Errorf("got %v, wanted one %v", errs, broken)
		}
	})
}

// A fake recogniser keeps the promises of an engine too.
func TestSegmentedConforms(t *testing.T) {
	batch := asr.BatchFunc(func(_ context.Context, pcm []int16, _ asr.Options) (asr.Result, error) {
		return asr.Result{Text: "words"}, nil
	})
	detector := func() media.Detector { return &vad.Energy{} }
	asrtest.Run(t, asr.Segmented(batch, asr.SegmentConfig{Detector: detector}), nil)
}
