// Package emotion names how a caller feels, from what they say and how: a
// lexicon and a few rules in Chinese and English (negation, stronger and weaker
// words, repetition, exclamation), the recogniser's own tag, and loudness
// against the caller's own beginning. Every score carries its evidence.
package emotion

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"hotline"
	"hotline/dialog"
)

// Names of emotions, mildest claim on a person first.
const (
	Neutral     = "neutral"
	Satisfied   = "satisfied"
	Urgent      = "urgent"
	Frustrated  = "frustrated"
	Threatening = "threatening" // to complain, to go to law, to leave
	Angry       = "angry"
	Abusive     = "abusive"
)

const neutral = -1 // of words that only look like something else

const (
	satisfied = iota
	urgent
	frustrated
	threatening
	angry
	abusive
	kinds
)

var names = [kinds]string{Satisfied, Urgent, Frustrated, Threatening, Angry, Abusive}

// Read names the emotion of one utterance by its words and by tone; the zero
// Tone says nothing.
func Read(text string, tone dialog.Tone) hotline.Emotion {
	s, why := scores(text)
	voice(&s, tone, &why)
	return name(s, why)
}

// evidence for an emotion: the words or the sound, and how much they say.
type evidence struct {
	kind   int
	weight float64
	text   string
}

// Plain reports whether an utterance says plainly that somebody is upset, by words of the
// lexicon or the voice. What only the classifiers hear is not plain, nor is a
// word of one syllable: "hate" may be an eight that was misheard.
func Plain(text string, tone dialog.Tone) bool {
	var s [kinds]float64
	var why []evidence
	for _, e := range told(text, cut(text)) {
		if e.weight >= .45 && !short(e.text) {
			why = append(why, e)
		}
	}
	voice(&s, tone, &why)
	return slices.ContainsFunc(why, func(e evidence) bool { return e.kind >= frustrated })
}

// short reports whether text is one word of one syllable.
func short(text string) bool {
	ws := cut(text)
	return len(ws) == 1 && len(vowels.FindAllString(strings.TrimSuffix(ws[0], "e"), -1)) <= 1
}

var vowels = regexp.MustCompile(`[aeiouy]+`)

// told is what the lexicon and the patterns find in text, whose words are ws.
func told(text string, ws []string) (why []evidence) {
	for i := 0; i < len(ws); {
		e, n := lookup(ws[i:])
		if n == 0 {
			i++
			continue
		}
		if e.kind == neutral {
			i += n
			continue
		}
		weight := e.weight * strength(ws, i, n)
		if negated(ws, i) && !e.fixed {
			if e.kind == satisfied && e.weight >= .4 { // "not happy", "不满意"
				why = append(why, evidence{frustrated, .5, "not " + e.text})
			}
		} else {
			why = append(why, evidence{e.kind, weight, e.text})
		}
		i += n
	}
	for _, p := range patterns {
		if m := p.re.FindString(text); m != "" {
			why = append(why, evidence{p.kind, p.weight, strings.TrimSpace(m)})
		}
	}
	return why
}

// scores weighs the words of text.
func scores(text string) (s [kinds]float64, why []evidence) {
	ws := cut(text)
	why = told(text, ws)
	if again := repeated(ws); again != "" {
		why = append(why, evidence{frustrated, .25, "says " + again + " again and again"})
	}
	for _, e := range why {
		s[e.kind] = or(s[e.kind], e.weight)
	}
	for _, e := range learnt(text, len(ws), s) {
		s[e.kind] = or(s[e.kind], e.weight)
		why = append(why, e)
	}
	bad := worst(&s)
	if n := strings.Count(text, "!") + strings.Count(text, "！"); n > 1 && bad > .2 {
		k := angry
		if s[frustrated] > s[angry] {
			k = frustrated
		}
		s[k] = or(s[k], .15)
		why = append(why, evidence{k, .15, strings.Repeat("!", min(n, 3))})
	}
	// Thanks in a complaint are manners or irony.
	if bad >= .4 {
		s[satisfied] *= .3
	}
	// Who is angry and threatens is angrier.
	if s[angry] >= .3 {
		s[angry] = or(s[angry], s[threatening]*.7)
	}
	// Much frustration is anger; anger is frustration too.
	if s[frustrated] > .75 {
		s[angry] = or(s[angry], (s[frustrated]-.75)*1.6)
	}
	return s, why
}

// worst is the strongest of the bad feelings.
func worst(s *[kinds]float64) float64 { return slices.Max(s[frustrated:]) }

// or joins two pieces of evidence: neither alone, together more, never over 1.
func or(a, b float64) float64 { return 1 - (1-a)*(1-b) }

// voice adds what the voice says.
func voice(s *[kinds]float64, tone dialog.Tone, why *[]evidence) {
	switch strings.ToLower(tone.Emotion) {
	case "angry", "anger":
		s[angry] = or(s[angry], .4)
		*why = append(*why, evidence{angry, .4, "sounds angry"})
	case "sad", "disgusted", "fearful":
		s[frustrated] = or(s[frustrated], .25)
		*why = append(*why, evidence{frustrated, .25, "sounds " + strings.ToLower(tone.Emotion)})
	case "happy":
		if max(s[frustrated], s[angry]) < .3 {
			s[satisfied] = or(s[satisfied], .3)
			*why = append(*why, evidence{satisfied, .3, "sounds happy"})
		}
	}
	alone := worst(s) < .15 // no word says so: a voice alone hands nobody over
	if a := tone.Anger; a >= .5 {
		w := .5 * a
		if alone {
			w *= .35
		}
		s[angry] = or(s[angry], w)
		*why = append(*why, evidence{angry, w, "the voice is tense"})
		if tone.Higher >= 3 {
			*why = append(*why, evidence{angry, w * .5, fmt.Sprintf("higher by %.0f semitones", tone.Higher)})
		}
		if tone.Faster >= 1.5 {
			*why = append(*why, evidence{angry, w * .4, fmt.Sprintf("faster by %.1f syllables a second", tone.Faster)})
		}
	}
	if tone.Over >= 1 && !alone {
		s[frustrated] = or(s[frustrated], .15)
		*why = append(*why, evidence{frustrated, .15, "talks over the bot"})
	}
	if db := tone.Louder; db >= 4 {
		w := math.Min((db-3)*.06, .45)
		k := angry
		if alone { // loud is a bad line or a noisy street
			w *= .4
		}
		s[k] = or(s[k], w)
		*why = append(*why, evidence{k, w, fmt.Sprintf("louder by %.0f dB", db)})
	}
}

// name picks the emotion that counts: the worst that is at least nearly as
// strong as the strongest.
func name(s [kinds]float64, why []evidence) hotline.Emotion {
	best := -1
	for k, v := range s {
		if v >= .3 && (best < 0 || v >= s[best]*.9 || k == angry && v >= .55 || k == abusive && v >= .5) {
			best = k
		}
	}
	if best < 0 {
		return hotline.Emotion{Name: Neutral}
	}
	e := hotline.Emotion{Name: names[best], Score: math.Round(min(s[best], 1)*100) / 100}
	slices.SortStableFunc(why, func(a, b evidence) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return 0
	})
	for _, w := range why {
		if (w.kind == best || best >= frustrated && w.kind >= frustrated) && len(e.Why) < 4 && !slices.Contains(e.Why, w.text) {
			e.Why = append(e.Why, w.text)
		}
	}
	return e
}
