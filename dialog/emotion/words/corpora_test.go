package words

import (
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpora cross-validates over five parts, cut by a hash of the text. It runs when
// HOTLINE_DATA names the folder with the corpora:
//
//	HOTLINE_DATA=FOLDER go test -run Corpora -v ./dialog/emotion/words
func TestCorpora(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if root == "" {
		t.Skip("HOTLINE_DATA is not set")
	}
	for _, c := range []struct {
		path string
		o    Options
	}{
		{"goemotions/train.tsv", Feelings},
		{"convabuse/train.tsv", Abuse},
		{"cold_offensive_zh/train.tsv", Abuse},
	} {
		t.Run(c.path, func(t *testing.T) {
			var parts [5][]Example
			b, err := os.ReadFile(filepath.Join(root, c.path))
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(b)) {
				class, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
				h := fnv.New32a()
				h.Write([]byte(text))
				i := h.Sum32() % 5
				parts[i] = append(parts[i], Example{Class: class, Text: text})
			}
			got := map[[2]string]int{}
			classes := map[string]bool{}
			n, right := 0, 0
			for i := range parts {
				var train []Example
				for j := range parts {
					if j != i {
						train = append(train, parts[j]...)
					}
				}
				m := Train(train, c.o)
				var p []float64
				for _, e := range parts[i] {
					p = m.Classify(e.Text, p)
					best := 0
					for k := range p {
						if p[k] > p[best] {
							best = k
						}
					}
					got[[2]string{e.Class, m.Classes[best]}]++
					classes[e.Class] = true
					n++
					if m.Classes[best] == e.Class {
						right++
					}
				}
			}
			macro := 0.0
			for c := range classes {
				tp, fp, fn := 0, 0, 0
				for k, v := range got {
					switch {
					case k[0] == c && k[1] == c:
						tp += v
					case k[1] == c:
						fp += v
					case k[0] == c:
						fn += v
					}
				}
				f1 := 2 * float64(tp) / float64(2*tp+fp+fn)
				macro += f1 / float64(len(classes))
				t.Logf("%-12s F1 %.3f", c, f1)
			}
			t.Logf("accuracy %.3f, macro-F1 %.3f of %d", float64(right)/float64(n), macro, n)
		})
	}
}
