//go:build !amd64

package sentence

const vnni, avx2 = false, false

func linear4(w *uint8, x *int8, steps, stride int, sums *int32, xs *float32, ws *float32, b *float32, out *float32, ostride int) {
	panic("no such processor")
}

func linear1(w *uint8, x *int8, steps int, pairs *int32)    { panic("no such processor") }
func largest512(x *float32, n int) float32                  { panic("no such processor") }
func round512(x *float32, q *int8, n int, by float32) int32 { panic("no such processor") }
func dot512(a, b *float32, n int) float32                   { panic("no such processor") }
func addScaled512(dst, x *float32, n int, by float32)       { panic("no such processor") }
