package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/zaf/g711"
)

// file builds a file of one format chunk and one data chunk.
func file(tag uint16, bits, rate, channels int, data []byte) []byte {
	le := binary.LittleEndian
	b := []byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00")
	b = le.AppendUint16(b, tag)
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(rate*channels*bits/8))
	b = le.AppendUint16(b, uint16(channels*bits/8))
	b = le.AppendUint16(b, uint16(bits))
	b = append(b, "LIST\x03\x00\x00\x00abc\x00data"...) // an odd chunk in between, padded
	b = le.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

func readAll(t *testing.T, b []byte) ([]int16, *Reader) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var pcm []int16
	for block := make([]int16, 6); ; {
		n, err := r.Read(block)
		pcm = append(pcm, block[:n]...)
		if err == io.EOF {
			return pcm, r
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestEncodings(t *testing.T) {
	le := binary.LittleEndian
	want := []int16{0, 256, -256, 32512, -32768, 12800}
	for _, c := range []struct {
		name string
		tag  uint16
		bits int
		put  func(b []byte, v int16) []byte
		tol  int
	}{
		{"pcm 8", tagPCM, 8, func(b []byte, v int16) []byte { return append(b, byte(int(v)>>8+128)) }, 0},
		{"pcm 16", tagPCM, 16, func(b []byte, v int16) []byte { return le.AppendUint16(b, uint16(v)) }, 0},
		{"pcm 24", tagPCM, 24, func(b []byte, v int16) []byte { return append(b, 99, byte(v), byte(v>>8)) }, 0},
		{"pcm 32", tagPCM, 32, func(b []byte, v int16) []byte { return append(b, 99, 98, byte(v), byte(v>>8)) }, 0},
		{"float 32", tagFloat, 32, func(b []byte, v int16) []byte {
			return le.AppendUint32(b, math.Float32bits(float32(v)/32768))
		}, 0},
		{"float 64", tagFloat, 64, func(b []byte, v int16) []byte {
			return le.AppendUint64(b, math.Float64bits(float64(v)/32768))
		}, 0},
		{"mu-law", tagMuLaw, 8, func(b []byte, v int16) []byte { return append(b, g711.EncodeUlawFrame(v)) }, 1100},
		{"A-law", tagALaw, 8, func(b []byte, v int16) []byte { return append(b, g711.EncodeAlawFrame(v)) }, 1100},
	} {
		t.Run(c.name, func(t *testing.T) {
			var data []byte
			for _, v := range want {
				data = c.put(data, v)
			}
			got, r := readAll(t, file(c.tag, c.bits, 11025, 2, data))
			if r.Rate() != 11025 || r.Channels() != 2 || len(got) != len(want) {
				t.Fatalf("%d samples, %d channels at %d Hz", len(got), r.Channels(), r.Rate())
			}
			for i, v := range got {
				if d := int(v) - int(want[i]); d < -c.tol || d > c.tol {
					t.Errorf("sample %d is %d, want %d", i, v, want[i])
				}
			}
		})
	}
}

func TestFloatOutOfRange(t *testing.T) {
	var data []byte
	for _, v := range []float32{2, -2, float32(math.NaN()), float32(math.Inf(-1))} {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	if got, _ := readAll(t, file(tagFloat, 32, 8000, 1, data)); !slices.Equal(got, []int16{32767, -32768, 0, -32768}) {
		t.Error(got)
	}
}

// TestLyingSizes reads what is there when the header says more, nothing or "I
// do not know".
func TestLyingSizes(t *testing.T) {
	data := []byte{1, 0, 2, 0, 3, 0, 4, 0, 5} // half a sample too many
	for _, size := range []uint32{0, math.MaxUint32, 1000, 9} {
		b := file(tagPCM, 16, 8000, 1, data)
		binary.LittleEndian.PutUint32(b[len(b)-len(data)-4:], size)
		if got, _ := readAll(t, b); !slices.Equal(got, []int16{1, 2, 3, 4}) {
			t.Errorf("size %d: %v", size, got)
		}
	}
	b := append(file(tagPCM, 16, 8000, 1, data[:4]), "LIST\x04\x00\x00\x00abcd"...)
	if got, _ := readAll(t, b); !slices.Equal(got, []int16{1, 2}) {
		t.Errorf("read on into the next chunk: %v", got)
	}
}

func TestRefused(t *testing.T) {
	le := binary.LittleEndian
	ok := file(tagPCM, 16, 8000, 1, []byte{1, 2})
	change := func(f func(b []byte)) []byte { b := slices.Clone(ok); f(b); return b }
	for name, b := range map[string][]byte{
		"nothing":        {},
		"text":           []byte("this is not audio at all"),
		"no channel":     change(func(b []byte) { le.PutUint16(b[22:], 0) }),
		"many channels":  change(func(b []byte) { le.PutUint16(b[22:], 9) }),
		"rate 0":         change(func(b []byte) { le.PutUint32(b[24:], 0) }),
		"ADPCM":          change(func(b []byte) { le.PutUint16(b[20:], 2) }),
		"12 bits":        change(func(b []byte) { le.PutUint16(b[34:], 12) }),
		"tiny format":    change(func(b []byte) { le.PutUint32(b[16:], 4) }),
		"huge format":    change(func(b []byte) { le.PutUint32(b[16:], 1<<31) }),
		"endless chunk":  change(func(b []byte) { le.PutUint32(b[40:], math.MaxUint32) }),
		"no data chunk":  ok[:40],
		"data before it": append([]byte("RIFF....WAVEdata\x02\x00\x00\x00"), 1, 2),
	} {
		if r, err := NewReader(bytes.NewReader(b)); err == nil {
			t.Errorf("%s was taken: %+v", name, r)
		}
	}
}

func TestMonoAndExtensible(t *testing.T) {
	b := file(tagExtensible, 16, 8000, 2, []byte{100, 0, 200, 0, 0xff, 0x7f, 0xff, 0x7f})
	// The same with a format chunk of 40 bytes, whose sub-format says PCM.
	ext := make([]byte, 24)
	ext[8] = tagPCM
	b = slices.Concat(b[:16], []byte{40, 0, 0, 0}, b[20:36], ext, b[36:])
	r, err := NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 9)
	n, err := r.ReadMono(pcm)
	if err != nil && err != io.EOF || !slices.Equal(pcm[:n], []int16{150, 32767}) {
		t.Errorf("%v, %v", pcm[:n], err)
	}
}

// TestPlayableAtAnyMoment looks at the file after every write, as a crash there
// would leave it, with a reader that trusts the header and one that does not.
func TestPlayableAtAnyMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewWriter(f, 8000, 2)
	if err != nil {
		t.Fatal(err)
	}
	frame := make([]int16, 320) // 20 ms
	for i := range 175 {
		frame[0] = int16(i)
		if err := w.Write(frame); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		said := int(binary.LittleEndian.Uint32(b[40:]))
		if is := 44 + 640*(i+1); len(b) != is || said > is-44 || said < is-44-32000 {
			t.Fatalf("after frame %d: %d bytes, %d in the header", i, len(b), said)
		}
		if pcm, _ := readAll(t, b); said > 0 && len(pcm) != said/2 || said == 0 && len(pcm) != 320*(i+1) {
			t.Fatalf("after frame %d: read %d samples", i, len(pcm))
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if pcm, rate, err := ReadFile(path, time.Minute); err != nil || rate != 8000 || len(pcm) != 175*160 || pcm[174*160] != 87 {
		t.Errorf("%d samples at %d Hz, %v", len(pcm), rate, err)
	}
	if _, _, err := ReadFile(path, time.Second); !errors.Is(err, ErrTooLong) {
		t.Errorf("3.5 s with a bound of 1 s: %v", err)
	}
}

// TestSox has the files read by a program that nobody here wrote.
func TestSox(t *testing.T) {
	soxi, err := exec.LookPath("soxi")
	if err != nil {
		t.Skip("sox is not installed")
	}
	path := filepath.Join(t.TempDir(), "a.wav")
	if err := WriteFile(path, 16000, 2, make([]int16, 2*4000)); err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{"-r": "16000", "-c": "2", "-b": "16", "-s": "4000"} {
		if out, err := exec.Command(soxi, flag, path).CombinedOutput(); err != nil || string(bytes.TrimSpace(out)) != want {
			t.Errorf("soxi %s: %s %v, want %s", flag, out, err, want)
		}
	}
}

type full struct{ io.WriterAt }

func (full) Write(p []byte) (int, error) { return len(p), nil }

func TestFull(t *testing.T) {
	w, err := NewWriter(full{}, 8000, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.size, w.patched = maxData-4, maxData-4
	if err := w.Write(make([]int16, 2)); err != nil {
		t.Errorf("the last bytes that fit: %v", err)
	}
	if err := w.Write(make([]int16, 1)); !errors.Is(err, ErrTooLong) {
		t.Errorf("beyond four gigabytes: %v", err)
	}
}

// FuzzReader reads hostile files: no panic, no more samples than the file has
// bytes, no reading for ever.
func FuzzReader(f *testing.F) {
	f.Add(file(tagPCM, 16, 8000, 2, []byte{1, 0, 2, 0, 3, 0}))
	f.Add(file(tagFloat, 32, 44100, 1, make([]byte, 9)))
	f.Add(file(tagMuLaw, 8, 8000, 8, make([]byte, 17)))
	f.Add(file(tagExtensible, 24, 96000, 3, make([]byte, 27)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		block, total := make([]int16, 100), 0
		for {
			n, err := r.ReadMono(block)
			if total += n; total > len(b) {
				t.Fatalf("%d samples of %d bytes", total, len(b))
			}
			if err != nil {
				return
			}
		}
	})
}
