package codec_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"

	"hotline/media/codec"
)

// TestAgainstSpandsp holds our G.722 to one that somebody else wrote, bit by bit.
// The library is there when Debian's libspandsp2 is (baresip depends on it).
func TestAgainstSpandsp(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no libspandsp2")
	}
	lib, err := purego.Dlopen("libspandsp.so.2", purego.RTLD_NOW)
	if err != nil {
		t.Skip("no libspandsp2: ", err)
	}
	var (
		encodeInit, decodeInit func(state unsafe.Pointer, rate, options int32) unsafe.Pointer
		encode, decode         func(state, out, in unsafe.Pointer, n int32) int32
		free                   func(state unsafe.Pointer) int32
		freeDecoder            func(state unsafe.Pointer) int32
	)
	for f, name := range map[any]string{&encodeInit: "g722_encode_init", &decodeInit: "g722_decode_init",
		&encode: "g722_encode", &decode: "g722_decode", &free: "g722_encode_free", &freeDecoder: "g722_decode_free"} {
		purego.RegisterLibFunc(f, lib, name)
	}
	signals := map[string]func(i int) float64{
		"noise": func() func(int) float64 {
			rnd := rand.New(rand.NewPCG(1, 1))
			return func(int) float64 { return rnd.NormFloat64() * 3000 }
		}(),
		"sweep":   func(i int) float64 { return 20000 * math.Sin(float64(i)*float64(i)*1e-5) },
		"clipped": func(i int) float64 { return 60000 * math.Sin(float64(i)*0.05) },
		"bursts":  func(i int) float64 { return float64(i/4000%2) * 9000 * math.Sin(float64(i)*0.2) },
	}
	for name, at := range signals {
		pcm := make([]int16, 64000)
		for i := range pcm {
			pcm[i] = int16(max(-32768, min(32767, at(i))))
		}
		theirs := make([]byte, len(pcm)/2)
		e := encodeInit(nil, 64000, 0)
		encode(e, unsafe.Pointer(&theirs[0]), unsafe.Pointer(&pcm[0]), int32(len(pcm)))
		free(e)
		ours := codec.G722.NewEncoder().Encode(nil, pcm)
		if !bytes.Equal(ours, theirs) {
			t.Errorf("%s: encoded otherwise from byte %d on", name, differ(ours, theirs))
		}
		decoded := make([]int16, 2*len(ours)+16)
		d := decodeInit(nil, 64000, 0)
		n := decode(d, unsafe.Pointer(&decoded[0]), unsafe.Pointer(&ours[0]), int32(len(ours)))
		freeDecoder(d)
		got := codec.G722.NewDecoder().Decode(nil, ours)
		for i, v := range got {
			if v == math.MaxInt16 || v == math.MinInt16 {
				decoded[i] = v // the library wraps round where G.722 saturates
			}
		}
		if !slices.Equal(got, decoded[:n]) {
			t.Errorf("%s: decoded otherwise from sample %d on", name, differ(got, decoded[:n]))
		}
	}
}

func differ[T comparable](a, b []T) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
