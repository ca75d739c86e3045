package turns

import (
	"strings"
	"unicode"
)

const (
	maxWords = 48 // only the last so many words count
	maxWord  = 24
)

// word is a Latin word or a Han character, in lower case.
type word struct {
	runes [maxWord]rune
	n     int
	han   bool
	class uint32 // the hash of a function word; of the ending of any other
	whole uint32 // its hash
}

// scratch is what one judgement needs. Words beyond the first maxWords push the
// middle out; the first two stay.
type scratch struct {
	words [maxWords]word
	n     int // words kept
	total int // words said
	han   bool
	parts [maxWords]chunk
}

func (s *scratch) cut(text string) {
	s.n, s.total, s.han = 0, 0, false
	open := false
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			if open {
				s.end()
			}
			open = false
			s.begin()
			s.put(r)
			s.words[s.n-1].han = true
			s.han = true
			s.end()
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if !open {
				s.begin()
				open = true
			}
			s.put(unicode.ToLower(r))
		case r == '\'' || r == '’':
		default:
			if open {
				s.end()
			}
			open = false
		}
	}
	if open {
		s.end()
	}
}

func (s *scratch) begin() {
	s.total++
	if s.n == maxWords {
		copy(s.words[2:], s.words[3:])
		s.n--
	}
	s.words[s.n].n, s.words[s.n].han = 0, false
	s.n++
}

func (s *scratch) put(r rune) {
	if w := &s.words[s.n-1]; w.n < maxWord {
		w.runes[w.n] = r
		w.n++
	}
}

func (s *scratch) end() {
	w := &s.words[s.n-1]
	w.whole = hash('w', w.runes[:w.n]...)
	switch {
	case function[w.whole] || w.han:
		w.class = w.whole
	case w.runes[0] >= '0' && w.runes[0] <= '9':
		w.class = hash('#')
	default:
		w.class = hash('~', w.runes[max(w.n-3, 0):w.n]...)
	}
}

func hash(mark rune, rs ...rune) uint32 {
	h := uint32(2166136261)
	h = (h ^ uint32(mark)) * 16777619
	for _, r := range rs {
		h = (h ^ uint32(r)) * 16777619
		h ^= h >> 15
	}
	return h
}

func mix(mark uint32, hs ...uint32) uint32 {
	h := mark*2654435761 + 7
	for _, x := range hs {
		h = (h ^ x) * 0x85ebca6b
		h ^= h >> 13
	}
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// back returns word i from the end, nil before the beginning.
func (s *scratch) back(i int) *word {
	if i >= s.n {
		return nil
	}
	return &s.words[s.n-1-i]
}

// each calls f for every feature of how the utterance ends. Those that name
// words are rare: many more are needed to know them, and they count less.
func (s *scratch) each(f func(h uint32, rare bool)) {
	rare := s.han // a character is a word, not a kind of word
	lang := uint32(0)
	if s.han {
		lang = 100
	}
	f(mix(lang+1), rare)
	size := uint32(min(s.total, 12))
	f(mix(lang+2, size), rare)
	last := s.back(0)
	f(mix(lang+3, size/3, last.class), rare)
	var whole, class [5]uint32
	n := 0
	for n < 5 && s.back(n) != nil {
		whole[n], class[n] = s.back(n).whole, s.back(n).class
		n++
	}
	for k := 1; k <= 5; k++ {
		if k > n {
			f(mix(lang+10+uint32(k), class[:n]...), rare) // the whole of a short utterance
			break
		}
		f(mix(lang+20+uint32(k), whole[:k]...), true)
		if !s.han {
			f(mix(lang+30+uint32(k), class[:k]...), rare)
		}
	}
	if n >= 2 {
		f(mix(lang+40, whole[1]), true) // what stands before the last word
		f(mix(lang+41, class[0], class[1], size/4), rare)
	}
	if n >= 3 {
		f(mix(lang+42, class[0], class[2]), rare)
	}
	if s.n >= 2 {
		first, second := &s.words[0], &s.words[1]
		f(mix(lang+50, first.whole, second.whole, min(size, 8)), true)
		f(mix(lang+51, first.whole, second.whole, class[0]), true)
	}
	// How far back the last words are that open something.
	seen := 0
	for i := 0; i < s.n && i < 16 && seen < 3; i++ {
		w := s.back(i)
		if s.han && opens[w.runes[0]] || !s.han && function[w.whole] {
			f(mix(lang+60+uint32(seen), w.whole, uint32(min(i, 6))), true)
			f(mix(lang+70+uint32(seen), w.whole, uint32(min(i, 6)), class[0]), true)
			seen++
		}
	}
	if s.han {
		s.grammar(f)
	} else {
		for k := 2; k <= 4 && k <= last.n; k++ {
			f(mix(lang+80, hash('e', last.runes[last.n-k:last.n]...)), true)
		}
	}
}

// function are the words of English grammar; any other counts by its ending.
var function = func() map[uint32]bool {
	m := map[uint32]bool{}
	for _, w := range strings.Fields(`a an the my your his her our their its this that these those some any no every each all both
		i you he she it we they me him us them who whom whose which what when where why how
		to of for with from at by in on about into over under between through during before after against within without across toward towards among
		and or but because if so than then as while although though since until unless whether nor
		is are was were am be been being do does did have has had can could will would shall should may might must
		im ive id ill youre youve theyre weve were its thats dont doesnt didnt cant couldnt wont wouldnt isnt arent
		not very more most less also just only even still really too up out off down back again please there here now
		want need like get make know think go help tell give find see understand one ones two`) {
		m[hash('w', []rune(w)...)] = true
	}
	return m
}()

// opens are characters that often open what must be closed.
var opens = func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range "的在和与对把被给从到向于让使为将以及或而但如因所能会想要请问是有没这那哪什怎几多吗呢吧了过着不也都就还" {
		m[r] = true
	}
	return m
}()
