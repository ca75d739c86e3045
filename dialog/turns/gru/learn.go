package gru

import (
	"math"
	"math/rand/v2"
	"unsafe"
)

// A Learner learns a Net from whole utterances.
type Learner struct {
	Rows  int
	Rate  float64
	d     dense
	words []float32 // Rows vectors

	g       dense // gradient
	m, v    dense // Adam's means
	seen    []float32
	steps   int
	pending int
	gw      map[uint32]*[In]float32
	w       turned
	tape    tape
}

// tape is what the way back needs, word by word.
type tape struct {
	n         int
	x         [][In]float32
	h, before [][Hidden]float32 // after the word, before it
	z, r, t   [][Hidden]float32
	hn        [][Hidden]float32        // what the new thought sees of the past
	d         [gates][][Hidden]float32 // of the loss by each gate's sum
	dr        [][Hidden]float32        // of the loss by hn
	y         []float32
}

func (t *tape) grow(n int) {
	t.n = n
	if len(t.x) >= n {
		return
	}
	t.x, t.y = make([][In]float32, n), make([]float32, n)
	for _, p := range []*[][Hidden]float32{&t.h, &t.before, &t.z, &t.r, &t.t, &t.hn, &t.dr, &t.d[0], &t.d[1], &t.d[2]} {
		*p = make([][Hidden]float32, n)
	}
}

// turned are the weights by column: what is read on the way forth.
type turned struct {
	x [gates][In][Hidden]float32
	h [gates][Hidden][Hidden]float32
}

func (l *Learner) turn() {
	for g := range gates {
		for i := range Hidden {
			for j := range In {
				l.w.x[g][j][i] = l.d.x[g][i][j]
			}
			for j := range Hidden {
				l.w.h[g][j][i] = l.d.h[g][i][j]
			}
		}
	}
}

const batch = 8 // utterances a step

// NewLearner begins with small random weights, the same every time.
func NewLearner(rows int, rate float64, seed uint64) *Learner {
	l := &Learner{Rows: rows, Rate: rate, words: make([]float32, rows*In), seen: make([]float32, rows*In), gw: map[uint32]*[In]float32{}}
	rng := rand.New(rand.NewPCG(seed, 7))
	for i := range l.words {
		l.words[i] = float32(rng.NormFloat64()) * .1
	}
	for g := range l.d.x {
		for i := range l.d.x[g] {
			for j := range l.d.x[g][i] {
				l.d.x[g][i][j] = float32(rng.NormFloat64() / math.Sqrt(In))
			}
			for j := range l.d.h[g][i] {
				l.d.h[g][i][j] = float32(rng.NormFloat64() / math.Sqrt(Hidden))
			}
		}
	}
	for i := range l.d.out {
		l.d.out[i] = float32(rng.NormFloat64() / math.Sqrt(Hidden))
	}
	for i := range l.d.b[update] {
		l.d.b[update][i] = 1 // remember, to begin with
	}
	l.turn()
	return l
}

