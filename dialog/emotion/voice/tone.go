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
	Harsh  float64 // more of Rough
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
		t.Louder, t.Higher, t.Wider, t.Faster, t.Bright, t.Smile, t.Harsh = d[loudness], d[pitch], d[pitchRange], d[speed], d[tilt], d[smile], d[rough]
		t.Known = w / (w + doubt)
		t.Anger = anger(t.effort())
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

const (
	// calm is how much effort varies from utterance to utterance of people who
	// are not angry: the standard deviation in dB of 30 readers (SpeechOcean762).
	calm = 4.4
	// harsh is what roughness counts, in dB: a standard deviation of the readers' (.08) is 2.
	harsh = 25
	// tense is how many standard deviations sound angry: one calm utterance in 22
	// would, were they normal.
	tense = 1.7
)

// effort is vocal effort in dB that neither a rise of pitch nor a smile explains:
// who is merry or wants to be heard raises both with the loudness. Anger presses
// the voice until it is rough, and its consonants are hard: joy's are not
// (Juslin and Laukka 2003). A decibel, a semitone and a decibel count the same.
func (t Tone) effort() float64 {
	return t.Known * (t.Louder - t.Higher - t.Smile + harsh*t.Harsh)
}

// anger is how sure an effort sounds angry: .5 at tense standard deviations.
func anger(effort float64) float64 { return 1 / (1 + math.Exp(-2*(effort/calm-tense))) }

// Dialog is t as a turn of the dialog carries it; heard is the recogniser's own
// tag, if it gives any.
func (t Tone) Dialog(heard string) dialog.Tone {
	return dialog.Tone{Emotion: heard, Louder: t.Louder, Higher: t.Higher, Faster: t.Faster, Over: t.Sound.Over.Seconds(), Anger: t.Anger}
}
