package rank

import (
	"strings"
	"unicode"
	"unicode/utf8"

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

// grams are runs of four letters of the words that are not light, written together, so that "git
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
		if !t.han && light[stem(t.text)] {
			continue
		}
		if t.han || !ascii(t.text) {
			flush()
			continue
		}
		run = append(run, t.text...)
	}
	flush()
	return out
}

// light are words that hold a question together and say little of what it is
// about. A large collection shows that by itself; a small one does not.
var light = stems(`a an the this that these those it its there here and or but if so as of at by for from in into on to with about than then
	i im ive id me my mine we us our you your youre he she they them their
	am is are was were be been being do does did doing done dont have has had having can could cant will would wont should shall may might must
	what whats which who whom whose when where why how please thanks thank hello hi hey ok okay yes no not just also too very really some any all
	get got getting want wants wanted need needs like know tell let lets help go going way something anything thing things possible able
	的 了 吗 我 你 您 他 她 它 们 是 在 有 和 与 就 都 也 还 很 这 那 个 么 什 怎 请 问 想 要 能 可 以 会 给 把 被 对 为 到 说 一 下`)

// lightness is what a term weighs beside others as rare: light words less, and
// pairs of Han characters less that have one.
func lightness(term string) float32 {
	if light[term] {
		return 0.3
	}
	if a, size := utf8.DecodeRuneInString(term); unicode.Is(unicode.Han, a) && size < len(term) {
		one, other := light[term[:size]], light[term[size:]]
		switch {
		case one && other:
			return 0.3
		case one || other:
			return 0.6
		}
	}
	return 1
}

func stems(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[stem(w)] = true
	}
	return m
}
