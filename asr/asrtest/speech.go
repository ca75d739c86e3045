package asrtest

import (
	"bytes"
	"embed"
	"io"
	"slices"
	"testing"
	"time"

	"hotline/media"
	"hotline/media/wav"
)

//go:embed testdata/*.wav
var testdata embed.FS

// A Clip is recorded speech at media.SampleRate, and what it says.
type Clip struct {
	Text string
	PCM  []int16
}

// Clips are a shorter and a longer sentence.
func Clips(t testing.TB) (short, long Clip) {
	t.Helper()
	return Clip{"he was not an ill disposed young man", read(t, "librivox_sas-0880")},
		Clip{"unless to be rather cold hearted and rather selfish is to be ill disposed", read(t, "librivox_sas-0890")}
}

func read(t testing.TB, name string) []int16 {
	b, err := testdata.ReadFile("testdata/" + name + ".wav")
	if err != nil {
		t.Fatal(err)
	}
	r, err := wav.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 20*media.SampleRate)
	n := 0
	for err == nil {
		var k int
		k, err = r.ReadMono(pcm[n:])
		n += k
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	return pcm[:n]
}

// Silence is PCM that says nothing.
func Silence(d time.Duration) []int16 { return make([]int16, d.Milliseconds()*media.SampleRate/1000) }

// Frames cuts PCM into frames that nobody has judged, from media time 0.
func Frames(parts ...[]int16) []media.Frame {
	var frames []media.Frame
	for part := range slices.Chunk(slices.Concat(parts...), media.FrameSize) {
		f := media.Frame{At: time.Duration(len(frames)) * media.FrameDur}
		copy(f.PCM[:], part)
		frames = append(frames, f)
	}
	return frames
}
