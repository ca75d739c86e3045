// Package turns judges by its words whether an utterance is finished, whether it
// goes on, or whether the speaker asks for a moment, in English and Chinese. It
// looks at how the utterance ends and what it began with, never at punctuation,
// which recognisers put after anything.
//
// The weights are learned from whole utterances and the same cut short; see
// TestLearn for how to learn them again. Judge takes microseconds, does not
// allocate, and may be used by many goroutines at once.
package turns

import (
	_ "embed"
	"math"
	"sync"
)

// State is how an utterance stands.
type State uint8

const (
	Unsure     State = iota // there are no words
	Finished                // an answer is expected
	Unfinished              // more is coming
	Wait                    // the speaker asks for a moment, or for silence
)

func (s State) String() string { return [...]string{"unsure", "finished", "unfinished", "wait"}[s] }

// Judgement is a state and the probability that it is right.
type Judgement struct {
	State      State
	Confidence float64
}

//go:embed weights.bin
var shipped []byte

// shapes is the number of weights: features are hashed to them.
const shapes = 1 << 18

// unit is what one step of a weight is worth.
const unit = 1.0 / 24

// Judge judges an utterance.
func Judge(text string) Judgement {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.cut(text)
	if s.n == 0 {
		return Judgement{}
	}
	if s.asksToWait() {
		return Judgement{Wait, .95}
	}
	z, keep := 0.0, kept(s.han)
	s.each(func(h uint32, rare bool) {
		w := float64(int8(shipped[h%shapes])) * unit
		if rare {
			w *= keep
		}
		z += w
	})
	if s.dangles() {
		z -= dangling
	}
	p := 1 / (1 + math.Exp(-z))
	if p >= .5 {
		return Judgement{Finished, p}
	}
	return Judgement{Unfinished, 1 - p}
}

// kept is the share of rare features that are kept in learning, so that the
// common ones learn to do without them: by whether there are Han characters.
func kept(han bool) float64 {
	if han {
		return .5
	}
	return .8
}

// dangling is what a last word that cannot end anything takes from the odds.
const dangling = 3

var scratches = sync.Pool{New: func() any { return &scratch{} }}
