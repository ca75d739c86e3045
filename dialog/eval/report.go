package eval

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"time"

	"hotline/dialog/intent"
)

// Report is what was measured. F1, precision and recall of what never occurs
// are 0.
type Report struct {
	N          int                       `json:"n"`
	Accuracy   float64                   `json:"accuracy"` // of all rows
	MacroF1    float64                   `json:"macro_f1"` // the mean over the labels of the test rows
	PerClass   map[string]Class          `json:"per_class"`
	Confusion  map[string]map[string]int `json:"confusion"` // by label, then by answer; only errors
	ECE        float64                   `json:"ece"`       // of the confidence, in ten bins
	MsPerItem  float64                   `json:"ms_per_item"`
	TrainMs    float64                   `json:"train_ms,omitempty"`
	InScope    float64                   `json:"in_scope_accuracy,omitempty"` // if there are rows out of scope
	OutOfScope *Class                    `json:"out_of_scope,omitempty"`      // and how they are known
	Alarm      *Alarm                    `json:"alarm,omitempty"`             // of a voice that sounds angry, as shipped
	Best       *Alarm                    `json:"best_alarm,omitempty"`        // with the best threshold at under 5 % false alarms
}

// Class is how one label fares.
type Class struct {
	N         int     `json:"n"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// tally collects answers.
type tally struct {
	answers       []answer
	open          bool
	took, learned time.Duration
}

type answer struct {
	want, got string
	p         float64
}

func (t *tally) measure(rows []Item, name func(text string) (string, float64)) {
	got := make([]answer, len(rows))
	start := time.Now()
	for i, r := range rows {
		got[i].got, got[i].p = name(r.Text)
	}
	t.took += time.Since(start)
	for i, r := range rows {
		got[i].want = r.Label
	}
	t.answers = append(t.answers, got...)
}

func (t *tally) report() Report {
	r := Report{N: len(t.answers), PerClass: map[string]Class{}, Confusion: map[string]map[string]int{}}
	if r.N == 0 {
		return r
	}
	type bin struct{ n, p, right float64 }
	var bins [10]bin
	right, said := map[string]int{}, map[string]int{}
	hits, in, inRight := 0, 0, 0
	for _, a := range t.answers {
		c := r.PerClass[a.want]
		c.N++
		r.PerClass[a.want] = c
		said[a.got]++
		b := &bins[min(max(int(a.p*10), 0), 9)]
		b.n++
		b.p += a.p
		if a.want != intent.None {
			in++
		}
		if a.want == a.got {
			hits++
			right[a.want]++
			b.right++
			if a.want != intent.None {
				inRight++
			}
			continue
		}
		if r.Confusion[a.want] == nil {
			r.Confusion[a.want] = map[string]int{}
		}
		r.Confusion[a.want][a.got]++
	}
	for label, c := range r.PerClass {
		c.Recall = float64(right[label]) / float64(c.N)
		if said[label] > 0 {
			c.Precision = float64(right[label]) / float64(said[label])
		}
		if c.Precision+c.Recall > 0 {
			c.F1 = 2 * c.Precision * c.Recall / (c.Precision + c.Recall)
		}
		r.PerClass[label] = c
		r.MacroF1 += c.F1 / float64(len(r.PerClass))
	}
	n := float64(r.N)
	for _, b := range bins {
		if b.n > 0 {
			r.ECE += max(b.right-b.p, b.p-b.right) / n
		}
	}
	r.Accuracy = float64(hits) / n
	r.MsPerItem = t.took.Seconds() * 1000 / n
	r.TrainMs = t.learned.Seconds() * 1000
	if t.open && in > 0 {
		r.InScope = float64(inRight) / float64(in)
		if c, ok := r.PerClass[intent.None]; ok {
			r.OutOfScope = &c
		}
	}
	return r
}

// Print writes r as people read it: the figures, the classes, the commonest
// confusions.
func (r Report) Print(w io.Writer) {
	fmt.Fprintf(w, "%d rows: accuracy %.3f, macro-F1 %.3f, calibration error %.3f, %.3f ms a row\n", r.N, r.Accuracy, r.MacroF1, r.ECE, r.MsPerItem)
	if r.OutOfScope != nil {
		fmt.Fprintf(w, "in scope %.3f, out of scope: recall %.3f, precision %.3f\n", r.InScope, r.OutOfScope.Recall, r.OutOfScope.Precision)
	}
	for _, a := range []struct {
		name string
		*Alarm
	}{{"as shipped", r.Alarm}, {"at its best under 5 % false alarms", r.Best}} {
		if a.Alarm != nil {
			fmt.Fprintf(w, "%s, from %.2f on: F1 %.3f, found %d of %d, false alarms %.1f %%\n", a.name, a.At, a.F1, a.Found, a.Of, 100*a.FalseAlarms)
		}
	}
	fmt.Fprintf(w, "\n%-40s %6s %9s %7s %6s\n", "class", "rows", "precision", "recall", "F1")
	for _, name := range slices.Sorted(maps.Keys(r.PerClass)) {
		c := r.PerClass[name]
		fmt.Fprintf(w, "%-40s %6d %9.3f %7.3f %6.3f\n", name, c.N, c.Precision, c.Recall, c.F1)
	}
	type pair struct {
		want, got string
		n         int
	}
	var pairs []pair
	for want, m := range r.Confusion {
		for got, n := range m {
			pairs = append(pairs, pair{want, got, n})
		}
	}
	sort.Slice(pairs, func(i, j int) bool {
		a, b := pairs[i], pairs[j]
		if a.n != b.n {
			return a.n > b.n
		}
		return a.want+"\t"+a.got < b.want+"\t"+b.got
	})
	if len(pairs) > 0 {
		fmt.Fprintln(w, "\ncommonest confusions")
	}
	for _, p := range pairs[:min(len(pairs), 20)] {
		fmt.Fprintf(w, "%6d  %s taken for %s\n", p.n, p.want, p.got)
	}
}
