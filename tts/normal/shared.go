package normal

import (
	"regexp"
	"strings"
)

var (
	urlPattern  = regexp.MustCompile(`(?i)\b(?:https?://)?((?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|cn|ai|app|co|info|uk|de|hk|tw|shop|example|test)(?::[0-9]+)?(?:/[a-z0-9_./?=&%#~-]*[a-z0-9/])?)\b/?`)
	mailPattern = regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._+-]*@(?:[a-z0-9-]+\.)+[a-z]{2,}`)
	// phonePattern is two groups or more of which the digits are counted by phone.
	phonePattern = regexp.MustCompile(`\+?(?:\([0-9]{2,4}\)|[0-9]{1,11})(?:[ -]?\(?[0-9]{2,8}\)?){1,4}`)
)

// phone says a match of phonePattern, if it is a telephone number: one that
// begins with +, a Chinese mobile number, or groups of digits of such lengths as
// telephone numbers have.
func phone(m match, say func(string) string) (string, bool) {
	s := m.g[0]
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if !m.alone() || len(digits) < 7 || len(digits) > 15 {
		return "", false
	}
	groups := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	switch {
	case s[0] == '+' && len(digits) >= 8:
	case len(groups) == 1: // nothing but digits
		if !(len(digits) == 11 && digits[0] == '1' && digits[1] >= '3') {
			return "", false
		}
	case len(groups) == 2: // 555-0123, 010-12345678, (415) 5550123
		if !(len(groups[0]) == 3 && len(groups[1]) == 4 || len(groups[1]) >= 7) || strings.Contains(s, " ") && s[0] != '(' {
			return "", false
		}
	default: // 415-555-0123, 138 0013 8000: no date, no list of small numbers
		if len(digits) < 10 || len(groups[len(groups)-1]) < 3 {
			return "", false
		}
	}
	return say(s), true
}

// phoneGroups reads groups of digits with a pause between them. Eleven digits
// that begin with 1 and seven or eight that stand together are grouped as people
// say them.
func phoneGroups(s string, digits func(string) string, plus, pause string) string {
	groups := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if len(groups) == 1 && len(groups[0]) == 11 && groups[0][0] == '1' {
		g := groups[0]
		groups = []string{g[:3], g[3:7], g[7:]}
	}
	var out []string
	for _, g := range groups {
		if len(g) == 8 {
			out = append(out, digits(g[:4]), digits(g[4:]))
			continue
		}
		out = append(out, digits(g))
	}
	words := strings.Join(out, pause)
	if strings.HasPrefix(s, "+") {
		words = plus + words
	}
	return words
}

// spellURL says the part of an address that people type.
func spellURL(m match, dot, slash, dash, under string) (string, bool) {
	if p := m.prev(); p == '@' || latin(p) || m.next() == '@' {
		return "", false
	}
	s, _, _ := strings.Cut(m.g[1], "?")
	s = strings.TrimSuffix(s, "/")
	if strings.HasPrefix(strings.ToLower(s), "www.") {
		s = "W W W." + s[4:]
	}
	return strings.ReplaceAll(spellAddress(s, "", dot, dash, under), "/", " "+slash+" "), true
}

// spellAddress says the signs of an address by name and its digits one by one.
func spellAddress(s, at, dot, dash, under string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '@':
			b.WriteString(at)
		case r == '.':
			b.WriteString(" " + dot + " ")
		case r == '-':
			b.WriteString(" " + dash + " ")
		case r == '_':
			b.WriteString(" " + under + " ")
		case r == '+':
			b.WriteString(" plus ")
		case r == ':':
			b.WriteString(" ")
		case r >= '0' && r <= '9':
			b.WriteString(" " + enSmall[r-'0'] + " ")
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
