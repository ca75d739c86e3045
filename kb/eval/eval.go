// Package eval measures how well knowledge is found: questions, documents and
// which of them answer which, in the layout of information retrieval.
//
// Files are UTF-8, tab-separated, without a header. Documents are an id and
// text in Columns, which if empty are told from their number: body; question
// and body; title, question and body. Queries are an id, the text, and if there
// are more columns the conversation before it, turns parted by " | ", and other
// readings of the text, parted by " || ". Relevance is query, document and a
// grade, of which only 0 or not counts. Queries that nothing is relevant to are
// left out.
package eval

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"hotline/kb/rank"
)

// Report is what was measured. All but the counts and the time are means over
// the queries, 0 to 1.
type Report struct {
	Docs      int     `json:"docs"`
	Queries   int     `json:"n"`
	Hit1      float64 `json:"hit1"` // the first answer is right
	Hit5      float64 `json:"hit5"` // one of the first five is
	MAP       float64 `json:"map"`  // mean average precision of the first Depth
	MRR       float64 `json:"mrr"`
	ECE       float64 `json:"ece"` // expected calibration error of the first answer's probability, ten bins
	MsPerItem float64 `json:"ms_per_item"`
	BuildMs   float64 `json:"build_ms"`
}

// Depth is how far down the list of answers is looked at.
const Depth = 100

// Options of Run. The zero Options are the defaults.
type Options struct {
	// Columns of the documents after the id: "title", "question", "body", "learn"
	// (what goes with the body, to learn from and not to search; not learned
	// where it is the text of a query) or "-" (left out).
	Columns []string
	Index   rank.Options
}

// A Case is a query with the documents that answer it.
type Case struct {
	rank.Query
	Right map[int]bool
}

// Run measures the search on the files named.
func Run(ctx context.Context, docs, queries, qrels string, opt Options) (Report, error) {
	d, cases, err := Load(docs, queries, qrels, opt.Columns)
	if err != nil {
		return Report{}, err
	}
	start := time.Now()
	x, err := rank.New(ctx, d, opt.Index)
	if err != nil {
		return Report{}, err
	}
	built := time.Since(start)
	defer x.Close()
	r, err := Measure(ctx, x, cases)
	r.Docs, r.BuildMs = len(d), float64(built.Microseconds())/1000
	return r, err
}

// Measure asks x each of the cases.
func Measure(ctx context.Context, x *rank.Index, cases []Case) (Report, error) {
	r := Report{Queries: len(cases)}
	if len(cases) == 0 {
		return r, nil
	}
	var bins [10]struct{ n, right, prob float64 }
	var took time.Duration
	for _, c := range cases {
		start := time.Now()
		res, err := x.Search(ctx, c.Query, Depth)
		took += time.Since(start)
		if err != nil {
			return r, err
		}
		found, first, ap := 0, 0, 0.0
		for i, h := range res {
			if c.Right[h.Doc] {
				found++
				ap += float64(found) / float64(i+1)
				if first == 0 {
					first = i + 1
				}
			}
		}
		r.MAP += ap / float64(len(c.Right))
		if first > 0 {
			r.MRR += 1 / float64(first)
		}
		if first > 0 && first <= 5 {
			r.Hit5++
		}
		if first == 1 {
			r.Hit1++
		}
		if len(res) > 0 {
			b := &bins[min(9, int(res[0].Prob*10))]
			b.n++
			b.prob += res[0].Prob
			if first == 1 {
				b.right++
			}
		}
	}
	n := float64(len(cases))
	for _, b := range bins {
		r.ECE += max(b.right-b.prob, b.prob-b.right) / n
	}
	r.Hit1, r.Hit5, r.MAP, r.MRR = r.Hit1/n, r.Hit5/n, r.MAP/n, r.MRR/n
	r.MsPerItem = float64(took.Microseconds()) / 1000 / n
	return r, nil
}

// Load reads the files.
func Load(docs, queries, qrels string, columns []string) ([]rank.Doc, []Case, error) {
	rel := map[string][]string{}
	err := rows(qrels, 3, func(r []string) error {
		if r[2] != "0" {
			rel[r[0]] = append(rel[r[0]], r[1])
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	var cases []Case
	var ids []string
	asked := map[string]bool{}
	err = rows(queries, 2, func(r []string) error {
		if len(rel[r[0]]) == 0 {
			return nil
		}
		c := Case{Query: rank.Query{Text: r[1]}, Right: map[int]bool{}}
		if len(r) > 2 && r[2] != "" {
			c.Context = strings.Split(r[2], " | ")
		}
		if len(r) > 3 && r[3] != "" {
			c.Alternatives = strings.Split(r[3], " || ")
		}
		asked[c.Text] = true
		ids, cases = append(ids, r[0]), append(cases, c)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	number := map[string]int{}
	var all []rank.Doc
	err = rows(docs, 2, func(r []string) error {
		cols := columns
		if len(cols) == 0 {
			var ok bool
			if cols, ok = usual[len(r)-1]; !ok {
				return fmt.Errorf("%d columns", len(r))
			}
		}
		if len(r) != len(cols)+1 {
			return fmt.Errorf("%d columns, not %d", len(r), len(cols)+1)
		}
		var d rank.Doc
		for i, c := range cols {
			switch c {
			case "title":
				d.Title = r[i+1]
			case "question":
				d.Questions = append(d.Questions, r[i+1])
			case "body":
				d.Body = r[i+1]
			case "learn":
				if !asked[r[i+1]] {
					d.Learn = r[i+1]
				}
			case "-":
			default:
				return fmt.Errorf("no column is called %q", c)
			}
		}
		number[r[0]] = len(all)
		all = append(all, d)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for i, id := range ids {
		for _, d := range rel[id] {
			n, ok := number[d]
			if !ok {
				return nil, nil, fmt.Errorf("%s: %s is not in %s", qrels, d, docs)
			}
			cases[i].Right[n] = true
		}
	}
	return all, cases, nil
}

var usual = map[int][]string{1: {"body"}, 2: {"question", "body"}, 3: {"title", "question", "body"}}

// rows calls row for each line of at least n columns; fewer are an error.
func rows(path string, n int, row func([]string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for line := 1; s.Scan(); line++ {
		r := strings.Split(s.Text(), "\t")
		if len(r) < n {
			return fmt.Errorf("%s:%d: %d columns, not %d", path, line, len(r), n)
		}
		if err := row(r); err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
	return s.Err()
}
