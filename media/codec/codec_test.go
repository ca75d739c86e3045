package codec_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hotline/media"
	"hotline/media/codec"
	"hotline/media/mediatest"
)

// TestTones sends tones through each codec in packets of each length.
func TestTones(t *testing.T) {
	for _, c := range codec.All {
		tones := []float64{150, 440, 1004, 2500, 3300}
		if c.SampleRate == 16000 {
			tones = append(tones, 5000, 6500)
		}
		for _, hz := range tones {
			for _, ms := range []int{10, 20, 30, 40, 60} {
				enc, dec, ear, tone := c.NewEncoder(), c.NewDecoder(), mediatest.NewEar(), &mediatest.Tone{Hz: hz}
				var pcm, out []int16
				for range 60 {
					f, _ := tone.ReadFrame()
					pcm = append(pcm, f.PCM[:]...)
				}
				for p := range slices.Chunk(pcm, ms*16) {
					payload := enc.Encode(nil, p)
					if len(payload) != len(p)/2 {
						t.Fatalf("%s: %d samples in %d bytes", c.Name, len(p), len(payload))
					}
					out = dec.Decode(out, payload)
				}
				for _, f := range mediatest.Frames(out, 16000) {
					ear.WriteFrame(f)
				}
				r := mediatest.Hear(ear.Last(400 * time.Millisecond))
				least := 0.998 // 27 dB
				if hz > 4000 { // two bits a sample
					least = 0.95
				}
				if math.Abs(r.Hz-hz) > 0.5 || math.Abs(r.Level+20) > 0.3 || r.Purity < least {
					t.Errorf("%s, %g Hz, %d ms: heard %v, purity %.4f", c.Name, hz, ms, r, r.Purity)
				}
			}
		}
	}
}

// TestSilence: nothing comes of nothing, and the wire shows it.
func TestSilence(t *testing.T) {
	for _, c := range codec.All {
		enc, dec, level := c.NewEncoder(), c.NewDecoder(), c.NewMeter()
		for range 10 {
			p := enc.Encode(nil, make([]int16, 320))
			if n := level(p); n > 10 {
				t.Errorf("%s: level %d on the wire", c.Name, n)
			}
			f := mediatest.Frames(dec.Decode(nil, p), 16000)[0]
			if n := media.Level(f); n > 10 {
				t.Errorf("%s: level %d", c.Name, n)
			}
		}
	}
	if p := codec.PCMU.NewEncoder().Encode(nil, make([]int16, 2)); p[0] != 0xff {
		t.Errorf("PCMU silence is %#x", p[0])
	}
	if p := codec.PCMA.NewEncoder().Encode(nil, make([]int16, 2)); p[0] != 0xd5 {
		t.Errorf("PCMA silence is %#x", p[0])
	}
}

func TestMeter(t *testing.T) {
	for _, c := range codec.All {
		enc, level, tone := c.NewEncoder(), c.NewMeter(), &mediatest.Tone{Hz: 500}
		var on, wire int
		for range 10 {
			f, _ := tone.ReadFrame()
			on, wire = media.Level(f), level(enc.Encode(nil, f.PCM[:]))
		}
		if math.Abs(float64(on-wire)) > 0.03*float64(on) {
			t.Errorf("%s: level %d on the wire, %d before", c.Name, wire, on)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, c := range codec.All {
		if got, ok := codec.ByPT(c.PT); !ok || got != c {
			t.Errorf("ByPT(%d) is %v", c.PT, got)
		}
	}
	if c, ok := codec.ByName("pcma", 8000); !ok || c != codec.PCMA {
		t.Errorf("pcma is %v", c)
	}
	if c, ok := codec.ByName("G722", 16000); ok {
		t.Errorf("G722/16000 is %v: RFC 3551 has 8000", c)
	}
	if c, ok := codec.ByPT(3); ok {
		t.Errorf("3 is %v", c)
	}
}

func TestAllocs(t *testing.T) {
	for _, c := range codec.All {
		enc, dec, level := c.NewEncoder(), c.NewDecoder(), c.NewMeter()
		f, _ := (&mediatest.Tone{Hz: 440}).ReadFrame()
		p, pcm := make([]byte, 0, 160), make([]int16, 0, 320)
		level(f160(p))
		if n := testing.AllocsPerRun(100, func() {
			p = enc.Encode(p[:0], f.PCM[:])
			pcm = dec.Decode(pcm[:0], p)
			level(p)
		}); n != 0 {
			t.Errorf("%s: %v allocations a frame", c.Name, n)
		}
	}
}

func f160(p []byte) []byte { return p[:160] }

// FuzzDecode: any bytes are audio, twice as many samples, whatever came before.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0, 0x80, 0xff, 0x7f, 0xd5}, uint8(9))
	f.Fuzz(func(t *testing.T, payload []byte, pt uint8) {
		c, ok := codec.ByPT(pt)
		if !ok {
			return
		}
		d := c.NewDecoder()
		for range 2 {
			if pcm := d.Decode(nil, payload); len(pcm) != 2*len(payload) {
				t.Errorf("%d samples of %d bytes", len(pcm), len(payload))
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range codec.All {
		b.Run(c.Name, func(b *testing.B) {
			enc, p, f := c.NewEncoder(), make([]byte, 0, 160), noise()
			b.ReportAllocs()
			for b.Loop() {
				p = enc.Encode(p[:0], f)
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range codec.All {
		b.Run(c.Name, func(b *testing.B) {
			dec, p, pcm := c.NewDecoder(), c.NewEncoder().Encode(nil, noise()), make([]int16, 0, 320)
			b.ReportAllocs()
			for b.Loop() {
				pcm = dec.Decode(pcm[:0], p)
			}
		})
	}
}

// noise is 20 ms of it.
func noise() []int16 {
	rnd, pcm := rand.New(rand.NewPCG(1, 1)), make([]int16, 320)
	for i := range pcm {
		pcm[i] = int16(rnd.IntN(8000) - 4000)
	}
	return pcm
}
