package sherpa

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"hotline/internal/sherpa"
)

// A Folder says what a model folder holds. The file model.yaml in it says so
// outright; without one, Detect tells by the names of the files.
type Folder struct {
	Family   string            `yaml:"family"`   // one of Families
	Files    map[string]string `yaml:"files"`    // role to file name
	Tokens   string            `yaml:"tokens"`   // file name; empty is tokens.txt
	Language string            `yaml:"language"` // if the model is for one language
}

// Families names every family of models that a folder can hold.
func Families() []string { return sherpa.Families() }

// Detect reads model.yaml, or tells the family by the names of the files as the
// sherpa-onnx project publishes them. Of a file that comes in several precisions
// it takes the smallest (int8).
func Detect(dir string) (Folder, error) {
	b, err := os.ReadFile(filepath.Join(dir, "model.yaml"))
	if err == nil {
		var f Folder
		if err := yaml.NewDecoder(bytes.NewReader(b), yaml.DisallowUnknownField()).Decode(&f); err != nil {
			return f, fmt.Errorf("asr/sherpa: %s: %w", filepath.Join(dir, "model.yaml"), err)
		}
		return f, f.validate(dir)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return Folder{}, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Folder{}, fmt.Errorf("asr/sherpa: no model: %w", err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	f, ok := detect(filepath.Base(dir), names)
	if !ok {
		return f, fmt.Errorf("asr/sherpa: %s holds no model that can be told by its files; write a model.yaml there: family, files, tokens", dir)
	}
	return f, f.validate(dir)
}

// validate checks that the files are there and inside dir.
func (f *Folder) validate(dir string) error {
	if len(sherpa.Roles(f.Family)) == 0 {
		return fmt.Errorf("asr/sherpa: %s: no family of models is called %q; there are %s", dir, f.Family, strings.Join(Families(), ", "))
	}
	if f.Tokens == "" {
		f.Tokens = "tokens.txt"
	}
	for role, name := range f.Files {
		if !filepath.IsLocal(name) {
			return fmt.Errorf("asr/sherpa: %s: %s: %q is not in the model's folder", dir, role, name)
		}
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("asr/sherpa: %s model: %w", f.Family, err)
		}
	}
	return nil
}

// config makes the runtime's config of it.
func (f Folder) config(dir, language string, itn bool, threads int) sherpa.Config {
	if language == "" {
		language = f.Language
	}
	c := sherpa.Config{Family: f.Family, Files: map[string]string{}, Tokens: filepath.Join(dir, f.Tokens), Language: language, ITN: itn, Threads: threads}
	for role, name := range f.Files {
		c.Files[role] = filepath.Join(dir, name)
	}
	return c
}

// detect tells the family by the names in the folder and the folder's own name.
func detect(dir string, names []string) (Folder, bool) {
	// pick finds the .onnx file whose name has the words, int8 before others.
	pick := func(words ...string) string {
		var found []string
		for _, n := range names {
			if strings.HasSuffix(n, ".onnx") && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(n, w) }) {
				found = append(found, n)
			}
		}
		slices.SortFunc(found, func(a, b string) int {
			if x, y := strings.Contains(a, "int8"), strings.Contains(b, "int8"); x != y {
				if x {
					return -1
				}
				return 1
			}
			return strings.Compare(a, b)
		})
		return append(found, "")[0]
	}
	tokens := ""
	for _, n := range names {
		if strings.HasSuffix(n, "tokens.txt") {
			tokens = n // Whisper's has a prefix
		}
	}
	dir = strings.ToLower(dir)
	streaming := strings.Contains(dir, "streaming")
	encoder, decoder, joiner, model := pick("encode"), pick("decode"), pick("joiner"), pick("model")
	f := Folder{Tokens: tokens}
	switch {
	case pick("decoder_model_merged") != "":
		f.Family, f.Files = "moonshine", map[string]string{"encoder": pick("encoder_model"), "merged_decoder": pick("decoder_model_merged")}
	case pick("uncached_decode") != "":
		f.Family, f.Files = "moonshine", map[string]string{
			"preprocessor": pick("preprocess"), "encoder": encoder, "uncached_decoder": pick("uncached_decode"), "cached_decoder": without(names, "cached_decode", "uncached"),
		}
	case joiner != "" && (streaming || strings.Contains(joiner, "chunk") || strings.Contains(dir, "zipformer-zh-en")):
		f.Family, f.Files = "online_transducer", map[string]string{"encoder": encoder, "decoder": decoder, "joiner": joiner}
	case joiner != "":
		f.Family, f.Files = "transducer", map[string]string{"encoder": encoder, "decoder": decoder, "joiner": joiner}
	case strings.Contains(dir, "paraformer") && encoder != "" && decoder != "":
		f.Family, f.Files = "online_paraformer", map[string]string{"encoder": encoder, "decoder": decoder}
	case strings.Contains(dir, "whisper") && encoder != "" && decoder != "":
		f.Family, f.Files = "whisper", map[string]string{"encoder": encoder, "decoder": decoder}
	case strings.Contains(dir, "fire-red") && encoder != "" && decoder != "":
		f.Family, f.Files = "fire_red", map[string]string{"encoder": encoder, "decoder": decoder}
	case strings.Contains(dir, "sense-voice") && model != "":
		f.Family, f.Files = "sense_voice", map[string]string{"model": model}
	case strings.Contains(dir, "paraformer") && model != "":
		f.Family, f.Files = "paraformer", map[string]string{"model": model}
	default:
		return f, false
	}
	return f, true
}

// without finds the .onnx file that has one word and not the other.
func without(names []string, word, not string) string {
	best := ""
	for _, n := range names {
		if strings.HasSuffix(n, ".onnx") && strings.Contains(n, word) && !strings.Contains(n, not) && (best == "" || strings.Contains(n, "int8")) {
			best = n
		}
	}
	return best
}
