package eval_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/asr/eval"
	"hotline/media/wav"
)

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"What's the weather like?":         "whats the weather like",
		"speech-to-text, country/language": "speech to text country language",
		"I have 42 apples":                 "i have forty two apples",
		"1,200 of the 3rd":                 "one thousand two hundred of the third",
		"the 20th, 21st and 12th":          "the twentieth twenty first and twelfth",
		"order 0042":                       "order zero zero four two",
		"call 5551234567":                  "call five five five one two three four five six seven",
		"3.5%":                             "three point five percent",
		"R&B":                              "r and b",
		"A4 100 350 99999":                 "a4 one hundred three hundred fifty ninety nine thousand nine hundred ninety nine",
		"你好，world 7":                       "你 好 world seven",
		"":                                 "",
	} {
		if got := strings.Join(eval.Words(in), " "); got != want {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("1,200.5% of 3rd’s ４２ 你好")
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range eval.Words(s) {
			if w == "" || strings.ContainsAny(w, " ,.!?") {
				t.Errorf("%q has the word %q", s, w)
			}
		}
	})
}

func TestRun(t *testing.T) {
	short, long := asrtest.Clips(t)
	dir := t.TempDir()
	for name, pcm := range map[string][]int16{"short": short.PCM, "long": long.PCM, "none": asrtest.Silence(time.Second)} {
		if err := wav.WriteFile(filepath.Join(dir, name+".wav"), 16000, 1, pcm); err != nil {
			t.Fatal(err)
		}
	}
	manifest := filepath.Join(dir, "manifest.tsv")
	write := func(s string) {
		if err := os.WriteFile(manifest, []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("seconds\tpath\ttranscript\n3\tshort.wav\tOne two, three \"four\n5\tlong.wav\tone two\n1\tnone.wav\t\n")
	// One segment of speech or the other: three words, of four and of two.
	engine := asr.Segmented(asr.BatchFunc(func(context.Context, []int16, asr.Options) (asr.Result, error) {
		return asr.Result{Text: "One 2 three"}, nil
	}), asr.SegmentConfig{Pause: time.Second, Endpoint: time.Second})
	for _, g711 := range []bool{false, true} {
		var items []eval.Item
		rep, err := eval.Run(t.Context(), engine, manifest, eval.Options{G711: g711, Workers: 2, Each: func(i eval.Item) { items = append(items, i) }})
		if err != nil {
			t.Fatal(err)
		}
		if rep.N != 3 || rep.Words != 6 || math.Abs(rep.WER-2.0/6) > 1e-9 || math.Abs(rep.Empty-1.0/3) > 1e-9 || rep.RTF <= 0 || len(items) != 3 {
			t.Errorf("G.711 %v: %+v, %+v", g711, rep, items)
		}
	}
	if rep, err := eval.Run(t.Context(), engine, manifest, eval.Options{Limit: 1}); err != nil || rep.N != 1 {
		t.Errorf("limit: %+v, %v", rep, err)
	}
	for content, want := range map[string]string{
		"":                                 "EOF",
		"file\ttext\nshort.wav\thello\n":   "manifest.tsv:1",
		"path\ttranscript\n":               "no recordings",
		"path\ttranscript\nshort.wav\n":    "manifest.tsv:2",
		"path\ttranscript\ngone.wav\thi\n": "gone.wav",
	} {
		write(content)
		if _, err := eval.Run(t.Context(), engine, manifest, eval.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", content, err)
		}
	}
}
