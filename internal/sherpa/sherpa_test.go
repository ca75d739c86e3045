package sherpa

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"hotline/asr/asrtest"
	"hotline/asr/models"
)

func open(t *testing.T) (*Lib, Config) {
	t.Helper()
	dir := asrtest.Models(t)
	l, err := Open(models.Path(dir, models.Runtime))
	if err != nil {
		t.Fatal(err)
	}
	m := models.Path(dir, "moonshine-tiny-en")
	return l, Config{
		Family: "moonshine", Tokens: filepath.Join(m, "tokens.txt"),
		Files: map[string]string{"encoder": filepath.Join(m, "encoder_model.onnx"), "merged_decoder": filepath.Join(m, "decoder_model_merged.onnx")},
	}
}

func TestOpen(t *testing.T) {
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrNoRuntime) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	dir := t.TempDir()
	for _, name := range []string{soONNX, soSherpa} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("not a library"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(dir); err == nil {
		t.Error("files that are no libraries were opened")
	}
	l, _ := open(t)
	if !strings.HasPrefix(l.Version(), series) {
		t.Errorf("version %s", l.Version())
	}
}

// The sizes that a C compiler gives the structs of the header, on amd64 and arm64.
func TestSizes(t *testing.T) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("not a platform of the runtime")
	}
	got := [4]uintptr{unsafe.Sizeof(offlineConfig{}), unsafe.Sizeof(onlineConfig{}), unsafe.Sizeof(offlineResult{}), unsafe.Sizeof(onlineResult{})}
	if want := [4]uintptr{608, 272, 128, 48}; got != want {
		t.Errorf("sizes %v, not %v", got, want)
	}
}

func TestRecognize(t *testing.T) {
	l, cfg := open(t)
	rec, err := l.NewOffline(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	clip, _ := asrtest.Clips(t)
	pcm := make([]float32, len(clip.PCM))
	for i, v := range clip.PCM {
		pcm[i] = float32(v) / 32768
	}
	r, err := rec.Recognize(pcm)
	if err != nil || !asrtest.Alike(clip, r.Text) || r.Tokens == 0 {
		t.Errorf("heard %+v, %v; it was %q", r, err, clip.Text)
	}
	if r, err := rec.Recognize(nil); err != nil || r.Text != "" {
		t.Errorf("nothing at all: %+v, %v", r, err)
	}
	rec.Close()
	rec.Close()
}

// A config that the library would end the process for is an error.
func TestBadConfigs(t *testing.T) {
	l, good := open(t)
	text := filepath.Join(t.TempDir(), "text.onnx")
	if err := os.WriteFile(text, []byte("not a model"), 0o644); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no such family":  {func(c *Config) { c.Family = "moonlight" }, "there are canary"},
		"a role missing":  {func(c *Config) { delete(c.Files, "encoder") }, "[encoder merged_decoder]"},
		"a role too many": {func(c *Config) { c.Files["joiner"] = text }, "joiner"},
		"a file missing":  {func(c *Config) { c.Files["encoder"] = "/no/such/file" }, "no such file"},
		"a broken file":   {func(c *Config) { c.Files["encoder"] = text }, "Protobuf"},
		"no tokens":       {func(c *Config) { c.Tokens = "/no/such/file" }, "no such file"},
		"empty tokens":    {func(c *Config) { c.Tokens = empty }, "not a vocabulary"},
		"a streaming one": {func(c *Config) { c.Family = "online_paraformer" }, "streaming"},
	} {
		cfg := good
		cfg.Files = map[string]string{}
		for role, path := range good.Files {
			cfg.Files[role] = path
		}
		c.change(&cfg)
		if _, err := l.NewOffline(cfg); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := l.NewOnline(good, Endpoint{}); err == nil {
		t.Error("a model of whole utterances was loaded as a streaming one")
	}
}

func TestEveryFamilySetsItsFiles(t *testing.T) {
	for name, fam := range families {
		for _, roles := range fam.roles {
			cfg := Config{Family: name, Language: "en", Files: map[string]string{}}
			for _, role := range roles {
				cfg.Files[role] = name + "/" + role
			}
			seen := map[string]bool{}
			get := func(role string) cstr {
				seen[role] = true
				return c(cfg.Files[role])
			}
			if fam.online {
				fam.stream(&onlineModelConfig{}, get)
			} else {
				fam.offline(&offlineModelConfig{}, get, cfg)
			}
			for _, role := range roles {
				if !seen[role] {
					t.Errorf("%s does not use its %s", name, role)
				}
			}
		}
	}
}

func TestTag(t *testing.T) {
	for in, want := range map[string]string{"<|ANGRY|>": "angry", "<|zh|>": "zh", "<|EMO_UNKNOWN|>": "", "": ""} {
		if got := tag(in); got != want {
			t.Errorf("%q is %q", in, got)
		}
	}
}
