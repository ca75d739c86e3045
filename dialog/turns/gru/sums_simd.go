//go:build goexperiment.simd

package gru

import "simd/archsimd"

// mix adds k[i] times row i of m to out.
func mix(out *[Hidden]float32, m [][Hidden]float32, k []float32) {
	a0, a1, a2, a3 := archsimd.LoadFloat32x8Slice(out[0:]), archsimd.LoadFloat32x8Slice(out[8:]), archsimd.LoadFloat32x8Slice(out[16:]), archsimd.LoadFloat32x8Slice(out[24:])
	a4, a5, a6, a7 := archsimd.LoadFloat32x8Slice(out[32:]), archsimd.LoadFloat32x8Slice(out[40:]), archsimd.LoadFloat32x8Slice(out[48:]), archsimd.LoadFloat32x8Slice(out[56:])
	for i, k := range k[:len(m)] {
		row := &m[i]
		v := archsimd.BroadcastFloat32x8(k)
		a0 = archsimd.LoadFloat32x8Slice(row[0:]).MulAdd(v, a0)
		a1 = archsimd.LoadFloat32x8Slice(row[8:]).MulAdd(v, a1)
		a2 = archsimd.LoadFloat32x8Slice(row[16:]).MulAdd(v, a2)
		a3 = archsimd.LoadFloat32x8Slice(row[24:]).MulAdd(v, a3)
		a4 = archsimd.LoadFloat32x8Slice(row[32:]).MulAdd(v, a4)
		a5 = archsimd.LoadFloat32x8Slice(row[40:]).MulAdd(v, a5)
		a6 = archsimd.LoadFloat32x8Slice(row[48:]).MulAdd(v, a6)
		a7 = archsimd.LoadFloat32x8Slice(row[56:]).MulAdd(v, a7)
	}
	a0.StoreSlice(out[0:])
	a1.StoreSlice(out[8:])
	a2.StoreSlice(out[16:])
	a3.StoreSlice(out[24:])
	a4.StoreSlice(out[32:])
	a5.StoreSlice(out[40:])
	a6.StoreSlice(out[48:])
	a7.StoreSlice(out[56:])
}

// mixIn is mix for rows as long as the vector of a word.
func mixIn(out *[In]float32, m [][In]float32, k []float32) {
	a0, a1, a2, a3 := archsimd.LoadFloat32x8Slice(out[0:]), archsimd.LoadFloat32x8Slice(out[8:]), archsimd.LoadFloat32x8Slice(out[16:]), archsimd.LoadFloat32x8Slice(out[24:])
	for i, k := range k[:len(m)] {
		row := &m[i]
		v := archsimd.BroadcastFloat32x8(k)
		a0 = archsimd.LoadFloat32x8Slice(row[0:]).MulAdd(v, a0)
		a1 = archsimd.LoadFloat32x8Slice(row[8:]).MulAdd(v, a1)
		a2 = archsimd.LoadFloat32x8Slice(row[16:]).MulAdd(v, a2)
		a3 = archsimd.LoadFloat32x8Slice(row[24:]).MulAdd(v, a3)
	}
	a0.StoreSlice(out[0:])
	a1.StoreSlice(out[8:])
	a2.StoreSlice(out[16:])
	a3.StoreSlice(out[24:])
}
