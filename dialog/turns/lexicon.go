package turns

import (
	_ "embed"
	"encoding/binary"
)

// lexicon.bin has the Chinese words of one to four characters with what kind
// of word they are: entries of five bytes, the hash (little endian) and the kind, sorted
// by hash. It is made from the dictionary of github.com/go-ego/gse by TestLexicon.
//
//go:embed lexicon.bin
var lexicon []byte

// kinds of Chinese words.
const (
	unknown = iota // no word, or a part of one that was cut
	noun
	verb
	verbalNoun
	adjective
	adverb
	number
	pronoun
	link // a preposition or conjunction
	idiom
	particle
	other
)

// lookup returns the kind of a word of characters; unknown if it is none.
func lookup(ws []word) byte {
	h := uint32(2166136261)
	for i := range ws {
		h = extend(h, ws[i].runes[0])
	}
	lo, hi := 0, len(lexicon)/5
	for lo < hi {
		mid := (lo + hi) / 2
		switch v := binary.LittleEndian.Uint32(lexicon[mid*5:]); {
		case v == h:
			return lexicon[mid*5+4]
		case v < h:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return unknown
}

func extend(h uint32, r rune) uint32 {
	h = (h ^ uint32(r)) * 16777619
	return h ^ h>>15
}

// chunk is a Chinese word of an utterance: its kind and its length.
type chunk struct {
	kind, size byte
	first      int
}

// chunks cuts the utterance into words from its end, the longest first.
func (s *scratch) chunks() []chunk {
	n := 0
	for end := s.n; end > 0 && n < len(s.parts); n++ {
		c := chunk{other, 1, end - 1}
		if s.words[end-1].han {
			for size := 4; size >= 1; size-- {
				if end < size || size > 1 && !s.words[end-size].han {
					continue
				}
				if k := lookup(s.words[end-size : end]); k != unknown || size == 1 {
					c = chunk{k, byte(size), end - size}
					break
				}
			}
		}
		s.parts[n] = c
		end -= int(c.size)
	}
	return s.parts[:n]
}

// grammar calls f for the features of a Chinese utterance's words.
func (s *scratch) grammar(f func(h uint32, rare bool)) {
	c := s.chunks()
	id := func(i int) uint32 { // its kind, and itself if it is one character
		if i >= len(c) {
			return 1 << 16
		}
		k := uint32(c[i].kind) | uint32(c[i].size)<<8
		if c[i].size == 1 {
			k |= s.words[c[i].first].whole &^ 0xffff
		}
		return k
	}
	kind := func(i int) uint32 {
		if i >= len(c) {
			return 99
		}
		return uint32(c[i].kind)
	}
	f(mix(200, kind(0)), false)
	f(mix(201, kind(0), kind(1)), false)
	f(mix(202, kind(0), kind(1), kind(2)), false)
	f(mix(203, kind(0), kind(1), kind(2), kind(3)), false)
	f(mix(204, id(0)), false)
	f(mix(205, id(0), id(1)), true)
	f(mix(206, id(0), id(1), id(2)), true)
	f(mix(207, kind(0), id(1), id(2)), false)
	f(mix(208, kind(0), id(1)), false)
	verbs, lastVerb, lastOf, lastLink := uint32(0), uint32(9), uint32(9), uint32(9)
	for i := range c {
		switch {
		case c[i].kind == verb || c[i].kind == adjective:
			verbs = min(verbs+1, 3)
			if lastVerb == 9 {
				lastVerb = uint32(min(i, 5))
			}
		case c[i].kind == link && lastLink == 9:
			lastLink = uint32(min(i, 5))
		case c[i].size == 1 && s.words[c[i].first].runes[0] == '的' && lastOf == 9:
			lastOf = uint32(min(i, 5))
		}
	}
	length := uint32(min(len(c), 10))
	f(mix(210, verbs, length), false)
	f(mix(211, verbs, lastVerb, kind(0)), false)
	f(mix(212, lastVerb, lastOf, lastLink), false)
	f(mix(213, lastVerb, lastOf, lastLink, kind(0)), false)
	if lastVerb < 5 && c[lastVerb].size > 1 {
		v := c[lastVerb]
		h := uint32(17)
		for k := range int(v.size) {
			h = mix(214, h, s.words[v.first+k].whole)
		}
		f(mix(215, h, lastVerb), true)
		f(mix(216, h, lastVerb, kind(0)), true)
	}
}
