package words

import (
	_ "embed"
	"strings"
)

//go:embed groups.txt
var groupsText string

// groups maps a word, or the beginning of a word with a star, to its groups.
var groups = func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(groupsText) {
		name, list, ok := strings.Cut(line, ":")
		if !ok || name[0] == '#' {
			continue
		}
		for w := range strings.FieldsSeq(list) {
			m[w] = append(m[w], "@"+name)
		}
	}
	return m
}()

// groupsOf calls f with each group of w.
func groupsOf(w string, f func(group string)) {
	for _, g := range groups[w] {
		f(g)
	}
	var key [24]byte
	for n := min(len(w), len(key)-1); n >= 3; n-- {
		copy(key[:], w[:n])
		key[n] = '*'
		if list, ok := groups[string(key[:n+1])]; ok {
			for _, g := range list {
				f(g)
			}
			return
		}
	}
}
