package normal

import (
	"strings"
	"testing"
	"time"
)

// A text of the greatest length that tts speaks must not hold up a call,
// whatever is in it.
func TestHostileTextIsQuick(t *testing.T) {
	for _, unit := range []string{"1", "1 ", "1-", "1.", "1,", "1:", "a@", "a.", "12:3", "¥1", "{", "{digits:", "A1", "(1)", "order ", "订单", "1/", "$1 ", "1万", "-", "周一"} {
		text := strings.Repeat(unit, 1+1500/len(unit))
		for _, lang := range []string{"en", "zh"} {
			from := time.Now()
			Text(text, lang)
			if d := time.Since(from); d > time.Second {
				t.Errorf("%s, %q repeated: %v", lang, unit, d)
			}
		}
	}
}
