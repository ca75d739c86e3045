package eval

import (
	"context"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"hotline/kb/rank"
)

var learn = flag.Bool("learn", false, "learn the weights of package rank from the corpora in HOTLINE_DATA and print them")

// a row is a document that might answer a query.
type row struct {
	f     rank.Features
	right bool
}

// TestLearn prints the weights that make the right documents likeliest among all
// that were found, with each half of the queries in turn left out to measure.
//
//	HOTLINE_DATA=FOLDER go test ./kb/eval -run Learn -learn -v
func TestLearn(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if !*learn || root == "" {
		t.Skip("-learn and HOTLINE_DATA are not set")
	}
	var asked, bare [][]row
	s, d := filepath.Join(root, "stackfaq"), filepath.Join(root, "dstc10_spoken_kb")
	stack := found(t, s, "corpus.tsv", "queries.tsv", nil)
	spoken := found(t, d, "corpus_full.tsv", "queries_asr.tsv", nil)
	asked = append(asked, stack...)
	for range 4 { // of few queries each counts for more
		asked = append(asked, spoken...)
	}
	bare = found(t, s, "corpus.tsv", "queries.tsv", []string{"-", "body"})
	sure(t, s, d)
	for _, set := range []struct {
		name string
		rows [][]row
		test map[string][][]row
	}{{"Asked", asked, map[string][][]row{"stackfaq": stack, "spoken": spoken}}, {"Bare", bare, map[string][][]row{"stackfaq": bare}}} {
		w := fit(set.rows)
		for i, x := range w {
			t.Logf("%s: %-18s %6.2f", set.name, rank.FeatureNames[i], x)
		}
		for name, rows := range set.test {
			var held float64
			for k := range 2 {
				var rest [][]row
				for n, r := range set.test {
					for i, q := range r {
						if n != name || i%2 != k {
							rest = append(rest, q)
						}
					}
				}
				w := fit(rest)
				for i, q := range rows {
					if i%2 == k && first(w, q) {
						held++
					}
				}
			}
			all := 0.0
			for _, q := range rows {
				if first(w, q) {
					all++
				}
			}
			t.Logf("%s: %s hit@1 %.3f, left out %.3f", set.name, name, all/float64(len(rows)), held/float64(len(rows)))
		}
	}
}

func found(t *testing.T, dir, docs, queries string, columns []string) (out [][]row) {
	t.Helper()
	d, cases, err := Load(filepath.Join(dir, docs), filepath.Join(dir, queries), filepath.Join(dir, "qrels.tsv"), columns)
	if err != nil {
		t.Fatal(err)
	}
	x, err := rank.New(t.Context(), d, rank.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, c := range cases {
		res, err := x.Search(context.Background(), c.Query, 2000)
		if err != nil {
			t.Fatal(err)
		}
		var rows []row
		for _, r := range res {
			rows = append(rows, row{r.Features, c.Right[r.Doc]})
		}
		out = append(out, rows)
	}
	return out
}

func score(w, f rank.Features) (s float64) {
	for i := range f {
		s += w[i] * f[i]
	}
	return s
}

func first(w rank.Features, rows []row) bool {
	best, right := math.Inf(-1), false
	for _, r := range rows {
		if s := score(w, r.f); s > best {
			best, right = s, r.right
		}
	}
	return right
}

// fit maximises the likelihood of the right rows of each query, by steps along the
// gradient that keep the weights from going under 0.
func fit(queries [][]row) (w rank.Features) {
	for i := range w {
		w[i] = 4
	}
	var speed rank.Features
	for range 400 {
		var g rank.Features
		n := 0.0
		for _, q := range queries {
			top, right := math.Inf(-1), false
			for _, r := range q {
				top = max(top, score(w, r.f))
				right = right || r.right
			}
			if !right {
				continue
			}
			n++
			var all, good float64
			var ea, eg rank.Features
			for _, r := range q {
				p := math.Exp(score(w, r.f) - top)
				all += p
				for i, x := range r.f {
					ea[i] += p * x
				}
				if r.right {
					good += p
					for i, x := range r.f {
						eg[i] += p * x
					}
				}
			}
			for i := range g {
				g[i] += eg[i]/good - ea[i]/all
			}
		}
		for i := range w {
			speed[i] = .9*speed[i] + 3*(g[i]/n-.0005*w[i])
			w[i] = max(0, w[i]+speed[i])
		}
	}
	return w
}

// sure learns when the best result is right: on both sets, with all threads, with
// half of them and with an eighth, so that most questions have no answer.
func sure(t *testing.T, stack, spoken string) {
	type seen struct {
		e     rank.Evidence
		right bool
	}
	var all []seen
	for _, part := range []struct {
		dir, docs, queries string
		of                 int
	}{{spoken, "corpus_full.tsv", "queries_asr.tsv", 1}, {stack, "corpus.tsv", "queries.tsv", 1}, {stack, "corpus.tsv", "queries.tsv", 2}, {stack, "corpus.tsv", "queries.tsv", 8}} {
		docs, cases, err := Load(filepath.Join(part.dir, part.docs), filepath.Join(part.dir, part.queries), filepath.Join(part.dir, "qrels.tsv"), nil)
		if err != nil {
			t.Fatal(err)
		}
		number := map[string]int{} // of each thread, by its question
		thread := func(i int) int {
			q := docs[i].Questions[0]
			if _, ok := number[q]; !ok {
				number[q] = len(number)
			}
			return number[q]
		}
		var kept []rank.Doc
		at := map[int]int{}
		for i, d := range docs {
			if part.of == 1 || thread(i)%part.of == 0 {
				at[len(kept)] = i
				kept = append(kept, d)
			}
		}
		x, err := rank.New(t.Context(), kept, rank.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			res, err := x.Search(t.Context(), c.Query, 10)
			if err != nil {
				t.Fatal(err)
			}
			if len(res) > 0 {
				all = append(all, seen{res[0].Evidence, c.Right[at[res[0].Doc]]})
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	learn := func(keep func(i int) bool) (w rank.Evidence) {
		var speed rank.Evidence
		for range 20_000 {
			var g rank.Evidence
			n := 0.0
			for i, s := range all {
				if !keep(i) {
					continue
				}
				n++
				d := -odds(w, s.e)
				if s.right {
					d++
				}
				for k, x := range s.e {
					g[k] += d * x
				}
			}
			for k := range w {
				speed[k] = .9*speed[k] + .003*(g[k]/n-.0003*w[k])
				w[k] += speed[k]
			}
		}
		return w
	}
	w := learn(func(int) bool { return true })
	t.Logf("Sure: %.3g", w)
	var bins [10]struct{ n, p, right float64 }
	for k := range 2 {
		w := learn(func(i int) bool { return i%2 != k })
		for i, s := range all {
			if i%2 == k {
				p := odds(w, s.e)
				b := &bins[min(9, int(p*10))]
				b.n++
				b.p += p
				if s.right {
					b.right++
				}
			}
		}
	}
	ece := 0.0
	for _, b := range bins {
		ece += math.Abs(b.right-b.p) / float64(len(all))
		t.Logf("said %.2f, right %.2f of %.0f", b.p/max(b.n, 1), b.right/max(b.n, 1), b.n)
	}
	t.Logf("calibration error %.3f", ece)
}

func odds(w, e rank.Evidence) float64 {
	z := 0.0
	for i := range e {
		z += w[i] * e[i]
	}
	return 1 / (1 + math.Exp(-z))
}
