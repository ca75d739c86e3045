package turns

import (
	"bufio"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var learn = flag.Bool("learn", false, "learn the weights again")

// TestLearn writes weights.bin from the utterances of open corpora, each whole
// and cut short:
//
//	HOTLINE_DATA=FOLDER go test ./dialog/turns -run Learn -learn
func TestLearn(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if root == "" || !*learn {
		t.Skip("HOTLINE_DATA and -learn are not set")
	}
	var whole []string
	for _, f := range []struct {
		path   string
		column int
	}{
		{"banking77/train.tsv", 1}, {"clinc150/train.tsv", 1}, {"dstc11_natcs/train.tsv", 1}, {"nlupp/banking_train.tsv", 1}, {"nlupp/hotels_train.tsv", 1},
		{"dstc10_spoken_kb/corpus_full.tsv", 2}, {"dstc10_spoken_kb/corpus_full.tsv", 3}, {"goemotions/train.tsv", 1},
		{"crosswoz/train.tsv", 1}, {"cold_offensive_zh/train.tsv", 1},
	} {
		whole = append(whole, column(t, filepath.Join(root, f.path), f.column)...)
	}
	for range 12 { // how people talk to a hotline counts more than how they write
		whole = append(whole, examples(t, "../../bots/shop/intents.yaml")...)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	w, sum := make([]float64, shapes), make([]float64, shapes)
	var s scratch
	var used []uint32
	step := func(text string, y, rate float64) float64 {
		s.cut(text)
		if s.n == 0 {
			return 0
		}
		z := 0.0
		used = used[:0]
		s.each(func(h uint32, rare bool) {
			if !rare || rng.Float64() < kept(s.han) {
				used = append(used, h%shapes)
				z += w[h%shapes]
			}
		})
		g := 1/(1+math.Exp(-z)) - y
		for _, i := range used {
			sum[i] += g * g
			w[i] -= rate * (g/math.Sqrt(1+sum[i]) + 1e-4*w[i])
		}
		if (z > 0) == (y > .5) {
			return 1
		}
		return 0
	}
	for epoch := range 8 {
		rng.Shuffle(len(whole), func(i, j int) { whole[i], whole[j] = whole[j], whole[i] })
		right, n := 0.0, 0.0
		for _, u := range whole {
			rate := .25 / (1 + float64(epoch))
			right += step(u, 1, rate)
			n++
			if short := cutShort(u, rng); short != "" {
				right += step(short, 0, rate)
				n++
			}
		}
		t.Logf("epoch %d: %.3f right before it was learned", epoch, right/n)
	}
	out := make([]byte, shapes)
	for i, v := range w {
		out[i] = byte(int8(max(-127, min(127, math.Round(v/unit)))))
	}
	if err := os.WriteFile("weights.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// cutShort ends an utterance somewhere before its end, between Latin words or
// Han characters; "" if it is too short to cut.
func cutShort(u string, rng *rand.Rand) string {
	var ends []int
	before := ' '
	for i, r := range u {
		if i > 0 && (r == ' ' && before != ' ' || r >= 0x4E00 && r < 0xA000 && before >= 0x4E00 && before < 0xA000) {
			ends = append(ends, i)
		}
		before = r
	}
	if len(ends) < 2 {
		return ""
	}
	return u[:ends[1+rng.IntN(len(ends)-1)]]
}

// examples are the lines of a bot's intents that are one utterance each.
func examples(t *testing.T, path string) (out []string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if s, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok && len(s) > 8 && !strings.ContainsAny(s, ":[]{}") {
			out = append(out, s)
		}
	}
	return out
}

// column reads a column of a TSV and cuts it into sentences.
func column(t *testing.T, path string, n int) (out []string) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		c := strings.Split(sc.Text(), "\t")
		if len(c) <= n {
			continue
		}
		for s := range strings.FieldsFuncSeq(c[n], func(r rune) bool { return strings.ContainsRune(".?!。？！;；", r) }) {
			if s = strings.TrimSpace(s); len(s) > 8 {
				out = append(out, s)
				if i := strings.LastIndexAny(s, "，, "); i >= 0 && s[len(s)-1] > 127 { // a Chinese clause stands alone
					if _, n := utf8.DecodeRuneInString(s[i:]); len(s)-i-n > 11 {
						out = append(out, s[i+n:])
					}
				}
			}
		}
	}
	return out
}
