package rank

import (
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"golang.org/x/text/unicode/norm"
)

// A token is one word of letters or one number, or one Han character.
type token struct {
	text string
	han  bool
}

// fillers are sounds of hesitation that recognisers write down.
var fillers = set("uh uhh um umm ummm hm hmm mm er erm ah eh oh hh 嗯 呃 哦 啊 呀 哎 诶 吧 呢 嘛 哈")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// tokens splits text: compatibility forms are folded (NFKC), letters lowered,
// apostrophes dropped ("don't" is dont); a change between letters and digits
// and everything else part words.
func tokens(text string) []token {
	text = strings.ToLower(norm.NFKC.String(text))
	var out []token
	start, digits := -1, false
	flush := func(end int) {
		if start >= 0 {
			w := strings.Map(func(r rune) rune {
				if r == '\'' || r == '’' {
					return -1
				}
				return r
			}, text[start:end])
			if w != "" && !fillers[w] {
				out = append(out, token{text: w})
			}
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			flush(i)
			if s := string(r); !fillers[s] {
				out = append(out, token{s, true})
			}
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
			if d := unicode.IsDigit(r); start < 0 || d != digits {
				flush(i)
				start, digits = i, d
			}
		case (r == '\'' || r == '’') && start >= 0:
		default:
			flush(i)
		}
	}
	flush(len(text))
	return out
}

// words are stems of words, numbers, Han characters and pairs of neighbouring
// Han characters. On Chinese insurance questions pairs and singles together
// found more than either alone.
func words(toks []token) []string {
	out := make([]string, 0, 2*len(toks))
	for i, t := range toks {
		if !t.han {
			out = append(out, stem(t.text))
			continue
		}
		out = append(out, t.text)
		if i+1 < len(toks) && toks[i+1].han {
			out = append(out, t.text+toks[i+1].text)
		}
	}
	return out
}

func stem(w string) string {
	if len(w) < 3 || !ascii(w) {
		return w
	}
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	return env.Current()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

const gramLen = 4

// grams are runs of four letters of the words written together, so that "git
// hub" meets "github" and a misheard ending costs little. Han text has none.
func grams(toks []token) []string {
	var run []byte
	var out []string
	flush := func() {
		for i := 0; i+gramLen <= len(run); i++ {
			out = append(out, string(run[i:i+gramLen]))
		}
		run = run[:0]
	}
	for _, t := range toks {
		if t.han || !ascii(t.text) {
			flush()
			continue
		}
		run = append(run, t.text...)
	}
	flush()
	return out
}
