package main

import (
	"testing"

	"hotline"
)

// A page's language is spoken where the bot speaks it and the recogniser hears it.
func TestCallersAskForALanguage(t *testing.T) {
	for _, tt := range []struct{ engine, asked, want string }{
		{"moonshine", "en", "en"},
		{"moonshine", "zh", ""}, // hears English only
		{"sense-voice", "zh", "zh"},
		{"whisper-base", "zh", "zh"},
		{"ws://127.0.0.1:10095", "zh", "zh"}, // who knows
		{"sense-voice", "yue", ""},           // the bot does not speak it
		{"sense-voice", "", ""},
	} {
		s := &server{cfg: Config{ASR: ASRConfig{Engine: tt.engine}}}
		leg := hotline.LegInfo{Headers: map[string]string{languageHeader: tt.asked}}
		if got := s.asks(leg, []string{"en", "zh"}); got != tt.want {
			t.Errorf("%s asked for %q: %q", tt.engine, tt.asked, got)
		}
	}
}
