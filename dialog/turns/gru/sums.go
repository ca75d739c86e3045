//go:build !goexperiment.simd

package gru

// mix adds k[i] times row i of m to out.
func mix(out *[Hidden]float32, m [][Hidden]float32, k []float32) {
	for i, k := range k[:len(m)] {
		row := &m[i]
		for j := range out {
			out[j] += k * row[j]
		}
	}
}

// mixIn is mix for rows as long as the vector of a word.
func mixIn(out *[In]float32, m [][In]float32, k []float32) {
	for i, k := range k[:len(m)] {
		row := &m[i]
		for j := range out {
			out[j] += k * row[j]
		}
	}
}
