package voice

import (
	"math"
	"slices"
	"time"

	"hotline/media"
)

const (
	loudness   = iota // dBFS of the speech in it
	pitch             // median, semitones
	pitchRange        // 90th less 10th percentile, semitones
	speed             // syllables a second
	tilt              // dB of 1 to 3.6 kHz over what is below, in voiced frames
	smile             // dB of the second formant's region over its neighbours
	rough             // share of the speech that is no tone
	features
)

// A Sound is one utterance by itself.
type Sound struct {
	Loudness   float64       // dBFS, mean power of the frames with speech
	Pitch      float64       // Hz, median; 0 if nothing was voiced
	PitchRange float64       // semitones between the 10th and 90th percentile
	Speed      float64       // syllable nuclei a second of speech
	Tilt       float64       // dB of 1 to 3.6 kHz over what is below: effort
	Smile      float64       // dB of 1.4 to 2.2 kHz over its neighbours: spread lips
	Rough      float64       // 0 to 1: how little of the speech is periodic: a harsh voice, hard consonants
	Voiced     float64       // share of the speech that has a pitch
	Speech     time.Duration // without pauses
	Over       time.Duration // of it, while the bot was talking
	semitones  float64
}

// sum measures frames; false if there is too little speech in them.
func sum(frames []measure) (s Sound, ok bool) {
	var levels, pitches [kept]float32
	n := 0
	for _, f := range frames {
		if f.level > -65 {
			levels[n] = f.level
			n++
		}
	}
	if n < 10 {
		return s, false
	}
	slices.Sort(levels[:n])
	// Speech lies within 20 dB of its own peaks and over the noise between words.
	gate := max(levels[n*95/100]-20, levels[n/20]+3)
	power, tilts, smiles, roughs, voiced, active := 0.0, 0.0, 0.0, 0.0, 0, 0
	over := 0
	for _, f := range frames {
		if f.level < gate {
			continue
		}
		active++
		power += math.Pow(10, float64(f.level)/10)
		roughs += float64(f.rough)
		if f.bot {
			over++
		}
		if f.pitch > 0 {
			pitches[voiced] = f.pitch
			tilts += float64(f.tilt)
			smiles += float64(f.smile)
			voiced++
		}
	}
	if active < 10 || voiced < 6 {
		return s, false
	}
	p := pitches[:voiced]
	slices.Sort(p)
	s.semitones = float64(p[voiced/2])
	s.Loudness = 10 * math.Log10(power/float64(active))
	s.Pitch = unison * math.Exp2(s.semitones/12)
	s.PitchRange = float64(p[voiced*9/10] - p[voiced/10])
	s.Tilt = tilts / float64(voiced)
	s.Smile = smiles / float64(voiced)
	s.Rough = roughs / float64(active)
	s.Voiced = float64(voiced) / float64(active)
	s.Speech = time.Duration(active) * media.FrameDur
	s.Over = time.Duration(over) * media.FrameDur
	s.Speed = float64(nuclei(frames, gate)) / s.Speech.Seconds()
	return s, true
}

// nuclei counts syllables as peaks of the smoothed level that are voiced and
// at least 2 dB over the dips on both sides (after de Jong and Wempe 2009).
func nuclei(frames []measure, gate float32) int {
	n := 0
	peak, dip := float32(silent), float32(silent)
	rising, voiced := true, false
	for i := range frames {
		l := frames[i].level
		if i > 0 && i+1 < len(frames) {
			l = (frames[i-1].level + 2*l + frames[i+1].level) / 4
		}
		if rising {
			if l > peak {
				peak = l
			}
			voiced = voiced || frames[i].pitch > 0 && l > gate
			if l < peak-2 {
				if voiced && peak > gate && peak > dip+2 {
					n++
				}
				rising, dip = false, l
			}
		} else {
			dip = min(dip, l)
			if l > dip+2 {
				rising, peak, voiced = true, l, frames[i].pitch > 0 && l > gate
			}
		}
	}
	if rising && voiced && peak > gate && peak > dip+2 {
		n++
	}
	return n
}

func (s Sound) vector() [features]float64 {
	return [features]float64{s.Loudness, s.semitones, s.PitchRange, s.Speed, s.Tilt, s.Smile, s.Rough}
}
