package tts

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"hotline/media"
)

type byLanguage struct {
	engines map[string]Engine
	other   Engine
}

// ByLanguage gives each text to the engine of its language ("en", "zh"), and to
// other if there is none. Text with a Chinese character in it is Chinese,
// whatever the voice says: engines for other languages skip what they cannot
// read.
func ByLanguage(engines map[string]Engine, other Engine) Engine {
	return byLanguage{maps.Clone(engines), other}
}

func (b byLanguage) Synthesize(ctx context.Context, text string, v Voice) iter.Seq2[media.Frame, error] {
	v.Language = language(text, v.Language)
	if e, ok := b.engines[v.Language]; ok {
		return e.Synthesize(ctx, text, v)
	}
	return b.other.Synthesize(ctx, text, v)
}

// language is the language to speak text in, when it is meant to be in want
// ("zh-CN" is "zh"; "" asks the text).
func language(text, want string) string {
	want, _, _ = strings.Cut(strings.ToLower(want), "-")
	switch {
	case hasHan(text):
		return "zh"
	case want == "":
		return "en"
	}
	return want
}

// Check checks every engine, and names those that fail by their language.
func (b byLanguage) Check(ctx context.Context) error {
	var errs []error
	for _, l := range slices.Sorted(maps.Keys(b.engines)) {
		errs = append(errs, Check(ctx, b.engines[l]))
	}
	return errors.Join(append(errs, Check(ctx, b.other))...)
}

func (b byLanguage) String() string {
	var names []string
	for _, l := range slices.Sorted(maps.Keys(b.engines)) {
		names = append(names, Name(b.engines[l]))
	}
	return strings.Join(slices.Compact(append(names, Name(b.other))), "+")
}
