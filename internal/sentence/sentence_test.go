package sentence

import (
	"encoding/binary"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// reference are texts and the vectors that the original graph gives them, in
// float32, as TensorFlow.js computed them.
func reference(t *testing.T) (texts []string, vectors [][]float32) {
	t.Helper()
	b, err := os.ReadFile("testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	v, err := os.ReadFile("testdata/reference.bin")
	if err != nil {
		t.Fatal(err)
	}
	texts = strings.Split(strings.TrimSpace(string(b)), "\n")
	for range texts {
		x := make([]float32, Dim)
		for i := range x {
			x[i] = math.Float32frombits(binary.LittleEndian.Uint32(v[4*i:]))
		}
		v = v[4*Dim:]
		vectors = append(vectors, x)
	}
	return texts, vectors
}

func cosine(a, b []float32) (s float64) {
	for i := range a {
		s += float64(a[i]) * float64(b[i])
	}
	return s
}

// On every kind of processor the vectors are those of the original, but for the
// rounding of the weights to bytes.
func TestReference(t *testing.T) {
	texts, want := reference(t)
	kinds(t, func(t *testing.T) {
		got := make([]float32, Dim)
		for i, text := range texts {
			if !Encode(got, text) {
				t.Errorf("%q: nothing", text)
			}
			if c := cosine(got, want[i]); c < .99 {
				t.Errorf("%q: %.4f", text, c)
			}
		}
	})
}

// kinds runs test as on processors with and without what this one has.
func kinds(t *testing.T, test func(*testing.T)) {
	had, had2 := vnni, avx2
	t.Run("any", func(t *testing.T) { setKind(false, false); test(t) })
	if had2 {
		t.Run("avx2", func(t *testing.T) { setKind(false, true); test(t) })
	}
	if had {
		t.Run("vnni", func(t *testing.T) { setKind(true, true); test(t) })
	}
	setKind(had, had2)
}

// The layers are whole numbers until the end: the same on every processor.
func TestLinear(t *testing.T) {
	const in, out, n = 512, 128, 5
	l := linear{in: in, out: out, w: make([]uint8, in*out), scale: make([]float32, out), bias: make([]float32, out)}
	for i := range l.w {
		l.w[i] = uint8(i*i*31 + i*7)
	}
	for i := range out {
		l.scale[i], l.bias[i] = .01*float32(i+1), float32(i)-60
	}
	x := make([]float32, 8*in)
	for i := range x[:n*in] {
		x[i] = float32(math.Sin(float64(i) * .37))
	}
	clear(x[2*in : 3*in]) // a row of nothing is the bias
	var all [][]float32
	kinds(t, func(t *testing.T) {
		r := rows{make([]int8, 8*in), make([]int32, 8), make([]float32, 8)}
		y := make([]float32, 8*out)
		r.round(x, n, in)
		l.apply(&r, n, y)
		all = append(all, y[:n*out])
	})
	for _, y := range all[1:] {
		if !slices.Equal(y, all[0]) {
			t.Error("two processors, two results")
		}
	}
	var want float64
	for i := range in {
		w := float64(l.w[i/4*4*lanes+3*4+i%4]) - 128
		want += w * float64(x[4*in+i])
	}
	if want = want*.04 - 57; math.Abs(float64(all[0][4*out+3])-want) > 1 {
		t.Errorf("%v, not %v", all[0][4*out+3], want)
	}
	if !slices.Equal(all[0][2*out:3*out], l.bias) {
		t.Error("nothing is not the bias")
	}
}

func TestMeaning(t *testing.T) {
	a, b, c := make([]float32, Dim), make([]float32, Dim), make([]float32, Dim)
	Encode(a, "my card was swallowed")
	Encode(b, "The ATM kept it!")
	Encode(c, "what is the exchange rate")
	if cosine(a, b) < cosine(a, c)+.05 {
		t.Errorf("%.3f, and of another %.3f", cosine(a, b), cosine(a, c))
	}
	Encode(b, "  MY card was\tswallowed ")
	if !slices.Equal(a, b) {
		t.Error("case and spaces count")
	}
}

func TestNothing(t *testing.T) {
	v := make([]float32, Dim)
	for _, text := range []string{"", "  ", "𪛔", "\xff\xff"} {
		v[0] = 1
		if Encode(v, text) && text != "\xff\xff" || len(text) < 3 && v[0] != 0 {
			t.Errorf("%q has a meaning", text)
		}
	}
	for text, want := range map[string]Language{"hello": English, "你好": Chinese, "我的 order please": English, "我的wifi": Chinese, "": Unknown, "123": Unknown, "привет": Unknown} {
		if got := Of(text); got != want || Speaks(text) != (want == English) {
			t.Errorf("%q is of %v", text, got)
		}
	}
}

// Chinese is near its translation, and far from other things.
func TestChinese(t *testing.T) {
	pairs := [][2]string{
		{"我忘了密码", "I forgot my password"}, {"包裹还没到", "the parcel has not arrived yet"}, {"你们几点关门", "what time do you close"},
		{"我想把钱要回来", "I want my money back"}, {"屏幕碎了", "the screen is broken"}, {"请跟经理说", "please talk to the manager"},
	}
	zh, en := make([]float32, Dim), make([]float32, Dim)
	for i, p := range pairs {
		if !Encode(zh, p[0]) || math.Abs(cosine(zh, zh)-1) > 1e-3 {
			t.Fatalf("%q has length %v", p[0], cosine(zh, zh))
		}
		best, at := 0.0, -1
		for k, o := range pairs {
			Encode(en, o[1])
			if c := cosine(zh, en); c > best {
				best, at = c, k
			}
		}
		if at != i {
			t.Errorf("%q is %q", p[0], pairs[at][1])
		}
	}
	if n := testing.AllocsPerRun(20, func() { Encode(zh, "你好，我想问一下我的wifi为什么连不上") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	e, s, v := shared(), newScratch().(*scratch), make([]float32, Dim)
	const text = "hello I would like to know where my order is please"
	e.encode(s, v, text)
	if n := testing.AllocsPerRun(20, func() { e.encode(s, v, text) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestBrokenWeights(t *testing.T) {
	for _, b := range [][]byte{nil, []byte("x"), weights[:1000], weights[:len(weights)-1], append(slices.Clone(weights), 0)} {
		if _, err := read(b); err == nil {
			t.Errorf("%d bytes are weights", len(b))
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add("where is my order 订单 4571 \xff ㌔")
	f.Add(strings.Repeat("supercalifragilistic ", 80))
	f.Add("我的wifi连不上了，㌔")
	v := make([]float32, Dim)
	f.Fuzz(func(t *testing.T, text string) {
		if Encode(v, text) {
			if n := cosine(v, v); math.Abs(n-1) > 1e-3 {
				t.Errorf("%q has length %v", text, n)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	v := make([]float32, Dim)
	for _, text := range []string{"hello I would like to know where my order is please", "你好，我想问一下我的订单到哪里了"} {
		b.Run("", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Encode(v, text)
			}
		})
	}
}
