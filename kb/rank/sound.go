package rank

import (
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// sounds are the words as they sound: codes of English words in which letters
// that recognisers confuse are one, and pairs of Mandarin syllables without
// tone in which the sounds that accents merge are one.
func sounds(toks []token) []string {
	out := make([]string, 0, len(toks))
	last := ""
	for _, t := range toks {
		if !t.han {
			last = ""
			if ascii(t.text) && len(t.text) > 2 && !light[stem(t.text)] {
				out = append(out, soundsLike(t.text))
			}
			continue
		}
		s := syllable(t.text)
		if last != "" && s != "" {
			out = append(out, last+" "+s)
		}
		last = s
	}
	return out
}

var merge = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "ng", "n", "l", "n", "h", "f")

// syllable is the sound of a Han character without its tone, with zh and z, ch
// and c, sh and s, n and l, f and h, and final n and ng made one.
func syllable(han string) string {
	for _, r := range han {
		if p := pinyin.SinglePinyin(r, pinyinArgs); len(p) > 0 {
			return merge.Replace(p[0])
		}
	}
	return ""
}

var pinyinArgs = pinyin.NewArgs()

// soundClass puts the consonants that are confused on the telephone together;
// vowels, h, w and y count only at the beginning of a word.
var soundClass = [26]byte{'b' - 'a': 'p', 'p' - 'a': 'p', 'f' - 'a': 'f', 'v' - 'a': 'f',
	'c' - 'a': 'k', 'g' - 'a': 'k', 'k' - 'a': 'k', 'q' - 'a': 'k', 'x' - 'a': 'k',
	'd' - 'a': 't', 't' - 'a': 't', 'j' - 'a': 'j', 's' - 'a': 's', 'z' - 'a': 's',
	'l' - 'a': 'l', 'm' - 'a': 'n', 'n' - 'a': 'n', 'r' - 'a': 'r'}

func soundsLike(word string) string {
	code := make([]byte, 0, len(word))
	for i := range len(word) {
		c := word[i]
		if c < 'a' || c > 'z' {
			code = append(code, c)
			continue
		}
		k := soundClass[c-'a']
		switch {
		case c == 'c' && i+1 < len(word) && (word[i+1] == 'e' || word[i+1] == 'i' || word[i+1] == 'y'):
			k = 's'
		case c == 'c' && i+1 < len(word) && word[i+1] == 'h':
			k = 'j'
		case c == 'p' && i+1 < len(word) && word[i+1] == 'h':
			k = 'f'
		case c == 's' && i+1 < len(word) && word[i+1] == 'h':
			k = 'j'
		}
		if k == 0 && i == 0 {
			k = 'a'
		}
		if k != 0 && (len(code) == 0 || code[len(code)-1] != k) {
			code = append(code, k)
		}
	}
	return string(code)
}
