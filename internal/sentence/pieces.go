package sentence

import (
	"slices"
	"unicode"
	"unicode/utf8"

	unicodenorm "golang.org/x/text/unicode/norm"
)

// pieces are the parts of words that the encoder knows, and how likely each is.
type pieces struct {
	ids   map[string]int32
	score []float32
	most  int   // bytes of the longest
	begin int32 // the piece that only begins a word
}

// node is the best way to cut a text up to a byte.
type node struct {
	score float32
	id    int32 // of the last piece; -1 if there is no way yet
	from  int32 // where it begins
}

// word begins a word, in the alphabet of the pieces.
const word = "▁"

// cut finds the likeliest pieces of text (Viterbi over a unigram model, Kudo
// 2018) and writes their ids to s.ids. What no piece covers is piece 0, once for
// a run of it; a text of nothing else has none.
func (p *pieces) cut(s *scratch, text string) int {
	if !ascii(text) {
		text = unicodenorm.NFKC.String(text)
	}
	s.read(text)
	t := s.text
	s.best = slices.Grow(s.best[:0], len(t)+1)[:len(t)+1]
	clear(s.best)
	for i := range s.best {
		s.best[i].id = -1
	}
	const unknown = -20
	for i := 0; i < len(t); {
		_, size := utf8.DecodeRune(t[i:])
		if i == 0 || s.best[i].id >= 0 {
			from := s.best[i].score
			try := func(end int, score float32, id int32) {
				if b := &s.best[end]; b.id < 0 || score >= b.score {
					*b = node{score, id, int32(i)}
				}
			}
			try(i+size, from+unknown, 0)
			for end := i + size; ; {
				if id, ok := p.ids[string(t[i:end])]; ok {
					try(end, from+p.score[id], id)
				}
				if end >= len(t) || end-i >= p.most {
					break
				}
				_, size := utf8.DecodeRune(t[end:])
				end += size
			}
		}
		i += size
	}
	n := 0
	for at := int32(len(t)); at > 0; at = s.best[at].from {
		n++
	}
	// The ids are written from the end; of a long text the first are kept.
	k, last := n, int32(-1)
	for at := int32(len(t)); at > 0; at = s.best[at].from {
		k--
		if k < MaxPieces {
			s.ids[k] = s.best[at].id
		}
	}
	out := 0
	for _, id := range s.ids[:min(n, MaxPieces)] {
		if id != 0 || last != 0 {
			s.ids[out] = id
			out++
		}
		last = id
	}
	for _, id := range s.ids[:out] {
		if id != 0 && id != p.begin {
			return out
		}
	}
	return 0
}

// most bytes of a text are read.
const mostBytes = 8 * MaxPieces

// read writes text to s.text in small letters, with the beginnings of its words
// marked.
func (s *scratch) read(text string) {
	s.text = s.text[:0]
	gap := true
	for _, r := range text {
		if unicode.IsSpace(r) {
			gap = true
			continue
		}
		if gap {
			s.text = append(s.text, word...)
			gap = false
		}
		s.text = utf8.AppendRune(s.text, unicode.ToLower(r))
		if len(s.text) > mostBytes {
			return
		}
	}
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
