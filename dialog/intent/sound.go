package intent

import (
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// sound hashes what a word sounds like to a recogniser that has it wrong: a Han
// character by its syllable without tone and without the pairs that many
// speakers do not keep apart (zh and z, ing and in, l and n); an English word by
// its first sound and its consonants, "where" and "wear" alike. It is 0 for a
// number and a word too short to tell.
func sound(w []rune) uint64 {
	if len(w) == 1 {
		if r := w[0]; r >= hanFirst && r < hanEnd {
			return uint64(syllables()[r-hanFirst])
		}
		return 0
	}
	if w[0] < 'a' || w[0] > 'z' || len(w) < 3 {
		return 0
	}
	h, before := uint64(offset64), rune(0)
	for i, r := range w {
		next := rune(0)
		if i+1 < len(w) {
			next = w[i+1]
		}
		r = consonant(r, next, i == 0)
		if r == 0 || r == before {
			continue
		}
		h, before = add(h, r), r
	}
	return h
}

// consonant is the class of the sound of r before next; 0 is silent.
func consonant(r, next rune, first bool) rune {
	switch r {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		if first {
			return 'a'
		}
		return 0
	case 'h':
		if !first {
			return 0
		}
	case 'k':
		if first && next == 'n' {
			return 0
		}
	case 'c', 'q':
		if next == 'e' || next == 'i' || next == 'y' {
			return 's'
		}
		return 'k'
	case 'z', 'x':
		return 's'
	case 'p':
		if next == 'h' {
			return 'f'
		}
	case 'g':
		if next == 'h' {
			return 0
		}
	case 'w':
		if !first {
			return 0
		}
	case 'd':
		return 't'
	}
	return r
}

const (
	hanFirst = 0x4E00
	hanEnd   = 0xA000
)

// syllables numbers the syllable of each Han character; 0 is unknown.
var syllables = sync.OnceValue(func() *[hanEnd - hanFirst]uint16 {
	out := new([hanEnd - hanFirst]uint16)
	number := map[string]uint16{}
	plain := map[string]string{}
	for r := range out {
		all, ok := pinyin.PinyinDict[r+hanFirst]
		if !ok {
			continue
		}
		s, _, _ := strings.Cut(all, ",")
		if _, ok := plain[s]; !ok {
			plain[s] = syllable(s)
		}
		s = plain[s]
		if number[s] == 0 {
			number[s] = uint16(len(number) + 1)
		}
		out[r] = number[s]
	}
	return out
})

// syllable is pinyin without tone and without what speakers mix up.
func syllable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	for _, p := range [][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}, {"l", "n"}} {
		if rest, ok := strings.CutPrefix(s, p[0]); ok {
			s = p[1] + rest
			break
		}
	}
	if rest, ok := strings.CutSuffix(s, "ing"); ok {
		s = rest + "in"
	} else if rest, ok := strings.CutSuffix(s, "eng"); ok {
		s = rest + "en"
	}
	return s
}
