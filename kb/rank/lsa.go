package rank

import (
	"math"
	"math/rand/v2"
)

// topics are the leading right singular vectors of the matrix of documents by
// terms (latent semantic analysis): a vector of dim numbers for each term that is not rare.
type topics struct {
	dim  int
	row  []int32   // by term: its row of vectors, or -1; newer terms have none
	vecs []float32 // rows x dim
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
			if v.df[t.id] == 0 {
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

// common numbers the terms that teach something: those of at least two
// documents, and of so many that no more than most are left. Others get -1.
func (v *view) common(most int) (row []int32, rows int) {
	var byDF [64]int
	for _, df := range v.df {
		byDF[min(int(df), len(byDF)-1)]++
	}
	least, left := 2, len(v.df)-byDF[0]-byDF[1]
	for ; left > most && least < len(byDF)-1; least++ {
		left -= byDF[least]
	}
	row = make([]int32, len(v.df))
	for i, df := range v.df {
		row[i] = -1
		if int(df) >= least {
			row[i] = int32(rows)
			rows++
		}
	}
	return row, rows
}

// learnTopics finds the vectors by randomised subspace iteration (Halko,
// Martinsson and Tropp, 2011); rounds of it, from a fixed seed.
func learnTopics(docs []weighted, row []int32, rows, dim, rounds int) *topics {
	rng := rand.New(rand.NewPCG(1, 2))
	m := &topics{dim: dim, row: row, vecs: make([]float32, rows*dim)}
	for i := range m.vecs {
		m.vecs[i] = float32(rng.NormFloat64())
	}
	next := make([]float32, len(m.vecs))
	y := make([]float32, dim)
	for range rounds {
		clear(next)
		for _, d := range docs { // next = AᵀA term
			m.fold(d, y)
			for i, id := range d.id {
				if m.row[id] < 0 {
					continue
				}
				row := next[int(m.row[id])*dim:][:dim]
				for k, w := 0, d.w[i]; k < len(row); k++ {
					row[k] += w * y[k]
				}
			}
		}
		m.vecs, next = next, m.vecs
		orthonormal(m.vecs, dim)
	}
	return m
}

// fold writes the vector of a text to y.
func (m *topics) fold(d weighted, y []float32) {
	clear(y)
	for i, id := range d.id {
		if int(id) >= len(m.row) || m.row[id] < 0 {
			continue
		}
		row := m.vecs[int(m.row[id])*m.dim:][:m.dim]
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

// orthonormal makes the columns of a, of dim numbers a row, orthonormal, by the
// Cholesky factor of their inner products; twice, since once loses half of the
// digits.
func orthonormal(a []float32, dim int) {
	for range 2 {
		gram := make([]float64, dim*dim)
		for r := 0; r < len(a); r += dim {
			row := a[r : r+dim]
			for i, x := range row {
				if x == 0 {
					continue
				}
				g := gram[i*dim:][:i+1]
				for j := range g {
					g[j] += float64(x) * float64(row[j])
				}
			}
		}
		for i := range dim { // gram becomes its lower Cholesky factor
			for j := range i + 1 {
				s := gram[i*dim+j]
				for k := range j {
					s -= gram[i*dim+k] * gram[j*dim+k]
				}
				switch {
				case i != j && gram[j*dim+j] > 0:
					gram[i*dim+j] = s / gram[j*dim+j]
				case i != j:
					gram[i*dim+j] = 0
				case s > 1e-10*gram[0]:
					gram[i*dim+i] = math.Sqrt(s)
				default:
					gram[i*dim+i] = 0 // this direction is spent
				}
			}
		}
		for r := 0; r < len(a); r += dim {
			row := a[r : r+dim]
			for i := range row {
				s := float64(row[i])
				for k := range i {
					s -= gram[i*dim+k] * float64(row[k])
				}
				if d := gram[i*dim+i]; d > 0 {
					row[i] = float32(s / d)
				} else {
					row[i] = 0
				}
			}
		}
	}
}

func dot(a, b []float32) (s float32) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}
