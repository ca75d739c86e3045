// Command hotline is the call centre: the server, a phone to call it with, and
// the tools around them. The packages meet only here; everything they are given
// is decided here.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // statistics are asked for in any time zone, also where the system has none

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // a second signal kills
		<-ctx.Done()
		stop()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: exit status 0 is done, 1 failed, 2 wrong usage.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	root := command()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errSilent):
		return 1
	case errors.As(err, &usage):
		fmt.Fprintf(errOut, "hotline: %v\n%s --help tells more.\n", err, usage.command)
		return 2
	}
	fmt.Fprintf(errOut, "hotline: %v\n", err)
	return 1
}

// errSilent is a failure that has been told already.
var errSilent = errors.New("failed")

// usageError is a command line that makes no sense.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "hotline",
		Short: "A voice call centre: answers the phone, understands, helps, and hands over to people",
		Long: `hotline answers phone calls: it listens, understands what the caller wants and how
they feel, answers, and hands angry or difficult calls to a person who already
knows what was said.

Try it on this machine, in two terminals:

  hotline serve
  hotline call sip:shop@127.0.0.1:5060 --say "Where is my order?"`,
		SilenceUsage: true, SilenceErrors: true,
		Version:          version(),
		PersistentPreRun: func(cmd *cobra.Command, _ []string) { setLog(cmd) },
	}
	root.PersistentFlags().String("log", "warn", "how much to log to stderr: debug, info, warn, error")
	root.AddCommand(serveCommand(), callCommand(), chatCommand(), flowCommand(), evalCommand(), checkCommand(), modelsCommand(), kbCommand(),
		userCommand(), tokenCommand(), demoCommand(), demoBackendCommand(), benchCommand())
	for _, c := range append(all(root), root) {
		if check := c.Args; check != nil {
			c.Args = func(cmd *cobra.Command, args []string) error { return usage(cmd, check(cmd, args)) }
		}
		c.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err) })
		if !c.Runnable() {
			c.Args, c.RunE = cobra.ArbitraryArgs, func(cmd *cobra.Command, args []string) error {
				if len(args) == 0 {
					return cmd.Help()
				}
				hint := ""
				if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
					hint = "; did you mean " + strings.Join(like, " or ") + "?"
				}
				return usage(cmd, fmt.Errorf("there is no command %q%s", args[0], hint))
			}
		}
	}
	return root
}

// all returns the commands below c.
func all(c *cobra.Command) []*cobra.Command {
	var list []*cobra.Command
	for _, sub := range c.Commands() {
		list = append(append(list, sub), all(sub)...)
	}
	return list
}

func usage(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return &usageError{cmd.CommandPath(), err}
}

func setLog(cmd *cobra.Command) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cmd.Flag("log").Value.String())); err != nil {
		level = slog.LevelWarn
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: level})))
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}

// printJSON prints v as one indented object.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
