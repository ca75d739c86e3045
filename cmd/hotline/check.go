package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hotline/asr"
	"hotline/asr/models"
	"hotline/tts"
)

func checkCommand() *cobra.Command {
	var file, data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is missing to serve, and how to get it",
		Long: `Check reads the configuration and the bots, tries the voices, looks for the
models and for free ports, and says of each what is wrong and what to do.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings := check(cmd.Context(), file, data)
			bad := 0
			for _, f := range findings {
				if f.Problem != "" {
					bad++
				}
			}
			if asJSON {
				if err := printJSON(cmd.OutOrStdout(), findings); err != nil {
					return err
				}
			} else {
				for _, f := range findings {
					if f.Problem == "" {
						fmt.Fprintf(cmd.OutOrStdout(), "ok    %s\n", f.What)
					} else {
						fmt.Fprintf(cmd.OutOrStdout(), "FAIL  %s\n      %s\n", f.What, f.Problem)
					}
				}
			}
			if bad > 0 {
				return fmt.Errorf("%d of %d checks failed", bad, len(findings))
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&file, "config", "c", "", "configuration file")
	cmd.Flags().StringVar(&data, "data", "", "data folder")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// finding is one thing that was checked.
type finding struct {
	What    string `json:"what"`
	Problem string `json:"problem,omitempty"` // empty: it is well
}

func check(ctx context.Context, file, data string) []finding {
	var out []finding
	note := func(what string, err error) {
		f := finding{What: what}
		if err != nil {
			f.Problem = err.Error()
		}
		out = append(out, f)
	}
	name := file
	if name == "" {
		name = "built in"
	}
	c, err := loadConfig(file)
	if note("configuration: "+name, err); err != nil {
		return out
	}
	if data != "" {
		c.Data = data
	}
	note("data folder: "+c.Data, writable(c.Data))

	for _, n := range []string{models.Runtime, "silero-vad"} {
		note("model: "+n, models.Check(modelsDir(c.Data), n))
	}
	ears, err := openEars(c, asr.SegmentConfig{})
	note("recogniser: "+c.ASR.Engine, err)
	if err == nil {
		ears.Close()
	}
	if voice, err := openVoice(c, discard); err != nil {
		note("voice", err)
	} else {
		for _, e := range voice.engines {
			note("voice: "+tts.Name(e), tts.Check(ctx, e))
		}
	}
	checkBots(c, note)
	if c.Calls.Music != "" {
		_, err := openMusic(c)
		note("hold music: "+c.Calls.Music, err)
	}

	for _, l := range c.SIP.Listen {
		u, err := url.Parse(l)
		if err == nil {
			err = bindable(u.Scheme, u.Host)
		}
		note("SIP port: "+l, err)
	}
	ln, err := c.HTTP.door().Listen(ctx)
	if err == nil {
		ln.Close()
	}
	note("HTTP port: "+c.HTTP.Listen, err)
	lo, hi, err := c.SIP.RTP.portRange()
	if pairs := (hi - lo + 1) / 2; err == nil && pairs < 2*c.Calls.Max {
		err = fmt.Errorf("%d ports for %d calls with an agent each: widen sip.rtp.ports to %d ports", hi-lo+1, c.Calls.Max, 4*c.Calls.Max)
	}
	note("media ports: "+c.SIP.RTP.Ports, err)
	return out
}

func bindable(network, addr string) error {
	if network == "udp" {
		conn, err := net.ListenPacket("udp", addr)
		if err == nil {
			conn.Close()
		}
		return err
	}
	ln, err := net.Listen("tcp", addr)
	if err == nil {
		ln.Close()
	}
	return err
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".check-*")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(filepath.Join(dir, filepath.Base(f.Name())))
}
