package sherpa

import "strings"

// tag strips the brackets of a special token: "<|ANGRY|>" is "angry", and the
// tokens that mean "I cannot tell" are empty.
func tag(s string) string {
	s = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(s, "<|"), "|>"))
	if s == "emo_unknown" || s == "nospeech" {
		return ""
	}
	return s
}
