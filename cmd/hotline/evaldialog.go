package main

import (
	"fmt"
	"path"

	"github.com/spf13/cobra"

	"hotline/dialog/bot"
	"hotline/dialog/script"
)

// evalDialog plays the conversations of bots to them.
func evalDialog() *cobra.Command {
	var file string
	var names []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "dialog",
		Short: "The conversations in bots' tests folders: turns, acts and slots that are as written",
		Example: `  hotline eval dialog
  hotline eval dialog --bot shop --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			files := c.botFiles()
			if len(names) == 0 {
				if names, err = bot.List(files); err != nil {
					return err
				}
			}
			know, err := openKnowledge(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer know.close()
			type row struct {
				Bot string `json:"bot"`
				script.Report
			}
			var rows []row
			for _, name := range names {
				b, err := bot.Load(files, name, bot.Options{Knowledge: know.of})
				if err != nil {
					return err
				}
				r, err := script.Measure(cmd.Context(), b, files, path.Join(name, "tests"))
				if err != nil {
					return err
				}
				rows = append(rows, row{name, r})
			}
			if asJSON && len(rows) == 1 {
				return printJSON(cmd.OutOrStdout(), rows[0])
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), rows)
			}
			for _, r := range rows {
				fmt.Fprintln(cmd.OutOrStdout(), r.Bot)
				r.Print(cmd.OutOrStdout())
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&file, "config", "c", "", "configuration file")
	f.StringSliceVar(&names, "bot", nil, "which bots; all")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
