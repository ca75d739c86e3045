package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/media"
	"hotline/media/wav"
)

// sine is so many seconds of a tone as mono samples.
func sine(rate int, hz, amplitude, seconds float64) []int16 {
	pcm := make([]int16, int(float64(rate)*seconds))
	for i := range pcm {
		pcm[i] = int16(amplitude * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return pcm
}

func wavFile(t *testing.T, rate, channels int, pcm []int16) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.wav")
	if err := wav.WriteFile(path, rate, channels, pcm); err != nil {
		t.Fatal(err)
	}
	return path
}

// play collects a recording.
func play(t *testing.T, path string) []int16 {
	t.Helper()
	var pcm []int16
	n := 0
	for f, err := range Open(context.Background(), path) {
		if err != nil {
			t.Fatal(err)
		}
		if f.At != time.Duration(n)*media.FrameDur {
			t.Fatalf("frame %d at %v", n, f.At)
		}
		n++
		pcm = append(pcm, f.PCM[:]...)
	}
	return pcm
}

// share is how much of the power of pcm is at hz, from 0 to 1, and the RMS.
func share(pcm []int16, hz float64) (of, rms float64) {
	var re, im, power float64
	for i, v := range pcm {
		s, c := math.Sincos(2 * math.Pi * hz * float64(i) / media.SampleRate)
		re, im, power = re+float64(v)*c, im+float64(v)*s, power+float64(v)*float64(v)
	}
	n := float64(len(pcm))
	return 2 * (re*re + im*im) / n / power, math.Sqrt(power / n)
}

// TestFiles plays a tone out of every kind of file: it has its pitch, its
// length and the level of all others.
func TestFiles(t *testing.T) {
	stereo := func(mono []int16) (pcm []int16) {
		for _, v := range mono {
			pcm = append(pcm, v, v)
		}
		return pcm
	}
	for name, path := range map[string]string{
		"8 kHz, very low":       wavFile(t, 8000, 1, sine(8000, 1000, 900, 3)),
		"16 kHz, very loud":     wavFile(t, 16000, 1, sine(16000, 1000, 32000, 3)),
		"44.1 kHz, stereo":      wavFile(t, 44100, 2, stereo(sine(44100, 1000, 5000, 3))),
		"48 kHz":                wavFile(t, 48000, 1, sine(48000, 1000, 5000, 3)),
		"MP3 16 kHz":            "testdata/tone-16k-mono.mp3",
		"MP3 44.1 kHz, stereo":  "testdata/tone-44k-stereo.mp3",
		"MP3 with a false name": rename(t, "testdata/tone-16k-mono.mp3", "a.wav"),
	} {
		t.Run(name, func(t *testing.T) {
			pcm := play(t, path)
			if d := float64(len(pcm)) / media.SampleRate; d < 3 || d > 3.2 { // an MP3 has silence around it
				t.Errorf("%.3f s", d)
			}
			of, rms := share(pcm[media.SampleRate:2*media.SampleRate], 1000)
			if of < 0.99 {
				t.Errorf("%.3f of it is the tone", of)
			}
			if db := 20 * math.Log10(rms/Level); math.Abs(db) > 0.5 {
				t.Errorf("level is off by %.1f dB", db)
			}
		})
	}
}

func rename(t *testing.T, path, name string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, name, b)
}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAligned keeps the resampler's lag out of a recording: its first sample is
// the first sample.
func TestAligned(t *testing.T) {
	in := sine(8000, 500, 8000, 1)
	out := play(t, wavFile(t, 8000, 1, in))
	if len(out) != 2*len(in) {
		t.Fatalf("%d samples of %d", len(out), len(in))
	}
	gain := Level * math.Sqrt2 / 8000
	for i := 100; i < 7900; i++ {
		if want := float64(in[i]) * gain; math.Abs(float64(out[2*i])-want) > 60 {
			t.Fatalf("sample %d is %d, want %.0f", i, out[2*i], want)
		}
	}
}

// TestNeverClips levels a recording that is quiet but for a few shouts.
func TestNeverClips(t *testing.T) {
	pcm := sine(16000, 300, 600, 4)
	for _, at := range []int{20000, 40000, 40500, 63000} {
		copy(pcm[at:], sine(16000, 700, 30000, 0.03))
	}
	out := play(t, wavFile(t, 16000, 1, pcm))
	peak := 0
	for _, v := range out {
		peak = max(peak, int(v), -int(v))
	}
	if peak > maxPeak+1 {
		t.Errorf("peak %d", peak)
	}
	if _, rms := share(out[8000:16000], 300); rms < 2*600/math.Sqrt2 {
		t.Errorf("what is quiet was not raised: %.0f", rms)
	}
}

func TestSilenceStaysSilent(t *testing.T) {
	for i, v := range play(t, wavFile(t, 16000, 1, make([]int16, 1600))) {
		if v != 0 {
			t.Fatalf("sample %d is %d", i, v)
		}
	}
}

