package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/dialog/chat"
	"hotline/web"
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

// Bounds of the conversations in text.
const (
	maxChats = 1000
	chatAge  = 30 * time.Minute // unused, before it is forgotten
)

// chats are the conversations in text. It implements web.Chat.
type chats struct {
	bots *bots
	def  string // the bot of a session that names none

	mu   sync.Mutex
	open map[string]*chatting
}

type chatting struct {
	mu      sync.Mutex // one turn at a time
	manager dialog.Manager
	turns   int
	used    time.Time // guarded by chats.mu
}

func newChats(b *bots, def string) *chats {
	return &chats{bots: b, def: def, open: map[string]*chatting{}}
}

// Turn implements web.Chat.
func (c *chats) Turn(ctx context.Context, t web.ChatTurn) (web.ChatReply, error) {
	id, s, err := c.session(t)
	if err != nil {
		return web.ChatReply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	turn := dialog.Turn{Number: s.turns + 1, Kind: dialog.Words, Text: t.Text, Keys: t.Keys, Heard: 1}
	switch {
	case s.turns == 0:
		turn.Kind = dialog.Opening
	case t.Keys != "":
		turn.Kind = dialog.Keys
	case strings.TrimSpace(t.Text) == "":
		turn.Kind = dialog.NoInput
	}
	s.turns++
	r := web.ChatReply{Session: id}
	for a, err := range s.manager.Respond(ctx, turn) {
		if err != nil {
			return r, err
		}
		one := chatAct(a)
		r.Acts = append(r.Acts, one)
		r.Ended = r.Ended || one.Type == "transfer" || one.Type == "hangup"
	}
	if r.Ended {
		c.mu.Lock()
		delete(c.open, id)
		c.mu.Unlock()
	}
	return r, nil
}

// session finds the session of a turn, or begins one.
func (c *chats) session(t web.ChatTurn) (string, *chatting, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if s := c.open[t.Session]; s != nil {
		s.used = now
		return t.Session, s, nil
	}
	if t.Session != "" {
		return "", nil, &hotline.Error{Op: "chat", Code: hotline.ENotFound, Message: "there is no such session, or it has ended"}
	}
	for id, s := range c.open {
		if now.Sub(s.used) > chatAge {
			delete(c.open, id)
		}
	}
	if len(c.open) >= maxChats {
		return "", nil, &hotline.Error{Op: "chat", Code: hotline.EUnavailable, Message: "too many conversations; try again later"}
	}
	name := t.Bot
	if name == "" {
		name = c.def
	}
	b := c.bots.Get(name)
	if b == nil {
		return "", nil, &hotline.Error{Op: "chat", Code: hotline.ENotFound, Message: fmt.Sprintf("there is no bot %q", name)}
	}
	id := rand.Text()
	s := &chatting{used: now, manager: b.NewConversation(bot.ConversationOptions{Call: hotline.CallID(id), From: "chat", Language: t.Lang})}
	c.open[id] = s
	return id, s, nil
}

func chatAct(a dialog.Act) web.ChatAct {
	switch a := a.(type) {
	case dialog.Understood:
		return web.ChatAct{Type: "understood", Intent: a.Intent, Confidence: a.Confidence, Emotion: &a.Emotion, Slots: a.Slots, Language: a.Language, Why: a.Why}
	case dialog.Say:
		return web.ChatAct{Type: "say", Text: a.Text, Language: a.Language, Prompt: a.Prompt}
	case dialog.Listen:
		return web.ChatAct{Type: "listen", Digits: a.Digits}
	case dialog.Transfer:
		return web.ChatAct{Type: "transfer", Skill: a.Skill, Reason: a.Reason, Brief: &a.Brief}
	case dialog.Hangup:
		return web.ChatAct{Type: "hangup", Reason: a.Reason}
	case dialog.Did:
		return web.ChatAct{Type: "did", Did: &a.ActionDone}
	case dialog.Cited:
		return web.ChatAct{Type: "cited", Passages: a.Passages}
	}
	panic(fmt.Sprintf("chat: unknown act %T", a))
}
