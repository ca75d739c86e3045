package phones

import (
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// The sounds of Mandarin by the nearest of English: what is compared here is only
// ever the one Mandarin syllable with the other. Tones are left out, as
// recognisers mix them up.
var (
	initials = map[string]string{"b": "B", "p": "P", "m": "M", "f": "F", "d": "D", "t": "T", "n": "N", "l": "L", "g": "G", "k": "K", "h": "HH",
		"j": "JH", "q": "CH", "x": "SH", "zh": "JH", "ch": "CH", "sh": "SH", "r": "R", "z": "Z", "c": "T S", "s": "S"}
	finals = map[string]string{"a": "AA", "o": "AO", "e": "AH", "i": "IY", "u": "UW", "v": "Y UW", "ai": "AY", "ei": "EY", "ao": "AW", "ou": "OW", "an": "AE N", "en": "AH N",
		"ang": "AA NG", "eng": "AH NG", "ong": "UH NG", "er": "ER", "ia": "Y AA", "ie": "Y EH", "iao": "Y AW", "iu": "Y OW", "ian": "Y EH N", "in": "IH N", "iang": "Y AA NG",
		"ing": "IH NG", "iong": "Y UH NG", "ua": "W AA", "uo": "W AO", "uai": "W AY", "ui": "W EY", "uan": "W AE N", "un": "W AH N", "uang": "W AA NG", "ueng": "W AH NG",
		"ue": "Y EH", "ve": "Y EH"}
	whole = map[string]string{"yi": "IY", "ya": "Y AA", "yo": "Y AO", "ye": "Y EH", "yao": "Y AW", "you": "Y OW", "yan": "Y EH N", "yin": "IH N", "yang": "Y AA NG", "ying": "IH NG",
		"yong": "Y UH NG", "yu": "Y UW", "yue": "Y EH", "yuan": "Y EH N", "yun": "Y IH N", "wu": "UW", "wa": "W AA", "wo": "W AO", "wai": "W AY", "wei": "W EY", "wan": "W AE N",
		"wen": "W AH N", "wang": "W AA NG", "weng": "W AH NG", "a": "AA", "o": "AO", "e": "AH"}
)

var pinyinArgs = pinyin.NewArgs()

// han are the sounds of a Chinese character, as it is read most.
func han(r rune) []byte {
	all := pinyin.SinglePinyin(r, pinyinArgs)
	if len(all) == 0 {
		return nil
	}
	s := all[0]
	if sounds, ok := whole[s]; ok {
		return named(sounds)
	}
	for n := 2; n >= 0; n-- {
		if n > len(s) {
			continue
		}
		first, ok := initials[s[:n]]
		if rest, known := finals[s[n:]]; (ok || n == 0) && known {
			return named(strings.TrimSpace(first + " " + rest))
		}
	}
	return nil
}

var numbers = func() map[string]byte {
	out := map[string]byte{}
	for i, n := range names {
		out[n] = byte(i)
	}
	return out
}()

// named are sounds by their names.
func named(s string) (out []byte) {
	for _, n := range strings.Fields(s) {
		out = append(out, numbers[n])
	}
	return out
}
