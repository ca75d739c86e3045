package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hotline/asr/models"
)

func modelsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "models", Short: "Speech models: what there is, what is installed, install one"}
	dir := cmd.PersistentFlags().String("data", defaults().Data, "data folder; models live in its folder models")
	cmd.AddCommand(modelsList(dir), modelsInstall(dir))
	return cmd
}

// modelsDir is where the models are: HOTLINE_MODELS, or in the data folder.
func modelsDir(data string) string {
	if dir := os.Getenv("HOTLINE_MODELS"); dir != "" {
		return dir
	}
	return filepath.Join(data, "models")
}

func modelsList(data *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the models that hotline knows", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			type row struct {
				models.Model
				Installed bool              `json:"installed"`
				Checksums map[string]string `json:"checksums"`
			}
			var rows []row
			for _, m := range models.Catalogue() {
				rows = append(rows, row{m, models.Check(modelsDir(*data), m.Name) == nil, m.Checksums()})
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), rows)
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "NAME\tINSTALLED\tLANGUAGES\tDISK\tLICENCE\tCHECKSUM\tTESTED\tABOUT")
			for _, r := range rows {
				fmt.Fprintf(w, "%s\t%s\t%s\t%d MB\t%s\t%s\t%s\t%s\n", r.Name, mark(r.Installed), strings.Join(r.Languages, " "),
					r.Disk/models.MB, r.Licence, mark(len(r.Checksums) > 0), mark(r.Tested), r.About)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with checksums and download addresses")
	return cmd
}

func mark(yes bool) string {
	if yes {
		return "yes"
	}
	return "-"
}

func modelsInstall(data *string) *cobra.Command {
	return &cobra.Command{
		Use: "install NAME...", Short: "Install models by name; \"default\" is what the default configuration needs",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, names []string) error {
			out := cmd.OutOrStdout()
			f, ok := out.(*os.File)
			live := ok && term.IsTerminal(int(f.Fd()))
			last := models.Progress{}
			for _, name := range names {
				err := models.Install(cmd.Context(), name, modelsDir(*data), func(p models.Progress) {
					switch {
					case live && p.Total > 0:
						fmt.Fprintf(out, "\r\033[K%s: %s %d of %d MB", p.Model, p.Doing, p.Done/models.MB, p.Total/models.MB)
					case p.Model != last.Model || p.Doing != last.Doing:
						if live {
							fmt.Fprint(out, "\r\033[K")
						}
						fmt.Fprintf(out, "%s: %s\n", p.Model, p.Doing)
					}
					last = p
				})
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}
