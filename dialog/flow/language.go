package flow

import (
	"unicode"
)

// evidence counts what tells the language of an utterance: Han characters, and
// Latin words that are no guests in Chinese.
func evidence(text string) (han, latin int) {
	word := make([]rune, 0, 16)
	flush := func() {
		if len(word) > 1 && !guests[string(word)] {
			latin++
		}
		word = word[:0]
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			han++
		case unicode.IsLetter(r) || r == '\'':
			word = append(word, unicode.ToLower(r))
		default:
			flush()
		}
	}
	flush()
	return han, latin
}

// guests are English words that Chinese speakers use.
var guests = map[string]bool{"ok": true, "okay": true, "hello": true, "hi": true, "bye": true, "yes": true, "no": true, "app": true, "vip": true, "email": true, "agent": true, "wifi": true, "sorry": true, "hmm": true, "uh": true, "um": true, "mm": true}

// follow returns the language to go on in: another than now only on evidence
// of several words. heard is what the recogniser thinks.
func (c *Conversation) follow(text, heard string) string {
	han, latin := evidence(text)
	now := c.now.lang
	need := 3
	switch {
	case now != "zh" && han >= need || now != "zh" && han >= 2 && latin == 0:
		if c.hasLanguage("zh") && han > latin {
			return "zh"
		}
	case now != "en" && (latin >= need || latin >= 2 && han == 0) && han <= latin/2:
		if c.hasLanguage("en") && (heard == "" || base(heard) == "en" || latin >= need) {
			return "en"
		}
	}
	return now
}
