package asr

import (
	"testing"
	"time"

	"hotline/media"
)

// TestTapeOfSilenceIsShort plays silence and speech: a caller who listens costs no
// tape, and what is said is all there, however late its final.
func TestTapeOfSilenceIsShort(t *testing.T) {
	var tape tape
	at := time.Duration(0)
	play := func(d time.Duration, v media.Voice) {
		for end := at + d; at < end; at += media.FrameDur {
			f := media.Frame{At: at, Voice: v}
			for i := range f.PCM {
				f.PCM[i] = int16(samples(at) + i)
			}
			tape.write(&f)
		}
	}
	wants := func(from, to time.Duration) {
		t.Helper()
		got := tape.cut([][2]time.Duration{{from, to}})
		first := samples(max(0, from-before))
		if len(got) != samples(min(to+after, at))-first {
			t.Fatalf("from %v to %v: %d samples", from, to, len(got))
		}
		for i, v := range got {
			if v != int16(first+i) {
				t.Fatalf("from %v to %v: sample %d is %d", from, to, i, v)
			}
		}
	}
	play(time.Minute, media.NoVoice)
	if len(tape.pcm) != samples(time.Second) {
		t.Errorf("silence takes %d samples", len(tape.pcm))
	}
	play(3*time.Second, media.Voiced)
	play(late, media.NoVoice)
	wants(time.Minute, time.Minute+3*time.Second)
	play(30*time.Second, media.NoVoice)
	if tape.cut([][2]time.Duration{{time.Minute, time.Minute + 3*time.Second}}) != nil {
		t.Error("what is gone is cut")
	}
	begin := at
	for range 6 {
		play(2*time.Second, media.Voiced)
		play(time.Second, media.NoVoice)
	}
	wants(begin, at)
	play(taped, media.Unjudged)
	if most := samples(taped + 2*time.Second); len(tape.pcm) != most {
		t.Errorf("%d samples are kept, expected %d", len(tape.pcm), most)
	}
}
