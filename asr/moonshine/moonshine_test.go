package moonshine

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"hotline/asr/asrtest"
	"hotline/asr/models"
	"hotline/media"
	"hotline/media/resample"
	"hotline/media/wav"
)

func listener(t *testing.T) *Listener {
	t.Helper()
	dir := asrtest.Models(t)
	l := New(models.Path(dir, models.Runtime), models.Path(dir, "moonshine-tiny-en"), 1)
	if err := l.ready(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// menu is an expectation of fixed sentences; it keeps the texts it was asked with.
type menu struct {
	sentences []string
	strange   float64
	heard     []string
}

func (m *menu) Candidates(heard []string, n int) ([]string, []float64, float64) {
	m.heard = heard
	k := min(n, len(m.sentences))
	return m.sentences[:k], make([]float64, k), m.strange
}

// order is somebody ordering "a large medium roast cappuccino with whole milk".
func order(t *testing.T) []int16 {
	pcm, rate, err := wav.ReadFile("testdata/cappuccino.wav", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return resample.All(pcm, rate, media.SampleRate)
}

// TestAgain leaves the choice to the sound: all candidates cost the same.
func TestAgain(t *testing.T) {
	l, pcm := listener(t), order(t)
	want := "can i get a large medium roast cappuccino with whole milk"
	m := &menu{sentences: []string{"can i get a large medium roast cappuccino with skim milk", "can i get a large dark roast cappuccino with whole milk", want, "make me a small mocha with cream"}, strange: .3}
	got, err := l.Again(t.Context(), pcm, "can I get it", m)
	if err != nil || len(got) == 0 || got[0] != want {
		t.Errorf("%q, %v", got, err)
	}
	if len(m.heard) != 4 || m.heard[0] != "can I get it" || m.heard[1] == "" {
		t.Errorf("asked with %q", m.heard)
	}
	only := &menu{sentences: []string{"i should like to know when you open"}, strange: .3}
	if got, err := l.Again(t.Context(), pcm, "can I get it", only); err != nil || got != nil {
		t.Errorf("what the sound makes unlikely: %q, %v", got, err)
	}
	m.strange = 2
	if got, err := l.Again(t.Context(), pcm, "what is the time", m); err != nil || got != nil {
		t.Errorf("something else was said: %q, %v", got, err)
	}
	m.strange = 0
	if got, err := l.Again(t.Context(), nil, "clear", m); err != nil || len(got) != 1 || !slices.Equal(m.heard, []string{"clear"}) {
		t.Errorf("a clear text: %q, %v, asked with %q", got, err, m.heard)
	}
	l.slots <- struct{}{} // busy
	m.strange = .3
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Again(ctx, pcm, "x", m); !errors.Is(err, context.Canceled) {
		t.Errorf("while busy: %v", err)
	}
	<-l.slots
}

// TestHear holds the decoder that is hotline's own to the text that the speech
// runtime makes with the same model.
func TestHear(t *testing.T) {
	l := listener(t)
	short, _ := asrtest.Clips(t)
	sound, text, err := l.hear(short.PCM)
	if err != nil {
		t.Fatal(err)
	}
	defer sound.Close()
	if !asrtest.Alike(short, text) {
		t.Errorf("%q", text)
	}
	heard, err := l.model.judge(sound, []string{text, "Something else was said"})
	if err != nil || heard[0] < heard[1]+10 || math.IsNaN(heard[0]) {
		t.Errorf("%v, %v", heard, err)
	}
}

// TestMissing is a listener without its model: the first hearing stays.
func TestMissing(t *testing.T) {
	l := New(t.TempDir(), t.TempDir(), 1)
	defer l.Close()
	if got, err := l.Again(t.Context(), make([]int16, 16000), "x", &menu{sentences: []string{"y"}, strange: .5}); err == nil || got != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestVocabulary(t *testing.T) {
	v := listener(t).model.vocabulary
	for _, text := range []string{"Can I get a double-shot cappuccino?", "twenty ounce", "I'd like a latte."} {
		if ids := v.encode(" " + text); len(ids) == 0 || v.text(ids) != text {
			t.Errorf("%q is %v is %q", text, ids, v.text(ids))
		}
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{"can i get a latte": "Can I get a latte", "i'd like it": "I'd like it", "": ""} {
		if got := sentence(in); got != want {
			t.Errorf("%q is %q", in, got)
		}
	}
}
