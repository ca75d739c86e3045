// Package intent names what an utterance wants. A classifier is trained from a
// bot's own examples, five to twenty an intent, in well under a second: linear
// support vector machines, one an intent, over words, word pairs and triples,
// and pieces of words (single characters and their neighbours in Chinese).
// Pieces of words are what survives a recogniser that writes "wear" for "where".
// Beside them are machines over what an English or Chinese utterance means (package
// internal/sentence): they know words that no example has.
//
// Of an utterance much longer than the examples the clauses are judged beside the
// whole, and the clearest wish wins.
//
// What none of the intents wants is an answer of its own: None. Where the line
// is drawn is learned, from utterances held out in training and from a
// background of things that people say to anybody.
//
// A Model does not change after training and may be used by many goroutines at
// once; Classify takes about a millisecond in English, a tenth of that in Chinese, and
// does not allocate.
package intent

import (
	"slices"
	"sort"
	"strings"
)

// None is the intent of an utterance that wants nothing the bot knows.
const None = "none"

// A Classifier names the intent of an utterance.
type Classifier interface {
	// Classify names what text wants.
	Classify(text string) Result
	// Explain names up to n words of text that spoke most for intent.
	Explain(text, intent string, n int) []string
	// Rambles reports whether text is much longer than the examples of the intents.
	Rambles(text string) bool
}

// Result is what an utterance wants. Confidence is calibrated: of the results
// with .8, about four in five are right.
type Result struct {
	Intent     string // None if the utterance is out of scope
	Confidence float64
	None       float64   // the probability that it is out of scope
	Top        [3]Scored // the likeliest intents, in or out of scope; fewer leave empty names
}

// Scored is an intent and its probability.
type Scored struct {
	Intent string
	P      float64
}

// An Example is an utterance and what it wants. The intent None marks what is
// out of scope.
type Example struct{ Text, Intent string }

// Options of Train. The zero value is the default.
type Options struct {
	Background []string // out-of-scope utterances; nil is a built-in list
	Folds      int      // of cross-validation for the calibration; 0 is 4
	Cost       float64  // of a training error (the C of the SVM); 0 is 1
	Manners    []string // intents that are a whole utterance or none: no clause of a long one is a greeting
}

// Train learns examples. It is deterministic.
func Train(examples []Example, o Options) *Model {
	if o.Folds == 0 {
		o.Folds = 4
	}
	if o.Cost == 0 {
		o.Cost = 1
	}
	if o.Background == nil {
		o.Background = builtinBackground()
	}
	m := &Model{scale: 3}
	set := map[string]bool{}
	for _, e := range examples {
		if e.Intent != None && !set[e.Intent] {
			set[e.Intent] = true
			m.intents = append(m.intents, e.Intent)
		}
	}
	sort.Strings(m.intents)
	class := map[string]int{None: -1}
	for i, s := range m.intents {
		m.manners = append(m.manners, slices.Contains(o.Manners, s))
		class[s] = i
	}
	docs := make([]doc, 0, len(examples)+len(m.intents)+len(o.Background))
	known := map[string]bool{}
	for _, e := range examples {
		docs = append(docs, doc{text: e.Text, class: class[e.Intent]})
		known[e.Text] = true
	}
	for i, s := range m.intents {
		docs = append(docs, doc{text: strings.Join(words(s), " "), class: i, name: true})
	}
	for _, b := range o.Background {
		if !known[b] {
			docs = append(docs, doc{text: b, class: -1, background: true})
		}
	}
	m.long = lengths(docs)
	m.index(docs)
	m.middle = understand(docs)
	if len(m.intents) == 0 {
		return m
	}
	m.learn(docs, o)
	return m
}
