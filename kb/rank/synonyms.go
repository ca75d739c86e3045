package rank

import (
	_ "embed"
	"strings"
)

//go:embed synonyms.txt
var synonyms string

// builtIn are the lists of words that mean the same on a help line, one on a line.
func builtIn() (lists [][]string) {
	for line := range strings.Lines(synonyms) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lists = append(lists, strings.Fields(line))
		}
	}
	return lists
}

// sameStems gives for each word the others of its lists, as stems. A Chinese
// word is known by its pairs of characters, so only words of one or two
// characters have synonyms.
func sameStems(lists [][]string) map[string][]string {
	m := map[string][]string{}
	for _, l := range lists {
		var stems []string
		for _, w := range l {
			t := words(tokens(w))
			switch {
			case len(t) == 1:
				stems = append(stems, t[0])
			case len(t) == 3 && len([]rune(w)) == 2: // two Han characters: first, pair, second
				stems = append(stems, t[1])
			}
		}
		for _, a := range stems {
			for _, b := range stems {
				if a != b {
					m[a] = append(m[a], b)
				}
			}
		}
	}
	return m
}
