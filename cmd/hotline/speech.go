package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"hotline/asr/eval"
	"hotline/call/turn"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/media"
	"hotline/media/resample"
	"hotline/media/wav"
)

// speechEval measures how many spoken commands a bot understands as a whole.
type speechEval struct {
	bot      *bot.Bot
	ears     *ears
	rows     []spokenCommand
	noise    []int16
	workers  int
	progress func(done, of int)
	each     func(snr string, c spokenCommand, got outcome)
}

// A spokenCommand is a recording and what it should be understood as.
type spokenCommand struct {
	path   string
	number int
	intent string
	slots  map[string]string
}

// An outcome is what was understood.
type outcome struct {
	Text, Intent string
	Slots        map[string]string
	Right        bool
	took, length time.Duration
}

// speechReport is what was measured: the share of commands whose intent and all
// slots are right.
type speechReport struct {
	Commands int           `json:"commands"`
	Right    float64       `json:"right"`                 // of all levels
	Noise    float64       `json:"right_noise,omitempty"` // the mean of the levels with noise
	Levels   []speechLevel `json:"levels"`
}

type speechLevel struct {
	SNR      string             `json:"snr"` // dB, or "clean"
	Commands int                `json:"commands"`
	Right    float64            `json:"right"`
	Intent   float64            `json:"intent"` // share of right intents
	Slots    map[string]float64 `json:"slots"`  // of each slot, the share of commands with it right, or rightly absent
	RTF      float64            `json:"rtf"`    // time of recognition and understanding over length of audio
	Ms       float64            `json:"ms_per_command"`
}

func evalSpeech() *cobra.Command {
	var (
		file, data, name, manifest, noise string
		snr                               []float64
		clean, asJSON, each               bool
		take, workers                     int
		leave                             []int
	)
	cmd := &cobra.Command{
		Use:   "speech",
		Short: "Whole spoken commands understood by a bot, as in a call",
		Long: `Each recording of the manifest goes through the bot as a call does: over G.711
at 8 kHz, voice detector, recogniser, intent and slots. A command is right when
its intent and all of its slots are.

The manifest is TSV with a header that names the columns path, label (the
intent) and slots (a JSON object).

Noise goes on before, during and after the command. The ratio of signal to noise
is that of the mean power of the recording's speech (20 ms blocks within 30 dB of
the loudest) to the mean power of the noise.`,
		Example: "  hotline eval speech --bot coffee --manifest manifest.tsv --noise kitchen.wav --snr 24,18,12,6 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if manifest == "" || name == "" {
				return usage(cmd, errors.New("speech wants --bot and --manifest"))
			}
			if len(snr) > 0 && noise == "" {
				return usage(cmd, errors.New("--snr wants --noise"))
			}
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			if data != "" {
				c.Data = data
			}
			e := &speechEval{workers: workers}
			if e.bot, err = loadBot(c, name, nil); err != nil {
				return err
			}
			if e.rows, err = readCommands(manifest); err != nil {
				return err
			}
			e.rows = slices.DeleteFunc(e.rows, func(c spokenCommand) bool {
				return take > 0 && c.number%take != 0 || slices.ContainsFunc(leave, func(n int) bool { return n > 0 && c.number%n == 0 })
			})
			if noise != "" {
				if e.noise, err = load16(noise); err != nil {
					return err
				}
			}
			if e.ears, err = openEars(c, eval.Segment); err != nil {
				return err
			}
			defer e.ears.Close()
			out, live := cmd.OutOrStdout(), cmd.ErrOrStderr()
			if f, ok := live.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
				e.progress = func(done, of int) { fmt.Fprintf(live, "\r\033[K%d of %d", done, of) }
				defer fmt.Fprint(live, "\r\033[K")
			}
			if each {
				e.each = func(snr string, c spokenCommand, got outcome) {
					mark := map[bool]string{true: "right", false: "wrong"}[got.Right]
					want, _ := json.Marshal(c.slots)
					have, _ := json.Marshal(got.Slots)
					fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s %s\t%s %s\n", snr, mark, c.path, got.Text, c.intent, want, got.Intent, have)
				}
			}
			levels := make([]string, 0, len(snr)+1)
			if clean || len(snr) == 0 {
				levels = append(levels, "clean")
			}
			for _, s := range snr {
				levels = append(levels, strconv.FormatFloat(s, 'f', -1, 64))
			}
			r, err := e.run(cmd.Context(), levels)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(out, r)
			}
			r.print(out)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&file, "config", "c", "", "configuration file")
	f.StringVar(&data, "data", "", "data folder")
	f.StringVar(&name, "bot", "", "which bot")
	f.StringVar(&manifest, "manifest", "", "TSV of path, label, slots")
	f.StringVar(&noise, "noise", "", "WAV file of noise")
	f.Float64SliceVar(&snr, "snr", nil, "ratios of signal to noise, in dB")
	f.BoolVar(&clean, "clean", true, "without noise too")
	f.IntVar(&take, "take", 0, "only each nth row, the first included")
	f.IntSliceVar(&leave, "leave", nil, "all but each nth row")
	f.IntVar(&workers, "workers", 2, "recordings at once")
	f.BoolVar(&each, "each", false, "print every command: level, right or wrong, path, text, wanted, understood")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// readCommands reads a manifest; rows are numbered from 0.