// Learn reads an utterance of words, each its features, and learns that it
// ended after word i with likelihood want[i]; weight 0 leaves a word out. It returns the loss.
func (l *Learner) Learn(words [][]uint32, want, weight []float32) float64 {
	n := len(words)
	p := &l.tape
	p.grow(n)
	loss := 0.0
	var h [Hidden]float32
	for t, fs := range words {
		x := &p.x[t]
		*x = [In]float32{}
		for _, k := range fs {
			for i, v := range l.words[int(k)*In : int(k)*In+In] {
				x[i] += v
			}
		}
		p.before[t] = h
		z, r, c, hn := l.d.b[update], l.d.b[reset], l.d.b[fresh], [Hidden]float32{}
		mix(&z, l.w.x[update][:], x[:])
		mix(&z, l.w.h[update][:], h[:])
		mix(&r, l.w.x[reset][:], x[:])
		mix(&r, l.w.h[reset][:], h[:])
		mix(&c, l.w.x[fresh][:], x[:])
		mix(&hn, l.w.h[fresh][:], h[:])
		y := l.d.c
		for i := range h {
			z[i], r[i] = sigmoid(z[i]), sigmoid(r[i])
			c[i] = tanh(c[i] + r[i]*hn[i])
			h[i] = (1-z[i])*c[i] + z[i]*h[i]
			y += l.d.out[i] * h[i]
		}
		p.z[t], p.r[t], p.t[t], p.hn[t], p.h[t], p.y[t] = z, r, c, hn, h, sigmoid(y)
		if weight[t] > 0 {
			q := math.Min(math.Max(float64(p.y[t]), 1e-6), 1-1e-6)
			loss -= float64(weight[t]) * (float64(want[t])*math.Log(q) + (1-float64(want[t]))*math.Log(1-q))
		}
	}
	var dh [Hidden]float32
	for t := n - 1; t >= 0; t-- {
		h, before, z, r, c, hn := &p.h[t], &p.before[t], &p.z[t], &p.r[t], &p.t[t], &p.hn[t]
		if weight[t] > 0 {
			e := weight[t] * (p.y[t] - want[t])
			for i := range dh {
				l.g.out[i] += e * h[i]
				dh[i] += e * l.d.out[i]
			}
			l.g.c += e
		}
		var back [Hidden]float32
		dz, dr, dc, dn := &p.d[update][t], &p.d[reset][t], &p.d[fresh][t], &p.dr[t]
		for i, d := range dh {
			back[i] = d * z[i]
			dz[i] = d * (before[i] - c[i]) * z[i] * (1 - z[i])
			dc[i] = d * (1 - z[i]) * (1 - c[i]*c[i])
			dr[i] = dc[i] * hn[i] * r[i] * (1 - r[i])
			dn[i] = dc[i] * r[i]
		}
		mix(&back, l.d.h[update][:], dz[:])
		mix(&back, l.d.h[reset][:], dr[:])
		mix(&back, l.d.h[fresh][:], dn[:])
		var dx [In]float32
		for g := range gates {
			mixIn(&dx, l.d.x[g][:], p.d[g][t][:])
		}
		for _, k := range words[t] {
			p := l.gw[k]
			if p == nil {
				p = new([In]float32)
				l.gw[k] = p
			}
			for i, v := range dx {
				p[i] += v
			}
		}
		dh = back
	}
	column := make([]float32, n)
	for g := range gates {
		for i := range Hidden {
			for t := range n {
				column[t] = p.d[g][t][i]
				l.g.b[g][i] += column[t]
			}
			mixIn(&l.g.x[g][i], p.x[:n], column)
			if g == fresh {
				for t := range n {
					column[t] = p.dr[t][i]
				}
			}
			mix(&l.g.h[g][i], p.before[:n], column)
		}
	}
	if l.pending++; l.pending == batch {
		l.step()
	}
	return loss
}

// step moves the weights against the gradient: Adam for the dense ones, AdaGrad
// for the vectors of the words.
func (l *Learner) step() {
	l.pending = 0
	l.steps++
	const b1, b2 = .9, .999
	norm := 0.0
	gs := floats(&l.g)
	for _, g := range gs {
		norm += float64(g) * float64(g)
	}
	shrink := float32(1)
	if norm = math.Sqrt(norm); norm > 5*batch/4 {
		shrink = float32(5 * batch / 4 / norm)
	}
	shrink /= batch
	rate := float32(l.Rate * math.Sqrt(1-math.Pow(b2, float64(l.steps))) / (1 - math.Pow(b1, float64(l.steps))))
	ws, ms, vs := floats(&l.d), floats(&l.m), floats(&l.v)
	for i, g := range gs {
		g *= shrink
		gs[i] = 0
		ms[i] = b1*ms[i] + (1-b1)*g
		vs[i] = b2*vs[i] + (1-b2)*g*g
		ws[i] -= rate * ms[i] / (float32(math.Sqrt(float64(vs[i]))) + 1e-8)
	}
	r := float32(l.Rate * 10)
	for k, p := range l.gw {
		w, s := l.words[int(k)*In:int(k)*In+In], l.seen[int(k)*In:int(k)*In+In]
		for i, g := range p {
			g *= shrink * batch
			s[i] += g * g
			w[i] -= r * g / (float32(math.Sqrt(float64(s[i]))) + .1)
		}
		delete(l.gw, k)
	}
	l.turn()
}

// Net is what was learned.
func (l *Learner) Net() *Net {
	n := &Net{Rows: l.Rows, d: new(dense), words: make([]int8, len(l.words))}
	*n.d = l.d
	most := float32(0)
	for _, v := range l.words {
		most = max(most, v, -v)
	}
	n.scale = most / 127
	for i, v := range l.words {
		n.words[i] = int8(math.RoundToEven(float64(v / n.scale)))
	}
	return n
}

func floats(d *dense) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(d)), unsafe.Sizeof(*d)/4)
}
