package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hotline/dialog/bot"
	"hotline/dialog/chat"
)

var discard = slog.New(slog.NewTextHandler(io.Discard, nil))

func chatCommand() *cobra.Command {
	var file, name, lang string
	var explain bool
	cmd := &cobra.Command{
		Use:   "chat",
		Short: "Talk to a bot in text",
		Long: `Chat talks to a bot in text, as a caller would: one line is one turn. With
--explain each turn is followed by how it was read, and why.

` + chat.Help,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			know, err := openKnowledge(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer know.close()
			b, err := loadBot(c, name, know)
			if err != nil {
				return err
			}
			in := cmd.InOrStdin()
			f, ok := in.(*os.File)
			return chat.Run(cmd.Context(), chat.Options{In: in, Out: cmd.OutOrStdout(), Explain: explain,
				Prompt:  ok && term.IsTerminal(int(f.Fd())),
				Manager: b.NewConversation(bot.ConversationOptions{Call: "chat", From: "chat", Language: lang})})
		},
	}
	f := cmd.Flags()
	f.StringVarP(&file, "config", "c", "", "configuration file")
	f.StringVar(&name, "bot", "", "which bot; the one that answers any number")
	f.StringVar(&lang, "lang", "", "language to begin in: en, zh")
	f.BoolVar(&explain, "explain", false, "show intent, emotion, slots, and why")
	return cmd
}

// flowCommand shows what a bot does.
func flowCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "flow", Short: "Look at the flows of a bot"}
	var file, name string
	graph := &cobra.Command{
		Use: "graph", Short: "Draw the flows of a bot as a Mermaid flowchart", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			b, err := loadBot(c, name, nil)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), b.Graph())
			return err
		},
	}
	graph.Flags().StringVarP(&file, "config", "c", "", "configuration file")
	graph.Flags().StringVar(&name, "bot", "", "which bot; the one that answers any number")
	cmd.AddCommand(graph)
	return cmd
}

// loadBot loads one of the configured bots; the one of any number if name is
// empty.
func loadBot(c Config, name string, know *knowledge) (*bot.Bot, error) {
	if name == "" {
		n, _ := c.number("*")
		name = n.Bot
	}
	return bot.Load(c.botFiles(), name, bot.Options{Knowledge: know.of})
}
