package sentence

import (
	"math"
	"sync"
)

// encoder is the network.
type encoder struct {
	pieces pieces
	embed  []int8    // by piece, 256 numbers
	size   []float32 // by piece: what a step of embed is
	tempo  []float32 // of the waves that tell positions apart
	widen  linear    // 256 to 512, beside the first layer
	layers [2]layer
	last   linear
	pool   sync.Pool // of *scratch
}

type layer struct {
	width               int // of what comes in
	norm1, norm2        norm
	qkv, out, ffn, back linear
}

type norm struct{ scale, bias []float32 }

const (
	narrow = 256
	wide   = 512
	inner  = 1536
	heads  = 4
)

// scratch is what one utterance needs.
type scratch struct {
	ids                 [MaxPieces]int32
	best                []node
	text                []byte
	x, y, h, qkv, inner []float32
	att                 [MaxPieces]float32
	rows                rows
}

func newScratch() any {
	return &scratch{
		x: make([]float32, MaxPieces*wide), y: make([]float32, MaxPieces*wide), h: make([]float32, MaxPieces*wide),
		qkv: make([]float32, MaxPieces*inner), inner: make([]float32, MaxPieces*inner),
		rows: rows{make([]int8, MaxPieces*inner), make([]int32, MaxPieces), make([]float32, MaxPieces)},
	}
}

func (e *encoder) encode(s *scratch, dst []float32, text string) bool {
	n := e.pieces.cut(s, text)
	if n == 0 {
		clear(dst)
		return false
	}
	for i, id := range s.ids[:n] {
		row, size, x := e.embed[int(id)*narrow:][:narrow], e.size[id], s.x[i*narrow:][:narrow]
		for k, v := range row {
			x[k] = 2 * size * float32(v)
		}
		for k, t := range e.tempo {
			sin, cos := math.Sincos(float64(t) * float64(i))
			x[k] += float32(sin)
			x[k+len(e.tempo)] += float32(cos)
		}
	}
	for l := range e.layers {
		e.layer(s, &e.layers[l], n)
	}
	mean := s.h[:wide]
	clear(mean)
	for i := range n {
		addScaled(mean, s.x[i*wide:][:wide], 1/float32(n))
	}
	s.rows.round(mean, 1, wide)
	e.last.apply(&s.rows, 1, s.y)
	sum := 0.0
	for i, v := range s.y[:Dim] {
		v := math.Tanh(float64(v))
		dst[i] = float32(v)
		sum += v * v
	}
	by := float32(1 / math.Sqrt(max(sum, 1e-12)))
	for i := range dst {
		dst[i] *= by
	}
	return true
}

// layer reads and writes s.x.
func (e *encoder) layer(s *scratch, l *layer, n int) {
	w := l.width
	l.norm1.apply(s.h, s.x, n, w)
	if w == narrow { // what passes by the layer must be as wide as what comes out
		s.rows.round(s.x, n, w)
		e.widen.apply(&s.rows, n, s.y)
		s.x, s.y = s.y, s.x
	}
	s.rows.round(s.h, n, w)
	l.qkv.apply(&s.rows, n, s.qkv)
	s.attend(n, w)
	s.rows.round(s.h, n, w)
	l.out.apply(&s.rows, n, s.y)
	addScaled(s.x[:n*wide], s.y[:n*wide], 1)
	l.norm2.apply(s.h, s.x, n, wide)
	s.rows.round(s.h, n, wide)
	l.ffn.apply(&s.rows, n, s.inner)
	for i, v := range s.inner[:n*inner] {
		s.inner[i] = max(v, 0)
	}
	s.rows.round(s.inner, n, inner)
	l.back.apply(&s.rows, n, s.y)
	addScaled(s.x[:n*wide], s.y[:n*wide], 1)
}

// attend mixes the values of s.qkv, rows of three times w, into s.h.
func (s *scratch) attend(n, w int) {
	d := w / heads
	scale := float32(1 / math.Sqrt(float64(d)))
	clear(s.h[:n*w])
	for head := range heads {
		for i := range n {
			q := s.qkv[i*3*w+head*d:][:d]
			top := float32(math.Inf(-1))
			for j := range n {
				s.att[j] = scale * dot(q, s.qkv[j*3*w+w+head*d:][:d])
				top = max(top, s.att[j])
			}
			sum := float32(0)
			for j := range n {
				s.att[j] = float32(math.Exp(float64(s.att[j] - top)))
				sum += s.att[j]
			}
			for j := range n {
				addScaled(s.h[i*w+head*d:][:d], s.qkv[j*3*w+2*w+head*d:][:d], s.att[j]/sum)
			}
		}
	}
}

// apply writes n normalised rows of x to y.
func (m *norm) apply(y, x []float32, n, width int) {
	for i := range n {
		row, out := x[i*width:][:width], y[i*width:][:width]
		var a, b, c, d float32
		for k := 0; k+4 <= len(row); k += 4 {
			a, b, c, d = a+row[k], b+row[k+1], c+row[k+2], d+row[k+3]
		}
		mean := (a + b + c + d) / float32(width)
		a, b, c, d = 0, 0, 0, 0
		for k := 0; k+4 <= len(row); k += 4 {
			p, q, r, s := row[k]-mean, row[k+1]-mean, row[k+2]-mean, row[k+3]-mean
			a, b, c, d = a+p*p, b+q*q, c+r*r, d+s*s
		}
		by := float32(1 / math.Sqrt(float64((a+b+c+d)/float32(width))+1e-6))
		scale, bias := m.scale[:width], m.bias[:width]
		for k, v := range row {
			out[k] = (v-mean)*by*scale[k] + bias[k]
		}
	}
}
