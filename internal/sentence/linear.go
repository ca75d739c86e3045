package sentence

import "math"

// A linear layer holds its weights as bytes: w is 128 more than the weight over
// the output's scale, in blocks of 64 outputs and steps of four inputs, as the
// processor's multiplication of bytes takes them.
type linear struct {
	in, out int
	w       []uint8   // out/64 x in/4 x 64 x 4
	scale   []float32 // by output
	bias    []float32
}

// rows are activations as bytes: one scale a row.
type rows struct {
	q    []int8
	sum  []int32 // 128 times the sum of the row
	size []float32
}

const lanes = 64

// round fills r with n rows of width of x, and zero rows up to a multiple of four.
func (r *rows) round(x []float32, n, width int) {
	for i := range n {
		row, q := x[i*width:][:width], r.q[i*width:][:width]
		top := largest(row)
		if top == 0 {
			clear(q)
			r.sum[i], r.size[i] = 0, 0
			continue
		}
		r.sum[i] = 128 * round(row, q, 127/top)
		r.size[i] = top / 127
	}
	for i := n; i < (n+3)&^3; i++ {
		clear(r.q[i*width:][:width])
		r.sum[i], r.size[i] = 0, 0
	}
}

// apply writes the outputs of n rows to out.
func (l *linear) apply(r *rows, n int, out []float32) {
	for b := 0; b < l.out; b += lanes {
		w := l.w[b*l.in:][:lanes*l.in]
		for i := 0; i < n; i += 4 {
			if vnni {
				linear4(&w[0], &r.q[i*l.in], l.in/4, l.in, &r.sum[i], &r.size[i], &l.scale[b], &l.bias[b], &out[i*l.out+b], l.out*4)
				continue
			}
			for k := i; k < i+4; k++ {
				l.block(w, r.q[k*l.in:][:l.in], r.sum[k], r.size[k], b, out[k*l.out+b:][:lanes])
			}
		}
	}
}

// block is 64 outputs of one row.
func (l *linear) block(w []uint8, q []int8, sum int32, size float32, b int, out []float32) {
	if size == 0 {
		copy(out, l.bias[b:])
		return
	}
	var acc [lanes]int32
	if avx2 {
		var pairs [2 * lanes]int32
		linear1(&w[0], &q[0], len(q)/4, &pairs[0])
		linear1(&w[2*lanes], &q[0], len(q)/4, &pairs[lanes])
		for o := range acc {
			acc[o] = pairs[2*o] + pairs[2*o+1]
		}
		q = nil
	}
	for k := 0; k < len(q); k += 4 {
		q0, q1, q2, q3 := int32(q[k]), int32(q[k+1]), int32(q[k+2]), int32(q[k+3])
		s := w[k*lanes:][:4*lanes]
		for o := range acc {
			x := s[4*o:][:4]
			acc[o] += int32(x[0])*q0 + int32(x[1])*q1 + int32(x[2])*q2 + int32(x[3])*q3
		}
	}
	for o, a := range acc {
		out[o] = float32(float32(float32(a-sum)*size)*l.scale[b+o]) + l.bias[b+o]
	}
}

func largest(x []float32) (top float32) {
	if vnni {
		return largest512(&x[0], len(x))
	}
	for _, v := range x {
		top = max(top, v, -v)
	}
	return top
}

func round(x []float32, q []int8, by float32) (sum int32) {
	if vnni {
		return round512(&x[0], &q[0], len(x), by)
	}
	for i, v := range x {
		n := int32(math.RoundToEven(float64(v * by)))
		q[i] = int8(n)
		sum += n
	}
	return sum
}

// dot wants a multiple of 32 numbers.
func dot(a, b []float32) float32 {
	if vnni {
		return dot512(&a[0], &b[0], len(a))
	}
	var s0, s1, s2, s3 float32
	for i := 0; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return s0 + s1 + s2 + s3
}

// addScaled wants a multiple of 16 numbers.
func addScaled(dst, x []float32, by float32) {
	if vnni {
		addScaled512(&dst[0], &x[0], len(dst), by)
		return
	}
	for i, v := range x {
		dst[i] += v * by
	}
}

// Dot is the inner product of two vectors of Dim numbers.
func Dot(a, b []float32) float32 { return dot(a[:Dim], b[:Dim]) }

// AddScaled adds by times x to dst, both of Dim numbers.
func AddScaled(dst, x []float32, by float32) { addScaled(dst[:Dim], x[:Dim], by) }

// Normalize makes x, of Dim numbers, of length 1.
func Normalize(x []float32) {
	if sum := Dot(x, x); sum > 0 {
		by := float32(1 / math.Sqrt(float64(sum)))
		for i := range x[:Dim] {
			x[i] *= by
		}
	}
}
