package voice

import (
	"math"
	"time"

	"hotline/dialog"
)

// A Tone is an utterance against the caller's own beginning. The zero Tone says
// nothing.
type Tone struct {
	Sound  Sound
	Louder float64 // dB
	Higher float64 // semitones
	Wider  float64 // semitones of pitch range
	Faster float64 // syllables a second
	Bright float64 // dB more over 1 kHz
	Smile  float64 // dB more in the second formant's region
	Known  float64 // 0 to 1: how well the beginning is known; the differences are to be trusted so much
	Anger  float64 // 0 to 1; from .5 on it sounds angry
}

// running is a mean over the beginning, weighed by seconds of speech.
type running struct{ mean, weight float64 }

const (
	beginning = 6 * time.Second // of speech make the caller's own beginning
	doubt     = .5              // seconds: the beginning is half known after so much speech
)

func (m *Meter) compare(s Sound) Tone {
	t := Tone{Sound: s}
	v := s.vector()
	if w := m.base[0].weight; w > 0 {
		var d [features]float64
		for i := range d {
			d[i] = v[i] - m.base[i].mean
		}
		t.Louder, t.Higher, t.Wider, t.Faster, t.Bright, t.Smile = d[loudness], d[pitch], d[pitchRange], d[speed], d[tilt], d[smile]
		t.Known = w / (w + doubt)
		t.Anger = anger(t.Louder, t.Higher, t.Smile, t.Known)
	}
	if w := math.Min(s.Speech.Seconds(), beginning.Seconds()-m.base[0].weight); w > 0 {
		for i := range v {
			b := &m.base[i]
			b.mean += (v[i] - b.mean) * w / (b.weight + w)
			b.weight += w
		}
	}
	return t
}

// calm is how much anger's sum varies from utterance to utterance of people who
// are not angry: the standard deviation in dB of 30 readers (SpeechOcean762).
const calm = 3.9

// anger is vocal effort that neither a rise of pitch nor a smile explains: who
// is merry or wants to be heard raises both with the loudness. A decibel, a
// semitone and a decibel count the same: no weight is fitted. An utterance sounds
// angry from two standard deviations of calm on, where it is .5.
func anger(louder, higher, smile, known float64) float64 {
	x := known * (louder - higher - smile) / calm
	return 1 / (1 + math.Exp(-2*(x-2)))
}

// Dialog is t as a turn of the dialog carries it; heard is the recogniser's own
// tag, if it gives any.
func (t Tone) Dialog(heard string) dialog.Tone {
	return dialog.Tone{Emotion: heard, Louder: t.Louder, Higher: t.Higher, Faster: t.Faster, Over: t.Sound.Over.Seconds(), Anger: t.Anger}
}
