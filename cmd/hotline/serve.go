package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"hotline"
	"hotline/acd"
	"hotline/asr"
	"hotline/auth"
	"hotline/call"
	"hotline/call/turn"
	"hotline/dialog/bot"
	"hotline/journal"
	"hotline/media"
	"hotline/media/prompt"
	"hotline/media/record"
	"hotline/media/rtp"
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

// serving says where a server listens.
type serving struct {
	PID  int      `json:"pid"`
	SIP  []string `json:"sip"`
	HTTP string   `json:"http"`

	first hotline.Link // for the first administrator, if there is none
	base  string       // the address that people use
}

// server is the program's parts, joined.
type server struct {
	cfg      Config
	log      *slog.Logger
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

	db, err := sqlite.Open(life, filepath.Join(c.Data, "hotline.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	if s.journal, err = journal.Open(life, db, journal.Config{Log: s.log}); err != nil {
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
	crawls, err := newCrawler(c, know, anybody.Bot, s.log)
	if err != nil {
		return err
	}
	s.metrics.Register(crawls)
	s.chats = newChats(s.bots.begin, s.journal, c.Numbers, s.leaving.Load)
	s.api = web.New(web.Config{Feed: s.journal, Calls: s.journal, Control: switchboard{&s.calls, s.chats, c, s.desk.Address}, Agents: s.desk, Chat: s.chats,
		Remarks: s.journal, Presence: s.desk, Promises: s.promises, Pulse: pulse, Reports: db, KB: &kbDesk{know, anybody.Bot, crawls}, Dispositions: c.Desk.dispositions(), Bots: s.bots,
		ServiceLevel: web.ServiceLevel{Within: time.Duration(c.Desk.ServiceLevel.Within), Goal: c.Desk.ServiceLevel.Goal}, LongWait: time.Duration(c.Desk.LongWait),
		Auth: s.people, Door: c.HTTP.door(), Whip: http.HandlerFunc(s.whip), Data: c.Data, Ready: s.ready, Metrics: s.metrics, Embed: c.HTTP.Embed, Log: s.log})

	stopped := errors.New("stopped")
	g, gctx := errgroup.WithContext(life)
	g.Go(func() error {
		return s.sip.Serve(gctx, func(ctx context.Context, leg *sip.Leg) { s.accept(ctx, store.NewCallID(time.Now()), leg) })
	})
	g.Go(func() error { return s.rtc.Serve(gctx, s.acceptBrowser) })
	g.Go(func() error { return s.api.Serve(gctx, ln, 5*time.Second) })
	g.Go(func() error { return s.observe(gctx) })
	g.Go(func() error { s.chats.run(gctx); return nil })
	g.Go(func() error { s.callBack(ctx, gctx); return nil })
	g.Go(func() error { return s.index(gctx, db) })
	g.Go(func() error { return crawls.run(gctx) })
	g.Go(func() error { s.bots.watch(gctx); return nil })
	g.Go(func() error { s.people.Watch(gctx); return nil })
	g.Go(func() error { s.voice.warm(gctx, s.bots.prompts()); return nil })
	g.Go(func() error {
		at := serving{PID: os.Getpid(), SIP: s.sip.Addrs(), HTTP: c.HTTP.local(ln.Addr().String()), first: first, base: base}
		if err := writeServing(c.Data, at); err != nil {
			return err
		}
		defer os.Remove(filepath.Join(c.Data, "serving.json"))
		up(at)
		select {
		case <-ctx.Done():
		case <-gctx.Done():
			return nil
		}
		s.leaving.Store(true)
		s.sip.Drain()
		s.rtc.Drain()
		if left := s.calls.wait(time.Duration(c.Calls.Drain)); left > 0 {
			s.log.Warn("calls were ended by the shutdown", "calls", left)
		}
		return stopped // ends the rest: callers who are left are told
	})
	if err := g.Wait(); !errors.Is(err, stopped) {
		return err
	}
	return nil
}

// accept is a call's life: it returns when the call is over.
func (s *server) accept(ctx context.Context, id hotline.CallID, leg call.Leg) {
	s.converse(ctx, id, leg, leg.Info().To, leg.Info().From, nil)
}

// converse is the life of a call with a customer who dialled us, or whom we call
// back; then dialled is what they dialled before.
func (s *server) converse(ctx context.Context, id hotline.CallID, leg call.Leg, dialled, customer string, back *call.Return) {
	number, _ := s.cfg.number(dialled)
	b := s.bots.Get(number.Bot)
	asks := s.asks(leg.Info(), b.Languages())
	if back != nil && slices.Contains(b.Languages(), back.Brief.Language) {
		asks = back.Brief.Language
	}
	path := store.RecordingPath(id)
	log := s.log.With("call", id)
	sess := &call.Session{
		Machine: call.Machine{Call: id, Rules: turn.Default, Language: cmp.Or(asks, b.Languages()[0]), Skill: b.Skill(), Limits: call.Limits{
			Call: time.Duration(s.cfg.Calls.Length), Queue: time.Duration(s.cfg.Calls.QueueWait), Lost: time.Duration(s.cfg.Calls.Lost),
			Reload: time.Duration(s.cfg.Calls.Reload)}},
		Caller: leg, Bot: number.Bot, ASR: s.ears.engine, Hear: hear(b), TTS: s.voice.engine,
		Dialog: b.NewConversation(bot.ConversationOptions{Call: id, From: customer, Language: asks}),
		Desk:   s.desk,
		Dialer: staff{s.phones(), s.rtc, s.desk.Connected},
		Events: s.journal, Live: s.journal, Prompt: recorded(b), VAD: s.ears.detector, Log: s.log,
		Music: func() media.Source { return s.music.Play() },
	}
	sess.Earlier, sess.Segment = s.earlier(ctx, customer)
	sess.Return = back
	_, sess.MayKeep = s.cfg.outside(customer)
	if number.Ring > 0 && back == nil {
		sess.Caller = ringing{leg, time.Duration(number.Ring)}
	}
	file := recordingFile(s.cfg.Data, path)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		log.Error("recording", "err", err)
	}
	tape, err := record.Create(file)
	if err != nil {
		log.Error("recording", "err", err) // the call goes on without
	} else {
		sess.Tape, sess.Recording = tape, path
	}
	s.calls.run(ctx, sess)
	if tape != nil && tape.Position() == 0 { // never answered
		_ = os.Remove(file)
	}
}

// refused journals an INVITE, or a browser's offer, that did not become a call.
func (s *server) refused(r sip.Refusal) {
	id := store.NewCallID(time.Now())
	s.journal.Append(hotline.Event{Call: id, Body: hotline.CallStarted{Direction: "in", From: r.From, To: r.To, Remote: r.Remote}})
	s.journal.Append(hotline.Event{Call: id, Body: hotline.CallEnded{
		Outcome: hotline.Outcome{Result: hotline.Refused, Reason: r.Reason}, Code: r.Code}})
}

// observe tells the metrics and the desk what happens in calls.
func (s *server) observe(ctx context.Context) error {
	since := s.journal.Head()
	for ctx.Err() == nil {
		for ev, err := range s.journal.Follow(ctx, "", since) {
			if err != nil {
				s.log.Error("observing the journal", "err", err)
				break
			}
			since = ev.Seq
			s.metrics.Observe(ev)
			s.desk.Observe(ev)
			s.api.Observe(ev)
		}
		select { // the store failed: again from where we were
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
	return nil
}

// index makes what calls are counted and found by from their events.
func (s *server) index(ctx context.Context, db *sqlite.DB) error {
	for ctx.Err() == nil {
		if err := s.journal.ConsumePages(ctx, sqlite.IndexName, func(page []hotline.Event) (uint64, error) { return db.Index(ctx, page) }); err != nil && ctx.Err() == nil {
			s.log.Error("indexing calls", "err", err)
		}
		select { // the store failed: again from where we were
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
	return nil
}

func (s *server) ready() error {
	if s.leaving.Load() {
		return &hotline.Error{Op: "ready", Code: hotline.EUnavailable, Message: "shutting down"}
	}
	return s.journal.Ready()
}

func (s *server) sipConfig() sip.Config {
	c := s.cfg.SIP
	lo, hi, _ := c.RTP.portRange() // validated
	conf := sip.Config{
		Listen: c.Listen, Ports: rtp.NewPorts(lo, hi, portQuarantine), Advertise: c.RTP.Advertise, Max: s.cfg.Calls.Max,
		MediaTimeout: time.Duration(c.RTP.Timeout), Refused: s.refused, Request: s.metrics.SIPRequest, Log: s.log,
		Route: func(to string) bool { _, ok := s.cfg.number(to); return ok },
	}
	for _, t := range c.Trunks {
		conf.Trunks = append(conf.Trunks, sip.Trunk{Name: t.Name, Allow: t.Allow, Address: t.Address, Username: t.Username,
			Password: os.Getenv(t.PasswordEnv)})
	}
	return conf
}

// portQuarantine keeps a media port unused after a call, so that late packets
// of one call are not heard in the next.
const portQuarantine = 5 * time.Second

func openMusic(c Config) (*prompt.Music, error) {
	if c.Calls.Music == "" {
		return prompt.HoldMusic(), nil
	}
	return prompt.LoadMusic(c.Calls.Music)
}

// number is the entry for a dialled number: the exact one, or "*".
func (c Config) number(to string) (NumberConfig, bool) {
	var any NumberConfig
	for _, n := range c.Numbers {
		switch n.Dial {
		case to:
			return n, true
		case "*":
			any = n
		}
	}
	return any, any.Dial != ""
}

func (c Config) agents() []hotline.Agent {
	var list []hotline.Agent
	for _, a := range c.Agents {
		list = append(list, hotline.Agent{ID: a.ID, Name: a.Name, Skills: a.Skills, Address: a.Address})
	}
	return list
}

// lock makes sure that one server uses the data folder.
func lock(file string) (unlock func(), err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another hotline uses the folder %s; give --data another one", filepath.Dir(file))
	}
	return func() { f.Close() }, nil
}

func writeServing(data string, at serving) error {
	b, err := json.MarshalIndent(at, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(data, "serving.json")
	if err := os.WriteFile(file+".new", append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// defaultURI is the server that runs on this data folder.
func defaultURI(data string) (string, error) {
	b, err := os.ReadFile(filepath.Join(data, "serving.json"))
	var at serving
	if err == nil {
		err = json.Unmarshal(b, &at)
	}
	if err != nil || len(at.SIP) == 0 {
		return "", errors.New("no server runs on the data folder: start `hotline serve`, or give a SIP URI")
	}
	network, addr, _ := strings.Cut(at.SIP[0], "://")
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return "", err
	}
	return "sip:shop@" + addr + ";transport=" + network, nil
}
