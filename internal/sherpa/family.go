package sherpa

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// Config chooses a model. Files maps each role of the family to a path; see
// Families.
type Config struct {
	Family   string
	Files    map[string]string
	Tokens   string // path of tokens.txt
	Language string // for families that are told: "en", "zh", "auto"
	ITN      bool   // write numbers as digits, where the family can
	Threads  int    // of one recognition; 0 is 1
}

// A family is a kind of model: its roles (some families come in more than one
// split), and where they go in the config.
type family struct {
	online   bool
	noTokens bool // brings its own tokenizer
	roles    [][]string
	offline  func(m *offlineModelConfig, f func(string) cstr, c Config)
	stream   func(m *onlineModelConfig, f func(string) cstr)
}

func one(role ...string) [][]string { return [][]string{role} }

// ctc is a family of one file whose only setting is its path.
func ctc(field func(*offlineModelConfig) *cstr) family {
	return family{roles: one("model"), offline: func(m *offlineModelConfig, f func(string) cstr, _ Config) { *field(m) = f("model") }}
}

var families = map[string]family{
	"moonshine": {
		roles: [][]string{{"encoder", "merged_decoder"}, {"preprocessor", "encoder", "uncached_decoder", "cached_decoder"}},
		offline: func(m *offlineModelConfig, f func(string) cstr, _ Config) {
			m.moonshine = moonshineConfig{f("preprocessor"), f("encoder"), f("uncached_decoder"), f("cached_decoder"), f("merged_decoder")}
		},
	},
	"whisper": {roles: one("encoder", "decoder"), offline: func(m *offlineModelConfig, f func(string) cstr, cfg Config) {
		m.whisper = whisperConfig{encoder: f("encoder"), decoder: f("decoder"), language: c(cfg.Language), task: c("transcribe")}
	}},
	"sense_voice": {roles: one("model"), offline: func(m *offlineModelConfig, f func(string) cstr, cfg Config) {
		m.senseVoice = senseVoiceConfig{f("model"), c(cfg.Language), flag(cfg.ITN)}
	}},
	"transducer": {roles: one("encoder", "decoder", "joiner"), offline: func(m *offlineModelConfig, f func(string) cstr, _ Config) {
		m.transducer = transducerConfig{f("encoder"), f("decoder"), f("joiner")}
	}},
	"fire_red": {roles: one("encoder", "decoder"), offline: func(m *offlineModelConfig, f func(string) cstr, _ Config) {
		m.fireRed = pairConfig{f("encoder"), f("decoder")}
	}},
	"canary": {roles: one("encoder", "decoder"), offline: func(m *offlineModelConfig, f func(string) cstr, cfg Config) {
		m.canary = canaryConfig{f("encoder"), f("decoder"), c(cfg.Language), c(cfg.Language), 1}
	}},
	"cohere": {roles: one("encoder", "decoder"), offline: func(m *offlineModelConfig, f func(string) cstr, cfg Config) {
		m.cohere = cohereConfig{f("encoder"), f("decoder"), c(cfg.Language), 1, flag(cfg.ITN)}
	}},
	"funasr_nano": {noTokens: true, roles: one("encoder_adaptor", "llm", "embedding", "tokenizer"), offline: func(m *offlineModelConfig, f func(string) cstr, cfg Config) {
		m.funASRNano = funASRNanoConfig{encoderAdaptor: f("encoder_adaptor"), llm: f("llm"), embedding: f("embedding"), tokenizer: f("tokenizer"), language: c(cfg.Language), itn: flag(cfg.ITN)}
	}},
	"qwen3": {noTokens: true, roles: one("conv_frontend", "encoder", "decoder", "tokenizer"), offline: func(m *offlineModelConfig, f func(string) cstr, _ Config) {
		m.qwen3 = qwen3Config{convFrontend: f("conv_frontend"), encoder: f("encoder"), decoder: f("decoder"), tokenizer: f("tokenizer")}
	}},
	"paraformer":    ctc(func(m *offlineModelConfig) *cstr { return &m.paraformer }),
	"nemo_ctc":      ctc(func(m *offlineModelConfig) *cstr { return &m.nemoCTC }),
	"tdnn":          ctc(func(m *offlineModelConfig) *cstr { return &m.tdnn }),
	"telespeech":    ctc(func(m *offlineModelConfig) *cstr { return &m.teleSpeech }),
	"dolphin":       ctc(func(m *offlineModelConfig) *cstr { return &m.dolphin }),
	"zipformer_ctc": ctc(func(m *offlineModelConfig) *cstr { return &m.zipformerCTC }),
	"wenet_ctc":     ctc(func(m *offlineModelConfig) *cstr { return &m.wenetCTC }),
	"omnilingual":   ctc(func(m *offlineModelConfig) *cstr { return &m.omnilingual }),
	"medasr":        ctc(func(m *offlineModelConfig) *cstr { return &m.medASR }),
	"fire_red_ctc":  ctc(func(m *offlineModelConfig) *cstr { return &m.fireRedCTC }),

	"online_transducer": {online: true, roles: one("encoder", "decoder", "joiner"), stream: func(m *onlineModelConfig, f func(string) cstr) {
		m.transducer = transducerConfig{f("encoder"), f("decoder"), f("joiner")}
	}},
	"online_paraformer": {online: true, roles: one("encoder", "decoder"), stream: func(m *onlineModelConfig, f func(string) cstr) {
		m.paraformer = pairConfig{f("encoder"), f("decoder")}
	}},
	"online_zipformer2_ctc": {online: true, roles: one("model"), stream: func(m *onlineModelConfig, f func(string) cstr) { m.zipformer2CTC = f("model") }},
	"online_nemo_ctc":       {online: true, roles: one("model"), stream: func(m *onlineModelConfig, f func(string) cstr) { m.nemoCTC = f("model") }},
	"online_t_one_ctc":      {online: true, roles: one("model"), stream: func(m *onlineModelConfig, f func(string) cstr) { m.tOneCTC = f("model") }},
}

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// Families names every family, sorted; the streaming ones begin with "online_".
func Families() []string { return slices.Sorted(maps.Keys(families)) }

