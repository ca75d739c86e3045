package intent

import "strings"

// A Rule names an intent by words alone, for the few that must not depend on
// training: a person, once more, stop. A phrase counts anywhere in an
// utterance, a word only in a short one; neither after a "not".
type Rule struct {
	Intent  string
	Phrases []string
	Words   []string
}

// Rules are tried in order; the first that matches wins.
type Rules struct{ rules []Rule }

// NewRules prepares rules.
func NewRules(rules []Rule) *Rules {
	out := &Rules{}
	for _, r := range rules {
		n := Rule{Intent: r.Intent}
		for _, p := range r.Phrases {
			n.Phrases = append(n.Phrases, normal(p))
		}
		for _, w := range r.Words {
			n.Words = append(n.Words, normal(w))
		}
		out.rules = append(out.rules, n)
	}
	return out
}

// short is how many words an utterance may have for a single word to decide it.
const (
	shortLatin = 5
	shortHan   = 8
)

// Match returns the intent that text asks for in so many words, and those words.
func (r *Rules) Match(text string) (intent, words string, ok bool) {
	s := normal(text)
	n := strings.Count(s, " ") - 1
	limit := shortLatin
	for _, c := range s {
		if isHan(c) {
			limit = shortHan
			break
		}
	}
	for _, rule := range r.rules {
		for _, p := range rule.Phrases {
			if i := strings.Index(s, p); i >= 0 && !denied(s[:i+1]) {
				return rule.Intent, tight(p), true
			}
		}
		for _, w := range rule.Words {
			if i := strings.Index(s, w); n <= limit && i >= 0 && !denied(s[:i+1]) {
				return rule.Intent, tight(w), true
			}
		}
	}
	return "", "", false
}

// denied reports whether what stands before a word takes it back.
func denied(before string) bool {
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
