package emotion

import (
	"math"
	"slices"

	"hotline"
	"hotline/dialog"
)

// A Course is how one caller's emotion moves through a call: each utterance adds to
// what is left of the earlier ones, so that the second "ridiculous" counts for
// more than the first. The zero Course is a calm caller. It is a value: copy it
// to remember a moment.
type Course struct {
	left [kinds]float64
	on   int    // the kind that was named last, 1 more; 0 is neutral
	why  string // what told last
}

// stay is the score down to which a feeling that was named keeps its name; a
// new one needs more (see name). A caller at the edge does not flicker.
const stay = .22

// keep is the share of a feeling that is left at the next utterance.
var keep = [kinds]float64{satisfied: .3, urgent: .7, frustrated: .65, threatening: .65, angry: .65, abusive: .6}

// Add takes the next utterance and returns how the caller feels by now.
func (c *Course) Add(text string, tone dialog.Tone) hotline.Emotion {
	s, why := scores(text)
	voice(&s, tone, &why)
	before := false
	for k := range s {
		if k == satisfied && max(c.left[frustrated], c.left[threatening], c.left[angry]) > .3 {
			s[k] *= .6 // thanks calm, but not at once
		}
		old := c.left[k] * keep[k]
		if k >= frustrated && s[satisfied] > .4 {
			old *= .5
		}
		if k >= frustrated && old > .2 && s[k] > .2 {
			before = true
		}
		s[k] = or(old, s[k])
		c.left[k] = s[k]
	}
	if before && c.why != "" {
		why = append(why, evidence{angry, .05, "before: " + c.why})
	}
	e := name(s, why)
	if k := c.on - 1; k >= frustrated && e.Name == Neutral && s[k] >= stay {
		e.Name, e.Score = names[k], math.Round(s[k]*100)/100
	}
	c.on = slices.Index(names[:], e.Name) + 1
	if len(e.Why) > 0 {
		c.why = e.Why[0]
	} else if e.Name != Neutral && c.why != "" {
		e.Why = []string{"before: " + c.why}
	}
	return e
}
