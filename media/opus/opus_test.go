package opus

import (
	"math"
	"math/rand/v2"
	"testing"

	"hotline/media"
	"hotline/media/mediatest"
)

func tone(hz float64, frames int) (out [][media.FrameSize]int16) {
	src := &mediatest.Tone{Hz: hz, Level: -17}
	for range frames {
		f, _ := src.ReadFrame()
		out = append(out, f.PCM)
	}
	return out
}

func TestToneComesThrough(t *testing.T) {
	for _, hz := range []float64{150, 440, 1004, 2500, 5000} {
		enc, dec := NewEncoder(), NewDecoder()
		var pcm []int16
		var bytes int
		for _, f := range tone(hz, 100) {
			p := enc.Encode(nil, &f)
			if Samples(p) != media.FrameSize {
				t.Fatalf("a packet of %d samples", Samples(p))
			}
			bytes += len(p)
			pcm = dec.Decode(pcm, p)
		}
		r := mediatest.Hear(pcm[len(pcm)-media.SampleRate:])
		t.Logf("%4.0f Hz: %v, %d bit/s", hz, r, bytes*8/2)
		if math.Abs(r.Hz-hz) > 2 || math.Abs(r.Level+17) > 2.5 || r.Purity < 0.9 {
			t.Errorf("%g Hz: heard %v", hz, r)
		}
	}
}

// speech is like a voice: pulses through two formants, syllables.
func speech(frames int) (out [][media.FrameSize]int16) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var y1, y2, z1, z2 float64
	n := 0
	for range frames {
		var f [media.FrameSize]int16
		for i := range f {
			t := float64(n) / media.SampleRate
			pitch := 120 + 20*math.Sin(2*math.Pi*0.7*t)
			x := rnd.NormFloat64() * 20
			if math.Mod(t*pitch, 1) < pitch/media.SampleRate {
				x += 9000
			}
			x *= 0.55 + 0.45*math.Sin(2*math.Pi*3*t)
			resonate := func(x float64, hz, width float64, y1, y2 *float64) float64 {
				r := math.Exp(-math.Pi * width / media.SampleRate)
				y := x*(1-r) + 2*r*math.Cos(2*math.Pi*hz/media.SampleRate)**y1 - r*r**y2
				*y2, *y1 = *y1, y
				return y
			}
			v := resonate(x, 600+200*math.Sin(2*math.Pi*1.3*t), 80, &y1, &y2)
			v += resonate(x, 1700, 120, &z1, &z2)
			f[i] = int16(max(-30000, min(v*3, 30000)))
			n++
		}
		out = append(out, f)
	}
	return out
}

// segmental is the mean SNR, in dB, of the frames of got that are not silent, at the
// best alignment.
func segmental(want [][media.FrameSize]int16, got []int16) (db float64, lag int) {
	flat := make([]int16, 0, len(want)*media.FrameSize)
	for _, f := range want {
		flat = append(flat, f[:]...)
	}
	db = math.Inf(-1)
	for l := range 400 {
		var sum float64
		var n int
		for at := 10 * media.FrameSize; at+l+media.FrameSize <= len(got); at += media.FrameSize {
			var s, e float64
			for i := range media.FrameSize {
				a, b := float64(flat[at+i]), float64(got[at+i+l])
				s += a * a
				e += (a - b) * (a - b)
			}
			if s/media.FrameSize < 100*100 {
				continue
			}
			sum += max(-10, min(10*math.Log10(s/(e+1)), 35))
			n++
		}
		if v := sum / float64(n); v > db {
			db, lag = v, l
		}
	}
	return db, lag
}

func TestSpeechLikeSound(t *testing.T) {
	in := speech(150)
	enc, dec := NewEncoder(), NewDecoder()
	var pcm []int16
	var bytes int
	for i := range in {
		p := enc.Encode(nil, &in[i])
		bytes += len(p)
		pcm = dec.Decode(pcm, p)
	}
	db, lag := segmental(in, pcm)
	t.Logf("segmental SNR %.1f dB, lag %d samples, %d bit/s", db, lag, bytes*8/3)
	if db < 8 {
		t.Errorf("segmental SNR %.1f dB", db)
	}
}

