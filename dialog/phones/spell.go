package phones

// rules are letters and the sounds that they stand for, where no dictionary
// tells; the longest that fits counts.
var rules = map[string]string{
	"tion": "SH AH N", "sion": "ZH AH N", "ough": "AO", "augh": "AO", "eigh": "EY", "igh": "AY", "tch": "CH", "dge": "JH", "sch": "SH", "oor": "AO R", "our": "AO R", "ear": "IH R", "air": "EH R", "eer": "IH R",
	"ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "gh": "G", "ck": "K", "qu": "K W", "wh": "W", "wr": "R", "kn": "N", "ng": "NG", "nk": "NG K", "sc": "S K", "ps": "P S",
	"ee": "IY", "ea": "IY", "ie": "IY", "ei": "EY", "ey": "IY", "ai": "EY", "ay": "EY", "oa": "OW", "oe": "OW", "oo": "UW", "ou": "AW", "ow": "OW", "oi": "OY", "oy": "OY", "au": "AO", "aw": "AO", "ue": "UW", "ew": "UW", "ui": "UW",
	"ar": "AA R", "er": "ER", "ir": "ER", "or": "AO R", "ur": "ER",
	"a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "o": "OW", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
	"ce": "S EH", "ci": "S IH", "cy": "S IY", "ge": "JH EH", "gi": "JH IH", "cc": "K", "ss": "S", "ll": "L", "tt": "T", "pp": "P", "nn": "N", "mm": "M", "rr": "R", "ff": "F", "gg": "G", "bb": "B", "dd": "D", "zz": "Z",
}

var sounded = func() map[string][]byte {
	out := map[string][]byte{}
	for letters, sounds := range rules {
		out[letters] = named(sounds)
	}
	return out
}()

// spell reads a word by its letters.
func spell(word string) []byte {
	var out []byte
	for i := 0; i < len(word); {
		rest := word[i:]
		if len(out) > 0 { // the ends of words have rules of their own
			switch rest {
			case "e", "'s'":
				return out
			case "es", "ed":
				rest, i = rest[1:], i+1
			case "a":
				return append(out, AH)
			case "o":
				return append(out, OW)
			case "i":
				return append(out, IY)
			case "le":
				return append(out, AH, L)
			}
		}
		n := min(4, len(rest))
		for ; n > 0; n-- {
			if s, ok := sounded[rest[:n]]; ok {
				out = append(out, s...)
				break
			}
		}
		i += max(n, 1)
	}
	return out
}
