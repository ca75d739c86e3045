package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"hotline"
	"hotline/acd"
	"hotline/asr"
	"hotline/auth"
	"hotline/journal"
	"hotline/media/prompt"
	"hotline/rtc"
	"hotline/sip"
	"hotline/store"
	"hotline/store/sqlite"
	"hotline/web"
)

func serveCommand() *cobra.Command {
	var file, data, sipAddr, httpAddr string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server; with no configuration, the demonstration company on this machine",
		Long: `Serve answers calls over SIP and serves the HTTP API, until it is interrupted.
Then it refuses new calls and lets those there are finish; a second interrupt
ends it at once.

Where it listens stands in serving.json in the data folder while it runs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			if data != "" {
				c.Data = data
			}
			if sipAddr != "" {
				c.SIP.Listen = []string{"udp://" + sipAddr, "tcp://" + sipAddr}
			}
			if httpAddr != "" {
				c.HTTP.Listen = httpAddr
			}
			if err := c.validate(); err != nil {
				return err
			}
			return serve(cmd.Context(), c, func(at serving) {
				out := cmd.OutOrStdout()
				for _, a := range at.SIP {
					fmt.Fprintf(out, "sip   %s\n", a)
				}
				fmt.Fprintf(out, "http  %s\n", at.HTTP)
				if at.first.Secret != "" {
					fmt.Fprintf(out, "\nThere is no administrator yet. This link makes you one; it works once, until %s:\n\n  %s/setup#%s\n",
						at.first.Ends.Local().Format("2006-01-02 15:04"), at.base, at.first.Secret)
				}
			})
		},
	}
	cmd.Flags().StringVarP(&file, "config", "c", "", "configuration file (YAML)")
	cmd.Flags().StringVar(&data, "data", "", "data folder: database, recordings, models")
	cmd.Flags().StringVar(&sipAddr, "sip", "", "listen for SIP here, over UDP and TCP: host:port")
	cmd.Flags().StringVar(&httpAddr, "http", "", "listen for HTTP here: host:port")
	return cmd
}

// server is the program's parts, joined.
type server struct {
	cfg      Config
	log      *slog.Logger
	db       *sqlite.DB
	bots     *bots
	ears     *ears
	voice    *voice
	music    *prompt.Music
	journal  *journal.Journal
	people   *auth.Directory
	desk     *acd.Desk
	promises *promises
	sip      *sip.Server
	rtc      *rtc.Server
	metrics  *web.Metrics
	api      *web.Server
	crawls   *crawler
	calls    calls
	chats    *chats
	leaving  atomic.Bool // no new call is taken
}

// serve runs the server until ctx ends and every call with it, at the latest
// after the drain time. up is told once it takes calls.
func serve(ctx context.Context, c Config, up func(serving)) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(c.Data, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	if os.Getenv("GOGC") == "" {
		// The buffers of calls live as long as the calls: there is little garbage, and
		// room for as much again would only be kept empty.
		debug.SetGCPercent(40)
	}
	s := &server{cfg: c, log: slog.Default()}
	// What is opened here outlives ctx: a shutdown still journals and plays.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()

	if s.db, err = sqlite.Open(life, filepath.Join(c.Data, "hotline.db")); err != nil {
		return err
	}
	defer s.db.Close()
	if s.journal, err = journal.Open(life, s.db, journal.Config{Log: s.log}); err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(life, 10*time.Second)
		defer cancel()
		if err := s.journal.Close(closing); err != nil {
			s.log.Error("closing the journal", "err", err)
		}
	}()
	ln, err := c.HTTP.door().Listen(life)
	if err != nil {
		return err
	}
	defer ln.Close()
	base := c.HTTP.base(ln.Addr().String())
	if s.people, err = auth.Open(life, c.usersFile(), c.directory(base)); err != nil {
		return err
	}
	defer s.people.Close()
	first, _, err := s.people.FirstLink(life)
	if err != nil {
		return err
	}
	pulse := &web.Pulse{}
	desk := c.Desk.acd()
	desk.Agents, desk.Changed = c.agents(), pulse.Beat
	if s.desk, err = acd.New(desk); err != nil {
		return err
	}
	defer s.desk.Close()
	s.promises = &promises{desk: s.desk, journal: s.journal, may: c.mayDial}
	for _, a := range c.Agents {
		if a.Address == "" { // there when their browser is
			if _, err := s.desk.SetState(a.ID, hotline.AgentOffline); err != nil {
				return err
			}
		}
	}
	know, err := openKnowledge(life, c)
	if err != nil {
		return err
	}
	defer know.close()
	if s.bots, err = openBots(c, know, s.log); err != nil {
		return err
	}
	if s.ears, err = openEars(c, asr.SegmentConfig{}); err != nil {
		return err
	}
	defer s.ears.Close()
	if s.voice, err = openVoice(c, s.log); err != nil {
		return err
	}
	if s.music, err = openMusic(c); err != nil {
		return err
	}
	s.metrics = web.NewMetrics(web.Gauges{Live: s.journal.Live, Agents: s.desk.Agents, Queues: s.desk.Queues,
		ASR: s.ears.queued, Journal: func() int { return s.journal.Stats().Waiting }})
	s.ears.took = s.metrics.ASR

	if s.sip, err = sip.Listen(s.sipConfig()); err != nil {
		return err
	}
	if s.rtc, err = s.openBrowsers(); err != nil {
		return err
	}
	defer s.rtc.Close()
	anybody, _ := c.number("*")
	if s.crawls, err = newCrawler(c, know, anybody.Bot, s.log); err != nil {
		return err
	}
	s.metrics.Register(s.crawls)
	s.chats = newChats(c, s.bots.begin, s.journal, s.leaving.Load)
	s.api = web.New(web.Config{Feed: s.journal, Calls: s.journal, Control: switchboard{&s.calls, s.chats, c, s.desk.Address}, Agents: s.desk, Chat: s.chats,
		Remarks: s.journal, Presence: s.desk, Promises: s.promises, Pulse: pulse, Reports: s.db, KB: &kbDesk{know, anybody.Bot, s.crawls}, Dispositions: c.Desk.dispositions(), Bots: s.bots,
		ServiceLevel: web.ServiceLevel{Within: time.Duration(c.Desk.ServiceLevel.Within), Goal: c.Desk.ServiceLevel.Goal}, LongWait: time.Duration(c.Desk.LongWait),
		Auth: s.people, Door: c.HTTP.door(), Whip: http.HandlerFunc(s.whip), Data: c.Data, Ready: s.ready, Metrics: s.metrics, Embed: c.HTTP.Embed, Log: s.log})

	return s.run(ctx, life, ln, func() error {
		at := serving{PID: os.Getpid(), SIP: s.sip.Addrs(), HTTP: c.HTTP.local(ln.Addr().String()), first: first, base: base}
		if err := writeServing(c.Data, at); err != nil {
			return err
		}
		up(at)
		return nil
	})
}

// run takes calls until ctx ends, and goes on in life until they are over. up is
// called when it takes calls.
func (s *server) run(ctx, life context.Context, ln net.Listener, up func() error) error {
	stopped := errors.New("stopped")
	g, gctx := errgroup.WithContext(life)
	also := func(f func(context.Context)) { g.Go(func() error { f(gctx); return nil }) }
	g.Go(func() error {
		return s.sip.Serve(gctx, func(ctx context.Context, leg *sip.Leg) { s.accept(ctx, store.NewCallID(time.Now()), leg) })
	})
	g.Go(func() error { return s.rtc.Serve(gctx, s.acceptBrowser) })
	g.Go(func() error { return s.api.Serve(gctx, ln, 5*time.Second) })
	g.Go(func() error { return s.crawls.run(gctx) })
	also(s.observe)
	also(s.index)
	also(s.chats.run)
	also(s.bots.watch)
	also(s.people.Watch)
	also(func(life context.Context) { s.callBack(ctx, life) })
	also(func(ctx context.Context) { s.voice.warm(ctx, s.bots.prompts()) })
	g.Go(func() error {
		defer os.Remove(filepath.Join(s.cfg.Data, servingFile))
		if err := up(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-gctx.Done():
			return nil
		}
		s.leaving.Store(true)
		s.sip.Drain()
		s.rtc.Drain()
		if left := s.calls.wait(time.Duration(s.cfg.Calls.Drain)); left > 0 {
			s.log.Warn("calls were ended by the shutdown", "calls", left)
		}
		return stopped // ends the rest: callers who are left are told
	})
	if err := g.Wait(); !errors.Is(err, stopped) {
		return err
	}
	return nil
}

func (s *server) ready() error {
	if s.leaving.Load() {
		return &hotline.Error{Op: "ready", Code: hotline.EUnavailable, Message: "shutting down"}
	}
	return s.journal.Ready()
}
