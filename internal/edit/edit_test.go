package edit_test

import (
	"strings"
	"testing"

	"hotline/internal/edit"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		want, got string
		n         int
	}{
		{"a b c", "a b c", 0}, {"a b c", "", 3}, {"", "a b", 2}, {"a b c", "a x c", 1}, {"a b c", "b c d", 2}, {"a b c d", "a c d", 1},
	} {
		if n := edit.Distance(strings.Fields(c.want), strings.Fields(c.got)); n != c.n {
			t.Errorf("%q to %q: %d, not %d", c.want, c.got, n, c.n)
		}
	}
}
