package vad_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hotline/asr/asrtest"
	"hotline/asr/models"
	"hotline/media"
	"hotline/media/vad"
)

func load(t testing.TB) *vad.Model {
	t.Helper()
	dir := asrtest.Models(t)
	m, err := vad.Load(models.Path(dir, models.Runtime), filepath.Join(models.Path(dir, "silero-vad"), "silero_vad.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func TestEdges(t *testing.T) {
	for _, c := range []struct{ name, frames, want string }{
		{"a word", "....VVVVVVVV........", "80+ 240-"},
		{"a click", "....VV......", ""},
		{"a word with a dropout", "..VVVV...VVVV......", "40+ 260-"},
		{"two words", "..VVVV......VVVV....", "40+ 120- 240+ 320-"},
		{"frames that nobody judged", "..VVVV??????", "40+ 120-"},
	} {
		var e vad.Edges
		got := ""
		for i, r := range c.frames {
			f := media.Frame{At: time.Duration(i) * media.FrameDur, Voice: map[rune]media.Voice{'.': media.NoVoice, 'V': media.Voiced}[r]}
			if edge, ok := e.Next(&f); ok {
				sign := map[bool]string{true: "+", false: "-"}[edge.Speaking]
				got += fmt.Sprintf(" %d%s", edge.At.Milliseconds(), sign)
				if edge.Speaking != e.Speaking() {
					t.Errorf("%s: Speaking is %v", c.name, e.Speaking())
				}
			}
		}
		if got != "" {
			got = got[1:]
		}
		if got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

// judge returns the share of frames that are voiced.
func judge(d media.Detector, pcm []int16) float64 {
	n, frames := 0, asrtest.Frames(pcm)
	for i := range frames {
		if d.Detect(&frames[i]) == media.Voiced {
			n++
		}
	}
	return float64(n) / float64(len(frames))
}

func noise(d time.Duration, amplitude float64) []int16 {
	pcm := asrtest.Silence(d)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range pcm {
		pcm[i] = int16(r.NormFloat64() * amplitude)
	}
	return pcm
}

func tones(d time.Duration, hz ...float64) []int16 {
	pcm := asrtest.Silence(d)
	for i := range pcm {
		for _, f := range hz {
			pcm[i] += int16(6000 * math.Sin(2*math.Pi*f*float64(i)/media.SampleRate))
		}
	}
	return pcm
}

func louder(pcm []int16, by float64) []int16 {
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = int16(float64(v) * by)
	}
	return out
}

func TestEnergy(t *testing.T) {
	short, _ := asrtest.Clips(t)
	for _, c := range []struct {
		name     string
		pcm      []int16
		from, to float64
	}{
		{"silence", asrtest.Silence(3 * time.Second), 0, 0},
		{"a quiet line's noise", noise(3*time.Second, 10), 0, 0},
		{"speech", short.PCM, 0.5, 1},
		{"speech 30 dB down", louder(short.PCM, 0.03), 0.3, 1},
		{"steady noise is background in the end", noise(40*time.Second, 300)[30*media.SampleRate:], 0, 0.02},
	} {
		d := &vad.Energy{}
		judge(d, asrtest.Silence(time.Second))
		if c.name == "steady noise is background in the end" {
			judge(d, noise(40*time.Second, 300))
		}
		if got := judge(d, c.pcm); got < c.from || got > c.to {
			t.Errorf("%s: %.2f voiced, wanted %.2f to %.2f", c.name, got, c.from, c.to)
		}
	}
}

func TestSilero(t *testing.T) {
	m := load(t)
	short, long := asrtest.Clips(t)
	quiet := asrtest.Silence(time.Second)
	for _, c := range []struct {
		name     string
		pcm      []int16
		from, to float64
	}{
		{"silence", quiet, 0, 0},
		{"speech", long.PCM, 0.6, 1},
		{"speech 20 dB down", louder(long.PCM, 0.1), 0.5, 1},
		{"hiss that starts", slices.Concat(quiet, noise(3*time.Second, 800)), 0, 0.05},
		{"a dial tone", slices.Concat(quiet, tones(3*time.Second, 350, 440)), 0, 0.1},
	} {
		if got := judge(m.NewDetector(), c.pcm); got < c.from || got > c.to {
			t.Errorf("%s: %.2f voiced, wanted %.2f to %.2f", c.name, got, c.from, c.to)
		}
	}

	// Speech is found where it is, and streams do not disturb each other.
	a, b := m.NewDetector(), m.NewDetector()
	var edges [2][]vad.Edge
	var e [2]vad.Edges
	frames := asrtest.Frames(quiet, short.PCM, quiet)
	for i := range frames {
		for j, d := range []*vad.Silero{a, b} {
			f := frames[i]
			if j == 1 {
				f = frames[len(frames)-1] // silence
				f.At = frames[i].At
			}
			f.Voice = d.Detect(&f)
			if edge, ok := e[j].Next(&f); ok {
				edges[j] = append(edges[j], edge)
			}
		}
	}
	if len(edges[1]) != 0 {
		t.Errorf("speech on the silent stream: %v", edges[1])
	}
	n, end := len(edges[0]), time.Second+time.Duration(len(short.PCM))*time.Second/media.SampleRate
	if n < 2 || edges[0][0].At < time.Second || edges[0][0].At > 1400*time.Millisecond || edges[0][n-1].Speaking || edges[0][n-1].At > end+100*time.Millisecond {
		t.Errorf("edges %v of speech from 1 s to %v", edges[0], end)
	}
}

func TestKeysAreNoSpeech(t *testing.T) {
	rows, columns := []float64{697, 770, 852, 941}, []float64{1209, 1336, 1477, 1633}
	m := load(t)
	for name, detector := range map[string]func() media.Detector{
		"energy": func() media.Detector { return &vad.Energy{} },
		"silero": func() media.Detector { return m.NewDetector() },
	} {
		for _, row := range rows {
			for _, column := range columns {
				d := detector()
				judge(d, noise(time.Second, 10))
				var e vad.Edges
				for _, f := range asrtest.Frames(tones(200*time.Millisecond, row, column), asrtest.Silence(100*time.Millisecond)) {
					f.Voice = d.Detect(&f)
					if edge, ok := e.Next(&f); ok {
						t.Errorf("%s: the key %v+%v Hz is speech: %v", name, row, column, edge)
					}
				}
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := asrtest.Models(t)
	if _, err := vad.Load(models.Path(dir, models.Runtime), filepath.Join(models.Path(dir, "moonshine-tiny-en"), "encoder_model.onnx")); err == nil {
		t.Error("another network was taken for Silero")
	}
	if _, err := vad.Load(t.TempDir(), "x"); err == nil {
		t.Error("no runtime, and no error")
	}
}

func TestAllocs(t *testing.T) {
	m := load(t)
	short, _ := asrtest.Clips(t)
	frames := asrtest.Frames(short.PCM)
	for name, d := range map[string]media.Detector{"energy": &vad.Energy{}, "silero": m.NewDetector()} {
		i := 0
		if n := testing.AllocsPerRun(len(frames)-1, func() { d.Detect(&frames[i%len(frames)]); i++ }); n > 0 {
			t.Errorf("%s allocates %v times a frame", name, n)
		}
	}
}

// The cost of a frame, 20 ms: of a silent call and of one with speech.
func BenchmarkDetect(b *testing.B) {
	m := load(b)
	_, long := asrtest.Clips(b)
	for name, pcm := range map[string][]int16{"silence": asrtest.Silence(time.Second), "noise": noise(5*time.Second, 20), "speech": long.PCM} {
		for kind, d := range map[string]media.Detector{"energy": &vad.Energy{}, "silero": m.NewDetector()} {
			b.Run(kind+"/"+name, func(b *testing.B) {
				frames := asrtest.Frames(pcm)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					d.Detect(&frames[i%len(frames)])
				}
			})
		}
	}
}
