package sentence

import (
	_ "embed"
	"encoding/binary"
	"math"
	"sync"
	"unicode"
)

// A Chinese text means the sum of what its grams mean: its characters, the words of
// two to four characters in it that are known, however they overlap, and its runs
// of Latin letters. What each means was learned so that the sum points where the
// vector of the English translation does (TestLearn). There is no order in it.

// chinese.bin has, numbers little endian: how many grams; their hashes, sorted; for each gram
// what a step of its row is, float32; their rows, of thin bytes each; the middle
// of English vectors, Dim float32; the axes, thin vectors of Dim float32.
//
//go:embed chinese.bin
var chineseFile []byte

const (
	thin    = 256 // numbers of a gram
	longest = 4   // characters of a gram
)

// chinese are the grams and what they mean.
type chinese struct {
	hashes []byte // four each
	size   []byte // four each
	rows   []byte
	middle []float32
	axes   []float32 // scaled to how far English vectors are from their middle
}

var sharedChinese = sync.OnceValue(func() *chinese { return readChinese(chineseFile) })

func readChinese(file []byte) *chinese {
	r := &reader{b: file}
	n := int(binary.LittleEndian.Uint32(r.take(4)))
	c := &chinese{hashes: r.take(4 * n), size: r.take(4 * n), rows: r.take(thin * n), middle: r.floats(Dim), axes: r.floats(thin * Dim)}
	far := float32(math.Sqrt(1 - float64(Dot(c.middle, c.middle))))
	for i := range c.axes {
		c.axes[i] *= far
	}
	if r.err != nil || len(r.b) > 0 {
		panic("sentence: the Chinese vectors in the program are not whole")
	}
	return c
}

// encode writes the vector of text to dst. A text without a known gram is all zeros
// and reports false.
func (c *chinese) encode(dst []float32, text string) bool {
	clear(dst)
	var sum [thin]float32
	eachGram(text, func(h uint32) {
		if i := c.find(h); i >= 0 {
			size := math.Float32frombits(binary.LittleEndian.Uint32(c.size[4*i:]))
			for k, v := range c.rows[thin*i:][:thin] {
				sum[k] += size * float32(int8(v))
			}
		}
	})
	far := float32(math.Sqrt(float64(dot(sum[:], sum[:]))))
	if far == 0 {
		return false
	}
	copy(dst, c.middle)
	for k, v := range sum {
		AddScaled(dst, c.axes[k*Dim:], v/far)
	}
	Normalize(dst)
	return true
}

// find is the number of the gram with hash h; -1 if there is none.
func (c *chinese) find(h uint32) int {
	lo, hi := 0, len(c.hashes)/4
	for lo < hi {
		mid := (lo + hi) / 2
		switch v := binary.LittleEndian.Uint32(c.hashes[4*mid:]); {
		case v == h:
			return mid
		case v < h:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return -1
}

// eachGram calls f with the hash of every gram that text may have: of up to longest
// Han characters, from the last to the first, and of runs of Latin letters.
func eachGram(text string, f func(hash uint32)) {
	var last [longest]rune // Han characters, the newest first
	n := 0
	latin := uint32(start)
	for _, r := range text {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			latin = extend(latin, unicode.ToLower(r))
			n = 0
			continue
		}
		if latin != start {
			f(latin)
			latin = start
		}
		if !unicode.Is(unicode.Han, r) {
			n = 0
			continue
		}
		copy(last[1:], last[:])
		last[0] = r
		n = min(n+1, longest)
		h := uint32(start)
		for _, r := range last[:n] {
			h = extend(h, r)
			f(h)
		}
	}
	if latin != start {
		f(latin)
	}
}

// start and extend are FNV-1a over runes.
const start = 2166136261

func extend(h uint32, r rune) uint32 {
	h = (h ^ uint32(r)) * 16777619
	return h ^ h>>15
}
