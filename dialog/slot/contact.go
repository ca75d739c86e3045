package slot

import (
	"regexp"
	"strings"

	"github.com/mozillazg/go-pinyin"

	"hotline/internal/edit"
)

// Phone reads a telephone number of 7 to 15 digits, with a + if the caller says
// plus, 加, or begins with 00.
func Phone(text string) (string, bool) {
	n := Digits(text, Expect{Min: 7, Max: 17, Asked: true})
	if !n.Fits {
		return "", false
	}
	d, abroad := strings.CutPrefix(n.Digits, "00")
	for _, w := range words(text) {
		abroad = abroad || w.text == "plus" || w.text == "加"
	}
	abroad = abroad || strings.Contains(text, "+")
	if len(d) < 7 || len(d) > 15 {
		return "", false
	}
	if abroad {
		d = "+" + d
	}
	return d, true
}

// emailForm is what may be sent to: the dot-atoms of RFC 5322 that callers have.
var emailForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]{1,62})*\.[a-z]{2,24}$`)

var emailWritten = regexp.MustCompile(`[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+\.[a-z]{2,24}`)

// emailWords are what callers say for what is written.
var emailWords = map[string]string{
	"at": "@", "dot": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+",
	"点": ".", "杠": "-", "横": "-", "线": "", "中": "",
}

// emailEnds stand before an address or after it; a domain may have the words of
// emailStarts.
var emailEnds = map[string]bool{"is": true, "it's": true, "its": true, "my": true, "email": true, "mail": true, "address": true, "e": true, "please": true, "thanks": true, "thank": true, "you": true, "to": true, "send": true, "that's": true, "use": true, "okay": true, "yes": true, "the": true}

// Email reads an address as it is written, or as it is said: "j dot smith at
// example dot com", 小写 john 艾特 example 点 com.
func Email(text string) (string, bool) {
	text = strings.ToLower(text)
	if m := emailWritten.FindString(text); m != "" && emailForm.MatchString(m) {
		return m, true
	}
	for _, r := range [][2]string{{"under score", "underscore"}, {"gee mail", "gmail"}, {"g mail", "gmail"}, {"hot mail", "hotmail"}, {"out look", "outlook"}, {"@", " at "}, {".", " dot "}, {"_", " underscore "}, {"-", " dash "}, {"+", " plus "}, {"下划线", " underscore "}, {"艾特", " at "}, {"圈a", " at "}, {"小老鼠", " at "}} {
		text = strings.ReplaceAll(text, r[0], r[1])
	}
	text = strings.TrimSuffix(strings.TrimSpace(text), " dot") // the end of the sentence
	ws := words(text)
	at := -1
	for i, w := range ws {
		if w.text == "at" && i > 0 && i+1 < len(ws) {
			at = i
		}
	}
	if at < 0 {
		return "", false
	}
	local, domain := "", ""
	for i := at - 1; i >= 0; i-- {
		s, used := emailPart(ws, i, false)
		if used == 0 {
			break
		}
		local = s + local
	}
	for i := at + 1; i < len(ws); i++ {
		s, used := emailPart(ws, i, true)
		if used == 0 {
			break
		}
		domain += s
	}
	if out := strings.Trim(local, ".-_+") + "@" + strings.Trim(domain, ".-_+"); emailForm.MatchString(out) {
		return out, true
	}
	return "", false
}

var emailStarts = map[string]bool{"my": true, "email": true, "mail": true, "e": true, "the": true, "use": true, "to": true, "is": true, "its": true}

func emailPart(ws []word, i int, domain bool) (string, int) {
	w := ws[i].text
	if s, ok := emailWords[w]; ok {
		return s, 1
	}
	if d, ok := digit(w, false); ok && w != "o" {
		return d, 1
	}
	if n := repeats[w]; n > 0 && i+1 < len(ws) { // the word after it says the last of them
		if d, ok := digit(ws[i+1].text, false); ok {
			return strings.Repeat(d, n-1), 1
		} else if len(ws[i+1].text) == 1 {
			return strings.Repeat(ws[i+1].text, n-1), 1
		}
	}
	if ws[i].han || emailEnds[w] && !(domain && emailStarts[w]) {
		return "", 0
	}
	return strings.ReplaceAll(w, "'", ""), 1
}

// Name finds the one of names that text says, or sounds like: most letters the
// same in English, the same syllables in Chinese.
func Name(text string, names []string) (name string, exact, ok bool) {
	ws := words(text)
	best, second := 0.0, 0.0
	for _, n := range names {
		p := words(n)
		score := 0.0
		for i := 0; len(p) > 0 && i+len(p) <= len(ws); i++ {
			s := 0.0
			for j := range p {
				s += alike(ws[i+j], p[j])
			}
			score = max(score, s/float64(len(p)))
		}
		if score > best {
			best, second, name = score, best, n
		} else {
			second = max(second, score)
		}
	}
	if best < .7 || best-second < .1 {
		return "", false, false
	}
	return name, best == 1, true
}

// alike is how much two words have in common, 0 to 1.
func alike(a, b word) float64 {
	if a.text == b.text {
		return 1
	}
	if a.han != b.han {
		return 0
	}
	if a.han {
		if x, y := pinyin.LazyPinyin(a.text, pinyin.NewArgs()), pinyin.LazyPinyin(b.text, pinyin.NewArgs()); len(x) > 0 && len(y) > 0 && x[0] == y[0] {
			return .9
		}
		return 0
	}
	return 1 - float64(edit.Distance([]byte(a.text), []byte(b.text)))/float64(max(len(a.text), len(b.text)))
}
