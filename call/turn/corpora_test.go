package turn

import (
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWaiting measures, on what callers said whole, how long they are kept
// waiting, and, on the same cut short between words, how often they would be cut
// off. It runs when HOTLINE_DATA names the folder with the corpora:
//
//	HOTLINE_DATA=FOLDER go test -run Waiting -v ./call/turn
func TestWaiting(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if root == "" {
		t.Skip("HOTLINE_DATA is not set")
	}
	for _, c := range []struct {
		path, column string
		at           int
	}{
		{"picovoice_s2i/corpus_train_utterances.txt", "", 0}, {"dstc11_natcs/train.tsv", "", 1}, {"clinc150/valid.tsv", "", 1}, {"crosswoz/train.tsv", "", 1},
		{"harper_valley_text/utterances.tsv", "human_transcript", 0},
	} {
		b, err := os.ReadFile(filepath.Join(root, c.path))
		if err != nil {
			t.Log(err)
			continue
		}
		var whole [4]int
		var wait time.Duration
		n, cuts, cutOff := 0, 0, 0
		for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			f := strings.Split(line, "\t")
			if i == 0 && c.column != "" {
				if c.at = slices.Index(f, c.column); c.at < 0 {
					t.Fatalf("%s has no column %s: %q", c.path, c.column, f)
				}
				continue
			}
			if len(f) <= c.at || f[c.at] == "" || slices.Contains(f, "agent") {
				continue
			}
			text := strings.TrimRight(f[c.at], ".?!。？！ ")
			n++
			whole[Complete(text)]++
			wait += Default.Silence(text, 0)
			ws := words(text)
			if len(ws) < 4 {
				continue
			}
			h := fnv.New32a()
			h.Write([]byte(text))
			short := ""
			for _, w := range ws[:2+int(h.Sum32()%uint32(len(ws)-2))] {
				short = Join(short, w)
			}
			cuts++
			if Complete(short) == Finished {
				cutOff++
			}
		}
		share := func(x, of int) float64 { return 100 * float64(x) / float64(max(of, 1)) }
		t.Logf("%-28s %5d whole: finished %.1f %%, unsure %.1f %%, unfinished %.1f %%, wait %.1f %%, silence %v; of %d cut short %.1f %% pass for finished", c.path, n,
			share(whole[Finished], n), share(whole[Unsure], n), share(whole[Unfinished], n), share(whole[Wait], n), (wait / time.Duration(n)).Round(time.Millisecond), cuts, share(cutOff, cuts))
		if share(whole[Unfinished], n) > 5 {
			t.Errorf("%s: more than 5 %% of whole utterances are taken for unfinished", c.path)
		}
	}
}
