// Package dialogtest runs written conversations (dialog/script) as tests.
package dialogtest

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"hotline/dialog/bot"
	"hotline/dialog/script"
)

// Run runs all conversations in dir of files with b, each as a test of its own,
// up to its first turn that is not as written.
func Run(t *testing.T, b *bot.Bot, files fs.FS, dir string) {
	t.Helper()
	all, err := script.Read(files, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, c := range all[name] {
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				err := c.Play(t.Context(), b, func(n int, turn script.Turn, o script.Outcome) bool {
					wrong := o.Wrong()
					if len(wrong) > 0 {
						t.Errorf("turn %d (%s):\n\t%s\n\tthe bot said: %s", n, turn.Who(), strings.Join(wrong, "\n\t"), o.Said)
						if o.Understood != nil {
							t.Logf("\tunderstood %+v", *o.Understood)
						}
					}
					return len(wrong) == 0
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}
