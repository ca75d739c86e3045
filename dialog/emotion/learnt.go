package emotion

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"hotline/dialog/emotion/words"
)

// The classifiers are made by dialog/emotion/train from open corpora; they hear what
// a list of words cannot hold. They only add evidence, and only where they are sure: what
// people write to each other is not what they say to a company. A weight of .34, however often
// it comes, stays under the .6 that hands a caller over by default (see Course).

//go:embed feelings.model
var feelingsModel []byte

//go:embed abuse-en.model
var abuseEnModel []byte

//go:embed abuse-zh.model
var abuseZhModel []byte

func model(b []byte) func() *words.Model {
	return sync.OnceValue(func() *words.Model {
		m, err := words.Read(bytes.NewReader(b))
		if err != nil {
			panic(err) // it is a part of the program
		}
		return m
	})
}

var feelings, abuseEn, abuseZh = model(feelingsModel), model(abuseEnModel), model(abuseZhModel)

// Load reads the classifiers, some 60 ms, so that the first utterance does
// not wait for it.
func Load() {
	abuseEn()
	abuseZh()
	Feeling("hello") // the vectors too
}

// learnt adds what the classifiers say of text, which found tells of so far.
func learnt(text string, n int, found [kinds]float64) (why []evidence) {
	han := strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
	abuse := abuseEn
	if han {
		abuse = abuseZh
	}
	var room [8]float64
	p := abuse().Classify(text, room[:0])
	at := slices.Index(abuse().Classes, "abusive")
	switch sure := p[at]; {
	case !han && sure > .5:
		why = append(why, evidence{abusive, .75 * sure, "words like " + quote(abuse().Why(text, "abusive", 2))})
	case han && sure > .7 && n > 3: // COLD is of contempt for groups, seldom of the listener
		why = append(why, evidence{abusive, .34, "words like " + quote(abuse().Why(text, "abusive", 3))})
	}
	if han || n < 3 {
		return why
	}
	p = feelings().Classify(text, room[:0])
	f := func(class string) float64 { return p[slices.Index(feelings().Classes, class)] }
	if bad := f("anger") + f("disgust"); bad > .5 {
		why = append(why, evidence{angry, min((bad-.3)*.6, .34), "words like " + quote(feelings().Why(text, "anger", 2))})
	}
	if sad := f("sadness"); sad > .5 {
		why = append(why, evidence{frustrated, (sad - .3) * .5, "words like " + quote(feelings().Why(text, "sadness", 2))})
	}
	if f("joy") > .75 && found[satisfied] > 0 {
		why = append(why, evidence{satisfied, .15, "words like " + quote(feelings().Why(text, "joy", 2))})
	}
	return why
}

func quote(ws []string) string { return `"` + strings.Join(ws, `", "`) + `"` }

// Feelings are the names that Feeling gives.
func Feelings() []string { return feelings().Classes }

// Feeling names what a text in English feels, by the classifier alone: anger,
// disgust, fear, joy, sadness, surprise or neutral, and how sure that is.
func Feeling(text string) (name string, p float64) {
	var room [8]float64
	ps := feelings().Classify(text, room[:0])
	best := slices.Index(ps, slices.Max(ps))
	return feelings().Classes[best], ps[best]
}
