package funasr

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A server that never ends a sentence, or sends a book, fills neither memory nor
// the journal.
func TestServerThatSaysTooMuch(t *testing.T) {
	var s stream
	for _, mode := range []string{"2pass-online", "2pass-offline"} {
		for range 100 {
			res, ok := s.result(reply{Mode: mode, Text: strings.Repeat("好", 10_000)})
			if !ok || res.Text == "" || len(res.Text) > maxText || !utf8.ValidString(res.Text) {
				t.Fatalf("%s: %v, text of %d bytes", mode, ok, len(res.Text))
			}
		}
	}
}
