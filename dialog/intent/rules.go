package intent

import "strings"

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
			if i := strings.Index(s, p); i >= 0 && !denied(s[:i+1]) {
				return rule.intent, tight(p), true
			}
		}
		for _, w := range rule.words {
			if w.alone && s == w.text {
				return rule.intent, tight(w.text), true
			}
			i := strings.Index(s, w.text)
			if !w.alone && i >= 0 && n-strings.Count(w.text, " ") <= extra && !denied(s[:i+1]) {
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
			if i := strings.Index(s, p); i >= 0 && denied(s[:i+1]) {
				return true
			}
		}
		for _, w := range rule.words {
			if i := strings.Index(s, w.text); i >= 0 && !w.alone && denied(s[:i+1]) {
				return true
			}
		}
	}
	return false
}

// denied reports whether what stands before a word takes it back.
func denied(before string) bool {
	f := strings.Fields(before)
	f = f[max(len(f)-4, 0):]
	for i, w := range f {
		switch w {
		case "dont", "not", "without", "never", "别":
			return true
		case "are", "is", "你": // "are you a person?"
			if i+1 < len(f) && (w == "你" && f[i+1] == "是" || w != "你" && f[i+1] == "you" || w == "is" && f[i+1] == "this") {
				return true
			}
		case "不": // 不要转人工, but not 要不转人工 and not 不,转人工
			if i+1 < len(f) && (f[i+1] == "要" || f[i+1] == "用" || f[i+1] == "想" || f[i+1] == "需") {
				return true
			}
		}
	}
	return false
}

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
