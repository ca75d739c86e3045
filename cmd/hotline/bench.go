package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"hotline"
	"hotline/phone"
)

func benchCommand() *cobra.Command {
	b := &bench{}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure a server on this machine with real calls over SIP and RTP",
		Long: `Bench starts a server of its own and calls it from this process: the callers
share the machine with it, so the figures are what this machine does for both.
Times are taken at the caller's wire. It prints a table, with the goal beside
each figure; it judges nothing.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), 30*time.Minute)
			defer cancel()
			b.progress = func(what string) { fmt.Fprintf(cmd.ErrOrStderr(), "%s ...\n", what) }
			rows, err := b.run(ctx)
			out := cmd.OutOrStdout()
			if asJSON {
				return errors.Join(printJSON(out, rows), err)
			}
			fmt.Fprintf(out, "%d cores, %s, server and callers on the same machine\n\n", runtime.NumCPU(), runtime.Version())
			w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "what\tcalls\tp50\tp95\tgoal\tremarks")
			for _, r := range rows {
				fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", r.What, r.Calls, r.P50, r.P95, r.Goal, r.Remarks)
			}
			return errors.Join(w.Flush(), err)
		},
	}
	f := cmd.Flags()
	f.StringVar(&b.data, "data", defaults().Data, "data folder: models and voices")
	f.StringVar(&b.only, "only", "", "only the parts whose name has this in it: answer, talk, listen, many, leak")
	f.BoolVar(&b.quick, "quick", false, "a tenth of the calls")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// bench is a server under measurement.
type bench struct {
	data, only string
	quick      bool
	progress   func(string)

	server *child
	conf   phone.Config
	rows   []benchRow
}

type benchRow struct {
	What    string `json:"what"`
	Calls   int    `json:"calls"`
	P50     string `json:"p50"`
	P95     string `json:"p95"`
	Goal    string `json:"goal"`
	Remarks string `json:"remarks,omitempty"`
}

func (b *bench) run(ctx context.Context) ([]benchRow, error) {
	dir, err := os.MkdirTemp("", "hotline-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	c := defaults()
	c.Data = b.data
	voice, err := openVoice(c, slog.Default())
	if err != nil {
		return nil, err
	}
	b.conf = phone.Config{Speech: voice.engine}
	b.server, err = startChild(ctx, b.data, dir, map[string]any{
		"numbers": []any{map[string]any{"dial": "shop", "bot": "shop"}, map[string]any{"dial": "slow", "bot": "shop", "ring": "5s"}},
		"calls":   map[string]any{"max": 400, "lost": "2s"},
		"sip":     map[string]any{"listen": []string{"udp://127.0.0.1:0"}, "rtp": map[string]any{"timeout": "2s"}},
	})
	if err != nil {
		return nil, err
	}
	defer b.server.stop()
	b.progress("prompts")
	if err := b.idle(ctx); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"answer", b.answer}, {"talk", b.talk}, {"listen", b.listen}, {"many", b.many}, {"leak", b.leak}} {
		if b.only != "" && !strings.Contains(part.name, b.only) {
			continue
		}
		b.progress(part.name)
		if err := part.run(ctx); err != nil {
			return b.rows, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return b.rows, nil
}

// n is how many calls a part makes.
func (b *bench) n(full int) int {
	if b.quick {
		return max(2, full/10)
	}
	return full
}

func (b *bench) load(ctx context.Context, user string, count int, rate float64, s ...phone.Script) (*phone.LoadReport, error) {
	r, err := phone.Load(ctx, phone.LoadConfig{URI: b.server.uri(user), Count: count, Rate: rate, Scripts: s, Phone: b.conf})
	if err == nil && r.OK == 0 {
		err = fmt.Errorf("no call succeeded: %v", r.Failures)
	}
	return r, err
}

func (b *bench) add(what string, calls int, s phone.Spread, goal, remarks string) {
	b.rows = append(b.rows, benchRow{what, calls, millis(s.P50), millis(s.P95), goal, remarks})
}

func millis(m phone.Millis) string { return strconv.FormatFloat(float64(m), 'f', 1, 64) + " ms" }

func failures(r *phone.LoadReport) string {
	if r.Failed == 0 {
		return ""
	}
	return fmt.Sprintf("%d failed: %v", r.Failed, r.Failures)
}

// answer measures INVITE to 200 at 20 calls a second.
func (b *bench) answer(ctx context.Context) error {
	r, err := b.load(ctx, "shop", b.n(400), 20, phone.Script{phone.Speech{}, phone.Pause{For: time.Second}, phone.Hangup{}})
	if err != nil {
		return err
	}
	b.add("answering, INVITE to 200, 20 calls a second", r.Calls, r.Answer, "p95 < 20 ms", failures(r))
	return nil
}

// talk measures conversations, 20 at once: the bot's answers and barge-in.
func (b *bench) talk(ctx context.Context) error {
	var scripts []phone.Script
	for _, says := range [][5]string{ // what one says, the third as an interruption
		{"Where is my order?", "Four, five, seven, one.", "What are your opening hours?", "Thank you very much.", "What are your opening hours?"},
		{"I'm calling about a parcel that has not come.", "It is three, one, two, oh.", "How much is shipping?", "Thanks, that helps.", "Do you ship abroad?"},
		{"Can you tell me when my order arrives?", "Four, five, seven, one.", "When do you open on Saturday?", "Great, thank you.", "How do I send something back?"},
		{"My package is late.", "The number is four, five, seven, one.", "How can I pay?", "Okay, thanks.", "Do you have gift cards?"},
		{"Has my order been sent?", "It's four, five, seven, one.", "Can I pay by card?", "That is good to know, thank you.", "Is there a discount for students?"},
	} {
		say := func(i int) phone.Step { return phone.Say{Text: says[i]} }
		scripts = append(scripts, phone.Conversation(say(0), say(1), phone.Interrupt{After: 700 * time.Millisecond, What: say(2)}, say(3), say(4)))
	}
	r, err := b.load(ctx, "shop", b.n(20), 2, scripts...)
	if err != nil {
		return err
	}
	remark := fmt.Sprintf("%d answers, %d calls at once, the longest %s. %s", r.Response.N, r.Most, millis(r.Response.Max), failures(r))
	b.add("the bot's answer, end of speech to first sound", r.Calls, r.Response, "p50 < 700 ms, p95 < 1200 ms", remark)
	b.add("barge-in, start of speech to silence", r.Calls, r.BargeIn, "< 250 ms", fmt.Sprintf("%d interruptions", r.BargeIn.N))
	return nil
}

// listen measures what one call more costs that listens to silence: a hundred
// beside twenty that are there already.
func (b *bench) listen(ctx context.Context) error {
	few, n := b.n(20), b.n(100)
	done := make(chan error, 2)
	start := func(calls int, listen time.Duration) {
		_, err := b.load(ctx, "shop", calls, 25, phone.Script{phone.Speech{}, phone.Quiet{}, phone.Pause{For: listen}, phone.Hangup{}})
		done <- err
	}
	measure := func() (from, to use, err error) {
		if err = pause(ctx, 17*time.Second); err != nil { // the greetings are over and every caller is silent
			return
		}
		if from, err = b.usage(); err != nil {
			return
		}
		if err = pause(ctx, 8*time.Second); err == nil {
			to, err = b.usage()
		}
		return
	}
	go start(few, 60*time.Second)
	from, to, err := measure()
	if err != nil {
		return err
	}
	go start(n, 25*time.Second)
	from2, to2, err := measure()
	if err != nil {
		return err
	}
	share := func(from, to use) float64 { return (to.cpu - from.cpu).Seconds() / to.at.Sub(from.at).Seconds() }
	b.rows = append(b.rows,
		benchRow{"a call that listens, share of a core", n, fmt.Sprintf("%.2f %%", 100*(share(from2, to2)-share(from, to))/float64(n)), "", "< 1 %", ""},
		benchRow{"a call that listens, memory", n, fmt.Sprintf("%.2f MB", float64(to2.rss-to.rss)/float64(n)/(1<<20)), "", "< 1 MB",
			fmt.Sprintf("resident: %d MB with %d calls, %d MB with %d", to.rss>>20, few, to2.rss>>20, few+n)})
	return errors.Join(<-done, <-done)
}

// many measures 200 calls at once.
func (b *bench) many(ctx context.Context) error {
	n := b.n(200)
	feed, err := b.ends(ctx, n)
	if err != nil {
		return err
	}
	r, err := b.load(ctx, "shop", n, 25, phone.Script{phone.Speech{}, phone.Pause{For: 25 * time.Second}, phone.Hangup{}})
	if err != nil {
		return err
	}
	var late, ticks uint64
	for _, end := range <-feed {
		for _, s := range end.Stats {
			late += s.LateTicks
			ticks += max(s.Sent, uint64(end.LengthMs)/20) // frames passed over were late, and not sent
		}
	}
	b.rows = append(b.rows, benchRow{fmt.Sprintf("%d calls at once, frames over 20 ms late", r.Most), r.Calls,
		fmt.Sprintf("%.3f %%", 100*float64(late)/float64(max(1, ticks))), "", "< 1 %", fmt.Sprintf("%d of %d frames. %s", late, ticks, failures(r))})
	return nil
}

// leak makes calls of which a third are refused, cancelled or vanish, and sees
// whether anything of them is left.
func (b *bench) leak(ctx context.Context) error {
	n := b.n(1000)
	before, err := b.settled(ctx, nil)
	if err != nil {
		return err
	}
	short := phone.Script{phone.Speech{}, phone.Pause{For: 500 * time.Millisecond}, phone.Hangup{}}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	kinds := map[string]int{}
	part := func(name, user string, count int, rate float64, s phone.Script, ring time.Duration) {
		wg.Go(func() {
			r, err := phone.Load(ctx, phone.LoadConfig{URI: b.server.uri(user), Count: count, Rate: rate, Scripts: []phone.Script{s}, Phone: b.conf, Options: phone.Options{Ring: ring}})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", name, err))
				return
			}
			kinds[name] = r.Calls
		})
	}
	part("completed", "shop", n*2/3, 20, short, 0)
	part("refused", "nobody", n/9, 4, short, 0)
	part("cancelled", "slow", n/9, 4, short, 300*time.Millisecond)
	part("vanished", "shop", n-n*2/3-2*(n/9), 4, phone.Script{phone.Speech{}, phone.Vanish{}}, 0)
	wg.Wait()
	after, err := b.settled(ctx, before)
	if err = errors.Join(append(failed, err)...); err != nil {
		return err
	}
	for _, g := range []struct{ name, metric string }{{"goroutines", "go_goroutines"}, {"file descriptors", "process_open_fds"}} {
		b.rows = append(b.rows, benchRow{"left after them all: " + g.name, n,
			fmt.Sprintf("%+.0f", after[g.metric]-before[g.metric]), "", "0",
			fmt.Sprintf("%.0f before, %.0f after; %v", before[g.metric], after[g.metric], kinds)})
	}
	return nil
}

// settled reads the server's gauges once no call is live and its counts are no
// higher than in baseline, or after a minute.
func (b *bench) settled(ctx context.Context, baseline map[string]float64) (map[string]float64, error) {
	for deadline := time.Now().Add(time.Minute); ; {
		now, err := b.metrics(ctx)
		if err != nil {
			return nil, err
		}
		quiet := now["hotline_calls_active"] == 0
		for k, v := range baseline {
			quiet = quiet && now[k] <= v
		}
		if baseline == nil && quiet || quiet || time.Now().After(deadline) {
			return now, nil
		}
		if err := pause(ctx, 500*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// metrics reads the gauges that matter here, summed over their labels.
func (b *bench) metrics(ctx context.Context) (map[string]float64, error) {
	resp, err := b.server.get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out := map[string]float64{"go_goroutines": 0, "process_open_fds": 0, "hotline_calls_active": 0}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		series, value, _ := strings.Cut(lines.Text(), " ")
		name, _, _ := strings.Cut(series, "{")
		if _, ok := out[name]; ok {
			v, _ := strconv.ParseFloat(value, 64)
			out[name] += v
		}
	}
	return out, nil
}

// ends collects the next n call.ended events, or what comes of them in two
// minutes.
func (b *bench) ends(ctx context.Context, n int) (<-chan []hotline.CallEnded, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	var events iter.Seq[hotline.Event]
	since, err := b.server.head(ctx)
	if err == nil {
		events, err = b.server.events(ctx, since)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	out := make(chan []hotline.CallEnded, 1)
	go func() {
		defer cancel()
		var list []hotline.CallEnded
		for e := range events {
			if end, ok := e.Body.(hotline.CallEnded); ok {
				if list = append(list, end); len(list) == n {
					break
				}
			}
		}
		out <- list
	}()
	return out, nil
}

// use is what the server has used of the machine.
type use struct {
	at  time.Time
	cpu time.Duration
	rss int64 // bytes
}

func (b *bench) usage() (use, error) {
	proc := filepath.Join("/proc", strconv.Itoa(b.server.PID))
	stat, err := os.ReadFile(filepath.Join(proc, "stat"))
	if err != nil {
		return use{}, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // proc(5): fields from state on
	f := strings.Fields(rest)
	if len(f) < 22 {
		return use{}, errors.New("/proc/pid/stat is short")
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	pages, _ := strconv.ParseInt(f[21], 10, 64)
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	return use{time.Now(), time.Duration(user+system) * tick, pages * int64(os.Getpagesize())}, nil
}

// idle waits until the server does nothing: the prompts are synthesised then.
func (b *bench) idle(ctx context.Context) error {
	last, err := b.usage()
	for err == nil {
		if err = pause(ctx, 2*time.Second); err != nil {
			break
		}
		var now use
		if now, err = b.usage(); err != nil || now.cpu-last.cpu < 40*time.Millisecond {
			break
		}
		last = now
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
