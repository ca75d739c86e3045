// Package turns judges by its words whether an utterance is finished, whether it
// goes on, or whether the speaker asks for a moment, in English and Chinese. It
// looks at how the utterance ends and what it began with, never at punctuation,
// which recognisers put after anything.
//
// The weights are learned from whole utterances and the same cut short; see
// TestLearn for how to learn them again. A long utterance is also read from its
// beginning by a small net (package gru). Judge takes microseconds, for an utterance of twenty
// words a third of a millisecond; it does not allocate, and may be used by many
// goroutines at once.
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

// spoken are weights learned from what people say, written those from what they
// write in Chinese.
//
//go:embed weights.bin
var spoken []byte

//go:embed written.bin
var written []byte

// shapes is the number of weights of each: features are hashed to them.
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
	z := s.odds()
	p := 1 / (1 + math.Exp(-z))
	if p >= .5 {
		return Judgement{Finished, p}
	}
	return Judgement{Unfinished, 1 - p}
}

// short is how many words, or Han characters, an utterance has at most that is
// judged by the spoken weights alone: who writes does not write "a person please".
const (
	short    = 4
	shortHan = 4
)

// odds gives the logarithm of the odds that the utterance is finished: the mean of what its ends tell and of what
// the net makes of it from its beginning.
func (s *scratch) odds() float64 {
	z := 0.0
	switch {
	case !s.han && s.total <= short, s.han && s.total <= shortHan:
		z = s.ends(spoken)
	case s.han:
		z = (s.ends(written) + s.read()) / 2
	default:
		z = (s.ends(spoken) + s.read()) / 2
	}
	if s.dangles() {
		z -= dangling
	}
	return z
}

// ends gives the logarithm of the odds that the utterance is finished, by how it
// ends and begins.
func (s *scratch) ends(weights []byte) float64 {
	z, keep := 0.0, kept(s.han)
	s.each(func(h uint32, rare bool) {
		w := float64(int8(weights[h%shapes])) * unit
		if rare {
			w *= keep
		}
		z += w
	})
	return z
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
