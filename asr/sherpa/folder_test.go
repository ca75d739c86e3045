package sherpa

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/internal/sherpa"
)

// The files of models as the sherpa-onnx project publishes them.
func TestDetect(t *testing.T) {
	for _, c := range []struct {
		dir, files string
		want       Folder
	}{
		{"moonshine-tiny-en", "encoder_model.onnx decoder_model_merged.onnx tokens.txt",
			Folder{Family: "moonshine", Files: map[string]string{"encoder": "encoder_model.onnx", "merged_decoder": "decoder_model_merged.onnx"}}},
		{"moonshine-base-en", "preprocess.onnx encode.int8.onnx uncached_decode.int8.onnx cached_decode.int8.onnx tokens.txt",
			Folder{Family: "moonshine", Files: map[string]string{"preprocessor": "preprocess.onnx", "encoder": "encode.int8.onnx", "uncached_decoder": "uncached_decode.int8.onnx", "cached_decoder": "cached_decode.int8.onnx"}}},
		{"zipformer-zh-en", "encoder-epoch-99-avg-1.onnx encoder-epoch-99-avg-1.int8.onnx decoder-epoch-99-avg-1.onnx decoder-epoch-99-avg-1.int8.onnx joiner-epoch-99-avg-1.onnx joiner-epoch-99-avg-1.int8.onnx tokens.txt bpe.model",
			Folder{Family: "online_transducer", Files: map[string]string{"encoder": "encoder-epoch-99-avg-1.int8.onnx", "decoder": "decoder-epoch-99-avg-1.int8.onnx", "joiner": "joiner-epoch-99-avg-1.int8.onnx"}}},
		{"paraformer-zh-en-streaming", "encoder.onnx encoder.int8.onnx decoder.onnx decoder.int8.onnx tokens.txt",
			Folder{Family: "online_paraformer", Files: map[string]string{"encoder": "encoder.int8.onnx", "decoder": "decoder.int8.onnx"}}},
		{"paraformer-zh", "model.onnx model.int8.onnx tokens.txt am.mvn",
			Folder{Family: "paraformer", Files: map[string]string{"model": "model.int8.onnx"}}},
		{"sense-voice", "model.int8.onnx tokens.txt",
			Folder{Family: "sense_voice", Files: map[string]string{"model": "model.int8.onnx"}}},
		{"whisper-base", "base-encoder.onnx base-encoder.int8.onnx base-decoder.onnx base-decoder.int8.onnx base-tokens.txt",
			Folder{Family: "whisper", Files: map[string]string{"encoder": "base-encoder.int8.onnx", "decoder": "base-decoder.int8.onnx"}, Tokens: "base-tokens.txt"}},
	} {
		dir := folder(t, c.dir, strings.Fields(c.files)...)
		got, err := Detect(dir)
		if c.want.Tokens == "" {
			c.want.Tokens = "tokens.txt"
		}
		if err != nil || got.Family != c.want.Family || !maps.Equal(got.Files, c.want.Files) || got.Tokens != c.want.Tokens {
			t.Errorf("%s: %+v, %v", c.dir, got, err)
			continue
		}
		// What was found is what the family wants.
		cfg := got.config(dir, "zh", true, 2)
		fits := false
		for _, roles := range sherpa.Roles(got.Family) {
			ok := len(roles) == len(cfg.Files)
			for _, r := range roles {
				ok = ok && cfg.Files[r] == filepath.Join(dir, got.Files[r])
			}
			fits = fits || ok
		}
		if !fits || cfg.Language != "zh" || !cfg.ITN || cfg.Threads != 2 {
			t.Errorf("%s: config %+v", c.dir, cfg)
		}
	}
}

func TestModelYAML(t *testing.T) {
	dir := folder(t, "mine", "m.onnx", "t.txt")
	yaml := func(s string) {
		if err := os.WriteFile(filepath.Join(dir, "model.yaml"), []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	yaml("family: sense_voice\nfiles: {model: m.onnx}\ntokens: t.txt\nlanguage: yue\n")
	f, err := Detect(dir)
	if err != nil || f.Family != "sense_voice" || f.config(dir, "", false, 0).Language != "yue" || f.config(dir, "en", false, 0).Language != "en" {
		t.Errorf("%+v, %v", f, err)
	}
	for content, want := range map[string]string{
		"family: sense_voice\nfiles: {model: gone.onnx}\n":     "gone.onnx",
		"family: sense_voice\nfiles: {model: ../../secret}\n":  "not in the model's folder",
		"family: moonlight\nfiles: {model: m.onnx}\n":          "moonlight",
		"family: sense_voice\nfile: {model: m.onnx}\n":         "file",
		"family: sense_voice\nfiles: {model: [not, a, name]}}": "model.yaml",
	} {
		yaml(content)
		if _, err := Detect(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestDetectNothing(t *testing.T) {
	if _, err := Detect(folder(t, "papers", "README.md")); err == nil || !strings.Contains(err.Error(), "model.yaml") {
		t.Errorf("a folder of something else: %v", err)
	}
	if _, err := Detect(filepath.Join(t.TempDir(), "gone")); err == nil {
		t.Error("no error for a missing folder")
	}
	if _, err := Open(Config{Runtime: t.TempDir(), Model: folder(t, "sense-voice", "model.int8.onnx", "tokens.txt")}); err == nil || !strings.Contains(err.Error(), "not installed") {
		t.Errorf("no runtime: %v", err)
	}
}

func folder(t *testing.T, name string, files ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
