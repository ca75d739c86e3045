package e2e

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hotline/media"
	"hotline/media/mediatest"
	"hotline/media/resample"
	"hotline/media/wav"
	"hotline/tts"
	"hotline/tts/flite"
)

// sound is 16 kHz mono PCM.
type sound []int16

func silence(d time.Duration) sound { return make(sound, int(d.Seconds()*media.SampleRate)) }

func tone(hz float64, d time.Duration) sound {
	s := silence(d)
	for i := range s {
		s[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/media.SampleRate))
	}
	return s
}

// speech is text in a voice that the recogniser understands.
func speech(t testing.TB, text string) sound {
	t.Helper()
	requireTool(t, "flite")
	engine, err := flite.New("slt")
	if err != nil {
		t.Fatal(err)
	}
	var s sound
	for f, err := range engine.Synthesize(t.Context(), text, tts.Voice{}) {
		if err != nil {
			t.Fatal(err)
		}
		s = append(s, f.PCM[:]...)
	}
	if len(s) == 0 {
		t.Fatalf("no speech for %q", text)
	}
	return s
}

// wavFile writes sounds one after another as a WAV of 8 kHz.
func wavFile(t testing.TB, sounds ...sound) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sound.wav")
	if err := wav.WriteFile(file, 8000, 1, resample.All(slices.Concat(sounds...), media.SampleRate, 8000)); err != nil {
		t.Fatal(err)
	}
	return file
}

// channel reads one channel of a WAV file as 16 kHz.
func channel(t *testing.T, file string, n int) sound {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var one []int16
	for buf := make([]int16, 4096*r.Channels()); ; {
		got, err := r.Read(buf)
		for i := n; i < got; i += r.Channels() {
			one = append(one, buf[i])
		}
		if err != nil {
			break
		}
	}
	return resample.All(one, r.Rate(), media.SampleRate)
}

// wantTone fails the test unless 300 ms of a clean tone are somewhere in s.
func wantTone(t *testing.T, what string, s sound, hz float64) {
	t.Helper()
	const window = media.SampleRate * 3 / 10
	best := 0.0
	for i := 0; i+window <= len(s); i += window / 3 {
		if level, purity := mediatest.Goertzel(s[i:i+window], hz); level > -40 {
			best = max(best, purity)
		}
	}
	if best < 0.8 {
		t.Errorf("%s: no tone of %g Hz in %.1f s of audio; the purest piece has %.2f of it", what, hz, float64(len(s))/media.SampleRate, best)
	}
}

// wantVoice fails the test unless s has d of sound in it.
func wantVoice(t *testing.T, what string, s sound, d time.Duration) {
	t.Helper()
	var voiced time.Duration
	for _, f := range mediatest.Frames(s, media.SampleRate) {
		if media.Level(f) > 300 {
			voiced += media.FrameDur
		}
	}
	if voiced < d {
		t.Errorf("%s: %v of sound, expected at least %v", what, voiced, d)
	}
}
