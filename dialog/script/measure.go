package script

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"hotline/dialog/bot"
)

// Report counts what was as written. A conversation is played to its end, wrong
// turns or not, so that one mistake may make others.
type Report struct {
	Conversations Count            `json:"conversations"`
	Turns         Count            `json:"turns"`
	Checks        map[string]Count `json:"checks"` // by kind: intent, slot, act, other
	MsPerTurn     float64          `json:"ms_per_turn"`
	Wrong         []string         `json:"wrong,omitempty"`
}

// Count is how many of N are right.
type Count struct {
	N     int     `json:"n"`
	Right int     `json:"right"`
	Share float64 `json:"share"`
}

func (c *Count) add(right bool) {
	c.N++
	if right {
		c.Right++
	}
	c.Share = float64(c.Right) / float64(c.N)
}

// Measure plays all conversations in dir of files to b.
func Measure(ctx context.Context, b *bot.Bot, files fs.FS, dir string) (Report, error) {
	r := Report{Checks: map[string]Count{}}
	all, err := Read(files, dir)
	if err != nil {
		return r, err
	}
	var took time.Duration
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, c := range all[name] {
			good := true
			start := time.Now()
			err := c.Play(ctx, b, func(n int, turn Turn, o Outcome) bool {
				wrong := o.Wrong()
				r.Turns.add(len(wrong) == 0)
				for _, k := range o.Checks {
					count := r.Checks[k.Kind]
					count.add(k.Wrong == "")
					r.Checks[k.Kind] = count
				}
				if len(wrong) > 0 {
					good = false
					r.Wrong = append(r.Wrong, fmt.Sprintf("%s, %s, turn %d (%s): %s", name, c.Name, n, turn.who(), strings.Join(wrong, "; ")))
				}
				return true
			})
			took += time.Since(start)
			if err != nil {
				return r, fmt.Errorf("%s, %s: %w", name, c.Name, err)
			}
			r.Conversations.add(good)
		}
	}
	if r.Turns.N > 0 {
		r.MsPerTurn = took.Seconds() * 1000 / float64(r.Turns.N)
	}
	return r, nil
}

// Print writes r as people read it.
func (r Report) Print(w io.Writer) {
	row := func(name string, c Count) {
		fmt.Fprintf(w, "%-14s %5d of %5d right  %5.1f %%\n", name, c.Right, c.N, 100*c.Share)
	}
	row("conversations", r.Conversations)
	row("turns", r.Turns)
	for _, kind := range slices.Sorted(maps.Keys(r.Checks)) {
		row(kind, r.Checks[kind])
	}
	fmt.Fprintf(w, "%.2f ms a turn\n", r.MsPerTurn)
	for _, s := range r.Wrong {
		fmt.Fprintln(w, s)
	}
}
