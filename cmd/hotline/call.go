package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hotline/phone"
)

// steps is a flag that adds to the script, in the order of the command line.
type steps struct {
	script *phone.Script
	make   func(string) (phone.Script, error)
	kind   string
}

func (s steps) String() string { return "" }
func (s steps) Type() string   { return s.kind }
func (s steps) Set(v string) error {
	more, err := s.make(v)
	*s.script = append(*s.script, more...)
	return err
}

func callCommand() *cobra.Command {
	var (
		script        phone.Script
		opt           phone.Options
		data, lang    string
		count         int
		rate          float64
		asJSON, quiet bool
		raw           bool
	)
	cmd := &cobra.Command{
		Use:   "call [SIP-URI]",
		Short: "A phone: dial, speak, listen, and measure what a caller feels",
		Long: `Call dials a SIP URI; without one, the server that runs on this data folder. It
waits for the bot to finish, then does what --say, --play, --keys, --interrupt,
--tone and --pause ask, in the order given, each after the far end has finished,
and hangs up.

Times are measured at the wire: from the last packet with voice in it that was
sent to the first that came back. With --count it makes many calls and prints
percentiles; a call in which no voice comes back fails.`,
		Example: `  hotline call --say "Where is my order?" --say "four five seven one"
  hotline call sip:shop@127.0.0.1:5060 --keys 4571# --record call.wav
  hotline call --count 100 --rate 20 --say "What are your opening hours?" --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			uri, err := "", error(nil)
			if len(args) == 1 {
				uri = args[0]
				if !strings.HasPrefix(uri, "sip:") && !strings.HasPrefix(uri, "tel:") {
					return usage(cmd, fmt.Errorf("%q is no SIP URI: expected sip:user@host:port", uri))
				}
			} else if uri, err = defaultURI(data); err != nil {
				return err
			}
			if count < 1 || rate < 0 {
				return usage(cmd, errors.New("--count is at least 1 and --rate is not negative"))
			}
			if !raw {
				script = phone.Conversation(script...)
			}
			c := defaults()
			c.Data = data
			voice, err := openVoice(c, slog.Default())
			if err != nil {
				return err
			}
			conf := phone.Config{Listen: phone.ListenFor(uri), Speech: voice.engine, Log: slog.Default()}
			conf.Voice.Language = lang
			out := cmd.OutOrStdout()
			if count > 1 {
				conf.Listen = "" // each phone has its own
				return load(cmd, phone.LoadConfig{URI: uri, Count: count, Rate: rate, Scripts: []phone.Script{script}, Phone: conf, Options: opt}, asJSON)
			}
			p, err := phone.New(cmd.Context(), conf)
			if err != nil {
				return err
			}
			defer p.Close()
			if !asJSON && !quiet {
				opt.Observe = phone.Live(out)
			}
			report, err := p.Call(cmd.Context(), uri, script, opt)
			if asJSON {
				err = errors.Join(printJSON(out, report), err)
			} else {
				err = errors.Join(report.WriteText(out), err)
			}
			return err
		},
	}
	f := cmd.Flags()
	add := func(name, kind, help string, make func(string) (phone.Script, error)) {
		f.Var(steps{&script, make, kind}, name, help)
	}
	add("say", "text", "say this", func(v string) (phone.Script, error) { return phone.Script{phone.Say{Text: v}}, nil })
	add("interrupt", "text", "say this a second and a half into what the far end says next", func(v string) (phone.Script, error) {
		return phone.Script{phone.Interrupt{After: 1500 * time.Millisecond, What: phone.Say{Text: v}}}, nil
	})
	add("play", "file", "play this WAV or MP3 file", func(v string) (phone.Script, error) { return phone.Script{phone.Play{Path: v}}, nil })
	add("keys", "keys", "press these keys: 0-9 * #", func(v string) (phone.Script, error) { return phone.Script{phone.Keys{Keys: v}}, nil })
	add("pause", "time", "wait", func(v string) (phone.Script, error) {
		d, err := time.ParseDuration(v)
		return phone.Script{phone.Pause{For: d}}, err
	})
	add("hold", "time", "put the far end on hold for so long", func(v string) (phone.Script, error) {
		d, err := time.ParseDuration(v)
		return phone.Script{phone.Hold{For: d}}, err
	})
	f.BoolVar(&raw, "script", false, "do the steps as they stand, without waiting for the far end between them")
	f.StringVar(&opt.Record, "record", "", "record both directions into this WAV file, ours left")
	f.StringVar(&opt.From, "from", "", "our number")
	f.StringVar(&lang, "lang", "en", "language of what is said: en, zh")
	f.StringVar(&data, "data", defaults().Data, "data folder of the server, and of the voice's cache")
	f.IntVar(&count, "count", 1, "how many calls")
	f.Float64Var(&rate, "rate", 1, "calls begun a second, with --count; 0 is all at once")
	f.BoolVar(&asJSON, "json", false, "print the report as JSON")
	f.BoolVar(&quiet, "quiet", false, "print the report only")
	return cmd
}

// load makes many calls, with progress on a terminal.
func load(cmd *cobra.Command, c phone.LoadConfig, asJSON bool) error {
	if live, ok := cmd.ErrOrStderr().(*os.File); ok && term.IsTerminal(int(live.Fd())) {
		c.Progress = func(done, failed, active int) {
			fmt.Fprintf(live, "\r\033[K%d of %d calls done, %d failed, %d active", done, c.Count, failed, active)
		}
		defer fmt.Fprint(live, "\r\033[K")
	}
	report, err := phone.Load(cmd.Context(), c)
	if err != nil {
		return err
	}
	var printed error
	if out := cmd.OutOrStdout(); asJSON {
		printed = printJSON(out, report)
	} else {
		printed = report.WriteText(io.Writer(out))
	}
	if printed == nil && report.Failed > 0 {
		return fmt.Errorf("%d of %d calls failed", report.Failed, report.Calls)
	}
	return printed
}
