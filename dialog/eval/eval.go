// Package eval measures what the dialog understands on labelled text: rows of
// label, tab, text, in UTF-8, without a header. What is learned is learned from
// one file and measured on another, or, with one file alone, on each fifth of it
// in turn by a model of the other four.
package eval

import (
	"bufio"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"time"

	"hotline/dialog/intent"
	"hotline/dialog/turns"
)

// Task is what is measured.
type Task string

const (
	// Intent trains dialog/intent. Labels of Options.Out are out of scope; if no
	// row has one, the likeliest intent is the answer, however unlikely.
	Intent Task = "intent"
	// Emotion is dialog/emotion as it stands, in the words of the labels: its own
	// names; the seven feelings of Ekman; satisfied, neutral, dissatisfied; abusive or
	// offensive against the rest. With a file to train on, it is dialog/emotion/words
	// trained on that.
	Emotion Task = "emotion"
	// Turn is dialog/turns as it stands: finished, unfinished, wait.
	Turn Task = "turn"
)

// Options of Run. The zero value is the default.
type Options struct {
	Folds int       // of cross-validation, if there is no test file; 0 is 5
	Now   time.Time // of Slot, for "tomorrow"; zero is a Monday, 4 May 2026, 14:30
	Out   []string  // labels of what is out of scope; nil is oos, none and out_of_scope
}

// An Item is a row of a file.
type Item struct{ Label, Text string }

// ErrUsage says that the files do not fit the task.
var ErrUsage = errors.New("intent wants --train; emotion, turn and slot want --train or --test")

// Run measures task. train or test may be "", not both.
func Run(task Task, train, test string, o Options) (Report, error) {
	if task != Intent && task != Emotion && task != Turn && task != Slot {
		return Report{}, fmt.Errorf("no such task: %s", task)
	}
	if train == "" && (test == "" || task == Intent) {
		return Report{}, ErrUsage
	}
	if o.Out == nil {
		o.Out = []string{"oos", "none", "out_of_scope"}
	}
	if o.Folds < 2 {
		o.Folds = 5
	}
	var rows, held []Item
	var err error
	if train != "" {
		if rows, err = Read(train); err != nil {
			return Report{}, err
		}
	}
	if test != "" {
		if held, err = Read(test); err != nil {
			return Report{}, err
		}
	}
	t := &tally{}
	switch {
	case task == Slot:
		if held == nil {
			held = rows
		}
		if err := t.slots(held, o.Now); err != nil {
			return Report{}, err
		}
	case task == Turn:
		if held == nil {
			held = rows
		}
		t.measure(held, func(text string) (string, float64) {
			j := turns.Judge(text)
			return j.State.String(), j.Confidence
		})
	case task == Emotion && train == "":
		t.measure(held, feels(held))
	case task == Emotion && test != "":
		t.felt(rows, held)
	case test != "":
		t.trained(rows, held, o)
	default:
		for k := range o.Folds {
			var learn, rest []Item
			for _, r := range rows {
				if fold(r.Text, o.Folds) == k {
					rest = append(rest, r)
				} else {
					learn = append(learn, r)
				}
			}
			if task == Emotion {
				t.felt(learn, rest)
				continue
			}
			t.trained(learn, rest, o)
		}
	}
	return t.report(), nil
}

// trained learns rows and measures held.
func (t *tally) trained(rows, held []Item, o Options) {
	out := func(r Item) bool { return slices.Contains(o.Out, r.Label) }
	open := slices.ContainsFunc(rows, out) || slices.ContainsFunc(held, out)
	examples := make([]intent.Example, len(rows))
	for i, r := range rows {
		examples[i] = intent.Example{Text: r.Text, Intent: r.Label}
		if out(r) {
			examples[i].Intent = intent.None
		}
	}
	start := time.Now()
	m := intent.Train(examples, intent.Options{})
	t.learned += time.Since(start)
	held = slices.Clone(held)
	for i := range held {
		if out(held[i]) {
			held[i].Label = intent.None
		}
	}
	t.open = t.open || open
	t.measure(held, func(text string) (string, float64) {
		r := m.Classify(text)
		if !open && r.Top[0].Intent != "" {
			p := r.Top[0].P
			if r.None < 1 {
				p /= 1 - r.None
			}
			return r.Top[0].Intent, p
		}
		return r.Intent, r.Confidence
	})
}

// fold deals rows by their text, so that the same text is never on both sides.
func fold(text string, folds int) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	return int(h.Sum32() % uint32(folds))
}

// Read reads a file of label, tab, text. Rows without a tab are an error that
// names the line; empty lines are skipped.
func Read(path string) ([]Item, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Item
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for line := 1; sc.Scan(); line++ {
		if sc.Text() == "" {
			continue
		}
		label, text, ok := strings.Cut(sc.Text(), "\t")
		if !ok {
			return nil, fmt.Errorf("%s:%d: want label, tab, text", path, line)
		}
		out = append(out, Item{label, text})
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no rows", path)
	}
	return out, nil
}
