package resample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func tone(rate int, hz, amp float64, n int) []int16 {
	s := make([]int16, n)
	for i := range s {
		s[i] = int16(math.Round(amp * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))))
	}
	return s
}

// fit returns the amplitude of hz in s, and the RMS of all the rest.
func fit(s []int16, rate int, hz float64) (amp, rest float64) {
	var re, im float64
	for i, v := range s {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
		re += float64(v) * cos
		im += float64(v) * sin
	}
	n := float64(len(s))
	re, im = 2*re/n, 2*im/n
	var e float64
	for i, v := range s {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
		d := float64(v) - re*cos - im*sin
		e += d * d
	}
	return math.Hypot(re, im), math.Sqrt(e / n)
}

func db(x float64) float64 { return 20 * math.Log10(x) }

var ratios = [][2]int{{8000, 16000}, {11025, 16000}, {22050, 16000}, {24000, 16000}, {32000, 16000},
	{44100, 16000}, {48000, 16000}, {16000, 8000}, {12345, 16000}, {16000, 48000}, {192000, 4000}, {4000, 192000}}

// TestTones sends tones across the band through each ratio: those below are
// unchanged, those above the new Nyquist frequency are gone, and in no case is
// there anything else.
func TestTones(t *testing.T) {
	for _, r := range ratios {
		from, to := r[0], r[1]
		nyquist := float64(min(from, to)) / 2
		for _, at := range []float64{0.025, 0.11, 0.3, 0.6, 0.8, 0.84} {
			hz := math.Round(at*nyquist/50) * 50
			out := All(tone(from, hz, 10000, from), from, to)
			out = out[to/10 : to/10+to/2] // whole periods of 50 Hz
			amp, rest := fit(out, to, hz)
			if d := db(amp / 10000); math.Abs(d) > 0.05 {
				t.Errorf("%d to %d: %g Hz changes by %.2f dB", from, to, hz, d)
			}
			if d := db(amp / math.Sqrt2 / rest); d < 70 {
				t.Errorf("%d to %d: %g Hz has %.0f dB of signal to noise", from, to, hz, d)
			}
		}
		for _, at := range []float64{1.0, 1.16, 1.3, 1.7} {
			hz := at * nyquist
			if hz >= float64(from)/2 || from == 2*to && at < 1.15 {
				continue
			}
			out := All(tone(from, hz, 10000, from), from, to)
			if _, rms := fit(out[to/10:to/2], to, 0); db(rms*math.Sqrt2/10000) > -70 {
				t.Errorf("%d to %d: %g Hz folds back at %.0f dB", from, to, hz, db(rms*math.Sqrt2/10000))
			}
		}
	}
}

// TestBlocks: however the stream is cut, the same comes out.
func TestBlocks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, r := range ratios {
		src := tone(r[0], 440, 20000, 9000)
		whole := New(r[0], r[1]).Process(nil, src)
		if want := (len(src)*r[1] + r[0] - 1) / r[0]; len(whole) != want {
			t.Errorf("%v: %d samples, want %d", r, len(whole), want)
		}
		rs, got := New(r[0], r[1]), []int16(nil)
		for rest := src; len(rest) > 0; {
			n := min(len(rest), rnd.IntN(700))
			got, rest = rs.Process(got, rest[:n]), rest[n:]
		}
		if !slices.Equal(got, whole) {
			t.Errorf("%v: cut into blocks it differs", r)
		}
		got = rs.Flush(nil)
		if len(got) != rs.Delay() {
			t.Errorf("%v: flushed %d samples, delay %d", r, len(got), rs.Delay())
		}
		if again := rs.Process(nil, src); !slices.Equal(again, whole) {
			t.Errorf("%v: not as new after Flush", r)
		}
		if a := All(src, r[0], r[1]); len(a) != len(whole) {
			t.Errorf("%v: All gives %d samples, want %d", r, len(a), len(whole))
		}
	}
}

// TestLag: All keeps a pulse where it was.
func TestLag(t *testing.T) {
	for _, r := range ratios {
		src := make([]int16, r[0])
		src[r[0]/2] = 20000
		out := All(src, r[0], r[1])
		if i := slices.Index(out, slices.Max(out)); i < r[1]/2-1 || i > r[1]/2+1 {
			t.Errorf("%v: pulse at %d, want %d", r, i, r[1]/2)
		}
	}
}

func TestClips(t *testing.T) {
	sq := make([]int16, 800)
	for i := range sq {
		sq[i] = 32767
		if i/20%2 == 0 {
			sq[i] = -32768
		}
	}
	out := All(sq, 8000, 16000) // overshoots; must not wrap round
	for i := 1; i < len(out); i++ {
		if (out[i] > 20000 && out[i-1] < -20000) || (out[i] < -20000 && out[i-1] > 20000) {
			t.Fatalf("wrapped at %d: %d, %d", i, out[i-1], out[i])
		}
	}
}

func TestEqualRates(t *testing.T) {
	src := tone(16000, 300, 1000, 320)
	if got := All(src, 16000, 16000); !slices.Equal(got, src) {
		t.Error("changed")
	}
}

func TestUnsupported(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New(100, 16000)
}

func TestAllocs(t *testing.T) {
	r, src, dst := New(8000, 16000), tone(8000, 300, 1000, 160), make([]int16, 0, 320)
	if n := testing.AllocsPerRun(100, func() { dst = r.Process(dst[:0], src) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// BenchmarkFrame converts 20 ms.
func BenchmarkFrame(b *testing.B) {
	for _, r := range ratios {
		b.Run(fmt.Sprintf("%d-%d", r[0], r[1]), func(b *testing.B) {
			rs, src, dst := New(r[0], r[1]), tone(r[0], 300, 1000, r[0]/50), make([]int16, 0, r[1]/50+2)
			b.ReportAllocs()
			for b.Loop() {
				dst = rs.Process(dst[:0], src)
			}
		})
	}
}