// Roles lists the sets of files that make up a model of the family.
func Roles(name string) [][]string { return families[name].roles }

// Streaming tells whether the family is a streaming one.
func Streaming(name string) bool { return families[name].online }

// check refuses what the library would end the process for.
func (l *Lib) check(cfg Config, online bool) (family, error) {
	fam, ok := families[cfg.Family]
	if !ok {
		return fam, fmt.Errorf("sherpa: no family of models is called %q; there are %s", cfg.Family, strings.Join(Families(), ", "))
	}
	if fam.online != online {
		return fam, fmt.Errorf("sherpa: %s: a streaming model is not a whole-utterance one", cfg.Family)
	}
	has := slices.Sorted(maps.Keys(cfg.Files))
	if !slices.ContainsFunc(fam.roles, func(roles []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(roles)), has)
	}) {
		return fam, fmt.Errorf("sherpa: a %s model is the files %v, not %v", cfg.Family, fam.roles, has)
	}
	for _, role := range has {
		path := cfg.Files[role]
		st, err := os.Stat(path)
		if err != nil {
			return fam, fmt.Errorf("sherpa: %s %s: %w", cfg.Family, role, err)
		}
		if st.IsDir() {
			continue // a tokenizer
		}
		if err := l.ort.Check(path); err != nil {
			return fam, fmt.Errorf("sherpa: %s %s: %s: %w", cfg.Family, role, path, err)
		}
	}
	if !fam.noTokens {
		if err := checkTokens(cfg.Tokens); err != nil {
			return fam, fmt.Errorf("sherpa: %s tokens: %w", cfg.Family, err)
		}
	}
	return fam, nil
}

// checkTokens reads the beginning of a vocabulary: lines of "token id".
func checkTokens(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	line, err := bufio.NewReaderSize(io.LimitReader(f, 64<<10), 64<<10).ReadSlice('\n')
	if err != nil || len(bytes.Fields(line)) == 0 {
		return fmt.Errorf("%s is not a vocabulary", path)
	}
	return nil
}
