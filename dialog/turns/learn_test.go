package turns

import (
	"bufio"
	"bytes"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"hotline/dialog/turns/gru"
)

var (
	learn = flag.Bool("learn", false, "learn the weights again")
	nets  = flag.Bool("nets", false, "learn the nets again too: an hour")
)

// TestLearn writes weights.bin and written.bin, and with -nets zh.gru and en.gru,
// from whole utterances and the same cut short: open corpora and the bot of the
// demonstration, and for all but weights.bin own.txt and sentences of Debian's documentation
// and translations (see dialog/turns/texts). GOEXPERIMENT=simd makes the nets several times faster to learn.
//
//	HOTLINE_DATA=FOLDER HOTLINE_TEXTS=FILE GOEXPERIMENT=simd go test ./dialog/turns -run Learn -learn -nets -timeout 3h
//
// At last it finds how easily each language's judge must take an utterance for
// finished, on sentences that were held back; see balance.
func TestLearn(t *testing.T) {
	root, texts := os.Getenv("HOTLINE_DATA"), os.Getenv("HOTLINE_TEXTS")
	if root == "" || texts == "" || !*learn {
		t.Skip("HOTLINE_DATA, HOTLINE_TEXTS and -learn are not set")
	}
	var said, own []string
	for _, f := range []struct {
		path   string
		column int
	}{
		{"banking77/train.tsv", 1}, {"clinc150/train.tsv", 1}, {"dstc11_natcs/train.tsv", 1}, {"nlupp/banking_train.tsv", 1}, {"nlupp/hotels_train.tsv", 1},
		{"dstc10_spoken_kb/corpus_full.tsv", 2}, {"dstc10_spoken_kb/corpus_full.tsv", 3}, {"goemotions/train.tsv", 1},
		{"crosswoz/train.tsv", 1}, {"cold_offensive_zh/train.tsv", 1},
	} {
		said = append(said, column(t, filepath.Join(root, f.path), f.column)...)
	}
	talk := slices.Clone(said)
	for range 12 { // how people talk to a hotline counts more than how they write
		talk = append(talk, examples(t, "../../bots/shop/intents.yaml")...)
	}
	spoken, written = make([]byte, shapes), make([]byte, shapes)
	learnEnds(t, talk, spoken, 8, rand.New(rand.NewPCG(1, 2)))
	own = append(lines(t, "own.txt"), examples(t, "../../bots/shop/intents.yaml")...)
	for _, han := range []bool{false, true} {
		rng := rand.New(rand.NewPCG(1, 2))
		var text, voice []string
		for _, u := range lines(t, texts) {
			if isHan(u) == han {
				text = append(text, u)
			}
		}
		for _, u := range said {
			if isHan(u) == han {
				voice = append(voice, u)
			}
		}
		held, whole := text[:3000], append(slices.Clone(text[3000:]), voice...)
		for range 6 {
			for _, u := range own {
				if isHan(u) == han {
					whole = append(whole, u)
				}
			}
		}
		t.Logf("Han %v: %d written, %d spoken, %d in all", han, len(text), len(voice), len(whole))
		if han {
			learnEnds(t, whole, written, 4, rng)
		}
		if *nets {
			learnNet(t, whole, han, rng)
		}
		balance(t, held, han, rng)
	}
	for path, b := range map[string][]byte{"weights.bin": spoken, "written.bin": written} {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// learnEnds learns the weights of how an utterance ends.
func learnEnds(t *testing.T, whole []string, weights []byte, epochs int, rng *rand.Rand) {
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
	for epoch := range epochs {
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
	for i, v := range w {
		weights[i] = byte(int8(max(-127, min(127, math.Round(v/unit)))))
	}
}

// learnNet learns the net of a language: after each word of an utterance, whether
// it ends there. All the places where it does not weigh as much as the one
// where it does. Words that are rare are often left out, so that it learns to do without.
func learnNet(t *testing.T, whole []string, han bool, rng *rand.Rand) {
	rows, epochs := rowsEn, 2
	if han {
		rows, epochs = rowsZh, 4
	}
	const rate = .002
	l := gru.NewLearner(rows, rate, 1)
	var s scratch
	for done, total := 0, epochs*len(whole); done < total; done++ {
		if done%len(whole) == 0 {
			rng.Shuffle(len(whole), func(i, j int) { whole[i], whole[j] = whole[j], whole[i] })
			t.Logf("net: %d of %d", done, total)
		}
		l.Rate = rate * max(.05, 1-float64(done)/float64(total))
		s.cut(whole[done%len(whole)])
		if s.n < 2 || s.total > maxWords {
			continue
		}
		words := make([][]uint32, s.n)
		want, weight := make([]float32, s.n), make([]float32, s.n)
		drop := rng.Float64() * .4
		for i := range words {
			fs, rare := s.features(i, nil)
			if rare < len(fs) && rng.Float64() < drop {
				fs = fs[:rare]
			}
			words[i], weight[i] = fs, 1/float32(max(s.n-2, 1))
		}
		weight[0], weight[s.n-1], want[s.n-1] = 0, 1, 1
		l.Learn(words, want, weight)
	}
	if n := l.Net(); han {
		netZh = func() *gru.Net { return n }
	} else {
		netEn = func() *gru.Net { return n }
	}
}

// balance writes the net such that the judge is right as often on held whole
// utterances as on the same cut short.
func balance(t *testing.T, held []string, han bool, rng *rand.Rand) {
	n, path := netEn(), "en.gru"
	if han {
		n, path = netZh(), "zh.gru"
	}
	var s scratch
	judge := func(text string) float64 {
		s.cut(text)
		return s.odds()
	}
	var ends, cuts []float64
	for _, u := range held {
		if short := cutShort(u, rng); short != "" {
			ends, cuts = append(ends, judge(u)), append(cuts, judge(short))
		}
	}
	slices.Sort(ends)
	slices.Sort(cuts)
	over := func(zs []float64, at float64) float64 {
		i, _ := slices.BinarySearch(zs, at)
		return float64(len(zs)-i) / float64(len(zs))
	}
	t.Logf("as learned: whole %.3f, cut %.3f right", over(ends, 0), 1-over(cuts, 0))
	at := -3.0
	for at < 3 && over(ends, at) > 1-over(cuts, at) {
		at += .01
	}
	t.Logf("at %.2f: whole %.3f, cut %.3f right", at, over(ends, at), 1-over(cuts, at))
	var out bytes.Buffer
	if _, err := n.Easier(-2 * at).WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func isHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// lines are those of a file that are no remark.
func lines(t *testing.T, path string) (out []string) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
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
