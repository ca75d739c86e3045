// Package sentence turns an utterance into a vector that says what it means: "my
// card was swallowed" and "the machine kept it" are near each other though they
// share no word, and so is 机器把卡吞了. English it knows from the Universal Sentence Encoder
// (lite), whose weights are in the program as bytes: seven million of them. What
// Chinese words mean it has learned from a dictionary and translations: eight
// million bytes.
//
// The vector has Dim numbers and length 1; the inner product of two vectors is
// how alike two utterances are, 1 for the same. Text of other languages gets a
// vector that says little: see Of.
//
// For English Encode is a transformer of two layers over pieces of words (Cer et al. 2018,
// Vaswani et al. 2017), in pure Go with a little assembly: on a processor that
// multiplies bytes (AVX-512 VNNI) an utterance of ten words takes under a
// millisecond, with AVX2 a few, on others some tens; the vector is the same. For
// Chinese it is a sum over words, in some 20 microseconds. It
// is safe for many goroutines and does not allocate for plain text. Capitals do
// not count, since recognisers differ in them. The weights are read at the first
// use, in some 30 ms.
package sentence

import (
	"sync"
	"unicode"
)

// Dim is how many numbers a vector has.
const Dim = 512

// MaxPieces is how much of an English text is read; most utterances have 10 to 30 pieces.
const MaxPieces = 128

// Language is that of a text as far as its vector goes.
type Language uint8

// The languages. The vectors of each lie around a middle of their own.
const (
	Unknown Language = iota
	English
	Chinese
	Languages // how many there are
)

// Of is the language of text by its letters: English if most are Latin.
func Of(text string) Language {
	latin, han, other := 0, 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Han, r):
			han += 3 // a character is a word
		case unicode.IsLetter(r):
			other++
		}
	}
	switch {
	case latin > han+other:
		return English
	case han > other:
		return Chinese
	}
	return Unknown
}

// Speaks reports whether text is English.
func Speaks(text string) bool { return Of(text) == English }

// Encode writes the vector of text to dst, which has Dim numbers. A text
// without a piece that is known is all zeros and reports false.
func Encode(dst []float32, text string) bool {
	if Of(text) == Chinese {
		return sharedChinese().encode(dst[:Dim], text)
	}
	e := shared()
	s := e.pool.Get().(*scratch)
	defer e.pool.Put(s)
	return e.encode(s, dst[:Dim], text)
}

// shared is the one encoder of the program.
var shared = sync.OnceValue(func() *encoder {
	e, err := read(weights)
	if err != nil {
		panic("sentence: the weights in the program: " + err.Error())
	}
	return e
})
