package kb

import (
	"cmp"
	"maps"
	"slices"

	"hotline/kb/article"
)

// counter counts strings.
type counter map[string]int

func (c counter) add(s string) { c[s]++ }

// top gives the n most frequent; of equals, the first in order.
func (c counter) top(n int) []string {
	keys := slices.SortedFunc(maps.Keys(c), func(a, b string) int { return cmp.Or(c[b]-c[a], cmp.Compare(a, b)) })
	return keys[:min(n, len(keys))]
}

func language(text string) string { return article.Language(text) }
