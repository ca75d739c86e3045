package turns

import (
	"bytes"
	_ "embed"
	"sync"

	"hotline/dialog/turns/gru"
)

// The nets read an utterance from its beginning: they know what is still missing
// after a word far back. See TestLearn for how they were learned.

//go:embed zh.gru
var shippedZh []byte

//go:embed en.gru
var shippedEn []byte

var netZh, netEn = net(shippedZh), net(shippedEn)

func net(b []byte) func() *gru.Net {
	return sync.OnceValue(func() *gru.Net {
		n, err := gru.Read(bytes.NewReader(b))
		if err != nil {
			panic(err) // it is a part of the program
		}
		return n
	})
}

// read gives the logarithm of the odds that the utterance is finished, as the
// net sees it.
func (s *scratch) read() float64 {
	n := netEn()
	if s.han {
		n = netZh()
	}
	var st gru.State
	var room [8]uint32
	z := 0.0
	for i := range s.n {
		rows, _ := s.features(i, room[:0])
		z = n.Read(&st, rows)
	}
	return z
}

// Rows of the nets' features, one block after the other.
const (
	rowsWord  = 8192  // of a character
	rowsPair  = 16384 // of two characters in a row
	rowsKind  = 64    // of the kinds of the words that end here
	rowsOther = 448   // of Latin words in Chinese
	rowsZh    = rowsWord + rowsPair + rowsKind + rowsOther

	rowsEnWord = 16384 // of a word
	rowsEnEnd  = 4096  // of its last three letters, and 1,024 of its last two
	rowsEn     = rowsEnWord + rowsEnEnd + 1024
)

// features appends the rows of word i: what it is, what it is with the word before, and
// what kinds of words end with it. Words after i are not looked at. rare tells
// from where on they may be missing.
func (s *scratch) features(i int, out []uint32) (rows []uint32, rare int) {
	w := &s.words[i]
	if !s.han {
		n := w.n
		out = append(out, rowsEnWord+hash('3', w.runes[max(n-3, 0):n]...)%rowsEnEnd, rowsEnWord+rowsEnEnd+hash('2', w.runes[max(n-2, 0):n]...)%1024)
		return append(out, w.whole%rowsEnWord), 2
	}
	if !w.han {
		return append(out, rowsWord+rowsPair+rowsKind+w.class%rowsOther), 1
	}
	for size := 1; size <= 4 && size <= i+1; size++ {
		first := i + 1 - size
		if !s.words[first].han {
			break
		}
		if k := lookup(s.words[first : i+1]); k != unknown {
			out = append(out, uint32(rowsWord+rowsPair)+uint32(size-1)*16+uint32(k))
		}
	}
	out = append(out, w.whole%rowsWord)
	rare = len(out)
	if i > 0 && s.words[i-1].han {
		out = append(out, rowsWord+mix(300, s.words[i-1].whole, w.whole)%rowsPair)
	}
	return out, rare
}
