package intent

import (
	"bufio"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCorpora reports the accuracy on labelled corpora, four fifths to learn
// and one to test, cut by a hash of the text. It runs when HOTLINE_DATA names the folder with
// the corpora:
//
//	HOTLINE_DATA=FOLDER go test -run Corpora -v ./dialog/intent
func TestCorpora(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if root == "" {
		t.Skip("HOTLINE_DATA is not set")
	}
	for _, c := range []struct {
		path string
		oos  string
		min  float64
	}{
		{"dstc11_natcs/train.tsv", "", .85}, {"crosswoz/train.tsv", "", .78}, {"banking77/train_10shot.tsv", "", .65},
		{"banking77/train.tsv", "", .88}, {"clinc150/train.tsv", "oos", .85},
	} {
		t.Run(c.path, func(t *testing.T) {
			var train, test []Example
			for _, e := range readTSV(t, filepath.Join(root, c.path)) {
				if e.Intent == c.oos {
					e.Intent = None
				}
				h := fnv.New32a()
				h.Write([]byte(e.Text))
				if h.Sum32()%5 == 0 {
					test = append(test, e)
				} else {
					train = append(train, e)
				}
			}
			if c.path == "banking77/train_10shot.tsv" { // tested on the rows of the full part that are not in it
				train = append(train, test...)
				known := map[string]bool{}
				for _, e := range train {
					known[e.Text] = true
				}
				test = nil
				for _, e := range readTSV(t, filepath.Join(root, "banking77/train.tsv")) {
					if !known[e.Text] {
						test = append(test, e)
					}
				}
			}
			start := time.Now()
			m := Train(train, Options{})
			took := time.Since(start)
			right, first, in, out, outRight := 0, 0, 0, 0, 0
			for _, e := range test {
				r := m.Classify(e.Text)
				if e.Intent == None {
					out++
					if r.Intent == None {
						outRight++
					}
					continue
				}
				in++
				if r.Intent == e.Intent {
					right++
				}
				if r.Top[0].Intent == e.Intent {
					first++
				}
			}
			acc := float64(first) / float64(in)
			t.Logf("%d intents, %d to learn in %v, %d to test: %.3f right before rejection, %.3f after; out of scope %d of %d; scale %.1f %.1f",
				len(m.intents), len(train), took.Round(time.Millisecond), in, acc, float64(right)/float64(in), outRight, out, m.scale, m.out)
			if acc < c.min {
				t.Errorf("accuracy %.3f is under %.3f", acc, c.min)
			}
		})
	}
}

func readTSV(t *testing.T, path string) (out []Example) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if label, text, ok := strings.Cut(sc.Text(), "\t"); ok {
			out = append(out, Example{text, label})
		}
	}
	return out
}
