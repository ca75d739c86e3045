package emotion

import (
	"hotline"
	"hotline/dialog"
)

// A Course is how one caller's emotion moves through a call: each utterance adds to
// what is left of the earlier ones, so that the second "ridiculous" counts for
// more than the first. The zero Course is a calm caller. It is a value: copy it
// to remember a moment.
type Course struct {
	left [kinds]float64
	why  [3]string // the last things that told
}

// keep is the share of a feeling that is left at the next utterance.
var keep = [kinds]float64{satisfied: .3, urgent: .7, frustrated: .65, angry: .65, abusive: .6}

// Add takes the next utterance and returns how the caller feels by now.
func (c *Course) Add(text string, tone dialog.Tone) hotline.Emotion {
	s, why := scores(text)
	voice(&s, tone, &why)
	before := false
	for k := range s {
		if k == satisfied && max(c.left[frustrated], c.left[angry]) > .3 {
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
	if before && c.why[0] != "" {
		why = append(why, evidence{angry, .05, "before: " + c.why[0]})
	}
	e := name(s, why)
	if len(e.Why) > 0 {
		c.why[0] = e.Why[0]
	} else if e.Name != Neutral && c.why[0] != "" {
		e.Why = []string{"before: " + c.why[0]}
	}
	return e
}
