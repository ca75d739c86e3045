package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hotline/asr/eval"
	texts "hotline/dialog/eval"
	kbeval "hotline/kb/eval"
)

func evalCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "eval", Short: "Measure understanding on labelled data"}
	cmd.AddCommand(evalASR(), evalSpeech(),
		evalText(texts.Intent, "Intent classification, trained on one file and measured on another",
			"hotline eval intent --train train.tsv --test test.tsv"),
		evalText(texts.Emotion, "Emotion from words, as it stands or trained on a file", "hotline eval emotion --test test.tsv"),
		evalText(texts.Turn, "Whether an utterance is finished, unfinished, or asks to wait", "hotline eval turn --test test.tsv --json"),
		evalText(texts.Slot, "Values read out of utterances: labels are kind=value", "hotline eval slot --test slots.tsv"),
		evalDialog(), evalKB(), evalVoice())
	return cmd
}

// evalText measures understanding of labelled text.
func evalText(task texts.Task, short, example string) *cobra.Command {
	var train, test string
	var asJSON bool
	var opt texts.Options
	cmd := &cobra.Command{
		Use:   string(task),
		Short: short,
		Long: short + `.

Files are rows of label, tab, text, without a header. With --train alone the
figures are of cross-validation.`,
		Example: "  " + example,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := texts.Run(task, train, test, opt)
			if errors.Is(err, texts.ErrUsage) {
				return usage(cmd, err)
			}
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), r)
			}
			r.Print(cmd.OutOrStdout())
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&train, "train", "", "file to learn from")
	f.StringVar(&test, "test", "", "file to measure on")
	f.IntVar(&opt.Folds, "folds", 5, "of cross-validation, without --test")
	f.StringSliceVar(&opt.Out, "out", nil, "labels of what is out of scope (default oos, none, out_of_scope)")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// evalKB measures how well knowledge is found.
func evalKB() *cobra.Command {
	var (
		docs, queries, qrels string
		asJSON               bool
		opt                  kbeval.Options
	)
	cmd := &cobra.Command{
		Use:   "kb",
		Short: "Finding answers: questions, documents, and which answer which",
		Long: `Finding answers: questions, documents, and which of them answer which.

Files are tab-separated, without a header. Documents are an id and a body; an id,
a question and a body; or an id, a title, a question and a body; --columns says
otherwise: title, question, body, learn (text that goes with the body, to learn
from and not to search) or - (left out). Queries are an id, the text and, if there
are more columns, the conversation before it (turns parted by " | ") and other
readings of the text (parted by " || "). Relevance is query, document, grade.`,
		Example: "  hotline eval kb --docs corpus.tsv --queries queries.tsv --qrels qrels.tsv --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := kbeval.Run(cmd.Context(), docs, queries, qrels, opt)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), r)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d questions, %d documents: hit@1 %.3f, hit@5 %.3f, MAP %.3f, MRR %.3f, calibration error %.3f, %.2f ms a question, index made in %.0f ms\n",
				r.Queries, r.Docs, r.Hit1, r.Hit5, r.MAP, r.MRR, r.ECE, r.MsPerItem, r.BuildMs)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&docs, "docs", "", "documents")
	f.StringVar(&queries, "queries", "", "questions")
	f.StringVar(&qrels, "qrels", "", "which documents answer which question")
	f.StringSliceVar(&opt.Columns, "columns", nil, "of the documents after the id (default by their number)")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	for _, name := range []string{"docs", "queries", "qrels"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is not defined above
		}
	}
	return cmd
}

func evalASR() *cobra.Command {
	var (
		file, data string
		wide, each bool
		asJSON     bool
		opt        eval.Options
	)
	cmd := &cobra.Command{
		Use:   "asr MANIFEST...",
		Short: "Word error rate of the recogniser on recordings with transcripts",
		Long: `Each manifest is a TSV file with a header line that names the columns path and
transcript, paths relative to it; a folder stands for the manifest.tsv in it.
The audio goes through G.711 at 8 kHz first, as calls do, unless --wide.`,
		Example: "  hotline eval asr speech/small_en speech/manifest.tsv --json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			if data != "" {
				c.Data = data
			}
			ears, err := openEars(c, eval.Segment)
			if err != nil {
				return err
			}
			defer ears.Close()
			opt.G711 = !wide
			out, live := cmd.OutOrStdout(), cmd.ErrOrStderr()
			if f, ok := live.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
				opt.Progress = func(done, of int) { fmt.Fprintf(live, "\r\033[K%d of %d", done, of) }
				defer fmt.Fprint(live, "\r\033[K")
			}
			if each {
				opt.Each = func(i eval.Item) { fmt.Fprintf(out, "%s\t%d/%d\t%s\t%s\n", i.Path, i.Errors, i.Words, i.Want, i.Got) }
			}
			type row struct {
				Set string `json:"set"`
				eval.Report
			}
			var rows []row
			for _, arg := range args {
				set := strings.TrimSuffix(filepath.Base(arg), ".tsv")
				if st, err := os.Stat(arg); err == nil && st.IsDir() {
					arg = filepath.Join(arg, "manifest.tsv")
				}
				r, err := eval.Run(cmd.Context(), ears.engine, arg, opt)
				if err != nil {
					return err
				}
				rows = append(rows, row{set, r})
			}
			if asJSON {
				if len(rows) == 1 {
					return printJSON(out, rows[0])
				}
				return printJSON(out, rows)
			}
			w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(w, "set\tfiles\twords\tWER\tCER\tempty\treal-time factor\t")
			for _, r := range rows {
				wer, cer := fmt.Sprintf("%.1f %%", 100*r.WER), fmt.Sprintf("%.1f %%", 100*r.CER)
				if r.Words == 0 { // the set has no transcripts
					wer, cer = "-", "-"
				}
				fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%.1f %%\t%.3f\t\n", r.Set, r.N, r.Words, wer, cer, 100*r.Empty, r.RTF)
			}
			return w.Flush()
		},
	}
	f := cmd.Flags()
	f.StringVarP(&file, "config", "c", "", "configuration file")
	f.StringVar(&data, "data", "", "data folder")
	f.BoolVar(&wide, "wide", false, "at 16 kHz, without G.711")
	f.BoolVar(&each, "each", false, "print every recording: path, errors, transcript, what was recognised")
	f.IntVar(&opt.Workers, "workers", 2, "recordings at once")
	f.IntVar(&opt.Limit, "limit", 0, "recordings of each manifest; 0 is all")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
