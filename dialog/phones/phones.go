// Package phones tells how words sound: the sounds of an English word, from the
// CMU Pronouncing Dictionary or, for words that are not in it, from their letters;
// those of a Chinese character, from its pinyin; and how easily one sound is
// taken for another.
//
// Sounds are one byte each, an index into the 39 of ARPAbet without stress. The
// dictionary is unpacked at first use, which takes some 20 ms and 2 MB.
package phones

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// The sounds, in the order of their numbers.
const (
	AA byte = iota
	AE
	AH
	AO
	AW
	AY
	B
	CH
	D
	DH
	EH
	ER
	EY
	F
	G
	HH
	IH
	IY
	JH
	K
	L
	M
	N
	NG
	OW
	OY
	P
	R
	S
	SH
	T
	TH
	UH
	UW
	V
	W
	Y
	Z
	ZH
	count
)

var names = strings.Fields("AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH")

// written is how the dictionary writes the sounds.
const written = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"

//go:embed words.gz
var packed []byte

// dictionary is lines of "word sounds", sorted by word.
var dictionary = sync.OnceValue(func() []byte {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("phones: " + err.Error())
	}
	out, err := io.ReadAll(r)
	if err != nil {
		panic("phones: " + err.Error())
	}
	return out
})

// lookUp finds a word in the dictionary.
func lookUp(word string) (string, bool) {
	dict := dictionary()
	lo, hi := 0, len(dict)
	for lo < hi {
		mid := (lo + hi) / 2
		start := bytes.LastIndexByte(dict[:mid], '\n') + 1
		stop := start + bytes.IndexByte(dict[start:], '\n')
		have, sounds, _ := bytes.Cut(dict[start:stop], []byte(" "))
		switch c := strings.Compare(word, string(have)); {
		case c == 0:
			return string(sounds), true
		case c < 0:
			hi = start
		default:
			lo = stop + 1
		}
	}
	return "", false
}

// Of are the sounds of a word in lower case, or of one Chinese character. A word
// that the dictionary lacks is read by its letters; another script has no sounds.
func Of(word string) []byte {
	if r, n := utf8.DecodeRuneInString(word); n == len(word) && unicode.Is(unicode.Han, r) {
		return han(r)
	}
	if sounds, ok := lookUp(word); ok {
		return indices(sounds)
	}
	for _, ending := range []string{"'s", "s", "'d", "'ll"} { // of a word that it has
		if stem, ok := strings.CutSuffix(word, ending); ok {
			if sounds, ok := lookUp(stem); ok {
				return append(indices(sounds), spell(strings.Trim(ending, "'"))...)
			}
		}
	}
	return spell(word)
}

func indices(sounds string) []byte {
	out := make([]byte, 0, len(sounds)+2)
	for i := range len(sounds) {
		out = append(out, byte(strings.IndexByte(written, sounds[i])))
	}
	return out
}

// String names sounds, for people: "K AO F IY".
func String(sounds []byte) string {
	out := make([]string, len(sounds))
	for i, s := range sounds {
		out[i] = names[s]
	}
	return strings.Join(out, " ")
}
