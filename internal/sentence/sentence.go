// Package sentence turns an English utterance into a vector that says what it
// means: "my card was swallowed" and "the machine kept it" are near each other
// though they share no word. It knows this from the Universal Sentence Encoder
// (lite), whose weights are in the program as bytes: seven million of them.
//
// The vector has Dim numbers and length 1; the inner product of two vectors is
// how alike two utterances are, 1 for the same. Text of other languages gets a
// vector that says little: see Speaks.
//
// Encode is a transformer of two layers over pieces of words (Cer et al. 2018,
// Vaswani et al. 2017), in pure Go with a little assembly: on a processor that
// multiplies bytes (AVX-512 VNNI) an utterance of ten words takes under a
// millisecond, with AVX2 a few, on others some tens; the vector is the same. It
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

// MaxPieces is how much of a text is read; most utterances have 10 to 30 pieces.
const MaxPieces = 128

// Speaks reports whether the encoder knows the language of text: most of its
// letters are Latin.
func Speaks(text string) bool {
	latin, other := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Han, r):
			other += 3 // a character is a word
		case unicode.IsLetter(r):
			other++
		}
	}
	return latin > other
}

// Encode writes the vector of text to dst, which has Dim numbers. A text
// without a piece that the encoder knows is all zeros and reports false.
func Encode(dst []float32, text string) bool {
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
