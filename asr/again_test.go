package asr_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/media"
)

// expecting is any expectation.
type expecting struct{}

func (expecting) Candidates([]string, int) ([]string, []float64, float64) { return nil, nil, 0 }

// rehearer notes what it is given: how long the speech is, and the text.
type rehearer struct {
	asked []string
	err   error
}

func (r *rehearer) Again(_ context.Context, pcm []int16, text string, _ asr.Expected) ([]string, error) {
	r.asked = append(r.asked, fmt.Sprintf("%.1f s of %s", float64(len(pcm))/media.SampleRate, text))
	return []string{"again " + text}, r.err
}

func (r *rehearer) Number(_ context.Context, pcm []int16, text string, n asr.Number) ([]string, error) {
	r.asked = append(r.asked, fmt.Sprintf("%.1f s of %s for %d digits", float64(len(pcm))/media.SampleRate, text, n.Most))
	return []string{"4571"}, r.err
}

// say feeds a timeline at once: pairs of milliseconds of speech and of silence.
func say(t *testing.T, engine asr.Engine, opt asr.Options, timeline ...int) (finals []asr.Result) {
	t.Helper()
	audio := make(chan media.Frame)
	go func() {
		defer close(audio)
		at := time.Duration(0)
		for i, ms := range timeline {
			for range ms / 20 {
				f := media.Frame{At: at, Voice: media.NoVoice}
				if i%2 == 0 {
					f.Voice = media.Voiced
					for j := range f.PCM {
						f.PCM[j] = loud
					}
				}
				audio <- f
				at += media.FrameDur
			}
		}
	}()
	for r, err := range engine.Recognize(t.Context(), audio, opt) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Final {
			finals = append(finals, r)
		}
	}
	return finals
}

func TestAgain(t *testing.T) {
	r := &rehearer{}
	engine := asr.Again(asr.Segmented(&fake{}, asr.SegmentConfig{Endpoint: 200 * time.Millisecond}), r)
	finals := say(t, engine, asr.Options{Expected: expecting{}}, 1000, 700, 500, 3000, 800, 1000)
	want := []string{"1.2 s of 10", "2.2 s of 10 5", "1.3 s of 8"}
	if !slices.Equal(r.asked, want) {
		t.Errorf("heard again %q, wanted %q", r.asked, want)
	}
	if len(finals) != 3 || finals[1].Text != "5" || !slices.Equal(finals[1].Alternatives, []string{"again 10 5"}) || finals[1].Since != finals[0].Start || finals[2].Since != finals[2].Start {
		t.Errorf("%+v", finals)
	}

	r.asked, r.err = nil, errors.New("broken")
	for _, f := range say(t, engine, asr.Options{Expected: expecting{}}, 1000, 1000) {
		if f.Text != "10" || f.Alternatives != nil {
			t.Errorf("after a failure: %+v", f)
		}
	}
	r.err = nil
	deaf := asr.Again(asr.Segmented(&fake{least: time.Minute}, asr.SegmentConfig{Endpoint: 200 * time.Millisecond}), r)
	r.asked = nil
	if f := say(t, deaf, asr.Options{Expected: expecting{}}, 1000, 2000, 300, 1000); len(f) != 2 || f[0].Text != "again " || f[1].Text != "" || len(r.asked) != 1 {
		t.Errorf("speech without words: %+v, asked %q", f, r.asked)
	}
	r.asked = []string{"once"}
	if say(t, engine, asr.Options{}, 1000, 1000); len(r.asked) != 1 {
		t.Errorf("heard again without an expectation: %q", r.asked)
	}
}

// TestNumber hears again only while a number is asked for, and only a text that is
// not settled.
func TestNumber(t *testing.T) {
	r := &rehearer{}
	engine := asr.Again(asr.Segmented(&fake{}, asr.SegmentConfig{Endpoint: 200 * time.Millisecond}), r)
	var number *asr.Number
	opt := asr.Options{Expected: expecting{}, Number: func() *asr.Number { return number }}
	if say(t, engine, opt, 1000, 1000); !slices.Equal(r.asked, []string{"1.2 s of 10"}) {
		t.Errorf("nothing was asked for: %q", r.asked)
	}
	number, r.asked = &asr.Number{Least: 4, Most: 4, Settled: func(text string) bool { return text == "8" }}, nil
	finals := say(t, engine, opt, 1000, 3000, 800, 1000)
	if !slices.Equal(r.asked, []string{"1.2 s of 10 for 4 digits"}) || len(finals) != 2 || !slices.Equal(finals[0].Alternatives, []string{"4571"}) || finals[1].Alternatives != nil {
		t.Errorf("%q, %+v", r.asked, finals)
	}
}

func TestAgainConforms(t *testing.T) {
	asrtest.Run(t, asr.Again(asr.Segmented(&fake{}, asr.SegmentConfig{}), &rehearer{}), nil)
}
