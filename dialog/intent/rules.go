package intent

import (
	"regexp"
	"strings"
)

// A Rule names an intent by words alone, for the few that must not depend on
// training: a person, once more, stop. A phrase counts anywhere in an
// utterance, a word only among one or two others, and a word that begins with =
// only alone; none of them after a "not".
type Rule struct {
	Intent  string
	Phrases []string
	Words   []string
}

// Rules are tried in order; the first that matches wins.
type Rules struct{ rules []rule }

type rule struct {
	intent  string
	phrases []string // normal
	words   []word
}

type word struct {
	text  string // normal
	alone bool
}

// NewRules prepares rules.
func NewRules(rules []Rule) *Rules {
	out := &Rules{}
	for _, r := range rules {
		n := rule{intent: r.Intent}
		for _, p := range r.Phrases {
			n.phrases = append(n.phrases, normal(p))
		}
		for _, w := range r.Words {
			alone := strings.HasPrefix(w, "=")
			n.words = append(n.words, word{normal(w), alone})
		}
		out.rules = append(out.rules, n)
	}
	return out
}

// extra is how many more words an utterance may have for a word to decide it.
const extra = 2

// Match returns the intent that text asks for in so many words, and those words.
func (r *Rules) Match(text string) (intent, words string, ok bool) {
	s := normal(text)
	n := strings.Count(s, " ")
	for _, rule := range r.rules {
		for _, p := range rule.phrases {
			if said, _ := meant(s, p); said {
				return rule.intent, tight(p), true
			}
		}
		for _, w := range rule.words {
			if w.alone && s == w.text {
				return rule.intent, tight(w.text), true
			}
			if said, _ := meant(s, w.text); said && !w.alone && n-strings.Count(w.text, " ") <= extra {
				return rule.intent, tight(w.text), true
			}
		}
	}
	return "", "", false
}

// Denies reports whether text has the words of an intent only to deny it: "I
// don't want an agent".
func (r *Rules) Denies(text, intent string) bool {
	s := normal(text)
	for _, rule := range r.rules {
		if rule.intent != intent {
			continue
		}
		for _, p := range rule.phrases {
			if said, denied := meant(s, p); denied && !said {
				return true
			}
		}
		for _, w := range rule.words {
			if said, denied := meant(s, w.text); denied && !said && !w.alone {
				return true
			}
		}
	}
	return false
}

// meant reports whether s has words, both normal, somewhere as they are, and somewhere denied.
func meant(s, words string) (said, denied bool) {
	for at := 0; ; {
		i := strings.Index(s[at:], words)
		if i < 0 {
			return said, denied
		}
		at += i + 1
		if takenBack(s[:at]) {
			denied = true
		} else {
			said = true
		}
	}
}

// takenBack reports whether what stands before words takes them back, or asks who is
// speaking.
func takenBack(before string) bool {
	if whoSpeaks.MatchString(before) {
		return true
	}
	f := strings.Fields(before)
	f = f[max(len(f)-4, 0):]
	for i, w := range f {
		switch w {
		case "dont", "not", "without", "never", "别":
			return true
		case "不": // 不要转人工, but not 要不转人工 and not 不,转人工
			if i+1 < len(f) && (f[i+1] == "要" || f[i+1] == "用" || f[i+1] == "想" || f[i+1] == "需") {
				return true
			}
		}
	}
	return false
}

// whoSpeaks begins a question of who is speaking: "are you a", "am I talking to a",
// 你到底是, 我是在跟.
var whoSpeaks = regexp.MustCompile(` are you (really |actually |even )?(a |an )?(\S+ )?$` +
	`| is (this|that|it) (really |actually )?(a |an )?(\S+ )?$` +
	`| am i (\S+ )?(speaking|talking|chatting|dealing|connected) (to|with) (\S+ ){0,5}$` +
	`| (你|您) (到 底 |究 竟 )?是 (\S+ ){0,2}$|(话 的|对 面|这 边|那 边|这|那) 是 (个 )?$| 是 不 是 (个 )?$` +
	`|(是|^ 我|^ 我 现) 在 (跟|和|与) $`)

// normal is text as " word word ", a Han character a word.
func normal(text string) string {
	var t tokens
	t.cut(text)
	var b strings.Builder
	b.WriteByte(' ')
	for i := range t.n {
		b.WriteString(string(t.word(i)))
		b.WriteByte(' ')
	}
	return b.String()
}

// tight is a normal phrase as people write it.
func tight(s string) string {
	s = strings.TrimSpace(s)
	for _, r := range s {
		if isHan(r) {
			return strings.ReplaceAll(s, " ", "")
		}
	}
	return s
}
