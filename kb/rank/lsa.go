package rank

import (
	"math"
	"math/rand/v2"
)

// topics are the leading right singular vectors of the matrix of documents by
// terms (latent semantic analysis): a vector of dim numbers for each term.
type topics struct {
	dim  int
	term []float32 // terms x dim
}

// weighted is a text as terms with tf-idf weights, of length 1.
type weighted struct {
	id []int32
	w  []float32
}

func (v *view) weigh(bags ...bag) weighted {
	var out weighted
	var sum float64
	for _, b := range bags {
		for _, t := range b.terms {
			if v.df[t.id] < 1 {
				continue
			}
			w := (1 + math.Log(float64(t.n))) * v.idf(t.id)
			out.id = append(out.id, t.id)
			out.w = append(out.w, float32(w))
			sum += w * w
		}
	}
	if sum > 0 {
		for i := range out.w {
			out.w[i] /= float32(math.Sqrt(sum))
		}
	}
	return out
}

// learnTopics finds the vectors by randomised subspace iteration (Halko,
// Martinsson and Tropp, 2011); rounds of it, from a fixed seed.
func learnTopics(docs []weighted, terms, dim, rounds int) *topics {
	rng := rand.New(rand.NewPCG(1, 2))
	m := &topics{dim: dim, term: make([]float32, terms*dim)}
	for i := range m.term {
		m.term[i] = float32(rng.NormFloat64())
	}
	next := make([]float32, len(m.term))
	y := make([]float32, dim)
	for range rounds {
		clear(next)
		for _, d := range docs { // next = AᵀA term
			m.fold(d, y)
			for i, id := range d.id {
				row := next[int(id)*dim:][:dim]
				for k, w := 0, d.w[i]; k < len(row); k++ {
					row[k] += w * y[k]
				}
			}
		}
		m.term, next = next, m.term
		orthonormal(m.term, dim)
	}
	return m
}

// fold writes the vector of a text to y.
func (m *topics) fold(d weighted, y []float32) {
	clear(y)
	for i, id := range d.id {
		row := m.term[int(id)*m.dim:][:m.dim]
		for k, w := 0, d.w[i]; k < len(row); k++ {
			y[k] += w * row[k]
		}
	}
}

// vector is the direction of a text in the space of topics.
func (m *topics) vector(d weighted) []float32 {
	y := make([]float32, m.dim)
	m.fold(d, y)
	var n float64
	for _, x := range y {
		n += float64(x) * float64(x)
	}
	if n > 1e-12 {
		n = 1 / math.Sqrt(n)
	}
	for i := range y {
		y[i] *= float32(n)
	}
	return y
}

// orthonormal makes the columns of a, of dim numbers a row, orthonormal
// (Gram-Schmidt, the projections of a column taken in one pass over the rows).
func orthonormal(a []float32, dim int) {
	rows := len(a) / dim
	dots := make([]float64, dim)
	for k := range dim {
		d := dots[:k]
		clear(d)
		for r := range rows {
			row := a[r*dim:][:dim]
			if x := float64(row[k]); x != 0 {
				for j := range d {
					d[j] += float64(row[j]) * x
				}
			}
		}
		var norm float64
		for r := range rows {
			row := a[r*dim:][:dim]
			x := float64(row[k])
			for j := range d {
				x -= d[j] * float64(row[j])
			}
			row[k] = float32(x)
			norm += x * x
		}
		if norm > 1e-12 {
			norm = 1 / math.Sqrt(norm)
		} else {
			norm = 0
		}
		for r := range rows {
			a[r*dim+k] *= float32(norm)
		}
	}
}

func dot(a, b []float32) (s float32) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}
