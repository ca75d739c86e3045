package sentence

import "golang.org/x/sys/cpu"

// What the processor has: AVX-512 with VNNI multiplies 64 bytes at once, AVX2 16.
var (
	vnni = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VNNI
	avx2 = cpu.X86.HasAVX2
)

//go:noescape
func linear4(w *uint8, x *int8, steps, stride int, sums *int32, xs *float32, ws *float32, b *float32, out *float32, ostride int)

//go:noescape
func linear1(w *uint8, x *int8, steps int, pairs *int32)

//go:noescape
func largest512(x *float32, n int) float32

//go:noescape
func round512(x *float32, q *int8, n int, by float32) int32

//go:noescape
func dot512(a, b *float32, n int) float32

//go:noescape
func addScaled512(dst, x *float32, n int, by float32)
