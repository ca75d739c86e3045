package emotion

import (
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/dialog"
)

// TestCorpora measures Read as it ships, on rows that the classifiers were not made
// from. It runs when HOTLINE_DATA names the folder with the corpora:
//
//	HOTLINE_DATA=FOLDER go test -run Corpora -v ./dialog/emotion
func TestCorpora(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if root == "" {
		t.Skip("HOTLINE_DATA is not set")
	}
	upset := func(text string) bool { // what is handed to a person by default
		e := Read(text, dialog.Tone{})
		return e.Score >= .6 && (e.Name == Angry || e.Name == Abusive || e.Name == Threatening)
	}
	for _, path := range []string{"banking77/train.tsv", "clinc150/train.tsv", "clinc150/valid.tsv", "dstc11_natcs/train.tsv", "crosswoz/train.tsv"} {
		n, wrong, named := 0, 0, 0
		for _, r := range rows(t, filepath.Join(root, path), strings.HasSuffix(path, "train.tsv")) {
			n++
			if upset(r[1]) {
				wrong++
				if os.Getenv("SHOW") != "" {
					t.Log(r[1], Read(r[1], dialog.Tone{}))
				}
			}
			if e := Read(r[1], dialog.Tone{}); e.Name == Angry || e.Name == Abusive || e.Name == Threatening {
				named++
			}
		}
		t.Logf("%-22s of %5d: handed over %4d (%.2f %%), called so at all %4d (%.2f %%)", path, n, wrong, 100*float64(wrong)/float64(n), named, 100*float64(named)/float64(n))
		if float64(wrong) > .01*float64(n) {
			t.Errorf("%s: more than 1 %% of ordinary requests are handed over", path)
		}
	}
	for _, path := range []string{"convabuse/valid.tsv", "convabuse/train.tsv"} {
		tally(t, path, rows(t, filepath.Join(root, path), strings.HasSuffix(path, "train.tsv")), func(text string) string {
			if Read(text, dialog.Tone{}).Name == Abusive {
				return "abusive"
			}
			return "ok"
		})
	}
	tally(t, "cold_offensive_zh/train.tsv", rows(t, filepath.Join(root, "cold_offensive_zh/train.tsv"), true), func(text string) string {
		if e := Read(text, dialog.Tone{}); e.Name == Abusive {
			return "offensive"
		}
		return "safe"
	})
}

// TestSatisfaction measures whole contacts of customers (STC-3), which nothing
// here is made from. It runs when HOTLINE_LOCAL names the folder.
func TestSatisfaction(t *testing.T) {
	root := os.Getenv("HOTLINE_LOCAL")
	if root == "" {
		t.Skip("HOTLINE_LOCAL is not set")
	}
	for _, path := range []string{"stc3_helpdesk/train.tsv", "stc3_helpdesk/train_en.tsv"} {
		tally(t, path, rows(t, filepath.Join(root, path), false), Satisfaction)
	}
}

func tally(t *testing.T, path string, all [][2]string, read func(string) string) {
	got, of, said := map[string]int{}, map[string]int{}, map[string]int{}
	for _, r := range all {
		c := read(r[1])
		of[r[0]]++
		said[c]++
		if c == r[0] {
			got[c]++
		}
	}
	macro, right := 0.0, 0
	for c := range of {
		right += got[c]
		f1 := 2 * float64(got[c]) / float64(max(of[c]+said[c], 1))
		macro += f1 / float64(len(of))
		t.Logf("  %-13s %d of %d found, %d said, F1 %.3f", c, got[c], of[c], said[c], f1)
	}
	t.Logf("%s: accuracy %.3f, macro-F1 %.3f", path, float64(right)/float64(len(all)), macro)
}

// rows reads label and text; only those that training left out, if held.
func rows(t *testing.T, path string, held bool) (out [][2]string) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		label, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		h := fnv.New32a()
		h.Write([]byte(text))
		if !held || h.Sum32()%5 == 0 {
			out = append(out, [2]string{label, text})
		}
	}
	return out
}
