// Package normal writes text the way it is said: "$12.50" becomes "twelve
// dollars and fifty cents", 订单号4571 becomes 订单号四五七一. What comes out has no
// digits and no signs that a voice could read in two ways. It is for the voice
// alone; what people see stays as it was written.
//
// All functions are pure. A text goes through a list of rules, those that know
// more (a date, an amount) before those that know less (a number); each rule is
// a pattern and a function that writes its matches in words or declines.
//
// # Markup
//
// Where the writer knows better than the rules, braces say so:
//
//	{digits:4571}   digit by digit: order numbers, codes
//	{phone:4008001234}  a telephone number: 1 is 幺 in Chinese
//	{spell:AB12}    letter by letter
//	{number:12345}  as a quantity, whatever it looks like
//	{raw:...}       as it stands
//
// Plain takes the markup away and leaves what is to be displayed.
package normal

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text writes text in the words of language, "zh" or anything else for English.
func Text(text, language string) string {
	text = clean(text)
	rules := english
	chinese := strings.HasPrefix(strings.ToLower(language), "zh")
	if chinese {
		rules = mandarin
	}
	// What a rule has written is kept from the others behind private-use runes.
	k := &keeper{}
	for _, r := range rules {
		text = r.apply(text, k)
	}
	text = k.restore(text)
	return strings.TrimSpace(spaces.ReplaceAllString(text, " "))
}

// Plain is text without the markup: what is displayed.
func Plain(text string) string {
	return braces.ReplaceAllString(text, "$2")
}

var (
	braces = regexp.MustCompile(`\{(digits|phone|spell|number|raw):([^{}]*)\}`)
	spaces = regexp.MustCompile(`[ \t\r\f\v]+`)
)

// A rule writes what pat finds. It sees one match at a time: its groups, what
// stands before it and what after.
type rule struct {
	pat *regexp.Regexp
	say func(m match) (words string, ok bool)
}

type match struct {
	g             []string // g[0] is the whole match
	before, after string
}

// prev and next are the runes around the match; 0 at the edge of the text.
func (m match) prev() rune { r, _ := utf8.DecodeLastRuneInString(m.before); return edge(r) }
func (m match) next() rune { r, _ := utf8.DecodeRuneInString(m.after); return edge(r) }

func edge(r rune) rune {
	if r == utf8.RuneError {
		return 0
	}
	return r
}

// alone reports whether the match is a word of its own: no Latin letter or
// digit touches it, nor does a number go on at its edges.
func (m match) alone() bool {
	p, n := m.prev(), m.next()
	if latin(p) || latin(n) {
		return false
	}
	if p != 0 && strings.ContainsRune(".,-/:", p) && endsInDigit(m.before[:len(m.before)-1]) && startsWithDigit(m.g[0]) {
		return false
	}
	if n != 0 && strings.ContainsRune(".,-/:", n) && startsWithDigit(m.after[1:]) && endsInDigit(m.g[0]) {
		return false
	}
	return true
}

func latin(r rune) bool {
	return r < 0x250 && unicode.IsLetter(r) || r >= '0' && r <= '9' || r == '_'
}

func endsInDigit(s string) bool     { return s != "" && isDigit(s[len(s)-1]) }
func startsWithDigit(s string) bool { return s != "" && isDigit(s[0]) }
func isDigit(b byte) bool           { return b >= '0' && b <= '9' }

// when makes a rule of a pattern whose matches must stand alone.
func when(pat string, say func(m match) (string, bool)) rule {
	return rule{regexp.MustCompile(pat), func(m match) (string, bool) {
		if !m.alone() {
			return "", false
		}
		return say(m)
	}}
}

func (r rule) apply(text string, k *keeper) string {
	var b strings.Builder
	from, done := 0, 0 // text before done is written to b
	for from <= len(text) {
		at := r.pat.FindStringSubmatchIndex(text[from:])
		if at == nil || at[1] == at[0] {
			break
		}
		m := match{before: text[:from+at[0]], after: text[from+at[1]:]}
		for i := 0; i < len(at); i += 2 {
			g := ""
			if at[i] >= 0 {
				g = text[from+at[i] : from+at[i+1]]
			}
			m.g = append(m.g, g)
		}
		words, ok := r.say(m)
		if !ok { // try again behind the first rune of the match
			_, n := utf8.DecodeRuneInString(text[from+at[0]:])
			from += at[0] + n
			continue
		}
		b.WriteString(text[done : from+at[0]])
		b.WriteString(k.keep(words, m))
		from += at[1]
		done = from
	}
	if done == 0 {
		return text
	}
	return b.String() + text[done:]
}

// A keeper puts finished words behind one private-use rune each, so that no
// later rule changes them. Where there are more than fit, later words stand
// open; they hold no digits, so little can happen to them.
type keeper struct{ words []string }

const firstKept, lastKept = 0xE000, 0xF8FF

func (k *keeper) keep(words string, m match) string {
	if p, _ := utf8.DecodeRuneInString(words); spaced(m.prev()) && spaced(p) {
		words = " " + words
	}
	if l, _ := utf8.DecodeLastRuneInString(words); spaced(m.next()) && spaced(l) {
		words += " "
	}
	if firstKept+len(k.words) > lastKept {
		return words
	}
	k.words = append(k.words, words)
	return string(rune(firstKept + len(k.words) - 1))
}

// spaced reports whether words with r at their edge need a space between them.
func spaced(r rune) bool { return latin(r) || kept(r) }

func kept(r rune) bool { return r >= firstKept && r <= lastKept }

func (k *keeper) restore(text string) string {
	for strings.ContainsFunc(text, kept) { // a kept piece may hold another
		var b strings.Builder
		for _, r := range text {
			if kept(r) {
				if i := int(r - firstKept); i < len(k.words) {
					b.WriteString(k.words[i])
				}
				continue
			}
			b.WriteRune(r)
		}
		text = b.String()
	}
	return text
}

// clean makes one form of what is written in several: full-width digits and
// letters become ASCII, invisible and private runes, emoji and Markdown's signs
// go, odd dashes become '-'.
func clean(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ',
			r == '％', r == '＄', r == '＃', r == '＋', r == '－', r == '．', r == '＠', r == '／', r == '＆':
			b.WriteRune(r - 0xFEE0)
		case r == '￥':
			b.WriteRune('¥')
		case r == '～', r == '〜':
			b.WriteRune('~')
		case r == '‐', r == '‑', r == '–', r == '−':
			b.WriteByte('-')
		case r == '\u00a0', r == '\u3000', r == '\u202f', r == '\u2009':
			b.WriteByte(' ')
		case r == '’', r == '‘':
			b.WriteByte('\'')
		case kept(r), r == '*', r == '`', r == '\u200d', r == '\ufe0f', unicode.Is(unicode.Cf, r), r != '\n' && r != '\t' && unicode.IsControl(r):
		case unicode.Is(unicode.So, r) && r != '°' && r != '℃' && r != '℉' && r != '№':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return betweenDigits.ReplaceAllString(b.String(), "$1:")
}

var betweenDigits = regexp.MustCompile(`([0-9])：\b`)
