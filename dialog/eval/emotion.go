package eval

import (
	"slices"
	"time"

	"hotline/dialog"
	"hotline/dialog/emotion"
	"hotline/dialog/emotion/words"
)

// feels is dialog/emotion as it stands, in the words of the labels of rows.
func feels(rows []Item) func(text string) (string, float64) {
	only := func(names ...string) bool {
		return !slices.ContainsFunc(rows, func(r Item) bool { return !slices.Contains(names, r.Label) })
	}
	against := func(bad, good string) func(string) (string, float64) {
		return func(text string) (string, float64) {
			if e := emotion.Read(text, dialog.Tone{}); e.Name == emotion.Abusive {
				return bad, e.Score
			}
			return good, 1
		}
	}
	switch {
	case only("abusive", "ok"):
		return against("abusive", "ok")
	case only("offensive", "safe"):
		return against("offensive", "safe")
	case only("satisfied", "neutral", "dissatisfied"):
		return func(text string) (string, float64) { return emotion.Satisfaction(text), 1 }
	case only(emotion.Feelings()...):
		return emotion.Feeling
	}
	return func(text string) (string, float64) {
		e := emotion.Read(text, dialog.Tone{})
		return e.Name, e.Score
	}
}

// felt trains a classifier of feelings on rows and measures held.
func (t *tally) felt(rows, held []Item) {
	examples := make([]words.Example, len(rows))
	labels := map[string]bool{}
	for i, r := range rows {
		examples[i] = words.Example{Class: r.Label, Text: r.Text}
		labels[r.Label] = true
	}
	if len(labels) > words.Most { // no set of feelings
		t.trained(rows, held, Options{})
		return
	}
	start := time.Now()
	m := words.Train(examples, words.Feelings)
	t.learned += time.Since(start)
	var p []float64
	t.measure(held, func(text string) (string, float64) {
		p = m.Classify(text, p)
		best := slices.Index(p, slices.Max(p))
		return m.Classes[best], p[best]
	})
}