func TestRecoveryBeatsConcealment(t *testing.T) {
	in := speech(300)
	enc := NewEncoder()
	var packets [][]byte
	for i := range in {
		packets = append(packets, enc.Encode(nil, &in[i]))
	}
	snr := func(recoverIt bool) float64 {
		dec := NewDecoder()
		var pcm []int16
		for i, p := range packets {
			switch {
			case i%10 == 5 && recoverIt:
				pcm = dec.Recover(pcm, packets[i+1], media.FrameSize)
			case i%10 == 5:
				pcm = dec.Conceal(pcm, media.FrameSize)
			default:
				pcm = dec.Decode(pcm, p)
			}
		}
		if len(pcm) != len(packets)*media.FrameSize {
			t.Fatalf("%d samples of %d", len(pcm), len(packets)*media.FrameSize)
		}
		db, _ := segmental(in, pcm)
		return db
	}
	whole, conceal := snr(true), snr(false)
	t.Logf("10%% lost: segmental SNR %.1f dB with FEC, %.1f dB concealed", whole, conceal)
	if whole < conceal+0.3 {
		t.Errorf("FEC gives %.1f dB, concealment %.1f", whole, conceal)
	}
}

func TestSamples(t *testing.T) {
	for _, c := range []struct {
		packet []byte
		want   int
	}{
		{nil, 0},
		{[]byte{9 << 3}, 320},                // SILK 20 ms
		{[]byte{11 << 3}, 960},               // SILK 60 ms
		{[]byte{11<<3 | 3, 2}, 1920},         // two of them
		{[]byte{11<<3 | 3, 3}, 0},            // three are too long
		{[]byte{11<<3 | 3}, 0},               // no count
		{[]byte{15 << 3, 1}, 320},            // hybrid 20 ms
		{[]byte{16 << 3, 1}, 40},             // CELT 2.5 ms
		{[]byte{31 << 3, 1}, 320},            // CELT 20 ms
		{[]byte{31<<3 | 1, 1, 1}, 640},       // two
		{make([]byte, MaxPacket+1), 0},       // too long
		{append([]byte{31<<3 | 3, 0}, 0), 0}, // none
		{append([]byte{16<<3 | 3, 48}, 0), 1920},
	} {
		if got := Samples(c.packet); got != c.want {
			t.Errorf("Samples(% x) = %d, want %d", c.packet[:min(4, len(c.packet))], got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	enc := NewEncoder()
	for _, fr := range tone(300, 3) {
		f.Add(enc.Encode(nil, &fr), false)
		f.Add(enc.Encode(nil, &fr), true)
	}
	f.Add([]byte{9 << 3}, false)
	f.Add([]byte{31<<3 | 3, 0xc2, 0xff}, true)
	f.Fuzz(func(t *testing.T, packet []byte, fec bool) {
		dec := NewDecoder()
		for range 2 {
			if fec {
				if pcm := dec.Recover(nil, packet, media.FrameSize); len(pcm) != media.FrameSize {
					t.Fatalf("recovered %d samples", len(pcm))
				}
			}
			if pcm := dec.Decode(nil, packet); len(pcm) != Samples(packet) {
				t.Fatalf("%d samples, want %d", len(pcm), Samples(packet))
			}
		}
	})
}

func BenchmarkEncode(b *testing.B)    { benchmarkEncode(b, 0) }
func BenchmarkEncodeFEC(b *testing.B) { benchmarkEncode(b, 0.05) }

func benchmarkEncode(b *testing.B, loss float64) {
	in := speech(100)
	enc, dst := NewEncoder(), make([]byte, 0, MaxPacket)
	enc.Expect(loss)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		dst = enc.Encode(dst[:0], &in[i%100])
		i++
	}
}

func TestNoAllocation(t *testing.T) {
	in := speech(60)
	enc, dec := NewEncoder(), NewDecoder()
	enc.Expect(0)
	packet, pcm := make([]byte, 0, MaxPacket), make([]int16, 0, maxSamples)
	i := 0
	one := func() {
		packet = enc.Encode(packet[:0], &in[i%60])
		pcm = dec.Decode(pcm[:0], packet)
		i++
	}
	for range 60 {
		one()
	}
	if n := testing.AllocsPerRun(60, one); n > 0 {
		t.Errorf("%g allocations a frame", n)
	}
}

func BenchmarkDecode(b *testing.B) {
	benchmark(b, func(d *Decoder, dst []int16, p []byte) { d.Decode(dst, p) })
}

func BenchmarkRecover(b *testing.B) {
	benchmark(b, func(d *Decoder, dst []int16, p []byte) { d.Recover(dst, p, media.FrameSize) })
}

func benchmark(b *testing.B, f func(*Decoder, []int16, []byte)) {
	enc := NewEncoder()
	var packets [][]byte
	for _, fr := range speech(100) {
		packets = append(packets, enc.Encode(nil, &fr))
	}
	dec, dst := NewDecoder(), make([]int16, 0, maxSamples)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		f(dec, dst, packets[i%100])
		i++
	}
}
