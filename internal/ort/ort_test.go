package ort_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"hotline/asr/asrtest"
	"hotline/asr/models"
	"hotline/internal/ort"
)

func open(t testing.TB) (lib *ort.Lib, dir string) {
	t.Helper()
	dir = asrtest.Models(t)
	lib, err := ort.Open(filepath.Join(models.Path(dir, models.Runtime), "libonnxruntime.so"))
	if err != nil {
		t.Fatal(err)
	}
	return lib, dir
}

// bind makes a binding of the Silero network, a small model with a state.
func bind(t testing.TB) (b *ort.Binding, in, out []float32) {
	t.Helper()
	lib, dir := open(t)
	s, err := lib.NewSession(filepath.Join(models.Path(dir, "silero-vad"), "silero_vad.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	in, out = make([]float32, 576), make([]float32, 1)
	b, err = s.Bind([]ort.Tensor{
		{Name: "input", Shape: []int64{1, 576}, Floats: in},
		{Name: "state", Shape: []int64{2, 1, 128}, Floats: make([]float32, 256)},
		{Name: "sr", Shape: []int64{1}, Ints: []int64{16000}},
	}, []ort.Tensor{
		{Name: "output", Shape: []int64{1, 1}, Floats: out},
		{Name: "stateN", Shape: []int64{2, 1, 128}, Floats: make([]float32, 256)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.Close()
		s.Close()
	})
	return b, in, out
}

func TestRun(t *testing.T) {
	b, in, out := bind(t)
	if err := b.Run(); err != nil {
		t.Fatal(err)
	}
	quiet := out[0]
	for i := range in {
		in[i] = float32(math.Sin(float64(i)/7)) / 2
	}
	if err := b.Run(); err != nil {
		t.Fatal(err)
	}
	if out[0] == quiet || out[0] < 0 || out[0] > 1 {
		t.Errorf("probability %v, of silence %v", out[0], quiet)
	}
	if n := testing.AllocsPerRun(100, func() { _ = b.Run() }); n > 0 {
		t.Errorf("Run allocates %v times", n)
	}
}

func TestBrokenModels(t *testing.T) {
	lib, dir := open(t)
	broken := filepath.Join(t.TempDir(), "broken.onnx")
	whole, err := os.ReadFile(filepath.Join(models.Path(dir, "silero-vad"), "silero_vad.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"empty": {}, "text": []byte("not a model"), "cut off": whole[:len(whole)/2]} {
		if err := os.WriteFile(broken, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := lib.Check(broken); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := lib.Check(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("missing: no error")
	}
	if _, err := ort.Open("/no/such/libonnxruntime.so"); err == nil {
		t.Error("a missing library: no error")
	}
	s, err := lib.NewSession(filepath.Join(models.Path(dir, "silero-vad"), "silero_vad.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wrong, err := s.Bind([]ort.Tensor{{Name: "no such input", Shape: []int64{1}, Floats: make([]float32, 1)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer wrong.Close()
	if err := wrong.Run(); err == nil {
		t.Error("a wrong input: no error")
	}
}

func BenchmarkSilero(b *testing.B) {
	r, _, _ := bind(b)
	b.ReportAllocs()
	for b.Loop() {
		_ = r.Run()
	}
}