// counting counts what is read of it.
type counting struct {
	r io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// TestStreams wants the first frame of an hour of MP3 after a small part of it.
func TestStreams(t *testing.T) {
	b, err := os.ReadFile("testdata/tone-44k-stereo.mp3")
	if err != nil {
		t.Fatal(err)
	}
	src := &counting{r: bytes.NewReader(bytes.Repeat(b, 1200))}
	for _, err := range Read(context.Background(), src) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if src.n == 0 || src.n > 64<<10 {
		t.Errorf("read %d bytes before the first frame", src.n)
	}
}

func TestRefused(t *testing.T) {
	tone, err := os.ReadFile("testdata/tone-16k-mono.mp3")
	if err != nil {
		t.Fatal(err)
	}
	odd, err := os.ReadFile(wavFile(t, 12345, 1, make([]int16, 100)))
	if err != nil {
		t.Fatal(err)
	}
	// A tag that says it is 256 MB must not be believed.
	huge := append([]byte("ID3\x03\x00\x00\x7f\x7f\x7f\x7f"), tone...)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty.wav":   {nil, "empty"},
		"text.mp3":    {[]byte("Dear caller, ..."), "neither a WAV nor an MP3"},
		"cut.wav":     {[]byte("RIFF....WAVEfmt "), "no audio"},
		"tag.mp3":     {huge, "tag"},
		"tagonly.mp3": {[]byte("ID3\x03\x00\x00\x00\x00\x00\x00"), "no audio"},
		"odd.wav":     {odd, "12345 Hz"},
	} {
		path := write(t, name, c.data)
		_, err := Length(context.Background(), path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q and the file's name", name, err, c.want)
		}
	}
	if _, err := Length(context.Background(), "testdata/none.wav"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "none.wav") {
		t.Error(err)
	}
}

func TestTooLong(t *testing.T) {
	data, err := os.ReadFile("testdata/tone-16k-mono.mp3")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err = range read(context.Background(), bytes.NewReader(data), 2*time.Second) {
		n++
	}
	if err == nil || !strings.Contains(err.Error(), "longer than 2s") || n > 101 {
		t.Errorf("%v after %d frames", err, n)
	}
}

func TestStops(t *testing.T) {
	path := wavFile(t, 16000, 1, sine(16000, 300, 5000, 4))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	var last error
	for _, err := range Open(ctx, path) {
		if last = err; err == nil {
			n++
		}
		if n == 10 {
			cancel()
		}
	}
	if n != 10 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d frames, then %v", n, last)
	}
}

// TestLoops plays the hold music over its end and looks for a step in the seam
// that is larger than those of the music itself.
func TestLoops(t *testing.T) {
	m := HoldMusic()
	if m.Length() != 20*time.Second {
		t.Errorf("%v long", m.Length())
	}
	a, b := m.Play(), m.Play()
	b.ReadFrame() // another listener is elsewhere
	var pcm []int16
	for i := range 2 * 1000 {
		f, ok := a.ReadFrame()
		if !ok || f.At != time.Duration(i)*media.FrameDur {
			t.Fatalf("frame %d at %v, %v", i, f.At, ok)
		}
		pcm = append(pcm, f.PCM[:]...)
	}
	n := len(m.pcm)
	step := func(i int) float64 { return math.Abs(float64(pcm[i]) - float64(pcm[i-1])) }
	var most float64
	for i := 1; i < n; i++ {
		most = max(most, step(i))
		if pcm[i] != pcm[i+n] {
			t.Fatalf("sample %d is another the second time", i)
		}
	}
	if step(n) > most/2 {
		t.Errorf("a step of %.0f at the seam, %.0f in the piece", step(n), most)
	}
	if _, rms := share(m.pcm, 1); math.Abs(20*math.Log10(rms/musicLevel)) > 0.5 {
		t.Errorf("level %.0f", rms)
	}
}

// TestLoopsInMidFrame plays a piece that is no whole number of frames.
func TestLoopsInMidFrame(t *testing.T) {
	pcm := sine(16000, 440, 8000, 1.005)
	m, err := LoadMusic(wavFile(t, 16000, 1, pcm))
	if err != nil {
		t.Fatal(err)
	}
	src, i := m.Play(), 0
	for range 200 {
		f, _ := src.ReadFrame()
		for _, v := range f.PCM {
			if v != m.pcm[i%len(pcm)] {
				t.Fatalf("sample %d", i)
			}
			i++
		}
	}
}

func TestMusicRefused(t *testing.T) {
	for want, path := range map[string]string{
		"less than a second": wavFile(t, 8000, 1, make([]int16, 7999)),
		"silence":            wavFile(t, 8000, 1, make([]int16, 8000)),
		"neither":            write(t, "a.txt", []byte("hello")),
		"no such file":       "testdata/none.wav",
	} {
		if _, err := LoadMusic(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestMusicAllocs(t *testing.T) {
	src := HoldMusic().Play()
	if n := testing.AllocsPerRun(100, func() { src.ReadFrame() }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// FuzzRead plays hostile files: no panic, no more audio than allowed.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"tone-16k-mono.mp3", "tone-44k-stereo.mp3"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:4000])
	}
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\xff\xff\xff\xff12345678"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		for _, err := range Read(context.Background(), bytes.NewReader(b)) {
			if err == nil {
				n++
			}
		}
		if time.Duration(n)*media.FrameDur > MaxLength {
			t.Errorf("%d frames", n)
		}
	})
}

func BenchmarkMP3(b *testing.B) {
	data, err := os.ReadFile("testdata/tone-44k-stereo.mp3")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, err := range Read(context.Background(), bytes.NewReader(data)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
