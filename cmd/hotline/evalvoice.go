package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	texts "hotline/dialog/eval"
)

// evalVoice measures anger from the voice.
func evalVoice() *cobra.Command {
	var asJSON bool
	var opt texts.VoiceOptions
	cmd := &cobra.Command{
		Use:   "voice MANIFEST",
		Short: "Anger from the voice alone, on recordings",
		Long: `The manifest is a TSV file of path, label, speaker, paths relative to it; with
a header line, the columns of these names. A folder stands for the manifest.tsv in
it. Each recording is one utterance, and is cut to the band of a telephone. The first
--begin calm ones of a speaker are their beginning, which the others are compared
with; they are not counted. All labels but --angry are one class.`,
		Example: "  hotline eval voice recordings/manifest.tsv --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := args[0]
			if st, err := os.Stat(path); err == nil && st.IsDir() {
				path = filepath.Join(path, "manifest.tsv")
			}
			r, err := texts.RunVoice(path, opt)
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
	f.StringVar(&opt.Angry, "angry", "angry", "the label that is to be found")
	f.StringVar(&opt.Calm, "calm", "neutral", "the label of a speaker's beginning; if no row has it, any")
	f.IntVar(&opt.Begin, "begin", 2, "recordings that make a speaker's beginning")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
