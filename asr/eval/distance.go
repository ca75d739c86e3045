package eval

import "strings"

// Distance is the fewest words substituted, inserted and deleted that make got
// of want.
func Distance[T comparable](want, got []T) int {
	row := make([]int, len(got)+1)
	for j := range row {
		row[j] = j
	}
	for i, w := range want {
		diagonal := row[0]
		row[0] = i + 1
		for j, g := range got {
			cost := diagonal
			if w != g {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(got)]
}

// characters are the letters of words, without spaces: spacing is no error.
func characters(words []string) []rune { return []rune(strings.Join(words, "")) }
