// Package words is a small linear classifier of short texts in English and
// Chinese: hashed words, their pairs, triples and parts, one weight of a byte for each
// class; and, if wanted, what an English text means (package sentence). A Model is
// immutable and may be used by many goroutines.
package words

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"hotline/internal/sentence"
)

// A Model gives each of its Classes a probability.
type Model struct {
	Classes []string // sorted
	bits    int
	scale   []float32 // of each class: a weight is its byte times this
	bias    []float32
	weights []int8    // class by class within each bucket
	meaning []float32 // sentence.Dim for each class; nil if only words count
}

// pack rounds weights to bytes. Those under half a step are gone, which is
// most of them, and is what makes the file small.
func (m *Model) pack(w, bias []float32) {
	k := len(m.Classes)
	m.bias, m.scale, m.weights = bias, make([]float32, k), make([]int8, len(w))
	for i, v := range w {
		m.scale[i%k] = max(m.scale[i%k], float32(math.Abs(float64(v)))/127)
	}
	for i, v := range w {
		if s := m.scale[i%k]; s > 0 {
			m.weights[i] = int8(math.RoundToEven(float64(v / s)))
		}
	}
}

// Most is how many classes a Model may have.
const Most = 16

// Classify writes the probability of each of m.Classes for text to p, which is
// grown if needed, and returns it. A text without a word gives what is usual.
func (m *Model) Classify(text string, p []float64) []float64 {
	var room [sentence.Dim]float32
	p = append(p[:0], m.scores(text, m.vector(room[:], text))...)
	top := slices.Max(p)
	sum := 0.0
	for c := range p {
		p[c] = math.Exp(p[c] - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}

// scores are the logarithms of the odds, but for a constant, of text that means v.
func (m *Model) scores(text string, v []float32) []float64 {
	var in [256]uint32
	at := in[:0]
	features(tokens(text), m.bits, func(b uint32, _ int) { at = append(at, b) })
	slices.Sort(at)
	at = slices.Compact(at)
	k := len(m.Classes)
	var sums [Most]int32
	for _, b := range at {
		for c, v := range m.weights[int(b)*k : int(b)*k+k] {
			sums[c] += int32(v)
		}
	}
	p := make([]float64, k)
	x := 1 / math.Sqrt(float64(max(len(at), 1)))
	for c := range p {
		p[c] = float64(m.bias[c]) + float64(sums[c])*float64(m.scale[c])*x
		if v != nil && m.meaning != nil {
			p[c] += float64(sentence.Dot(m.meaning[c*sentence.Dim:], v))
		}
	}
	return p
}

// vector is what text means; nil if that does not count or is not known.
func (m *Model) vector(dst []float32, text string) []float32 {
	if m.meaning == nil || !sentence.Speaks(text) || !sentence.Encode(dst, text) {
		return nil
	}
	return dst
}

// Why gives the words of text that speak most for class rather than for the
// others, at most n, the strongest first.
func (m *Model) Why(text, class string, n int) []string {
	k := len(m.Classes)
	at, ok := slices.BinarySearch(m.Classes, class)
	if !ok {
		return nil
	}
	ws := tokens(text)
	type part struct {
		word string
		says float64
	}
	parts := make([]part, len(ws))
	total := 0.0
	for i, w := range ws {
		parts[i].word = w
	}
	features(ws, m.bits, func(b uint32, i int) {
		v := 0.0
		for c, x := range m.weights[int(b)*k : int(b)*k+k] {
			if c == at {
				v += float64(x) * float64(m.scale[c])
			} else {
				v -= float64(x) * float64(m.scale[c]) / float64(k-1)
			}
		}
		parts[i].says += v
		total += max(v, 0)
	})
	slices.SortStableFunc(parts, func(a, b part) int {
		switch {
		case a.says > b.says:
			return -1
		case a.says < b.says:
			return 1
		}
		return 0
	})
	var out []string
	for _, p := range parts {
		if len(out) < n && p.says > total*.1 && !slices.Contains(out, p.word) {
			out = append(out, p.word)
		}
	}
	return out
}

const magic = "hotline words 2\n"

// WriteTo writes m, compressed.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	b := []byte(magic)
	b = append(b, byte(m.bits), byte(len(m.Classes)))
	for c, name := range m.Classes {
		b = append(append(b, byte(len(name))), name...)
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.scale[c]))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.bias[c]))
	}
	k := len(m.Classes) // class after class compresses better
	for c := range k {
		for i := c; i < len(m.weights); i += k {
			b = append(b, byte(m.weights[i]))
		}
	}
	b = append(b, byte(len(m.meaning)/sentence.Dim))
	for _, v := range m.meaning {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	n, err := z.Write(b)
	return int64(n), errors.Join(err, z.Close())
}

// Read reads what WriteTo wrote.
func Read(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(z)
	head := make([]byte, len(magic)+2)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, err
	}
	m := &Model{bits: int(head[len(magic)])}
	k := int(head[len(magic)+1])
	if string(head[:len(magic)]) != magic || m.bits > 22 || k == 0 || k > Most {
		return nil, fmt.Errorf("words: not a model")
	}
	for range k {
		n, err := in.ReadByte()
		if err != nil {
			return nil, err
		}
		b := make([]byte, int(n)+8)
		if _, err := io.ReadFull(in, b); err != nil {
			return nil, err
		}
		m.Classes = append(m.Classes, string(b[:n]))
		m.scale = append(m.scale, math.Float32frombits(binary.LittleEndian.Uint32(b[n:])))
		m.bias = append(m.bias, math.Float32frombits(binary.LittleEndian.Uint32(b[n+4:])))
	}
	m.weights = make([]int8, k<<m.bits)
	column := make([]byte, 1<<m.bits)
	for c := range k {
		if _, err := io.ReadFull(in, column); err != nil {
			return nil, err
		}
		for i, v := range column {
			m.weights[i*k+c] = int8(v)
		}
	}
	switch n, err := in.ReadByte(); {
	case err != nil:
		return nil, err
	case int(n) == k:
		b := make([]byte, 4*k*sentence.Dim)
		if _, err := io.ReadFull(in, b); err != nil {
			return nil, err
		}
		m.meaning = make([]float32, k*sentence.Dim)
		for i := range m.meaning {
			m.meaning[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
	case n != 0:
		return nil, fmt.Errorf("words: not a model")
	}
	return m, nil
}
