package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hotline"
	"hotline/phone"
)

func demoCommand() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "One whole call, end to end: a caller's voice, the bot, an agent's phone",
		Long: `Demo starts a server on free loopback ports and makes one real call over SIP and
RTP. A caller asks about an order, interrupts the bot in mid-sentence, gets the
answer, becomes angry, and is bridged to an agent's phone. It prints what
happens as it happens, and exits 0 only if it has seen every part of it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), 2*time.Minute)
			defer cancel()
			d := &demo{out: cmd.OutOrStdout(), data: data}
			return d.run(ctx)
		},
	}
	cmd.Flags().StringVar(&data, "data", defaults().Data, "data folder: models, voices; the call goes into its folder demo")
	return cmd
}

// The tones by which the two prove that they hear each other, in Hz.
const (
	callerTone = 600
	agentTone  = 900
)

// demo is one demonstration: a server of its own, two phones, and what was seen.
type demo struct {
	out    io.Writer
	data   string
	dir    string // of this demonstration
	server *child

	seen []hotline.Event
}

func (d *demo) say(format string, a ...any) { fmt.Fprintf(d.out, format+"\n", a...) }

func (d *demo) run(ctx context.Context) (err error) {
	d.dir = filepath.Join(d.data, "demo", time.Now().Format("20060102-150405"))
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	c := defaults()
	c.Data = d.data
	voice, err := openVoice(c, slog.Default())
	if err != nil {
		return err
	}
	// The agent picks up, hears who is coming, then sends a tone to the caller.
	reports := make(chan *phone.Report, 1)
	agent, err := phone.New(ctx, phone.Config{Name: "agent-1", Speech: voice.engine, Answer: &phone.Answer{
		After: 500 * time.Millisecond,
		Script: phone.Script{phone.Speech{}, phone.Quiet{},
			phone.Say{Text: "Hello, this is Anna. I see that your order is late. I am sorry about that."},
			phone.Tone{Hz: agentTone}, phone.ExpectTone{Hz: callerTone}, phone.Listen{}},
		Options: phone.Options{Record: filepath.Join(d.dir, "agent.wav")},
		Done: func(r *phone.Report) {
			select {
			case reports <- r:
			default:
			}
		},
	}})
	if err != nil {
		return err
	}
	defer agent.Close()
	d.say("A caller, the bot and an agent: three SIP user agents on this machine.\n")
	d.server, err = startChild(ctx, d.data, d.dir, map[string]any{"agents": []any{map[string]any{
		"id": "agent-1", "name": "Anna", "skills": []string{"service", "care", "billing", "technical", "sales", "en", "zh"}, "address": agent.URI()}}})
	if err != nil {
		return err
	}
	defer d.server.stop()
	caller, err := phone.New(ctx, phone.Config{Name: "+4930123456", Speech: voice.engine})
	if err != nil {
		return err
	}
	defer caller.Close()

	fctx, unfollow := context.WithCancel(ctx)
	defer unfollow()
	followed := make(chan error, 1)
	go func() { followed <- d.follow(fctx) }()

	script := phone.Script{
		phone.Speech{}, phone.Quiet{},
		phone.Say{Text: "Hello, where is my order?"},
		phone.Interrupt{After: 900 * time.Millisecond, What: phone.Say{Text: "It is four, five, seven, one."}},
		phone.Speech{}, phone.Quiet{},
		phone.Say{Text: "This is ridiculous! I have been waiting for weeks, and nobody helps me. I am really angry!"},
		phone.ExpectTone{Hz: agentTone, Within: 40 * time.Second}, // the bot apologises, music plays, Anna says hello
		phone.Tone{Hz: callerTone, For: 2 * time.Second},
		phone.Hangup{},
	}
	callerReport, callErr := caller.Call(ctx, d.server.uri("shop"), script, phone.Options{Record: filepath.Join(d.dir, "caller.wav")})
	var agentReport *phone.Report
	select {
	case agentReport = <-reports:
	case <-time.After(10 * time.Second):
	}
	select {
	case err := <-followed:
		callErr = errors.Join(callErr, err)
	case <-time.After(10 * time.Second):
		callErr = errors.Join(callErr, errors.New("the call did not end in the journal"))
	}
	return d.verdict(callerReport, agentReport, callErr)
}

// follow prints the events of the call as they come, to its end.
func (d *demo) follow(ctx context.Context) error {
	events, err := d.server.events(ctx, 0)
	if err != nil {
		return err
	}
	for e := range events {
		d.seen = append(d.seen, e)
		d.print(e)
		if _, over := e.Body.(hotline.CallEnded); over {
			return nil
		}
	}
	return errors.New("the server closed the feed")
}

// print prints what an event means to people: who said what when, what was made
// of it, and how long the answer took.
func (d *demo) print(e hotline.Event) {
	at := fmt.Sprintf("%6.2f s", e.Media.Duration().Seconds())
	switch b := e.Body.(type) {
	case hotline.CallStarted:
		d.say("%s  call      %s dials %s", at, b.From, b.To)
	case hotline.CallAnswered:
		d.say("%s  call      answered, %s", at, b.Codec)
	case hotline.Heard:
		note := b.Emotion.Name
		if b.Intent != "" {
			note = fmt.Sprintf("%s %.2f, %s", b.Intent, b.IntentProb, note)
		}
		if len(b.Slots) > 0 {
			note += fmt.Sprintf(", %v", b.Slots)
		}
		d.say("%6.2f s  %-8s  %q  [%s]", b.Start.Duration().Seconds(), b.Who, b.Text, note)
	case hotline.Said:
		note := ""
		if b.Cut {
			note = fmt.Sprintf("  (interrupted after %.1f s)", b.Heard.Duration().Seconds())
		}
		who := "bot"
		if b.To != "caller" {
			who = "whisper"
		}
		d.say("%6.2f s  %-8s  %q%s", b.Start.Duration().Seconds(), who, b.Text, note)
	case hotline.Turn:
		d.say("%s            answered in %d ms: end of turn %d, recogniser %d, dialog %d, voice %d", at, b.Total, b.Endpoint, b.ASR, b.Dialog, b.TTS)
	case hotline.ActionDone:
		d.say("%s  action    %s %v -> %v", at, b.Action, b.Args, b.Result)
	case hotline.Queued:
		d.say("%s  queue     %s: %s", at, b.Skill, b.Reason)
	case hotline.Popped:
		d.say("%s  screen pop for %s:", at, b.Agent)
		d.pop(b.Brief)
	case hotline.Offered:
		d.say("%s  ringing   %s", at, b.Agent)
	case hotline.AgentJoined:
		d.say("%s  joined    %s", at, b.Agent)
	case hotline.AgentLeft:
		d.say("%s  left      %s: %s", at, b.Agent, b.Reason)
	case hotline.EngineFailed:
		d.say("%s  failed    %s: %s; now %s", at, b.Engine, b.Error, b.Now)
	case hotline.CallEnded:
		d.say("%s  call      %s, %s", at, b.Result, b.Reason)
	}
}

// pop prints the screen pop in a box.
func (d *demo) pop(b hotline.Brief) {
	line := func(name, format string, a ...any) { d.say("            | %-8s %s", name, fmt.Sprintf(format, a...)) }
	line("caller", "%s, speaks %s", b.From, b.Language)
	line("why", "%s", b.Reason)
	line("feels", "%s %.2f (%s)", b.Emotion.Name, b.Emotion.Score, strings.Join(b.Emotion.Why, ", "))
	line("wants", "%s, order %s", b.Intent, b.Slots["order"])
	for _, t := range b.Tried {
		line("tried", "%s", t)
	}
	for _, t := range b.Suggest {
		line("say", "%s", t)
	}
	for _, l := range b.Said {
		line("", "%6.2f s %-6s %s", l.Start.Duration().Seconds(), l.Who, l.Text)
	}
}

// verdict checks that every part was seen, and says where the evidence lies.
func (d *demo) verdict(caller, agent *phone.Report, err error) error {
	var failed []error
	check := func(ok bool, format string, a ...any) {
		mark := "yes"
		if !ok {
			mark = "NO "
			failed = append(failed, fmt.Errorf(format, a...))
		}
		d.say("  %s  %s", mark, fmt.Sprintf(format, a...))
	}
	place := func(match func(hotline.Event) bool) int { // the place of the first such event, -1 if there is none
		for i, e := range d.seen {
			if match(e) {
				return i
			}
		}
		return -1
	}
	understood := place(func(e hotline.Event) bool { b, ok := e.Body.(hotline.Heard); return ok && b.Intent == "order_status" })
	cut := place(func(e hotline.Event) bool { b, ok := e.Body.(hotline.Said); return ok && b.Cut && b.Heard > 0 })
	answer := place(func(e hotline.Event) bool {
		b, ok := e.Body.(hotline.ActionDone)
		return ok && b.Error == "" && len(b.Result) > 0
	})
	angry := place(func(e hotline.Event) bool {
		b, ok := e.Body.(hotline.Heard)
		return ok && b.Who == "caller" && b.Emotion.Name == "angry"
	})
	popped := place(func(e hotline.Event) bool { return e.Kind == hotline.Popped{}.Kind() })
	offered := place(func(e hotline.Event) bool { return e.Kind == hotline.Offered{}.Kind() })
	joined := place(func(e hotline.Event) bool { return e.Kind == hotline.AgentJoined{}.Kind() })
	ended := place(func(e hotline.Event) bool {
		b, ok := e.Body.(hotline.CallEnded)
		return ok && b.Result == hotline.Completed
	})

	d.say("\nSeen:")
	check(understood >= 0, "the bot understood that it is about an order")
	check(cut >= 0, "the bot stopped talking when it was interrupted")
	check(answer >= 0, "the order was looked up")
	check(answer >= 0 && angry > answer, "the caller got the answer, and then became angry")
	check(popped >= 0 && popped < offered, "the screen pop came before the agent's phone rang")
	check(joined > offered && offered >= 0, "the agent was bridged")
	check(caller != nil && caller.Saw(phone.ToneHeard), "the caller heard the agent's tone of %d Hz", agentTone)
	check(agent != nil && agent.Saw(phone.ToneHeard), "the agent heard the caller's tone of %d Hz", callerTone)
	check(ended >= 0, "the call is in the journal to its end")
	recording := ""
	for _, e := range d.seen {
		if b, ok := e.Body.(hotline.CallAnswered); ok {
			recording = recordingFile(d.dir, b.Recording)
		}
	}
	st, statErr := os.Stat(recording)
	check(statErr == nil && st.Size() > 1<<20, "the recording has the call in it")
	if caller != nil && len(caller.Responses) > 0 {
		d.say("\nAnswers at the caller's wire: %.0f ms; silence after the interruption: %.0f ms", caller.Responses, caller.BargeIns)
	}
	d.say("\nrecording  %s   (caller left, what the caller heard right)", recording)
	d.say("event log  %s", filepath.Join(d.dir, "hotline.db"))
	d.say("server log %s", filepath.Join(d.dir, "server.log"))
	if err = errors.Join(append(failed, err)...); err != nil {
		d.say("")
	}
	return err
}
