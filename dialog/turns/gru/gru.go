// Package gru is a small recurrent network (Cho et al. 2014: gated recurrent
// units) that reads an utterance from its beginning and says after each word how
// likely it is that the utterance ends there. A word is a few features, whose
// vectors are added.
//
// A Net is immutable and may be used by many goroutines. Reading a word takes
// some 20,000 multiplications and does not allocate.
package gru

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// Sizes of all nets.
const (
	In     = 32 // numbers in the vector of a word
	Hidden = 64 // numbers that are remembered
)

// gates: what is forgotten, what of the past the new thought sees, the new thought.
const (
	update = iota
	reset
	fresh
	gates
)

// dense are the weights that every word uses.
type dense struct {
	x   [gates][Hidden][In]float32
	h   [gates][Hidden][Hidden]float32
	b   [gates][Hidden]float32
	out [Hidden]float32
	c   float32
}

// A Net reads utterances. Its features are numbers below Rows.
type Net struct {
	Rows  int
	d     *dense
	scale float32
	words []int8 // Rows vectors
}

// A State is what is remembered of the words so far; the zero State of none.
type State struct{ h [Hidden]float32 }

// Read takes the next word and returns the logarithm of the odds that the
// utterance ends with it.
func (n *Net) Read(s *State, features []uint32) float64 {
	var x [In]float32
	for _, f := range features {
		row := n.words[int(f)*In : int(f)*In+In]
		for i, v := range row {
			x[i] += float32(v)
		}
	}
	for i := range x {
		x[i] *= n.scale
	}
	var next [Hidden]float32
	d := n.d
	for i := range next {
		z := sigmoid(d.b[update][i] + dotIn(&d.x[update][i], &x) + dotHidden(&d.h[update][i], &s.h))
		r := sigmoid(d.b[reset][i] + dotIn(&d.x[reset][i], &x) + dotHidden(&d.h[reset][i], &s.h))
		t := tanh(d.b[fresh][i] + dotIn(&d.x[fresh][i], &x) + r*dotHidden(&d.h[fresh][i], &s.h))
		next[i] = (1-z)*t + z*s.h[i]
	}
	s.h = next
	return float64(d.c + dotHidden(&d.out, &s.h))
}

func dotIn(a, b *[In]float32) float32 {
	var s0, s1, s2, s3 float32
	for i := 0; i < In; i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return s0 + s1 + s2 + s3
}

func dotHidden(a, b *[Hidden]float32) float32 {
	var s0, s1, s2, s3 float32
	for i := 0; i < Hidden; i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return s0 + s1 + s2 + s3
}

func sigmoid(x float32) float32 { return 1 / (1 + exp(-x)) }
func tanh(x float32) float32    { return 2/(1+exp(-2*x)) - 1 }

// exp is e to the x for x within 30 of 0, right to a millionth: 2 to the whole part of
// x/ln 2 by the exponent of the number, the rest by a polynomial (Taylor).
func exp(x float32) float32 {
	x = max(-30, min(30, x)) * math.Log2E
	n := int32(x+128.5) - 128
	f := (x - float32(n)) * math.Ln2
	p := 1 + f*(1+f*(1./2+f*(1./6+f*(1./24+f*(1./120+f/720)))))
	return p * math.Float32frombits(uint32(n+127)<<23)
}

const magic = "hotline gru 1\n"

// WriteTo writes n: the vectors as bytes, the rest as numbers of 32 bits.
func (n *Net) WriteTo(w io.Writer) (int64, error) {
	b := []byte(magic)
	b = binary.LittleEndian.AppendUint32(b, uint32(n.Rows))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(n.scale))
	for _, v := range n.d.flat() {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(*v))
	}
	for _, v := range n.words {
		b = append(b, byte(v))
	}
	m, err := w.Write(b)
	return int64(m), err
}

// Read reads what WriteTo wrote.
func Read(r io.Reader) (*Net, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	d := new(dense)
	flat := d.flat()
	head := len(magic) + 8 + 4*len(flat)
	if len(b) < head || string(b[:len(magic)]) != magic {
		return nil, errors.New("gru: not a net")
	}
	n := &Net{d: d, Rows: int(binary.LittleEndian.Uint32(b[len(magic):])), scale: math.Float32frombits(binary.LittleEndian.Uint32(b[len(magic)+4:]))}
	for i, v := range flat {
		*v = math.Float32frombits(binary.LittleEndian.Uint32(b[len(magic)+8+4*i:]))
	}
	if len(b)-head != n.Rows*In {
		return nil, errors.New("gru: cut short")
	}
	n.words = make([]int8, n.Rows*In)
	for i := range n.words {
		n.words[i] = int8(b[head+i])
	}
	return n, nil
}

// Easier returns a Net that takes utterances for finished by as much more easily; less, if by is negative.
func (n *Net) Easier(by float64) *Net {
	d := *n.d
	d.c += float32(by)
	return &Net{Rows: n.Rows, d: &d, scale: n.scale, words: n.words}
}

// flat points at every weight of d.
func (d *dense) flat() (out []*float32) {
	for g := range d.x {
		for i := range d.x[g] {
			for j := range d.x[g][i] {
				out = append(out, &d.x[g][i][j])
			}
			for j := range d.h[g][i] {
				out = append(out, &d.h[g][i][j])
			}
			out = append(out, &d.b[g][i])
		}
	}
	for i := range d.out {
		out = append(out, &d.out[i])
	}
	return append(out, &d.c)
}