func readCommands(path string) (all []spokenCommand, err error) {
	rows, err := eval.Manifest(path, "path", "label", "slots")
	if err != nil {
		return nil, err
	}
	for n, row := range rows {
		c := spokenCommand{path: filepath.Join(filepath.Dir(path), row[0]), number: n, intent: row[1], slots: map[string]string{}}
		if row[2] != "" {
			if err := json.Unmarshal([]byte(row[2]), &c.slots); err != nil {
				return nil, fmt.Errorf("%s: slots of %s: %w", path, row[0], err)
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// load16 reads a recording at media.SampleRate.
func load16(path string) ([]int16, error) {
	pcm, rate, err := wav.ReadFile(path, 30*time.Minute)
	if err != nil || len(pcm) == 0 {
		return nil, errors.Join(err, fmt.Errorf("%s: no audio", path))
	}
	return resample.All(pcm, rate, media.SampleRate), nil
}

func (e *speechEval) run(ctx context.Context, levels []string) (speechReport, error) {
	var (
		mu           sync.Mutex
		rep          speechReport
		done         int
		right, noisy float64
	)
	for _, level := range levels {
		l := speechLevel{SNR: level, Slots: map[string]float64{}}
		var took, length time.Duration
		group, gctx := errgroup.WithContext(ctx)
		group.SetLimit(max(e.workers, 1))
		names := e.slotNames()
		for _, c := range e.rows {
			group.Go(func() error {
				got, err := e.command(gctx, c, level)
				if err != nil {
					return fmt.Errorf("%s: %w", c.path, err)
				}
				mu.Lock()
				defer mu.Unlock()
				l.Commands++
				if got.Right {
					l.Right++
				}
				if got.Intent == c.intent {
					l.Intent++
				}
				for _, n := range names {
					if got.Slots[n] == c.slots[n] {
						l.Slots[n]++
					}
				}
				took += got.took
				length += got.length
				if e.each != nil {
					e.each(level, c, got)
				}
				if done++; e.progress != nil {
					e.progress(done, len(levels)*len(e.rows))
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return rep, err
		}
		n := float64(l.Commands)
		rep.Commands += l.Commands
		right += l.Right
		l.Right, l.Intent = l.Right/n, l.Intent/n
		for name := range l.Slots {
			l.Slots[name] /= n
		}
		l.Ms = took.Seconds() * 1000 / n
		l.RTF = took.Seconds() / length.Seconds()
		if level != "clean" {
			noisy++
			rep.Noise += l.Right
		}
		rep.Levels = append(rep.Levels, l)
	}
	rep.Right = right / float64(rep.Commands)
	if noisy > 0 {
		rep.Noise /= noisy
	}
	return rep, nil
}

// slotNames are the slots of any command.
func (e *speechEval) slotNames() []string {
	all := map[string]bool{}
	for _, c := range e.rows {
		for n := range c.slots {
			all[n] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// command says one command to the bot, as its caller's first turn.
func (e *speechEval) command(ctx context.Context, c spokenCommand, level string) (outcome, error) {
	pcm, err := load16(c.path)
	if err != nil {
		return outcome{}, err
	}
	length := time.Duration(len(pcm)) * time.Second / media.SampleRate
	if level == "clean" {
		silence := make([]int16, int(eval.Edge/time.Millisecond)*media.SampleRate/1000)
		pcm = slices.Concat(silence, pcm, silence)
	} else {
		snr, err := strconv.ParseFloat(level, 64)
		if err != nil {
			return outcome{}, err
		}
		pcm = eval.Noisy(pcm, e.noise, snr, c.number*7*media.SampleRate) // another piece for each
	}
	pcm = eval.G711(pcm)
	start := time.Now()
	finals, err := eval.Finals(ctx, e.ears.engine, pcm, hear(e.bot))
	if err != nil {
		return outcome{}, err
	}
	t := dialog.Turn{Number: 1, Kind: dialog.Words, Heard: 1}
	var begun time.Duration
	for i, r := range finals {
		if i == 0 {
			begun = r.Start
		}
		t.Alternatives = turn.Readings(t.Alternatives, t.Text, r.Text, r.Alternatives, t.Text == "" || r.Since == begun)
		t.Text = turn.Join(t.Text, r.Text)
	}
	got := outcome{Text: t.Text, length: length}
	conversation := e.bot.NewConversation(bot.ConversationOptions{Call: "eval"})
	for _, tn := range []dialog.Turn{{Kind: dialog.Opening}, t} {
		if tn.Kind == dialog.Words && strings.TrimSpace(tn.Text) == "" && len(tn.Alternatives) == 0 {
			break // no words: the bot would ask again
		}
		for act, err := range conversation.Respond(ctx, tn) {
			if err != nil {
				return got, err
			}
			if u, ok := act.(dialog.Understood); ok {
				got.Intent, got.Slots = u.Intent, u.Slots
			}
		}
	}
	got.took = time.Since(start)
	got.Right = got.Intent == c.intent && maps.Equal(nonNil(got.Slots), c.slots)
	return got, nil
}

func nonNil(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func (r speechReport) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "noise\tcommands\tright\tintent\treal-time factor\tms a command\t")
	for _, l := range r.Levels {
		level := l.SNR
		if level != "clean" {
			level += " dB"
		}
		fmt.Fprintf(w, "%s\t%d\t%.1f %%\t%.1f %%\t%.3f\t%.0f\t\n", level, l.Commands, 100*l.Right, 100*l.Intent, l.RTF, l.Ms)
	}
	_ = w.Flush()
	if r.Noise > 0 {
		fmt.Fprintf(out, "mean of the levels with noise: %.1f %%\n", 100*r.Noise)
	}
}
